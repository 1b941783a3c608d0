package adapter_test

import (
	"cmp"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"overgang/adapter"
	"overgang/soap"
	"overgang/wsdl"
)

var flavours = []wsdl.Flavour{wsdl.Basic, wsdl.WS, wsdl.EC2}

// eachOperation calls fn for the base operations of every service.
func eachOperation(fn func(service, base string)) {
	for _, s := range adapter.Services(adapter.Config{}) {
		for _, op := range s.Operations {
			fn(s.Name, op.Base)
		}
	}
}

// shownCase is one exchange of the golden cases.
type shownCase struct {
	file   string
	first  bool // it is what the case begins with
	size   int  // of the case: how much else is in it
	status string
	id     string // ErrorID of a fault; empty = none
	says   string // AltinnErrorMessage
}

var (
	errorID      = regexp.MustCompile(`ErrorID>(-?\d+)<`)
	errorMessage = regexp.MustCompile(`AltinnErrorMessage>([^<]*)<`)
)

// shownCases are the exchanges of all golden cases, by flavour and operation.
func shownCases(t *testing.T, contract *wsdl.Contract) map[string][]shownCase {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(golden, "*.txtar"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no golden cases: %v", err)
	}
	all := map[string][]shownCase{}
	for _, file := range files {
		archive, err := txtar.ParseFile(file)
		if err != nil {
			t.Fatal(err)
		}
		begun := false
		for i, f := range archive.Files {
			if f.Name != "response" {
				continue
			}
			request := archive.Files[i-1].Data
			_, path, _ := strings.Cut(string(request), " ")
			path, _, _ = strings.Cut(path, " ")
			at := contract.EndpointAt(path)
			name := operationIn(at, request)
			if name == "" {
				continue
			}
			if strings.HasSuffix(name, " Test") { // every endpoint has one
				name += " " + at.Name
			}
			c := shownCase{file: filepath.Base(file), first: !begun, size: len(archive.Files), status: strings.Fields(string(f.Data))[1]}
			begun = true
			if m := errorID.FindSubmatch(f.Data); m != nil {
				c.id = string(m[1])
			}
			if m := errorMessage.FindSubmatch(f.Data); m != nil {
				c.says = string(m[1])
			}
			all[name] = append(all[name], c)
		}
	}
	return all
}

// example links to the golden case that shows an operation best, and little
// else. "" = there is none.
func example(all map[string][]shownCase, flavour wsdl.Flavour, names []string, was string, fits func(shownCase) bool) string {
	var found []shownCase
	for _, name := range names {
		for _, c := range all[string(flavour)+" "+name] {
			if fits(c) {
				found = append(found, c)
			}
		}
	}
	if len(found) == 0 {
		return ""
	}
	file := slices.MinFunc(found, func(a, b shownCase) int {
		return cmp.Or(cmp.Compare(b.merit(names, was), a.merit(names, was)), cmp.Compare(a.size, b.size), strings.Compare(a.file, b.file))
	}).file
	return fmt.Sprintf("[%s](../testdata/golden/%s)", strings.TrimSuffix(file, ".txtar"), file)
}

// merit is how much a case is about an operation: it is called like it, and it
// begins with it. The one in the row as it was stays: new cases change nothing.
func (c shownCase) merit(names []string, was string) (n int) {
	if strings.Contains(was, "/"+c.file+")") {
		return 4
	}
	if c.first {
		n++
	}
	for word := range strings.SplitSeq(strings.TrimSuffix(c.file, ".txtar"), "-") {
		if len(word) > 3 && strings.Contains(strings.ToLower(names[0]), word) {
			return n + 2
		}
	}
	return n
}

// contractOf says which endpoint has an operation, and whether its contract is
// known. Further spellings are passed over.
func contractOf(contract *wsdl.Contract, service string, flavour wsdl.Flavour, names []string) (endpoint *wsdl.Endpoint, known string) {
	for _, e := range contract.Endpoints {
		if e.Flavour != flavour || !strings.HasPrefix(strings.ToLower(e.Name), strings.ToLower(service)) {
			continue
		}
		for _, op := range e.Operations {
			if !slices.Contains(names, op.Name) || op.Unlisted {
				continue
			}
			if op.Inferred {
				return e, "inferred"
			}
			return e, "known"
		}
	}
	return nil, ""
}

// noFault says why an operation has no fault; "" = it has some.
func noFault(base string) string {
	switch base {
	case "Test":
		return "none: it asks for no credentials"
	case "GetAuthenticationChallenge":
		return "none: its status says what is wrong"
	}
	return ""
}

// operationsDocument renders docs/operations.md, and lists its holes.
func operationsDocument(t *testing.T) (text string, holes []string) {
	t.Helper()
	contract, err := wsdl.Load()
	if err != nil {
		t.Fatal(err)
	}
	all := shownCases(t, contract)
	before := rowsBefore(operationsPath, 2)
	var b strings.Builder
	b.WriteString(operationsHead)
	for _, s := range adapter.Services(adapter.Config{}) {
		fmt.Fprintf(&b, "\n## %s\n\n| operation | flavour | name | at | contract | answers | faults | over HTTP |\n|---|---|---|---|---|---|---|---|\n", s.Name)
		ops := slices.SortedFunc(slices.Values(s.Operations), func(a, b soap.Operation) int { return strings.Compare(a.Base, b.Base) })
		for _, op := range ops {
			for _, flavour := range flavours {
				list := op.Names[flavour]
				if len(list) == 0 {
					continue
				}
				e, known := contractOf(contract, s.Name, flavour, list)
				at, shown := "", list
				if e != nil {
					at = "`" + e.Paths[0] + "`"
				}
				if op.Base == "Test" && e != nil {
					shown = []string{"Test " + e.Name}
				}
				was := before(s.Name, op.Base, string(flavour))
				row := []string{op.Base, string(flavour), names(list), at, known,
					example(all, flavour, shown, was, func(c shownCase) bool { return c.status == "200" }),
					cmp.Or(noFault(op.Base), example(all, flavour, shown, was, func(c shownCase) bool { return c.status == "500" })),
					equivalentOf(s.Name, op.Base)}
				if slices.Contains(row, "") {
					holes = append(holes, fmt.Sprintf("%s %s %s: %q", s.Name, op.Base, flavour, row))
				}
				b.WriteString("| " + strings.Join(row, " | ") + " |\n")
			}
		}
	}
	return b.String(), holes
}

func names(list []string) string { return "`" + strings.Join(list, "`, `") + "`" }

const operationsPath = "../docs/operations.md"

const operationsHead = `# Operations

Every operation in every flavour, its contract, a golden case in which it answers and one in which it faults, and what a
client calls instead once it migrates to the HTTP API. Written from the tables by ` + "`go test ./adapter -run Operations -update`" + `.

- *known*: a copy of the WSDL was found, and is served unchanged. *inferred*: none is known; see
  [divergences](divergences.md#what-is-read-and-what-is-not). Inferred contracts are read leniently.
- Names after the first are further spellings that clients use.
- Golden cases show whole requests and answers; [errors](errors.md) has the ids of faults.
`

// TestOperationsDocument keeps docs/operations.md what the tables, the contract
// and the golden cases say, without a hole; -update writes it.
func TestOperationsDocument(t *testing.T) {
	text, holes := operationsDocument(t)
	for _, hole := range holes {
		t.Errorf("hole: %s", hole)
	}
	keepDocument(t, operationsPath, text)
}

// rowsBefore are the rows of a document's tables as they are, by their section's
// title and their first cells.
func rowsBefore(path string, cells int) func(title string, first ...string) string {
	rows, title := map[string]string{}, ""
	text, err := os.ReadFile(path)
	if err != nil {
		return func(string, ...string) string { return "" }
	}
	for line := range strings.Lines(string(text)) {
		if name, ok := strings.CutPrefix(line, "## "); ok {
			title = strings.TrimSpace(name)
		}
		if list := strings.Split(line, " | "); len(list) > cells {
			rows[title+strings.Join(list[:cells], " | ")] = line
		}
	}
	return func(title string, first ...string) string { return rows[title+"| "+strings.Join(first, " | ")] }
}

// keepDocument compares a document with what it must be, or writes it.
func keepDocument(t *testing.T, path, want string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(path, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	got, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := gocmp.Diff(want, string(got)); diff != "" {
		t.Errorf("%s is out of date (go test ./adapter -run '%s' -update):\n%s", path, t.Name(), diff)
	}
}
