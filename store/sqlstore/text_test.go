package sqlstore

import (
	"os"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// TestBitsAsMigrated: what the migration computes for rows that were there is
// what bitsOf computes for new ones.
func TestBitsAsMigrated(t *testing.T) {
	migration, err := os.ReadFile("migrations/sqlite/00070_lists.sql")
	if err != nil {
		t.Fatal(err)
	}
	_, expression, _ := strings.Cut(string(migration), "UPDATE instance SET bits = (")
	expression, _, ok := strings.Cut(expression, "\n) WHERE presentation")
	if !ok {
		t.Fatal("the migration sets no bits")
	}
	s := openInternal(t)
	c, err := s.acquire(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { s.readers <- c }()
	for _, text := range []string{"", "x", "Melding om flom nr. 000042", "ÆØÅ æøå", "100 % \U0001F30A", strings.Repeat("abcdefghij ", 20)} {
		var got int64
		err := c.queryText("SELECT ("+expression+") FROM (SELECT ? AS presentation)", func(r *row) error { got = r.int(); return nil }, text)
		if want := bitsOf(text); err != nil || got != want {
			t.Errorf("%q: %x, want %x; %v", text, got, want, err)
		}
	}
}

// TestTextIsFoundByItsParts: a text that contains another has its bits and its grams.
func TestTextIsFoundByItsParts(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		whole := []rune(rapid.StringOf(rapid.RuneFrom([]rune("abAB øØ%_"))).Draw(r, "text"))
		from := rapid.IntRange(0, len(whole)).Draw(r, "from")
		part := string(whole[from:rapid.IntRange(from, len(whole)).Draw(r, "to")])
		if b := bitsOf(part); bitsOf(string(whole))&b != b {
			r.Fatalf("%q in %q: bits %x", part, string(whole), b)
		}
		for _, g := range gramsOf(part) {
			if len([]rune(part)) >= gramLength && !slices.Contains(gramsOf(string(whole)), g) {
				r.Fatalf("%q in %q: gram %q", part, string(whole), g)
			}
		}
	})
}
