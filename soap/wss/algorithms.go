package wss

import (
	"crypto"
	_ "crypto/sha1" // registered for crypto.SHA1
	_ "crypto/sha256"
)

// Algorithms, XML Signature §6 and RFC 9231 §2. Whatever is not here is refused.
const exclusive = canonicalSpace

var digests = map[string]crypto.Hash{
	"http://www.w3.org/2000/09/xmldsig#sha1":  crypto.SHA1,
	"http://www.w3.org/2001/04/xmlenc#sha256": crypto.SHA256,
}

// signing is a signature method: the kind of key says whether it is RSA
// (PKCS #1 v1.5) or HMAC, so that a key never serves the other.
type signing struct {
	key  Keys
	hash crypto.Hash
}

var signings = map[string]signing{
	"http://www.w3.org/2000/09/xmldsig#rsa-sha1":         {CertificateKey, crypto.SHA1},
	"http://www.w3.org/2001/04/xmldsig-more#rsa-sha256":  {CertificateKey, crypto.SHA256},
	"http://www.w3.org/2000/09/xmldsig#hmac-sha1":        {ContextKey, crypto.SHA1},
	"http://www.w3.org/2001/04/xmldsig-more#hmac-sha256": {ContextKey, crypto.SHA256},
}
