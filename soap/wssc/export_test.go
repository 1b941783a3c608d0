package wssc

import (
	"time"

	"overgang/soap/c14n"
)

// What the tests look at from outside.
var (
	PRF    = prf
	Derive = derive
)

// Entropy is what a request is read to have.
func Entropy(kind Kind, n *c14n.Node, now time.Time) ([]byte, error) {
	r, err := readRequest(kind, n, now)
	if err != nil {
		return nil, err
	}
	return r.entropy, nil
}

// SessionText is what is sealed in a cookie, and IsSession says whether it is.
func SessionText(key []byte, owner, address string) []byte {
	return (&session{key: key, owner: owner, site: Site{Address: address}}).append(nil)
}

func IsSession(b []byte) bool {
	_, ok := readSession(b)
	return ok
}
