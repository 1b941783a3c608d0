package adapter_test

import (
	"os"
	"strings"
	"testing"
)

// TestEveryDivergenceHasItsReason: each row of docs/divergences.md says what was
// (or that nothing is known), what is, and why.
func TestEveryDivergenceHasItsReason(t *testing.T) {
	text, err := os.ReadFile("../docs/divergences.md")
	if err != nil {
		t.Fatal(err)
	}
	rows := 0
	for n, line := range strings.Split(string(text), "\n") {
		if !strings.HasPrefix(line, "| ") || strings.HasPrefix(line, "| what | old |") {
			continue
		}
		rows++
		for i := range 4 {
			cell, rest, ok := strings.Cut(strings.TrimPrefix(line, "|"), " |")
			if line = rest; !ok || strings.TrimSpace(cell) == "" {
				t.Errorf("line %d: cell %d is empty", n+1, i+1)
			}
		}
		if strings.TrimSpace(line) != "" {
			t.Errorf("line %d has more than 4 cells", n+1)
		}
	}
	if rows < 100 {
		t.Errorf("only %d rows", rows)
	}
}
