package codec

import (
	"bytes"
	"io"
	"reflect"
	"strings"
	"testing"

	"overgang/soap/xmltok"
	"overgang/wsdl"
)

// TestInclude: in a package a large field may be an Include, elsewhere not.
func TestInclude(t *testing.T) {
	const xop = `<i:Include xmlns:i="http://www.w3.org/2004/08/xop/include" href="cid:a"/>`
	p := plan[letter](t, letterElement(), Decode)
	for name, c := range map[string]struct {
		blob   string
		packed bool
		want   string // of the error, or the href
	}{
		"include":            {xop, true, "cid:a"},
		"white space around": {"\n " + xop + "\n", true, "cid:a"},
		"content in it":      {strings.Replace(xop, "/>", "> </i:Include>", 1), true, "cid:a"},
		"inline":             {"aGVsbG8=", true, ""},
		"no package":         {xop, false, "has an element where base64 is expected"},
		"no href":            {strings.Replace(xop, "href", "hrev", 1), true, "has an Include without href"},
		"href in a space":    {strings.Replace(xop, "href", "i:href", 1), true, "has an Include without href"},
		"two":                {xop + xop, true, "has more than an empty Include"},
		"text behind":        {xop + "aGVs", true, "has more than an empty Include"},
		"text in front":      {"aGVs" + xop, true, "has an element where base64 is expected"},
		"not empty":          {strings.Replace(xop, "/>", "><x/></i:Include>", 1), true, "has more than an empty Include"},
		"another element":    {"<x/>", true, "has an element where base64 is expected"},
	} {
		var d Decoder
		var sunk bytes.Buffer
		d.Reset(Limits{}, nil, func(string) (Sink, error) { return &bufferSink{Buffer: &sunk}, nil })
		if c.packed {
			d.Packed()
		}
		r := xmltok.NewReader(nil)
		r.Reset(strings.NewReader(letterDocument("<Part><Blob>"+c.blob+"</Blob></Part>")), xmltok.Limits{})
		if _, err := r.Next(); err != nil {
			t.Fatal(err)
		}
		var v letter
		err := d.Decode(r, p, &v)
		if err != nil {
			if !strings.HasSuffix(err.Error(), c.want) || c.want == "" {
				t.Errorf("%s: %v", name, err)
			}
			continue
		}
		href := ""
		for _, a := range d.Apart() {
			href = a.Href
			if a.To != v.Parts[0].Blob {
				t.Errorf("%s: not the field", name)
			}
			if _, err := io.WriteString(a.To, "hello"); err != nil {
				t.Fatal(err)
			}
		}
		if href != c.want || v.Parts[0].Blob.Size != 5 || sunk.String() != "hello" || v.After != "it" {
			t.Errorf("%s: %q, %+v, %q", name, href, v, &sunk)
		}
	}
}

type bufferSink struct{ *bytes.Buffer }

func (bufferSink) Close() error  { return nil }
func (bufferSink) Settle() error { return nil }
func (bufferSink) Abort()        {}

type download struct{ Result *Part }

// TestPart: an answer's part leaves an Include in the envelope.
func TestPart(t *testing.T) {
	e := el(outer, "GetResponse", complexType("", el(outer, "GetResult", simple(wsdl.KindBase64), 1, 1, false)), 1, 1, false)
	p := plan[download](t, e, Encode)
	part := &Part{Size: 5}
	out, err := p.Append(nil, download{part})
	if err != nil || !strings.Contains(string(out), `GetResult><xop:Include xmlns:xop="http://www.w3.org/2004/08/xop/include" href="cid:`+PartID+`"/></`) {
		t.Errorf("%s, %v", out, err)
	}
	if p.Part(download{part}) != part || p.Part(&download{part}) != part || p.Part(download{}) != nil {
		t.Error("the part is not found")
	}
	if _, err := Compile(e, reflect.TypeFor[download](), Decode); err == nil {
		t.Error("a Part in a request")
	}
}

// TestPartsThatGoNowhere: a plan is refused whose Part nobody would send.
func TestPartsThatGoNowhere(t *testing.T) {
	bytes := func(name string, max int) *wsdl.Element {
		return el(outer, name, simple(wsdl.KindBase64), 0, max, false)
	}
	answer := func(fields ...*wsdl.Element) *wsdl.Element {
		return el(outer, "GetResponse", complexType("", fields...), 1, 1, false)
	}
	for name, c := range map[string]struct {
		root *wsdl.Element
		t    reflect.Type
	}{
		"within":  {answer(el(outer, "Inner", complexType("Inner", bytes("Result", 1)), 1, 1, false)), reflect.TypeFor[struct{ Inner download }]()},
		"several": {answer(bytes("Result", wsdl.Unbounded)), reflect.TypeFor[struct{ Result []*Part }]()},
		"two":     {answer(bytes("A", 1), bytes("B", 1)), reflect.TypeFor[struct{ A, B *Part }]()},
		"beside contents": {answer(bytes("A", 1), bytes("B", 1)), reflect.TypeFor[struct {
			A *Part
			B *Inline
		}]()},
	} {
		if _, err := Compile(c.root, c.t, Encode); err == nil || !strings.Contains(err.Error(), "one *codec.Part") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

type upload struct {
	FileName string
	Number   *int32
	Stream   *Large
}

// TestFields: header blocks are set by name, parsed by type.
func TestFields(t *testing.T) {
	elements := []*wsdl.Element{
		el(outer, "FileName", simple(wsdl.KindString), 1, 1, false),
		el(outer, "Number", simple(wsdl.KindInt), 0, 1, true),
	}
	f, p, err := CompileFields("headers", elements, reflect.TypeFor[upload]())
	if err != nil {
		t.Fatal(err)
	}
	body := el(outer, "Upload", complexType("", el(outer, "Stream", simple(wsdl.KindBase64), 1, 1, false)), 1, 1, false)
	if err := Unknown(p, plan[upload](t, body, Decode)); err != nil {
		t.Error(err)
	}
	var d Decoder
	d.Reset(Limits{Text: 20}, nil, nil)
	var v upload
	for _, c := range []struct {
		local, text, err string
		null, found      bool
	}{
		{"FileName", "a.xml", "", false, true},
		{"Number", "seven", "Number is not of the type int", false, true},
		{"Number", " 7 ", "", false, true},
		{"Number", "", "", true, true},
		{"FileName", strings.Repeat("x", 21), "FileName is longer than 20 bytes", false, true},
		{"Stream", "x", "", false, false},
	} {
		found, err := f.Set(&d, &v, xmltok.Name{Space: outer, Local: c.local}, c.text, c.null)
		if found != c.found || (err == nil) != (c.err == "") || err != nil && err.Error() != c.err {
			t.Errorf("%s = %q: %v, %v", c.local, c.text, found, err)
		}
	}
	if v.FileName != "a.xml" || v.Number == nil || *v.Number != 7 {
		t.Errorf("%+v", v)
	}
	complexElement := el(outer, "X", complexType(""), 1, 1, false)
	if _, _, err := CompileFields("headers", []*wsdl.Element{complexElement}, reflect.TypeFor[upload]()); err == nil {
		t.Error("a complex header")
	}
}
