package c14n_test

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"encoding/json"
	"io"
	"os"
	"strings"
	"testing"

	"overgang/soap/c14n"
	"overgang/soap/xmltok"
)

// document is a line of testdata/c14n: what libxml2 makes of an element.
type document struct {
	Doc       string
	Element   int
	Inclusive []string
	Comments  bool
	Canonical []byte
}

// instructions hides processing instructions, which the tokenizer refuses, in
// comments, and revealed brings them back into the tree.
var instructions = strings.NewReplacer("<?xml version", "<?xml version", "<?", "<!--\u2620", "?>", "-->")

func revealed(n *c14n.Node) {
	if n.Kind == c14n.Comment {
		if text, ok := strings.CutPrefix(n.Data, "\u2620"); ok {
			target, data, _ := strings.Cut(text, " ")
			n.Kind, n.Name, n.Data = c14n.Instruction, xmltok.Name{Local: target}, strings.TrimLeft(data, " ")
		}
	}
	for c := n.First; c != nil; c = c.Next {
		revealed(c)
	}
}

// element is the element with that number in the order of the document.
func element(n *c14n.Node, number *int) *c14n.Node {
	if *number == 0 {
		return n
	}
	*number--
	for c := range n.Elements() {
		if found := element(c, number); found != nil {
			return found
		}
	}
	return nil
}

// parse reads a document that may have processing instructions.
func parse(t testing.TB, doc string) *c14n.Node {
	t.Helper()
	head, rest, found := strings.Cut(doc, "?>\n<")
	if found && strings.HasPrefix(head, "<?xml ") {
		doc = "<" + rest
	}
	root, err := c14n.NewParser(nil).Parse([]byte(instructions.Replace(doc)), xmltok.Limits{})
	if err != nil {
		t.Fatalf("%q: %v", doc, err)
	}
	revealed(root)
	return root
}

// againstLibxml2 compares every document that r has with what libxml2 made of
// it, and returns their number.
func againstLibxml2(t *testing.T, r io.Reader) (n int) {
	t.Helper()
	lines := bufio.NewScanner(r)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var d document
		if err := json.Unmarshal(lines.Bytes(), &d); err != nil {
			t.Fatal(err)
		}
		number := d.Element
		e := element(parse(t, d.Doc), &number)
		options := c14n.Options{Comments: d.Comments, Inclusive: d.Inclusive}
		if got := c14n.Append(nil, e, options); !bytes.Equal(got, d.Canonical) {
			t.Errorf("document %d, element %d, %+v:\n%q\ngot  %q\nwant %q", n, d.Element, options, d.Doc, got, d.Canonical)
		}
		var written bytes.Buffer
		if err := c14n.Write(&written, e, options); err != nil || !bytes.Equal(written.Bytes(), d.Canonical) {
			t.Errorf("document %d: Write wrote %q, %v", n, written.Bytes(), err)
		}
		n++
	}
	if err := lines.Err(); err != nil {
		t.Fatal(err)
	}
	return n
}

func TestAgainstLibxml2Documents(t *testing.T) {
	packed, err := os.Open("../../testdata/c14n/documents.jsonl.gz")
	if err != nil {
		t.Fatal(err)
	}
	defer packed.Close()
	r, err := gzip.NewReader(packed)
	if err != nil {
		t.Fatal(err)
	}
	if n := againstLibxml2(t, r); n < 3_000 {
		t.Errorf("only %d documents", n)
	}
}
