package events_test

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"overgang/rest/api"
	"overgang/rest/api/events"
)

var (
	codeInSource = regexp.MustCompile(`(?:Errorf\(rest\.\w+, |refused\(|Code: )"([a-z-]+)"`)
	kindInSource = regexp.MustCompile(`(?:notFound|withheld)\("([a-z-]+)"\)`)
)

// TestCodesAreListed holds the sources to the list.
func TestCodesAreListed(t *testing.T) {
	listed := map[string]bool{}
	codes := events.ProblemCodes()
	for _, c := range codes {
		listed[c.Code] = true
	}
	if !slices.IsSortedFunc(codes, func(a, b api.ProblemCode) int {
		if a.Status[0] != b.Status[0] {
			return a.Status[0] - b.Status[0]
		}
		return strings.Compare(a.Code, b.Code)
	}) {
		t.Error("codes are not in the order of their statuses and names")
	}
	shared := map[string]bool{}
	for _, c := range api.ProblemCodes() {
		shared[c.Code] = true
	}
	found := map[string]bool{"after-invalid": true, "size-invalid": true} // made of the parameter's name
	for _, pattern := range []string{"*.go", "../../core/subscription*.go", "../../webhook/policy.go"} {
		files, err := filepath.Glob(pattern)
		if err != nil || len(files) == 0 {
			t.Fatal(pattern, err)
		}
		for _, file := range files {
			if strings.HasSuffix(file, "_test.go") || strings.HasSuffix(file, "codes.go") {
				continue
			}
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			for _, m := range codeInSource.FindAllStringSubmatch(string(text), -1) {
				found[m[1]] = true
			}
			for _, m := range kindInSource.FindAllStringSubmatch(string(text), -1) {
				found[m[1]+"-unknown"] = true
			}
		}
	}
	delete(found, "lease-lost") // gateways among themselves
	for code := range found {
		if !listed[code] && !shared[code] {
			t.Errorf("code %q is not listed", code)
		}
	}
	for code := range listed {
		if !found[code] {
			t.Errorf("code %q is listed, but nothing bears it", code)
		}
	}
}
