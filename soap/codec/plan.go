package codec

import (
	"errors"
	"fmt"
	"reflect"
	"regexp"

	"overgang/soap/xmltok"
	"overgang/wsdl"
)

// Use says what a plan is for. The two may be combined.
type Use uint8

// Uses.
const (
	Decode Use = 1 << iota // requests
	Encode                 // responses and fault details
)

// Plan is how one element of the contract lives in one Go struct. It is
// immutable and safe for concurrent use.
type Plan struct {
	root   *value
	name   wsdl.Name
	goType reflect.Type
	use    Use
	homes  []string // the root's namespace, then further ones that known names may come in
	open   []byte   // the root's start tag with all namespace declarations
	close  []byte
	bound  map[fieldKey]bool // struct fields that a particle was matched with
	seen   map[reflect.Type]bool
	inline bool // there are fields of type Inline
}

// Name is the root element's name.
func (p *Plan) Name() wsdl.Name { return p.name }

// Type is the struct that the plan is for.
func (p *Plan) Type() reflect.Type { return p.goType }

// form is how a value is represented.
type form uint8

const (
	formStruct form = iota
	formArray       // a wrapper around a slice
	formString
	formEnum
	formPattern // a string with a pattern: a guid
	formDecimal
	formInt
	formDouble
	formBool
	formTime
	formBytes
	formLarge
	formPart
	formInline
)

// value is how values of one schema type live in one Go type.
type value struct {
	form   form
	goType reflect.Type
	// of formStruct, in wire order
	particles []particle
	// of formArray
	item *particle
	// of formEnum
	enum []string
	// of formPattern
	pattern *regexp.Regexp
	// of formInt
	intKind reflect.Kind
	min     int64
	max     int64
	what    string // "int", for messages
	// of formLarge
	base64 bool
}

// particle is one element of a sequence and the Go field it lives in.
type particle struct {
	name      xmltok.Name
	typeName  xmltok.Name // of a complex type that no sibling has; zero otherwise
	goName    string
	offset    uintptr // within the struct
	optional  bool    // minOccurs 0
	nillable  bool
	repeated  bool // the field is a slice, one element an item
	pointer   bool // the field, or the item, is a pointer to value.goType
	sliceType reflect.Type
	value     *value // nil = no field: ignored when read, never written

	open  []byte // "<a:Name>"
	close []byte // "</a:Name>"
	null  []byte // `<a:Name i:nil="true"/>`
}

// maxParticles bounds the particles of one type: what the set of seen
// particles holds while decoding.
const maxParticles = 256

// Compile makes the plan of root for the struct type t. Known names are also
// taken in the namespaces further: those of an inferred contract. The error
// lists everything that is wrong.
func Compile(root *wsdl.Element, t reflect.Type, use Use, further ...string) (*Plan, error) {
	c := &compiler{use: use, root: root, values: map[valueKey]*value{}, bound: map[fieldKey]bool{}, seen: map[reflect.Type]bool{}}
	c.prefixes.defaultSpace = root.Name.Space
	if t.Kind() != reflect.Struct {
		return nil, fmt.Errorf("codec: %s: %s is not a struct", root.Name.Local, t)
	}
	if root.Type == nil || root.Type.Kind != wsdl.KindComplex {
		return nil, fmt.Errorf("codec: %s: not of a complex type", root.Name.Local)
	}
	v := c.structValue(root.Type, t, root.Name.Local)
	c.onePart(v)
	if len(c.errs) > 0 {
		return nil, errors.Join(c.errs...)
	}
	p := &Plan{root: v, name: root.Name, goType: t, use: use, bound: c.bound, seen: c.seen, inline: c.inline}
	p.homes = append([]string{root.Name.Space}, further...)
	p.open, p.close = c.prefixes.rootTags(root.Name.Local)
	return p, nil
}

// Unknown returns an error for every exported field of the plans' structs that
// none of the plans has a particle for, all joined; nil when there is none.
// Give it all plans of all operations: structs may be shared.
func Unknown(plans ...*Plan) error {
	bound, types := map[fieldKey]bool{}, map[reflect.Type]bool{}
	var order []reflect.Type
	for _, p := range plans {
		for k := range p.bound {
			bound[k] = true
		}
		for t := range p.seen {
			if !types[t] {
				types[t] = true
				order = append(order, t)
			}
		}
	}
	var errs []error
	for _, t := range order {
		for _, f := range fieldsOf(t) {
			if !bound[f.key] {
				errs = append(errs, fmt.Errorf("codec: no schema knows the field %s.%s", f.key.owner, f.name))
			}
		}
	}
	sortErrors(errs)
	return errors.Join(compactErrors(errs)...)
}

// Large lists the Go fields that are streamed to sinks, by name.
func (p *Plan) Large() []string {
	var names []string
	done := map[*value]bool{}
	var walk func(v *value)
	visit := func(q *particle) {
		switch {
		case q.value == nil:
		case q.value.form == formLarge:
			names = append(names, q.goName)
		default:
			walk(q.value)
		}
	}
	walk = func(v *value) {
		if done[v] {
			return
		}
		done[v] = true
		for i := range v.particles {
			visit(&v.particles[i])
		}
		if v.item != nil {
			visit(v.item)
		}
	}
	walk(p.root)
	return names
}
