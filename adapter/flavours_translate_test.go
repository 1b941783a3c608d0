package adapter_test

import (
	"encoding/base64"
	"fmt"
	"net/url"
	"strings"

	"github.com/beevik/etree"

	"overgang/wsdl"
)

// translate puts a call into another flavour.
func (d *dictionary) translate(c call, to wsdl.Flavour) (request []byte, into target, ok bool) {
	into, ok = d.byKey[keyOf(c.target)][to]
	if !ok || c.op.Unlisted {
		return nil, into, false
	}
	who := systemPerson
	if c.row.Begin != nil {
		if who, ok = c.login().as(c.endpoint.Flavour, to); !ok {
			return nil, into, false
		}
	} else if to == wsdl.EC2 {
		who = enterprise
	}
	w := &writer{parts: c.parts, credentials: who.credentials(to)}
	w.element(into.op.Input, c.op.Input.Type, c.body, true)
	body := w.b.String()
	w.b.Reset()
	for _, h := range into.op.Headers {
		w.field(h, c.op.Headers, c.header, true)
	}
	header := w.b.String()
	if w.failed {
		return nil, into, false
	}
	return []byte(into.request(c.wait, header, body, who)), into, true
}

// request is a request of the operation as golden cases have them.
func (o target) request(wait, header, body string, who login) string {
	path := o.endpoint.Paths[0]
	if o.endpoint.SOAP == "1.1" {
		return "POST " + path + " HTTP/1.1\nContent-Type: text/xml; charset=utf-8\nSOAPAction: \"" + o.op.Action + "\"\n" + wait + "\n" + envelope11(header, body)
	}
	addressing := `<a:Action s:mustUnderstand="1">` + o.op.Action + `</a:Action>`
	security := "<security/>"
	if o.endpoint.Flavour == wsdl.WS {
		security = userToken(esc(who.user), esc(who.password))
	}
	return "POST " + path + " HTTP/1.1\nContent-Type: application/soap+xml; charset=utf-8; action=\"" + o.op.Action + "\"\n" + wait + "\n" +
		envelope12(addressing+header+security, body)
}

// writer writes elements of one flavour from those of another.
type writer struct {
	b           strings.Builder
	parts       map[string][]byte
	credentials map[string]*string
	failed      bool // something cannot be said
}

// element writes an element of the schema with what one of another schema's type has.
func (w *writer) element(e *wsdl.Element, like *wsdl.Type, from *etree.Element, top bool) {
	fmt.Fprintf(&w.b, `<%s xmlns="%s"`, e.Name.Local, e.Name.Space)
	if null := from.SelectAttrValue("nil", ""); null == "true" || null == "1" {
		fmt.Fprintf(&w.b, ` xmlns:i="http://www.w3.org/2001/XMLSchema-instance" i:nil="true"/>`)
		return
	}
	w.b.WriteString(">")
	switch {
	case e.Type.Kind != wsdl.KindComplex:
		w.text(from)
	case listOf(e.Type) && listOf(like): // whatever the items are called
		for _, item := range from.ChildElements() {
			if item.Tag == like.Fields[0].Name.Local {
				w.element(e.Type.Fields[0], like.Fields[0].Type, item, false)
			}
		}
	default:
		for _, f := range e.Type.Fields {
			w.field(f, like.Fields, from, top)
		}
	}
	fmt.Fprintf(&w.b, "</%s>", e.Name.Local)
}

// field writes all elements of a particle, or a credential.
func (w *writer) field(f *wsdl.Element, like []*wsdl.Element, from *etree.Element, top bool) {
	if value := w.credentials[strings.ToLower(f.Name.Local)]; value != nil && top {
		if *value != "" {
			fmt.Fprintf(&w.b, `<%[1]s xmlns="%[2]s">%[3]s</%[1]s>`, f.Name.Local, f.Name.Space, esc(*value))
		}
		return
	}
	for _, child := range from.ChildElements() {
		for _, l := range like {
			if child.Tag == l.Name.Local && sameName(f.Name.Local, l.Name.Local) {
				w.element(f, l.Type, child, false)
			}
		}
	}
}

// text writes a simple value; content in a part of its own inline.
func (w *writer) text(from *etree.Element) {
	for _, child := range from.ChildElements() {
		content, ok := included(child, w.parts)
		if child.Tag != "Include" || !ok {
			w.failed = true
			return
		}
		w.b.WriteString(base64.StdEncoding.EncodeToString(content))
	}
	for _, token := range from.Child {
		if text, ok := token.(*etree.CharData); ok {
			w.b.WriteString(strings.ReplaceAll(esc(text.Data), "\r", "&#13;"))
		}
	}
}

// included is the content that an xop:Include refers to.
func included(include *etree.Element, parts map[string][]byte) (content []byte, ok bool) {
	id, err := url.PathUnescape(strings.TrimPrefix(include.SelectAttrValue("href", ""), "cid:"))
	content, ok = parts[id]
	return content, ok && err == nil
}

// otherNames are parameters that the flavours call differently.
var otherNames = map[string]string{
	"correspondenceid": "reporteeelementid", // of messages in EC2
	"signatures":       "signature",         // of CompleteAndSignShipmentEC
}

// sameName compares names without regard to case and to what a serializer makes
// of automatic properties.
func sameName(a, b string) bool { return plainName(a) == plainName(b) }

func plainName(name string) string {
	name = strings.TrimSuffix(strings.TrimPrefix(name, "_x003C_"), "_x003E_k__BackingField")
	name = strings.ToLower(name)
	if other, ok := otherNames[name]; ok {
		return other
	}
	return name
}
