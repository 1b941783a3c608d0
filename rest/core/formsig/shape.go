package formsig

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/beevik/etree"
)

const namespace = "http://www.w3.org/2000/09/xmldsig#"

// Bounds of a signed form. Canonicalisation costs more than linear time in
// namespace declarations, hence their own bound.
const (
	maxBytes      = 4 << 20
	maxDepth      = 64
	maxElements   = 1000
	maxAttributes = 256
	maxNamespaces = 64
)

// Algorithms that are accepted (RFC 9231 names them). SHA-1 is not among them.
var (
	canonicalisations = []string{
		"http://www.w3.org/2001/10/xml-exc-c14n#",
		"http://www.w3.org/TR/2001/REC-xml-c14n-20010315",
		"http://www.w3.org/2006/12/xml-c14n11",
	}
	signatureMethods = []string{
		"http://www.w3.org/2001/04/xmldsig-more#rsa-sha256",
		"http://www.w3.org/2001/04/xmldsig-more#rsa-sha384",
		"http://www.w3.org/2001/04/xmldsig-more#rsa-sha512",
		"http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256",
		"http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha384",
		"http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha512",
	}
	digestMethods = []string{
		"http://www.w3.org/2001/04/xmlenc#sha256",
		"http://www.w3.org/2001/04/xmldsig-more#sha384",
		"http://www.w3.org/2001/04/xmlenc#sha512",
	}
)

const enveloped = namespace + "enveloped-signature"

// parse reads a bounded document. What encoding/xml and etree let through and
// an attacker could use is refused here: document types, processing
// instructions, duplicate attributes, undeclared prefixes. So are comments: no
// accepted canonicalisation covers them, yet they split texts for some readers.
func parse(r io.Reader) (*etree.Document, error) {
	doc := etree.NewDocument()
	doc.ReadSettings = etree.ReadSettings{PreserveDuplicateAttrs: true, MaxDepth: maxDepth}
	counted := &counter{r: r, left: maxBytes}
	if _, err := doc.ReadFrom(counted); err != nil {
		if counted.err != nil {
			return nil, counted.err
		}
		return nil, wrong("the form is not well-formed XML: %v", err)
	}
	if err := outside(doc); err != nil {
		return nil, err
	}
	b := bounds{}
	return doc, b.element(doc.Root())
}

// outside checks what stands outside the one root: a declaration, white space.
func outside(doc *etree.Document) error {
	roots := 0
	for _, t := range doc.Child {
		switch t := t.(type) {
		case *etree.Element:
			roots++
		case *etree.CharData:
			if strings.Trim(t.Data, " \t\r\n") != "" {
				return wrong("the form is not well-formed XML: text outside the root")
			}
		case *etree.Directive:
			return wrong("a document type is not allowed")
		case *etree.ProcInst:
			if t.Target != "xml" {
				return wrong("processing instructions are not allowed")
			}
		case *etree.Comment:
			return errComment
		}
	}
	if roots != 1 {
		return wrong("the form is not well-formed XML: %d roots", roots)
	}
	return nil
}

var errComment = wrong("comments are not allowed in a signed form: its signature does not cover them")

type counter struct {
	r    io.Reader
	left int
	err  error
}

func (c *counter) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.left -= n
	if c.left < 0 {
		c.err = wrong("a signed form may have %d bytes at most", maxBytes)
		return 0, c.err
	}
	if err != nil && !errors.Is(err, io.EOF) {
		c.err = err
	}
	return n, err
}

type bounds struct{ elements, namespaces int }

func (b *bounds) element(e *etree.Element) error {
	if b.elements++; b.elements > maxElements {
		return wrong("a signed form may have %d elements at most", maxElements)
	}
	if len(e.Attr) > maxAttributes {
		return wrong("an element has more than %d attributes", maxAttributes)
	}
	if !plainName(e.Space, e.Tag) {
		return wrong("%.40q is no name", e.Tag)
	}
	if e.Space != "" && e.NamespaceURI() == "" {
		return wrong("the prefix %.40q is not declared", e.Space)
	}
	seen := map[string]bool{}
	for _, a := range e.Attr {
		name := a.Key
		if !plainName(a.Space, a.Key) {
			return wrong("%.40q is no name", a.Key)
		}
		switch {
		case a.Space == "xmlns" || a.Space == "" && a.Key == "xmlns":
			b.namespaces++
			name = "xmlns " + a.Key
		case a.Space != "" && a.Space != "xml":
			uri := a.NamespaceURI()
			if uri == "" {
				return wrong("the prefix %.40q is not declared", a.Space)
			}
			name = uri + " " + a.Key
		}
		if seen[name] {
			return wrong("an attribute occurs twice: %.40q", a.Key)
		}
		seen[name] = true
	}
	if b.namespaces > maxNamespaces {
		return wrong("a signed form may declare %d namespaces at most", maxNamespaces)
	}
	for _, t := range e.Child {
		switch t := t.(type) {
		case *etree.ProcInst:
			return wrong("processing instructions are not allowed: %.40q", t.Target)
		case *etree.Comment:
			return errComment
		case *etree.Element:
			if err := b.element(t); err != nil {
				return err
			}
		}
	}
	return nil
}

// plainName says whether a name is free of stray colons, which encoding/xml
// lets through.
func plainName(space, local string) bool {
	return local != "" && !strings.Contains(space, ":") && !strings.Contains(local, ":")
}

// signature is what shape checking found.
type signature struct{ certificate string }

// check makes sure that the document has the one shape that is verified, and
// returns the name of the root's id attribute.
func check(root *etree.Element) (*signature, string, error) {
	var all []*etree.Element
	ids := map[string]int{}
	collect(root, &all, ids)
	switch {
	case len(all) == 0:
		return nil, "", wrong("the form carries no signature")
	case len(all) > 1:
		return nil, "", wrong("the form carries %d signatures instead of one", len(all))
	case all[0].Parent() != root:
		return nil, "", wrong("the signature is not a child of the form's root")
	}
	sig := all[0]
	if err := nothingElse(sig); err != nil {
		return nil, "", err
	}
	info, err := only(sig, "SignedInfo")
	if err != nil {
		return nil, "", err
	}
	if err := method(info, "CanonicalizationMethod", canonicalisations); err != nil {
		return nil, "", err
	}
	if err := method(info, "SignatureMethod", signatureMethods); err != nil {
		return nil, "", err
	}
	idAttribute, err := reference(info, root, ids)
	if err != nil {
		return nil, "", err
	}
	value, err := only(sig, "SignatureValue")
	if err != nil {
		return nil, "", err
	}
	if strings.Contains(info.SelectElement("SignatureMethod").SelectAttrValue("Algorithm", ""), "#ecdsa-") {
		if err := asDER(value); err != nil {
			return nil, "", err
		}
	}
	certificate, err := keyInfo(sig)
	return &signature{certificate: certificate}, idAttribute, err
}

// nothingElse refuses what a signature could smuggle in: nothing below it but
// SignedInfo is covered, so nothing else than the expected may stand there.
func nothingElse(sig *etree.Element) error {
	expected := map[string][]string{
		"Signature":      {"SignedInfo", "SignatureValue", "KeyInfo"},
		"KeyInfo":        {"X509Data", "KeyName", "KeyValue"},
		"X509Data":       {"X509Certificate", "X509IssuerSerial", "X509SubjectName", "X509SKI"},
		"SignatureValue": {}, "X509Certificate": {},
	}
	allowed, known := expected[sig.Tag]
	if !known {
		return nil // SignedInfo, which the signature covers, or a name of the key, which nobody uses
	}
	for _, t := range sig.Child {
		switch t := t.(type) {
		case *etree.Element:
			if !slices.Contains(allowed, t.Tag) || t.NamespaceURI() != namespace {
				return wrong("the signature contains %.40q, which it does not cover", t.Tag)
			}
			if err := nothingElse(t); err != nil {
				return err
			}
		case *etree.CharData:
			if len(allowed) > 0 && strings.Trim(t.Data, " \t\r\n") != "" {
				return wrong("the signature contains text that it does not cover")
			}
		}
	}
	return nil
}

func collect(e *etree.Element, signatures *[]*etree.Element, ids map[string]int) {
	if e.Tag == "Signature" && e.NamespaceURI() == namespace {
		*signatures = append(*signatures, e)
	}
	for _, a := range e.Attr {
		if strings.EqualFold(a.Key, "id") {
			ids[a.Value]++
		}
	}
	for _, child := range e.ChildElements() {
		collect(child, signatures, ids)
	}
}

// reference checks the one reference: to the whole document, enveloped.
func reference(info, root *etree.Element, ids map[string]int) (idAttribute string, err error) {
	ref, err := only(info, "Reference")
	if err != nil {
		return "", err
	}
	if err := method(ref, "DigestMethod", digestMethods); err != nil {
		return "", err
	}
	uri := ref.SelectAttr("URI")
	if uri == nil {
		return "", wrong("the signature's reference has no URI")
	}
	idAttribute = "ID"
	if uri.Value != "" {
		id, ok := strings.CutPrefix(uri.Value, "#")
		if !ok || id == "" || ids[id] != 1 {
			return "", wrong("the signature does not cover the form")
		}
		if idAttribute = idName(root, id); idAttribute == "" {
			return "", wrong("the signature does not cover the form's root")
		}
	}
	transforms, err := only(ref, "Transforms")
	if err != nil {
		return "", err
	}
	list := transforms.ChildElements()
	if len(list) == 0 || len(list) > 2 {
		return "", wrong("the signature has %d transforms", len(list))
	}
	for i, t := range list {
		algorithm := t.SelectAttrValue("Algorithm", "")
		if t.Tag != "Transform" || t.NamespaceURI() != namespace ||
			i == 0 && algorithm != enveloped || i == 1 && !slices.Contains(canonicalisations, algorithm) {
			return "", wrong("the signature's transforms are not accepted: %.80q", algorithm)
		}
	}
	return idAttribute, nil
}

// idName is the root's id attribute that holds the id.
func idName(root *etree.Element, id string) string {
	for _, name := range []string{"ID", "Id", "id"} {
		if a := root.SelectAttr(name); a != nil && a.Space == "" && a.Value == id {
			return name
		}
	}
	return ""
}

func keyInfo(sig *etree.Element) (string, error) {
	e := sig
	for _, tag := range []string{"KeyInfo", "X509Data", "X509Certificate"} {
		next, err := only(e, tag)
		if err != nil {
			return "", err
		}
		e = next
	}
	return e.Text(), nil
}

func method(parent *etree.Element, tag string, allowed []string) error {
	e, err := only(parent, tag)
	if err != nil {
		return err
	}
	if a := e.SelectAttrValue("Algorithm", ""); !slices.Contains(allowed, a) {
		return wrong("the signature's %s is not accepted: %.80q", tag, a)
	}
	return nil
}

// only returns the single child of that name in the signature's namespace.
func only(parent *etree.Element, tag string) (*etree.Element, error) {
	var found *etree.Element
	n := 0
	for _, c := range parent.ChildElements() {
		if c.Tag == tag {
			n++
			found = c
		}
	}
	if n != 1 || found.NamespaceURI() != namespace {
		return nil, &Finding{Message: fmt.Sprintf("the signature has %d %s elements instead of one", n, tag)}
	}
	return found, nil
}
