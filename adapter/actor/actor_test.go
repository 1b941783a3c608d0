package actor

import "testing"

func TestNames(t *testing.T) {
	for name, want := range map[string]struct{ number, person, system int32 }{
		"person:50001":      {50001, 50001, 0},
		"system:1023":       {1023, 0, 1023},
		"enterprise:7":      {7, 0, 0},
		"ttd":               {},
		"system":            {},
		"":                  {},
		"person:":           {},
		"person:x":          {},
		"person:9999999999": {},
	} {
		if Number(name) != want.number || Person(name) != want.person || System(name) != want.system {
			t.Errorf("%q: %d, person %d, system %d", name, Number(name), Person(name), System(name))
		}
	}
}
