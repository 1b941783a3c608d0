package xmltok_test

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"overgang/soap/xmltok"
)

// accepted are well-formed documents and their events.
var accepted = []struct {
	name string
	doc  string
	want string
}{
	{"empty element", "<a/>", "<{}a\n>{}a\n"},
	{"white space in tags", "<a\t\r\n b = 'c'\n></a\t\r\n>", "<{}a\n@{}b=\"c\"\n>{}a\n"},
	{"byte order mark", "\uFEFF<a/>", "<{}a\n>{}a\n"},
	{"mark and declaration", "\uFEFF<?xml version=\"1.0\"?><a/>", "<{}a\n>{}a\n"},
	{"whole declaration", "<?xml version = '1.0'\tencoding=\"UTF-8\" standalone='no' ?>\r\n<a/>", "<{}a\n>{}a\n"},
	{"encoding in other case", "<?xml version='1.0' encoding='uTf-8'?><a>æ</a>", "<{}a\n\"æ\"\n>{}a\n"},
	{"US-ASCII", "<?xml version='1.0' encoding='us-ascii'?><a>&#230;</a>", "<{}a\n\"æ\"\n>{}a\n"},
	{"declaration without encoding", "<?xml version='1.0' standalone='yes'?><a/>", "<{}a\n>{}a\n"},
	{"around the root", " \t\r\n<!-- a --><a/><!-- - -->\n<!---->", "<{}a\n>{}a\n"},
	{"names", "<_æ-.1·><Ωé\u0301/><\U00010000/></_æ-.1·>", "<{}_æ-.1·\n<{}Ωé\u0301\n>{}Ωé\u0301\n<{}\U00010000\n>{}\U00010000\n>{}_æ-.1·\n"},
	{"text around comments and CDATA", "<a>x<!--y--><![CDATA[<z>&amp;]]]]><![CDATA[>]]><![CDATA[]]>w</a>", "<{}a\n\"x<z>&amp;]]>w\"\n>{}a\n"},
	{"brackets in text", "<a>]]]x]]&gt;]]<b/>]</a>", "<{}a\n\"]]]x]]>]]\"\n<{}b\n>{}b\n\"]\"\n>{}a\n"},
	{"> in text", "<a>-->\"'></a>", "<{}a\n\"-->\\\"'>\"\n>{}a\n"},
	{"entities", "<a>&lt;&gt;&amp;&quot;&apos;</a>", "<{}a\n\"<>&\\\"'\"\n>{}a\n"},
	{"resolved once", "<a>&amp;lt;&#38;lt;</a>", "<{}a\n\"&lt;&lt;\"\n>{}a\n"},
	{"character references", "<a>&#65;&#x000041;&#xfffd;&#x10FFFF;&#9;&#xD;&#10;</a>", "<{}a\n\"AA\uFFFD\\U0010ffff\\t\\r\\n\"\n>{}a\n"},
	{"line ends", "<a>1\r\n2\r3\n4\r\r\n5\n\r6&#13;&#10;</a>", "<{}a\n\"1\\n2\\n3\\n4\\n\\n5\\n\\n6\\r\\n\"\n>{}a\n"},
	{"line ends in CDATA", "<a><![CDATA[1\r\n2\r]]>\n</a>", "<{}a\n\"1\\n2\\n\\n\"\n>{}a\n"},
	{"all lengths of UTF-8", "<a b='\u0080߿ࠀ\uD7FF\uE000\uFFFD\U00010000\U0010FFFF'>\u0080߿ࠀ\uD7FF\uE000\uFFFD\U00010000\U0010FFFF</a>",
		"<{}a\n@{}b=\"\\u0080߿ࠀ\\ud7ff\\ue000\uFFFD\U00010000\\U0010ffff\"\n\"\\u0080߿ࠀ\\ud7ff\\ue000\uFFFD\U00010000\\U0010ffff\"\n>{}a\n"},
	{"DEL and C1 are characters", "<a>\x7F\u0085</a>", "<{}a\n\"\\x7f\\u0085\"\n>{}a\n"},
	{"attribute values", "<a b='\"' c=\"'>\" d=' \t\r\n\n x' e='&#9;&#10;&#13;&lt;&amp;&quot;'/>",
		"<{}a\n@{}b=\"\\\"\"\n@{}c=\"'>\"\n@{}d=\"     x\"\n@{}e=\"\\t\\n\\r<&\\\"\"\n>{}a\n"},
	{"]]> in a value", "<a b=']]>'/>", "<{}a\n@{}b=\"]]>\"\n>{}a\n"},
	{"default namespace", "<a xmlns='u' b='c'><d xmlns=''><e/></d><f/></a>",
		"<{u}a\n@{}b=\"c\"\n<{}d\n<{}e\n>{}e\n>{}d\n<{u}f\n>{u}f\n>{u}a\n"},
	{"prefixes", "<p:a xmlns:p='u' p:b='1' b='2'><p:c xmlns:p='v' p:b='3'/><p:d/></p:a>",
		"<{u}a\n@{u}b=\"1\"\n@{}b=\"2\"\n<{v}c\n@{v}b=\"3\"\n>{v}c\n<{u}d\n>{u}d\n>{u}a\n"},
	{"declared behind its use", "<p:a p:b='' xmlns:p='u'/>", "<{u}a\n@{u}b=\"\"\n>{u}a\n"},
	{"same name with and without namespace", "<a xmlns='u' xmlns:p='u' b='' p:b=''/>", "<{u}a\n@{u}b=\"\"\n@{}b=\"\"\n>{u}a\n"},
	{"the prefix xml", "<a xml:lang='nb' xml:base='http://example.org/' xml:id='i'><xml:b/></a>",
		"<{}a\n@{http://www.w3.org/XML/1998/namespace}base=\"http://example.org/\"\n@{http://www.w3.org/XML/1998/namespace}id=\"i\"\n@{http://www.w3.org/XML/1998/namespace}lang=\"nb\"\n<{http://www.w3.org/XML/1998/namespace}b\n>{http://www.w3.org/XML/1998/namespace}b\n>{}a\n"},
	{"xml declared rightly", "<a xmlns:xml='http://www.w3.org/XML/1998/namespace' xml:b=''/>", "<{}a\n@{http://www.w3.org/XML/1998/namespace}b=\"\"\n>{}a\n"},
	{"xmlns as a local name", "<p:xmlns xmlns:p='u' p:xmlns='v'/>", "<{u}xmlns\n@{u}xmlns=\"v\"\n>{u}xmlns\n"},
	{"namespace normalised", "<p:a xmlns:p='&#x75;&amp;'/>", "<{u&}a\n>{u&}a\n"},
	{"line end in a namespace", "<a xmlns=\"\r\"/>", "<{ }a\n>{ }a\n"},
	{"XInclude is an element like others", "<x:include xmlns:x='http://www.w3.org/2001/XInclude' href='file:///etc/passwd'/>",
		"<{http://www.w3.org/2001/XInclude}include\n@{}href=\"file:///etc/passwd\"\n>{http://www.w3.org/2001/XInclude}include\n"},
}

func TestAccepted(t *testing.T) {
	for _, test := range accepted {
		t.Run(test.name, func(t *testing.T) {
			got, err := read(strings.NewReader(test.doc), xmltok.Limits{})
			if diff := cmp.Diff(test.want, got); diff != "" || err != nil {
				t.Errorf("%q: %v\n%s", test.doc, err, diff)
			}
		})
	}
}

func TestTextBeforeAnErrorComesFirst(t *testing.T) {
	got, err := read(strings.NewReader("<a>one &amp; two\x01</a>"), xmltok.Limits{})
	if want := "<{}a\n\"one & two\"\n"; got != want || err == nil {
		t.Errorf("got %q %v, want %q and an error", got, err, want)
	}
}

func TestSourceErrorIsReturnedAsItIs(t *testing.T) {
	broken := errors.New("connection reset")
	for _, head := range []string{"", "<", "<a", "<a>", "<a>text", "<a>&am", "<a><![CDATA[x]", "<a><!-- ", "<a b='", "<a/>"} {
		src := io.MultiReader(strings.NewReader(head), iotest.ErrReader(broken))
		if _, err := read(src, xmltok.Limits{}); err != broken {
			t.Errorf("behind %q: got %v, want %v", head, err, broken)
		}
	}
	if _, err := read(silent{}, xmltok.Limits{}); err != io.ErrNoProgress {
		t.Errorf("a source without bytes: got %v, want %v", err, io.ErrNoProgress)
	}
}

// silent is a source that neither gives anything nor ends.
type silent struct{}

func (silent) Read([]byte) (int, error) { return 0, nil }

func TestPositions(t *testing.T) {
	r := xmltok.NewReader(nil)
	r.Reset(strings.NewReader("<a xmlns='d' xmlns:p='u'><b xmlns:p='v' xmlns=''/>x</a>"), xmltok.Limits{})
	type position struct {
		Kind           xmltok.Kind
		Name           string
		Depth          int
		Offset         int64
		Prefix, Global string
	}
	var got []position
	for {
		kind, err := r.Next()
		if err != nil {
			t.Fatal(err)
		}
		p := position{Kind: kind, Depth: r.Depth(), Offset: r.Offset()}
		if kind != xmltok.Text {
			p.Name = r.Name().Local
		}
		p.Prefix, _ = r.Space("p")
		p.Global, _ = r.Space("")
		got = append(got, p)
		if kind == xmltok.EOF {
			break
		}
	}
	want := []position{
		{xmltok.Start, "a", 1, 25, "u", "d"},
		{xmltok.Start, "b", 2, 50, "v", ""},
		{xmltok.End, "b", 1, 50, "v", ""},
		{xmltok.Text, "", 1, 51, "u", "d"},
		{xmltok.End, "a", 0, 55, "u", "d"},
		{xmltok.EOF, "a", 0, 55, "", ""},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if _, ok := r.Space("p"); ok {
		t.Error("a prefix is bound behind the root")
	}
	if uri, ok := r.Space("xml"); !ok || uri != "http://www.w3.org/XML/1998/namespace" {
		t.Errorf("xml is bound to %q", uri)
	}
}

func TestSkip(t *testing.T) {
	r := xmltok.NewReader(nil)
	r.Reset(strings.NewReader("<a><b><b/>x<c></c></b><d/></a>"), xmltok.Limits{})
	if err := r.Skip(); err == nil {
		t.Error("Skip before the first token gave no error")
	}
	next(t, r, xmltok.Start)
	for _, want := range []string{"b", "d"} {
		next(t, r, xmltok.Start)
		if err := r.Skip(); err != nil || r.Name().Local != want || r.Depth() != 1 {
			t.Errorf("Skip: %v, at %v, depth %d", err, r.Name(), r.Depth())
		}
	}
	next(t, r, xmltok.End)
	next(t, r, xmltok.EOF)

	r.Reset(strings.NewReader("<a><b></a>"), xmltok.Limits{})
	next(t, r, xmltok.Start)
	var syntax *xmltok.SyntaxError
	if err := r.Skip(); !errors.As(err, &syntax) {
		t.Errorf("Skip over what is malformed: %v", err)
	}
}

func next(t *testing.T, r *xmltok.Reader, want xmltok.Kind) {
	t.Helper()
	if kind, err := r.Next(); err != nil || kind != want {
		t.Fatalf("got %v %v, want %v", kind, err, want)
	}
}

func TestPiecesAreWholeCharacters(t *testing.T) {
	text := strings.Repeat("æ€\U0001F600x&amp;\r\n", 20_000)
	for _, doc := range []string{"<a>" + text + "</a>", "<a><![CDATA[" + text + "]]></a>"} {
		for _, src := range []io.Reader{strings.NewReader(doc), iotest.HalfReader(strings.NewReader(doc)), iotest.OneByteReader(strings.NewReader(doc))} {
			r := xmltok.NewReader(nil)
			r.Reset(src, xmltok.Limits{})
			next(t, r, xmltok.Start)
			for {
				kind, err := r.Next()
				if err != nil {
					t.Fatal(err)
				}
				if kind == xmltok.End {
					break
				}
				if !utf8.Valid(r.Text()) {
					t.Fatal("a piece splits a character")
				}
			}
		}
	}
}

func TestReaderServesOneDocumentAfterAnother(t *testing.T) {
	r := xmltok.NewReader(xmltok.NewVocabulary("a", "u"))
	for range 3 {
		for _, test := range refused {
			r.Reset(strings.NewReader(test.doc), xmltok.Limits{})
			if _, err := readWith(r); err == nil {
				t.Errorf("%s: accepted", test.name)
			}
		}
		for _, test := range accepted {
			r.Reset(strings.NewReader(test.doc), xmltok.Limits{})
			if got, err := readWith(r); got != test.want || err != nil {
				t.Errorf("%s: got %q %v", test.name, got, err)
			}
		}
	}
	r.Reset(nil, xmltok.Limits{})
	if kind, err := r.Next(); err == nil {
		t.Errorf("no source: got %v, want an error", kind)
	}
}

func TestKnownNamesAllocateNothing(t *testing.T) {
	doc := envelope(dense(5_000) + "<![CDATA[" + form(5_000) + "]]>")
	src := bytes.NewReader(nil)
	r := xmltok.NewReader(benchVocabulary)
	allocs := testing.AllocsPerRun(20, func() {
		src.Reset(doc)
		r.Reset(src, xmltok.Limits{})
		for kind, err := r.Next(); kind != xmltok.EOF || err != nil; kind, err = r.Next() {
			if err != nil {
				t.Fatal(err)
			}
		}
	})
	if allocs != 0 {
		t.Errorf("%v allocations a document", allocs)
	}
}

func TestVocabularySharesItsStrings(t *testing.T) {
	r := xmltok.NewReader(xmltok.NewVocabulary("urn:known", "Known", "true"))
	r.Reset(strings.NewReader("<p:Known xmlns:p='urn:known' Known='true'/>"), xmltok.Limits{})
	next(t, r, xmltok.Start)
	if want := (xmltok.Name{Space: "urn:known", Local: "Known"}); r.Name() != want {
		t.Errorf("got %v, want %v", r.Name(), want)
	}
	if diff := cmp.Diff([]xmltok.Attr{{Name: xmltok.Name{Local: "Known"}, Value: "true"}}, r.Attrs()); diff != "" {
		t.Error(diff)
	}
}
