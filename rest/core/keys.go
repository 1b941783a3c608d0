package core

import (
	"strings"

	"overgang/rest"
)

// Bounds of the keys that come with an instance: an RSA-4096 key in base64 has
// 684 characters, and a service has a handful of certificates.
const (
	maxKeys     = 16
	maxKey      = 8 << 10 // bytes
	maxKeyOwner = 32      // bytes
)

// checkKeys says what is wrong with the keys of a new instance. They are only
// measured: what is in them is for those who can read it.
func checkKeys(k *rest.EncryptedKeys) *fault {
	if k.Empty() {
		return nil
	}
	count := len(k.Owners)
	if k.Party != "" {
		count++
	}
	if count > maxKeys {
		return faultf(rest.TooLarge, "keys-many", "There are %d encrypted keys: at most %d are allowed.", count, maxKeys)
	}
	if f := checkKey("The party's encrypted key", k.Party.Reveal()); f != nil {
		return f
	}
	for _, o := range k.Owners {
		switch {
		case o.Key == "":
			return faultf(rest.Invalid, "key-invalid", "The encrypted key for certificate %d is empty.", o.Certificate)
		case len(o.Owner) > maxKeyOwner || cleanLine(o.Owner, maxKeyOwner) != o.Owner:
			return faultf(rest.Invalid, "key-invalid", "The owner of an encrypted key is too long or contains characters that are not allowed.")
		}
		if f := checkKey("An owner's encrypted key", o.Key.Reveal()); f != nil {
			return f
		}
	}
	return nil
}

// checkKey takes what XML and JSON can both say of bytes: ASCII, with line ends.
func checkKey(what, key string) *fault {
	if len(key) > maxKey {
		return faultf(rest.TooLarge, "key-large", "%s has %d bytes: at most %d are allowed.", what, len(key), maxKey)
	}
	if strings.ContainsFunc(key, func(r rune) bool { return r > '~' || r < ' ' && r != '\n' && r != '\r' && r != '\t' }) {
		return faultf(rest.Invalid, "key-invalid", "%s contains characters that are not allowed: use base64.", what)
	}
	return nil
}
