package wssc

import (
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"

	"golang.org/x/crypto/chacha20poly1305"

	"overgang/soap/wss"
)

// KeySize is the size of a ring's keys, in bytes.
const KeySize = chacha20poly1305.KeySize

// version of the cookie: the first byte.
const version = 1

// A cookie is a byte of version, the key's name, a random nonce, and the sealed
// session, for which version and name are the associated data. The nonces are
// long enough to be random for as many cookies as there will ever be.
const (
	nameSize      = 8
	headSize      = 1 + nameSize
	longestCookie = 1024
)

// Ring is the keys that cookies are sealed with. It is immutable. To rotate
// keys, put the new key last in the rings of all gateways, then first; take the
// old one out when the last token sealed with it has ended.
type Ring struct{ keys []ringKey }

type ringKey struct {
	name [nameSize]byte
	aead cipher.AEAD
}

// NewRing makes a Ring. The first key seals, all of them open. Each is KeySize
// bytes of chance; its name in cookies is derived from it.
func NewRing(keys ...wss.Secret) (*Ring, error) {
	if len(keys) == 0 {
		return nil, errors.New("wssc: a ring without a key")
	}
	r := &Ring{}
	for i, key := range keys {
		if len(key) != KeySize {
			return nil, fmt.Errorf("wssc: key %d of the ring has %d bytes, not %d", i+1, len(key), KeySize)
		}
		// What is used as key and what is seen as name are derived apart.
		sealing, err := hkdf.Key(sha256.New, key, nil, "overgang security context cookie", KeySize)
		if err != nil {
			return nil, fmt.Errorf("wssc: %w", err)
		}
		name, err := hkdf.Key(sha256.New, key, nil, "overgang security context key name", nameSize)
		if err != nil {
			return nil, fmt.Errorf("wssc: %w", err)
		}
		k := ringKey{name: [nameSize]byte(name)}
		if k.aead, err = chacha20poly1305.NewX(sealing); err != nil {
			return nil, fmt.Errorf("wssc: %w", err)
		}
		for _, other := range r.keys {
			if other.name == k.name {
				return nil, fmt.Errorf("wssc: key %d is in the ring twice", i+1)
			}
		}
		r.keys = append(r.keys, k)
	}
	return r, nil
}

// seal makes the cookie of a session.
func (r *Ring) seal(s *session, random io.Reader) ([]byte, error) {
	key := r.keys[0]
	out := make([]byte, headSize+key.aead.NonceSize(), longestCookie)
	out[0] = version
	copy(out[1:], key.name[:])
	nonce := out[headSize:]
	if _, err := io.ReadFull(random, nonce); err != nil {
		return nil, fmt.Errorf("wssc: %w", err)
	}
	return key.aead.Seal(out, nonce, s.append(nil), out[:headSize]), nil
}

// open reads a cookie that any gateway with one of the ring's keys made.
func (r *Ring) open(b []byte) (*session, error) {
	if len(b) < headSize+chacha20poly1305.NonceSizeX || b[0] != version {
		return nil, bad("a cookie of another format")
	}
	for _, key := range r.keys {
		if key.name != [nameSize]byte(b[1:]) {
			continue
		}
		nonce, sealed := b[headSize:headSize+chacha20poly1305.NonceSizeX], b[headSize+chacha20poly1305.NonceSizeX:]
		text, err := key.aead.Open(nil, nonce, sealed, b[:headSize])
		if err != nil {
			return nil, bad("a cookie that was changed")
		}
		s, ok := readSession(text)
		if !ok {
			return nil, bad("a cookie that is not a session")
		}
		return s, nil
	}
	return nil, bad("a cookie of a key that is not in the ring")
}
