package soap

import (
	"net/url"
	"strings"

	"github.com/beevik/etree"
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
}

// maxMessageID bounds what is given back as RelatesTo, in bytes.
const maxMessageID = 2048

// readAddressing checks the blocks. Answers go back over the connection that
// the request came on and nowhere else: no address in a message is ever called.
func (x *exchange) readAddressing(blocks []*etree.Element) error {
	if len(blocks) == 0 {
		return nil
	}
	x.address.sent = true
	seen := map[string]bool{}
	for _, b := range blocks {
		if b.Tag != "RelatesTo" && seen[b.Tag] {
			return x.invalidHeader("There is more than one "+b.Tag+" header.", "InvalidCardinality")
		}
		seen[b.Tag] = true
		text := strings.TrimSpace(b.Text())
		switch b.Tag {
		case "Action":
			if text == "" {
				return x.invalidHeader("The Action header is empty.", "InvalidAddress")
			}
			x.address.action = text
		case "MessageID":
			if text == "" || len(text) > maxMessageID {
				return x.invalidHeader("The MessageID header is empty or too long.", "InvalidAddress")
			}
			x.address.messageID = text
		case "To":
			if !x.isHere(text) {
				return x.subcoded(sender("The To header names another address."), "DestinationUnreachable")
			}
		case "ReplyTo", "FaultTo":
			if !answersHere(b) {
				return x.invalidHeader("Answers go to the anonymous address only; "+b.Tag+" asks for another.", "OnlyAnonymousAddressSupported")
			}
		}
	}
	return nil
}

// isHere says whether To is an address of the endpoint. Its host is not
// compared: clients keep the name they once were configured with, whatever
// proxies make of it.
func (x *exchange) isHere(to string) bool {
	if to == "" || to == anonymousAddress {
		return true
	}
	u, err := url.Parse(to)
	return err == nil && x.server.endpointAt(u.Path) == x.endpoint
}

// answersHere checks an endpoint reference: one Address, anonymous or none.
func answersHere(reference *etree.Element) bool {
	var addresses []string
	for _, e := range reference.ChildElements() {
		if e.Tag == "Address" && e.NamespaceURI() == addressingSpace {
			addresses = append(addresses, strings.TrimSpace(e.Text()))
		}
	}
	return len(addresses) == 1 && (addresses[0] == anonymousAddress || addresses[0] == noneAddress)
}

func (x *exchange) invalidHeader(reason, subcode string) *Fault {
	return x.subcoded(sender(reason), "InvalidAddressingHeader", subcode)
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
