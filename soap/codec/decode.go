package codec

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"
	"unsafe"

	"overgang/soap/xmltok"
)

// Limits bound one body; a zero field means its default.
type Limits struct {
	Items int // repeated elements in the body, all together; 10,000
	Large int // large fields, all together; 1,000
	Text  int // bytes of one field that is kept in memory; 1 MiB
}

func (l Limits) withDefaults() Limits {
	if l.Items == 0 {
		l.Items = 10_000
	}
	if l.Large == 0 {
		l.Large = 1_000
	}
	if l.Text == 0 {
		l.Text = 1 << 20
	}
	return l
}

// Decoder is the state of decoding one body after the other. It keeps its
// buffers; it is used by one goroutine at a time.
type Decoder struct {
	limits Limits
	zone   *time.Location
	open   func(field string) (Sink, error)

	r     *xmltok.Reader
	homes []string // the plan's
	items int
	text  []byte // of the current simple element
	arena []byte // what is left of the block that short strings are cut from
	larges
}

// Reset makes the decoder ready for the next body. Times without a zone are in
// zone; nil is UTC. open is called at the start of every large field with the
// name of its Go field; everything that came before is decoded by then.
func (d *Decoder) Reset(limits Limits, zone *time.Location, open func(field string) (Sink, error)) {
	if zone == nil {
		zone = time.UTC
	}
	d.limits, d.zone, d.open = limits.withDefaults(), zone, open
	d.items, d.arena = 0, nil
	if cap(d.text) > maxKept {
		d.text = nil
	}
	d.larges.reset()
}

// maxKept is the size of buffers that are kept for the next body.
const maxKept = 64 << 10

// Decode reads the element whose Start is the reader's current token into v, a
// pointer to a zero struct of the plan's type. Afterwards the current token is
// the element's End. The name of the element is the caller's to check.
//
// Its error is an [*Error], the reader's, or the one of open or of a Sink as it
// is. Sinks are left open: whatever the outcome, end with [Decoder.Close] or
// [Decoder.Abort].
func (d *Decoder) Decode(r *xmltok.Reader, p *Plan, v any) error {
	rv := reflect.ValueOf(v)
	if p.use&Decode == 0 {
		return fmt.Errorf("codec: the plan of %s is not for decoding", p.name.Local)
	}
	if rv.Kind() != reflect.Pointer || rv.IsNil() || rv.Type().Elem() != p.goType {
		return fmt.Errorf("codec: %s is decoded into *%s, not into %T", p.name.Local, p.goType, v)
	}
	d.r, d.homes = r, p.homes
	null, err := isNil(r.Attrs())
	if err == nil && null {
		return d.nothing()
	}
	if err == nil {
		err = d.decodeStruct(p.root, rv.UnsafePointer())
	}
	return err
}

// errOpen is returned where a document ends within an element, which a reader
// reports before.
var errOpen = errors.New("codec: the document ended within an element")

// set is a set of particle indices.
type set [maxParticles / 64]uint64

func (s *set) add(i int) (isNew bool) {
	bit := uint64(1) << (i % 64)
	isNew = s[i/64]&bit == 0
	s[i/64] |= bit
	return isNew
}

// decodeStruct reads the content of a complex element.
func (d *Decoder) decodeStruct(v *value, base unsafe.Pointer) error {
	var seen set
	next := 0 // where the next element is expected: most come in the schema's order
	for {
		kind, err := d.r.Next()
		if err != nil {
			return err
		}
		switch kind {
		case xmltok.Start:
			i, err := v.find(d.r.Name(), next, d.homes)
			if err != nil {
				return err
			}
			if i < 0 || v.particles[i].value == nil {
				if err := d.r.Skip(); err != nil {
					return err
				}
				continue
			}
			p := &v.particles[i]
			next = i
			if !p.repeated {
				next++
				if !seen.add(i) {
					return &Error{p.name.Local, "is given more than once"}
				}
			}
			if err := d.decodeParticle(p, unsafe.Add(base, p.offset)); err != nil {
				return err
			}
		case xmltok.Text:
			if !blank(d.r.Text()) {
				return &Error{Msg: "has text where elements are expected"}
			}
		case xmltok.End:
			return nil
		default:
			return errOpen
		}
	}
}

// find returns the index of the particle of that name, trying the expected one
// first; -1 = unknown, and to be ignored. The first of homes is the body element's
// namespace: clients that gowsdl generates write all that is below in it, whatever
// the schema says, so a known name in it is taken for the particle. The others are
// those of an inferred contract, of which clients may have another copy.
func (v *value) find(name xmltok.Name, expected int, homes []string) (int, error) {
	for i := expected; i < len(v.particles); i++ {
		if v.particles[i].name == name {
			return i, nil
		}
	}
	for i := range min(expected, len(v.particles)) {
		if v.particles[i].name == name {
			return i, nil
		}
	}
	for i := range v.particles {
		if v.particles[i].typeName == name {
			return i, nil
		}
		if v.particles[i].name.Local == name.Local {
			if slices.Contains(homes, name.Space) {
				return i, nil
			}
			return 0, &Error{name.Local, "is not in its namespace, " + v.particles[i].name.Space}
		}
	}
	return -1, nil
}

// decodeParticle reads one element into the field at; of a repeated one, as
// the slice's next item.
func (d *Decoder) decodeParticle(p *particle, at unsafe.Pointer) error {
	if !p.repeated {
		return within(d.decodeElement(p, at, false), p.name.Local, 0)
	}
	if d.items++; d.items > d.limits.Items {
		return &Error{p.name.Local, fmt.Sprintf("is too much: a message may have %d repeated elements", d.limits.Items)}
	}
	s := (*sliceHeader)(at)
	n := s.len
	err := d.decodeElement(p, extend(p.sliceType, at), true)
	if err == errNilItem {
		s.len, err = n, nil
	}
	if err != nil {
		return within(err, p.name.Local, n+1)
	}
	return nil
}

// errNilItem drops a nil item that is not a pointer.
var errNilItem = errors.New("nil item")

// extend makes room for one more zero item in the slice at and returns it.
func extend(sliceType reflect.Type, at unsafe.Pointer) unsafe.Pointer {
	s := reflect.NewAt(sliceType, at).Elem()
	n := s.Len()
	if n == s.Cap() {
		s.Grow(1)
	}
	s.SetLen(n + 1) // what lies behind a length was never used, so it is zero
	return s.Index(n).Addr().UnsafePointer()
}

// decodeElement reads the current element into the value at.
func (d *Decoder) decodeElement(p *particle, at unsafe.Pointer, item bool) error {
	v := p.value
	if attrs := d.r.Attrs(); len(attrs) > 0 {
		null, err := isNil(attrs)
		if err != nil {
			return err
		}
		if null {
			if err := d.nothing(); err != nil || !item || p.pointer {
				return err
			}
			return errNilItem
		}
	}
	switch v.form {
	case formStruct:
		if p.pointer {
			at = allocate(v, at)
		}
		return d.decodeStruct(v, at)
	case formArray:
		return d.decodeArray(v, at)
	case formLarge:
		return d.decodeLarge(p, at)
	}
	text, err := d.simple()
	if err != nil {
		return err
	}
	if v.form != formString && v.form != formBytes && (p.optional || p.nillable) && blank(text) {
		if item && !p.pointer {
			return errNilItem
		}
		return nil
	}
	if p.pointer {
		at = allocate(v, at)
	}
	return d.setSimple(v, at, text)
}

// allocate sets the pointer at to a new zero value and returns that.
func allocate(v *value, at unsafe.Pointer) unsafe.Pointer {
	p := reflect.New(v.goType).UnsafePointer()
	*(*unsafe.Pointer)(at) = p
	return p
}

// nothingAtAll is what empty slices point to.
var nothingAtAll struct{}

// decodeArray reads an array wrapper into the slice at, which is not nil
// afterwards.
func (d *Decoder) decodeArray(v *value, at unsafe.Pointer) error {
	if s := (*sliceHeader)(at); s.data == nil {
		s.data = unsafe.Pointer(&nothingAtAll) // empty, not nil
	}
	for {
		kind, err := d.r.Next()
		if err != nil {
			return err
		}
		switch kind {
		case xmltok.Start:
			name := d.r.Name()
			switch {
			case name == v.item.name, name.Local == v.item.name.Local && slices.Contains(d.homes, name.Space):
				err = d.decodeParticle(v.item, at)
			case name.Local == v.item.name.Local:
				err = &Error{name.Local, "is not in its namespace, " + v.item.name.Space}
			default:
				err = d.r.Skip()
			}
			if err != nil {
				return err
			}
		case xmltok.Text:
			if !blank(d.r.Text()) {
				return &Error{Msg: "has text where elements are expected"}
			}
		case xmltok.End:
			return nil
		default:
			return errOpen
		}
	}
}

// isNil reads xsi:nil.
func isNil(attrs []xmltok.Attr) (bool, error) {
	for i := range attrs {
		if attrs[i].Name.Local != "nil" || attrs[i].Name.Space != xsiSpace {
			continue
		}
		switch strings.Trim(attrs[i].Value, " \t\r\n") {
		case "true", "1":
			return true, nil
		case "false", "0":
			return false, nil
		}
		return false, &Error{Msg: "has an xsi:nil that is not a boolean"}
	}
	return false, nil
}

// nothing reads to the end of an element that says it is nil.
func (d *Decoder) nothing() error {
	for {
		kind, err := d.r.Next()
		switch {
		case err != nil:
			return err
		case kind == xmltok.End:
			return nil
		case kind == xmltok.EOF:
			return errOpen
		case kind == xmltok.Start || !blank(d.r.Text()):
			return &Error{Msg: "is nil, but not empty"}
		}
	}
}
