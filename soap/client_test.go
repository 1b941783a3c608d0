package soap

import (
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"encoding/pem"
	"fmt"
	"testing"
	"time"

	"overgang/soap/soaptest"
	"overgang/soap/wssc"
)

const (
	dsig          = soaptest.DSig
	exclusiveC14N = soaptest.ExclusiveC14N
	contextType   = soaptest.ContextType
	entropy32     = soaptest.Entropy
	testBody      = `<Test xmlns="urn:t"/>`
)

// client is an EC2 client of the tests.
type client struct {
	soaptest.Certificate
	soaptest.Session
	t    testing.TB
	s    *secured
	path string
	sent int
}

func newClient(t testing.TB, s *secured) *client {
	t.Helper()
	block, _ := pem.Decode([]byte(testFile(t, "wss", "certificates", "enterprise.key.pem")))
	key, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		t.Fatal(err)
	}
	return &client{t: t, s: s, path: pathEC2, Certificate: soaptest.Certificate{Cert: testCertificate(t, "enterprise"), Key: key.(*rsa.PrivateKey)}}
}

// callDraft is a call with the session's token.
func (c *client) callDraft() soaptest.Draft { return c.here(c.Call(secureAction, testBody)) }

// requestDraft is a token request, signed by certificate.
func (c *client) requestDraft(kind wssc.Kind, inner string) soaptest.Draft {
	return c.here(c.TokenRequest(kind, inner))
}

func (c *client) here(d soaptest.Draft) soaptest.Draft {
	d.To = "https://gateway.example" + c.path
	return d
}

// write signs a message, which is a new one each time.
func (c *client) write(d soaptest.Draft) string {
	c.t.Helper()
	c.sent++
	d.MessageID, d.Created = fmt.Sprintf("urn:uuid:%d", c.sent), c.s.now.Add(time.Duration(c.sent))
	message, err := d.Write()
	if err != nil {
		c.t.Fatal(err)
	}
	return message
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
	var err error
	if c.Session, err = soaptest.ReadSession(w.String()); err != nil {
		c.t.Fatal(err)
	}
}

// owner is the name of the client's certificate.
func (c *client) owner() string {
	sum := sha256.Sum256(c.Cert.Raw)
	return hex.EncodeToString(sum[:])
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
