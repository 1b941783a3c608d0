package adapter_test

import (
	"bytes"
	"context"
	"crypto/sha1"
	"crypto/x509"
	"encoding/pem"
	"os"
	"path/filepath"
	"testing"
	"time"

	"overgang/adapter/credential"
	"overgang/soap"
	"overgang/soap/wss"
	"overgang/soap/wssc"
)

// newSecurity is the WS-Security of the stack: the passwords are the core's, the
// enterprise's certificate and its authority are those of testdata/wss.
func newSecurity(t *testing.T, s *stack, lifetime ...time.Duration) *soap.Security {
	t.Helper()
	var life time.Duration // the default
	for _, life = range lifetime {
	}
	replays, err := wss.NewMemory(s.clock.now, 10_000)
	if err != nil {
		t.Fatal(err)
	}
	ring, err := wssc.NewRing(wss.Secret(goldenSecret[:wssc.KeySize]))
	if err != nil {
		t.Fatal(err)
	}
	tokens, err := wssc.New(wssc.Config{Now: s.clock.now, Rand: s.random, Ring: ring, Lifetime: life})
	if err != nil {
		t.Fatal(err)
	}
	roots := x509.NewCertPool()
	roots.AddCert(certificate(t, "ca"))
	return &soap.Security{
		Verify: wss.Config{Replays: replays, Certificates: registry{certificate(t, "enterprise")}, Trust: &wss.Chain{Roots: roots}},
		Login:  credential.Login(s.core), Tokens: tokens,
	}
}

// registry is a few registered certificates.
type registry []*x509.Certificate

func (r registry) Find(_ context.Context, which wss.CertificateReference) (found []*x509.Certificate, err error) {
	for _, c := range r {
		thumbprint := sha1.Sum(c.Raw)
		switch {
		case which.Thumbprint != nil && bytes.Equal(which.Thumbprint, thumbprint[:]),
			which.SubjectKey != nil && bytes.Equal(which.SubjectKey, c.SubjectKeyId),
			which.Serial != nil && which.Serial.Cmp(c.SerialNumber) == 0:
			found = append(found, c)
		}
	}
	return found, nil
}

func certificate(t *testing.T, name string) *x509.Certificate {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "testdata", "wss", "certificates", name+".pem"))
	if err != nil {
		t.Fatal(err)
	}
	block, _ := pem.Decode(text)
	cert, err := x509.ParseCertificate(block.Bytes)
	if err != nil {
		t.Fatal(err)
	}
	return cert
}
