package wsdl

import (
	"slices"
	"strconv"

	"github.com/beevik/etree"
)

// builtins are the types of XML Schema part 2 that the contracts use.
var builtins = func() map[string]*Type {
	types := map[string]*Type{}
	for local, kind := range map[string]Kind{
		"string": KindString, "int": KindInt, "unsignedInt": KindUnsignedInt, "long": KindLong,
		"short": KindShort, "unsignedByte": KindUnsignedByte, "boolean": KindBoolean,
		"dateTime": KindDateTime, "decimal": KindDecimal, "double": KindDouble,
		"base64Binary": KindBase64, "anyURI": KindAnyURI,
	} {
		types[local] = &Type{Name: Name{nsXSD, local}, Kind: kind}
	}
	return types
}()

// compiler turns the schemas of one WSDL into the model.
type compiler struct {
	schemas  map[string]*schema // by namespace
	types    map[Name]*Type
	elements map[Name]*Element
}

// all compiles every component, used or not, so that none escapes checking.
func (c *compiler) all() {
	for _, s := range c.schemas {
		for local, e := range s.types {
			c.typeNamed(s.doc, e, Name{s.space, local})
		}
		for local, e := range s.elements {
			c.elementNamed(s.doc, e, Name{s.space, local})
		}
	}
}

// elementNamed is the global element name, which the document d refers to at e.
func (c *compiler) elementNamed(d *document, e *etree.Element, name Name) *Element {
	if known := c.elements[name]; known != nil {
		return known
	}
	if s := c.schemas[name.Space]; s != nil && s.elements[name.Local] != nil {
		declared := s.elements[name.Local]
		children := s.doc.open(declared, "name", "type", "nillable")
		element := &Element{Name: name, Min: 1, Max: 1, Nillable: s.boolean(declared, "nillable")}
		c.elements[name] = element
		element.Type = c.typeOf(s, declared, children)
		return element
	}
	d.refuse(e, "no element %s", name)
	return &Element{Name: name, Type: builtins["string"], Min: 1, Max: 1}
}

// typeNamed is the type name, which the document d refers to at e.
func (c *compiler) typeNamed(d *document, e *etree.Element, name Name) *Type {
	if name.Space == nsXSD {
		if builtin := builtins[name.Local]; builtin != nil {
			return builtin
		}
	}
	if known := c.types[name]; known != nil {
		return known
	}
	if s := c.schemas[name.Space]; s != nil && s.types[name.Local] != nil {
		t := &Type{Name: name}
		c.types[name] = t // before its fields: types contain themselves
		c.define(s, t, s.types[name.Local])
		return t
	}
	d.refuse(e, "no type %s", name)
	return builtins["string"]
}

// typeOf is the type of a declaration: by its attribute, or defined within it.
func (c *compiler) typeOf(s *schema, e *etree.Element, children []*etree.Element) *Type {
	if e.SelectAttr("type") != nil {
		for _, child := range children {
			s.doc.unknown(child)
		}
		return c.typeNamed(s.doc, e, s.doc.resolve(e, "type"))
	}
	t := &Type{}
	if definition := s.doc.one(e, "types", children); definition != nil {
		if definition.SelectAttr("name") != nil {
			s.doc.refuse(definition, "a name on a local type")
		}
		c.define(s, t, definition)
	}
	return t
}

// define fills t from an xs:complexType or xs:simpleType.
func (c *compiler) define(s *schema, t *Type, e *etree.Element) {
	children := s.doc.open(e, "name")
	switch s.doc.name(e) {
	case Name{nsXSD, "complexType"}:
		t.Kind = KindComplex
		if len(children) == 0 {
			return
		}
		sequence := s.doc.one(e, "particles", children)
		if sequence == nil {
			return
		}
		if s.doc.name(sequence) != (Name{nsXSD, "sequence"}) {
			s.doc.unknown(sequence)
			return
		}
		for _, particle := range s.doc.open(sequence) {
			t.Fields = append(t.Fields, c.particle(s, particle, t.Fields))
		}
	case Name{nsXSD, "simpleType"}:
		restriction := s.doc.one(e, "restrictions", children)
		if restriction == nil {
			return
		}
		if s.doc.name(restriction) != (Name{nsXSD, "restriction"}) {
			s.doc.unknown(restriction)
			return
		}
		c.restrict(s, t, restriction)
	default:
		s.doc.unknown(e)
	}
}

// particle is one xs:element of a sequence, after those before it.
func (c *compiler) particle(s *schema, e *etree.Element, before []*Element) *Element {
	if s.doc.name(e) != (Name{nsXSD, "element"}) {
		s.doc.unknown(e)
	}
	children := s.doc.open(e, "name", "type", "minOccurs", "maxOccurs", "nillable")
	field := &Element{
		Name:     Name{s.space, s.doc.required(e, "name")},
		Type:     c.typeOf(s, e, children),
		Min:      s.occurs(e, "minOccurs"),
		Max:      s.occurs(e, "maxOccurs"),
		Nillable: s.boolean(e, "nillable"),
	}
	if field.Min == Unbounded || field.Max == 0 || field.Max != Unbounded && field.Max < field.Min {
		s.doc.refuse(e, "occurs %d to %d times", field.Min, field.Max)
	}
	if slices.ContainsFunc(before, func(other *Element) bool { return other.Name == field.Name }) {
		s.doc.refuse(e, "twice in its sequence")
	}
	return field
}

// restrict fills a simple type from its xs:restriction.
func (c *compiler) restrict(s *schema, t *Type, e *etree.Element) {
	facets := s.doc.open(e, "base")
	base := c.typeNamed(s.doc, e, s.doc.resolve(e, "base"))
	if base.Kind == KindComplex || base.Enum != nil || base.Pattern != "" {
		s.doc.refuse(e, "cannot restrict %s", base.Name)
	}
	t.Kind = base.Kind
	for _, facet := range facets {
		s.doc.leaf(facet, "value")
		value := s.doc.required(facet, "value")
		switch s.doc.name(facet) {
		case Name{nsXSD, "enumeration"}:
			if slices.Contains(t.Enum, value) {
				s.doc.refuse(facet, "%q twice", value)
			}
			t.Enum = append(t.Enum, value)
		case Name{nsXSD, "pattern"}:
			if t.Pattern != "" {
				s.doc.refuse(facet, "a second pattern")
			}
			t.Pattern = value
		default:
			s.doc.unknown(facet)
		}
	}
	if len(facets) > 0 && t.Kind != KindString {
		s.doc.refuse(e, "facets on %s", base.Name)
	}
}

// occurs reads minOccurs or maxOccurs.
func (s *schema) occurs(e *etree.Element, attr string) int {
	value := e.SelectAttrValue(attr, "1")
	if value == "unbounded" {
		return Unbounded
	}
	n, err := strconv.Atoi(value)
	if err != nil || n < 0 {
		s.doc.refuse(e, "%s is %q", attr, value)
	}
	return n
}

// boolean reads an attribute of xs:boolean, false by default.
func (s *schema) boolean(e *etree.Element, attr string) bool {
	switch value := e.SelectAttrValue(attr, "false"); value {
	case "true", "1":
		return true
	case "false", "0":
	default:
		s.doc.refuse(e, "%s is %q", attr, value)
	}
	return false
}
