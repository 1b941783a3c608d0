package xmltok_test

import (
	"encoding/xml"
	"errors"
	"math/rand/v2"
	"strings"
	"testing"

	"overgang/soap/xmltok"
)

// lenient are the rules that encoding/xml is known not to check: what only it
// accepts must break one of these, by our message.
var lenient = []string{
	"document type", "processing instructions", "XML declaration", "yes nor no", "white space is missing", // it reads past these
	"neither UTF-8", "a byte outside the declared encoding", "only UTF-8 is read", // the test's CharsetReader reads anything
	"version 1.0",
	"outside the root", "second root", "CDATA section outside", "end of the document", // it reads fragments, the empty one too
	"appears twice", "declared twice",
	"not declared", "bound to", "cannot be bound", "cannot be declared",
	"colon in a name", "begins with a character", // it splits at one colon, and takes the name whole otherwise
	"runs into", // no white space between attributes
	`"<" in an attribute's value`,
	"U+FFFE and U+FFFF",           // in comments; not in text
	"not UTF-8", "is not allowed", // in comments and CDATA
	"not a character",       // U+FFFE is checked for tables only
	`neither a comment nor`, // it takes any <!…> for a directive
}

// againstStandard compares with encoding/xml: what we accept it must accept
// with the same events, and what we refuse it may accept for known reasons only.
func againstStandard(t *testing.T, doc string) {
	t.Helper()
	got, err := read(strings.NewReader(doc), xmltok.Limits{})
	want, standardErr := readStandard(doc)
	if err != nil {
		if standardErr == nil && !excused(doc, err) {
			t.Errorf("%q: we say %v, encoding/xml accepts", doc, err)
		}
		return
	}
	if standardErr != nil {
		// Its names are those of the fourth edition of XML 1.0.
		if !strings.Contains(standardErr.Error(), "invalid XML name") && !strings.Contains(standardErr.Error(), "name after") &&
			!strings.Contains(standardErr.Error(), "invalid character entity") {
			t.Errorf("%q: we accept, encoding/xml says %v", doc, standardErr)
		}
		return
	}
	// It normalises only line ends in values, and knows an element xmlns as little
	// as one in the namespace of the prefix xml.
	if !strings.Contains(doc, "<xmlns") && blanks(got) != blanks(want) {
		t.Errorf("%q: we read\n%s\nencoding/xml reads\n%s", doc, got, want)
	}
}

// blanks makes all white space in values a space.
func blanks(events string) string {
	lines := strings.Split(events, "\n")
	for i, line := range lines {
		if strings.HasPrefix(line, "@") {
			lines[i] = strings.NewReplacer(`\t`, " ", `\n`, " ", `\r`, " ").Replace(line)
		}
	}
	return strings.Join(lines, "\n")
}

func excused(doc string, err error) bool {
	var syntax *xmltok.SyntaxError
	if !errors.As(err, &syntax) {
		return true // beyond a limit
	}
	if inDeclaration := strings.HasPrefix(strings.TrimPrefix(doc[:syntax.Offset], "\uFEFF"), "<?xml ") && !strings.Contains(doc[:syntax.Offset], "?>"); inDeclaration {
		return true
	}
	for _, reason := range lenient {
		if strings.Contains(err.Error(), reason) {
			return true
		}
	}
	return false
}

// random is a choice that gives the same for the same seed.
func random(seed uint64) choose {
	source := rand.New(rand.NewPCG(seed, 2009))
	return source.IntN
}

func TestAgainstStandard(t *testing.T) {
	for _, test := range accepted {
		againstStandard(t, test.doc)
	}
	for _, test := range refused {
		againstStandard(t, test.doc)
	}
	wellFormed := 0
	const documents = 5_000
	for seed := range uint64(documents) {
		doc := document(random(seed))
		againstStandard(t, doc)
		if _, err := read(strings.NewReader(doc), xmltok.Limits{}); err == nil {
			wellFormed++
		}
	}
	if wellFormed < documents/4 || wellFormed > documents*3/4 {
		t.Errorf("%d of %d random documents are well-formed: the generator says nothing", wellFormed, documents)
	}
}

// TestStandardIsLenient holds the reason why this package exists: when it
// fails, encoding/xml has become stricter, and lenient can shrink.
func TestStandardIsLenient(t *testing.T) {
	for _, doc := range []string{
		"<!DOCTYPE a><a/>", "<a b='' b=''/>", "<p:a/>", "<a/><b/>", "<a/>text", "<?p?><a/>", "<:a/>",
	} {
		var syntax *xml.SyntaxError
		if _, err := readStandard(doc); errors.As(err, &syntax) {
			t.Errorf("%q: encoding/xml says %v", doc, err)
		}
		if _, err := read(strings.NewReader(doc), xmltok.Limits{}); err == nil {
			t.Errorf("%q: accepted", doc)
		}
	}
}

func FuzzReader(f *testing.F) {
	for _, test := range accepted {
		f.Add(test.doc, byte(3))
	}
	for _, test := range refused {
		f.Add(test.doc, byte(1))
	}
	for seed := range uint64(200) {
		f.Add(document(random(seed)), byte(seed))
	}
	f.Fuzz(func(t *testing.T, doc string, size byte) {
		againstStandard(t, doc)
		sameInChunks(t, doc, xmltok.Limits{Value: 1 << 10, Depth: 10}, []int{int(size), 1})
	})
}
