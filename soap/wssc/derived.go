package wssc

import (
	"overgang/soap/c14n"
	"overgang/soap/wss"
)

// Limits of a DerivedKeyToken. Clients take keys of 16 to 32 bytes, from the
// beginning, with nonces of 16 bytes.
const (
	shortestKey   = 16
	longestKey    = 64
	mostOffset    = 1024
	shortestNonce = 16
	longestNonce  = 128
	longestLabel  = 256
)

// defaultLength and defaultLabel hold where a token does not say.
// WS-SecureConversation §7 puts the client's label before the service's.
const (
	defaultLength = 32
	defaultLabel  = "WS-SecureConversationWS-SecureConversation"
)

// derive is the key of a DerivedKeyToken, WS-SecureConversation §7. A nonce may
// come again, as the text allows: it is not what tells messages apart.
func derive(key []byte, token *c14n.Node) ([]byte, error) {
	d, err := readDerived(token)
	if err != nil {
		return nil, err
	}
	return prf(key, append([]byte(d.label), d.nonce...), d.offset, d.length), nil
}

type derivedKey struct {
	label          string
	nonce          []byte
	offset, length int
}

func readDerived(token *c14n.Node) (*derivedKey, error) {
	if name := attribute(token, algorithm); name != "" && name != derivation {
		return nil, refuse(wss.UnsupportedAlgorithm, "the derivation %.80q", name)
	}
	d := &derivedKey{length: defaultLength, label: defaultLabel}
	var nonces, offsets, lengths, labels, generations *c14n.Node
	for n := range token.Elements() {
		ok := true
		switch n.Name {
		case tokenReference: // followed before
		case nonce:
			var known bool
			d.nonce, known = decoded(n, longestNonce)
			ok = once(&nonces, n) && known
		case label:
			var known bool
			d.label, known = n.Value()
			ok = once(&labels, n) && known
		case offset:
			var known bool
			d.offset, known = number(n, mostOffset)
			ok = once(&offsets, n) && known
		case length:
			var known bool
			d.length, known = number(n, longestKey)
			ok = once(&lengths, n) && known
		case generation:
			var known bool
			d.offset, known = number(n, mostOffset)
			ok = once(&generations, n) && known
		default:
			return nil, refuse(wss.InvalidSecurityToken, "a DerivedKeyToken holds <%.40s>", n.Name.Local)
		}
		if !ok {
			return nil, refuse(wss.InvalidSecurityToken, "a DerivedKeyToken whose %.40s is there twice, unreadable or too big", n.Name.Local)
		}
	}
	if generations != nil { // a multiple of the length, whichever comes first
		d.offset *= d.length
	}
	switch {
	case len(d.nonce) < shortestNonce:
		return nil, refuse(wss.InvalidSecurityToken, "a DerivedKeyToken without a nonce of %d to %d bytes", shortestNonce, longestNonce)
	case d.length < shortestKey:
		return nil, refuse(wss.InvalidSecurityToken, "a derived key of %d bytes", d.length)
	case d.label == "" || len(d.label) > longestLabel:
		return nil, refuse(wss.InvalidSecurityToken, "a label of %d bytes", len(d.label))
	case generations != nil && offsets != nil:
		return nil, refuse(wss.InvalidSecurityToken, "a DerivedKeyToken with Offset and Generation")
	case d.offset > mostOffset:
		return nil, refuse(wss.InvalidSecurityToken, "a derived key %d bytes from the beginning", d.offset)
	}
	return d, nil
}

// once keeps a node in its place, unless there is one already.
func once(place **c14n.Node, n *c14n.Node) bool {
	if *place != nil {
		return false
	}
	*place = n
	return true
}
