package xmltok_test

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"overgang/soap/xmltok"
)

// attributesOf are n different attributes.
func attributesOf(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, " a%d=''", i)
	}
	return b.String()
}

// declarationsOf are n different namespace declarations.
func declarationsOf(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, " xmlns:n%d='u'", i)
	}
	return b.String()
}

func TestLimits(t *testing.T) {
	long := func(n int) string { return strings.Repeat("x", n) }
	for _, test := range []struct {
		what   string
		limits xmltok.Limits
		within string // at the limit
		beyond string // one beyond
		limit  int64
		offset int64
	}{
		{"depth", xmltok.Limits{},
			strings.Repeat("<a>", 64) + strings.Repeat("</a>", 64), strings.Repeat("<a>", 65), 64, 64 * 3},
		{"depth", xmltok.Limits{Depth: 2}, "<a><b/><b/></a>", "<a><b><c/></b></a>", 2, 6},
		{"attributes", xmltok.Limits{}, "<a" + attributesOf(256) + "/>", "<a" + attributesOf(257) + "/>", 256, int64(2 + len(attributesOf(256)) + 1)},
		{"attributes", xmltok.Limits{Attrs: 1}, "<a b='' xmlns='u' xmlns:p='u'/>", "<a b='' c=''/>", 1, 8},
		{"namespaces", xmltok.Limits{}, "<a" + declarationsOf(256) + "/>", "<a" + declarationsOf(257) + "/>", 256, int64(2 + len(declarationsOf(256)) + 1)},
		{"namespaces", xmltok.Limits{Namespaces: 2}, "<a xmlns:p='u'><b xmlns:p='v'/><b xmlns='w'/></a>", "<a xmlns:p='u'><b xmlns:p='v'><c xmlns:q='w'/></b></a>", 2, 33},
		{"name", xmltok.Limits{}, "<" + long(1024) + "/>", "<" + long(1025) + "/>", 1024, 1025},
		{"name", xmltok.Limits{Name: 3}, "<a abc=''></a>", "<a abcd=''></a>", 3, 6},
		{"name", xmltok.Limits{Name: 3}, "<a></a>", "<a></abcd>", 3, 8},
		{"value", xmltok.Limits{}, "<a b='" + long(64<<10) + "'/>", "<a b='" + long(64<<10+1) + "'/>", 64 << 10, 6 + 64<<10},
		{"value", xmltok.Limits{Value: 5}, "<a b='&lt;x'/>", "<a b='&lt;xx'/>", 5, 11},
		{"value", xmltok.Limits{Value: 5}, "<a xmlns='urn:a'/>", "<a xmlns='urn:ab'/>", 5, 15},
		{"tag", xmltok.Limits{}, "<a" + strings.Repeat(" ", 256<<10-4) + "/>", "<a" + strings.Repeat(" ", 256<<10-3) + "/>", 256 << 10, 256 << 10},
		{"tag", xmltok.Limits{Tag: 10}, "<a b='cd'></a >", "<a b='cde'></a>", 10, 10},
		{"tag", xmltok.Limits{Tag: 10}, "<a></a      >", "<a></a       >", 10, 13},
		{"elements", xmltok.Limits{Elements: 3}, "<a><b/><b/></a>", "<a><b/><b/><b/></a>", 3, 11},
		{"bytes", xmltok.Limits{Bytes: 20}, "<a>0123456789abc</a>", "<a>0123456789abcd</a>", 20, 20},
		{"bytes", xmltok.Limits{Bytes: 20}, "<a/><!-- comment -->", "<a/><!-- comment --> ", 20, 20},
	} {
		for _, wrap := range []func(io.Reader) io.Reader{
			func(r io.Reader) io.Reader { return r }, iotest.OneByteReader, iotest.DataErrReader,
		} {
			if _, err := read(wrap(strings.NewReader(test.within)), test.limits); err != nil {
				t.Errorf("%s at the limit of %d: %v", test.what, test.limit, err)
			}
			_, err := read(wrap(strings.NewReader(test.beyond)), test.limits)
			var beyond *xmltok.LimitError
			if !errors.As(err, &beyond) {
				t.Errorf("%s beyond the limit of %d: got %v", test.what, test.limit, err)
				continue
			}
			if want := (xmltok.LimitError{Offset: test.offset, What: test.what, Limit: test.limit}); *beyond != want {
				t.Errorf("%s: got %+v, want %+v", test.what, *beyond, want)
			}
		}
	}
}

func TestReferenceLimit(t *testing.T) {
	within := "<a b='&#" + strings.Repeat("0", 59) + "65;'>&#x" + strings.Repeat("0", 58) + "41;</a>"
	if got, err := read(strings.NewReader(within), xmltok.Limits{}); err != nil || got != "<{}a\n@{}b=\"A\"\n\"A\"\n>{}a\n" {
		t.Errorf("got %q %v", got, err)
	}
	for _, beyond := range []string{"<a>&#" + strings.Repeat("0", 70) + "65;</a>", "<a>&" + strings.Repeat("x", 70) + ";</a>"} {
		var limit *xmltok.LimitError
		if _, err := read(strings.NewReader(beyond), xmltok.Limits{}); !errors.As(err, &limit) || limit.What != "reference" {
			t.Errorf("%q: got %v", beyond, err)
		}
	}
}

func TestUncountedBytes(t *testing.T) {
	const size = 1 << 20
	doc := "<a><b>" + strings.Repeat("QUJD", size/4) + "</b></a>"
	for _, test := range []struct {
		limit     int64
		uncounted bool
		want      bool
	}{
		{size, false, false},
		{size + 14, false, true},
		{14, true, true},
		{13, true, false},
	} {
		r := xmltok.NewReader(nil)
		r.Reset(iotest.HalfReader(strings.NewReader(doc)), xmltok.Limits{Bytes: test.limit})
		var err error
		for {
			var kind xmltok.Kind
			if kind, err = r.Next(); err != nil || kind == xmltok.EOF {
				break
			}
			if kind == xmltok.Text && test.uncounted {
				r.Uncounted(int64(len(r.Text())))
			}
		}
		var limit *xmltok.LimitError
		if test.want != (err == nil) || err != nil && !errors.As(err, &limit) {
			t.Errorf("limit %d, uncounted %v: got %v", test.limit, test.uncounted, err)
		}
	}
}

// endless repeats unit for ever behind head, and counts what was read of it.
type endless struct {
	head, unit string
	given      int64
}

func (e *endless) Read(b []byte) (int, error) {
	n := copy(b, e.head)
	e.head = e.head[n:]
	for n < len(b) {
		c := copy(b[n:], e.unit)
		e.head = e.unit[c:] // the rest of a unit that did not fit
		n += c
	}
	e.given += int64(n)
	return n, nil
}

// TestEndlessDocuments has a document for every construct that could go on for
// ever: it must end at its limit, and not much more may be read.
func TestEndlessDocuments(t *testing.T) {
	const bytes = 1 << 20
	for _, test := range []struct {
		name, head, unit string
		most             int64
	}{
		{"white space before the root", "", " ", bytes},
		{"comment", "<!-- ", "x ", bytes},
		{"comments", "", "<!---->", bytes},
		{"XML declaration", "<?xml ", " ", 256 << 10},
		{"version", "<?xml version='", "1", 64 << 10},
		{"processing instruction", "<?p ", "x", 0},
		{"DOCTYPE", "<!DOCTYPE a [", "<!ENTITY b 'c'>", 0},
		{"depth", "", "<a>", 64 * 3},
		{"name", "<", "a", 1024},
		{"attribute's name", "<a ", "b", 1024},
		{"value", "<a b='", "x", 64 << 10},
		{"value of references", "<a b='", "&amp;", 64 << 10},
		{"value of two bytes each", "<a b='", "æ", 64 << 10},
		{"attributes", "<a", " a='x'", 256 << 10},
		{"white space in a tag", "<a", "\n", 256 << 10},
		{"white space in an end tag", "<a></a", "\n", 256 << 10},
		{"text", "<a>", "x", bytes},
		{"line ends", "<a>", "\r", bytes},
		{"brackets", "<a>", "]", bytes},
		{"references", "<a>", "&lt;", bytes},
		{"a reference", "<a>&#", "0", 64},
		{"CDATA", "<a><![CDATA[", "]] >", bytes},
		{"CDATA sections", "<a>", "<![CDATA[]]>", bytes},
		{"elements", "<a>", "<b/>", bytes},
		{"white space behind the root", "<a/>", " ", bytes},
	} {
		t.Run(test.name, func(t *testing.T) {
			src := &endless{head: test.head, unit: test.unit}
			r := xmltok.NewReader(nil)
			r.Reset(src, xmltok.Limits{Bytes: bytes})
			for {
				kind, err := r.Next()
				if err != nil {
					break
				}
				if kind == xmltok.EOF {
					t.Fatal("the document ended")
				}
			}
			if most := 2*test.most + 64<<10; src.given > most {
				t.Errorf("%d bytes read, want at most %d", src.given, most)
			}
		})
	}
}

// hostile has as many names, prefixes and attributes as the limits let through,
// all different, and costs a parser without caches and hashes the most.
func hostile() string {
	var b strings.Builder
	b.WriteString("<a" + declarationsOf(256) + ">")
	for i := range 2_000 {
		fmt.Fprintf(&b, "<n%d:e%d%s/>", i%256, i, attributesOf(256))
	}
	b.WriteString("</a>")
	return b.String()
}

func TestHostileNamesAllocateLittle(t *testing.T) {
	doc := hostile()
	r := xmltok.NewReader(nil)
	allocs := testing.AllocsPerRun(1, func() {
		r.Reset(strings.NewReader(doc), xmltok.Limits{})
		if _, err := readAll(r); err != nil {
			t.Fatal(err)
		}
	})
	// Two for each new element's name, and some for attributes' names that
	// drive each other out of the cache.
	if most := float64(2*2_000 + 2*2_000*256/4); allocs > most {
		t.Errorf("%v allocations, want at most %v", allocs, most)
	}
}

// readAll counts the tokens up to the end or to the error.
func readAll(r *xmltok.Reader) (tokens int, err error) {
	for {
		kind, err := r.Next()
		if err != nil || kind == xmltok.EOF {
			return tokens, err
		}
		tokens++
	}
}
