package api_test

import (
	"maps"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// endpoint is a row's method and path in docs/rest.md.
var endpoint = regexp.MustCompile("`([A-Z]+) (/[^ `]*)`")

// tableRows reads the table of endpoints: "METHOD path" to statuses.
func tableRows(t *testing.T, text string) map[string][]string {
	t.Helper()
	_, after, found := strings.Cut(text, "\n| method and path | does | answers |\n|---|---|---|\n")
	if !found {
		t.Fatal("docs/rest.md has no table of endpoints")
	}
	rows := map[string][]string{}
	for line := range strings.Lines(after) {
		cells := strings.Split(strings.TrimSpace(line), "|")
		if len(cells) == 1 {
			break
		}
		if len(cells) != 5 {
			t.Fatalf("a row has not three cells: %s", line)
		}
		statuses := strings.Split(strings.TrimSpace(cells[3]), ", ")
		if !slices.IsSorted(statuses) {
			t.Errorf("statuses are not in order: %s", line)
		}
		addresses := endpoint.FindAllStringSubmatch(cells[1], -1)
		if len(addresses) == 0 || len(addresses) != strings.Count(cells[1], " · ")+1 {
			t.Errorf("no address, or one that is none: %s", line)
		}
		for _, a := range addresses {
			path := strings.NewReplacer("{i}", "{owner}/{guid}", "{id}", "{dataGuid}").Replace(a[2])
			if rows[a[1]+" "+path] != nil {
				t.Errorf("%s %s has two rows", a[1], path)
			}
			rows[a[1]+" "+path] = statuses
		}
	}
	return rows
}

// common are the statuses of every operation that wants a token; the table
// tells them above itself.
var common = []string{"400", "401", "403", "429", "500", "503"}

// TestTheTableOfEndpoints holds the table in docs/rest.md to the document and
// to the examples: each row and status has one, and each example has its row.
func TestTheTableOfEndpoints(t *testing.T) {
	text, err := os.ReadFile("../../docs/rest.md")
	if err != nil {
		t.Fatal(err)
	}
	rows := tableRows(t, string(text))
	want := map[string][]string{}
	for _, op := range operations() {
		var statuses []string
		for status := range op.Responses.Map() {
			if !slices.Contains(common, status) || slices.Contains(op.Tags, "document") {
				statuses = append(statuses, status)
			}
		}
		slices.Sort(statuses)
		want[op.method+" "+op.path] = statuses
	}
	if d := cmp.Diff(want, rows); d != "" {
		t.Errorf("docs/rest.md (+) and the document (-) differ:\n%s", d)
	}
	played := map[string]bool{}
	for _, e := range examples {
		for _, op := range operationsOf(e) {
			row := op.method + " " + op.path
			if rows[row] == nil {
				t.Errorf("%q has no row: %s", e.name, row)
			}
			played[row+" "+strconv.Itoa(e.status)] = true
		}
	}
	for _, row := range slices.Sorted(maps.Keys(rows)) {
		statuses := rows[row]
		if row != "GET /openapi.yaml" {
			statuses = slices.Concat(statuses, common)
		}
		for _, status := range statuses {
			if !played[row+" "+status] {
				t.Errorf("%s: no example shows %s", row, status)
			}
		}
	}
}
