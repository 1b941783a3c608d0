// Package actor reads the names of those who did something, as events have them:
// "person:50001", "system:1023", "enterprise:7", or the code of an owner.
package actor

import (
	"strconv"
	"strings"
)

// Number is the number in a name, whatever it is of; 0 where there is none.
func Number(name string) int32 {
	_, n := parse(name)
	return n
}

// Person is the party number of a person, 0 of anybody else.
func Person(name string) int32 { return numberOf(name, "person") }

// System is the number of a system, 0 of anybody else.
func System(name string) int32 { return numberOf(name, "system") }

func numberOf(name, wanted string) int32 {
	if kind, n := parse(name); kind == wanted {
		return n
	}
	return 0
}

func parse(name string) (kind string, number int32) {
	kind, digits, _ := strings.Cut(name, ":")
	n, err := strconv.ParseInt(digits, 10, 32)
	if err != nil {
		return kind, 0
	}
	return kind, int32(n)
}
