package oauth

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/json" // tells cases apart and refuses repeated names
)

// algorithms are those that assertions are signed with: Maskinporten's, and what
// is safer. HMAC and none never are.
var algorithms = append(rsaAlgorithms[:len(rsaAlgorithms):len(rsaAlgorithms)], jose.ES256)

var rsaAlgorithms = []jose.SignatureAlgorithm{jose.RS256, jose.RS384, jose.RS512, jose.PS256}

func algorithmNames() string {
	names := make([]string, len(algorithms))
	for i, a := range algorithms {
		names[i] = string(a)
	}
	return strings.Join(names, ", ")
}

// Bounds of what x5c has. A key that is too large takes too long.
const (
	maxChain       = 8        // certificates
	maxCertificate = 16 << 10 // bytes
	smallestRSA    = 2048     // bits
	largestRSA     = 8192
)

// certificateOf is the first certificate in x5c (RFC 7515 §4.1.6), whose key
// signs. Those that follow are not looked at: authorities are configured, and
// never come with a message.
func certificateOf(text string) (*x509.Certificate, error) {
	first, _, _ := strings.Cut(text, ".")
	raw, err := base64.RawURLEncoding.DecodeString(first)
	if err != nil {
		return nil, errors.New("the header is not base64url")
	}
	var header struct {
		Chain []string `json:"x5c"`
	}
	if err := json.Unmarshal(raw, &header); err != nil {
		return nil, errors.New("the header is not JSON as RFC 7515 has it")
	}
	if len(header.Chain) == 0 || len(header.Chain) > maxChain {
		return nil, fmt.Errorf("it has 1 to %d certificates, the enterprise's own first", maxChain)
	}
	if len(header.Chain[0]) > base64.StdEncoding.EncodedLen(maxCertificate) {
		return nil, errors.New("the certificate is too long")
	}
	der, err := base64.StdEncoding.Strict().DecodeString(header.Chain[0])
	if err != nil {
		return nil, errors.New("the certificate is not base64 of DER (not base64url, no PEM)")
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		return nil, errors.New("the certificate is not X.509")
	}
	return cert, nil
}

// algorithmsOf are the algorithms that a key may be used with. The key alone says:
// a public key is never taken for a secret.
func algorithmsOf(key crypto.PublicKey) ([]jose.SignatureAlgorithm, error) {
	switch k := key.(type) {
	case *rsa.PublicKey:
		if n := k.N.BitLen(); n < smallestRSA || n > largestRSA {
			return nil, fmt.Errorf("an RSA key has %d to %d bits here", smallestRSA, largestRSA)
		}
		return rsaAlgorithms, nil
	case *ecdsa.PublicKey:
		if k.Curve == elliptic.P256() {
			return []jose.SignatureAlgorithm{jose.ES256}, nil
		}
	}
	return nil, errors.New("its key is neither RSA nor on P-256")
}
