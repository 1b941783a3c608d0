package rule

import (
	"strings"
	"testing"
)

func TestText(t *testing.T) {
	for name, c := range map[string]struct {
		rule Rule
		text string
		want string
	}{
		"nothing demanded":        {Rule{}, strings.Repeat("æ", 1000), ""},
		"as long as it may be":    {Rule{MaxLength: 3}, "æøå", ""},
		"a character too long":    {Rule{MaxLength: 3}, "æøåa", "has more than 3 characters"},
		"empty":                   {Rule{MinLength: 1}, "", "is empty"},
		"too short":               {Rule{MinLength: 2}, "å", "has fewer than 2 characters"},
		"one of":                  {Rule{OneOf: []string{"nb", "nn"}}, "nn", ""},
		"none of":                 {Rule{OneOf: []string{"nb", "nn"}}, "", "is none of nb, nn"},
		"of the form":             {Rule{Pattern: "^[0-9]{3}$"}, "123", ""},
		"a line after the form":   {Rule{Pattern: "^[0-9]{3}$"}, "123\n", "is not of the form ^[0-9]{3}$"},
		"a match anywhere is one": {Rule{Pattern: "b"}, "abc", ""},
	} {
		if got := c.rule.Text(c.text); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

func TestNumbersAndItems(t *testing.T) {
	within := Rule{Min: Bound(0), Max: Bound(10), MinItems: 1, MaxItems: 2}
	for n, want := range map[int64]string{-1: "is under 0", 0: "", 10: "", 11: "is over 10"} {
		if got := within.Number(n); got != want {
			t.Errorf("%d: %q, want %q", n, got, want)
		}
	}
	for n, want := range map[int]string{0: "has fewer than 1 items", 1: "", 2: "", 3: "has more than 2 items"} {
		if got := within.Items(n); got != want {
			t.Errorf("%d items: %q, want %q", n, got, want)
		}
	}
	if got := (Rule{}).Number(-1) + (Rule{}).Items(1000); got != "" {
		t.Error(got)
	}
}
