package gateway

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"

	"overgang/cmd/overgang/config"
	"overgang/rest"
	"overgang/rest/api/token"
	"overgang/store"
)

// TestOneMoreRequestThanAllowed: the caller's rate is on the wire as a problem
// with Retry-After.
func TestOneMoreRequestThanAllowed(t *testing.T) {
	g := serve(t, func(c *config.Config) { c.Limits.CallerPerMinute = 2 })
	raw, _, err := g.issuer.Issue(token.Grant{Party: 50001})
	if err != nil {
		t.Fatal(err)
	}
	for n, want := range []int{200, 200, 429} {
		r, err := http.NewRequest("GET", "http://"+g.Server("plain").Address()+"/storage/instances", nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Authorization", "Bearer "+raw.Reveal())
		response, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		response.Body.Close()
		if response.StatusCode != want {
			t.Errorf("request %d: %s, want %d", n+1, response.Status, want)
		}
		if want == 429 && (response.Header.Get("Retry-After") == "" || response.Header.Get("Content-Type") != "application/problem+json") {
			t.Errorf("%v", response.Header)
		}
	}
}

// TestTokensOfAnotherIssuer: a person whom a configured issuer names by number
// gets in, one whom it names and who is unknown does not, and both are audited
// without the number.
func TestTokensOfAnotherIssuer(t *testing.T) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	keys := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		json.NewEncoder(w).Encode(jose.JSONWebKeySet{Keys: []jose.JSONWebKey{{Key: key.Public(), KeyID: "1", Use: "sig"}}})
	}))
	defer keys.Close()
	c := config.Default()
	c.Data, c.Listen.Plain.Address, c.Listen.Admin.Address = t.TempDir(), "127.0.0.1:0", "127.0.0.1:0"
	c.Log.Requests = false
	c.Tokens.Issuers = []config.Issuer{{Issuer: keys.URL, Audience: "gateway", Keys: keys.URL, PersonClaim: "pid"}}
	if err := c.Check(); err != nil {
		t.Fatal(err)
	}
	var log bytes.Buffer
	g, err := Open(t.Context(), Options{Config: c, Version: "test", Logger: slog.New(slog.NewTextHandler(&log, nil)), Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	g.Serve(func(err error) { t.Error(err) })
	const number = "12247918309"
	person := rest.Party{Kind: rest.PersonParty, SSN: number, Name: "Kari"}
	if err := g.storage.Store.Update(t.Context(), func(tx store.Tx) error { return tx.PutParty(&person) }); err != nil {
		t.Fatal(err)
	}
	for pid, status := range map[string]int{number: 200, "01017012345": 401} {
		signer, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.ES256, Key: jose.JSONWebKey{Key: key, KeyID: "1"}}, nil)
		if err != nil {
			t.Fatal(err)
		}
		raw, err := jwt.Signed(signer).Claims(map[string]any{"iss": keys.URL, "aud": "gateway", "exp": time.Now().Add(time.Hour).Unix(),
			"pid": pid, "scope": "instances.read"}).Serialize()
		if err != nil {
			t.Fatal(err)
		}
		if got, text := ask(t, g, "plain", "GET", "/storage/instances", "Authorization", "Bearer "+raw); got != status {
			t.Errorf("status %d, want %d: %s", got, status, text)
		}
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	if err := g.Stop(ctx); err != nil {
		t.Error(err)
	}
	if text := log.String(); !strings.Contains(text, "msg=access decision=allowed") || !strings.Contains(text, "msg=access decision=denied") ||
		!strings.Contains(text, "issuer="+keys.URL) || strings.Contains(text, number) || strings.Contains(text, "01017012345") {
		t.Errorf("log:\n%s", text)
	}
}
