package wss_test

import (
	"crypto/hmac"
	"crypto/sha1"
	"encoding/base64"
	"regexp"
	"strings"
	"testing"
	"time"

	"overgang/soap/c14n"
	"overgang/soap/xmltok"
)

// sessionMessage is a message on a session, to be signed. What tests change in
// it gets a signature that is right all the same.
const sessionMessage = `<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope" xmlns:a="http://www.w3.org/2005/08/addressing" xmlns:u="http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd">` +
	`<s:Header><a:Action u:Id="_2">urn:action</a:Action><a:To u:Id="_1">https://gateway.example/</a:To>` +
	`<o:Security xmlns:o="http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd">` +
	`<u:Timestamp u:Id="_0"><u:Created>CREATED</u:Created><u:Expires>EXPIRES</u:Expires></u:Timestamp>` +
	`<c:SecurityContextToken u:Id="sct" xmlns:c="http://schemas.xmlsoap.org/ws/2005/02/sc"><c:Identifier>urn:uuid:6f1c1e0a-5a52-4a0e-9f0b-2f4a6a3d7c11</c:Identifier></c:SecurityContextToken>` +
	`<Signature xmlns="http://www.w3.org/2000/09/xmldsig#"><SignedInfo><CanonicalizationMethod Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#"/><SignatureMethod Algorithm="http://www.w3.org/2000/09/xmldsig#hmac-sha1"/>` +
	timestampReference +
	`</SignedInfo><SignatureValue>SIGNATURE</SignatureValue><KeyInfo>` + sessionReference + `</KeyInfo></Signature></o:Security></s:Header><s:Body/></s:Envelope>`

const (
	sessionReference   = `<o:SecurityTokenReference><o:Reference URI="#sct" ValueType="http://schemas.xmlsoap.org/ws/2005/02/sc/sct"/></o:SecurityTokenReference>`
	exclusiveTransform = `<Transform Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#"/>`
	timestampReference = `<Reference URI="#_0"><Transforms>` + exclusiveTransform + `</Transforms><DigestMethod Algorithm="http://www.w3.org/2000/09/xmldsig#sha1"/><DigestValue>DIGEST(_0)</DigestValue></Reference>`
)

// referenceTo is a Reference to the element with that identifier.
func referenceTo(id string) string { return strings.ReplaceAll(timestampReference, "_0", id) }

// noon is when messages are made.
var noon = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

const timeFormat = "2006-01-02T15:04:05.000Z"

// digestOf is the digest of an element by its identifier, with a PrefixList.
var digestOf = regexp.MustCompile(`DIGEST\(([^;)]*);?([^)]*)\)`)

// signed fills in times, digests and the signature with the session's key.
func signed(t testing.TB, message string) string {
	t.Helper()
	message = strings.NewReplacer("CREATED", noon.Format(timeFormat), "EXPIRES", noon.Add(5*time.Minute).Format(timeFormat)).Replace(message)
	root, err := c14n.NewParser(nil).Parse([]byte(message), xmltok.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	message = digestOf.ReplaceAllStringFunc(message, func(placeholder string) string {
		found := digestOf.FindStringSubmatch(placeholder)
		id, list := found[1], strings.Fields(found[2])
		sum := sha1.Sum(c14n.Append(nil, search(root, func(n *c14n.Node) bool {
			for _, a := range n.Attrs {
				if a.Value == id && strings.HasSuffix(strings.ToLower(a.Name.Local), "id") {
					return true
				}
			}
			return false
		}), c14n.Options{Inclusive: list}))
		return base64.StdEncoding.EncodeToString(sum[:])
	})
	if root, err = c14n.NewParser(nil).Parse([]byte(message), xmltok.Limits{}); err != nil {
		t.Fatal(err)
	}
	info := search(root, func(n *c14n.Node) bool { return n.Name.Local == "SignedInfo" })
	mac := hmac.New(sha1.New, []byte(sessionKey))
	mac.Write(c14n.Append(nil, info, c14n.Options{}))
	return strings.ReplaceAll(message, "SIGNATURE", base64.StdEncoding.EncodeToString(mac.Sum(nil)))
}

// search is the first element for which is holds; an empty one if there is none.
func search(n *c14n.Node, is func(*c14n.Node) bool) *c14n.Node {
	var walk func(*c14n.Node) *c14n.Node
	walk = func(n *c14n.Node) *c14n.Node {
		if is(n) {
			return n
		}
		for c := range n.Elements() {
			if found := walk(c); found != nil {
				return found
			}
		}
		return nil
	}
	if found := walk(n); found != nil {
		return found
	}
	return &c14n.Node{}
}

// replace replaces all there is of a text, which must be there.
func replace(t testing.TB, s, from, to string) string {
	t.Helper()
	if !strings.Contains(s, from) {
		t.Fatalf("no %q to replace", from)
	}
	return strings.ReplaceAll(s, from, to)
}
