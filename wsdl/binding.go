package wsdl

import (
	"strings"

	"github.com/beevik/etree"
)

// boundOperation is one operation of the binding.
type boundOperation struct {
	at      *etree.Element
	action  string           // soapAction
	headers []*etree.Element // soap:header of the input
	fault   string           // the declared fault's name
}

// readBinding reads the one binding: its SOAP version, its policy, and with
// them the flavour.
func (defs *definitions) readBinding(endpoint *Endpoint) map[string]*boundOperation {
	d := defs.doc
	if name := (Name{defs.space, d.required(defs.binding, "name")}); name != endpoint.Binding {
		d.refuse(defs.binding, "the port is bound to %s", endpoint.Binding)
	}
	var soap string
	var policy policy
	operations := map[string]*boundOperation{}
	for _, e := range d.open(defs.binding, "name", "type") {
		switch name := d.name(e); name {
		case Name{nsSOAP11, "binding"}, Name{nsSOAP12, "binding"}:
			if soap != "" {
				d.refuse(e, "a second one")
			}
			soap = name.Space
			d.leaf(e, "transport", "style")
			d.expect(e, "transport", httpTransport)
			defs.documentStyle(e)
		case Name{nsPolicy, "PolicyReference"}:
			d.leaf(e, "URI")
			id, ok := strings.CutPrefix(d.required(e, "URI"), "#")
			if found := defs.policies[id]; ok && found != nil {
				policy.read(d, found)
				delete(defs.policies, id)
			} else {
				d.refuse(e, "no such policy")
			}
		case Name{nsWSDL, "operation"}:
			name := d.required(e, "name")
			if operations[name] != nil {
				d.refuse(e, "bound twice")
			}
			operations[name] = defs.boundOperation(e, soap)
		default:
			d.unknown(e)
		}
	}
	for _, e := range defs.policies {
		d.refuse(e, "is referred to by no binding")
	}
	endpoint.MTOM = policy.mtom
	switch {
	case soap == nsSOAP11:
		endpoint.SOAP, endpoint.Flavour = "1.1", Basic
	case soap == nsSOAP12 && policy.endorsing:
		endpoint.SOAP, endpoint.Flavour, endpoint.Cancel = "1.2", EC2, !policy.kept
	case soap == nsSOAP12:
		endpoint.SOAP, endpoint.Flavour = "1.2", WS
	default:
		d.refuse(defs.binding, "is no SOAP binding")
	}
	return operations
}

// documentStyle refuses any style but document, which is the default.
func (defs *definitions) documentStyle(e *etree.Element) {
	if e.SelectAttr("style") != nil {
		defs.doc.expect(e, "style", "document")
	}
}

// boundOperation reads one operation of a binding in the namespace soap.
func (defs *definitions) boundOperation(e *etree.Element, soap string) *boundOperation {
	d := defs.doc
	bound := &boundOperation{at: e}
	for _, part := range d.open(e, "name") {
		switch d.name(part) {
		case Name{soap, "operation"}:
			d.leaf(part, "soapAction", "style")
			defs.documentStyle(part)
			bound.action = d.required(part, "soapAction")
		case Name{nsWSDL, "input"}:
			bound.headers = defs.boundMessage(part, soap)
		case Name{nsWSDL, "output"}:
			for _, header := range defs.boundMessage(part, soap) {
				d.unknown(header)
			}
		case Name{nsWSDL, "fault"}:
			if bound.fault != "" {
				d.refuse(part, "a second fault")
			}
			bound.fault = d.required(part, "name")
			for _, fault := range d.open(part, "name") {
				if d.name(fault) != (Name{soap, "fault"}) {
					d.unknown(fault)
				}
				d.leaf(fault, "name", "use")
				d.expect(fault, "name", bound.fault)
				d.expect(fault, "use", "literal")
			}
		default:
			d.unknown(part)
		}
	}
	return bound
}

// boundMessage reads a wsdl:input or wsdl:output: one literal body, and headers.
func (defs *definitions) boundMessage(e *etree.Element, soap string) (headers []*etree.Element) {
	d := defs.doc
	bodies := 0
	for _, part := range d.open(e, "name") {
		switch d.name(part) {
		case Name{soap, "body"}:
			d.leaf(part, "use")
			bodies++
		case Name{soap, "header"}:
			d.leaf(part, "message", "part", "use")
			headers = append(headers, part)
		default:
			d.unknown(part)
		}
		d.expect(part, "use", "literal")
	}
	if bodies != 1 {
		d.refuse(e, "%d bodies, not one", bodies)
	}
	return headers
}
