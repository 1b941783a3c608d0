package soap

import (
	"reflect"

	"overgang/soap/c14n"
	"overgang/soap/codec"
	"overgang/soap/xmltok"
)

// Streamed operations have their parameters in header blocks, so that the body
// is nothing but the content (contracts, "Streamed endpoints"). They come in any
// order.

// compileFields makes the plan of an operation's header parts.
func (b *boot) compileFields(ep *endpoint, o *operation, at string) {
	if len(o.Headers) == 0 {
		return
	}
	fields, plan, err := codec.CompileFields(o.Name+"Headers", o.Headers, reflect.TypeOf(o.row.Request).Elem())
	if err != nil {
		b.fail("operation %s: %w", at, err)
		return
	}
	o.fields = fields
	b.plans = append(b.plans, plan)
	for _, e := range o.Headers {
		for _, space := range append([]string{e.Name.Space}, o.Spaces...) {
			name := xmltok.Name{Space: space, Local: e.Name.Local}
			if ep.fields[name] == (xmltok.Name{}) {
				ep.fields[name] = xmltok.Name(e.Name)
			}
		}
	}
}

var nilName = xmltok.Name{Space: schemaInstance, Local: "nil"}

// setFields takes the operation's parameters from the header blocks.
func (x *exchange) setFields() error {
	if x.op.fields == nil {
		return nil
	}
	seen := map[xmltok.Name]bool{}
	for _, n := range x.fields {
		name := x.endpoint.fields[n.Name]
		if seen[name] {
			return sender("There is more than one header " + name.Local + ".")
		}
		seen[name] = true
		text, ok := n.Content()
		if !ok {
			return sender("The header " + name.Local + " holds elements.")
		}
		null, _ := n.Attr(nilName)
		if _, err := x.op.fields.Set(&x.dec, x.request, name, text, null == "true" || null == "1"); err != nil {
			return err
		}
	}
	return nil
}

// field says whether a header block is a parameter at this endpoint.
func (ep *endpoint) field(n *c14n.Node) bool {
	_, ok := ep.fields[n.Name]
	return ok
}
