package main

import (
	"bufio"
	"os"
	"strings"
)

// environment holds the variables of a gateway's demo.env.
type environment map[string]string

func readEnvironment(path string) (environment, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	env := environment{}
	for lines := bufio.NewScanner(f); lines.Scan(); {
		line := strings.TrimPrefix(lines.Text(), "export ")
		if name, value, ok := strings.Cut(line, "="); ok && !strings.HasPrefix(name, "#") {
			env[name] = strings.Trim(value, `'"`)
		}
	}
	return env, nil
}
