package token_test

import (
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"
	"github.com/google/go-cmp/cmp"

	"overgang/rest"
	"overgang/rest/api/token"
)

// authority is an issuer on the network, as others run them.
type authority struct {
	*httptest.Server
	mu      sync.Mutex
	keys    []jose.JSONWebKey
	fetched int
	down    bool
	other   string // the issuer that its metadata name; empty = itself
}

func newAuthority(t *testing.T) *authority {
	t.Helper()
	a := &authority{}
	mux := http.NewServeMux()
	answer := func(w http.ResponseWriter, body any) {
		a.mu.Lock()
		defer a.mu.Unlock()
		if a.down {
			w.WriteHeader(http.StatusBadGateway)
			return
		}
		json.NewEncoder(w).Encode(body)
	}
	mux.HandleFunc("/.well-known/openid-configuration", func(w http.ResponseWriter, _ *http.Request) {
		name := a.URL
		if a.other != "" {
			name = a.other
		}
		answer(w, map[string]string{"issuer": name, "jwks_uri": a.URL + "/keys"})
	})
	mux.HandleFunc("/keys", func(w http.ResponseWriter, _ *http.Request) {
		a.mu.Lock()
		a.fetched++
		set := map[string]any{"keys": append([]any{map[string]string{"kty": "XYZ", "kid": "strange"}}, toAny(a.keys)...)}
		a.mu.Unlock()
		answer(w, set)
	})
	mux.HandleFunc("/moved", func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/keys", http.StatusFound) })
	a.Server = httptest.NewServer(mux)
	t.Cleanup(a.Close)
	return a
}

func toAny(keys []jose.JSONWebKey) (out []any) {
	for _, k := range keys {
		out = append(out, k)
	}
	return out
}

func (a *authority) publish(kid string, key crypto.Signer) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.keys = append(a.keys, jose.JSONWebKey{Key: key.Public(), KeyID: kid, Use: "sig"})
}

func (a *authority) fetches() int {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.fetched
}

func rsaKey(t *testing.T, bits int) crypto.Signer {
	t.Helper()
	k, err := rsa.GenerateKey(rand.Reader, bits)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

// sign makes a token of the authority's; claims overlay the usual ones, nil removes one.
func (a *authority) sign(t *testing.T, alg jose.SignatureAlgorithm, kid string, key any, claims map[string]any) rest.Secret {
	t.Helper()
	s, err := jose.NewSigner(jose.SigningKey{Algorithm: alg, Key: jose.JSONWebKey{Key: key, KeyID: kid}}, nil)
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]any{"iss": a.URL, "aud": "gateway", "exp": at.Add(time.Hour).Unix(), "scope": "our:read our:owner unknown",
		"consumer": map[string]string{"authority": "iso6523-actorid-upis", "ID": "0192:910000001"}}
	for name, value := range claims {
		if all[name] = value; value == nil {
			delete(all, name)
		}
	}
	text, err := jwt.Signed(s).Claims(all).Serialize()
	if err != nil {
		t.Fatal(err)
	}
	return rest.Secret(text)
}

type turned struct {
	mu sync.Mutex
	at time.Time
}

func (c *turned) now() time.Time { c.mu.Lock(); defer c.mu.Unlock(); return c.at }
func (c *turned) add(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(d)
}

func foreign(a *authority, c *turned, change func(*token.ForeignIssuer)) *token.Foreign {
	i := token.ForeignIssuer{Issuer: a.URL, Audience: "gateway", OwnerClaim: "consumer.ID", Owners: map[string]string{"0192:910000001": "ttd"},
		PersonClaim: "pid", PartyClaim: "party",
		Scopes: map[string][]string{"our:read": {rest.ScopeRead}, "our:write": {rest.ScopeWrite}, "our:owner": {rest.ScopeOwner, rest.ScopeRead}}}
	if change != nil {
		change(&i)
	}
	return token.NewForeign(i, c.now, func(_ context.Context, n rest.NationalID) (rest.PartyID, error) {
		if n != "12247918309" {
			return 0, rest.Errorf(rest.NotFound, "party-unknown", "There is no such party.")
		}
		return 50001, nil
	}, nil)
}

func TestForeignTokensNameTheirCaller(t *testing.T) {
	a, clock := newAuthority(t), &turned{at: at}
	key := rsaKey(t, 2048)
	a.publish("1", key)
	own := issuer(t, p256(t), "iss", "aud")
	both, err := token.NewIssuers(verifier(t, at, own.Public()), foreign(a, clock, nil))
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		claims map[string]any
		want   rest.Caller
	}{
		"owner":  {nil, rest.Caller{Owner: "ttd", Scopes: []string{rest.ScopeRead, rest.ScopeOwner}}},
		"person": {map[string]any{"consumer": nil, "pid": "12247918309", "scope": []string{"our:write"}}, rest.Caller{Person: 50001, Scopes: []string{rest.ScopeWrite}}},
		"party":  {map[string]any{"consumer": nil, "party": 50002}, rest.Caller{Person: 50002, Scopes: []string{rest.ScopeRead, rest.ScopeOwner}}},
	} {
		got, err := both.Verify(t.Context(), a.sign(t, jose.RS256, "1", key, c.claims))
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		c.want.Until, c.want.Issuer = at.Add(time.Hour), a.URL
		if d := cmp.Diff(c.want, got); d != "" {
			t.Errorf("%s: %s", name, d)
		}
	}
	if got, err := both.Verify(t.Context(), issue(t, own, token.Grant{Party: 7})); err != nil || got.Person != 7 || got.Issuer != "" {
		t.Errorf("the embedded issuer's: %+v %v", got, err)
	}
	if _, err := token.NewIssuers(verifier(t, at, own.Public()), foreign(a, clock, nil), foreign(a, clock, nil)); err == nil {
		t.Error("one issuer was taken twice")
	}
}

func TestForeignTokensThatAreRefused(t *testing.T) {
	a, clock := newAuthority(t), &turned{at: at}
	key, weak, unlisted := rsaKey(t, 2048), rsaKey(t, 1024), rsaKey(t, 2048)
	curve, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	a.publish("1", key)
	a.publish("weak", weak)
	a.publish("curve", curve)
	a.mu.Lock()
	a.keys = append(a.keys, jose.JSONWebKey{Key: unlisted.Public(), KeyID: "enc", Use: "enc"},
		jose.JSONWebKey{Key: unlisted.Public(), KeyID: "pinned", Algorithm: "PS256"}, jose.JSONWebKey{Key: []byte("a secret that is published, and long"), KeyID: "oct"})
	a.mu.Unlock()
	f := foreign(a, clock, nil)
	ok := func(kid string, alg jose.SignatureAlgorithm, key any, claims map[string]any) rest.Secret {
		return a.sign(t, alg, kid, key, claims)
	}
	for _, good := range []rest.Secret{ok("1", jose.RS256, key, nil), ok("1", jose.PS512, key, nil), ok("curve", jose.ES256, curve, nil), ok("pinned", jose.PS256, unlisted, nil)} {
		if _, err := f.Verify(t.Context(), good); err != nil {
			t.Fatal(err)
		}
	}
	for name, raw := range map[string]rest.Secret{
		"another key":         ok("1", jose.RS256, unlisted, nil),
		"unknown kid":         ok("2", jose.RS256, key, nil),
		"no kid":              ok("", jose.RS256, key, nil),
		"weak key":            ok("weak", jose.RS256, weak, nil),
		"encryption key":      ok("enc", jose.RS256, unlisted, nil),
		"not the key's alg":   ok("pinned", jose.RS256, unlisted, nil),
		"symmetric":           ok("oct", jose.HS256, []byte("a secret that is published, and long"), nil),
		"another issuer":      ok("1", jose.RS256, key, map[string]any{"iss": "https://other.example"}),
		"another audience":    ok("1", jose.RS256, key, map[string]any{"aud": []string{"someone"}}),
		"no audience":         ok("1", jose.RS256, key, map[string]any{"aud": nil}),
		"no exp":              ok("1", jose.RS256, key, map[string]any{"exp": nil}),
		"not yet":             ok("1", jose.RS256, key, map[string]any{"nbf": at.Add(time.Hour).Unix()}),
		"nobody":              ok("1", jose.RS256, key, map[string]any{"consumer": nil}),
		"two":                 ok("1", jose.RS256, key, map[string]any{"pid": "12247918309"}),
		"owner not listed":    ok("1", jose.RS256, key, map[string]any{"consumer": map[string]string{"ID": "0192:910000002"}}),
		"owner without scope": ok("1", jose.RS256, key, map[string]any{"scope": "our:read"}),
		"owner is our code":   ok("1", jose.RS256, key, map[string]any{"consumer": map[string]string{"ID": "ttd"}}),
		"unknown person":      ok("1", jose.RS256, key, map[string]any{"consumer": nil, "pid": "01017012345"}),
		"strange party":       ok("1", jose.RS256, key, map[string]any{"consumer": nil, "party": "-1"}),
	} {
		if caller, err := f.Verify(t.Context(), raw); rest.KindOf(err) != rest.Unauthenticated || codeOf(err) != "token-invalid" {
			t.Errorf("%s: %+v, %v", name, caller, err)
		}
	}
	if _, err := f.Verify(t.Context(), ok("1", jose.RS256, key, map[string]any{"exp": at.Add(-time.Hour).Unix()})); codeOf(err) != "token-expired" {
		t.Errorf("expired: %v", err)
	}
}

func TestIssuersRotateTheirKeys(t *testing.T) {
	a, clock := newAuthority(t), &turned{at: at}
	old, next := rsaKey(t, 2048), rsaKey(t, 2048)
	a.publish("old", old)
	f := foreign(a, clock, nil)
	verify := func(kid string, key crypto.Signer) error {
		_, err := f.Verify(t.Context(), a.sign(t, jose.RS256, kid, key, map[string]any{"exp": clock.now().Add(time.Hour).Unix()}))
		return err
	}
	if err := verify("old", old); err != nil || a.fetches() != 1 {
		t.Fatal(err, a.fetches())
	}
	a.publish("next", next)
	// Unknown kids are looked for once a minute, however many tokens name one.
	for range 20 {
		if err := verify("next", next); codeOf(err) != "token-invalid" {
			t.Fatal(err)
		}
	}
	if a.fetches() != 1 {
		t.Errorf("%d fetches within a minute", a.fetches())
	}
	clock.add(time.Minute)
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			if err := verify("next", next); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if a.fetches() != 2 {
		t.Errorf("%d fetches, want one more", a.fetches())
	}

	// A key that was withdrawn goes with the next refresh; an issuer that is down is believed for a day.
	a.mu.Lock()
	a.keys, a.down = a.keys[1:], true
	a.mu.Unlock()
	clock.add(2 * time.Hour)
	if err := verify("old", old); err != nil {
		t.Errorf("while the issuer is down: %v", err)
	}
	a.mu.Lock()
	a.down = false
	a.mu.Unlock()
	clock.add(time.Minute)
	if err := verify("old", old); codeOf(err) != "token-invalid" {
		t.Errorf("a withdrawn key: %v", err)
	}
	a.mu.Lock()
	a.down = true
	a.mu.Unlock()
	clock.add(25 * time.Hour)
	if err := verify("next", next); rest.KindOf(err) != rest.Unavailable {
		t.Errorf("after a day without the issuer: %v", err)
	}
}

func TestWhereKeysComeFrom(t *testing.T) {
	a, clock := newAuthority(t), &turned{at: at}
	key := rsaKey(t, 2048)
	a.publish("1", key)
	good := a.sign(t, jose.RS256, "1", key, nil)
	for name, c := range map[string]struct {
		keys, other string
		ok          bool
	}{
		"metadata":           {"", "", true},
		"an address":         {a.URL + "/keys", "", true},
		"a redirect":         {a.URL + "/moved", "", false},
		"nothing there":      {a.URL + "/nothing", "", false},
		"another's metadata": {"", "https://other.example", false},
	} {
		a.other = c.other
		_, err := foreign(a, clock, func(i *token.ForeignIssuer) { i.Keys = c.keys }).Verify(t.Context(), good)
		if (err == nil) != c.ok || err != nil && rest.KindOf(err) != rest.Unavailable {
			t.Errorf("%s: %v", name, err)
		}
	}
	for address, ok := range map[string]bool{"https://a.example/k": true, "http://127.0.0.1:8/k": true, "http://[::1]/k": true, "http://localhost:1": true,
		"http://a.example/k": false, "http://127.0.0.1.evil.example/": false, "file:///etc/passwd": false, "https://u:p@a.example": false, "": false, "https://a.example:0/": false} {
		if err := token.SafeURL(address); (err == nil) != ok {
			t.Errorf("%q: %v", address, err)
		}
	}
}
