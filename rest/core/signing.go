package core

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"io"
	"time"

	"overgang/rest"
	"overgang/store"
)

// signingPrefix begins a secret that receivers are given (Standard Webhooks
// 1.0.0, Signature scheme).
const signingPrefix = "whsec_"

// signer derives the secrets that deliveries are signed with. What is stored is
// a salt; without the gateway's own secret it says nothing.
type signer []byte

func newSigner(secret rest.Secret) signer { return subkey(secret, "signing secrets of subscriptions") }

func (s signer) secret(k store.SigningKey) rest.SigningSecret {
	m := hmac.New(sha256.New, s)
	m.Write(k.Salt)
	return rest.SigningSecret{Secret: rest.Secret(signingPrefix + base64.StdEncoding.EncodeToString(m.Sum(nil))), Until: k.Until}
}

// secrets are those that are good now, the newest first.
func (s signer) secrets(keys []store.SigningKey, now time.Time) []rest.SigningSecret {
	var list []rest.SigningSecret
	for _, k := range keys {
		if k.Until.IsZero() || k.Until.After(now) {
			list = append(list, s.secret(k))
		}
	}
	return list
}

func newSigningKey(rand io.Reader) (store.SigningKey, error) {
	k := store.SigningKey{Salt: make([]byte, 32)}
	_, err := io.ReadFull(rand, k.Salt)
	return k, err
}

// rotated puts a new key first. The one before serves on for the overlap, those
// before that no more.
func rotated(keys []store.SigningKey, added store.SigningKey, until time.Time) []store.SigningKey {
	list := []store.SigningKey{added}
	if len(keys) > 0 {
		last := keys[0]
		last.Until = until
		list = append(list, last)
	}
	return list
}
