package codec

import (
	"encoding/base64"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"overgang/soap/xmltok"
	"overgang/wsdl"
)

type letter struct {
	From  string
	Parts []part
	After string
}

type part struct {
	Title string
	Text  *Large
	Blob  *Large
}

func letterElement() *wsdl.Element {
	p := complexType("Part",
		el(inner, "Title", simple(wsdl.KindString), 0, 1, false),
		el(inner, "Text", simple(wsdl.KindString), 0, 1, false),
		el(inner, "Blob", simple(wsdl.KindBase64), 0, 1, true))
	list := complexType("ArrayOfPart", el(inner, "Part", p, 0, wsdl.Unbounded, true))
	return el(outer, "Letter", complexType("",
		el(outer, "From", simple(wsdl.KindString), 0, 1, false),
		el(outer, "Parts", list, 0, 1, false),
		el(outer, "After", simple(wsdl.KindString), 0, 1, false)), 1, 1, false)
}

func letterDocument(parts string) string {
	return `<l:Letter xmlns:l="urn:outer" xmlns="urn:inner" xmlns:x="http://www.w3.org/2001/XMLSchema-instance"><l:From>me</l:From><l:Parts>` +
		parts + `</l:Parts><l:After>it</l:After></l:Letter>`
}

func TestDecodeLarge(t *testing.T) {
	tests := []struct{ name, content, want string }{
		{"escaped", "<Text>&lt;a&gt;1&lt;/a&gt;</Text>", "<a>1</a>"},
		{"CDATA", "<Text><![CDATA[<?xml version='1.0'?><a>]]></Text>", "<?xml version='1.0'?><a>"},
		{"white space around CDATA is kept", "<Text>\n <![CDATA[<a/>]]>\n</Text>", "\n <a/>\n"},
		{"only white space", "<Text> \n</Text>", " \n"},
		{"nothing", "<Text/>", ""},
		{"markup", "<Text>\n <a  b = '1'><!-- c --><d/></a>\n</Text>", "<a  b = '1'><!-- c --><d/></a>\n"},
		{"markup with a prefix from outside", "<Text><l:a>1</l:a></Text>", `<l:a xmlns:l="urn:outer">1</l:a>`},
		{"base64", "<Blob>aGVsbG8=</Blob>", "hello"},
		{"base64 in lines", "<Blob>\r\n aG Vs\n\tbG&#13;8=\n </Blob>", "hello"},
		{"base64 of nothing", "<Blob/>", ""},
		{"base64 of white space", "<Blob> \n </Blob>", ""},
		{"base64 in CDATA and text", "<Blob>aGV<![CDATA[sbG8]]>=</Blob>", "hello"},
		{"base64 with a trailing return", "<Blob>aGVsbG8h&#13;</Blob>", "hello!"},
	}
	p := plan[letter](t, letterElement(), Decode)
	for _, tt := range tests {
		var got letter
		m := &memory{}
		d, err := reading(t, p, letterDocument("<Part><Title>t</Title>"+tt.content+"</Part>"), &got, Limits{}, func(field string) (Sink, error) {
			if got.From != "me" || got.Parts[0].Title != "t" {
				t.Errorf("%s: opened before the rest was there: %+v", tt.name, got)
			}
			m.field = field
			return m, nil
		})
		if err != nil {
			t.Errorf("%s: %v", tt.name, err)
			continue
		}
		if diff := cmp.Diff(tt.want, m.String()); diff != "" {
			t.Errorf("%s: %s", tt.name, diff)
		}
		large := got.Parts[0].Text
		if m.field == "Blob" {
			large = got.Parts[0].Blob
		}
		if large == nil || large.Sink != m || large.Size != int64(m.Len()) || got.After != "it" {
			t.Errorf("%s: field %s holds %+v", tt.name, m.field, large)
		}
		if m.closed+m.aborted != 0 {
			t.Errorf("%s: ended too early", tt.name)
		}
		if diff := cmp.Diff([]int{m.Len()}, m.settled); diff != "" {
			t.Errorf("%s: settled after so many bytes: %s", tt.name, diff)
		}
		if err := d.Close(); err != nil || m.closed != 1 {
			t.Errorf("%s: %v, closed %d times", tt.name, err, m.closed)
		}
		if d.Abort(); m.aborted != 0 {
			t.Errorf("%s: aborted after Close", tt.name)
		}
	}
}

func TestDecodeLargeNil(t *testing.T) {
	var got letter
	_, err := reading(t, plan[letter](t, letterElement(), Decode), letterDocument(`<Part><Blob x:nil="true"/></Part><Part x:nil="1"/>`), &got, Limits{}, nil)
	if err != nil {
		t.Fatal(err)
	}
	if len(got.Parts) != 1 || got.Parts[0].Blob != nil || got.Parts[0].Text != nil {
		t.Errorf("%+v", got.Parts)
	}
}

func TestDecodeLargeRefuses(t *testing.T) {
	long := strings.Repeat("QUJD", 20000)
	tests := []struct{ name, content, path, msg string }{
		{"text before markup", "<Text>x<a/></Text>", "Parts/Part[1]/Text", "text in front of its markup"},
		{"bad digits", "<Blob>a*==</Blob>", "Parts/Part[1]/Blob", "not base64"},
		{"no padding", "<Blob>aGVsbG8</Blob>", "Parts/Part[1]/Blob", "group of four"},
		{"bits under the padding", "<Blob>aGVsbG9=</Blob>", "Parts/Part[1]/Blob", "not base64"},
		{"more behind the padding", "<Blob>" + long + "QQ==\n" + long + "</Blob>", "Parts/Part[1]/Blob", "not base64"},
		{"padding at a buffer's end", "<Blob>" + strings.Repeat("QUJD", 8191) + "QQ==" + "QUJD</Blob>", "Parts/Part[1]/Blob", "behind its padding"},
		{"markup in base64", "<Blob>aGVs<a/></Blob>", "Parts/Part[1]/Blob", "element where base64"},
		{"a white desert", "<Text>" + strings.Repeat(" ", 70000) + "</Text>", "Parts/Part[1]/Text", "too much white space"},
		{"too many", "<Text/><Blob/></Part><Part><Text/>", "Parts/Part[2]/Text", "2 large fields"},
	}
	p := plan[letter](t, letterElement(), Decode)
	for _, tt := range tests {
		var opened []*memory
		d, err := reading(t, p, letterDocument("<Part>"+tt.content+"</Part>"), new(letter), Limits{Large: 2}, func(string) (Sink, error) {
			opened = append(opened, &memory{})
			return opened[len(opened)-1], nil
		})
		if err == nil {
			t.Errorf("%s: no error", tt.name)
			continue
		}
		if e := asError(t, err); e.Path != tt.path || !strings.Contains(e.Msg, tt.msg) {
			t.Errorf("%s: got %q, %q, want %q, %q", tt.name, e.Path, e.Msg, tt.path, tt.msg)
		}
		d.Abort()
		for _, m := range opened {
			if m.aborted != 1 || m.closed != 0 {
				t.Errorf("%s: a sink was closed %d and aborted %d times", tt.name, m.closed, m.aborted)
			}
		}
	}
}

func TestSinkErrorsPassAsTheyAre(t *testing.T) {
	p := plan[letter](t, letterElement(), Decode)
	for _, content := range []string{"<Text>x</Text>", "<Text><a/></Text>", "<Blob>aGVs</Blob>"} {
		_, err := reading(t, p, letterDocument("<Part>"+content+"</Part>"), new(letter), Limits{}, func(string) (Sink, error) {
			return &memory{fail: errDisk}, nil
		})
		if err != errDisk {
			t.Errorf("%s: write: %v", content, err)
		}
		_, err = reading(t, p, letterDocument("<Part>"+content+"</Part>"), new(letter), Limits{}, func(string) (Sink, error) { return nil, errDisk })
		if err != errDisk {
			t.Errorf("%s: open: %v", content, err)
		}
	}
}

func TestCloseAbortsTheOthers(t *testing.T) {
	good, bad, rest := &memory{}, &memory{fail: errDisk}, &memory{}
	d := new(Decoder)
	d.sinks = []Sink{good, bad, rest}
	if err := d.Close(); !errors.Is(err, errDisk) {
		t.Errorf("Close: %v", err)
	}
	d.Abort()
	if good.closed != 1 || bad.closed != 1 || rest.closed != 0 || rest.aborted != 1 || good.aborted != 1 || bad.aborted != 0 {
		t.Errorf("%+v %+v %+v", good, bad, rest)
	}
}

func TestBase64DoesNotCountAgainstTheEnvelope(t *testing.T) {
	const size = 300_000
	lines := func(width int, sep string) string {
		s := base64.StdEncoding.EncodeToString(make([]byte, size))
		var b strings.Builder
		for len(s) > width {
			b.WriteString(s[:width] + sep)
			s = s[width:]
		}
		return b.String() + s
	}
	tests := []struct {
		name string
		blob string
		ok   bool
	}{
		{"one line", lines(size*2, ""), true},
		{"lines of 76", lines(76, "\n"), true},
		{"mostly white space", lines(1, "\n"), false},
	}
	p := plan[letter](t, letterElement(), Decode)
	for _, tt := range tests {
		r := xmltok.NewReader(nil)
		r.Reset(strings.NewReader(letterDocument("<Part><Blob>"+tt.blob+"</Blob></Part>")), xmltok.Limits{Bytes: 4_000})
		r.Next()
		d, m := new(Decoder), &memory{}
		d.Reset(Limits{}, nil, func(string) (Sink, error) { return m, nil })
		err := d.Decode(r, p, new(letter))
		var limit *xmltok.LimitError
		if tt.ok && (err != nil || m.Len() != size) || !tt.ok && !errors.As(err, &limit) {
			t.Errorf("%s: %d bytes, %v", tt.name, m.Len(), err)
		}
	}
}
