package token

import (
	"context"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rsa"
	"errors"
	"slices"
	"sync"
	"time"

	"github.com/go-jose/go-jose/v4"

	"overgang/rest"
)

const (
	keysFresh  = time.Hour      // keys this old are fetched anew
	keysKept   = 24 * time.Hour // keys this old are not used any more, when their issuer cannot be reached
	keysPause  = time.Minute    // between two fetches, whatever tokens name
	weakestRSA = 2048           // bits
)

// foreignKey is an issuer's key with the algorithms that it may verify.
type foreignKey struct {
	key        any
	algorithms []jose.SignatureAlgorithm
}

// keySet is an issuer's keys, fetched when they are wanted. A token with an
// unknown kid fetches them again, but not more often than keysPause: so a key
// that the issuer begins to use is found, and made-up kids cost nothing.
type keySet struct {
	fetch func(context.Context) ([]jose.JSONWebKey, error)
	now   func() time.Time
	turn  chan struct{} // whoever fetches holds its one place

	mu      sync.Mutex
	keys    map[string]foreignKey // by kid
	fetched time.Time             // zero = never
	tried   time.Time
	failed  error // of the last try
}

func newKeySet(fetch func(context.Context) ([]jose.JSONWebKey, error), now func() time.Time) *keySet {
	return &keySet{fetch: fetch, now: now, turn: make(chan struct{}, 1)}
}

// key is the key that the issuer calls kid. Its error is Unavailable while the
// issuer's keys cannot be had, and Unauthenticated when it has no such key.
func (s *keySet) key(ctx context.Context, kid string) (foreignKey, error) {
	k, known, stale, pause := s.look(kid)
	if known && !stale {
		return k, nil
	}
	if !pause {
		if known {
			select {
			case s.turn <- struct{}{}:
				s.refresh(ctx)
			default: // somebody fetches already; what is known will do
			}
		} else {
			select {
			case s.turn <- struct{}{}:
				s.refresh(ctx)
			case <-ctx.Done():
				return foreignKey{}, ctx.Err()
			}
		}
		k, known, _, _ = s.look(kid)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case s.fetched.IsZero() || s.now().Sub(s.fetched) > keysKept:
		return foreignKey{}, &rest.Error{Kind: rest.Unavailable, Code: "issuer-unreachable", RetryAfter: keysPause, Err: s.failed,
			Detail: "The keys of the token's issuer cannot be had now. Try again later."}
	case known:
		return k, nil
	}
	return foreignKey{}, refuse(errors.New("the issuer has no key of the token's kid"))
}

// look says what is known of a kid, whether that is to be fetched anew, and
// whether it is too early for that.
func (s *keySet) look(kid string) (k foreignKey, known, stale, pause bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.now()
	k, known = s.keys[kid]
	return k, known, now.Sub(s.fetched) > keysFresh, !s.tried.IsZero() && now.Sub(s.tried) < keysPause
}

// refresh fetches the keys, unless somebody has just done so, and gives the
// turn back. A caller who leaves does not end it: others wait for the same.
func (s *keySet) refresh(ctx context.Context) {
	defer func() { <-s.turn }()
	s.mu.Lock()
	now := s.now()
	early := !s.tried.IsZero() && now.Sub(s.tried) < keysPause
	s.mu.Unlock()
	if early {
		return
	}
	keys, err := s.fetch(context.WithoutCancel(ctx))
	s.mu.Lock()
	defer s.mu.Unlock()
	s.tried = now // only now: who comes meanwhile waits for these keys
	if s.failed = err; err != nil {
		return
	}
	s.keys, s.fetched = usable(keys), now
}

// usable are the public signature keys among an issuer's, by kid.
func usable(keys []jose.JSONWebKey) map[string]foreignKey {
	out := map[string]foreignKey{}
	for _, k := range keys {
		algorithms := foreignAlgorithms(k.Key)
		if k.Algorithm != "" {
			if !slices.Contains(algorithms, jose.SignatureAlgorithm(k.Algorithm)) {
				continue
			}
			algorithms = []jose.SignatureAlgorithm{jose.SignatureAlgorithm(k.Algorithm)}
		}
		_, taken := out[k.KeyID]
		if taken || k.KeyID == "" || len(algorithms) == 0 || k.Use != "" && k.Use != "sig" {
			continue
		}
		out[k.KeyID] = foreignKey{k.Key, algorithms}
	}
	return out
}

// foreignAlgorithms are the algorithms of a public key (RFC 7518 §3.1, RFC
// 8037); none for secrets, private keys and weak ones.
func foreignAlgorithms(key any) []jose.SignatureAlgorithm {
	switch k := key.(type) {
	case *rsa.PublicKey:
		if k.N.BitLen() >= weakestRSA {
			return []jose.SignatureAlgorithm{jose.RS256, jose.RS384, jose.RS512, jose.PS256, jose.PS384, jose.PS512}
		}
	case *ecdsa.PublicKey:
		switch k.Curve {
		case elliptic.P256():
			return []jose.SignatureAlgorithm{jose.ES256}
		case elliptic.P384():
			return []jose.SignatureAlgorithm{jose.ES384}
		case elliptic.P521():
			return []jose.SignatureAlgorithm{jose.ES512}
		}
	case ed25519.PublicKey:
		return []jose.SignatureAlgorithm{jose.EdDSA}
	}
	return nil
}

// everyAlgorithm is what a foreign token may be signed with.
var everyAlgorithm = []jose.SignatureAlgorithm{jose.RS256, jose.RS384, jose.RS512, jose.PS256, jose.PS384, jose.PS512,
	jose.ES256, jose.ES384, jose.ES512, jose.EdDSA}
