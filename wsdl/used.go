package wsdl

import (
	"github.com/beevik/etree"
)

// used is what an endpoint's messages are made of: the global elements that
// they are, and the named types that these reach.
type used struct {
	elements map[Name]bool
	types    map[Name]bool
}

func usedBy(e *Endpoint) used {
	u := used{map[Name]bool{}, map[Name]bool{}}
	for _, op := range e.Operations {
		for _, message := range append([]*Element{op.Input, op.Output, op.Fault}, op.Headers...) {
			if message != nil {
				u.elements[message.Name] = true
				u.reach(message.Type)
			}
		}
	}
	return u
}

func (u used) reach(t *Type) {
	if t.Name != (Name{}) {
		if u.types[t.Name] {
			return
		}
		u.types[t.Name] = true
	}
	for _, field := range t.Fields {
		u.reach(field.Type)
	}
}

// keepUsed drops the schemas of which the endpoint uses nothing. Schemas are
// shared: an operation of another service, or of another flavour of the same,
// is nothing that this endpoint's clients should see.
func (src *source) keepUsed(e *Endpoint) {
	src.used = usedBy(e)
	var kept []*schema
	for _, s := range src.schemas {
		if src.usesAny(s) {
			kept = append(kept, s)
		}
	}
	src.schemas = kept
}

func (src *source) usesAny(s *schema) bool {
	for _, e := range s.root.ChildElements() {
		if src.keeps(s, e) {
			return true
		}
	}
	return false
}

// pruned is a copy of the schema with what the endpoint uses of it.
func (src *source) pruned(s *schema) *etree.Element {
	root := s.root.Copy()
	copies := root.ChildElements()
	for i, e := range s.root.ChildElements() {
		if e.Tag != "annotation" && !src.keeps(s, e) && !src.imports(s, e) {
			root.RemoveChild(copies[i])
		}
	}
	return root
}

// keeps says whether the endpoint uses the global component e of s. An element
// that only gives its name to a type, as the DataContract serializer declares
// one for each type, goes with its type.
func (src *source) keeps(s *schema, e *etree.Element) bool {
	name := Name{s.space, e.SelectAttrValue("name", "")}
	switch e.Tag {
	case "element":
		return src.used.elements[name] || src.used.types[name] && e.SelectAttr("type") != nil && s.doc.resolve(e, "type") == name
	case "complexType", "simpleType":
		return src.used.types[name]
	}
	return false
}

// imports says whether e imports a namespace that is served.
func (src *source) imports(s *schema, e *etree.Element) bool {
	if e.Tag != "import" {
		return false
	}
	space := e.SelectAttrValue("namespace", "")
	for _, other := range src.schemas {
		if other.space == space {
			return true
		}
	}
	return false
}
