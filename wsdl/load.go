package wsdl

import (
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"github.com/beevik/etree"
)

//go:embed contracts
var embedded embed.FS

// Load reads the embedded documents. Its error lists everything that is wrong
// with them.
func Load() (*Contract, error) {
	fsys, err := fs.Sub(embedded, "contracts")
	if err != nil {
		return nil, err
	}
	return LoadFS(fsys)
}

// LoadFS reads every *.wsdl at fsys' root, the schemas that they import, and
// where there are any, the lists addresses.txt, inferred.txt and spellings.txt.
func LoadFS(fsys fs.FS) (*Contract, error) {
	files, err := fs.Glob(fsys, "*.wsdl")
	if err != nil {
		return nil, err
	}
	slices.Sort(files)
	l := &loader{fsys: fsys, schemas: map[string]*schema{}}
	c := &Contract{byPath: map[string]*Endpoint{}, fsys: fsys, schemas: map[*Endpoint]int{}}
	for _, file := range files {
		if e, src := l.endpoint(file); e != nil {
			c.Endpoints = append(c.Endpoints, e)
			c.schemas[e] = len(src.schemas)
		}
	}
	if err := l.wrong(); err != nil {
		return nil, err
	}
	if len(c.Endpoints) == 0 {
		return nil, errors.New("no documents")
	}
	for _, read := range []func(fs.FS) error{c.addAddresses, c.markInferred, c.addSpellings} {
		if err := read(fsys); err != nil {
			return nil, err
		}
	}
	for _, e := range c.Endpoints {
		for _, p := range e.Paths {
			if other := c.EndpointAt(p); other != nil {
				return nil, fmt.Errorf("%s is the address of %s and of %s", p, other.Name, e.Name)
			}
			c.byPath[strings.ToLower(p)] = e
		}
	}
	return c, nil
}

// loader reads documents, each schema once however many endpoints use it.
type loader struct {
	fsys    fs.FS
	errs    []error
	schemas map[string]*schema // by file
}

// wrong is everything that is wrong, once: what is wrong with a schema was
// found for each endpoint that uses it.
func (l *loader) wrong() error {
	byText := func(a, b error) int { return strings.Compare(a.Error(), b.Error()) }
	slices.SortFunc(l.errs, byText)
	l.errs = slices.CompactFunc(l.errs, func(a, b error) bool { return byText(a, b) == 0 })
	return errors.Join(l.errs...)
}

// endpoint reads one WSDL document. It is nil when the document is no XML.
func (l *loader) endpoint(file string) (*Endpoint, *source) {
	d := openDocument(l.fsys, file, &l.errs)
	if d.tree == nil {
		return nil, nil
	}
	failed := len(l.errs)
	defs := readDefinitions(d)
	if len(l.errs) > failed {
		return nil, nil // what follows would only repeat it
	}
	src := &source{wsdl: d.tree}
	types := l.schemasOf(d, defs, src)
	types.all()
	e := defs.endpoint(types)
	e.Name = strings.TrimSuffix(path.Base(file), ".wsdl")
	src.keepUsed(e)
	return e, src
}

// schemasOf collects the schemas of a WSDL: those within it, those that they
// import with a schemaLocation, and what these import in turn. Where two
// documents are of one namespace, the WSDL's own import says which is meant.
func (l *loader) schemasOf(d *document, defs *definitions, src *source) *compiler {
	c := &compiler{schemas: map[string]*schema{}, types: map[Name]*Type{}, elements: map[Name]*Element{}}
	var inline []*schema
	for _, root := range d.open(defs.types) {
		s := readSchema(d, root)
		inline = append(inline, s)
		c.add(s)
	}
	for _, s := range inline {
		for _, e := range s.imports {
			location := e.SelectAttrValue("schemaLocation", "")
			if location == "" {
				continue
			}
			if imported := l.imported(d, e, location); imported != nil {
				c.add(imported)
				src.schemas = append(src.schemas, imported)
			}
		}
	}
	for i := 0; i < len(src.schemas); i++ {
		s := src.schemas[i]
		for _, e := range s.imports {
			space := e.SelectAttrValue("namespace", "")
			if c.schemas[space] != nil {
				continue
			}
			location := e.SelectAttrValue("schemaLocation", "")
			if location == "" {
				s.doc.refuse(e, "neither it nor %s says where %s is", d.file, space)
				continue
			}
			if imported := l.imported(s.doc, e, location); imported != nil {
				c.add(imported)
				src.schemas = append(src.schemas, imported)
			}
		}
	}
	return c
}

// imported is the schema that the import e of the document d refers to, or nil.
func (l *loader) imported(d *document, e *etree.Element, location string) *schema {
	s := l.schema(path.Join(path.Dir(d.file), location))
	if s != nil && s.space != e.SelectAttrValue("namespace", "") {
		d.refuse(e, "%s is of namespace %s", location, s.space)
		return nil
	}
	return s
}

// add takes in a schema, one for a namespace.
func (c *compiler) add(s *schema) {
	if c.schemas[s.space] != nil {
		s.doc.refuse(s.root, "a second schema of namespace %s", s.space)
	}
	c.schemas[s.space] = s
}

// schema is the schema in a file of its own, or nil.
func (l *loader) schema(file string) *schema {
	if s, ok := l.schemas[file]; ok {
		return s
	}
	var s *schema
	if d := openDocument(l.fsys, file, &l.errs); d.tree != nil {
		s = readSchema(d, d.tree.Root())
	}
	l.schemas[file] = s
	return s
}
