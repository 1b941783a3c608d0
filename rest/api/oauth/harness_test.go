package oauth_test

import (
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"maps"
	"math/big"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"

	"overgang/rest"
	"overgang/rest/api"
	"overgang/rest/api/apitest"
	"overgang/rest/api/oauth"
	"overgang/rest/api/token"
)

const (
	issuerName = "https://gateway.example.org"
	grantType  = "urn:ietf:params:oauth:grant-type:jwt-bearer"
)

// documented is what every answer is held against.
var documented = apitest.NewDocument(oauth.Document())

func TestMain(m *testing.M) { documented.Main(m) }

// holder is a key with its certificate.
type holder struct {
	key  crypto.Signer
	cert *x509.Certificate
}

func newHolder(t testing.TB, key crypto.Signer, name string) holder {
	t.Helper()
	template := &x509.Certificate{SerialNumber: big.NewInt(time.Now().UnixNano()), Subject: pkix.Name{CommonName: name},
		NotBefore: start.Add(-time.Hour), NotAfter: start.Add(time.Hour), KeyUsage: x509.KeyUsageDigitalSignature}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return holder{key, cert}
}

func newRSA(t testing.TB, bits int) *rsa.PrivateKey {
	t.Helper()
	k, err := rsa.GenerateKey(rand.Reader, bits)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func newEC(t testing.TB, curve elliptic.Curve) *ecdsa.PrivateKey {
	t.Helper()
	k, err := ecdsa.GenerateKey(curve, rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

var start = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// gateway is what the endpoint stands on: certificates, users, rates, a clock.
type gateway struct {
	t       testing.TB
	handler http.Handler
	now     time.Time
	// users have their certificates by thumbprint; distrusted are those that trust
	// refuses.
	users      map[string]map[rest.Thumbprint]bool
	registered map[rest.Thumbprint]*x509.Certificate
	distrusted map[rest.Thumbprint]error
	broken     error
	limited    map[string]time.Duration
	asked      []string
	log        strings.Builder
	observed   []api.Record
	issuer     *token.Issuer
	verifier   *token.Verifier
}

func (g *gateway) Registered(p rest.Thumbprint) *x509.Certificate { return g.registered[p] }

func (g *gateway) Check(_ context.Context, cert *x509.Certificate, at time.Time) error {
	if !at.Equal(g.now) {
		g.t.Errorf("trust is asked for %v", at)
	}
	return g.distrusted[rest.ThumbprintOf(cert.Raw)]
}

func (g *gateway) EnterpriseByCertificate(_ context.Context, user, thumbprint, address string) (rest.Caller, error) {
	if g.broken != nil {
		return rest.Caller{}, g.broken
	}
	id := map[string]rest.EnterpriseID{"havbris": 7, "enterprise:7": 7, "vidde": 8}[user]
	for p := range g.users[strings.Replace(user, "enterprise:7", "havbris", 1)] {
		if p.String() == thumbprint {
			return rest.Caller{System: id.System(), Certificate: thumbprint, Address: address}, nil
		}
	}
	return rest.Caller{}, &rest.Error{Kind: rest.Unauthenticated, Detail: "No.", Err: errors.New("not that user's")}
}

func (g *gateway) allow(who string) error {
	g.asked = append(g.asked, who)
	if after, ok := g.limited[who]; ok {
		return &rest.Error{Kind: rest.RateLimited, RetryAfter: after}
	}
	return nil
}

// register makes the certificate one of the user's.
func (g *gateway) register(user string, h holder) {
	p := rest.ThumbprintOf(h.cert.Raw)
	g.registered[p] = h.cert
	if g.users[user] == nil {
		g.users[user] = map[rest.Thumbprint]bool{}
	}
	g.users[user][p] = true
}

// noCore and noTokens are never asked.
type noCore struct{ api.Core }
type noTokens struct{ api.Tokens }

func newGateway(t testing.TB, most int) *gateway {
	t.Helper()
	g := &gateway{t: t, now: start, users: map[string]map[rest.Thumbprint]bool{}, registered: map[rest.Thumbprint]*x509.Certificate{},
		distrusted: map[rest.Thumbprint]error{}, limited: map[string]time.Duration{}}
	key, err := token.NewKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	clock := func() time.Time { return g.now }
	g.issuer, err = token.NewIssuer(token.IssuerConfig{Key: key, Issuer: issuerName, Audience: "aud", Now: clock, NewID: func() string { return "id" }})
	if err != nil {
		t.Fatal(err)
	}
	g.verifier, err = token.NewVerifier(token.VerifierConfig{Keys: []crypto.PublicKey{g.issuer.Public()}, Issuer: issuerName, Audience: "aud", Now: clock})
	if err != nil {
		t.Fatal(err)
	}
	log := slog.New(slog.NewJSONHandler(&g.log, nil))
	g.handler, err = oauth.New(oauth.Config{
		API: api.Config{Core: noCore{}, Tokens: noTokens{}, AppsURL: issuerName, PlatformURL: issuerName, Secret: make([]byte, 32), Rand: rand.Reader,
			Now: clock, NewID: func() string { return "request" }, Logger: slog.New(slog.NewTextHandler(io.Discard, nil)), Audit: log,
			Observe: func(r api.Record) { g.observed = append(g.observed, r) }},
		Accounts: g, Certificates: g, Issue: g.issuer.Issue, Issuer: issuerName, URL: issuerName, Lifetime: time.Hour, Skew: time.Minute,
		Allow: g.allow, Used: oauth.NewUsed(most, time.Minute),
	})
	if err != nil {
		t.Fatal(err)
	}
	return g
}

// claims are an assertion's, good ones changed; nil removes one.
func (g *gateway) claims(change map[string]any) map[string]any {
	all := map[string]any{"iss": "havbris", "aud": issuerName, "scope": "instances.read instances.write", "jti": rand.Text(),
		"iat": g.now.Unix(), "exp": g.now.Add(100 * time.Second).Unix()}
	maps.Copy(all, change)
	maps.DeleteFunc(all, func(_ string, v any) bool { return v == nil })
	return all
}

// sign makes an assertion.
func (g *gateway) sign(h holder, alg jose.SignatureAlgorithm, claims map[string]any) string {
	return g.signWith(h.key, alg, claims, map[string]any{"x5c": []string{base64.StdEncoding.EncodeToString(h.cert.Raw)}})
}

func (g *gateway) signWith(key any, alg jose.SignatureAlgorithm, claims, header map[string]any) string {
	g.t.Helper()
	options := &jose.SignerOptions{}
	for name, value := range header {
		options.WithHeader(jose.HeaderKey(name), value)
	}
	s, err := jose.NewSigner(jose.SigningKey{Algorithm: alg, Key: key}, options)
	if err != nil {
		g.t.Fatal(err)
	}
	text, err := jwt.Signed(s).Claims(claims).Serialize()
	if err != nil {
		g.t.Fatal(err)
	}
	return text
}

// answer is what came back.
type answer struct {
	status int
	header http.Header
	body   string

	Token       string `json:"access_token"`
	Type        string `json:"token_type"`
	Expires     int    `json:"expires_in"`
	Scope       string `json:"scope"`
	Error       string `json:"error"`
	Description string `json:"error_description"`
}

func (g *gateway) post(body string, change func(*http.Request)) answer {
	g.t.Helper()
	r := httptest.NewRequest(http.MethodPost, oauth.TokenPath, strings.NewReader(body))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	if change != nil {
		change(r)
	}
	w := httptest.NewRecorder()
	g.handler.ServeHTTP(w, r)
	documented.Check(g.t, apitest.Exchange{Method: r.Method, Path: oauth.TokenPath, Header: r.Header, Sent: body, Response: w.Result(), Content: w.Body.Bytes()})
	a := answer{status: w.Code, header: w.Header(), body: w.Body.String()}
	if err := json.Unmarshal(w.Body.Bytes(), &a); err != nil {
		g.t.Fatalf("%d %q: %v", w.Code, a.body, err)
	}
	return a
}

// ask sends an assertion.
func (g *gateway) ask(assertion string) answer {
	g.t.Helper()
	return g.post(url.Values{"grant_type": {grantType}, "assertion": {assertion}}.Encode(), nil)
}

// audited is the last line of the audit.
func (g *gateway) audited() map[string]any {
	g.t.Helper()
	lines := strings.Split(strings.TrimSpace(g.log.String()), "\n")
	var last map[string]any
	if err := json.Unmarshal([]byte(lines[len(lines)-1]), &last); err != nil {
		g.t.Fatal(err)
	}
	return last
}
