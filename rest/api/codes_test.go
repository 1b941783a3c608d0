package api_test

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"overgang/rest/api"
)

// listed maps every code to its statuses.
var listed = func() map[string][]int {
	all := map[string][]int{}
	for _, c := range api.ProblemCodes() {
		all[c.Code] = c.Status
	}
	return all
}()

func TestCodesAreInOrder(t *testing.T) {
	codes := api.ProblemCodes()
	if len(listed) != len(codes) {
		t.Error("a code is listed twice")
	}
	before := func(a, b api.ProblemCode) int {
		if a.Status[0] != b.Status[0] {
			return a.Status[0] - b.Status[0]
		}
		return strings.Compare(a.Code, b.Code)
	}
	if !slices.IsSortedFunc(codes, before) {
		t.Error("codes are not in the order of their statuses and names")
	}
}

// elsewhere are codes of the core that this API's callers don't meet.
var elsewhere = map[string]string{
	"address": "logins with a password", "code": "logins with a password", "code-method": "logins with a password", "credentials": "logins with a password",
	"locked": "logins with a password", "logins": "logins with a password", "session-expired": "logins with a password",
	"attachments": "a SOAP submission's size", "data-format-unknown": "SOAP names types so", "signature-needed": "CompleteAndSignShipment",
	"dates-reversed": "receipts", "kind-not-set": "receipts", "receipt-identity": "receipts", "receipt-unknown": "receipts",
	"reference": "receipts", "search": "receipts", "status": "receipts",
	"exists":          "what operators register",
	"party-unknown":   "a list is empty then, a creation forbidden",
	"service-unknown": "SOAP names applications by service",
	"type-changed":    "the API gives a replacement its element's type",
}

// otherFaces are how the core's files begin whose codes other faces answer with,
// or SOAP alone.
var otherFaces = []string{"correspondence", "attachments.go", "transfer", "subscription", "prefill", "case.go", "lookup", "archive.go", "outbox.go", "receipt_page.go"}

// TestCodesOfTheSourcesAreListed finds the codes that the sources name: each is
// listed, or belongs to others, and each that is listed is in the sources.
func TestCodesOfTheSourcesAreListed(t *testing.T) {
	found := map[string]string{}
	for _, pattern := range []string{"*.go", "token/*.go", "../core/*.go", "../../cmd/overgang/gateway/rate.go"} {
		files, err := filepath.Glob(pattern)
		if err != nil || len(files) == 0 {
			t.Fatal(pattern, err)
		}
		for _, file := range files {
			name := filepath.Base(file)
			if strings.HasSuffix(name, "_test.go") || strings.HasSuffix(name, ".gen.go") || strings.HasPrefix(name, "admin") {
				continue // operators' commands have codes of their own
			}
			if slices.ContainsFunc(otherFaces, func(begin string) bool { return strings.HasPrefix(name, begin) }) {
				continue
			}
			for _, code := range codesIn(t, file) {
				found[code] = file
			}
		}
	}
	text, err := os.ReadFile("openapi.yaml")
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range regexp.MustCompile(`x-problem: ([a-z-]+)`).FindAllSubmatch(text, -1) {
		found[string(m[1])] = "openapi.yaml"
	}
	for code, file := range found {
		if listed[code] == nil && elsewhere[code] == "" {
			t.Errorf("%s: code %q is not in codes.go and docs/rest.md", file, code)
		}
	}
	for code := range listed {
		if found[code] == "" {
			t.Errorf("code %q is listed, but nothing bears it", code)
		}
	}
}

// codeArgument is where functions that make errors take the code, and codeEnd
// what they add to it.
var (
	codeArgument = map[string]int{"rest.Errorf": 1, "badJSON": 0, "f.fail": 0, "newProblem": 1, "faultf": 1, "unavailable": 0, "notFound": 0, "withheld": 0, "orNotFound": 1}
	codeEnd      = map[string]string{"notFound": "-unknown", "withheld": "-unknown", "orNotFound": "-unknown"}
)

// codesIn lists the codes that a file names in literals.
func codesIn(t *testing.T, file string) (codes []string) {
	t.Helper()
	tree, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	take := func(e ast.Expr, end string) {
		if l, ok := e.(*ast.BasicLit); ok && l.Kind == token.STRING {
			text, err := strconv.Unquote(l.Value)
			if err != nil {
				t.Fatal(err)
			}
			codes = append(codes, text+end)
		}
	}
	ast.Inspect(tree, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.CallExpr:
			name := nameOf(n.Fun)
			if at, ok := codeArgument[name]; ok && at < len(n.Args) {
				take(n.Args[at], codeEnd[name])
			}
		case *ast.CompositeLit:
			if nameOf(n.Type) == "rest.Error" {
				for _, e := range n.Elts {
					if kv, ok := e.(*ast.KeyValueExpr); ok && nameOf(kv.Key) == "Code" {
						take(kv.Value, "")
					}
				}
			}
		}
		return true
	})
	return codes
}

func nameOf(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.Ident:
		return e.Name
	case *ast.SelectorExpr:
		return nameOf(e.X) + "." + e.Sel.Name
	}
	return ""
}

// TestCodesAreDocumented holds docs/rest.md to the list.
func TestCodesAreDocumented(t *testing.T) {
	text, err := os.ReadFile("../../docs/rest.md")
	if err != nil {
		t.Fatal(err)
	}
	_, table, found := strings.Cut(string(text), "\n| code | status | when |\n|---|---|---|\n")
	if !found {
		t.Fatal("docs/rest.md has no table of codes")
	}
	table, _, _ = strings.Cut(table, "\n\n")
	var want strings.Builder
	for _, c := range api.ProblemCodes() {
		statuses := make([]string, len(c.Status))
		for i, s := range c.Status {
			statuses[i] = strconv.Itoa(s)
		}
		fmt.Fprintf(&want, "| `%s` | %s | %s |\n", c.Code, strings.Join(statuses, ", "), c.When)
	}
	if d := cmp.Diff(strings.Split(want.String(), "\n"), strings.Split(table+"\n", "\n")); d != "" {
		t.Errorf("the table of codes in docs/rest.md (+) is not the list (-):\n%s", d)
	}
}
