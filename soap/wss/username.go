package wss

import (
	"crypto/sha256"
	"encoding/binary"
	"time"

	"overgang/soap/c14n"
)

// longestNonce bounds a nonce, in bytes. Clients send 16.
const longestNonce = 128

// userToken is a UsernameToken that was read.
type userToken struct {
	Username
	replay [32]byte  // of a nonce
	until  time.Time // when the nonce may be forgotten; zero without one
}

// username reads and checks a UsernameToken, UsernameToken profile 1.0 §3.1.
func (v *Verifier) username(n *c14n.Node, p Policy, now time.Time) (*userToken, error) {
	c := within(n)
	name, ok := c.take(username).Value()
	if !ok || name == "" {
		return nil, refuse(InvalidSecurity, "the UsernameToken has no name")
	}
	var words, nonces, times *c14n.Node
	for child := c.peek(); child != nil; child = c.peek() {
		// Created may stand before Nonce, and Password behind both.
		switch {
		case words == nil && child.Name == password:
			words = c.take(password)
		case nonces == nil && child.Name == nonce:
			nonces = c.take(nonce)
		case times == nil && child.Name == created:
			times = c.take(created)
		default:
			return nil, refuse(InvalidSecurity, "the UsernameToken holds <%.40s>", child.Name.Local)
		}
	}
	if c.text || words == nil {
		return nil, refuse(InvalidSecurity, "the UsernameToken has no password, or text")
	}
	if kind := attribute(words, typeName); kind != "" && kind != passwordText {
		// A digest can be checked only by who keeps passwords in clear.
		return nil, refuse(FailedAuthentication, "the password is not sent as text")
	}
	secret, ok := words.Content()
	if !ok {
		return nil, refuse(InvalidSecurity, "the password holds an element")
	}
	u := &userToken{Username: Username{Name: name, Password: Password(secret)}}
	return u, v.fresh(u, nonces, times, p, now)
}

// fresh checks Nonce and Created.
func (v *Verifier) fresh(u *userToken, nonces, times *c14n.Node, p Policy, now time.Time) error {
	switch {
	case p.Nonce && (nonces == nil || times == nil):
		return refuse(InvalidSecurity, "the UsernameToken has no Nonce or no Created")
	case times == nil && nonces != nil:
		// It could not be forgotten, ever.
		return refuse(InvalidSecurity, "the UsernameToken has a Nonce without Created")
	case times == nil:
		return nil
	}
	made, ok := instant(times)
	switch {
	case !ok:
		return refuse(InvalidSecurity, "the UsernameToken's Created is not readable")
	case made.After(now.Add(v.Skew)):
		return refuse(InvalidSecurity, "the UsernameToken is %v in the future", made.Sub(now))
	case !now.Before(made.Add(v.Freshness + v.Skew)):
		return refuse(MessageExpired, "the UsernameToken is %v old", now.Sub(made))
	case nonces == nil:
		return nil
	}
	if kind := attribute(nonces, encodingType); kind != "" && kind != base64Binary {
		return refuse(InvalidSecurity, "the Nonce is not base64")
	}
	once, ok := decoded(nonces)
	if !ok || len(once) > longestNonce {
		return refuse(InvalidSecurity, "the Nonce is empty, too long or not base64")
	}
	u.until = made.Add(v.Freshness + v.Skew)
	h := sha256.New()
	h.Write(binary.BigEndian.AppendUint64(nil, uint64(made.UnixNano())))
	h.Write(binary.BigEndian.AppendUint64(nil, uint64(len(u.Name))))
	h.Write([]byte(u.Name))
	h.Write(once)
	h.Sum(u.replay[:0])
	return nil
}
