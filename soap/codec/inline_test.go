package codec

import (
	"bytes"
	"io"
	"reflect"
	"strings"
	"testing"

	"overgang/wsdl"
)

// Structs of the answer with contents: alone, in a list, and in a list's item.
type (
	shelf struct {
		First *Inline
		Boxes []box
		Last  *Inline
	}
	box struct {
		Name string
		Data *Inline
		More []*Inline
	}
)

func shelfElement() *wsdl.Element {
	data := simple(wsdl.KindBase64)
	more := complexType("ArrayOfData", el(inner, "Item", data, 0, wsdl.Unbounded, true))
	boxes := complexType("ArrayOfBox", el(inner, "Box", complexType("Box",
		el(inner, "Name", simple(wsdl.KindString), 0, 1, true),
		el(inner, "Data", data, 0, 1, true),
		el(inner, "More", more, 0, 1, true),
	), 0, wsdl.Unbounded, true))
	return el(outer, "Shelf", complexType("", el(outer, "First", data, 0, 1, false), el(outer, "Boxes", boxes, 0, 1, true), el(outer, "Last", data, 1, 1, true)), 1, 1, false)
}

func inline(text string) *Inline {
	return &Inline{Size: int64(len(text)), Open: func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(text)), nil }}
}

// TestInlines: there is a mark where each content belongs, and the contents are
// listed in the order of the marks.
func TestInlines(t *testing.T) {
	p := plan[shelf](t, shelfElement(), Encode)
	for name, c := range map[string]struct {
		value shelf
		want  []string
	}{
		"none":  {shelf{}, nil},
		"first": {shelf{First: inline("a")}, []string{"a"}},
		"all": {shelf{First: inline("a"), Last: inline("g"), Boxes: []box{
			{Name: "nul: \x00", Data: inline("b"), More: []*Inline{inline("c"), nil, inline("d")}}, {}, {Data: inline("e"), More: []*Inline{inline("f")}},
		}}, []string{"a", "b", "c", "d", "e", "f", "g"}},
	} {
		out, err := p.Append(nil, &c.value)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		var got []string
		for _, i := range p.Inlines(&c.value) {
			r, err := i.Open()
			if err != nil {
				t.Fatal(err)
			}
			text, err := io.ReadAll(r)
			if err != nil {
				t.Fatal(err)
			}
			got = append(got, string(text))
		}
		if !reflect.DeepEqual(got, c.want) || bytes.Count(out, []byte{InlineMark}) != len(c.want) {
			t.Errorf("%s: %q for %q", name, got, out)
		}
	}
	if plain := plan[letter](t, letterElement(), Decode); plain.Inlines(&letter{}) != nil {
		t.Error("a plan without contents lists some")
	}
}

// TestInlineMisuse: contents are of answers, base64, and may be missing.
func TestInlineMisuse(t *testing.T) {
	type direct struct{ Data Inline }
	type wanted struct{ Data *Inline }
	for name, c := range map[string]struct {
		kind wsdl.Kind
		goes reflect.Type
		use  Use
		want string
	}{
		"no pointer": {wsdl.KindBase64, reflect.TypeFor[direct](), Encode, "must be a *codec.Inline"},
		"request":    {wsdl.KindBase64, reflect.TypeFor[wanted](), Decode, "cannot be decoded"},
		"text":       {wsdl.KindString, reflect.TypeFor[wanted](), Encode, "cannot hold"},
	} {
		_, err := Compile(el(outer, "X", complexType("", el(outer, "Data", simple(c.kind), 0, 1, true)), 1, 1, false), c.goes, c.use)
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
