package formsig

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	dsig "github.com/russellhaering/goxmldsig"
)

// Verifier verifies signatures by a set of trusted signers.
type Verifier struct {
	pinned []*x509.Certificate
	roots  *x509.CertPool
}

// New makes a verifier. Each of trusted is one or more PEM certificates: an
// authority's, whose certificates are then trusted, or a signer's own.
func New(trusted []string) (*Verifier, error) {
	v := &Verifier{roots: x509.NewCertPool()}
	for _, text := range trusted {
		certs, err := certificates([]byte(text))
		if err != nil {
			return nil, err
		}
		for _, c := range certs {
			if c.IsCA {
				v.roots.AddCert(c)
			} else {
				v.pinned = append(v.pinned, c)
			}
		}
	}
	if len(trusted) == 0 {
		return nil, errors.New("formsig: signatures shall be verified, but no signer is trusted")
	}
	return v, nil
}

func certificates(text []byte) ([]*x509.Certificate, error) {
	var out []*x509.Certificate
	for {
		block, rest := pem.Decode(text)
		if block == nil {
			break
		}
		text = rest
		if block.Type != "CERTIFICATE" {
			return nil, fmt.Errorf("formsig: trusted signers hold a %.40q, not a certificate", block.Type)
		}
		c, err := x509.ParseCertificate(block.Bytes)
		if err != nil {
			return nil, fmt.Errorf("formsig: trusted signer: %w", err)
		}
		out = append(out, c)
	}
	if len(out) == 0 {
		return nil, errors.New("formsig: trusted signer is no PEM certificate")
	}
	return out, nil
}

// Verify reads a document in UTF-8 and verifies its signature as of now. A
// *Finding is what the sender got wrong; any other error is the reader's.
func (v *Verifier) Verify(document io.Reader, now time.Time) error {
	doc, err := parse(document)
	if err != nil {
		return err
	}
	root := doc.Root()
	sig, idAttribute, err := check(root)
	if err != nil {
		return err
	}
	signer, err := v.signer(sig, now)
	if err != nil {
		return err
	}
	ctx := dsig.NewDefaultValidationContext(&dsig.MemoryX509CertificateStore{Roots: []*x509.Certificate{signer}})
	ctx.IdAttribute = idAttribute
	ctx.Clock = dsig.NewFakeClockAt(now)
	if _, err := ctx.Validate(root); err != nil {
		return wrong("the signature does not fit the form: %v", err)
	}
	return nil
}

// signer is the certificate in the signature, if it is trusted at that time.
func (v *Verifier) signer(sig *signature, now time.Time) (*x509.Certificate, error) {
	der, err := base64.StdEncoding.DecodeString(strings.Join(strings.Fields(sig.certificate), ""))
	if err != nil {
		return nil, wrong("the signer's certificate is not base64")
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		return nil, wrong("the signer's certificate cannot be read")
	}
	if now.Before(cert.NotBefore) || now.After(cert.NotAfter) {
		return nil, wrong("the signer's certificate is not valid now")
	}
	if !strong(cert) {
		return nil, wrong("the signer's key is too weak")
	}
	for _, p := range v.pinned {
		if p.Equal(cert) {
			return cert, nil
		}
	}
	if _, err := cert.Verify(x509.VerifyOptions{Roots: v.roots, CurrentTime: now, KeyUsages: []x509.ExtKeyUsage{x509.ExtKeyUsageAny}}); err != nil {
		return nil, wrong("the signer is not trusted")
	}
	return cert, nil
}

func strong(c *x509.Certificate) bool {
	switch k := c.PublicKey.(type) {
	case *rsa.PublicKey:
		return k.N.BitLen() >= 2048
	case *ecdsa.PublicKey:
		return k.Curve.Params().BitSize >= 256
	case ed25519.PublicKey:
		return false // no XMLDSig method in use names it
	}
	return false
}

// Finding is what is wrong with a form's signature.
type Finding struct{ Message string }

// Error implements error.
func (f *Finding) Error() string { return f.Message }

func wrong(format string, args ...any) error { return &Finding{Message: fmt.Sprintf(format, args...)} }
