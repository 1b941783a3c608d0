package config

import (
	"encoding/base64"
	"encoding/hex"
	"errors"
	"strings"
	"time"

	"overgang/rest"
)

// Security is how the messages of the flavours WS and EC2 are checked.
type Security struct {
	// KeyRing is what session tokens are sealed with: the first key seals, all
	// open. Empty, with no file: one key is derived from the Secret.
	KeyRing []rest.Secret `yaml:"key_ring"`
	// KeyRingFile has the same, a key a line; it is read again when it changes.
	KeyRingFile string `yaml:"key_ring_file"`

	ClockSkew time.Duration `yaml:"clock_skew"` // how far callers' clocks may be off, in either direction
	// Freshness is how long a message without Expires, and a UsernameToken, is good.
	Freshness time.Duration `yaml:"freshness"`
	// TimestampLifetime is the most that may lie between Created and Expires.
	TimestampLifetime time.Duration `yaml:"timestamp_lifetime"`
	Replays           int           `yaml:"replays"` // signatures, and as many nonces, that are remembered

	// RepeatedSignatures lets calls whose Timestamps are in whole seconds have
	// the same signature, if they have different MessageIDs.
	RepeatedSignatures bool `yaml:"repeated_signatures"`

	TokenLifetime time.Duration `yaml:"token_lifetime"` // of a session token
	TokenRenewal  time.Duration `yaml:"token_renewal"`  // how long after its end it can be renewed
	TokenRequests int           `yaml:"token_requests"` // of one certificate, in a minute

	// SignatureConfirmation answers signed messages with SignatureConfirmation.
	SignatureConfirmation bool `yaml:"signature_confirmation"`

	Trust Trust `yaml:"trust"`
}

// RingKeySize is the size of a key of the ring, in bytes.
const RingKeySize = 32

// RingKey reads a key: 32 bytes in base64 or in hexadecimal.
func RingKey(text string) ([]byte, error) {
	text = strings.TrimSpace(text)
	if b, err := hex.DecodeString(text); err == nil && len(b) == RingKeySize {
		return b, nil
	}
	text = strings.NewReplacer("-", "+", "_", "/").Replace(strings.TrimRight(text, "="))
	if b, err := base64.RawStdEncoding.DecodeString(text); err == nil && len(b) == RingKeySize {
		return b, nil
	}
	return nil, errors.New("is not 32 bytes in base64 or hexadecimal: make one with openssl rand -base64 32")
}

func (c Config) checkSecurity(wrong func(key, format string, args ...any)) {
	s := c.Security
	if len(s.KeyRing) > 0 && s.KeyRingFile != "" {
		wrong("security.key_ring", "is set beside security.key_ring_file: keep one of them")
	}
	for i, key := range s.KeyRing {
		if _, err := RingKey(key.Reveal()); err != nil {
			wrong("security.key_ring", "key %d %v", i+1, err)
		}
	}
	for key, d := range map[string]time.Duration{
		"security.clock_skew": s.ClockSkew, "security.freshness": s.Freshness, "security.timestamp_lifetime": s.TimestampLifetime,
		"security.token_lifetime": s.TokenLifetime, "security.token_renewal": s.TokenRenewal,
	} {
		if d <= 0 {
			wrong(key, "must be greater than nothing")
		}
	}
	if s.Replays <= 0 || s.TokenRequests <= 0 {
		wrong("security", "replays and token_requests must be greater than nothing")
	}
	s.Trust.check(wrong)
	if s.ClockSkew > time.Hour {
		wrong("security.clock_skew", "%v is more than an hour: messages could be used again for as long", s.ClockSkew)
	}
}
