package message

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestNoLanguageLacksAText: each language has each message, with the same
// places to fill in, and only Sami may borrow.
func TestNoLanguageLacksAText(t *testing.T) {
	places := regexp.MustCompile(`\{\w+\}`)
	want := Keys(Default)
	for _, language := range Languages {
		if diff := cmp.Diff(want, Keys(language)); diff != "" {
			t.Errorf("%s (-%s +%s):\n%s", language, Default, language, diff)
		}
		if borrows := len(Borrowed(language)) > 0; borrows != (language == "se") {
			t.Errorf("%s borrows: %v", language, borrows)
		}
		for key, text := range texts[language] {
			// A short Sami text may leave the English detail out.
			if text == borrowed || language == "se" && !strings.Contains(text, "{") {
				continue
			}
			if diff := cmp.Diff(places.FindAllString(texts[Default][key], -1), places.FindAllString(text, -1)); diff != "" {
				t.Errorf("%s, %s:\n%s", language, key, diff)
			}
		}
	}
}

func TestText(t *testing.T) {
	for _, c := range [][]string{
		{"nn", "60035", "", "", "Elementet er alt arkivert."},
		{"se", "60035", "", "", "Dát lea juo arkiverejuvvon."},
		{"se", "60001", "", "", "Dárogillii: Saksnummeret er ikke gyldig."},
		{"fi", "60035", "", "", "Elementet er allerede arkivert."},
		{"en", "0/invalid", "no {guid} here", "G", "The request breaks a rule: no {guid} here"},
		{"en", "0/internal", "", "G", "An unexpected error occurred. If it persists, please report it with the id G."},
		{"en", "nothing", "", "", ""},
	} {
		if got := Text(c[0], c[1], c[2], c[3]); got != c[4] {
			t.Errorf("%q: %q", c[:4], got)
		}
	}
}

func TestParseRefuses(t *testing.T) {
	for _, raw := range []string{"5 ist", "5 = a\n5 = b", "5 = "} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%q is read", raw)
				}
			}()
			parse("nb", raw)
		}()
	}
	if got := parse("nb", "# x\n\n 5 = a = b \n"); !slices.Equal([]string{got["5"]}, []string{"a = b"}) {
		t.Errorf("%q", got)
	}
}
