package wsdl

import (
	"github.com/beevik/etree"
)

// schema is one xs:schema: a document of its own, or within a WSDL.
type schema struct {
	doc      *document
	root     *etree.Element
	space    string
	imports  []*etree.Element // xs:import
	elements map[string]*etree.Element
	types    map[string]*etree.Element
}

// readSchema indexes the global components of root.
func readSchema(d *document, root *etree.Element) *schema {
	s := &schema{doc: d, root: root, space: root.SelectAttrValue("targetNamespace", ""),
		elements: map[string]*etree.Element{}, types: map[string]*etree.Element{}}
	if name := d.name(root); name != (Name{nsXSD, "schema"}) {
		d.refuse(root, "%s, not a schema", name)
		return s
	}
	children := d.open(root, "targetNamespace", "elementFormDefault", "attributeFormDefault")
	d.required(root, "targetNamespace")
	for _, e := range children {
		switch d.name(e) {
		case Name{nsXSD, "import"}:
			d.leaf(e, "namespace", "schemaLocation")
			d.required(e, "namespace")
			s.imports = append(s.imports, e)
		case Name{nsXSD, "element"}:
			s.declare(s.elements, e)
		case Name{nsXSD, "complexType"}, Name{nsXSD, "simpleType"}:
			s.declare(s.types, e)
		default:
			d.unknown(e)
		}
	}
	if len(s.elements)+len(s.types) > 0 {
		d.expect(root, "elementFormDefault", "qualified")
	}
	return s
}

func (s *schema) declare(among map[string]*etree.Element, e *etree.Element) {
	name := s.doc.required(e, "name")
	if among[name] != nil {
		s.doc.refuse(e, "declared twice")
	}
	among[name] = e
}
