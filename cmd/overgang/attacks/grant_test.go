package attacks

import (
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"
)

const jwtGrant = "urn:ietf:params:oauth:grant-type:jwt-bearer"

// assertion is a JWT that the client signs for a token; nil takes a claim away.
func (e *enterprise) assertion(t *testing.T, change map[string]any) string {
	t.Helper()
	now := time.Now().Unix()
	claims := map[string]any{"iss": e.user, "aud": "overgang", "iat": now, "exp": now + 100, "jti": rand.Text(), "scope": "instances.read instances.write"}
	maps.Copy(claims, change)
	maps.DeleteFunc(claims, func(_ string, v any) bool { return v == nil })
	s, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.RS256, Key: e.key},
		(&jose.SignerOptions{}).WithHeader("x5c", []string{base64.StdEncoding.EncodeToString(e.der)}))
	if err != nil {
		t.Fatal(err)
	}
	text, err := jwt.Signed(s).Claims(claims).Serialize()
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// grant asks for a token.
func (e *enterprise) grant(t *testing.T, assertion string) answer {
	t.Helper()
	u, err := url.Parse(e.url)
	if err != nil {
		t.Fatal(err)
	}
	begun := time.Now()
	res, err := http.PostForm(u.Scheme+"://"+u.Host+"/token", url.Values{"grant_type": {jwtGrant}, "assertion": {assertion}})
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer{status: res.StatusCode, header: res.Header, body: string(text), took: time.Since(begun)}
}

// token is the one that an answer has.
func (a answer) token() string {
	var got struct {
		Token string `json:"access_token"`
	}
	_ = json.Unmarshal([]byte(a.body), &got) // no JSON, no token
	return got.Token
}

// reads is the status of a list over HTTP with a token.
func (g *gateway) reads(t *testing.T, token string) int {
	t.Helper()
	req, err := http.NewRequest(http.MethodGet, g.env["OVERGANG_URL"]+"/storage/instances?size=1", nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+token)
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	res.Body.Close()
	return res.StatusCode
}

// TestAssertions: who has no key of the enterprise user's, or has used what it
// signed, gets no token, and is told the same.
func TestAssertions(t *testing.T) {
	g := startGateway(t, build(t))
	mine := g.demoClient(t)
	other := &enterprise{url: mine.url, user: mine.user, der: (*authority)(nil).issue(t, bits2048, nil).Raw, key: bits2048}
	before := g.state(t)

	once := mine.assertion(t, nil)
	var wins []string
	var mu sync.Mutex
	var all sync.WaitGroup
	for range 8 { // at once
		all.Go(func() {
			if a := mine.grant(t, once); a.status == http.StatusOK {
				mu.Lock()
				defer mu.Unlock()
				wins = append(wins, a.token())
			}
		})
	}
	all.Wait()
	if len(wins) != 1 {
		t.Fatalf("one assertion got %d tokens", len(wins))
	}
	if status := g.reads(t, wins[0]); status != http.StatusOK {
		t.Errorf("the token reads: %d", status)
	}
	if status := g.reads(t, once); status != http.StatusUnauthorized {
		t.Errorf("an assertion as a token: %d", status)
	}

	texts := map[string][]string{}
	refused := func(what string, a answer) {
		t.Helper()
		if a.status != http.StatusBadRequest || !strings.Contains(a.body, `"invalid_grant"`) {
			t.Errorf("%s: HTTP %d %s", what, a.status, a.body)
		}
		texts[a.body] = append(texts[a.body], what)
	}
	g.overgang(t, "enterprise", "add", "annen", "--party", g.env["ORG"])
	refused("used before", mine.grant(t, once))
	refused("a self-made certificate", other.grant(t, other.assertion(t, nil)))
	refused("another user", mine.grant(t, mine.assertion(t, map[string]any{"iss": "annen"})))
	refused("an unknown user", mine.grant(t, mine.assertion(t, map[string]any{"iss": "ukjent"})))
	refused("a system", mine.grant(t, mine.assertion(t, map[string]any{"iss": g.env["SYSTEM_USER"]})))
	if a := mine.grant(t, wins[0]); a.status != http.StatusBadRequest {
		t.Errorf("a token as an assertion: %d %s", a.status, a.body)
	}

	g.overgang(t, "enterprise", "disable", mine.user)
	eventually(t, "the disabled user's token is refused", func() bool { return g.reads(t, wins[0]) == http.StatusUnauthorized })
	refused("disabled", mine.grant(t, mine.assertion(t, nil)))
	g.overgang(t, "enterprise", "enable", mine.user)
	eventually(t, "the enabled user's token is taken", func() bool { return g.reads(t, wins[0]) == http.StatusOK })
	eventually(t, "so is the enabled user's certificate", func() bool {
		a, err := mine.ask(make([]byte, 32))
		return err == nil && a.status == http.StatusOK
	})

	s := mine.open(t)
	for range 5 {
		if _, err := mine.call(s, mine.user, "feil passord"); err != nil {
			t.Fatal(err)
		}
	}
	refused("locked out", mine.grant(t, mine.assertion(t, nil)))
	if len(texts) != 1 {
		t.Errorf("refusals are told apart: %v", texts)
	}
	if after := g.state(t); after.panics != before.panics || after.instances != before.instances {
		t.Errorf("before %+v, after %+v", before, after)
	}
	for _, cause := range []string{"used before", "not registered", "not the enterprise user's", "disabled|not registered", "locked"} {
		eventually(t, "a line that tells of "+cause, func() bool { // lines are written soon after the answer
			return regexp.MustCompile(`"msg":"access","decision":"denied".*"operation":"issueToken".*(` + cause + `)`).MatchString(g.log.String())
		})
	}
	for _, secret := range []string{once, wins[0], "ukjent"} {
		if strings.Contains(g.log.String(), secret) {
			t.Errorf("the log has %.20s", secret)
		}
	}
}
