package oauth_test

import (
	"crypto/elliptic"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"

	"overgang/rest"
	"overgang/rest/api/oauth"
)

func b64(text string) string { return base64.RawURLEncoding.EncodeToString([]byte(text)) }

// TestForgedAssertions: what is wrong with an assertion itself is told to anybody
// alike, whoever it names.
func TestForgedAssertions(t *testing.T) {
	g := newGateway(t, 100)
	h, other := newHolder(t, newRSA(t, 2048), "Havbris"), newHolder(t, newRSA(t, 2048), "Havbris")
	g.register("havbris", h)
	good := g.sign(h, jose.RS256, g.claims(nil))
	parts := strings.Split(good, ".")
	x5c := func(certs ...string) map[string]any { return map[string]any{"x5c": certs} }
	own := base64.StdEncoding.EncodeToString(h.cert.Raw)
	header := func(text string) string { return b64(text) + "." + parts[1] + "." + parts[2] }
	chain := `"x5c":["` + own + `"]`
	spki, err := x509.MarshalPKIXPublicKey(h.cert.PublicKey)
	if err != nil {
		t.Fatal(err)
	}
	public := pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: spki})
	small, wide := newHolder(t, newRSA(t, 1024), "Liten"), newHolder(t, newEC(t, elliptic.P384()), "Vid")
	claims := func(change map[string]any) string { return g.sign(h, jose.RS256, g.claims(change)) }
	now := g.now.Unix()

	for name, assertion := range map[string]string{
		"empty parts":            "..",
		"not a JWT":              "havbris",
		"two parts":              parts[0] + "." + parts[1],
		"four parts":             good + ".x",
		"a JWE":                  good + ".x.y",
		"JSON serialisation":     `{"payload":"` + parts[1] + `","signatures":[]}`,
		"alg none":               b64(`{"alg":"none",`+chain+`}`) + "." + parts[1] + ".",
		"alg None":               b64(`{"alg":"None",`+chain+`}`) + "." + parts[1] + ".",
		"alg none, signed":       header(`{"alg":"none",` + chain + `}`),
		"no alg":                 header(`{` + chain + `}`),
		"HS256 by the PEM":       g.signWith(public, jose.HS256, g.claims(nil), x5c(own)),
		"HS256 by the SPKI":      g.signWith(spki, jose.HS256, g.claims(nil), x5c(own)),
		"HS256 by the DER":       g.signWith(h.cert.Raw, jose.HS256, g.claims(nil), x5c(own)),
		"ES256 for RSA":          g.signWith(newEC(t, elliptic.P256()), jose.ES256, g.claims(nil), x5c(own)),
		"PS512":                  g.sign(h, jose.PS512, g.claims(nil)),
		"another's key":          g.signWith(other.key, jose.RS256, g.claims(nil), x5c(own)),
		"own key second":         g.signWith(h.key, jose.RS256, g.claims(nil), x5c(base64.StdEncoding.EncodeToString(other.cert.Raw), own)),
		"changed claims":         parts[0] + "." + b64(`{"iss":"vidde","aud":"`+issuerName+`","jti":"a","iat":1,"exp":2}`) + "." + parts[2],
		"no signature":           parts[0] + "." + parts[1] + ".",
		"no x5c":                 g.signWith(h.key, jose.RS256, g.claims(nil), nil),
		"kid for x5c":            g.signWith(h.key, jose.RS256, g.claims(nil), map[string]any{"kid": rest.ThumbprintOf(h.cert.Raw).String()}),
		"empty x5c":              g.signWith(h.key, jose.RS256, g.claims(nil), x5c()),
		"x5c twice":              header(`{"alg":"RS256",` + chain + `,` + chain + `}`),
		"X5C":                    header(`{"alg":"RS256",` + strings.Replace(chain, "x5c", "X5C", 1) + `}`),
		"x5c is a text":          header(`{"alg":"RS256","x5c":"` + own + `"}`),
		"x5c in base64url":       g.signWith(h.key, jose.RS256, g.claims(nil), x5c(base64.RawURLEncoding.EncodeToString(h.cert.Raw))),
		"x5c in PEM":             g.signWith(h.key, jose.RS256, g.claims(nil), x5c(string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: h.cert.Raw})))),
		"x5c of rubbish":         g.signWith(h.key, jose.RS256, g.claims(nil), x5c("AAAA")),
		"x5c with more behind":   g.signWith(h.key, jose.RS256, g.claims(nil), x5c(base64.StdEncoding.EncodeToString(append(h.cert.Raw[:len(h.cert.Raw):len(h.cert.Raw)], 0)))),
		"a long chain":           g.signWith(h.key, jose.RS256, g.claims(nil), x5c(strings.Split(strings.Repeat(own+" ", 9), " ")...)),
		"crit":                   g.signWith(h.key, jose.RS256, g.claims(nil), map[string]any{"x5c": []string{own}, "crit": []string{"exp"}}),
		"jwk for x5c":            g.signWith(h.key, jose.RS256, g.claims(nil), map[string]any{"jwk": jose.JSONWebKey{Key: h.cert.PublicKey}}),
		"a key of 1024 bits":     g.sign(small, jose.RS256, g.claims(nil)),
		"a key on P-384":         g.sign(wide, jose.ES384, g.claims(nil)),
		"no iss":                 claims(map[string]any{"iss": nil}),
		"another sub":            claims(map[string]any{"sub": "vidde"}),
		"no aud":                 claims(map[string]any{"aud": nil}),
		"another aud":            claims(map[string]any{"aud": "https://maskinporten.no/"}),
		"aud with a slash":       claims(map[string]any{"aud": issuerName + "/"}),
		"the endpoint as aud":    claims(map[string]any{"aud": issuerName + "/token"}),
		"two auds":               claims(map[string]any{"aud": []string{issuerName, "https://maskinporten.no/"}}),
		"no jti":                 claims(map[string]any{"jti": nil}),
		"a long jti":             claims(map[string]any{"jti": strings.Repeat("a", 256)}),
		"no iat":                 claims(map[string]any{"iat": nil}),
		"no exp":                 claims(map[string]any{"exp": nil}),
		"121 seconds":            claims(map[string]any{"exp": now + 121}),
		"a year":                 claims(map[string]any{"exp": now + 365*86400}),
		"for ever":               claims(map[string]any{"exp": 1 << 53}),
		"before it begins":       claims(map[string]any{"exp": now - 1}),
		"no time at all":         claims(map[string]any{"exp": now}),
		"over":                   claims(map[string]any{"iat": now - 170, "exp": now - 60}),
		"too early":              claims(map[string]any{"iat": now + 61, "exp": now + 100}),
		"not before later":       claims(map[string]any{"nbf": now + 61}),
		"times as texts":         claims(map[string]any{"exp": "tomorrow"}),
		"claims that are a list": g.signRaw(h, `["havbris"]`),
		"claims that are twice":  g.signRaw(h, `{"iss":"vidde","iss":"havbris","aud":"`+issuerName+`","jti":"a","iat":`+fmt.Sprint(now)+`,"exp":`+fmt.Sprint(now+60)+`,"scope":"instances.read"}`),
	} {
		got := g.ask(assertion)
		if got.status != http.StatusBadRequest || got.Error != "invalid_grant" {
			t.Errorf("%s: %d %s", name, got.status, got.body)
		}
		checkRefusal(t, name, got)
		if line := g.audited(); line["decision"] != "denied" || line["code"] != "invalid_grant" || line["caller"] != "" {
			t.Errorf("%s: audit %v", name, line)
		}
	}
	if len(g.asked) == 0 || strings.Contains(strings.Join(g.asked, " "), "enterprise") {
		t.Errorf("a forger came as far as a user: %v", g.asked)
	}
	if got := g.ask(good); got.status != http.StatusOK {
		t.Errorf("the good one: %s", got.body)
	}
}

// signRaw signs any text as claims.
func (g *gateway) signRaw(h holder, claims string) string {
	g.t.Helper()
	s, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.RS256, Key: h.key},
		(&jose.SignerOptions{}).WithHeader("x5c", []string{base64.StdEncoding.EncodeToString(h.cert.Raw)}))
	if err != nil {
		g.t.Fatal(err)
	}
	signed, err := s.Sign([]byte(claims))
	if err != nil {
		g.t.Fatal(err)
	}
	text, err := signed.CompactSerialize()
	if err != nil {
		g.t.Fatal(err)
	}
	return text
}

// TestNothingIsTold: all that depends on who is registered here is one answer, to
// the byte. The audit has the reason.
func TestNothingIsTold(t *testing.T) {
	g := newGateway(t, 100)
	key := newRSA(t, 2048)
	h, twin, others := newHolder(t, key, "Havbris"), newHolder(t, newRSA(t, 2048), "Havbris"), newHolder(t, newRSA(t, 2048), "Vidde")
	revoked, reissued := newHolder(t, newRSA(t, 2048), "Havbris"), newHolder(t, key, "Havbris")
	g.register("havbris", h)
	g.register("havbris", revoked)
	g.register("vidde", others)
	g.distrusted[rest.ThumbprintOf(revoked.cert.Raw)] = errors.New("the certificate is revoked")
	ask := func(h holder, iss string) answer {
		return g.ask(g.sign(h, jose.RS256, g.claims(map[string]any{"iss": iss})))
	}
	once := g.sign(h, jose.RS256, g.claims(map[string]any{"jti": "once"}))
	if got := g.ask(once); got.status != http.StatusOK {
		t.Fatal(got.body)
	}
	bodies := map[string]bool{}
	for name, c := range map[string]struct {
		got   func() answer
		cause string
	}{
		"self-signed, same subject":   {func() answer { return ask(twin, "havbris") }, "not registered"},
		"same key, other certificate": {func() answer { return ask(reissued, "havbris") }, "not registered"},
		"another user's certificate":  {func() answer { return ask(others, "havbris") }, "not that user's"},
		"another user's name":         {func() answer { return ask(h, "vidde") }, "not that user's"},
		"unknown user":                {func() answer { return ask(h, "ukjent") }, "not that user's"},
		"revoked":                     {func() answer { return ask(revoked, "havbris") }, "revoked"},
		"used before":                 {func() answer { return g.ask(once) }, "used before"},
		"the jti signed anew": {func() answer {
			return g.ask(g.sign(h, jose.RS256, g.claims(map[string]any{"jti": "once", "exp": g.now.Unix() + 33})))
		}, "used before"},
	} {
		got := c.got()
		bodies[fmt.Sprint(got.status, got.body, got.header)] = true
		if got.status != http.StatusBadRequest || got.Error != "invalid_grant" {
			t.Errorf("%s: %d %s", name, got.status, got.body)
		}
		if line := g.audited(); line["decision"] != "denied" || !strings.Contains(fmt.Sprint(line["cause"]), c.cause) || line["signer"] == nil || line["caller"] != "" {
			t.Errorf("%s: audit %v", name, line)
		}
	}
	if len(bodies) != 1 {
		t.Errorf("the answers are told apart: %v", bodies)
	}
	if strings.Contains(g.log.String(), "ukjent") {
		t.Error("the audit has what was given for a user's name")
	}
}

// TestReplays: an assertion is taken once, by whichever of many at once, for as
// long as it could be taken again; memory has a bound, and is free again later.
func TestReplays(t *testing.T) {
	g := newGateway(t, 8)
	h, other := newHolder(t, newRSA(t, 2048), "Havbris"), newHolder(t, newRSA(t, 2048), "Vidde")
	g.register("havbris", h)
	g.register("vidde", other)
	used := oauth.NewUsed(3, time.Minute)
	var wins, full int
	var mu sync.Mutex
	var all sync.WaitGroup
	for range 32 {
		all.Go(func() {
			first, ok := oauth.First(used, 7, "same", start)
			mu.Lock()
			defer mu.Unlock()
			if first {
				wins++
			}
			if !ok {
				full++
			}
		})
	}
	all.Wait()
	if wins != 1 || full != 0 {
		t.Errorf("taken %d times, full %d times", wins, full)
	}
	if first, _ := oauth.First(used, 8, "same", start); !first {
		t.Error("two users have one memory")
	}
	// 120 s of life and a minute's skew either way: 240 s later it is over.
	if first, _ := oauth.First(used, 7, "same", start.Add(240*time.Second)); first {
		t.Error("forgotten while it could be taken")
	}
	if first, _ := oauth.First(used, 7, "same", start.Add(-time.Minute)); first {
		t.Error("a clock that is set back forgets")
	}
	oauth.First(used, 7, "third", start)
	for i := range 10 {
		if _, ok := oauth.First(used, 7, fmt.Sprint(i), start); ok {
			t.Error("more is remembered than there is room for")
		}
	}
	if first, ok := oauth.First(used, 7, "same", start.Add(time.Hour)); !first || !ok || used.Held() != 1 {
		t.Errorf("an hour later %d are held", used.Held())
	}

	for i := range 8 {
		if got := g.ask(g.sign(h, jose.RS256, g.claims(nil))); got.status != http.StatusOK {
			t.Fatalf("%d: %s", i, got.body)
		}
	}
	got := g.ask(g.sign(other, jose.RS256, g.claims(map[string]any{"iss": "vidde"})))
	if got.status != http.StatusServiceUnavailable || got.Error != "temporarily_unavailable" || got.header.Get("Retry-After") != "120" {
		t.Errorf("full: %d %s %v", got.status, got.body, got.header)
	}
	g.now = g.now.Add(10 * time.Minute)
	if got := g.ask(g.sign(other, jose.RS256, g.claims(map[string]any{"iss": "vidde"}))); got.status != http.StatusOK {
		t.Errorf("later: %s", got.body)
	}
}

// TestUsedOverTime: at any time all are known that could be taken again, and
// little more, also when the clock is set back by an hour meanwhile.
func TestUsedOverTime(t *testing.T) {
	const step, kept, most = 30 * time.Second, 240 * time.Second, 40
	used := oauth.NewUsed(most, time.Minute)
	name := func(i int) string { return fmt.Sprint("assertion ", i) }
	now := start
	for i := range 100 {
		if i == 50 {
			now = now.Add(-time.Hour)
		}
		if first, ok := oauth.First(used, 7, name(i), now); !first || !ok {
			t.Fatalf("after %v: first %v, room %v, %d held", now.Sub(start), first, ok, used.Held())
		}
		for before := max(0, i-int(kept/step)); before <= i; before++ {
			if first, _ := oauth.First(used, 7, name(before), now); first {
				t.Fatalf("after %v: one of %d steps before is forgotten", now.Sub(start), i-before)
			}
		}
		now = now.Add(step)
	}
}

// FuzzAssertion: nothing that is sent is more than a refusal.
func FuzzAssertion(f *testing.F) {
	g := newGateway(f, 100)
	h := newHolder(f, newRSA(f, 2048), "Havbris")
	good := g.sign(h, jose.RS256, g.claims(nil))
	f.Add(good)
	f.Add("..")
	f.Add(b64(`{"alg":"none"}`) + ".e30.")
	f.Add(strings.Replace(good, ".", ".e30.", 1))
	f.Fuzz(func(t *testing.T, assertion string) {
		g.t = t
		g.now = start.Add(time.Hour) // the good one is over
		got := g.ask(assertion)
		if got.status != http.StatusBadRequest || !json.Valid([]byte(got.body)) {
			t.Errorf("%d %s", got.status, got.body)
		}
	})
}
