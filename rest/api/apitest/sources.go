package apitest

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"overgang/rest/api"
)

// Where sources name a code.
var (
	codes   = regexp.MustCompile(`(?:rest\.Errorf\(rest\.\w+, |refused\(|Code: )"([a-z-]+)"`)
	unknown = regexp.MustCompile(`(?:notFound\(|withheld\(|orNotFound\(err, )"([a-z]+)"`)
)

// Codes is a face's list of its own problem codes.
type Codes struct {
	List    []api.ProblemCode
	Sources []string // patterns of files that name codes, beside the package's own
	Page    string   // of the documentation, with a table of the codes; "" = none
	// Made are codes that sources put together, and Others' those that the
	// sources name and no caller of the face meets.
	Made, Others []string
}

// Check holds the list to the sources, and the documentation to the list.
func (c Codes) Check(t *testing.T) {
	t.Helper()
	shared, own := map[string]bool{}, map[string]bool{}
	for _, s := range api.ProblemCodes() {
		shared[s.Code] = true
	}
	for i, one := range c.List {
		if own[one.Code] {
			t.Errorf("%s is listed twice", one.Code)
		}
		own[one.Code] = true
		if i > 0 {
			if last := c.List[i-1]; last.Status[0] > one.Status[0] || last.Status[0] == one.Status[0] && last.Code > one.Code {
				t.Errorf("%s comes before %s", last.Code, one.Code)
			}
		}
	}
	found := c.found(t)
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
	if c.Page != "" {
		c.documented(t)
	}
}

// found are the codes that the sources name.
func (c Codes) found(t *testing.T) map[string]bool {
	t.Helper()
	found := map[string]bool{}
	for _, code := range c.Made {
		found[code] = true
	}
	for _, pattern := range append([]string{"*.go"}, c.Sources...) {
		files, err := filepath.Glob(pattern)
		if err != nil || len(files) == 0 {
			t.Fatal(pattern, err)
		}
		for _, file := range files {
			if strings.HasSuffix(file, "_test.go") || strings.HasSuffix(file, ".gen.go") || filepath.Base(file) == "codes.go" {
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
	for _, code := range c.Others {
		delete(found, code)
	}
	return found
}

// documented holds the page's table to the list.
func (c Codes) documented(t *testing.T) {
	t.Helper()
	page, err := os.ReadFile(c.Page)
	if err != nil {
		t.Fatal(err)
	}
	_, table, ok := strings.Cut(string(page), "\n| code | status | when |\n|---|---|---|\n")
	if !ok {
		t.Fatalf("%s has no table of codes", c.Page)
	}
	table, _, _ = strings.Cut(table, "\n\n")
	var want strings.Builder
	for _, one := range c.List {
		fmt.Fprintf(&want, "| `%s` | %s | %s |\n", one.Code, strings.Trim(strings.ReplaceAll(fmt.Sprint(one.Status), " ", ", "), "[]"), one.When)
	}
	if d := cmp.Diff(strings.Split(strings.TrimSpace(want.String()), "\n"), strings.Split(strings.TrimSpace(table), "\n")); d != "" {
		t.Errorf("%s (+) is not the list (-):\n%s", c.Page, d)
	}
}

// output is where a configuration of oapi-codegen says that code goes.
var output = regexp.MustCompile(`(?m)^output: (\S+)$`)

// Generated holds generated code to openapi.yaml, by each of the configurations.
func Generated(t *testing.T, configurations ...string) {
	t.Helper()
	for _, name := range configurations {
		config, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		place := output.FindSubmatch(config)
		if place == nil {
			t.Fatalf("%s names no output", name)
		}
		committed, err := os.ReadFile(string(place[1]))
		if err != nil {
			t.Fatal(err)
		}
		out, other := filepath.Join(t.TempDir(), "openapi.gen.go"), filepath.Join(t.TempDir(), "oapi-codegen.yaml")
		if err := os.WriteFile(other, bytes.Replace(config, place[0], []byte("output: "+out), 1), 0o600); err != nil {
			t.Fatal(err)
		}
		if text, err := exec.CommandContext(t.Context(), "go", "tool", "oapi-codegen", "-config", other, "openapi.yaml").CombinedOutput(); err != nil {
			t.Fatalf("%v\n%s", err, text)
		}
		fresh, err := os.ReadFile(out)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(committed, fresh) {
			t.Errorf("%s is not what openapi.yaml gives: run go generate", place[1])
		}
	}
}
