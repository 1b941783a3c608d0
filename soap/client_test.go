package soap

import (
	"crypto"
	"crypto/hmac"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"

	"overgang/soap/c14n"
	"overgang/soap/wss"
	"overgang/soap/wssc"
	"overgang/soap/xmltok"
)

// client is an EC2 client of the tests. What it signs is signed with our own
// canonical XML: that the server takes what others sign is for TestForeign….
type client struct {
	t    testing.TB
	s    *secured
	path string
	cert *x509.Certificate
	key  *rsa.PrivateKey
	sent int

	token   string // SecurityContextToken, as it came
	session []byte // its key
}

func newClient(t testing.TB, s *secured) *client {
	t.Helper()
	block, _ := pem.Decode([]byte(testFile(t, "wss", "certificates", "enterprise.key.pem")))
	key, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		t.Fatal(err)
	}
	return &client{t: t, s: s, path: pathEC2, cert: testCertificate(t, "enterprise"), key: key.(*rsa.PrivateKey)}
}

// draft is a message before it is signed.
type draft struct {
	action, to string
	tokens     string   // beside the Timestamp
	keyInfo    string   // what its SecurityTokenReference holds
	method     string   // of the signature
	parts      []string // wsu:Ids that are signed: _0 is the Timestamp, _1 is To
	body       string
	edit       func(string) string // before it is signed
	sign       func(info []byte) []byte
}

const (
	dsig          = "http://www.w3.org/2000/09/xmldsig#"
	exclusiveC14N = "http://www.w3.org/2001/10/xml-exc-c14n#"
	contextType   = "http://schemas.xmlsoap.org/ws/2005/02/sc/sct"
	testBody      = `<Test xmlns="urn:t"/>`
)

// callDraft is a call with the session's token.
func (c *client) callDraft() draft {
	id, _, _ := strings.Cut(c.token[strings.Index(c.token, `u:Id="`)+6:], `"`)
	return draft{
		action: secureAction, to: "https://gateway.example" + c.path, tokens: c.token, body: testBody, method: dsig + "hmac-sha1", parts: []string{"_0"},
		keyInfo: `<o:Reference URI="#` + id + `" ValueType="` + contextType + `"/>`,
		sign: func(info []byte) []byte {
			mac := hmac.New(sha1.New, c.session)
			mac.Write(info)
			return mac.Sum(nil)
		},
	}
}

// requestDraft is a token request, signed by certificate.
func (c *client) requestDraft(kind wssc.Kind, inner string) draft {
	thumb := sha1.Sum(c.cert.Raw)
	return draft{
		action: kind.Action(), to: "https://gateway.example" + c.path, method: dsig + "rsa-sha1", parts: []string{"_0", "_1"},
		keyInfo: `<o:KeyIdentifier ValueType="http://docs.oasis-open.org/wss/oasis-wss-soap-message-security-1.1#ThumbprintSHA1">` + base64.StdEncoding.EncodeToString(thumb[:]) + `</o:KeyIdentifier>`,
		body: `<t:RequestSecurityToken xmlns:t="` + wssc.TrustSpace + `"><t:TokenType>` + contextType + `</t:TokenType><t:RequestType>` + wssc.TrustSpace + "/" + kind.String() +
			`</t:RequestType>` + inner + `</t:RequestSecurityToken>`,
		sign: func(info []byte) []byte {
			sum := sha1.Sum(info)
			value, err := rsa.SignPKCS1v15(rand.Reader, c.key, crypto.SHA1, sum[:])
			if err != nil {
				c.t.Fatal(err)
			}
			return value
		},
	}
}

const entropy32 = `<t:Entropy><t:BinarySecret>Y2xpZW50IGVudHJvcHkgb2YgMzIgYnl0ZXMuLi4uLi4=</t:BinarySecret></t:Entropy>`

var placeholder = regexp.MustCompile(`DIGEST\(([^)]*)\)`)

// write writes and signs a message.
func (c *client) write(d draft) string {
	c.t.Helper()
	c.sent++
	var references strings.Builder
	for _, id := range d.parts {
		fmt.Fprintf(&references, `<Reference URI="#%s"><Transforms><Transform Algorithm="%s"/></Transforms><DigestMethod Algorithm="%ssha1"/><DigestValue>DIGEST(%[1]s)</DigestValue></Reference>`, id, exclusiveC14N, dsig)
	}
	message := `<s:Envelope xmlns:s="` + NS12 + `" xmlns:a="` + addressingSpace + `" xmlns:u="` + wss.UtilitySpace + `" xmlns:o="` + wss.SecuritySpace + `"><s:Header>` +
		`<a:Action s:mustUnderstand="1">` + d.action + `</a:Action>` + fmt.Sprintf(`<a:MessageID>urn:uuid:%d</a:MessageID>`, c.sent) +
		`<a:ReplyTo><a:Address>` + anonymousAddress + `</a:Address></a:ReplyTo><a:To s:mustUnderstand="1" u:Id="_1">` + d.to + `</a:To>` +
		`<o:Security s:mustUnderstand="1" xmlns:o="` + wss.SecuritySpace + `"><u:Timestamp u:Id="_0"><u:Created>` + c.s.now.Add(time.Duration(c.sent)).UTC().Format(time.RFC3339Nano) +
		`</u:Created><u:Expires>` + c.s.now.Add(5*time.Minute).UTC().Format(time.RFC3339Nano) + `</u:Expires></u:Timestamp>` + d.tokens +
		`<Signature xmlns="` + dsig + `"><SignedInfo><CanonicalizationMethod Algorithm="` + exclusiveC14N + `"/><SignatureMethod Algorithm="` + d.method + `"/>` + references.String() +
		`</SignedInfo><SignatureValue>SIGNATURE</SignatureValue><KeyInfo><o:SecurityTokenReference>` + d.keyInfo + `</o:SecurityTokenReference></KeyInfo></Signature></o:Security></s:Header>` +
		`<s:Body>` + d.body + `</s:Body></s:Envelope>`
	if d.edit != nil {
		message = d.edit(message)
	}
	root := c.parse(message)
	message = placeholder.ReplaceAllStringFunc(message, func(p string) string {
		id := placeholder.FindStringSubmatch(p)[1]
		sum := sha1.Sum(c14n.Append(nil, descendant(root, func(n *c14n.Node) bool {
			v, _ := n.Attr(xmltok.Name{Space: wss.UtilitySpace, Local: "Id"})
			return v == id
		}), c14n.Options{}))
		return base64.StdEncoding.EncodeToString(sum[:])
	})
	info := c14n.Append(nil, descendant(c.parse(message), func(n *c14n.Node) bool { return n.Name.Local == "SignedInfo" }), c14n.Options{})
	return strings.Replace(message, "SIGNATURE", base64.StdEncoding.EncodeToString(d.sign(info)), 1)
}

func (c *client) parse(message string) *c14n.Node {
	c.t.Helper()
	n, err := c14n.NewParser(nil).Parse([]byte(message), xmltok.Limits{})
	if err != nil {
		c.t.Fatalf("%v in %s", err, message)
	}
	return n
}

// descendant is the first element for which is holds; an empty one if there is none.
func descendant(n *c14n.Node, is func(*c14n.Node) bool) *c14n.Node {
	if found := walk(n, is); found != nil {
		return found
	}
	return &c14n.Node{}
}

func walk(n *c14n.Node, is func(*c14n.Node) bool) *c14n.Node {
	if is(n) {
		return n
	}
	for child := range n.Elements() {
		if found := walk(child, is); found != nil {
			return found
		}
	}
	return nil
}

// send sends a message to the client's endpoint.
func (c *client) send(message string) *recorder {
	c.t.Helper()
	return c.s.post(c.t, c.path, message)
}

// open asks for a token and keeps it.
func (c *client) open() {
	c.t.Helper()
	c.keep(c.send(c.write(c.requestDraft(wssc.Issue, entropy32))))
}

// keep takes the token out of an answer.
func (c *client) keep(w *recorder) {
	c.t.Helper()
	answer := w.String()
	from, to := strings.Index(answer, "<c:SecurityContextToken"), strings.Index(answer, "</t:RequestedSecurityToken>")
	if w.status != 200 || from < 0 {
		c.t.Fatalf("no token: %d %s", w.status, answer)
	}
	c.token = answer[from:to]
	secret := descendant(c.parse(answer), func(n *c14n.Node) bool { return n.Name.Local == "BinarySecret" })
	text, _ := secret.Content()
	entropy, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		c.t.Fatal(err)
	}
	c.session = pSHA1([]byte("client entropy of 32 bytes......"), entropy, len(entropy))
}

// pSHA1 is P_SHA1 of RFC 2246 §5, as WS-Trust §6.2.4.1 uses it.
func pSHA1(secret, seed []byte, n int) (out []byte) {
	sum := func(data ...[]byte) []byte {
		mac := hmac.New(sha1.New, secret)
		for _, d := range data {
			mac.Write(d)
		}
		return mac.Sum(nil)
	}
	for a := sum(seed); len(out) < n; a = sum(a) {
		out = append(out, sum(a, seed)...)
	}
	return out[:n]
}

// owner is the name of the client's certificate.
func (c *client) owner() string {
	sum := sha256.Sum256(c.cert.Raw)
	return fmt.Sprintf("%x", sum)
}

// call makes a call and wants it answered.
func (c *client) call(what string) {
	c.t.Helper()
	before := len(c.s.calls)
	w := c.send(c.write(c.callDraft()))
	c.s.wantAnswer(c.t, what, w, secureAction+"Response", fmt.Sprintf("urn:uuid:%d", c.sent))
	if n := len(c.s.calls); n != before+1 || c.s.calls[n-1].Certificate != c.owner() {
		c.t.Errorf("%s: %d calls handled", what, n-before)
	}
}
