package wsdl

import (
	"fmt"
	"io/fs"
	"slices"
	"strings"

	"github.com/beevik/etree"
)

// document is one file, and what is wrong with it.
type document struct {
	file string
	tree *etree.Document
	errs *[]error
}

// openDocument parses one file. A document that cannot be parsed has a nil tree.
func openDocument(fsys fs.FS, file string, errs *[]error) *document {
	d := &document{file: file, errs: errs}
	text, err := fs.ReadFile(fsys, file)
	if err != nil {
		*errs = append(*errs, err)
		return d
	}
	tree := etree.NewDocument()
	// Without ValidateInput, which would read everything twice at each start: the
	// embedded documents are checked by a test.
	tree.ReadSettings = etree.ReadSettings{PreserveDuplicateAttrs: true, MaxDepth: 64}
	if err := tree.ReadFromBytes(text); err != nil {
		*errs = append(*errs, fmt.Errorf("%s: %w", file, err))
		return d
	}
	if tree.Root() == nil {
		*errs = append(*errs, fmt.Errorf("%s: no root element", file))
		return d
	}
	for _, token := range tree.Child {
		if _, ok := token.(*etree.Directive); ok {
			*errs = append(*errs, fmt.Errorf("%s: a DOCTYPE", file))
			return d
		}
	}
	d.tree = tree
	return d
}

// refuse records what is wrong at e.
func (d *document) refuse(e *etree.Element, format string, args ...any) {
	at := e.GetPath()
	if name := e.SelectAttrValue("name", ""); name != "" {
		at += "[@name='" + name + "']"
	}
	*d.errs = append(*d.errs, fmt.Errorf("%s: %s: %s", d.file, at, fmt.Sprintf(format, args...)))
}

// open returns the child elements of e, and refuses text, and attributes other
// than those given; "{space}local" for qualified ones.
func (d *document) open(e *etree.Element, attrs ...string) []*etree.Element {
	for i, a := range e.Attr {
		if a.Space == "xmlns" || a.Space == "" && a.Key == "xmlns" {
			continue
		}
		name := a.Key
		if a.Space != "" {
			name = Name{d.space(e, a.Space), a.Key}.String()
		}
		if !slices.Contains(attrs, name) {
			d.refuse(e, "unknown attribute %s", name)
		}
		if slices.ContainsFunc(e.Attr[:i], func(b etree.Attr) bool { return b.Space == a.Space && b.Key == a.Key }) {
			d.refuse(e, "attribute %s twice", name)
		}
	}
	children := make([]*etree.Element, 0, len(e.Child))
	for _, token := range e.Child {
		switch token := token.(type) {
		case *etree.Element:
			switch d.name(token) {
			case Name{nsXSD, "annotation"}, Name{nsWSDL, "documentation"}:
			default:
				children = append(children, token)
			}
		case *etree.CharData:
			if strings.TrimSpace(token.Data) != "" {
				d.refuse(e, "unexpected text %q", strings.TrimSpace(token.Data))
			}
		case *etree.Comment:
		default:
			d.refuse(e, "unexpected %T", token)
		}
	}
	return children
}

// leaf is open of an element without children.
func (d *document) leaf(e *etree.Element, attrs ...string) {
	for _, child := range d.open(e, attrs...) {
		d.unknown(child)
	}
}

// unknown refuses e, which has no place where it stands.
func (d *document) unknown(e *etree.Element) { d.refuse(e, "unexpected element %s", d.name(e)) }

// one is the only element among several, else nil, refused.
func (d *document) one(parent *etree.Element, what string, among []*etree.Element) *etree.Element {
	if len(among) != 1 {
		d.refuse(parent, "%d %s, not one", len(among), what)
		return nil
	}
	return among[0]
}

// required is the value of an attribute that must be there.
func (d *document) required(e *etree.Element, attr string) string {
	a := e.SelectAttr(attr)
	if a == nil || a.Value == "" {
		d.refuse(e, "no attribute %s", attr)
		return ""
	}
	return a.Value
}

// qualified is the value of the attribute {space}local, or "".
func (d *document) qualified(e *etree.Element, space, local string) string {
	for _, a := range e.Attr {
		if a.Key == local && a.Space != "" && d.space(e, a.Space) == space {
			return a.Value
		}
	}
	return ""
}

// expect refuses an attribute whose value is not the only one known.
func (d *document) expect(e *etree.Element, attr, value string) {
	if got := e.SelectAttrValue(attr, ""); got != value {
		d.refuse(e, "%s is %q, not %q", attr, got, value)
	}
}

// name is e's qualified name.
func (d *document) name(e *etree.Element) Name { return Name{d.space(e, e.Space), e.Tag} }

// resolve reads the QName in an attribute that must be there.
func (d *document) resolve(e *etree.Element, attr string) Name {
	value := d.required(e, attr)
	prefix, local, ok := strings.Cut(value, ":")
	if !ok {
		prefix, local = "", value
	}
	return Name{d.space(e, prefix), local}
}

// space is the namespace that prefix is bound to at e.
func (d *document) space(e *etree.Element, prefix string) string {
	for at := e; at != nil; at = at.Parent() {
		for _, a := range at.Attr {
			if a.Space == "xmlns" && a.Key == prefix || prefix == "" && a.Space == "" && a.Key == "xmlns" {
				return a.Value
			}
		}
	}
	if prefix != "" {
		d.refuse(e, "undeclared prefix %q", prefix)
	}
	return ""
}
