package xmltok_test

import (
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"pgregory.net/rapid"

	"overgang/soap/xmltok"
)

// chunked gives a document in pieces of the given sizes, again and again.
type chunked struct {
	doc   string
	sizes []int
	turn  int
}

func (c *chunked) Read(b []byte) (int, error) {
	if c.doc == "" {
		return 0, io.EOF
	}
	n := copy(b[:min(len(b), c.sizes[c.turn%len(c.sizes)])], c.doc)
	c.turn++
	c.doc = c.doc[n:]
	return n, nil
}

func drawn(t *rapid.T) choose {
	return func(n int) int { return rapid.IntRange(0, n-1).Draw(t, "choice") }
}

// sameInChunks compares a document read at once with the same in pieces.
func sameInChunks(t rapid.TB, doc string, limits xmltok.Limits, sizes []int) {
	t.Helper()
	want, wantErr := read(strings.NewReader(doc), limits)
	for _, src := range []io.Reader{
		&chunked{doc: doc, sizes: sizes},
		iotest.OneByteReader(strings.NewReader(doc)),
		iotest.DataErrReader(&chunked{doc: doc, sizes: sizes}),
	} {
		got, err := read(src, limits)
		if got != want {
			t.Fatalf("in pieces of %v:\n%q\ngives\n%s%v\nat once\n%s%v", sizes, doc, got, err, want, wantErr)
		}
		if (err == nil) != (wantErr == nil) || err != nil && err.Error() != wantErr.Error() {
			t.Fatalf("in pieces of %v:\n%q\ngives %v, at once %v", sizes, doc, err, wantErr)
		}
	}
}

func TestChunksDoNotMatter(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		doc := document(drawn(t))
		sizes := rapid.SliceOfN(rapid.IntRange(0, 20), 1, 8).Draw(t, "sizes")
		sizes = append(sizes, 1) // something must come in the end
		limits := xmltok.Limits{
			Depth: rapid.IntRange(1, 8).Draw(t, "depth"),
			Attrs: rapid.IntRange(1, 4).Draw(t, "attributes"),
			Name:  rapid.IntRange(1, 12).Draw(t, "name"),
			Value: rapid.IntRange(1, 12).Draw(t, "value"),
			Tag:   1 << 10,
			Bytes: 1 << 20,
		}
		sameInChunks(t, doc, limits, sizes)
	})
}

// TestBufferBordersDoNotMatter moves what is special across the border of the
// buffer byte by byte.
func TestBufferBordersDoNotMatter(t *testing.T) {
	const border = 32 << 10
	for _, special := range []string{
		"&amp;", "&#x1F600;", "\r\n", "\rx", "]]&gt;", "]]>", "æ", "€", "\U0001F600", "\xED\xA0\x80", "\uFFFE", "<b/>", "<b c='d&lt;'></b>",
		"<!-- - -->", "<![CDATA[]]]>]]>", "<![CDATA[\r\nx]]>", "</a>", "<!DOCTYPE", "<?xml ?>", "&", "\x00",
	} {
		for _, open := range []string{"<a>", "<a><![CDATA[", "<a><!--", "<a b='"} {
			for shift := range len(special) + 12 {
				fill := border - len(open) - shift
				doc := open + strings.Repeat("x", fill) + special + "tail"
				if open == "<a>" {
					doc += "</a>"
				}
				want, wantErr := read(strings.NewReader(open+special+"tail"+doc[fill+len(open)+len(special)+4:]), xmltok.Limits{})
				got, err := read(strings.NewReader(doc), xmltok.Limits{})
				if got = strings.Replace(got, strings.Repeat("x", fill), "", 1); strings.ReplaceAll(got, `""`+"\n", "") != want {
					t.Fatalf("%q, %q %d bytes before the border: got %s, want %s", open, special, shift, shortened(got), want)
				}
				if (err == nil) != (wantErr == nil) {
					t.Fatalf("%q, %q %d bytes before the border: got %v, want %v", open, special, shift, err, wantErr)
				}
				if syntax, ok := err.(*xmltok.SyntaxError); ok {
					if want := wantErr.(*xmltok.SyntaxError); syntax.Msg != want.Msg || syntax.Offset != want.Offset+int64(fill) {
						t.Fatalf("%q, %q %d bytes before the border: got %v, want %v", open, special, shift, err, wantErr)
					}
				}
			}
		}
	}
}

// TestRawIsTheMarkup copies random elements: the copy has the events of the
// element in its place, and without prefixes it is the very bytes.
func TestRawIsTheMarkup(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		g := generator{choose: drawn(t)}
		g.element(0, []string{"xml", "p", "q"})
		inner := g.String()
		head, tail := "<r xmlns='urn:default' xmlns:p='urn:p' xmlns:q='urn:q'>", "</r>"
		want, wantErr := read(strings.NewReader(strings.Replace(head, "urn:default", "", 1)+inner+tail), xmltok.Limits{})

		r := xmltok.NewReader(nil)
		r.Reset(&chunked{doc: head + inner + tail, sizes: []int{rapid.IntRange(1, 50).Draw(t, "size")}}, xmltok.Limits{})
		for range 2 {
			if kind, err := r.Next(); err != nil && wantErr == nil || err == nil && kind != xmltok.Start {
				t.Fatalf("%q: %v %v", inner, kind, err)
			}
		}
		var copied strings.Builder
		err := r.Raw(&copied)
		if (err == nil) != (wantErr == nil) {
			t.Fatalf("%q: Raw gives %v, reading %v", inner, err, wantErr)
		}
		if err != nil {
			return
		}
		if !strings.Contains(inner, ":") && copied.String() != inner {
			t.Fatalf("%q was copied as %q", inner, copied.String())
		}
		got, err := read(strings.NewReader("<r>"+copied.String()+"</r>"), xmltok.Limits{})
		if err != nil || got != want {
			t.Fatalf("%q\nwas copied as\n%q: %v\n%s\nwant\n%s", inner, copied.String(), err, got, want)
		}
	})
}
