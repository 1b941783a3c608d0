package token

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"errors"
	"fmt"
	"io"

	"github.com/go-jose/go-jose/v4"
)

// NewKey makes an Ed25519 signing key, as PEM (PKCS #8). random is
// crypto/rand.Reader, or a fixed source in tests.
func NewKey(random io.Reader) ([]byte, error) {
	seed := make([]byte, ed25519.SeedSize)
	if _, err := io.ReadFull(random, seed); err != nil {
		return nil, err
	}
	der, err := x509.MarshalPKCS8PrivateKey(ed25519.NewKeyFromSeed(seed))
	if err != nil {
		return nil, err
	}
	return pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}), nil
}

// ParseKey reads a signing key from a file's bytes: the first PEM block,
// PKCS #8 (Ed25519 or P-256) or SEC 1 (P-256). Errors don't quote the file.
func ParseKey(file []byte) (crypto.Signer, error) {
	block, _ := pem.Decode(file)
	if block == nil {
		return nil, errors.New("signing key: no PEM block")
	}
	var key any
	var err error
	switch block.Type {
	case "PRIVATE KEY":
		key, err = x509.ParsePKCS8PrivateKey(block.Bytes)
	case "EC PRIVATE KEY":
		key, err = x509.ParseECPrivateKey(block.Bytes)
	default:
		return nil, fmt.Errorf("signing key: PEM block %q; PRIVATE KEY is wanted", block.Type)
	}
	if err != nil {
		return nil, errors.New("signing key: the PEM block is not a private key")
	}
	signer, ok := key.(crypto.Signer)
	if !ok {
		return nil, fmt.Errorf("signing key: %T cannot sign", key)
	}
	if _, err := algorithm(signer.Public()); err != nil {
		return nil, err
	}
	return signer, nil
}

// algorithm is the one signature algorithm of a key (RFC 8037, RFC 7518 §3.4).
func algorithm(public crypto.PublicKey) (jose.SignatureAlgorithm, error) {
	switch k := public.(type) {
	case ed25519.PublicKey:
		return jose.EdDSA, nil
	case *ecdsa.PublicKey:
		if k.Curve == elliptic.P256() {
			return jose.ES256, nil
		}
	}
	return "", errors.New("signing key: neither Ed25519 nor P-256")
}

// keyID is the key's JWK thumbprint (RFC 7638): the same wherever the key is.
func keyID(public crypto.PublicKey) (string, error) {
	sum, err := (&jose.JSONWebKey{Key: public}).Thumbprint(crypto.SHA256)
	if err != nil {
		return "", fmt.Errorf("signing key: %w", err)
	}
	return base64.RawURLEncoding.EncodeToString(sum), nil
}
