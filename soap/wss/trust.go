package wss

import (
	"context"
	"crypto/rsa"
	"crypto/x509"
	"fmt"
	"time"
)

// smallestKey is the least size of an RSA key, in bits.
const smallestKey = 2048

// Chain trusts certificates that chain to a root. A certificate that is itself
// among the roots is pinned.
type Chain struct {
	Roots         *x509.CertPool // required
	Intermediates *x509.CertPool // nil = none; certificates in messages are never taken for one
	// Revoked returns an error for a certificate that is revoked, or whose
	// state cannot be told where it must be; nil = nobody is asked.
	Revoked func(ctx context.Context, cert, issuer *x509.Certificate, at time.Time) error
}

var _ Trust = (*Chain)(nil)

// Check implements Trust. Signatures with SHA-1 or MD5 within the chain, keys
// under 2048 bits and certificates for other uses than signing are refused.
func (t *Chain) Check(ctx context.Context, cert *x509.Certificate, at time.Time) error {
	if cert.KeyUsage != 0 && cert.KeyUsage&(x509.KeyUsageDigitalSignature|x509.KeyUsageContentCommitment) == 0 {
		return fmt.Errorf("the certificate is not for signatures")
	}
	roots := t.Roots
	if roots == nil {
		roots = x509.NewCertPool() // not the system's
	}
	chains, err := cert.Verify(x509.VerifyOptions{
		Roots: roots, Intermediates: t.Intermediates, CurrentTime: at, KeyUsages: []x509.ExtKeyUsage{x509.ExtKeyUsageAny},
	})
	if err != nil {
		return err
	}
	for _, chain := range chains {
		if err = t.checkChain(ctx, chain, at); err == nil {
			return nil
		}
	}
	return err
}

func (t *Chain) checkChain(ctx context.Context, chain []*x509.Certificate, at time.Time) error {
	for i, cert := range chain {
		if key, ok := cert.PublicKey.(*rsa.PublicKey); ok && key.N.BitLen() < smallestKey {
			return fmt.Errorf("a key of %d bits", key.N.BitLen())
		}
		if t.Revoked != nil && i+1 < len(chain) {
			if err := t.Revoked(ctx, cert, chain[i+1], at); err != nil {
				return err
			}
		}
	}
	return nil
}
