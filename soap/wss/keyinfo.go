package wss

import (
	"math/big"
	"strings"

	"overgang/soap/c14n"
)

// referred is the one child of the SecurityTokenReference in a KeyInfo, SOAP
// Message Security 1.0 §7. A key, a certificate or a place to fetch one from
// given in its stead is refused: keys come from what is registered.
func referred(n *c14n.Node) (*c14n.Node, error) {
	str := only(n, tokenReference)
	if str == nil {
		return nil, refuse(InvalidSecurity, "KeyInfo is not one SecurityTokenReference")
	}
	return inReference(str)
}

// inReference is the one child of a SecurityTokenReference.
func inReference(str *c14n.Node) (*c14n.Node, error) {
	c := within(str)
	to := c.peek()
	if to == nil {
		return nil, refuse(InvalidSecurity, "an empty SecurityTokenReference")
	}
	if c.next = to.Next; !c.done() {
		return nil, refuse(InvalidSecurity, "a SecurityTokenReference with more than one reference")
	}
	return to, nil
}

// token is the child of the Security header that a wsse:Reference leads to.
func (w *work) token(ref *c14n.Node) (*c14n.Node, error) {
	n := w.ids.resolve(attribute(ref, uri))
	if n == nil || n.Parent != w.security {
		return nil, refuse(SecurityTokenUnavailable, "a reference to a token that is not in the Security header")
	}
	return n, nil
}

// isType says whether a ValueType, which may be left out, is the one wanted.
func isType(n *c14n.Node, want string) bool {
	kind := attribute(n, valueType)
	return kind == "" || kind == want
}

// context finds the security context whose key a KeyInfo means.
func (w *work) context(info *c14n.Node) (*Context, error) {
	if w.Contexts == nil {
		return nil, refuse(UnsupportedSecurityToken, "security contexts are not in use")
	}
	to, err := referred(info)
	if err != nil {
		return nil, err
	}
	var which ContextReference
	if to.Name == reference && isType(to, derivedType) && strings.HasPrefix(attribute(to, uri), "#") {
		n, err := w.token(to)
		if err != nil {
			return nil, err
		}
		if n.Name == derivedToken {
			which.Derived = n
			if to, err = underlying(n); err != nil {
				return nil, err
			}
		}
	}
	if err := w.contextToken(to, &which); err != nil {
		return nil, err
	}
	found, err := w.Contexts.Context(w.ctx, which)
	if err != nil {
		return nil, err
	}
	if found == nil || len(found.Key) < shortestKey {
		return nil, refuse(BadContextToken, "a context without a key to speak of")
	}
	if !w.now.Before(found.Expires) {
		return nil, refuse(BadContextToken, "the security context expired at %v", found.Expires)
	}
	return found, nil
}

// shortestKey of an HMAC, in bytes.
const shortestKey = 16

// underlying is the reference from a DerivedKeyToken to the token that its key
// is derived from.
func underlying(derived *c14n.Node) (*c14n.Node, error) {
	var str *c14n.Node
	for n := range derived.Elements() {
		switch {
		case n.Name != tokenReference:
		case str != nil:
			return nil, refuse(InvalidSecurity, "a DerivedKeyToken of two tokens")
		default:
			str = n
		}
	}
	if str == nil {
		return nil, refuse(InvalidSecurity, "a DerivedKeyToken of no token")
	}
	return inReference(str)
}

// contextToken follows a reference to a SecurityContextToken, in the message by
// its wsu:Id or otherwise by its Identifier (WS-SecureConversation §3).
func (w *work) contextToken(ref *c14n.Node, which *ContextReference) error {
	if ref.Name != reference || !isType(ref, contextType) {
		return refuse(UnsupportedSecurityToken, "a context key by <%.40s> of type %.80q", ref.Name.Local, attribute(ref, valueType))
	}
	to := attribute(ref, uri)
	if !strings.HasPrefix(to, "#") {
		which.Identifier = to
		// The token may be there all the same.
		for _, n := range w.tokens {
			if id, _ := identifier(n); id == to {
				which.Token = n
			}
		}
		if to == "" {
			return refuse(InvalidSecurity, "a reference to nothing")
		}
		return nil
	}
	n, err := w.token(ref)
	if err != nil {
		return err
	}
	id, ok := identifier(n)
	if !ok {
		return refuse(InvalidSecurity, "a reference to a context leads to <%.40s>", n.Name.Local)
	}
	which.Token, which.Identifier = n, id
	return nil
}

// identifier is the Identifier of a SecurityContextToken.
func identifier(token *c14n.Node) (string, bool) {
	if token.Name != contextToken {
		return "", false
	}
	c := within(token)
	id, ok := c.take(contextIdentifier).Value()
	return id, ok && id != ""
}

// serial reads an X509SerialNumber.
func serial(n *c14n.Node) (*big.Int, bool) {
	const longest = 50 // 20 octets, RFC 5280 §4.1.2.2, and one that miscounts
	text, ok := n.Value()
	if !ok || text == "" || len(text) > longest || strings.Trim(text, "0123456789") != "" {
		return nil, false
	}
	return new(big.Int).SetString(text, 10)
}
