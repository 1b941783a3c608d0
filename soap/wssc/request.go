package wssc

import (
	"time"

	"overgang/soap/c14n"
)

// Limits of a token request. Clients send an entropy as long as the key.
const (
	shortestEntropy = 16  // bytes
	longestEntropy  = 128 // bytes
	longestContext  = 256 // bytes
	mostParts       = 64
	defaultKeySize  = 256 // bits
)

// request is a RequestSecurityToken, WS-Trust §5, §7 and §8.
type request struct {
	context  string // to be given back
	entropy  []byte
	size     int           // of the key, in bits
	lifetime time.Duration // 0 = as we like
	target   *c14n.Node    // a SecurityContextToken or a SecurityTokenReference
}

// readRequest reads a request of a kind. What clients state beside (AppliesTo,
// SignWith, Renewing, …) is left out of account.
func readRequest(kind Kind, n *c14n.Node, now time.Time) (*request, error) {
	if n == nil || n.Name != RequestName {
		return nil, refuse(InvalidRequest, "the body is not a RequestSecurityToken")
	}
	r := &request{size: defaultKeySize, context: attribute(n, contextName)}
	if len(r.context) > longestContext {
		return nil, refuse(InvalidRequest, "a Context of %d bytes", len(r.context))
	}
	var typed, sct, sized, secret, life *c14n.Node
	parts := 0
	for c := range n.Elements() {
		if parts++; parts > mostParts {
			return nil, refuse(InvalidRequest, "more than %d parts", mostParts)
		}
		ok := true
		switch c.Name {
		case requestType:
			ok = once(&typed, c) && says(c, kind.requestType())
		case tokenType:
			sct = c // Apache CXF can state it twice
			ok = says(c, tokenContext)
		case keyType:
			ok = says(c, keySymmetric)
		case keyAlgorithm:
			ok = says(c, computedKey)
		case keySize:
			r.size, ok = number(c, 1024)
			ok = ok && once(&sized, c) && (r.size == 128 || r.size == 192 || r.size == 256)
		case entropy:
			r.entropy, ok = readEntropy(c)
			ok = ok && once(&secret, c)
		case lifetime:
			r.lifetime, ok = readLifetime(c, now)
			ok = ok && once(&life, c)
		case renewTarget:
			ok = kind == Renew && once(&r.target, c)
		case cancelTarget:
			ok = kind == Cancel && once(&r.target, c)
		default:
			ok = !refused[c.Name]
		}
		if !ok {
			return nil, refuse(InvalidRequest, "the request's %.40s is there twice, of no use or unreadable", c.Name.Local)
		}
	}
	switch {
	case typed == nil:
		return nil, refuse(InvalidRequest, "no RequestType")
	case kind == Issue && sct == nil:
		return nil, refuse(InvalidRequest, "no TokenType")
	case kind == Issue && secret == nil:
		return nil, refuse(InvalidRequest, "no Entropy")
	case kind != Issue && r.target == nil:
		return nil, refuse(InvalidRequest, "no token to %v", kind)
	}
	return r, nil
}

// says compares an element's text.
func says(n *c14n.Node, want string) bool {
	text, ok := n.Value()
	return ok && text == want
}

func readEntropy(n *c14n.Node) ([]byte, bool) {
	secret := only(n)
	if secret == nil || secret.Name != binarySecret {
		return nil, false // it may be encrypted
	}
	if kind := attribute(secret, typeName); kind != "" && kind != nonceSecret && kind != keySymmetric {
		return nil, false
	}
	b, ok := decoded(secret, longestEntropy)
	return b, ok && len(b) >= shortestEntropy
}

// readLifetime is how long the token shall live. With both times given it does
// not depend on the client's clock.
func readLifetime(n *c14n.Node, now time.Time) (time.Duration, bool) {
	from := now
	var first, last *c14n.Node
	for c := range n.Elements() {
		if c.Name == created && !once(&first, c) || c.Name == expires && !once(&last, c) {
			return 0, false
		}
	}
	if first != nil {
		var ok bool
		if from, ok = instant(first); !ok {
			return 0, false
		}
	}
	if last == nil {
		return 0, true
	}
	to, ok := instant(last)
	return to.Sub(from), ok && to.After(from)
}
