package xsdform

import (
	"context"
	"io"
	"strings"
	"testing"
	"testing/iotest"
)

// What came as characters is UTF-8 whatever it declares: .NET's StringWriter
// declares utf-16.
func TestCharacters(t *testing.T) {
	v := compile(t)
	const body = "<melding xmlns=\"urn:melding\">\n<navn>Kåre😀</navn><antall>3</antall></melding>"
	for _, c := range []struct {
		declaration string
		other       bool
	}{
		{``, false},
		{`<?xml version="1.0"?>`, false},
		{`<?xml version="1.0" encoding="UTF-8"?>`, false},
		{`<?xml version="1.0" encoding="utf-16"?>`, true},
		{`<?xml version='1.0' encoding='ISO-8859-1' standalone='yes'?>`, true},
		{"<?xml version=\"1.0\"\n encoding=\"iso-8859-1\"?>\n", true},
		{`<?xml-stylesheet href="a.xsl" encoding="utf-16"?>`, false}, // no declaration
	} {
		other, err := Misdeclared(strings.NewReader(c.declaration + body))
		if err != nil || other != c.other {
			t.Errorf("%s: declared otherwise %v, %v", c.declaration, other, err)
		}
		r, err := Characters(strings.NewReader(c.declaration + body))
		if err != nil {
			t.Fatal(err)
		}
		found, err := v.Validate(context.Background(), r)
		if err != nil || len(found) > 0 {
			t.Errorf("%s: %v, %v", c.declaration, found, err)
		}
	}
	r, err := Characters(strings.NewReader("<?xml version='1.0'\n encoding='utf-16'?>\n" + strings.Replace(body, "Kåre", "Kåreeee", 1)))
	if err != nil {
		t.Fatal(err)
	}
	if found, err := v.Validate(context.Background(), r); err != nil || len(found) == 0 || found[0].Line != 4 {
		t.Errorf("findings %v, %v: want line 4", found, err)
	}
	if _, err := Characters(iotest.ErrReader(io.ErrClosedPipe)); err != io.ErrClosedPipe {
		t.Errorf("reader's error: %v", err)
	}
}

// Every finding says what is wrong in words, not by a code.
func TestFindingsHaveWords(t *testing.T) {
	v := compile(t)
	for _, document := range []string{"\n <?xml version=\"1.0\"?><melding/>", "<melding", "<a><b></a>", "<a>&x;</a>", "<a b='1' b='2'/>", "<a>\x00</a>", "<x:a/>"} {
		found, err := v.Validate(context.Background(), strings.NewReader(document))
		if err != nil || len(found) == 0 {
			t.Fatalf("%q: %v, %v", document, found, err)
		}
		if message := found[0].Message; !strings.Contains(message, " ") {
			t.Errorf("%q: %q", document, message)
		}
	}
}
