package wss

import (
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/hex"
	"fmt"
	"strings"
)

// isNamed says whether text may be the distinguished name that der encodes: it
// has every value of it. Stacks write names in many ways (RFC 2253, RFC 1779,
// .NET's own, with values unknown to them in hexadecimal, with quotes that
// contain quotes), and nothing is trusted for a name: it only chooses among
// registered certificates of one serial number.
func isNamed(text string, der []byte) bool {
	var name []asn1.RawValue // the sets
	if rest, err := asn1.Unmarshal(der, &name); err != nil || len(rest) > 0 {
		return false
	}
	text = bare(text)
	for _, set := range name {
		rest := set.Bytes
		for len(rest) > 0 {
			var part struct {
				Type  asn1.ObjectIdentifier
				Value asn1.RawValue
			}
			var err error
			if rest, err = asn1.Unmarshal(rest, &part); err != nil {
				return false
			}
			var decoded pkix.AttributeTypeAndValue
			if _, err := asn1.Unmarshal(part.Value.FullBytes, &decoded.Value); err != nil {
				return false
			}
			if !strings.Contains(text, bare(fmt.Sprint(decoded.Value))) && !strings.Contains(text, "#"+hex.EncodeToString(part.Value.FullBytes)) {
				return false
			}
		}
	}
	return true
}

// bare is a name, or a value in one, without what quotes and separates: lower
// case, no quotes, backslashes and white space, escaped octets decoded.
func bare(s string) string {
	out := make([]byte, 0, len(s))
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == '"', c == ' ', c == '\t', c == '\r', c == '\n':
		case c != '\\':
			out = append(out, c)
		case i+2 < len(s):
			if octet, err := hex.DecodeString(s[i+1 : i+3]); err == nil {
				out = append(out, octet...)
				i += 2
			}
		}
	}
	return strings.ToLower(string(out))
}
