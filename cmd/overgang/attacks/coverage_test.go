package attacks

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

var (
	coverageRow = regexp.MustCompile(`(?m)^\| (\d+) \| ([^|]+) \| ([^|]*)\| ([^|]*)\|$`)
	quoted      = regexp.MustCompile("`([^`]+)`")
)

const lastRow = 58 // of the list of attacks

// TestCoverage holds the table of testdata/attacks/README.md to the files and
// the tests that there are: every attack is in it, and every file in one row.
func TestCoverage(t *testing.T) {
	dir := filepath.Join(repository, "testdata", "attacks")
	text, err := os.ReadFile(filepath.Join(dir, "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	covered := map[string]bool{}
	for i, row := range coverageRow.FindAllStringSubmatch(string(text), -1) {
		if row[1] != strconv.Itoa(i+1) {
			t.Fatalf("row %d of the table is %s", i+1, row[1])
		}
		if i+1 == lastRow {
			covered["all"] = true
		}
		if strings.TrimSpace(row[3]+row[4]) == "" {
			t.Errorf("row %s: nothing covers it", row[1])
		}
		for _, pattern := range quoted.FindAllStringSubmatch(row[3], -1) {
			files, err := filepath.Glob(filepath.Join(dir, pattern[1]+".txtar"))
			if err != nil || len(files) == 0 {
				t.Errorf("row %s: no file %s", row[1], pattern[1])
			}
			for _, f := range files {
				covered[f] = true
			}
		}
		numbered, err := filepath.Glob(filepath.Join(dir, fmt.Sprintf("%02d-*.txtar", i+1)))
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range numbered {
			covered[f] = true
		}
		for _, name := range quoted.FindAllStringSubmatch(row[4], -1) {
			if folder, test, _ := strings.Cut(name[1], " "); !declares(t, folder, test) {
				t.Errorf("row %s: no %s in %s", row[1], test, folder)
			}
		}
	}
	if !covered["all"] {
		t.Errorf("the table does not go to row %d", lastRow)
	}
	files, err := filepath.Glob(filepath.Join(dir, "*.txtar"))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		if !covered[f] {
			t.Errorf("%s is in no row", filepath.Base(f))
		}
	}
}

// declares says whether a package has a test of that name.
func declares(t *testing.T, folder, test string) bool {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(repository, folder, "*_test.go"))
	if err != nil {
		t.Fatal(err)
	}
	return slices.ContainsFunc(files, func(file string) bool {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		return strings.Contains(string(text), "\nfunc "+test+"(")
	})
}
