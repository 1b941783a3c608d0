package gateway

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"

	"overgang/cmd/overgang/config"
	"overgang/rest"
	"overgang/rest/api/oauth"
	"overgang/rest/api/token"
	"overgang/rest/core"
	"overgang/soap/soaptest"
)

// assertion is a JWT of the enterprise's, for the user's own name.
func assertion(t *testing.T, c soaptest.Certificate, aud string) string {
	t.Helper()
	s, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.RS256, Key: c.Key},
		(&jose.SignerOptions{}).WithHeader("x5c", []string{base64.StdEncoding.EncodeToString(c.Cert.Raw)}))
	if err != nil {
		t.Fatal(err)
	}
	now := time.Now().Unix()
	text, err := jwt.Signed(s).Claims(map[string]any{"iss": "eksempel", "aud": aud, "iat": now, "exp": now + 60, "jti": rand.Text(),
		"scope": "instances.read instances.write"}).Serialize()
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// granted asks for a token, and returns the answer.
func granted(t *testing.T, g *Gateway, assertion string) (status int, token, body string) {
	t.Helper()
	res, err := http.PostForm(g.Server("plain").URL()+oauth.TokenPath,
		url.Values{"grant_type": {"urn:ietf:params:oauth:grant-type:jwt-bearer"}, "assertion": {assertion}})
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	var answer struct {
		Token string `json:"access_token"`
	}
	_ = json.Unmarshal(text, &answer) // what is no JSON has no token
	return res.StatusCode, answer.Token, string(text)
}

// TestTokenByCertificate: the enterprise of EC2 reads over HTTP with a token that
// it got by its certificate, as long as it stands; the audit has who it was.
func TestTokenByCertificate(t *testing.T) {
	g := serveEnterprise(t, func(c *config.Config) { c.Tokens.Issuer = "https://gateway.example.org" })
	client, file := enterprise(t)
	status, metadata := ask(t, g, "plain", "GET", oauth.MetadataPath)
	if status != 200 || !strings.Contains(metadata, `"token_endpoint":"`+g.Server("plain").URL()+`/token"`) || !strings.Contains(metadata, `"issuer":"https://gateway.example.org"`) {
		t.Errorf("%d %s", status, metadata)
	}
	status, raw, body := granted(t, g, assertion(t, client, "https://gateway.example.org"))
	if status != 200 || raw == "" {
		t.Fatalf("%d %s", status, body)
	}
	read := func(raw string) int {
		t.Helper()
		status, _ := ask(t, g, "plain", "GET", "/storage/instances", "Authorization", "Bearer "+raw)
		return status
	}
	if status := read(raw); status != 200 {
		t.Errorf("read: %d", status)
	}
	admin, err := core.NewAdmin(core.AdminConfig{Store: g.Storage().Store, Secret: g.Storage().Secret})
	if err != nil {
		t.Fatal(err)
	}
	bare, _, err := g.Issuer().Issue(token.Grant{Enterprise: 1})
	if err != nil {
		t.Fatal(err)
	}
	thumbprint := rest.ThumbprintOf(client.Cert.Raw).String()
	for _, c := range []struct {
		what           string
		change         func() error
		byIt, without  int // status with the token by certificate, and with the other
		mayAsk         bool
		refusedInWords string
	}{
		{"disabled", func() error { return admin.SetEnterpriseDisabled(t.Context(), "eksempel", true) }, 401, 401, false, "invalid_grant"},
		{"enabled", func() error { return admin.SetEnterpriseDisabled(t.Context(), "eksempel", false) }, 200, 200, true, ""},
		{"without the certificate", func() error { return admin.RemoveCertificate(t.Context(), "eksempel", thumbprint) }, 401, 200, false, "invalid_grant"},
		{"with it again", func() error {
			_, err := admin.AddCertificate(t.Context(), "eksempel", core.NewCertificate{File: file, OtherOrganisation: true})
			return err
		}, 200, 200, true, ""},
		{"removed", func() error { return admin.RemoveEnterprise(t.Context(), "eksempel") }, 401, 401, false, "invalid_grant"},
	} {
		if err := c.change(); err != nil {
			t.Fatal(err)
		}
		if err := g.Refresh(t.Context()); err != nil {
			t.Fatal(err)
		}
		if got := read(raw); got != c.byIt {
			t.Errorf("%s: %d with the token by certificate, want %d", c.what, got, c.byIt)
		}
		if got := read(bare.Reveal()); got != c.without {
			t.Errorf("%s: %d with a token of the operator's, want %d", c.what, got, c.without)
		}
		status, _, body := granted(t, g, assertion(t, client, "https://gateway.example.org"))
		if (status == 200) != c.mayAsk || !strings.Contains(body, c.refusedInWords) {
			t.Errorf("%s: a new token: %d %s", c.what, status, body)
		}
	}
	_, figures := ask(t, g, "admin", "GET", "/metrics")
	for _, want := range []string{
		`overgang_requests_total{flavour="",operation="issueToken",outcome="ok",service="rest"} 3`,
		`overgang_requests_total{flavour="",operation="issueToken",outcome="invalid_grant",service="rest"} 3`,
		`overgang_security_replays_kept{kind="assertion"} 3`,
	} {
		if !strings.Contains(figures, want) {
			t.Errorf("no %s in the figures:\n%s", want, strings.Join(grep(figures, "issueToken", "replays_kept"), "\n"))
		}
	}
	if status, page := ask(t, g, "plain", "GET", "/docs/token"); status != 200 || !strings.Contains(page, "issueToken") && !strings.Contains(page, "/token") {
		t.Errorf("the page: %d", status)
	}
}

// TestNoTokensByCertificate: the operator may do without.
func TestNoTokensByCertificate(t *testing.T) {
	g := serveEnterprise(t, func(c *config.Config) { c.Tokens.Enterprise = false })
	client, _ := enterprise(t)
	if status, _, body := granted(t, g, assertion(t, client, "overgang")); status != 404 {
		t.Errorf("%d %s", status, body)
	}
	if status, _ := ask(t, g, "plain", "GET", oauth.MetadataPath); status != 404 {
		t.Errorf("metadata: %d", status)
	}
	if status, _ := ask(t, g, "plain", "GET", "/docs/token"); status != 404 {
		t.Errorf("page: %d", status)
	}
}

// TestTokenRequestsAreLimited: of one address, whoever it says it is.
func TestTokenRequestsAreLimited(t *testing.T) {
	g := serveEnterprise(t, func(c *config.Config) { c.Security.TokenRequests = 3 })
	client, _ := enterprise(t)
	for n, want := range []int{400, 400, 200, 429} {
		text := "x"
		if n >= 2 {
			text = assertion(t, client, "overgang")
		}
		if status, _, body := granted(t, g, text); status != want {
			t.Errorf("request %d: %d %s", n+1, status, body)
		}
	}
}

// TestTokensOverRegisteredConnections: where EC2 takes calls only over connections
// with a registered certificate, so does the token endpoint.
func TestTokensOverRegisteredConnections(t *testing.T) {
	g := serveEnterprise(t, func(c *config.Config) {
		c.Listen.ClientCertificates, c.Listen.ClientCertificateHeader = config.RegisteredCertificates, "Client-Cert"
		c.Listen.TrustedProxies = []config.Network{{Prefix: netip.MustParsePrefix("127.0.0.1/32")}}
	})
	client, _ := enterprise(t)
	if status, _, body := granted(t, g, assertion(t, client, "overgang")); status != 403 {
		t.Errorf("without: %d %s", status, body)
	}
	form := url.Values{"grant_type": {"urn:ietf:params:oauth:grant-type:jwt-bearer"}, "assertion": {assertion(t, client, "overgang")}}
	r, err := http.NewRequest(http.MethodPost, g.Server("plain").URL()+oauth.TokenPath, strings.NewReader(form.Encode()))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("X-Forwarded-Proto", "https")
	r.Header.Set("Client-Cert", ":"+base64.StdEncoding.EncodeToString(client.Cert.Raw)+":")
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	res.Body.Close()
	if res.StatusCode != 200 {
		t.Errorf("with: %s", res.Status)
	}
}

// TestTokensOfTrustedCertificates: a token goes when trust in its certificate does.
func TestTokensOfTrustedCertificates(t *testing.T) {
	client, _ := enterprise(t)
	caller := rest.Caller{System: rest.EnterpriseID(1).System(), Certificate: rest.ThumbprintOf(client.Cert.Raw).String()}
	trusting := serveEnterprise(t, func(*config.Config) {})
	if err := trusting.trusted(t.Context(), caller); err != nil {
		t.Error(err)
	}
	if err := trusting.trusted(t.Context(), rest.Caller{Person: 1}); err != nil {
		t.Errorf("a person: %v", err)
	}
	if status, _, body := granted(t, trusting, assertion(t, client, "overgang")); status != 200 {
		t.Errorf("trusted: %d %s", status, body)
	}
	other := serveEnterprise(t, func(c *config.Config) { c.Security.Trust.Anchors = nil })
	for name, c := range map[string]struct {
		of          *Gateway
		certificate string
	}{
		"no authority is trusted": {other, caller.Certificate},
		"another certificate":     {trusting, strings.Repeat("ab", 32)},
		"no thumbprint":           {trusting, "abc"},
	} {
		err := c.of.trusted(t.Context(), rest.Caller{System: caller.System, Certificate: c.certificate})
		if err == nil || rest.KindOf(err) != rest.Unauthenticated {
			t.Errorf("%s: %v", name, err)
		}
	}
	if status, _, body := granted(t, other, assertion(t, client, "overgang")); status != 400 || !strings.Contains(body, "invalid_grant") {
		t.Errorf("not trusted: %d %s", status, body)
	}
}

// TestTokenAudit: one line a request, without what was given for a name.
func TestTokenAudit(t *testing.T) {
	log := &logBuffer{}
	c := config.Default()
	c.Data, c.Listen.Plain.Address, c.Listen.Admin.Address = t.TempDir(), "127.0.0.1:0", "127.0.0.1:0"
	g, err := Open(t.Context(), Options{Config: c, Version: "test", Logger: slog.New(slog.NewTextHandler(log, nil)), Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	g.Serve(func(err error) { t.Error(err) })
	client, _ := enterprise(t)
	status, _, body := granted(t, g, assertion(t, client, "overgang"))
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	if err := g.Stop(ctx); err != nil {
		t.Error(err)
	}
	if status != 400 {
		t.Errorf("%d %s", status, body)
	}
	lines := grep(log.String(), "msg=access")
	want := fmt.Sprintf("signer=%s", rest.ThumbprintOf(client.Cert.Raw))
	if len(lines) != 1 || !strings.Contains(lines[0], "decision=denied") || !strings.Contains(lines[0], want) ||
		!strings.Contains(lines[0], "operation=issueToken") || !strings.Contains(lines[0], "not registered") {
		t.Errorf("audit: %q, want one with %s", lines, want)
	}
	if strings.Contains(log.String(), "eksempel") {
		t.Error("the log has the name that was given")
	}
}
