package wssc

import (
	"crypto/hmac"
	"crypto/sha1"
)

// prf is length bytes of P_SHA-1 from offset on, RFC 2246 §5: how WS-Trust §6.3
// computes a key of two entropies, and WS-SecureConversation §7 derives keys.
// The caller bounds offset and length, 20 bytes of which cost two HMACs.
func prf(secret, seed []byte, offset, length int) []byte {
	mac := hmac.New(sha1.New, secret)
	a := seed
	out := make([]byte, 0, offset+length+sha1.Size)
	for len(out) < offset+length {
		mac.Reset()
		mac.Write(a)
		a = mac.Sum(make([]byte, 0, sha1.Size))
		mac.Reset()
		mac.Write(a)
		mac.Write(seed)
		out = mac.Sum(out)
	}
	return out[offset : offset+length]
}
