package wss_test

import (
	"context"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"errors"
	"math/big"
	"strings"
	"testing"
	"time"

	"overgang/soap/wss"
)

// issuer makes certificates.
type issuer struct {
	cert *x509.Certificate
	key  *rsa.PrivateKey
}

var bits2048, bits1024 = newKey(2048), newKey(1024)

func newKey(bits int) *rsa.PrivateKey {
	key, err := rsa.GenerateKey(rand.Reader, bits)
	if err != nil {
		panic(err)
	}
	return key
}

// issue makes a certificate; a nil issuer makes one that issued itself.
func issue(t *testing.T, by *issuer, key *rsa.PrivateKey, change func(*x509.Certificate)) *issuer {
	t.Helper()
	template := &x509.Certificate{
		SerialNumber: big.NewInt(7), Subject: pkix.Name{CommonName: "enterprise"}, SubjectKeyId: []byte{1, 2, 3},
		NotBefore: noon.Add(-time.Hour), NotAfter: noon.Add(time.Hour), KeyUsage: x509.KeyUsageDigitalSignature, BasicConstraintsValid: true,
	}
	if by == nil {
		template.IsCA, template.KeyUsage, template.Subject.CommonName = true, x509.KeyUsageCertSign, "authority"
		template.SubjectKeyId = []byte{4, 5, 6}
	}
	if change != nil {
		change(template)
	}
	parent, signer := template, key
	if by != nil {
		parent, signer = by.cert, by.key
	}
	der, err := x509.CreateCertificate(rand.Reader, template, parent, &key.PublicKey, signer)
	if err != nil {
		t.Fatal(err)
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return &issuer{cert, key}
}

// TestChain: row 30.
func TestChain(t *testing.T) {
	ca := issue(t, nil, bits2048, nil)
	stranger := issue(t, nil, newKey(2048), nil)
	weak := issue(t, nil, bits1024, nil)
	constrained := issue(t, nil, bits2048, func(c *x509.Certificate) {
		c.Subject.CommonName, c.SubjectKeyId = "constrained", []byte{8}
		c.PermittedDNSDomains, c.PermittedDNSDomainsCritical = []string{"example.no"}, true
	})
	between := issue(t, ca, bits2048, func(c *x509.Certificate) {
		c.IsCA, c.KeyUsage, c.Subject.CommonName, c.SubjectKeyId = true, x509.KeyUsageCertSign, "between", []byte{7}
	})
	end := issue(t, ca, bits2048, nil)
	errRevoked := errors.New("revoked")
	for _, test := range []struct {
		name    string
		cert    *issuer
		trusted bool
	}{
		{"as it should be", end, true},
		{"by an intermediate authority", issue(t, between, bits2048, nil), true},
		{"pinned", issue(t, stranger, bits2048, func(c *x509.Certificate) { c.Subject.CommonName = "pinned" }), true},
		{"with other extended uses", issue(t, ca, bits2048, func(c *x509.Certificate) { c.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth} }), true},
		{"expired", issue(t, ca, bits2048, func(c *x509.Certificate) { c.NotAfter = noon.Add(-time.Second) }), false},
		{"not yet valid", issue(t, ca, bits2048, func(c *x509.Certificate) { c.NotBefore = noon.Add(time.Second) }), false},
		{"of another authority of the same name", issue(t, stranger, bits2048, nil), false},
		{"of no authority", issue(t, end, bits2048, nil), false},
		{"of 1024 bits", issue(t, ca, bits1024, nil), false},
		{"of an authority of 1024 bits", issue(t, weak, bits2048, nil), false},
		{"signed with SHA-1", issue(t, ca, bits2048, func(c *x509.Certificate) { c.SignatureAlgorithm = x509.SHA1WithRSA }), false},
		{"of a name not permitted", issue(t, constrained, bits2048, func(c *x509.Certificate) { c.DNSNames = []string{"evil.example"} }), false},
		{"for encryption", issue(t, ca, bits2048, func(c *x509.Certificate) { c.KeyUsage = x509.KeyUsageKeyEncipherment }), false},
		{"with an extension that must be understood", issue(t, ca, bits2048, func(c *x509.Certificate) {
			c.ExtraExtensions = []pkix.Extension{{Id: []int{1, 2, 3, 4}, Critical: true, Value: []byte{5, 0}}}
		}), false},
		{"revoked", issue(t, ca, bits2048, func(c *x509.Certificate) { c.SerialNumber = big.NewInt(666) }), false},
	} {
		t.Run(test.name, func(t *testing.T) {
			trust := &wss.Chain{Roots: x509.NewCertPool(), Intermediates: x509.NewCertPool(),
				Revoked: func(_ context.Context, cert, issuer *x509.Certificate, at time.Time) error {
					if issuer == nil || !at.Equal(noon) {
						t.Errorf("issuer %v, time %v", issuer, at)
					}
					if cert.SerialNumber.Int64() == 666 {
						return errRevoked
					}
					return nil
				}}
			for _, root := range []*issuer{ca, weak, constrained} {
				trust.Roots.AddCert(root.cert)
			}
			trust.Intermediates.AddCert(between.cert)
			if test.name == "pinned" {
				trust.Roots.AddCert(test.cert.cert)
			}
			if err := trust.Check(context.Background(), test.cert.cert, noon); (err == nil) != test.trusted {
				t.Errorf("%v", err)
			}
		})
	}
	if err := (&wss.Chain{}).Check(context.Background(), end.cert, noon); err == nil {
		t.Error("trusted without roots")
	}
}

// TestKeysFromTheRegistryOnly: rows 29 and 30. The messages are WSS4J's, and
// what is registered changes.
func TestKeysFromTheRegistryOnly(t *testing.T) {
	enterprise, ca := certificate(t, "enterprise"), certificate(t, "ca")
	twin := *enterprise // another of the same serial number, key identifier and issuer
	twin.Raw = append([]byte(nil), enterprise.Raw...)
	twin.Raw[100]++
	pool := x509.NewCertPool()
	pool.AddCert(ca)
	for _, test := range []struct {
		name, fixture string
		registered    registry
		roots         *x509.CertPool
		want          string
	}{
		{"not registered, of the right authority", "certificate-direct-sha256", registry{ca}, pool, "wsse:FailedAuthentication"},
		{"the same, by thumbprint", "certificate-thumbprint-sha256", registry{ca}, pool, "wsse:SecurityTokenUnavailable"},
		{"the same, by issuer and serial number", "certificate-issuer-serial-sha256", registry{ca}, pool, "wsse:SecurityTokenUnavailable"},
		{"the same, by key identifier", "certificate-subject-key-sha256", registry{ca}, pool, "wsse:SecurityTokenUnavailable"},
		{"registered, of an authority that is not trusted", "certificate-direct-sha256", registry{enterprise}, x509.NewCertPool(), "wsse:FailedAuthentication"},
		{"the same, by thumbprint", "certificate-thumbprint-sha256", registry{enterprise}, x509.NewCertPool(), "wsse:FailedAuthentication"},
		{"two of one key identifier", "certificate-subject-key-sha256", registry{enterprise, &twin}, pool, "wsse:SecurityTokenUnavailable"},
		{"two of one serial number and issuer", "certificate-issuer-serial-sha256", registry{enterprise, &twin}, pool, "wsse:SecurityTokenUnavailable"},
		{"registered and trusted", "certificate-direct-sha256", registry{&twin, enterprise}, pool, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			f := found(t, "wss4j/"+test.fixture)
			s := newStack(t, f.made)
			s.Certificates, s.Trust = test.registered, &wss.Chain{Roots: test.roots}
			if _, err := s.verify(t, f.message, policies["bootstrap"]); codeOf(err) != test.want {
				t.Errorf("got %v, want %q", err, test.want)
			}
		})
	}
	f := found(t, "wss4j/certificate-issuer-serial-sha256")
	for _, change := range [][2]string{{"CN=Overgang Test CA 1", "CN=Another CA"}, {"O=Prøve", "O=Prove"}, {"<ds:X509SerialNumber>", "<ds:X509SerialNumber>9"}, {"<ds:X509SerialNumber>", "<ds:X509SerialNumber>x"}} {
		if _, err := newStack(t, f.made).verify(t, replace(t, f.message, change[0], change[1]), policies["bootstrap"]); err == nil {
			t.Errorf("%s is taken", change[1])
		}
	}
	for _, name := range []string{
		"CN=Overgang Test CA 1, OU=&quot;a+b;&quot;&quot;d&quot;&quot;&quot;, O=&quot;Prøve, Øst &amp; Vest AS&quot;, C=NO, E=ca@test.example", // .NET's
		"C=NO,O=Pr\\C3\\B8ve\\2C \\C3\\98st &amp; Vest AS,OU=a\\+b\\;\\&quot;d\\&quot;,CN=Overgang Test CA 1,emailAddress=ca@test.example",
	} {
		message := f.message[:strings.Index(f.message, "<ds:X509IssuerName>")] + "<ds:X509IssuerName>" + name + f.message[strings.Index(f.message, "</ds:X509IssuerName>"):]
		if _, err := newStack(t, f.made).verify(t, message, policies["bootstrap"]); err != nil {
			t.Errorf("issuer %s: %v", name, err)
		}
	}
}

// colliding finds a certificate by any thumbprint.
type colliding struct{ *x509.Certificate }

func (c colliding) Find(context.Context, wss.CertificateReference) ([]*x509.Certificate, error) {
	return []*x509.Certificate{c.Certificate}, nil
}

// TestThumbprintIsNotEnough: a certificate that is sent must be the registered
// one, not one with its SHA-1.
func TestThumbprintIsNotEnough(t *testing.T) {
	f := found(t, "wss4j/certificate-direct-sha256")
	s := newStack(t, f.made)
	s.Certificates = colliding{certificate(t, "ca")}
	if _, err := s.verify(t, f.message, policies["bootstrap"]); codeOf(err) != "wsse:FailedAuthentication" || !strings.Contains(err.Error(), "not registered") {
		t.Errorf("got %v", err)
	}
}

// TestKeyConfusion: row 28. Where both kinds of keys are allowed, a certificate
// serves no HMAC and a context no RSA.
func TestKeyConfusion(t *testing.T) {
	both := wss.Policy{Signature: wss.CertificateKey | wss.ContextKey}
	const direct = `<o:SecurityTokenReference><o:Reference URI="#bst" ValueType="http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-x509-token-profile-1.0#X509v3"/></o:SecurityTokenReference>`
	token := `<o:BinarySecurityToken u:Id="bst" ValueType="http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-x509-token-profile-1.0#X509v3">` +
		base64.StdEncoding.EncodeToString(certificate(t, "enterprise").Raw) + `</o:BinarySecurityToken>`
	message := replace(t, sessionMessage, sessionReference, direct)
	for _, h := range []struct{ name, message, want string }{
		{"both kinds are allowed", sessionMessage, ""},
		{"HMAC with a certificate", replace(t, message, "<Signature ", token+"<Signature "), "wsse:UnsupportedSecurityToken"},
		{"RSA with a context", replace(t, sessionMessage, dsig+"hmac-sha1", dsig+"rsa-sha1"), "wsse:UnsupportedSecurityToken"},
		{"RSA with an HMAC's value", replace(t, replace(t, message, "<Signature ", token+"<Signature "), dsig+"hmac-sha1", dsig+"rsa-sha1"), "wsse:FailedCheck"},
	} {
		if _, err := newStack(t, noon).verify(t, signed(t, h.message), both); codeOf(err) != h.want {
			t.Errorf("%s: got %v, want %q", h.name, err, h.want)
		}
	}
}
