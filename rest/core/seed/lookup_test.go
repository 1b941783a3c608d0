package seed

import (
	"strings"
	"testing"

	"overgang/rest"
)

// TestDocumentedLookup archives the lookup that docs/import.md shows.
func TestDocumentedLookup(t *testing.T) {
	f, c := documented(t)
	for round, want := range []int{1, 0} {
		if n, err := f.Answer(t.Context(), c); err != nil || n != want {
			t.Fatalf("round %d: %d lookups, %v", round, n, err)
		}
	}
	// Nothing else was numbered: the first number is the lookup's.
	l, err := c.LookupByNumber(t.Context(), rest.Caller{System: 1001}, 1_000_001)
	if err != nil {
		t.Fatal(err)
	}
	if l.App.String() != "ttd/melding" || l.Title != "Innsyn i meldinger" || l.FileName != "svar.pdf" || l.Content.Size != 8 || l.Archived.IsZero() {
		t.Errorf("%+v", l)
	}
	for name, change := range map[string]func(*Lookup){
		"no key":       func(l *Lookup) { l.Key = "" },
		"no app":       func(l *Lookup) { l.App = "ttd" },
		"no party":     func(l *Lookup) { l.Party = "31" },
		"no document":  func(l *Lookup) { l.File = "" },
		"missing file": func(l *Lookup) { l.File = "x.pdf" },
		"not a PDF":    func(l *Lookup) { l.File, l.Text = "", "svar" },
	} {
		g := *f
		l := f.Lookups[0]
		change(&l)
		g.Lookups = []Lookup{l}
		if _, err := g.Answer(t.Context(), c); err == nil || !strings.Contains(err.Error(), "lookups[0]") {
			t.Errorf("%s: %v", name, err)
		}
	}
}
