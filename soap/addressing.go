package soap

import (
	"net/url"

	"overgang/soap/c14n"
	"overgang/soap/xmltok"
)

// WS-Addressing 1.0 of August 2005.
const (
	addressingSpace  = "http://www.w3.org/2005/08/addressing"
	anonymousAddress = addressingSpace + "/anonymous"
	noneAddress      = addressingSpace + "/none"
	soapFaultAction  = addressingSpace + "/soap/fault"
	ownFaultAction   = addressingSpace + "/fault"
)

// addressingHeaders are the blocks that are understood.
var addressingHeaders = map[string]bool{
	"To": true, "From": true, "ReplyTo": true, "FaultTo": true, "Action": true, "MessageID": true, "RelatesTo": true,
}

// addressing is what a message says with WS-Addressing. The zero addressing is
// a message that does not: then the answer does not either.
type addressing struct {
	sent      bool
	action    string
	messageID string
	to        *c14n.Node // that was checked; nil = none is for this node
}

// MessageID is the header block that names a message (WS-Addressing 1.0, Core §3.1).
var MessageID = xmltok.Name{Space: addressingSpace, Local: "MessageID"}

// maxMessageID bounds what is given back as RelatesTo, in bytes.
const maxMessageID = 2048

const space = " \t\r\n"

// noteAddressing takes what every answer needs, a fault about the header
// included, before anything is checked.
func (x *exchange) noteAddressing(blocks []*c14n.Node) {
	x.address.sent = len(blocks) > 0
	for _, b := range blocks {
		if id, ok := b.Value(); ok && b.Name.Local == "MessageID" && x.address.messageID == "" && len(id) <= maxMessageID {
			x.address.messageID = id
		}
	}
}

// readAddressing checks the blocks. Answers go back over the connection that
// the request came on and nowhere else: no address in a message is ever called.
func (x *exchange) readAddressing(blocks []*c14n.Node) error {
	seen := map[string]bool{}
	for _, b := range blocks {
		name := b.Name.Local
		if name != "RelatesTo" && seen[name] {
			return x.invalidHeader(name, "There is more than one "+name+" header.", "InvalidCardinality")
		}
		seen[name] = true
		text, ok := b.Value()
		switch name {
		case "Action":
			if !ok || text == "" {
				return x.invalidHeader(name, "The Action header is empty or no text.", "InvalidAddress")
			}
			x.address.action = text
		case "MessageID":
			if !ok || text == "" || len(text) > maxMessageID {
				return x.invalidHeader(name, "The MessageID header is empty or too long.", "InvalidAddress")
			}
		case "To":
			x.address.to = b
			if !ok || !x.isHere(text) {
				f := x.subcoded(sender("The To header names another address."), "DestinationUnreachable")
				f.problem = problem{iri: text}
				return f
			}
		case "ReplyTo", "FaultTo":
			if !answersHere(b) {
				return x.invalidHeader(name, "Answers go to the anonymous address only; "+name+" asks for another.", "OnlyAnonymousAddressSupported")
			}
		}
	}
	return nil
}

// requireAction refuses a message without Action where the contract's policy
// asks for WS-Addressing. (To may be missing: it is anonymous then. So may
// ReplyTo, and MessageID, which WS-Addressing demands and old clients leave
// out: contracts, "Policies per flavour".)
func (x *exchange) requireAction() error {
	if x.address.action != "" {
		return nil
	}
	f := x.subcoded(sender("The Action header is required."), "MessageAddressingHeaderRequired")
	f.problem = problem{header: "Action"}
	return f
}

// isHere says whether To is an address of the endpoint. Its host is not
// compared: clients keep the name they once were configured with, whatever
// proxies make of it.
func (x *exchange) isHere(to string) bool {
	if to == "" || to == anonymousAddress {
		return true
	}
	u, err := url.Parse(to)
	return err == nil && (x.server.endpointAt(u.Path) == x.endpoint || x.server.sharingAt(u.Path) == x.endpoint)
}

var addressName = xmltok.Name{Space: addressingSpace, Local: "Address"}

// answersHere checks an endpoint reference: one Address, anonymous or none.
func answersHere(reference *c14n.Node) bool {
	var addresses []string
	for e := range reference.Elements() {
		if e.Name == addressName {
			text, _ := e.Value()
			addresses = append(addresses, text)
		}
	}
	return len(addresses) == 1 && (addresses[0] == anonymousAddress || addresses[0] == noneAddress)
}

func (x *exchange) invalidHeader(name, reason, subcode string) *Fault {
	f := x.subcoded(sender(reason), "InvalidAddressingHeader", subcode)
	f.problem = problem{header: name}
	return f
}

// subcoded gives a fault subcodes of WS-Addressing, if the caller's message
// can be expected to know them: it used the headers, or is SOAP 1.2.
func (x *exchange) subcoded(f *Fault, subcodes ...string) *Fault {
	if !x.address.sent && x.version == V11 {
		return f
	}
	for _, s := range subcodes {
		f.Subcodes = append(f.Subcodes, QName{Space: addressingSpace, Prefix: "a", Local: s})
	}
	return f
}
