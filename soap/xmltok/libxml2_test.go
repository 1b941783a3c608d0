//go:build libxml2

package xmltok_test

import (
	"bytes"
	"errors"
	"os/exec"
	"strings"
	"testing"

	"overgang/soap/xmltok"
)

// libxml2 reads a document with xmllint (package libxml2-utils), an
// implementation that shares nothing with ours. It gives canonical XML (empty
// where C14N does not apply), or what xmllint has against the document.
func libxml2(t *testing.T, doc string) (canonical, refusal string) {
	t.Helper()
	cmd := exec.Command("xmllint", "--nonet", "--c14n", "-")
	cmd.Stdin = strings.NewReader(doc)
	var out, messages bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &messages
	err := cmd.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	// Whether a namespace's name is a URI is not for a parser to judge.
	var said string
	badURI := false
	for line := range strings.Lines(messages.String()) {
		if strings.Contains(line, "is not a valid URI") {
			badURI = true
		} else {
			said += line
		}
	}
	switch {
	case strings.Contains(said, "parser error :"), strings.Contains(said, "namespace error :"):
		// Breaches of Namespaces in XML are reported, but leave the exit status at 0.
		return "", said
	case badURI, strings.Contains(said, "Relative namespace"):
		return "", "" // well-formed, but not for C14N
	case err != nil:
		return "", said
	}
	return out.String(), ""
}

// libxml2Accepts are documents that are not well-formed and that libxml2 reads.
var libxml2Accepts = map[string]bool{
	"<a/>\x00": true, // a NUL ends its input
	// It drops what declares the prefix xml, once or twice.
	`<a xmlns:xml="http://www.w3.org/XML/1998/namespace" xmlns:xml="http://www.w3.org/XML/1998/namespace"/>`: true,
}

// againstLibxml2 compares acceptance, and for what both accept the events that
// encoding/xml finds in libxml2's canonical XML: there it has nothing to be
// lenient about.
func againstLibxml2(t *testing.T, doc string) {
	t.Helper()
	got, err := read(strings.NewReader(doc), xmltok.Limits{})
	canonical, refusal := libxml2(t, doc)
	var syntax *xmltok.SyntaxError
	switch {
	case errors.As(err, &syntax) && syntax.Reason != xmltok.Malformed:
		return // well-formed maybe, but not allowed
	case err != nil && refusal == "" && libxml2Accepts[doc]:
		return
	case err != nil && refusal == "":
		t.Errorf("%q: we say %v, libxml2 accepts", doc, err)
	case err == nil && refusal != "":
		t.Errorf("%q: we accept, libxml2 says %s", doc, refusal)
	case err == nil && canonical != "":
		// Names of the fourth edition of XML 1.0 had no characters beyond U+FFFF.
		fourth := strings.NewReplacer("\U00010000", "龥")
		want, err := readStandard(fourth.Replace(canonical))
		if err != nil {
			t.Fatalf("%q: encoding/xml cannot read libxml2's %q: %v", doc, canonical, err)
		}
		if fourth.Replace(got) != want {
			t.Errorf("%q: we read\n%s\nlibxml2 reads\n%s", doc, got, want)
		}
	}
}

func TestAgainstLibxml2(t *testing.T) {
	for _, test := range accepted {
		againstLibxml2(t, test.doc)
	}
	for _, test := range refused {
		againstLibxml2(t, test.doc)
	}
	for seed := range uint64(3_000) {
		againstLibxml2(t, document(random(seed)))
	}
}
