package c14n_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"overgang/soap/c14n"
	"overgang/soap/xmltok"
)

// find is the first element with that local name.
func find(n *c14n.Node, local string) *c14n.Node {
	if n.Name.Local == local {
		return n
	}
	for c := range n.Elements() {
		if found := find(c, local); found != nil {
			return found
		}
	}
	return nil
}

// Examples of Exclusive XML Canonicalization 1.0 §2 and of what it says in §3
// and §4, each about the element e.
func TestAppend(t *testing.T) {
	for _, test := range []struct {
		name, doc string
		options   c14n.Options
		want      string
	}{
		{"example of §2.2, first envelope",
			`<n0:local xmlns:n0="foo:bar" xmlns:n3="ftp://example.org"><n1:e xmlns:n1="http://example.net" xml:lang="en"><n3:stuff xmlns:n3="ftp://example.org"/></n1:e></n0:local>`,
			c14n.Options{}, `<n1:e xmlns:n1="http://example.net" xml:lang="en"><n3:stuff xmlns:n3="ftp://example.org"></n3:stuff></n1:e>`},
		{"example of §2.2, second envelope",
			`<n2:pdu xmlns:n1="http://example.com" xmlns:n2="http://foo.example" xml:lang="fr" xml:space="retain"><n1:e xmlns:n1="http://example.net" xml:lang="en"><n3:stuff xmlns:n3="ftp://example.org"/></n1:e></n2:pdu>`,
			c14n.Options{}, `<n1:e xmlns:n1="http://example.net" xml:lang="en"><n3:stuff xmlns:n3="ftp://example.org"></n3:stuff></n1:e>`},
		{"a listed prefix of an ancestor", `<r xmlns:p="urn:p" xmlns:q="urn:q"><e/></r>`,
			c14n.Options{Inclusive: []string{"p", "absent"}}, `<e xmlns:p="urn:p"></e>`},
		{"a listed default namespace", `<r xmlns="urn:d"><p:e xmlns:p="urn:p"/></r>`,
			c14n.Options{Inclusive: []string{"#default"}}, `<p:e xmlns="urn:d" xmlns:p="urn:p"></p:e>`},
		{"a listed default namespace, undeclared", `<r xmlns="urn:d"><p:e xmlns:p="urn:p"><p:f xmlns=""><g/></p:f></p:e></r>`,
			c14n.Options{Inclusive: []string{"#default"}}, `<p:e xmlns="urn:d" xmlns:p="urn:p"><p:f xmlns=""><g></g></p:f></p:e>`},
		{"the default namespace undeclared where it is used", `<e xmlns="urn:d"><p:f xmlns:p="urn:p" xmlns=""><g/></p:f></e>`,
			c14n.Options{}, `<e xmlns="urn:d"><p:f xmlns:p="urn:p"><g xmlns=""></g></p:f></e>`},
		{"a prefix redeclared and back", `<p:e xmlns:p="urn:1"><p:f xmlns:p="urn:2"><p:g xmlns:p="urn:1"/></p:f><p:h/></p:e>`,
			c14n.Options{}, `<p:e xmlns:p="urn:1"><p:f xmlns:p="urn:2"><p:g xmlns:p="urn:1"></p:g></p:f><p:h></p:h></p:e>`},
		{"attributes by namespace, then name", `<e xmlns:a="urn:z" xmlns:z="urn:a" a:x="1" z:y="2" z:x="3" b="4" xml:id="i" B="5"/>`,
			c14n.Options{}, `<e xmlns:a="urn:z" xmlns:z="urn:a" B="5" b="4" xml:id="i" z:x="3" z:y="2" a:x="1"></e>`},
		{"white space in values", "<e a='\t\n\r\n &#9;&#10;&#13;\"'/>", c14n.Options{}, `<e a="    &#x9;&#xA;&#xD;&quot;"></e>`},
		{"text", "<e>\r\n&#13;>&gt;&lt;\"<![CDATA[<&]]></e>", c14n.Options{}, "<e>\n&#xD;&gt;&gt;&lt;\"&lt;&amp;</e>"},
		{"comments dropped", "<e><!--x-->a<!-- y --></e>", c14n.Options{}, "<e>a</e>"},
		{"comments kept in their places", "<e><!--x-->a<!-- y\r\n --><f/><!--z--></e>", c14n.Options{Comments: true}, "<e><!--x-->a<!-- y\n --><f></f><!--z--></e>"},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := string(c14n.Append([]byte("-"), find(parse(t, test.doc), "e"), test.options)); got != "-"+test.want {
				t.Errorf("got  %s\nwant %s", got, test.want)
			}
		})
	}
}

// TestManyDeclarations takes a second and more where the search is linear.
func TestManyDeclarations(t *testing.T) {
	const n = 20_000
	var doc, want strings.Builder
	doc.WriteString("<e>")
	want.WriteString("<e>")
	var list []string
	for i := range n {
		fmt.Fprintf(&doc, `<p%d:x xmlns:p%d="urn:%d" p%d:y=""/>`, i, i, i, i)
		fmt.Fprintf(&want, `<p%d:x xmlns:p%d="urn:%d" p%d:y=""></p%d:x>`, i, i, i, i, i)
		list = append(list, fmt.Sprintf("p%d", i))
	}
	doc.WriteString("</e>")
	want.WriteString("</e>")
	root, err := c14n.NewParser(nil).Parse([]byte(doc.String()), xmltok.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	for _, options := range []c14n.Options{{}, {Inclusive: list}} {
		if got := string(c14n.Append(nil, root, options)); got != want.String() {
			t.Errorf("%d prefixes listed: not what was expected", len(options.Inclusive))
		}
	}

	wide := `<e xmlns:` + strings.Join(list, `="urn:p" xmlns:`) + `="urn:p"><p7:f/></e>`
	root, err = c14n.NewParser(nil).Parse([]byte(wide), xmltok.Limits{Namespaces: n, Tag: len(wide)})
	if err != nil {
		t.Fatal(err)
	}
	got := string(c14n.Append(nil, root.First, c14n.Options{Inclusive: list}))
	if strings.Count(got, "xmlns:") != n {
		t.Errorf("%d declarations of %d", strings.Count(got, "xmlns:"), n)
	}
}

// TestRedeclared has more declarations than are searched one by one, each
// redeclared within and used again behind.
func TestRedeclared(t *testing.T) {
	var declared, doc strings.Builder
	for i := range 40 {
		fmt.Fprintf(&declared, ` xmlns:p%02d="urn:%d"`, i, i)
		fmt.Fprintf(&doc, `<p%02d:x xmlns:p%02d="urn:x"><p%02d:y></p%02d:y></p%02d:x><p%02d:z></p%02d:z>`, i, i, i, i, i, i, i)
	}
	var list []string
	for i := range 40 {
		list = append(list, fmt.Sprintf("p%02d", i))
	}
	want := "<e" + declared.String() + ">" + doc.String() + "</e>"
	if got := string(c14n.Append(nil, parse(t, want), c14n.Options{Inclusive: list})); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

// failing fails at the second write.
type failing struct{ written int }

var errFull = errors.New("full")

func (f *failing) Write(p []byte) (int, error) {
	if f.written > 0 {
		return 0, errFull
	}
	f.written += len(p)
	return len(p), nil
}

func TestWriteEndsWithTheWriter(t *testing.T) {
	root := parse(t, "<e>"+strings.Repeat("<f>text</f>", 100_000)+"</e>")
	var w failing
	if err := c14n.Write(&w, root, c14n.Options{}); !errors.Is(err, errFull) {
		t.Errorf("error %v", err)
	}
	if w.written == 0 || w.written > 64<<10 {
		t.Errorf("%d bytes at once", w.written)
	}
}
