package soaptest

import (
	"crypto/sha1"
	"encoding/base64"
	"fmt"
	"regexp"
	"strings"
	"time"

	"overgang/soap/c14n"
	"overgang/soap/wss"
	"overgang/soap/xmltok"
)

// Values of messages.
const (
	AddressingSpace = "http://www.w3.org/2005/08/addressing"
	Anonymous       = AddressingSpace + "/anonymous"
	DSig            = "http://www.w3.org/2000/09/xmldsig#"
	ExclusiveC14N   = "http://www.w3.org/2001/10/xml-exc-c14n#"
	ContextType     = wss.ConversationSpace + "/sct"

	envelopeSpace = "http://www.w3.org/2003/05/soap-envelope"
)

// Draft is a message of SOAP 1.2 before it is signed. Its prefixes are s, a, u
// and o: envelope, addressing, utility and security.
type Draft struct {
	Action, To string
	MessageID  string
	Created    time.Time // of the Timestamp, which lives five minutes
	Tokens     string    // in the Security header, beside the Timestamp
	KeyInfo    string    // what its SecurityTokenReference holds
	Method     string    // of the signature
	Parts      []string  // wsu:Ids that are signed: _0 is the Timestamp, _1 is To
	Body       string
	Edit       func(string) string // before it is signed; nil = nothing
	Sign       func(info []byte) ([]byte, error)
}

// Reference is a signed Reference to an element by its wsu:Id.
func Reference(id string) string {
	return `<Reference URI="#` + id + `"><Transforms><Transform Algorithm="` + ExclusiveC14N + `"/></Transforms><DigestMethod Algorithm="` + DSig +
		`sha1"/><DigestValue>DIGEST(` + id + `)</DigestValue></Reference>`
}

// Write writes and signs the message.
func (d Draft) Write() (string, error) {
	var references strings.Builder
	for _, id := range d.Parts {
		references.WriteString(Reference(id))
	}
	expires := d.Created.Truncate(time.Second).Add(5 * time.Minute)
	message := `<s:Envelope xmlns:s="` + envelopeSpace + `" xmlns:a="` + AddressingSpace + `" xmlns:u="` + wss.UtilitySpace + `" xmlns:o="` + wss.SecuritySpace + `"><s:Header>` +
		`<a:Action s:mustUnderstand="1">` + d.Action + `</a:Action><a:MessageID>` + d.MessageID + `</a:MessageID>` +
		`<a:ReplyTo><a:Address>` + Anonymous + `</a:Address></a:ReplyTo><a:To s:mustUnderstand="1" u:Id="_1">` + d.To + `</a:To>` +
		`<o:Security s:mustUnderstand="1" xmlns:o="` + wss.SecuritySpace + `"><u:Timestamp u:Id="_0"><u:Created>` + d.Created.UTC().Format(time.RFC3339Nano) +
		`</u:Created><u:Expires>` + expires.UTC().Format(time.RFC3339) + `</u:Expires></u:Timestamp>` + d.Tokens +
		`<Signature xmlns="` + DSig + `"><SignedInfo><CanonicalizationMethod Algorithm="` + ExclusiveC14N + `"/><SignatureMethod Algorithm="` + d.Method + `"/>` + references.String() +
		`</SignedInfo><SignatureValue>SIGNATURE</SignatureValue><KeyInfo><o:SecurityTokenReference>` + d.KeyInfo + `</o:SecurityTokenReference></KeyInfo></Signature></o:Security></s:Header>` +
		`<s:Body>` + d.Body + `</s:Body></s:Envelope>`
	if d.Edit != nil {
		message = d.Edit(message)
	}
	return Sign(message, d.Sign)
}

var placeholder = regexp.MustCompile(`DIGEST\(([^)]*)\)`)

// Sign fills in the digests, written DIGEST(id), and the SIGNATURE of a message.
func Sign(message string, sign func(info []byte) ([]byte, error)) (string, error) {
	root, err := Parse(message)
	if err != nil {
		return "", err
	}
	message = placeholder.ReplaceAllStringFunc(message, func(p string) string {
		id := placeholder.FindStringSubmatch(p)[1]
		sum := sha1.Sum(c14n.Append(nil, Find(root, func(n *c14n.Node) bool {
			v, _ := n.Attr(xmltok.Name{Space: wss.UtilitySpace, Local: "Id"})
			return v == id
		}), c14n.Options{}))
		return base64.StdEncoding.EncodeToString(sum[:])
	})
	if root, err = Parse(message); err != nil {
		return "", err
	}
	value, err := sign(c14n.Append(nil, Find(root, Named("SignedInfo")), c14n.Options{}))
	if err != nil {
		return "", err
	}
	return strings.Replace(message, "SIGNATURE", base64.StdEncoding.EncodeToString(value), 1), nil
}

// Parse reads a message into a tree.
func Parse(message string) (*c14n.Node, error) {
	n, err := c14n.NewParser(nil).Parse([]byte(message), xmltok.Limits{})
	if err != nil {
		return nil, fmt.Errorf("%w in %s", err, message)
	}
	return n, nil
}

// Find is the first element for which is holds, in the order of the document;
// an empty one if there is none.
func Find(n *c14n.Node, is func(*c14n.Node) bool) *c14n.Node {
	if found := find(n, is); found != nil {
		return found
	}
	return &c14n.Node{}
}

func find(n *c14n.Node, is func(*c14n.Node) bool) *c14n.Node {
	if is(n) {
		return n
	}
	for child := range n.Elements() {
		if found := find(child, is); found != nil {
			return found
		}
	}
	return nil
}

// Named says of elements whether that is their local name.
func Named(local string) func(*c14n.Node) bool {
	return func(n *c14n.Node) bool { return n.Name.Local == local }
}
