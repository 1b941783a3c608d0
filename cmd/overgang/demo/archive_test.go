package demo

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// TestPDF: readers find objects by the table at the end, so its offsets are right.
func TestPDF(t *testing.T) {
	document := string(pdf("Ingen saker."))
	m := regexp.MustCompile(`startxref\n(\d+)\n%%EOF\n$`).FindStringSubmatch(document)
	if m == nil || !strings.HasPrefix(document, "%PDF-1.4\n") {
		t.Fatal(document)
	}
	table, _ := strconv.Atoi(m[1])
	if !strings.HasPrefix(document[table:], "xref\n0 6\n") {
		t.Fatalf("no table at %d", table)
	}
	entries := regexp.MustCompile(`(\d{10}) 00000 n \n`).FindAllStringSubmatch(document[table:], -1)
	if len(entries) != 5 {
		t.Fatalf("%d entries", len(entries))
	}
	for i, e := range entries {
		at, _ := strconv.Atoi(e[1])
		if want := fmt.Sprintf("%d 0 obj\n", i+1); !strings.HasPrefix(document[at:], want) {
			t.Errorf("object %d is not at %d", i+1, at)
		}
	}
	length := regexp.MustCompile(`(?s)/Length (\d+)>>\nstream\n(.*)\nendstream`).FindStringSubmatch(document)
	if length == nil || length[1] != strconv.Itoa(len(length[2])) {
		t.Errorf("%q", length)
	}
}
