package adapter_test

import (
	"crypto"
	"crypto/hmac"
	"crypto/rsa"
	"crypto/sha1"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/beevik/etree"

	"overgang/rest"
	"overgang/rest/core"
	"overgang/soap"
	"overgang/soap/c14n"
	"overgang/soap/xmltok"
	"overgang/store"
)

// What these tests sign is signed by our own canonicaliser: they are about what
// secured calls mean. Whether signatures are right is what the messages of other
// stacks show (soap/wss, soap/wssc, interop).

const (
	nsWSA  = "http://www.w3.org/2005/08/addressing"
	nsWSSE = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd"
	nsWSU  = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd"
	nsWST  = "http://schemas.xmlsoap.org/ws/2005/02/trust"
	nsWSC  = "http://schemas.xmlsoap.org/ws/2005/02/sc"
	nsDS   = "http://www.w3.org/2000/09/xmldsig#"

	clientEntropy = "golden entropy of thirty-two byt"
)

// session is a security context that the enterprise user's certificate was issued.
type session struct {
	token string // the SecurityContextToken, as it came
	key   []byte
}

// newSession asks the endpoint at path for a security context token.
func (s *stack) newSession(t *testing.T, path string) session {
	t.Helper()
	message := envelope12(`<a:Action s:mustUnderstand="1">`+nsWST+`/RST/SCT</a:Action><a:To u:Id="_1" s:mustUnderstand="1">http://gateway.test`+path+`</a:To>`+
		`<o:Security s:mustUnderstand="1">`+s.timestamp()+
		`<o:BinarySecurityToken u:Id="x509" ValueType="http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-x509-token-profile-1.0#X509v3">`+
		base64.StdEncoding.EncodeToString(certificate(t, "enterprise").Raw)+`</o:BinarySecurityToken>`+
		signature("rsa-sha1", "x509", "", "_0", "_1")+`</o:Security>`,
		`<t:RequestSecurityToken xmlns:t="`+nsWST+`"><t:TokenType>`+nsWSC+`/sct</t:TokenType><t:RequestType>`+nsWST+`/Issue</t:RequestType>`+
			`<t:Entropy><t:BinarySecret Type="`+nsWST+`/Nonce">`+base64.StdEncoding.EncodeToString([]byte(clientEntropy))+`</t:BinarySecret></t:Entropy>`+
			`<t:KeySize>256</t:KeySize></t:RequestSecurityToken>`)
	key := enterpriseKey(t)
	message = signed(t, message, func(info []byte) []byte {
		sum := sha1.Sum(info)
		value, err := rsa.SignPKCS1v15(nil, key, crypto.SHA1, sum[:])
		if err != nil {
			t.Fatal(err)
		}
		return value
	})
	req := httptest.NewRequest(http.MethodPost, path, strings.NewReader(message))
	req.Header.Set("Content-Type", "application/soap+xml; charset=utf-8")
	if s.address != "" {
		req.RemoteAddr = s.address
	}
	rec := httptest.NewRecorder()
	s.server.ServeHTTP(rec, req)
	answer := etree.NewDocument()
	if err := answer.ReadFromBytes(rec.Body.Bytes()); err != nil || rec.Code != http.StatusOK {
		t.Fatalf("no token: %d %v %s", rec.Code, err, rec.Body)
	}
	// The token stands alone, with the prefixes that it uses declared on it.
	body := rec.Body.String()
	from := strings.Index(body, "<c:SecurityContextToken")
	to := strings.Index(body, "</c:SecurityContextToken>")
	entropy := answer.FindElement("//Entropy/BinarySecret")
	if from < 0 || to < 0 || entropy == nil {
		t.Fatalf("no token in %s", body)
	}
	server, err := base64.StdEncoding.DecodeString(entropy.Text())
	if err != nil {
		t.Fatal(err)
	}
	return session{token: body[from:to] + "</c:SecurityContextToken>", key: psha1([]byte(clientEntropy), server, 32)}
}

// secured is a message to the endpoint at path with the placeholder <security/>
// replaced by a Security header, which a session signs. The clock goes on by a
// millisecond, or only the client's: of two messages at one time one would be a
// replay.
func (s *stack) secured(t *testing.T, path, message string) string {
	t.Helper()
	sn, ok := s.sessions[path]
	if !ok {
		sn = s.newSession(t, path)
		s.sessions[path] = sn
	}
	if s.still {
		s.ahead += time.Millisecond
	} else {
		s.clock.advance(time.Millisecond)
	}
	header := `<o:Security s:mustUnderstand="1" xmlns:s="` + soap.NS12 + `" xmlns:o="` + nsWSSE + `" xmlns:u="` + nsWSU + `">` + s.timestamp() + sn.token +
		signature("hmac-sha1", tokenID(sn.token), nsWSC+"/sct", "_0") + `</o:Security>`
	return signed(t, strings.Replace(message, "<security/>", header, 1), func(info []byte) []byte {
		mac := hmac.New(sha1.New, sn.key)
		mac.Write(info)
		return mac.Sum(nil)
	})
}

// tokenID is the wsu:Id of a token.
func tokenID(token string) string {
	_, rest, _ := strings.Cut(token, `Id="`)
	id, _, _ := strings.Cut(rest, `"`)
	return id
}

const (
	userTokenOpen  = `<o:Security s:mustUnderstand="1" xmlns:s="` + soap.NS12 + `" xmlns:o="` + nsWSSE + `">`
	userTokenClose = `</o:Security>`
)

// userToken is the Security header of WS.
func userToken(user, password string) string {
	return userTokenOpen + `<o:UsernameToken><o:Username>` + user + `</o:Username><o:Password>` + password + `</o:Password></o:UsernameToken>` + userTokenClose
}

func envelope12(header, body string) string {
	return `<s:Envelope xmlns:s="` + soap.NS12 + `" xmlns:a="` + nsWSA + `" xmlns:o="` + nsWSSE + `" xmlns:u="` + nsWSU + `"><s:Header>` +
		header + `</s:Header><s:Body>` + body + `</s:Body></s:Envelope>`
}

func (s *stack) timestamp() string {
	now := s.clock.now().Add(s.ahead)
	const format = "2006-01-02T15:04:05.000Z"
	return `<u:Timestamp u:Id="_0"><u:Created>` + now.Format(format) + `</u:Created><u:Expires>` + now.Add(5*time.Minute).Format(format) + `</u:Expires></u:Timestamp>`
}

// signature is a Signature over the elements of those ids, still to be filled in.
func signature(method, token, valueType string, ids ...string) string {
	const exclusive = "http://www.w3.org/2001/10/xml-exc-c14n#"
	var b strings.Builder
	fmt.Fprintf(&b, `<Signature xmlns=%q><SignedInfo><CanonicalizationMethod Algorithm=%q/><SignatureMethod Algorithm="%s%s"/>`, nsDS, exclusive, nsDS, method)
	for _, id := range ids {
		fmt.Fprintf(&b, `<Reference URI="#%s"><Transforms><Transform Algorithm=%q/></Transforms><DigestMethod Algorithm="%ssha1"/><DigestValue>DIGEST-%[1]s</DigestValue></Reference>`, id, exclusive, nsDS)
	}
	if valueType != "" {
		valueType = ` ValueType="` + valueType + `"`
	}
	fmt.Fprintf(&b, `</SignedInfo><SignatureValue>SIGNATURE</SignatureValue><KeyInfo><o:SecurityTokenReference xmlns:o=%q><o:Reference URI="#%s"%s/></o:SecurityTokenReference></KeyInfo></Signature>`,
		nsWSSE, token, valueType)
	return b.String()
}

// signed fills in the digests and the signature.
func signed(t *testing.T, message string, sign func(info []byte) []byte) string {
	t.Helper()
	for _, id := range []string{"_0", "_1"} {
		if !strings.Contains(message, "DIGEST-"+id) {
			continue
		}
		sum := sha1.Sum(canonical(t, message, func(n *c14n.Node) bool {
			for _, a := range n.Attrs {
				if a.Name.Local == "Id" && a.Name.Space == nsWSU && a.Value == id {
					return true
				}
			}
			return false
		}))
		message = strings.Replace(message, "DIGEST-"+id, base64.StdEncoding.EncodeToString(sum[:]), 1)
	}
	info := canonical(t, message, func(n *c14n.Node) bool { return n.Name.Local == "SignedInfo" })
	return strings.Replace(message, "SIGNATURE", base64.StdEncoding.EncodeToString(sign(info)), 1)
}

// canonical is the exclusive canonical form of the first element that is meant.
func canonical(t *testing.T, message string, is func(*c14n.Node) bool) []byte {
	t.Helper()
	root, err := c14n.NewParser(nil).Parse([]byte(message), xmltok.Limits{})
	if err != nil {
		t.Fatalf("%v: %s", err, message)
	}
	var found *c14n.Node
	var walk func(n *c14n.Node)
	walk = func(n *c14n.Node) {
		if found == nil && is(n) {
			found = n
		}
		for child := range n.Elements() {
			walk(child)
		}
	}
	walk(root)
	if found == nil {
		t.Fatalf("nothing to sign in %s", message)
	}
	return c14n.Append(nil, found, c14n.Options{})
}

// psha1 is P_SHA-1 of TLS 1.0 (RFC 2246 §5), as WS-Trust §7 combines entropies.
func psha1(secret, seed []byte, size int) (out []byte) {
	mac := func(parts ...[]byte) []byte {
		h := hmac.New(sha1.New, secret)
		for _, p := range parts {
			h.Write(p)
		}
		return h.Sum(nil)
	}
	for a := mac(seed); len(out) < size; a = mac(a) {
		out = append(out, mac(a, seed)...)
	}
	return out[:size]
}

func enterpriseKey(t *testing.T) *rsa.PrivateKey {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "testdata", "wss", "certificates", "enterprise.key.pem"))
	if err != nil {
		t.Fatal(err)
	}
	block, _ := pem.Decode(text)
	key, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		t.Fatal(err)
	}
	return key.(*rsa.PrivateKey)
}

// The enterprise user of the golden cases; its certificate is that of
// testdata/wss. It may also sign.
const (
	enterpriseUser     = "eksempel-verft"
	enterprisePassword = "golden-enterprise-1"
)

func addEnterprise(t *testing.T, s *stack, st store.Store) {
	t.Helper()
	// With randomness of its own, so that it changes nobody else's.
	admin, err := core.NewAdmin(core.AdminConfig{Store: st, Secret: goldenSecret, Now: s.clock.now, Rand: strings.NewReader(strings.Repeat("x", 1024)), PasswordCost: cheap})
	if err != nil {
		t.Fatal(err)
	}
	party := rest.PartyRef{OrgNumber: "310010014"}
	_, _, err = admin.AddEnterprise(t.Context(), core.NewEnterprise{
		UserName: enterpriseUser, Party: party, Password: enterprisePassword,
		Certificates: []core.NewCertificate{{File: certificate(t, "enterprise").Raw, OtherOrganisation: true}},
	})
	if err != nil {
		t.Fatal(err)
	}
	grant, err := admin.PutGrant(core.GrantSpec{Enterprise: enterpriseUser, Party: party, Rights: []rest.Right{rest.Sign}})
	if err != nil {
		t.Fatal(err)
	}
	if err := admin.Apply(t.Context(), grant); err != nil {
		t.Fatal(err)
	}
	if err := s.core.Refresh(t.Context()); err != nil {
		t.Fatal(err)
	}
}
