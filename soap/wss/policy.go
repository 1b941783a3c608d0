package wss

import "overgang/soap/xmltok"

// Keys are kinds of keys that a signature may be made with.
type Keys uint8

// Kinds of keys.
const (
	CertificateKey Keys = 1 << iota // RSA, of a registered certificate
	ContextKey                      // HMAC, of a security context token or derived from its key
)

// Policy is what a message must have. What it does not ask for is refused, but
// for a Timestamp.
type Policy struct {
	// Username asks for a UsernameToken.
	Username bool
	// Nonce asks for Nonce and Created in it.
	Nonce bool
	// Signature asks for a signature over the Timestamp, by a key of one of
	// these kinds; 0 = none.
	Signature Keys
	// Signed are header blocks that must be there once and be signed, too.
	Signed []xmltok.Name
	// Timestamp asks for one also where nothing is signed.
	Timestamp bool
}
