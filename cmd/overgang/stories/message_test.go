package stories

import (
	"encoding/base64"
	"encoding/xml"
	"fmt"
	"slices"
	"strings"
	"time"

	"overgang/wsdl"
)

// fields are a message's fields by their names, and those of complex types
// below them. Where flavours call one field differently, the names are parted
// by "|". A slice is a field that occurs several times.
type fields map[string]any

// writer writes messages by the contract: in the schema's order, with its
// namespaces.
type writer struct {
	account map[string]string // fills in credentials
	used    map[string]bool   // names of the message's own fields
	wrong   []string          // what no schema has
}

// root writes the body's element, or a header block.
func (w *writer) root(e *wsdl.Element, given fields) string {
	if e.Type.Kind != wsdl.KindComplex { // a header block
		v, ok := w.find(e.Name.Local, given)
		if !ok {
			return ""
		}
		return w.element(e, v)
	}
	var b strings.Builder
	w.open(&b, e)
	for _, f := range e.Type.Fields {
		if v, ok := w.find(f.Name.Local, given); ok {
			b.WriteString(w.element(f, v))
		} else {
			b.WriteString(absent(f))
		}
	}
	return b.String() + "</" + e.Name.Local + ">"
}

// find is a field of the message, or a credential.
func (w *writer) find(name string, given fields) (any, bool) {
	for names, v := range given {
		if slices.Contains(strings.Split(names, "|"), name) {
			w.used[names] = true
			return v, true
		}
	}
	v, ok := w.account[strings.ToLower(name)]
	return v, ok
}

func (w *writer) open(b *strings.Builder, e *wsdl.Element) {
	fmt.Fprintf(b, `<%s xmlns=%q>`, e.Name.Local, e.Name.Space)
}

func (w *writer) element(e *wsdl.Element, v any) string {
	var b strings.Builder
	if list, ok := v.([]any); ok {
		for _, one := range list {
			b.WriteString(w.element(e, one))
		}
		return b.String()
	}
	w.open(&b, e)
	switch v := v.(type) {
	case fields:
		var known []string
		for _, f := range e.Type.Fields {
			known = append(known, f.Name.Local)
			if inner, ok := v[f.Name.Local]; ok {
				b.WriteString(w.element(f, inner))
			} else {
				b.WriteString(absent(f))
			}
		}
		for name := range v {
			if !slices.Contains(known, name) {
				w.wrong = append(w.wrong, e.Name.Local+" has no "+name)
			}
		}
	case []byte:
		b.WriteString(base64.StdEncoding.EncodeToString(v))
	case time.Time:
		b.WriteString(v.UTC().Format("2006-01-02T15:04:05Z"))
	default:
		_ = xml.EscapeText(&b, []byte(fmt.Sprint(v))) // a Builder never fails
	}
	return b.String() + "</" + e.Name.Local + ">"
}

// absent is a field without a value, as serializers write it.
func absent(e *wsdl.Element) string {
	name := e.Name.Local + ` xmlns="` + e.Name.Space + `"`
	switch {
	case e.Min == 0:
		return ""
	case e.Nillable:
		return `<` + name + ` xmlns:i="http://www.w3.org/2001/XMLSchema-instance" i:nil="true"/>`
	case e.Type.Kind == wsdl.KindBoolean:
		return `<` + name + `>false</` + e.Name.Local + `>`
	case e.Type.Kind == wsdl.KindInt:
		return `<` + name + `>0</` + e.Name.Local + `>`
	}
	return `<` + name + `/>`
}
