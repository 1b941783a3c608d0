package wsdl

import (
	"net/url"

	"github.com/beevik/etree"
)

// definitions is one wsdl:definitions, its parts found but not yet connected.
type definitions struct {
	doc      *document
	root     *etree.Element
	space    string // targetNamespace
	types    *etree.Element
	portType *etree.Element
	binding  *etree.Element
	service  *etree.Element
	messages map[string]map[string]*etree.Element // message → part → wsdl:part
	policies map[string]*etree.Element            // by wsu:Id
}

// readDefinitions finds the parts of a WSDL 1.1 document.
func readDefinitions(d *document) *definitions {
	root := d.tree.Root()
	defs := &definitions{doc: d, root: root, messages: map[string]map[string]*etree.Element{}, policies: map[string]*etree.Element{}}
	if name := d.name(root); name != (Name{nsWSDL, "definitions"}) {
		d.refuse(root, "%s, not a WSDL 1.1 document", name)
		return defs
	}
	children := d.open(root, "name", "targetNamespace")
	defs.space = d.required(root, "targetNamespace")
	for _, e := range children {
		switch d.name(e) {
		case Name{nsWSDL, "types"}:
			defs.keep(&defs.types, e)
		case Name{nsWSDL, "message"}:
			defs.message(e)
		case Name{nsWSDL, "portType"}:
			defs.keep(&defs.portType, e)
		case Name{nsWSDL, "binding"}:
			defs.keep(&defs.binding, e)
		case Name{nsWSDL, "service"}:
			defs.keep(&defs.service, e)
		case Name{nsPolicy, "Policy"}:
			id := d.qualified(e, nsWSU, "Id")
			if defs.policies[id] != nil {
				d.refuse(e, "a second policy of its Id")
			}
			defs.policies[id] = e
		default:
			d.unknown(e)
		}
	}
	for what, e := range map[string]*etree.Element{"types": defs.types, "portType": defs.portType, "binding": defs.binding, "service": defs.service} {
		if e == nil {
			d.refuse(root, "no %s", what)
		}
	}
	return defs
}

// keep takes e as the only one of its kind.
func (defs *definitions) keep(at **etree.Element, e *etree.Element) {
	if *at != nil {
		defs.doc.refuse(e, "a second %s", e.Tag)
	}
	*at = e
}

func (defs *definitions) message(e *etree.Element) {
	d := defs.doc
	parts := map[string]*etree.Element{}
	for _, part := range d.open(e, "name") {
		if d.name(part) != (Name{nsWSDL, "part"}) {
			d.unknown(part)
			continue
		}
		d.leaf(part, "name", "element")
		parts[d.required(part, "name")] = part
	}
	name := d.required(e, "name")
	if defs.messages[name] != nil {
		d.refuse(e, "declared twice")
	}
	defs.messages[name] = parts
}

// endpoint connects the parts.
func (defs *definitions) endpoint(types *compiler) *Endpoint {
	d := defs.doc
	endpoint := &Endpoint{}
	defs.readService(endpoint)
	operations := defs.readBinding(endpoint)

	endpoint.PortType = Name{defs.space, d.required(defs.portType, "name")}
	if got := d.resolve(defs.binding, "type"); got != endpoint.PortType {
		d.refuse(defs.binding, "binds %s", got)
	}
	for _, e := range d.open(defs.portType, "name") {
		if d.name(e) != (Name{nsWSDL, "operation"}) {
			d.unknown(e)
			continue
		}
		name := d.required(e, "name")
		bound := operations[name]
		delete(operations, name)
		if bound == nil {
			d.refuse(e, "is not bound, or is there twice")
			continue
		}
		endpoint.Operations = append(endpoint.Operations, defs.operation(types, e, bound))
	}
	for _, bound := range operations {
		d.refuse(bound.at, "binds what the port type does not have")
	}
	return endpoint
}

// readService reads wsdl:service and its one port.
func (defs *definitions) readService(endpoint *Endpoint) {
	d := defs.doc
	endpoint.Service = Name{defs.space, d.required(defs.service, "name")}
	port := d.one(defs.service, "ports", d.open(defs.service, "name"))
	if port == nil {
		return
	}
	endpoint.Port = d.required(port, "name")
	endpoint.Binding = d.resolve(port, "binding")
	var addresses []string
	for _, e := range d.open(port, "name", "binding") {
		switch d.name(e) {
		case Name{nsSOAP11, "address"}, Name{nsSOAP12, "address"}:
			d.leaf(e, "location")
			addresses = append(addresses, d.required(e, "location"))
		case Name{nsWSA, "EndpointReference"}:
			// WS-Addressing 1.0 WSDL Binding §4.1: the same address once more.
			address := d.one(e, "addresses", d.open(e))
			if address != nil && (d.name(address) != Name{nsWSA, "Address"} || len(addresses) != 1 || address.Text() != addresses[0]) {
				d.refuse(e, "is not the port's address")
			}
		default:
			d.unknown(e)
		}
	}
	if len(addresses) != 1 {
		d.refuse(port, "%d addresses, not one", len(addresses))
		return
	}
	address, err := url.Parse(addresses[0])
	if err != nil || len(address.Path) < 2 {
		d.refuse(port, "address %q has no path", addresses[0])
		return
	}
	endpoint.Paths = []string{address.Path}
}

// operation reads one operation of the port type, as it is bound.
func (defs *definitions) operation(types *compiler, e *etree.Element, bound *boundOperation) *Operation {
	d := defs.doc
	op := &Operation{Name: d.required(e, "name")}
	for _, message := range d.open(e, "name") {
		d.leaf(message, "name", "message", Name{nsWSAW, "Action"}.String())
		action := d.qualified(message, nsWSAW, "Action")
		if action == "" {
			d.refuse(message, "no wsaw:Action")
		}
		body := defs.body(types, message)
		switch d.name(message) {
		case Name{nsWSDL, "input"}:
			defs.once(message, &op.Input, body)
			op.Action = action
		case Name{nsWSDL, "output"}:
			defs.once(message, &op.Output, body)
			op.ReplyAction = action
		case Name{nsWSDL, "fault"}:
			defs.once(message, &op.Fault, body)
			op.FaultAction = action
			if name := d.required(message, "name"); name != bound.fault {
				d.refuse(message, "is bound as %q", bound.fault)
			}
		default:
			d.unknown(message)
		}
	}
	if op.Input == nil || op.Output == nil || op.Fault == nil {
		d.refuse(e, "has not an input, an output and a fault")
	}
	if op.Action != bound.action {
		d.refuse(bound.at, "soapAction is %q, wsaw:Action %q", bound.action, op.Action)
	}
	for _, header := range bound.headers {
		if part := defs.part(header, d.resolve(header, "message"), d.required(header, "part")); part != nil {
			op.Headers = append(op.Headers, types.elementNamed(d, part, d.resolve(part, "element")))
		}
	}
	return op
}

// once sets one message of an operation.
func (defs *definitions) once(e *etree.Element, at **Element, message *Element) {
	if *at != nil {
		defs.doc.refuse(e, "a second one")
	}
	*at = message
}

// body is the element of the one part of the message that e refers to.
func (defs *definitions) body(types *compiler, e *etree.Element) *Element {
	d := defs.doc
	parts := defs.messages[d.resolve(e, "message").Local]
	if len(parts) != 1 {
		d.refuse(e, "the message has %d parts, not one", len(parts))
	}
	for name := range parts {
		if part := defs.part(e, d.resolve(e, "message"), name); part != nil {
			return types.elementNamed(d, part, d.resolve(part, "element"))
		}
	}
	return &Element{Type: builtins["string"]}
}

// part is one part of a message, or nil.
func (defs *definitions) part(e *etree.Element, message Name, part string) *etree.Element {
	if message.Space == defs.space && defs.messages[message.Local] != nil {
		if found := defs.messages[message.Local][part]; found != nil {
			return found
		}
	}
	defs.doc.refuse(e, "no part %q in message %s", part, message)
	return nil
}
