package api

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"io"
	"time"

	"overgang/rest"
)

// cursors seals the place where a page ended. A cursor is opaque and
// authenticated (AES-256-GCM), and bound to the query and the caller that it
// was made for: no other query opens it.
type cursors struct {
	aead   cipher.AEAD
	random io.Reader
}

func newCursors(secret []byte, random io.Reader) (*cursors, error) {
	key, err := hkdf.Key(sha256.New, secret, nil, "overgang rest cursor 1", 32)
	if err != nil {
		return nil, fmt.Errorf("cursor key: %w", err)
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, fmt.Errorf("cursor key: %w", err)
	}
	aead, err := cipher.NewGCM(block)
	if err != nil {
		return nil, fmt.Errorf("cursor key: %w", err)
	}
	return &cursors{aead, random}, nil
}

const cursorSize = 8 + 4 + 4 // seconds, nanoseconds, number

func (c *cursors) seal(p rest.Position, bound string) (string, error) {
	nonce := make([]byte, c.aead.NonceSize())
	if _, err := io.ReadFull(c.random, nonce); err != nil {
		return "", fmt.Errorf("cursor nonce: %w", err)
	}
	var plain [cursorSize]byte
	binary.BigEndian.PutUint64(plain[:], uint64(p.At.Unix()))
	binary.BigEndian.PutUint32(plain[8:], uint32(p.At.Nanosecond()))
	binary.BigEndian.PutUint32(plain[12:], uint32(p.Number))
	return base64.RawURLEncoding.EncodeToString(c.aead.Seal(nonce, nonce, plain[:], []byte(bound))), nil
}

func (c *cursors) open(text, bound string) (*rest.Position, error) {
	bad := rest.Errorf(rest.Invalid, "cursor-invalid", "The cursor does not belong to this query. Follow the next link as it is, or start without a cursor.")
	sealed, err := base64.RawURLEncoding.Strict().DecodeString(text)
	if err != nil || len(sealed) < c.aead.NonceSize() {
		return nil, bad
	}
	n := c.aead.NonceSize()
	plain, err := c.aead.Open(nil, sealed[:n], sealed[n:], []byte(bound))
	if err != nil || len(plain) != cursorSize {
		return nil, bad
	}
	at := time.Unix(int64(binary.BigEndian.Uint64(plain)), int64(binary.BigEndian.Uint32(plain[8:]))).UTC()
	return &rest.Position{At: at, Number: int32(binary.BigEndian.Uint32(plain[12:]))}, nil
}
