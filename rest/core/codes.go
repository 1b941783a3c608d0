package core

import (
	"crypto/hmac"
	"crypto/sha256"
	"fmt"

	"overgang/rest"
)

// codeHasher makes the keyed hashes under which one-time codes are kept. A code
// has few digits: without the key its hash would be as good as the code.
type codeHasher struct{ key []byte }

func newCodeHasher(secret rest.Secret) codeHasher {
	return codeHasher{key: subkey(secret, "one-time codes")}
}

// hash binds a code to its person, method and number (0 for codes by message).
func (h codeHasher) hash(person rest.PartyID, method rest.CodeMethod, number int, code rest.Secret) []byte {
	m := hmac.New(sha256.New, h.key)
	fmt.Fprintf(m, "%d\x00%s\x00%d\x00%s", person, method, number, code.Reveal())
	return m.Sum(nil)
}
