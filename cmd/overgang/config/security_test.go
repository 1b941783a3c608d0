package config

import (
	"encoding/base64"
	"encoding/hex"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"overgang/rest"
)

func TestRingKey(t *testing.T) {
	key := strings.Repeat("\xff\xfe", 16)
	for _, text := range []string{
		base64.StdEncoding.EncodeToString([]byte(key)), base64.RawURLEncoding.EncodeToString([]byte(key)), hex.EncodeToString([]byte(key)),
		" " + strings.ToUpper(hex.EncodeToString([]byte(key))) + "\n",
	} {
		if got, err := RingKey(text); err != nil || string(got) != key {
			t.Errorf("%q: %x, %v", text, got, err)
		}
	}
	for _, text := range []string{"", "x", base64.StdEncoding.EncodeToString([]byte(key[1:])), hex.EncodeToString([]byte(key + "x")), strings.Repeat("a", 32)} {
		if got, err := RingKey(text); err == nil {
			t.Errorf("%q: %x", text, got)
		}
	}
}

func TestKeyRingFromTheEnvironment(t *testing.T) {
	c, _, err := Load("", []string{"OVERGANG_SECURITY_KEY_RING=one,two, three"})
	if diff := cmp.Diff([]rest.Secret{"one", "two", "three"}, c.Security.KeyRing); diff != "" || err != nil {
		t.Errorf("%v %s", err, diff)
	}
}

func TestCheckSecurity(t *testing.T) {
	good := rest.Secret(strings.Repeat("ab", 32))
	for says, set := range map[string]func(*Security){
		"": func(s *Security) { s.KeyRing = []rest.Secret{good} },
		"security.key_ring: key 2 is not 32 bytes":             func(s *Security) { s.KeyRing = []rest.Secret{good, "short"} },
		"security.key_ring: is set beside":                     func(s *Security) { s.KeyRing, s.KeyRingFile = []rest.Secret{good}, "keys" },
		"security.clock_skew: must be greater than":            func(s *Security) { s.ClockSkew = 0 },
		"security.clock_skew: 2h0m0s is more":                  func(s *Security) { s.ClockSkew = 2 * time.Hour },
		"security.token_lifetime: must":                        func(s *Security) { s.TokenLifetime = -1 },
		"security: replays and token_requests must be greater": func(s *Security) { s.Replays = 0 },
	} {
		c := Default()
		set(&c.Security)
		err := c.Check()
		if says == "" && err != nil || says != "" && (err == nil || !strings.Contains(err.Error(), says)) {
			t.Errorf("want %q, got %v", says, err)
		}
		if err != nil && strings.Contains(err.Error(), "short") {
			t.Errorf("a key is shown: %v", err)
		}
	}
}
