package wss_test

import (
	"strings"
	"testing"
	"time"

	"overgang/soap/wss"
)

// got is what a Verifier made of a message, in the words of the fixtures.
func got(v *wss.Verified, err error) string {
	switch {
	case err != nil:
		return "refused " + codeOf(err)
	case v.Certificate != nil:
		return "certificate " + strings.ReplaceAll(v.Certificate.Subject.CommonName, "Eksempel AS", "enterprise")
	case v.Context != nil && strings.HasSuffix(v.Context.Owner, "derived"):
		return "derived " + v.Context.Identifier
	case v.Context != nil:
		return "context " + v.Context.Identifier
	case v.Username != nil:
		return "user " + v.Username.Name
	}
	return "nobody"
}

// TestFixtures verifies what WSS4J and xmlsec1 made: each message is taken as
// they meant it, and nobody else's message, and only once.
func TestFixtures(t *testing.T) {
	all := append(fixtures(t, "wss4j"), fixtures(t, "xmlsec")...)
	if len(all) < 45 {
		t.Errorf("only %d fixtures", len(all))
	}
	for _, f := range all {
		t.Run(f.name, func(t *testing.T) {
			s := newStack(t, f.made.Add(time.Second))
			v, err := s.verify(t, f.message, policies[f.policy])
			if g := got(v, err); g != f.expect {
				t.Fatalf("got %s (%v), want %s", g, err, f.expect)
			}
			if err != nil {
				return
			}
			if signed := len(v.Signed) > 0; signed != (f.policy != "user") {
				t.Errorf("%d nodes signed", len(v.Signed))
			}
			_, err = s.verify(t, f.message, policies[f.policy])
			if once := f.policy != "user" || strings.Contains(f.name, "nonce"); once != (err != nil) {
				t.Errorf("the second time: %v", err)
			}
			for name, other := range policies {
				if name != f.policy {
					if v, err := newStack(t, f.made).verify(t, f.message, other); err == nil {
						t.Errorf("taken for %s: %s", name, got(v, nil))
					}
				}
			}
		})
	}
}
