package cases_test

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"overgang/rest/api"
	"overgang/rest/api/cases"
)

// Where the sources name a code.
var (
	codes   = regexp.MustCompile(`rest\.Errorf\(rest\.\w+, "([a-z-]+)"`)
	unknown = regexp.MustCompile(`(?:notFound\(|withheld\(|orNotFound\(err, )"([a-z]+)"`)
)

// TestCodes holds the list to the sources.
func TestCodes(t *testing.T) {
	shared, own := map[string]bool{}, map[string]bool{}
	for _, c := range api.ProblemCodes() {
		shared[c.Code] = true
	}
	list := cases.ProblemCodes()
	for _, c := range list {
		if own[c.Code] {
			t.Errorf("%s is listed twice", c.Code)
		}
		own[c.Code] = true
	}
	found := map[string]bool{}
	for _, pattern := range []string{"*.go", "../../core/case.go"} {
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
	for i := 1; i < len(list); i++ {
		if a, b := list[i-1], list[i]; a.Status[0] == b.Status[0] && a.Code > b.Code {
			t.Errorf("%s comes before %s", a.Code, b.Code)
		}
	}
}

func TestGeneratedCodeIsUpToDate(t *testing.T) {
	committed, err := os.ReadFile("openapi.gen.go")
	if err != nil {
		t.Fatal(err)
	}
	config, err := os.ReadFile("oapi-codegen.yaml")
	if err != nil {
		t.Fatal(err)
	}
	out, other := filepath.Join(t.TempDir(), "openapi.gen.go"), filepath.Join(t.TempDir(), "oapi-codegen.yaml")
	if err := os.WriteFile(other, bytes.Replace(config, []byte("output: openapi.gen.go"), []byte("output: "+out), 1), 0o600); err != nil {
		t.Fatal(err)
	}
	if text, err := exec.Command("go", "tool", "oapi-codegen", "-config", other, "openapi.yaml").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	fresh, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(committed, fresh) {
		t.Error("openapi.gen.go is not what openapi.yaml gives: run go generate ./rest/api/cases")
	}
}

// TestDocumentedCodes holds docs/cases.md to the list.
func TestDocumentedCodes(t *testing.T) {
	page, err := os.ReadFile("../../../docs/cases.md")
	if err != nil {
		t.Fatal(err)
	}
	var want strings.Builder
	for _, c := range cases.ProblemCodes() {
		fmt.Fprintf(&want, "| `%s` | %s | %s |\n", c.Code, strings.Trim(fmt.Sprint(c.Status), "[]"), c.When)
	}
	if _, table, _ := strings.Cut(string(page), "| code | status | when |\n|---|---|---|\n"); table != want.String() {
		t.Errorf("docs/cases.md has\n%s\nand the list is\n%s", table, want.String())
	}
}
