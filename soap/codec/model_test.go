package codec

import (
	"bytes"
	"errors"
	"reflect"
	"strings"
	"testing"
	"time"

	"overgang/soap/xmltok"
	"overgang/wsdl"
)

// A small schema in two namespaces with every kind of particle.
const (
	outer = "urn:outer"
	inner = "urn:inner"
)

func simple(k wsdl.Kind) *wsdl.Type { return &wsdl.Type{Kind: k} }

func el(space, name string, t *wsdl.Type, min, max int, nillable bool) *wsdl.Element {
	return &wsdl.Element{Name: wsdl.Name{Space: space, Local: name}, Type: t, Min: min, Max: max, Nillable: nillable}
}

func complexType(name string, fields ...*wsdl.Element) *wsdl.Type {
	return &wsdl.Type{Name: wsdl.Name{Space: inner, Local: name}, Kind: wsdl.KindComplex, Fields: fields}
}

var (
	colour = &wsdl.Type{Name: wsdl.Name{Space: inner, Local: "Colour"}, Kind: wsdl.KindString, Enum: []string{"Red", "Green"}}
	guid   = &wsdl.Type{Name: wsdl.Name{Space: inner, Local: "guid"}, Kind: wsdl.KindString, Pattern: `[\da-f]{4}-[\da-f]{4}`}
)

// nodeType contains itself.
func nodeType() *wsdl.Type {
	t := complexType("Node")
	list := complexType("ArrayOfNode")
	list.Fields = []*wsdl.Element{el(inner, "Node", t, 0, wsdl.Unbounded, true)}
	t.Fields = []*wsdl.Element{
		el(inner, "Name", simple(wsdl.KindString), 0, 1, true),
		el(inner, "_x003C_Weight_x003E_k__BackingField", simple(wsdl.KindInt), 1, 1, false),
		el(inner, "Children", list, 0, 1, true),
	}
	return t
}

func thingElement() *wsdl.Element {
	ints := complexType("ArrayOfint", el("urn:arrays", "int", simple(wsdl.KindInt), 0, wsdl.Unbounded, false))
	return el(outer, "GetThingBasicResponse", complexType("",
		el(outer, "text", simple(wsdl.KindString), 0, 1, false),
		el(outer, "Secret", simple(wsdl.KindString), 1, 1, true),
		el(outer, "number", simple(wsdl.KindInt), 1, 1, false),
		el(outer, "maybe", simple(wsdl.KindInt), 0, 1, true),
		el(outer, "optional", simple(wsdl.KindShort), 0, 1, false),
		el(outer, "byte", simple(wsdl.KindUnsignedByte), 1, 1, false),
		el(outer, "unsigned", simple(wsdl.KindUnsignedInt), 1, 1, false),
		el(outer, "long", simple(wsdl.KindLong), 1, 1, false),
		el(outer, "flag", simple(wsdl.KindBoolean), 1, 1, false),
		el(outer, "when", simple(wsdl.KindDateTime), 1, 1, false),
		el(outer, "data", simple(wsdl.KindBase64), 0, 1, true),
		el(outer, "price", simple(wsdl.KindDecimal), 0, 1, false),
		el(outer, "ratio", simple(wsdl.KindDouble), 1, 1, false),
		el(outer, "colour", colour, 0, 1, false),
		el(outer, "id", guid, 0, 1, false),
		el(outer, "numbers", ints, 0, 1, true),
		el(outer, "tag", simple(wsdl.KindString), 0, wsdl.Unbounded, false),
		el(outer, "ignored", simple(wsdl.KindString), 0, 1, false),
		el(outer, "GetThingBasicResult", nodeType(), 0, 1, true),
	), 1, 1, false)
}

type hidden string

type common struct {
	Text   string
	Secret *hidden
}

type thing struct {
	common
	Number   int32
	Maybe    *int32
	Optional *int16
	Byte     uint8
	Unsigned uint32
	Long     int64
	Flag     bool
	When     time.Time
	Data     []byte
	Price    *string
	Ratio    float64
	Colour   string
	ID       string
	Numbers  []int32
	Tag      []string
	Result   *node
	//lint:ignore U1000 an unexported field must be left alone
	private int
}

type node struct {
	Name     *string
	Weight   int
	Children []*node
}

func plan[T any](t testing.TB, e *wsdl.Element, use Use) *Plan {
	t.Helper()
	p, err := Compile(e, reflect.TypeFor[T](), use)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// memory is a Sink that remembers.
type memory struct {
	bytes.Buffer
	field           string
	closed, aborted int
	settled         []int // how much had come
	fail            error
}

func (m *memory) Write(p []byte) (int, error) {
	if m.fail != nil {
		return 0, m.fail
	}
	return m.Buffer.Write(p)
}
func (m *memory) Close() error  { m.closed++; return m.fail }
func (m *memory) Settle() error { m.settled = append(m.settled, m.Len()); return nil }
func (m *memory) Abort()        { m.aborted++ }

// reading decodes a document whose root is the plan's element.
func reading(t testing.TB, p *Plan, document string, v any, limits Limits, open func(string) (Sink, error)) (*Decoder, error) {
	t.Helper()
	r := xmltok.NewReader(xmltok.NewVocabulary(outer, inner))
	r.Reset(strings.NewReader(document), xmltok.Limits{})
	if kind, err := r.Next(); err != nil || kind != xmltok.Start {
		t.Fatalf("first token: %v, %v", kind, err)
	}
	d := new(Decoder)
	d.Reset(limits, nil, open)
	err := d.Decode(r, p, v)
	if err == nil {
		if kind, end := r.Next(); kind != xmltok.EOF || end != nil {
			t.Fatalf("after the element: %v, %v", kind, end)
		}
	}
	return d, err
}

func ptr[T any](v T) *T { return &v }

func asError(t testing.TB, err error) *Error {
	t.Helper()
	var e *Error
	if !errors.As(err, &e) {
		t.Fatalf("%v (%T) is not a *codec.Error", err, err)
	}
	return e
}
