package main

import (
	"fmt"
	"os"
)

// checks counts checks and prints one line for each.
type checks struct{ passed, failed int }

func (c *checks) that(what string, ok bool, seen any) {
	if ok {
		c.passed++
		fmt.Println("ok  ", what)
		return
	}
	c.failed++
	fmt.Printf("FAIL %s: %+v\n", what, seen)
}

func (c *checks) done() {
	fmt.Printf("gowsdl: %d passed, %d failed\n", c.passed, c.failed)
	if c.failed > 0 {
		os.Exit(1)
	}
}
