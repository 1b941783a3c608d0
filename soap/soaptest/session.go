package soaptest

import (
	"crypto"
	"crypto/hmac"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha1"
	"crypto/x509"
	"encoding/base64"
	"fmt"
	"regexp"
	"strings"

	"overgang/soap/wssc"
)

// ClientEntropy is the client's part of session keys, and Entropy its element in
// token requests.
const (
	ClientEntropy = "client entropy of 32 bytes......"
	Entropy       = `<t:Entropy><t:BinarySecret>Y2xpZW50IGVudHJvcHkgb2YgMzIgYnl0ZXMuLi4uLi4=</t:BinarySecret></t:Entropy>`
)

// Certificate is a certificate with its key.
type Certificate struct {
	Cert *x509.Certificate
	Key  *rsa.PrivateKey
}

// TokenRequest drafts a request for a token; inner is what its
// RequestSecurityToken holds beside the types.
func (c Certificate) TokenRequest(kind wssc.Kind, inner string) Draft {
	thumbprint := sha1.Sum(c.Cert.Raw)
	return Draft{
		Action: kind.Action(), Method: DSig + "rsa-sha1", Parts: []string{"_0", "_1"},
		KeyInfo: `<o:KeyIdentifier ValueType="http://docs.oasis-open.org/wss/oasis-wss-soap-message-security-1.1#ThumbprintSHA1">` +
			base64.StdEncoding.EncodeToString(thumbprint[:]) + `</o:KeyIdentifier>`,
		Body: `<t:RequestSecurityToken xmlns:t="` + wssc.TrustSpace + `"><t:TokenType>` + ContextType + `</t:TokenType><t:RequestType>` + wssc.TrustSpace + "/" + kind.String() +
			`</t:RequestType>` + inner + `</t:RequestSecurityToken>`,
		Sign: func(info []byte) ([]byte, error) {
			sum := sha1.Sum(info)
			return rsa.SignPKCS1v15(rand.Reader, c.Key, crypto.SHA1, sum[:])
		},
	}
}

// Session is a security context.
type Session struct {
	Token string // SecurityContextToken, as it came
	Key   []byte
}

// contextToken is a SecurityContextToken, whatever its prefix.
var contextToken = regexp.MustCompile(`(?s)<(?:\w+:)?SecurityContextToken[ >].*?</(?:\w+:)?SecurityContextToken>`)

// ReadSession takes the session out of the answer to a token request with
// [Entropy].
func ReadSession(answer string) (Session, error) {
	token := contextToken.FindString(answer)
	if token == "" {
		return Session{}, fmt.Errorf("no token in %s", answer)
	}
	root, err := Parse(answer)
	if err != nil {
		return Session{}, err
	}
	text, _ := Find(root, Named("BinarySecret")).Content()
	entropy, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		return Session{}, err
	}
	return Session{Token: token, Key: PSHA1([]byte(ClientEntropy), entropy, len(entropy))}, nil
}

// Identifier is the token's.
func (s Session) Identifier() string {
	_, rest, _ := strings.Cut(s.Token, "Identifier>")
	id, _, _ := strings.Cut(rest, "<")
	return id
}

// Call drafts a call that the session signs.
func (s Session) Call(action, body string) Draft {
	_, rest, _ := strings.Cut(s.Token, `:Id="`)
	id, _, _ := strings.Cut(rest, `"`)
	return Draft{
		Action: action, Tokens: s.Token, Body: body, Method: DSig + "hmac-sha1", Parts: []string{"_0"},
		KeyInfo: `<o:Reference URI="#` + id + `" ValueType="` + ContextType + `"/>`,
		Sign: func(info []byte) ([]byte, error) {
			mac := hmac.New(sha1.New, s.Key)
			mac.Write(info)
			return mac.Sum(nil), nil
		},
	}
}

// PSHA1 is P_SHA1 of RFC 2246 §5, as WS-Trust §6.2.4.1 uses it.
func PSHA1(secret, seed []byte, n int) (out []byte) {
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
