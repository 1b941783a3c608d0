package sqlstore

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// gramLength is how many characters a gram has; those that end a text have fewer.
const gramLength = 3

// folded is a text as it is compared: ASCII letters in lower case, as LIKE has it.
func folded(text string) []rune {
	return []rune(strings.Map(func(c rune) rune {
		if 'A' <= c && c <= 'Z' {
			c += 'a' - 'A'
		}
		return c
	}, text))
}

// bitsOf has one bit set for each two characters that a text has in a row. The
// bits of a text are among those of every text that it is in.
func bitsOf(text string) (bits int64) {
	runes := folded(text)
	for n := 1; n < len(runes); n++ {
		bits |= 1 << ((int64(runes[n-1])*73 + int64(runes[n])*13) % 61)
	}
	return bits
}

// gramsOf are the runs of three characters of a text. A shorter one is its own
// gram: what has it has a gram that begins with it.
func gramsOf(text string) (grams []string) {
	runes := folded(text)
	if len(runes) < gramLength {
		return []string{string(runes)}
	}
	for n := 0; n+gramLength <= len(runes); n++ {
		if g := string(runes[n : n+gramLength]); !slices.Contains(grams, g) {
			grams = append(grams, g)
		}
	}
	return grams
}

// Bounds of what is read to find out how rare a text is.
const (
	// maxGrams is how many grams of a text are counted.
	maxGrams = 6
)

// Rounds of counting grams: each goes further, once so much has been spent on a
// list that knowing more is worth its price (in rows of an index).
var rounds = []struct {
	most  int
	spent float64
}{{3000, 0}, {12_000, 20_000}, {50_000, 200_000}}

var (
	countGram = sql("SELECT count(*) FROM (SELECT 1 FROM gram WHERE gram = ? LIMIT ?)")
	countBits = sql("SELECT coalesce(sum(bits & ?1 = ?1), 0) FROM gram WHERE gram = ?2")
	// A prefix is in front of everything that begins with it; the last character there is comes after.
	countPrefix     = sql("SELECT count(*) FROM (SELECT 1 FROM gram WHERE gram BETWEEN ?1 AND ?1 || char(1114111) LIMIT ?2)")
	selectReference = sql("SELECT number FROM instance WHERE reference = ?")
	selectArchived  = sql("SELECT 1 FROM instance WHERE number = ? AND archive IS NOT NULL")
)

// wanted is a text that is searched for.
type wanted struct {
	bits    int64
	numbers []int32 // instances that have it as a reference
	grams   []string
	rounds  int    // of counting
	gram    string // the rarest
	rows    int    // that have it, at least
	common  bool   // there may be more of them
	hits    int    // rows that have all bits, of those of a gram that is not common
}

// absent says that no presentation can have the text.
func (w *wanted) absent() bool { return w.rows == 0 }

// look finds out what a search has to go by.
func (r *reader) look(text string) (*wanted, error) {
	w := &wanted{bits: bitsOf(text), grams: gramsOf(text)}
	err := r.query(selectReference, func(row *row) error { w.numbers = append(w.numbers, row.int32()); return nil }, text)
	if err != nil {
		return nil, err
	}
	if n, ok := archiveNumber(text); ok {
		err := r.query(selectArchived, func(row *row) error {
			if !slices.Contains(w.numbers, n) {
				w.numbers = append(w.numbers, n)
			}
			return nil
		}, n)
		if err != nil {
			return nil, err
		}
	}
	for len(w.grams) > maxGrams { // neighbours tell the least
		w.grams = slices.Delete(w.grams, len(w.grams)/2, len(w.grams)/2+1)
	}
	return w, r.countGrams(w)
}

// countGrams counts for one more round.
func (r *reader) countGrams(w *wanted) error {
	most := rounds[w.rounds].most
	w.rounds++
	w.rows, w.common = most, true
	for _, g := range w.grams {
		st, n := countGram, 0
		if isPrefix(g) {
			st = countPrefix
		}
		if err := r.query(st, func(row *row) error { n = int(row.int()); return nil }, g, w.rows); err != nil {
			return err
		}
		if w.gram == "" || n < w.rows {
			w.gram, w.rows, w.common = g, n, n >= most
		}
		if n == 0 {
			break
		}
	}
	w.hits = w.rows
	if w.common || isPrefix(w.gram) || w.rows == 0 {
		return nil
	}
	return r.query(countBits, func(row *row) error { w.hits = int(row.int()); return nil }, w.bits, w.gram)
}

// due says that it is time for one more round.
func (w *wanted) due(spent float64) bool {
	return w.common && w.rounds < len(rounds) && spent > rounds[w.rounds].spent
}

// isPrefix says that a text is too short for a gram of its own.
func isPrefix(gram string) bool { return utf8.RuneCountInString(gram) < gramLength }
