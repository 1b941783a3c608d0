package codec

import (
	"fmt"
	"io"
	"reflect"
	"unsafe"

	"overgang/soap/mtom"
	"overgang/soap/xmltok"
	"overgang/wsdl"
)

// include stands for content that is in a part of its own (XOP 1.0 §2.1).
var include = xmltok.Name{Space: mtom.Space, Local: "Include"}

// Apart is a large field whose bytes are in another part of the message.
type Apart struct {
	Href string // as the Include has it
	To   *Large // its Sink is open
}

// Packed says, after Reset, that the next body is the root part of a package:
// its large base64 fields may be xop:Includes.
func (d *Decoder) Packed() { d.packed = true }

// Apart lists the fields of the body, in its order, whose bytes are still to be
// written to their Large, before Close.
func (d *Decoder) Apart() []Apart { return d.apart }

// takeInclude reads the Include whose Start is the current token, and the end
// of the element around it.
func (d *Decoder) takeInclude(to *Large) error {
	href, found := "", false
	for _, a := range d.r.Attrs() {
		if a.Name == (xmltok.Name{Local: "href"}) {
			href, found = a.Value, true
		}
	}
	if !found {
		return &Error{Msg: "has an Include without href"}
	}
	d.apart = append(d.apart, Apart{Href: href, To: to})
	for range 2 { // ends: of the Include, of the element
		if err := d.nothing(); err != nil {
			return apartOnly(err)
		}
	}
	return nil
}

// apartOnly words what nothing found.
func apartOnly(err error) error {
	if _, ok := err.(*Error); ok {
		return &Error{Msg: "has more than an empty Include"}
	}
	return err
}

// Part is a field of xs:base64Binary of an answer whose bytes travel in a part
// of their own. It is a field of the answer's struct itself, which has one only.
// A nil *Part is an absent or nil field.
type Part struct {
	Content io.ReadCloser
	Size    int64 // bytes of Content
	// Sent is called when Content was written, before the message ends; nil =
	// nobody is told. Its error is for the log.
	Sent func() error
}

// PartID is the Content-ID of an answer's part.
const PartID = "content@overgang"

// appendInclude appends what stands for a Part in the envelope.
func appendInclude(dst []byte) []byte { return mtom.Envelope{PartID: PartID}.AppendInclude(dst) }

// part binds a Part.
func (c *compiler) part(v *value, t *wsdl.Type, pointer bool, path string) {
	v.form = formPart
	c.parts++
	switch {
	case !pointer:
		c.fail(path, "must be a *codec.Part")
	case c.use&Decode != 0:
		c.fail(path, "is a *codec.Part, which cannot be decoded")
	case t.Kind != wsdl.KindBase64:
		c.fail(path, "is %s, which *codec.Part cannot hold", kindName(t))
	}
}

// onePart refuses a plan with a Part that nobody would send: an answer is its
// envelope and one more part.
func (c *compiler) onePart(root *value) {
	direct := 0
	for i := range root.particles {
		if p := &root.particles[i]; p.value != nil && p.value.form == formPart && !p.repeated {
			direct++
		}
	}
	if c.parts > 0 && (c.parts > 1 || direct != 1 || c.inline) {
		c.fail(c.root.Name.Local, "may have one *codec.Part, in its own struct, and no *codec.Inline beside it")
	}
}

// Part is the Part of v, a struct of the plan's type or a pointer to one; nil if
// it has none, or is of another type.
func (p *Plan) Part(v any) *Part {
	for i := range p.root.particles {
		q := &p.root.particles[i]
		if q.value == nil || q.value.form != formPart {
			continue
		}
		rv := reflect.Indirect(reflect.ValueOf(v))
		if !rv.IsValid() || rv.Type() != p.goType {
			return nil
		}
		if part, ok := rv.FieldByName(q.goName).Interface().(*Part); ok {
			return part
		}
	}
	return nil
}

// Fields is how parts of the message that are no body, SOAP header blocks, live
// in the struct of the body.
type Fields struct{ plan *Plan }

// CompileFields matches elements of simple types with fields of the struct t.
// Their plan is for Unknown.
func CompileFields(name string, elements []*wsdl.Element, t reflect.Type) (*Fields, *Plan, error) {
	for _, e := range elements {
		if e.Type == nil || e.Type.Kind == wsdl.KindComplex {
			return nil, nil, fmt.Errorf("codec: %s/%s is not of a simple type", name, e.Name.Local)
		}
	}
	root := &wsdl.Element{Name: wsdl.Name{Space: "urn:fields", Local: name}, Type: &wsdl.Type{Kind: wsdl.KindComplex, Fields: elements}}
	p, err := Compile(root, t, Decode)
	if err != nil {
		return nil, nil, err
	}
	return &Fields{p}, p, nil
}

// Set parses text into the field of v, a pointer to a struct of the plan's type,
// that an element goes to. found is false for elements that are none of them.
// null is xsi:nil.
func (f *Fields) Set(d *Decoder, v any, name xmltok.Name, text string, null bool) (found bool, err error) {
	for i := range f.plan.root.particles {
		p := &f.plan.root.particles[i]
		if p.name != name || p.value == nil {
			continue
		}
		if null || len(trim([]byte(text))) == 0 && p.value.form != formString {
			return true, nil
		}
		if len(text) > d.limits.Text {
			return true, &Error{p.name.Local, fmt.Sprintf("is longer than %d bytes", d.limits.Text)}
		}
		at := unsafe.Add(reflect.ValueOf(v).UnsafePointer(), p.offset)
		if p.pointer {
			at = allocate(p.value, at)
		}
		return true, within(d.setSimple(p.value, at, []byte(text)), p.name.Local, 0)
	}
	return false, nil
}
