package wss_test

import (
	"context"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"math/big"
	"regexp"
	"strings"
	"testing"
	"time"

	"overgang/soap/soaptest"
	"overgang/soap/wss"
	"overgang/soap/wssc"
)

// sessions are contexts by their identifiers.
type sessions map[string]*wss.Context

func (s sessions) Context(_ context.Context, which wss.ContextReference) (*wss.Context, error) {
	return s[which.Identifier], nil
}

// stranger is a certificate that is its own authority, with its key.
func stranger(t *testing.T) soaptest.Certificate {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	own := &x509.Certificate{SerialNumber: big.NewInt(7), Subject: pkix.Name{CommonName: "stranger"}, NotBefore: noon.Add(-time.Hour), NotAfter: noon.Add(time.Hour)}
	der, err := x509.CreateCertificate(rand.Reader, own, own, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return soaptest.Certificate{Cert: cert, Key: key}
}

var theSignature = regexp.MustCompile(`<Signature .*</Signature>`)

// TestTwoSigners: a message is one sender's. What two have signed, each rightly,
// could be taken for either's.
func TestTwoSigners(t *testing.T) {
	const one, two = "urn:uuid:1", "urn:uuid:2"
	known, roots := sessions{}, x509.NewCertPool()
	call := func(id string) soaptest.Draft {
		known[id] = &wss.Context{Identifier: id, Owner: "owner of " + id, Expires: noon.Add(time.Hour), Key: []byte("a key of 32 bytes for " + id)}
		s := soaptest.Session{Key: known[id].Key, Token: `<c:SecurityContextToken xmlns:c="` + wss.ConversationSpace + `" u:Id="` + id[9:] + `x"><c:Identifier>` + id + `</c:Identifier></c:SecurityContextToken>`}
		return s.Call("urn:action", "")
	}
	certificates := registry{}
	request := func() soaptest.Draft {
		c := stranger(t)
		certificates = append(certificates, c.Cert)
		roots.AddCert(c.Cert)
		return c.TokenRequest(wssc.Issue, "")
	}
	firstCall, secondCall, firstRequest, secondRequest := call(one), call(two), request(), request()
	v, err := wss.New(wss.Config{Now: (&clock{noon}).Now, Replays: forgetful{}, Trust: &wss.Chain{Roots: roots}, Certificates: certificates, Contexts: known})
	if err != nil {
		t.Fatal(err)
	}
	for name, test := range map[string]struct {
		policy      string
		first, also soaptest.Draft
		want        string
	}{
		"one session, twice":     {"call", firstCall, firstCall, ""},
		"two sessions":           {"call", firstCall, secondCall, "wsse:InvalidSecurity"},
		"one certificate, twice": {"bootstrap", firstRequest, firstRequest, ""},
		"two certificates":       {"bootstrap", firstRequest, secondRequest, "wsse:InvalidSecurity"},
	} {
		write := func(d soaptest.Draft) string {
			d.To, d.Created = "https://gateway.example/", noon
			d.Tokens = firstCall.Tokens + secondCall.Tokens
			message, err := d.Write()
			if err != nil {
				t.Fatal(err)
			}
			return message
		}
		also := theSignature.FindString(write(test.also))
		s := &stack{v, nil}
		if _, err := s.verify(t, strings.Replace(write(test.first), "</o:Security>", also+"</o:Security>", 1), policies[test.policy]); codeOf(err) != test.want {
			t.Errorf("%s: got %v, want %q", name, err, test.want)
		}
	}
}
