package wsdl

import (
	"fmt"
	"net/url"
	"strings"
	"sync"
	"weak"

	"github.com/beevik/etree"
)

// source is what an endpoint's documents are made from. It is not changed. As
// trees they would take megabytes of what the process keeps, for documents that
// are asked for once in a while: they are read again, and what was made is kept.
type source struct {
	wsdl    *etree.Document
	schemas []*schema // in the order of their imports: xsd0, xsd1, …
	used    used      // of the schemas, by the endpoint's messages
}

// maxBases bounds the base URLs that documents are kept for. They are
// configured, so that there are but a few.
const maxBases = 8

// published keeps the documents as they were served.
type published struct {
	mu    sync.Mutex
	bases map[string]map[publishedKey][]byte

	// What the last one was made from, while nothing else needs the memory:
	// a client that reads one document reads its schemas next.
	of   *Endpoint
	from weak.Pointer[source]
}

type publishedKey struct {
	endpoint *Endpoint
	document string // "wsdl", "singlewsdl", "xsd0", …
}

// Document is the document that a GET of the endpoint's address with this raw
// query asks for: ?wsdl, ?singleWsdl (with all schemas in it), or ?xsd= with a
// name that ?wsdl refers to; names are folded. ok is false where there is no
// such document. Every address in it is baseURL and the published path. The
// caller must not change it.
func (c *Contract) Document(e *Endpoint, query string, baseURL string) (body []byte, ok bool) {
	schemas, known := c.schemas[e]
	if !known {
		return nil, false
	}
	name := wanted(query, schemas)
	if name == "" {
		return nil, false
	}
	key := publishedKey{e, name}
	baseURL = strings.TrimRight(baseURL, "/")

	c.published.mu.Lock()
	defer c.published.mu.Unlock()
	made := c.published.bases[baseURL]
	if body, ok := made[key]; ok {
		return body, true
	}
	src := c.published.from.Value()
	if src == nil || c.published.of != e {
		var err error
		if src, err = c.source(e); err != nil {
			return nil, false
		}
		c.published.of, c.published.from = e, weak.Make(src)
	}
	body, err := src.document(name, baseURL, e.Paths[0])
	if err != nil {
		return nil, false
	}
	if made == nil {
		if c.published.bases == nil || len(c.published.bases) >= maxBases {
			c.published.bases = map[string]map[publishedKey][]byte{}
		}
		made = map[publishedKey][]byte{}
		c.published.bases[baseURL] = made
	}
	made[key] = body
	return body, true
}

// source reads what the endpoint's documents are made from.
func (c *Contract) source(e *Endpoint) (*source, error) {
	l := &loader{fsys: c.fsys, schemas: map[string]*schema{}}
	_, src := l.endpoint(e.Name + ".wsdl")
	return src, l.wrong()
}

// wanted is the folded name of the document that a raw query asks for among
// those of an endpoint with so many schemas, or "".
func wanted(query string, schemas int) string {
	for _, pair := range strings.Split(query, "&") {
		name, value, _ := strings.Cut(pair, "=")
		switch name = strings.ToLower(name); name {
		case "wsdl", "singlewsdl":
			if value == "" {
				return name
			}
			return ""
		case "xsd":
			value, err := url.QueryUnescape(value)
			if err != nil {
				return ""
			}
			for i := range schemas {
				if strings.EqualFold(value, schemaName(i)) {
					return schemaName(i)
				}
			}
			return ""
		}
	}
	return ""
}

// schemaName is the name that the i-th schema is served under.
func schemaName(i int) string { return fmt.Sprintf("xsd%d", i) }

// document makes one document for the endpoint at baseURL and path.
func (src *source) document(name, baseURL, path string) ([]byte, error) {
	var out *etree.Document
	address := baseURL + path
	switch name {
	case "wsdl":
		out = src.wsdl.Copy()
		src.setImports(out.Root())
		src.setLocations(out.Root(), address)
	case "singlewsdl":
		out = src.wsdl.Copy()
		src.inline(out.Root())
	default:
		for i, s := range src.schemas {
			if name == schemaName(i) {
				out = etree.NewDocument()
				out.CreateProcInst("xml", `version="1.0" encoding="utf-8"`)
				out.SetRoot(src.pruned(s))
				src.setLocations(out.Root(), address)
			}
		}
	}
	if out == nil {
		return nil, fmt.Errorf("no document %s", name)
	}
	setAddress(out.Root(), address)
	setTransport(out.Root(), baseURL)
	out.Indent(2)
	return out.WriteToBytes()
}

// setAddress writes the address into the port.
func setAddress(root *etree.Element, address string) {
	for _, e := range root.FindElements("./service/port/address") {
		e.CreateAttr("location", address)
	}
	for _, e := range root.FindElements("./service/port/EndpointReference/Address") {
		e.SetText(address)
	}
}

// setTransport asks for TLS where the address does. As they were first
// published, the policies had HttpToken: TLS ended in front of the services.
// Clients generated from a document at an https address insist on HttpsToken.
func setTransport(root *etree.Element, baseURL string) {
	if !strings.HasPrefix(strings.ToLower(baseURL), "https:") {
		return
	}
	for _, e := range root.FindElements("./Policy//HttpToken") {
		e.Tag = "HttpsToken"
		e.CreateAttr("RequireClientCertificate", "false")
	}
}

// setImports has the WSDL import each served schema, and no others, as WCF did:
// there are readers that go no deeper.
func (src *source) setImports(root *etree.Element) {
	missing := map[string]bool{}
	for _, s := range src.schemas {
		missing[s.space] = true
	}
	var last *etree.Element
	for _, schema := range root.SelectElement("types").SelectElements("schema") {
		last = schema
		for _, e := range schema.SelectElements("import") {
			space := e.SelectAttrValue("namespace", "")
			if !missing[space] && e.SelectAttr("schemaLocation") != nil {
				schema.RemoveChild(e)
			}
			delete(missing, space)
		}
	}
	for _, s := range src.schemas {
		if missing[s.space] {
			e := etree.NewElement("import")
			e.Space = last.Space
			e.CreateAttr("namespace", s.space)
			last.InsertChildAt(0, e) // imports come first
		}
	}
}

// setLocations points every import of a served namespace to where it is served.
func (src *source) setLocations(root *etree.Element, address string) {
	for _, e := range root.FindElements("//import") {
		for i, s := range src.schemas {
			if e.SelectAttrValue("namespace", "") == s.space {
				e.CreateAttr("schemaLocation", address+"?xsd="+schemaName(i))
			}
		}
	}
}

// inline puts the imported schemas into wsdl:types, in place of the schema that
// only imports them.
func (src *source) inline(root *etree.Element) {
	types := root.SelectElement("types")
	for _, s := range types.SelectElements("schema") {
		if s.SelectElement("element") == nil && s.SelectElement("complexType") == nil && s.SelectElement("simpleType") == nil {
			types.RemoveChild(s)
		}
	}
	for _, s := range src.schemas {
		types.AddChild(src.pruned(s))
	}
	for _, e := range types.FindElements("./schema/import") {
		e.RemoveAttr("schemaLocation")
	}
}
