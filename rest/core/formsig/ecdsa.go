package formsig

import (
	"encoding/asn1"
	"encoding/base64"
	"math/big"
	"strings"

	"github.com/beevik/etree"
)

// asDER rewrites an ECDSA signature value from XMLDSig's form, r and s side by
// side (RFC 4050 §3.3), to the DER that goxmldsig hands to crypto/x509. The
// value itself is covered by no digest.
func asDER(value *etree.Element) error {
	raw, err := base64.StdEncoding.DecodeString(strings.Join(strings.Fields(value.Text()), ""))
	if err != nil || len(raw) == 0 || len(raw)%2 != 0 || len(raw) > 132 {
		return wrong("the signature's value is no ECDSA signature")
	}
	half := len(raw) / 2
	der, err := asn1.Marshal(struct{ R, S *big.Int }{new(big.Int).SetBytes(raw[:half]), new(big.Int).SetBytes(raw[half:])})
	if err != nil {
		return wrong("the signature's value is no ECDSA signature")
	}
	value.SetText(base64.StdEncoding.EncodeToString(der))
	return nil
}
