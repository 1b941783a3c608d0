package demo

import (
	"os"
	"regexp"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestVariablesAreDocumented holds docs/demo.md to what is written into demo.env.
func TestVariablesAreDocumented(t *testing.T) {
	names := func(file, pattern string) (list []string) {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range regexp.MustCompile(pattern).FindAllSubmatch(text, -1) {
			if name := string(m[1]); !slices.Contains(list, name) {
				list = append(list, name)
			}
		}
		slices.Sort(list)
		return list
	}
	if d := cmp.Diff(names("announce.go", `(?m)^\t\t\{"([A-Z0-9_]+)",`), names("../../../docs/demo.md", "`([A-Z][A-Z0-9_]+)`")); d != "" {
		t.Errorf("docs/demo.md (+) does not have the variables (-):\n%s", d)
	}
}
