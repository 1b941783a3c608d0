package xmltok_test

import (
	"bytes"
	"errors"
	"strings"
	"testing"
	"testing/iotest"

	"overgang/soap/xmltok"
)

// rawAt copies from the first start tag named "here" on.
func rawAt(t *testing.T, r *xmltok.Reader, doc string, bytewise bool) (string, error) {
	t.Helper()
	r.Reset(strings.NewReader(doc), xmltok.Limits{})
	if bytewise {
		r.Reset(iotest.OneByteReader(strings.NewReader(doc)), xmltok.Limits{})
	}
	for {
		kind, err := r.Next()
		if err != nil || kind == xmltok.EOF {
			t.Fatalf("%q: no start tag named here: %v", doc, err)
		}
		if kind == xmltok.Start && r.Name().Local == "here" {
			var w bytes.Buffer
			err := r.Raw(&w)
			return w.String(), err
		}
	}
}

func TestRaw(t *testing.T) {
	long := strings.Repeat("<b c='d'>æ &amp; ]]\r\n<![CDATA[<&\r]]></b>", 3_000)
	for _, test := range []struct {
		name, head, markup, tail string
		want                     string // "" for markup unchanged
		parent                   string
	}{
		{"element", "<a>", "<here/>", "</a>", "", "a"},
		{"as it was written", "<a> ", "<here  b = 'c' ><!-- d --><![CDATA[\r\n]]>&#65;&amp;\r\n</here >", "</a>", "", "a"},
		{"all up to the parent's end", "<a><p>", "<here></here> text <b/><c><p></p></c><!-- d -->\r\n", "</p><q/></a>", "", "p"},
		{"long", "<a>", "<here>" + long + "</here>", "</a>", "", "a"},
		{"root", "<!-- x -->", "<here><b/></here>", "\n<!-- y -->", "", "here"},
		{"empty root", "", "<here/>", "", "", "here"},
		{"default namespace is not added", "<a xmlns='u'>", "<here b='c'/>", "</a>", "", "a"},
		{"unused prefix is not added", "<a xmlns:p='u'>", "<here>p:b</here>", "</a>", "", "a"},
		{"the prefix xml needs none", "<a>", "<here xml:lang='nb'/>", "</a>", "", "a"},
		{"element's prefix", "<a xmlns:p='u&amp;&quot;&lt;v'>", "<p:here>x</p:here>", "</a>", `<p:here xmlns:p="u&amp;&quot;&lt;v">x</p:here>`, "a"},
		{"attribute's prefix", "<a xmlns:p='u'>", "<here\n p:b='c'/>", "</a>", "<here xmlns:p=\"u\"\n p:b='c'/>", "a"},
		{"each prefix once", "<a xmlns:p='u' xmlns:q='v'>", "<p:here p:b='' q:b='' q:c=''><p:d q:e=''/></p:here>", "</a>",
			`<p:here xmlns:p="u" xmlns:q="v" p:b='' q:b='' q:c=''><p:d q:e=''/></p:here>`, "a"},
		{"prefix declared within", "<a xmlns:p='u'>", "<here xmlns:p='v'><p:b/></here>", "</a>", "", "a"},
		{"prefix used inside only", "<a xmlns:p='u'>", "<here><b><p:c/></b><p:c><p:d/></p:c></here>", "</a>",
			`<here><b><p:c xmlns:p="u"/></b><p:c xmlns:p="u"><p:d/></p:c></here>`, "a"},
		{"sibling", "<a xmlns:p='u'>", "<p:here/><p:b/>", "</a>", `<p:here xmlns:p="u"/><p:b xmlns:p="u"/>`, "a"},
		{"innermost binding outside", "<r xmlns:p='u'><a xmlns:p='v'>", "<p:here/>", "</a></r>", `<p:here xmlns:p="v"/>`, "a"},
		{"xsi:type", "<a xmlns:i='http://www.w3.org/2001/XMLSchema-instance' xmlns:x='http://www.w3.org/2001/XMLSchema'>",
			"<here i:type=' x:string'/>", "</a>",
			`<here xmlns:i="http://www.w3.org/2001/XMLSchema-instance" xmlns:x="http://www.w3.org/2001/XMLSchema" i:type=' x:string'/>`, "a"},
		{"xsi:type without a prefix", "<a xmlns:i='http://www.w3.org/2001/XMLSchema-instance'>",
			"<here xmlns:i='http://www.w3.org/2001/XMLSchema-instance' i:type='string'/>", "</a>", "", "a"},
	} {
		t.Run(test.name, func(t *testing.T) {
			want := test.want
			if want == "" {
				want = test.markup
			}
			r := xmltok.NewReader(nil)
			for _, bytewise := range []bool{false, true} {
				got, err := rawAt(t, r, test.head+test.markup+test.tail, bytewise)
				if got != want || err != nil {
					t.Errorf("got %q %v, want %q", shortened(got), err, shortened(want))
				}
				if r.Name().Local != test.parent {
					t.Errorf("Raw ends at %v, want %s", r.Name(), test.parent)
				}
				if _, err := readWith(r); err != nil {
					t.Errorf("behind Raw: %v", err)
				}
			}
		})
	}
}

func shortened(s string) string {
	if len(s) > 300 {
		return s[:150] + "…" + s[len(s)-150:]
	}
	return s
}

func TestRawChecksTheMarkup(t *testing.T) {
	r := xmltok.NewReader(nil)
	for _, markup := range []string{"<here>&b;</here>", "<here><b></here>", "<here/>\x01", "<here><p:b/></here>", "<here><!DOCTYPE b></here>", "<here>\r]]></here>", "<here>\xC3</here>", "<here/></b>"} {
		var syntax *xmltok.SyntaxError
		if _, err := rawAt(t, r, "<a>"+markup+"</a>", false); !errors.As(err, &syntax) {
			t.Errorf("%q: got %v", markup, err)
		}
	}
}

// full is a writer that fails.
type full struct{}

var errFull = errors.New("disk full")

func (full) Write([]byte) (int, error) { return 0, errFull }

func TestRawReturnsTheWritersError(t *testing.T) {
	for _, doc := range []string{"<a><b/></a>", "<a xmlns:p='u'><p:b/></a>", "<a/>", "<a><b>" + strings.Repeat("x", 1<<20) + "</b></a>"} {
		r := xmltok.NewReader(nil)
		r.Reset(strings.NewReader(doc), xmltok.Limits{})
		next(t, r, xmltok.Start)
		if doc != "<a/>" {
			next(t, r, xmltok.Start)
		}
		if err := r.Raw(full{}); err != errFull {
			t.Errorf("%s: got %v", shortened(doc), err)
		}
		if _, err := r.Next(); err != errFull {
			t.Errorf("%s: then got %v", shortened(doc), err)
		}
	}
}

func TestRawNeedsAStart(t *testing.T) {
	r := xmltok.NewReader(nil)
	r.Reset(strings.NewReader("<a>x</a>"), xmltok.Limits{})
	if err := r.Raw(&bytes.Buffer{}); err == nil {
		t.Error("Raw before the first token gave no error")
	}
	next(t, r, xmltok.Start)
	next(t, r, xmltok.Text)
	if err := r.Raw(&bytes.Buffer{}); err == nil {
		t.Error("Raw at Text gave no error")
	}
	next(t, r, xmltok.End)
}
