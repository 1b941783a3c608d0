package broker_test

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"overgang/rest/api"
	"overgang/rest/api/broker"
)

// Where the sources name a code.
var (
	codes   = regexp.MustCompile(`rest\.Errorf\(rest\.\w+, "([a-z-]+)"`)
	unknown = regexp.MustCompile(`(?:notFound\(|withheld\(|orNotFound\(err, )"([a-z]+)"`)
)

// TestCodes holds the list to the sources, and docs/transfers.md to the list.
func TestCodes(t *testing.T) {
	shared, own, found := map[string]bool{}, map[string]bool{}, map[string]bool{}
	for _, c := range api.ProblemCodes() {
		shared[c.Code] = true
	}
	list := broker.ProblemCodes()
	for i, c := range list {
		if own[c.Code] {
			t.Errorf("%s is listed twice", c.Code)
		}
		own[c.Code] = true
		if i > 0 && list[i-1].Status[0] == c.Status[0] && list[i-1].Code > c.Code {
			t.Errorf("%s comes before %s", list[i-1].Code, c.Code)
		}
	}
	for _, pattern := range []string{"*.go", "../../core/transfer*.go"} {
		files, err := filepath.Glob(pattern)
		if err != nil || len(files) == 0 {
			t.Fatal(pattern, err)
		}
		for _, file := range files {
			if strings.HasSuffix(file, "_test.go") || strings.HasSuffix(file, ".gen.go") {
				continue
			}
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			for _, m := range codes.FindAllSubmatch(text, -1) {
				found[string(m[1])] = true
			}
			for _, m := range unknown.FindAllSubmatch(text, -1) {
				found[string(m[1])+"-unknown"] = true
			}
		}
	}
	for code := range found {
		if !own[code] && !shared[code] {
			t.Errorf("code %q is not listed", code)
		}
	}
	for code := range own {
		if !found[code] {
			t.Errorf("code %q is listed, but nothing bears it", code)
		}
	}
	page, err := os.ReadFile("../../../docs/transfers.md")
	if err != nil {
		t.Fatal(err)
	}
	_, table, ok := strings.Cut(string(page), "\n| code | status | when |\n|---|---|---|\n")
	if !ok {
		t.Fatal("docs/transfers.md has no table of codes")
	}
	var want strings.Builder
	for _, c := range list {
		fmt.Fprintf(&want, "| `%s` | %s | %s |\n", c.Code, strings.Trim(strings.ReplaceAll(fmt.Sprint(c.Status), " ", ", "), "[]"), c.When)
	}
	table, _, _ = strings.Cut(table, "\n\n")
	if d := cmp.Diff(strings.Split(strings.TrimSpace(want.String()), "\n"), strings.Split(strings.TrimSpace(table), "\n")); d != "" {
		t.Errorf("docs/transfers.md (+) is not the list (-):\n%s", d)
	}
}
