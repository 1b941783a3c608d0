package c14n_test

import (
	"bytes"
	"testing"

	"github.com/google/go-cmp/cmp"

	"overgang/soap/c14n"
	"overgang/soap/xmltok"
)

// shape is a tree without links.
type shape struct {
	Kind     c14n.Kind
	Name     xmltok.Name
	Prefix   string
	Attrs    []c14n.Attr
	Declared []c14n.Namespace
	Data     string
	Children []shape
}

func shaped(n *c14n.Node) shape {
	s := shape{Kind: n.Kind, Name: n.Name, Prefix: n.Prefix, Attrs: n.Attrs, Declared: n.Declared, Data: n.Data}
	for c := n.First; c != nil; c = c.Next {
		s.Children = append(s.Children, shaped(c))
	}
	return s
}

func TestParse(t *testing.T) {
	doc := "\uFEFF<?xml version='1.0'?><!-- <before/> -->\n<a xmlns='urn:d' p:x = \"1>2\" xmlns:p='urn:p' y='/'><!--<c/>-->one<![CDATA[]]><![CDATA[<!--two-->]]>three<p:b /></a>"
	root, err := c14n.NewParser(nil).Parse([]byte(doc), xmltok.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	text := func(s string) shape { return shape{Kind: c14n.Text, Data: s} }
	want := shape{
		Name:     xmltok.Name{Space: "urn:d", Local: "a"},
		Attrs:    []c14n.Attr{{Name: xmltok.Name{Space: "urn:p", Local: "x"}, Prefix: "p", Value: "1>2"}, {Name: xmltok.Name{Local: "y"}, Value: "/"}},
		Declared: []c14n.Namespace{{URI: "urn:d"}, {Prefix: "p", URI: "urn:p"}},
		Children: []shape{{Kind: c14n.Comment, Data: "<c/>"}, text("one"), text("<!--two-->"), text("three"),
			{Name: xmltok.Name{Space: "urn:p", Local: "b"}, Prefix: "p"}},
	}
	if diff := cmp.Diff(want, shaped(root)); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	if _, ok := root.Content(); ok {
		t.Error("an element with an element in it has text only")
	}
}

func TestParseHead(t *testing.T) {
	const doc = `<s:E xmlns:s="urn:s"><s:H a="1"><x/></s:H><s:B>never read`
	end := len(`<s:E xmlns:s="urn:s"><s:H a="1"><x/></s:H>`)
	var p = c14n.NewParser(nil)
	root, err := p.ParseHead([]byte(doc[:end]), xmltok.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	if got, want := string(c14n.Append(nil, root.First, c14n.Options{})), `<s:H xmlns:s="urn:s" a="1"><x></x></s:H>`; got != want {
		t.Errorf("got %s", got)
	}
	for _, cut := range []int{1, 25, end - 1, end + 3} {
		if _, err := p.ParseHead([]byte(doc[:cut]), xmltok.Limits{}); err == nil {
			t.Errorf("%q is taken", doc[:cut])
		}
	}
	if _, err := p.Parse([]byte(doc[:end]), xmltok.Limits{}); err == nil {
		t.Error("Parse takes a part")
	}
}

func TestContent(t *testing.T) {
	root := parse(t, "<e>a<!--x-->b<![CDATA[c]]></e>")
	if text, ok := root.Content(); text != "abc" || !ok {
		t.Errorf("%q, %v", text, ok)
	}
}

var fuzzed = []string{
	"<a/>", "<!--x--><a xmlns='u' xmlns:p='v' p:b='&#10;\n' c=\">\"><p:d xmlns=''/>t<!--c--><![CDATA[<]]>&#13;\r\n</a>",
	"<a><![CDATA[]]]]><![CDATA[>]]></a>", "<a xml:lang='en' xmlns:xml='http://www.w3.org/XML/1998/namespace'><!----></a>",
}

// FuzzCanonical: what is canonical stays as it is, whatever it was made from,
// and where no comments are kept they make no difference.
func FuzzCanonical(f *testing.F) {
	for _, doc := range fuzzed {
		f.Add([]byte(doc), "p #default")
	}
	f.Fuzz(func(t *testing.T, doc []byte, list string) {
		p := c14n.NewParser(nil)
		root, err := p.Parse(doc, xmltok.Limits{})
		if err != nil {
			return
		}
		var inclusive []string
		for _, prefix := range bytes.Fields([]byte(list)) {
			inclusive = append(inclusive, string(prefix))
		}
		for _, options := range []c14n.Options{{}, {Comments: true}, {Inclusive: inclusive}} {
			once := c14n.Append(nil, root, options)
			again, err := p.Parse(once, xmltok.Limits{Value: 8 << 20, Tag: 8 << 20})
			if err != nil {
				t.Fatalf("%q becomes %q: %v", doc, once, err)
			}
			if twice := c14n.Append(nil, again, options); !bytes.Equal(once, twice) {
				t.Fatalf("%q becomes %q, that becomes %q", doc, once, twice)
			}
		}
	})
}
