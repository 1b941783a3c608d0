package codec

import (
	"fmt"
	"math"
	"reflect"
	"regexp"
	"sort"
	"strings"
	"time"

	"overgang/soap/xmltok"
	"overgang/wsdl"
)

// compiler holds what is known while one plan is made.
type compiler struct {
	use      Use
	root     *wsdl.Element
	values   map[valueKey]*value
	bound    map[fieldKey]bool
	seen     map[reflect.Type]bool
	inline   bool // there are fields of type Inline
	parts    int  // fields of type Part
	prefixes prefixes
	errs     []error
}

// valueKey makes one value of a pair of types: schema types may contain
// themselves.
type valueKey struct {
	schema *wsdl.Type
	goType reflect.Type
}

var (
	timeType  = reflect.TypeFor[time.Time]()
	bytesType = reflect.TypeFor[[]byte]()
	largeType = reflect.TypeFor[Large]()
	partType  = reflect.TypeFor[Part]()
)

func (c *compiler) fail(path, format string, args ...any) {
	c.errs = append(c.errs, fmt.Errorf("codec: %s: %s", path, fmt.Sprintf(format, args...)))
}

// structValue matches the particles of a complex type with a struct's fields.
func (c *compiler) structValue(t *wsdl.Type, g reflect.Type, path string) *value {
	key := valueKey{t, g}
	if v := c.values[key]; v != nil {
		return v
	}
	v := &value{form: formStruct, goType: g}
	c.values[key] = v
	c.seen[g] = true
	if len(t.Fields) > maxParticles {
		c.fail(path, "has more than %d particles", maxParticles)
		return v
	}
	byName := map[string]structField{}
	for _, f := range fieldsOf(g) {
		folded := strings.ToLower(f.name)
		if other, twice := byName[folded]; twice {
			c.fail(path, "fields %s and %s of %s differ in case only", other.name, f.name, g)
		}
		byName[folded] = f
	}
	v.particles = make([]particle, len(t.Fields))
	for i, e := range t.Fields {
		f, ok := c.match(byName, e, t)
		if !ok {
			if e.Min > 0 {
				c.fail(path+"/"+e.Name.Local, "is required, but %s has no field for it", g)
			}
			v.particles[i] = particle{name: xmltok.Name(e.Name), optional: e.Min == 0, nillable: e.Nillable}
			continue
		}
		c.bound[f.key] = true
		v.particles[i] = c.particle(e, f.typ, path+"/"+e.Name.Local)
		v.particles[i].offset, v.particles[i].goName = f.offset, f.name
		v.particles[i].typeName = ownType(t, e)
	}
	return v
}

// ownType is the name of a particle's complex type if the particle is the only
// one of it: an element that is called after its type, as two clients in use
// write ArrayOfFile for FileList (contracts, "What real clients do"), can mean
// no other.
func ownType(t *wsdl.Type, e *wsdl.Element) xmltok.Name {
	if e.Type == nil || e.Type.Kind != wsdl.KindComplex {
		return xmltok.Name{}
	}
	for _, other := range t.Fields {
		if other != e && (other.Type == e.Type || other.Name.Local == e.Type.Name.Local) {
			return xmltok.Name{}
		}
	}
	return xmltok.Name(e.Type.Name)
}

// match finds the field for a particle.
func (c *compiler) match(byName map[string]structField, e *wsdl.Element, t *wsdl.Type) (structField, bool) {
	name := memberName(e.Name.Local)
	f, ok := byName[strings.ToLower(name)]
	if !ok && t == c.root.Type && name == strings.TrimSuffix(c.root.Name.Local, "Response")+"Result" {
		f, ok = byName["result"]
	}
	return f, ok
}

// memberName is the name that a serialised member goes by: the name itself, or
// Name of _x003C_Name_x003E_k__BackingField, which the DataContractSerializer
// wrote for automatic properties of [Serializable] types.
func memberName(local string) string {
	if name, ok := strings.CutPrefix(local, "_x003C_"); ok {
		if name, ok = strings.CutSuffix(name, "_x003E_k__BackingField"); ok {
			return name
		}
	}
	return local
}

// particle binds an element of a sequence, or the root of a slice's items, to
// a Go type.
func (c *compiler) particle(e *wsdl.Element, g reflect.Type, path string) particle {
	p := particle{name: xmltok.Name(e.Name), optional: e.Min == 0, nillable: e.Nillable}
	if e.Name.Space == "" {
		c.fail(path, "has no namespace")
	}
	if e.Max != 1 {
		if g.Kind() != reflect.Slice {
			c.fail(path, "may occur more than once, but %s is not a slice", g)
			return p
		}
		p.repeated, p.sliceType = true, g
		g = g.Elem()
	}
	c.element(&p, e, g, path)
	return p
}

// element sets the value and the tags of a particle whose Go type, without a
// slice, is g.
func (c *compiler) element(p *particle, e *wsdl.Element, g reflect.Type, path string) {
	if g.Kind() == reflect.Pointer {
		p.pointer = true
		g = g.Elem()
	}
	p.value = c.value(e.Type, g, p.pointer, path)
	p.open, p.close, p.null = c.prefixes.tags(e.Name, e.Nillable)
}

// value binds a schema type to a Go type that is not a pointer.
func (c *compiler) value(t *wsdl.Type, g reflect.Type, pointer bool, path string) *value {
	v := &value{goType: g}
	switch {
	case t == nil:
		c.fail(path, "has no type")
	case g == largeType:
		c.large(v, t, pointer, path)
	case g == partType:
		c.part(v, t, pointer, path)
	case g == inlineType:
		c.inlined(v, t, pointer, path)
	case t.Kind == wsdl.KindComplex && g.Kind() == reflect.Slice:
		return c.arrayValue(t, g, pointer, path)
	case t.Kind == wsdl.KindComplex && g.Kind() == reflect.Struct && g != timeType:
		return c.structValue(t, g, path)
	case len(t.Enum) > 0 && g.Kind() == reflect.String:
		v.form, v.enum = formEnum, t.Enum
	case t.Kind == wsdl.KindString && len(t.Enum) == 0 && t.Pattern != "" && g.Kind() == reflect.String:
		v.form = formPattern
		var err error
		if v.pattern, err = regexp.Compile(`^(?:` + t.Pattern + `)$`); err != nil {
			c.fail(path, "has a pattern that cannot be used: %v", err)
		}
	case (t.Kind == wsdl.KindString || t.Kind == wsdl.KindAnyURI) && len(t.Enum) == 0 && g.Kind() == reflect.String:
		v.form = formString
	case t.Kind == wsdl.KindDouble && g.Kind() == reflect.Float64:
		v.form = formDouble
	case t.Kind == wsdl.KindDecimal && g.Kind() == reflect.String:
		v.form = formDecimal
	case t.Kind == wsdl.KindBoolean && g.Kind() == reflect.Bool:
		v.form = formBool
	case t.Kind == wsdl.KindDateTime && g == timeType:
		v.form = formTime
	case t.Kind == wsdl.KindBase64 && g == bytesType && !pointer:
		v.form = formBytes
	case intRanges[t.Kind].what != "" && holds(g.Kind(), intRanges[t.Kind]):
		r := intRanges[t.Kind]
		v.form, v.intKind, v.min, v.max, v.what = formInt, g.Kind(), r.min, r.max, r.what
	default:
		c.fail(path, "is %s, which %s cannot hold", kindName(t), g)
	}
	return v
}

// large binds a Large.
func (c *compiler) large(v *value, t *wsdl.Type, pointer bool, path string) {
	v.form, v.base64 = formLarge, t.Kind == wsdl.KindBase64
	switch {
	case !pointer:
		c.fail(path, "must be a *codec.Large")
	case c.use&Encode != 0:
		c.fail(path, "is a *codec.Large, which cannot be encoded")
	case t.Kind != wsdl.KindBase64 && (t.Kind != wsdl.KindString || len(t.Enum) > 0):
		c.fail(path, "is %s, which *codec.Large cannot hold", kindName(t))
	}
}

// arrayValue binds an array wrapper to a slice.
func (c *compiler) arrayValue(t *wsdl.Type, g reflect.Type, pointer bool, path string) *value {
	key := valueKey{t, g}
	if v := c.values[key]; v != nil {
		return v
	}
	v := &value{form: formArray, goType: g}
	c.values[key] = v
	if len(t.Fields) != 1 || t.Fields[0].Max == 1 {
		c.fail(path, "is not an array, but %s is a slice", g)
		return v
	}
	if pointer {
		c.fail(path, "a pointer to the slice %s says nothing that the slice does not", g)
	}
	item := c.particle(t.Fields[0], g, path+"/"+t.Fields[0].Name.Local)
	v.item = &item
	return v
}

// intRange is the value space of an integer type.
type intRange struct {
	what     string
	min, max int64
}

var intRanges = map[wsdl.Kind]intRange{
	wsdl.KindInt:          {"int", math.MinInt32, math.MaxInt32},
	wsdl.KindUnsignedInt:  {"unsignedInt", 0, math.MaxUint32},
	wsdl.KindLong:         {"long", math.MinInt64, math.MaxInt64},
	wsdl.KindShort:        {"short", math.MinInt16, math.MaxInt16},
	wsdl.KindUnsignedByte: {"unsignedByte", 0, math.MaxUint8},
}

// holds says whether a Go kind can hold every value of the range.
func holds(k reflect.Kind, r intRange) bool {
	switch k {
	case reflect.Int, reflect.Int64:
		return true
	case reflect.Int32:
		return r.min >= math.MinInt32 && r.max <= math.MaxInt32
	case reflect.Int16:
		return r.min >= math.MinInt16 && r.max <= math.MaxInt16
	case reflect.Uint, reflect.Uint64:
		return r.min >= 0
	case reflect.Uint32:
		return r.min >= 0 && r.max <= math.MaxUint32
	case reflect.Uint16:
		return r.min >= 0 && r.max <= math.MaxUint16
	case reflect.Uint8:
		return r.min >= 0 && r.max <= math.MaxUint8
	}
	return false
}

// kindName names a schema type in an error.
func kindName(t *wsdl.Type) string {
	if r, ok := intRanges[t.Kind]; ok {
		return "xs:" + r.what
	}
	switch t.Kind {
	case wsdl.KindComplex:
		return "the complex type " + t.Name.Local
	case wsdl.KindString:
		if len(t.Enum) > 0 {
			return "the enumeration " + t.Name.Local
		}
		return "xs:string"
	case wsdl.KindBoolean:
		return "xs:boolean"
	case wsdl.KindDateTime:
		return "xs:dateTime"
	case wsdl.KindDecimal:
		return "xs:decimal"
	case wsdl.KindBase64:
		return "xs:base64Binary"
	case wsdl.KindAnyURI:
		return "xs:anyURI"
	case wsdl.KindDouble:
		return "xs:double"
	}
	return fmt.Sprintf("of the unknown kind %d", t.Kind)
}

func sortErrors(errs []error) {
	sort.Slice(errs, func(i, j int) bool { return errs[i].Error() < errs[j].Error() })
}

// compactErrors drops repeated texts from sorted errors.
func compactErrors(errs []error) []error {
	var out []error
	for _, e := range errs {
		if len(out) == 0 || out[len(out)-1].Error() != e.Error() {
			out = append(out, e)
		}
	}
	return out
}
