package oauth_test

import (
	"crypto/elliptic"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/google/go-cmp/cmp"

	"overgang/rest"
	"overgang/rest/api/apitest"
	"overgang/rest/api/oauth"
)

// TestTokens: each algorithm gets a token that names the user, its certificate
// and the scopes that were asked for.
func TestTokens(t *testing.T) {
	g := newGateway(t, 100)
	h, ec := newHolder(t, newRSA(t, 2048), "Havbris"), newHolder(t, newEC(t, elliptic.P256()), "Havbris")
	g.register("havbris", h)
	g.register("havbris", ec)
	for name, c := range map[string]struct {
		holder holder
		alg    jose.SignatureAlgorithm
		change map[string]any
		scopes string
	}{
		"RS256":               {h, jose.RS256, nil, "instances.read instances.write"},
		"RS384":               {h, jose.RS384, nil, "instances.read instances.write"},
		"RS512":               {h, jose.RS512, nil, "instances.read instances.write"},
		"PS256":               {h, jose.PS256, nil, "instances.read instances.write"},
		"ES256":               {ec, jose.ES256, nil, "instances.read instances.write"},
		"to read":             {h, jose.RS256, map[string]any{"scope": " instances.read  instances.read"}, "instances.read"},
		"number for a name":   {h, jose.RS256, map[string]any{"iss": "enterprise:7"}, "instances.read instances.write"},
		"sub beside iss":      {h, jose.RS256, map[string]any{"sub": "havbris"}, "instances.read instances.write"},
		"aud in a list":       {h, jose.RS256, map[string]any{"aud": []string{issuerName}}, "instances.read instances.write"},
		"120 seconds":         {h, jose.RS256, map[string]any{"exp": g.now.Unix() + 120}, "instances.read instances.write"},
		"a slow clock":        {h, jose.RS256, map[string]any{"iat": g.now.Unix() - 170, "exp": g.now.Unix() - 59}, "instances.read instances.write"},
		"a fast clock":        {h, jose.RS256, map[string]any{"iat": g.now.Unix() + 60, "exp": g.now.Unix() + 180}, "instances.read instances.write"},
		"claims of no moment": {h, jose.RS256, map[string]any{"resource": []string{"x"}, "consumer_org": "310440124"}, "instances.read instances.write"},
	} {
		got := g.ask(g.sign(c.holder, c.alg, g.claims(c.change)))
		if got.status != http.StatusOK || got.Type != "Bearer" || got.Expires != 3600 || got.Scope != c.scopes ||
			got.header.Get("Cache-Control") != "no-store" || got.header.Get("Pragma") != "no-cache" || got.header.Get("Content-Type") != "application/json" {
			t.Errorf("%s: %d %s %v", name, got.status, got.body, got.header)
			continue
		}
		caller, err := g.verifier.Verify(t.Context(), rest.Secret(got.Token))
		thumbprint := rest.ThumbprintOf(c.holder.cert.Raw).String()
		want := rest.Caller{System: rest.EnterpriseID(7).System(), Certificate: thumbprint, Scopes: strings.Fields(c.scopes), Until: g.now.Add(time.Hour)}
		if d := cmp.Diff(want, caller); d != "" || err != nil {
			t.Errorf("%s: %v %s", name, err, d)
		}
		line := g.audited()
		if line["decision"] != "allowed" || line["operation"] != "issueToken" || line["caller"] != "enterprise:7" || line["signer"] != thumbprint || line["address"] != "192.0.2.1" {
			t.Errorf("%s: audit %v", name, line)
		}
	}
	if last := g.observed[len(g.observed)-1]; last.Operation != "issueToken" || last.Caller != "enterprise:7" || last.Status != 200 || last.Code != "" {
		t.Errorf("%+v", last)
	}
	if n := strings.Count(strings.Join(g.asked, ","), "address 192.0.2.1,enterprise:7"); n != 13 {
		t.Errorf("rates are asked for %v", g.asked)
	}
}

// TestScopes: a parameter may ask for fewer, and nothing gives an owner's.
func TestScopes(t *testing.T) {
	g := newGateway(t, 100)
	h := newHolder(t, newRSA(t, 2048), "Havbris")
	g.register("havbris", h)
	for _, c := range []struct {
		claim     any
		parameter string
		want      string // a scope, or an error
	}{
		{"instances.read instances.write", "instances.read", "instances.read"},
		{"instances.read", "instances.read", "instances.read"},
		{nil, "instances.write", "instances.write"},
		{"instances.read", "instances.read instances.write", "invalid_scope"},
		{nil, "", "invalid_scope"},
		{"", "", "invalid_scope"},
		{"serviceowner", "", "invalid_scope"},
		{"instances.read serviceowner", "", "invalid_scope"},
		{nil, "serviceowner", "invalid_scope"},
		{"INSTANCES.READ", "", "invalid_scope"},
		{"instances.read,instances.write", "", "invalid_scope"},
		{[]string{"instances.read"}, "", "invalid_grant"},
	} {
		form := url.Values{"grant_type": {grantType}, "assertion": {g.sign(h, jose.RS256, g.claims(map[string]any{"scope": c.claim}))}}
		if c.parameter != "" {
			form.Set("scope", c.parameter)
		}
		got := g.post(form.Encode(), nil)
		if got.Scope+got.Error != c.want {
			t.Errorf("claim %v, parameter %q: %s", c.claim, c.parameter, got.body)
		}
	}
}

// TestRequests: the form is RFC 6749's.
func TestRequests(t *testing.T) {
	g := newGateway(t, 100)
	h := newHolder(t, newRSA(t, 2048), "Havbris")
	g.register("havbris", h)
	good := func() string { return g.sign(h, jose.RS256, g.claims(nil)) }
	form := func(pairs ...string) string { return strings.Join(pairs, "&") }
	grant := "grant_type=" + url.QueryEscape(grantType)
	for name, c := range map[string]struct {
		body   string
		change func(*http.Request)
		status int
		code   string
	}{
		"others' parameters": {form(grant, "assertion="+good(), "client_id=x", "resource=y"), nil, 200, ""},
		"capitals, charset": {form(grant, "assertion="+good()), func(r *http.Request) {
			r.Header.Set("Content-Type", "Application/X-WWW-Form-Urlencoded; charset=UTF-8")
		}, 200, ""},
		"a client's password":  {form(grant, "assertion="+good()), func(r *http.Request) { r.SetBasicAuth("a", "b") }, 200, ""},
		"nothing":              {"", nil, 400, "invalid_request"},
		"no grant_type":        {form("assertion=" + good()), nil, 400, "invalid_request"},
		"empty grant_type":     {form("grant_type=", "assertion="+good()), nil, 400, "invalid_request"},
		"password":             {form("grant_type=password", "username=havbris", "password=x"), nil, 400, "unsupported_grant_type"},
		"client_credentials":   {form("grant_type=client_credentials"), nil, 400, "unsupported_grant_type"},
		"no assertion":         {form(grant), nil, 400, "invalid_request"},
		"two assertions":       {form(grant, "assertion="+good(), "assertion="+good()), nil, 400, "invalid_request"},
		"two grant types":      {form(grant, grant, "assertion="+good()), nil, 400, "invalid_request"},
		"two of no moment":     {form(grant, "assertion="+good(), "a=1", "a=2"), nil, 400, "invalid_request"},
		"in the address":       {form(grant, "assertion="+good()), func(r *http.Request) { r.URL.RawQuery = "scope=instances.read" }, 400, "invalid_request"},
		"JSON":                 {`{"grant_type":"x"}`, func(r *http.Request) { r.Header.Set("Content-Type", "application/json") }, 400, "invalid_request"},
		"multipart":            {form(grant), func(r *http.Request) { r.Header.Set("Content-Type", "multipart/form-data; boundary=x") }, 400, "invalid_request"},
		"no type":              {form(grant), func(r *http.Request) { r.Header.Del("Content-Type") }, 400, "invalid_request"},
		"compressed":           {form(grant), func(r *http.Request) { r.Header.Set("Content-Encoding", "gzip") }, 400, "invalid_request"},
		"a bad escape":         {form(grant, "assertion=%zz"), nil, 400, "invalid_request"},
		"semicolons":           {grant + ";assertion=" + good(), nil, 400, "invalid_request"},
		"a huge body":          {form(grant, "assertion="+strings.Repeat("a", 65<<10)), nil, 413, "invalid_request"},
		"a huge assertion":     {form(grant, "assertion="+strings.Repeat("a", 33<<10)), nil, 400, "invalid_grant"},
		"thousand parameters":  {form(grant) + strings.Repeat("&a=", 1000), nil, 400, "invalid_request"},
		"an assertion of dots": {form(grant, "assertion="+strings.Repeat(".", 30<<10)), nil, 400, "invalid_grant"},
	} {
		got := g.post(c.body, c.change)
		if got.status != c.status || got.Error != c.code {
			t.Errorf("%s: %d %s", name, got.status, got.body)
		}
		checkRefusal(t, name, got)
	}
	w := httptest.NewRecorder()
	g.handler.ServeHTTP(w, httptest.NewRequest(http.MethodGet, oauth.TokenPath+"?"+form(grant, "assertion="+good()), nil))
	if w.Code != http.StatusMethodNotAllowed || w.Header().Get("Allow") == "" {
		t.Errorf("GET: %d %v", w.Code, w.Header())
	}
}

// checkRefusal: descriptions have the characters of RFC 6749 §5.2, and nothing of
// a refusal is kept by caches.
func checkRefusal(t *testing.T, name string, a answer) {
	t.Helper()
	if a.status == http.StatusOK {
		return
	}
	for _, r := range a.Description {
		if r < 0x20 || r > 0x7e || r == '"' || r == '\\' {
			t.Errorf("%s: %q in the description %q", name, r, a.Description)
		}
	}
	if a.Description == "" || a.Token != "" || a.header.Get("Cache-Control") != "no-store" {
		t.Errorf("%s: %s %v", name, a.body, a.header)
	}
}

// TestRates: those who come too often are told when to come back.
func TestRates(t *testing.T) {
	for _, who := range []string{"address 192.0.2.1", "enterprise:7"} {
		g := newGateway(t, 100)
		h := newHolder(t, newRSA(t, 2048), "Havbris")
		g.register("havbris", h)
		g.limited[who] = 1500 * time.Millisecond
		got := g.ask(g.sign(h, jose.RS256, g.claims(nil)))
		if got.status != http.StatusTooManyRequests || got.header.Get("Retry-After") != "2" || got.Error != "temporarily_unavailable" {
			t.Errorf("%s: %d %s %v", who, got.status, got.body, got.header)
		}
		if line := g.audited(); line["decision"] != "denied" || line["code"] != "temporarily_unavailable" {
			t.Errorf("%s: audit %v", who, line)
		}
	}
}

// TestFailures: what is our fault is no refusal.
func TestFailures(t *testing.T) {
	g := newGateway(t, 100)
	h := newHolder(t, newRSA(t, 2048), "Havbris")
	g.register("havbris", h)
	assertion := g.sign(h, jose.RS256, g.claims(nil))
	g.broken = &rest.Error{Kind: rest.Internal, Detail: "x"}
	if got := g.ask(assertion); got.status != http.StatusInternalServerError || got.Error != "" || !strings.Contains(got.body, "errorId") {
		t.Errorf("%d %s", got.status, got.body)
	}
	g.broken = &rest.Error{Kind: rest.Unavailable, Detail: "x", RetryAfter: 5 * time.Second}
	if got := g.ask(assertion); got.status != http.StatusServiceUnavailable || got.Error != "temporarily_unavailable" || got.header.Get("Retry-After") != "5" {
		t.Errorf("%d %s %v", got.status, got.body, got.header)
	}
	g.broken = nil
	if got := g.ask(assertion); got.status != http.StatusOK {
		t.Errorf("a failure uses an assertion up: %s", got.body)
	}
}

// TestMetadata is RFC 8414 §3.2.
func TestMetadata(t *testing.T) {
	g := newGateway(t, 100)
	for _, method := range []string{http.MethodGet, http.MethodHead} {
		w := httptest.NewRecorder()
		g.handler.ServeHTTP(w, httptest.NewRequest(method, oauth.MetadataPath, nil))
		if w.Code != http.StatusOK || w.Header().Get("Content-Type") != "application/json" {
			t.Fatalf("%s: %d %v", method, w.Code, w.Header())
		}
		documented.Check(t, apitest.Exchange{Method: method, Path: oauth.MetadataPath, Response: w.Result(), Content: w.Body.Bytes()})
		var got map[string]any
		if err := json.Unmarshal(w.Body.Bytes(), &got); err != nil {
			t.Fatal(err)
		}
		want := map[string]any{
			"issuer": issuerName, "token_endpoint": issuerName + "/token", "grant_types_supported": []any{grantType}, "response_types_supported": []any{},
			"token_endpoint_auth_methods_supported": []any{"none"}, "scopes_supported": []any{"instances.read", "instances.write"},
			"service_documentation": issuerName + "/token/openapi.yaml",
		}
		if d := cmp.Diff(want, got); d != "" {
			t.Error(d)
		}
	}
	tag := ""
	for _, want := range []int{http.StatusOK, http.StatusNotModified} {
		w, r := httptest.NewRecorder(), httptest.NewRequest(http.MethodGet, oauth.DocumentPath, nil)
		r.Header.Set("If-None-Match", tag)
		g.handler.ServeHTTP(w, r)
		if w.Code != want || want == http.StatusOK && !strings.HasPrefix(w.Body.String(), "openapi: 3.1") {
			t.Errorf("%d %.40q", w.Code, w.Body)
		}
		tag = w.Header().Get("ETag")
		documented.Check(t, apitest.Exchange{Method: http.MethodGet, Path: oauth.DocumentPath, Response: w.Result()})
	}
	if g.log.Len() != 0 {
		t.Errorf("the audit tells of what decides nothing: %s", &g.log)
	}
	if o := fmt.Sprint(g.observed[0].Operation, g.observed[0].Status); o != "getAuthorizationServer200" {
		t.Error(o)
	}
}
