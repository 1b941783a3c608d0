package attacks

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha1"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"encoding/pem"
	"fmt"
	"math/big"
	"strings"
	"sync"
	"time"

	"overgang/soap/soaptest"
	"overgang/soap/wss"
	"overgang/soap/wssc"
)

// forgeries are functions of templates for messages that are signed with what
// the sender has no right to, or with keys made in other ways.
func (a *attacker) forgeries() map[string]any {
	return map[string]any{
		"rstHMAC": a.rstHMAC, // a token request with an HMAC of the certificate's public key: "DER" or "PEM"
		"rstOwn":  a.rstOwn,  // one by a certificate of the sender's own making, given in a KeyInfo by kind
		"renew":   a.renew,   // a renewal of the session's token
		"cancel":  a.cancel,
		"derived": a.derived, // a call with a key derived at an offset, of a length
	}
}

// rstHMAC signs with HMAC, and for the secret takes what everybody knows: the
// public key (row 28).
func (a *attacker) rstHMAC(form string, changes ...string) (string, error) {
	c, err := a.certificate()
	if err != nil {
		return "", err
	}
	secret, err := x509.MarshalPKIXPublicKey(&c.Key.PublicKey)
	if err != nil {
		return "", err
	}
	if form == "PEM" {
		secret = pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: secret})
	}
	d := c.TokenRequest(wssc.Issue, soaptest.Entropy)
	d.Method = soaptest.DSig + "hmac-sha1"
	d.Sign = func(info []byte) ([]byte, error) {
		mac := hmac.New(sha1.New, secret)
		mac.Write(info)
		return mac.Sum(nil), nil
	}
	return a.write(d, changes)
}

// stranger is a certificate that nobody registered, with its key.
var stranger = sync.OnceValues(func() (c soaptest.Certificate, err error) {
	if c.Key, err = rsa.GenerateKey(rand.Reader, 2048); err != nil {
		return c, err
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "Fremmed"}, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &c.Key.PublicKey, c.Key)
	if err != nil {
		return c, err
	}
	c.Cert, err = x509.ParseCertificate(der)
	return c, err
})

// rstOwn is signed, and rightly so, by a key that comes with the message (row 29).
func (a *attacker) rstOwn(kind string) (string, error) {
	c, err := stranger()
	if err != nil {
		return "", err
	}
	d := c.TokenRequest(wssc.Issue, soaptest.Entropy)
	encode := base64.StdEncoding.EncodeToString
	binary := func(of, content string) string {
		return `<o:BinarySecurityToken u:Id="own" ValueType="http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-x509-token-profile-1.0#` + of + `">` + content + `</o:BinarySecurityToken>`
	}
	reference, instead := d.KeyInfo, ""
	switch kind {
	case "thumbprint":
	case "KeyValue":
		instead = `<KeyValue><RSAKeyValue><Modulus>` + encode(c.Key.N.Bytes()) + `</Modulus><Exponent>AQAB</Exponent></RSAKeyValue></KeyValue>`
	case "X509Data":
		instead = `<X509Data><X509Certificate>` + encode(c.Cert.Raw) + `</X509Certificate></X509Data>`
	case "X509Data within":
		reference = `<X509Data xmlns="` + soaptest.DSig + `"><X509Certificate>` + encode(c.Cert.Raw) + `</X509Certificate></X509Data>`
	case "token":
		d.Tokens, reference = binary("X509v3", encode(c.Cert.Raw)), `<o:Reference URI="#own"/>`
	case "chain":
		d.Tokens, reference = binary("X509PKIPathv1", encode(c.Cert.Raw)), `<o:Reference URI="#own"/>`
	case "embedded":
		reference = `<o:Embedded>` + binary("X509v3", encode(c.Cert.Raw)) + `</o:Embedded>`
	case "RetrievalMethod":
		instead = `<RetrievalMethod URI="` + a.env["OVERGANG_URL"] + `/certificate"/>`
	default:
		return "", fmt.Errorf("no key of the kind %q", kind)
	}
	d.KeyInfo = reference
	if instead == "" {
		return a.write(d, nil)
	}
	return a.write(d, []string{`<o:SecurityTokenReference>` + reference + `</o:SecurityTokenReference>`, instead})
}

func (a *attacker) renew(changes ...string) (string, error) { return a.target(wssc.Renew, changes) }

func (a *attacker) cancel(changes ...string) (string, error) { return a.target(wssc.Cancel, changes) }

// target is a token request about the session's token.
func (a *attacker) target(kind wssc.Kind, changes []string) (string, error) {
	s, err := a.session()
	if err != nil {
		return "", err
	}
	c, err := a.certificate()
	if err != nil {
		return "", err
	}
	inner := `<t:` + kind.String() + `Target>` + s.Token + `</t:` + kind.String() + `Target>`
	if kind == wssc.Renew {
		inner = soaptest.Entropy + inner
	}
	return a.write(c.TokenRequest(kind, inner), changes)
}

// derived signs with the key that the DerivedKeyToken says, as far as it says
// something that can be made.
func (a *attacker) derived(offset, length int, changes ...string) (string, error) {
	s, err := a.session()
	if err != nil {
		return "", err
	}
	d := s.Call(ec2Action, a.call())
	nonce := "a nonce of 16 b."
	d.Tokens += `<c:DerivedKeyToken u:Id="dk" xmlns:c="` + wss.ConversationSpace + `"><o:SecurityTokenReference>` + d.KeyInfo + `</o:SecurityTokenReference>` +
		fmt.Sprintf(`<c:Offset>%d</c:Offset><c:Length>%d</c:Length>`, offset, length) + `<c:Nonce>` + base64.StdEncoding.EncodeToString([]byte(nonce)) + `</c:Nonce></c:DerivedKeyToken>`
	d.KeyInfo = `<o:Reference URI="#dk"/>`
	const most = 1 << 20
	key := s.Key
	if offset+length <= most {
		key = soaptest.PSHA1(s.Key, []byte(strings.Repeat("WS-SecureConversation", 2)+nonce), offset+length)[offset:]
	}
	d.Sign = soaptest.Session{Key: key}.Call("", "").Sign
	return a.write(d, changes)
}
