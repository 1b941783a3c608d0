package wssc_test

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"overgang/soap/c14n"
	"overgang/soap/wss"
	"overgang/soap/wssc"
	"overgang/soap/xmltok"
)

const (
	testdata = "../../testdata/wssc"
	owner    = "0123456789abcdef0123456789abcdef01234567"
	other    = "ffffffffffffffffffffffffffffffffffffffff"
)

var (
	ctx  = context.Background()
	noon = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	site = wssc.Site{Address: "/Service.svc"}
	old  = wssc.Site{Address: "/Service.svc", Generation: wssc.Older}

	keyA, keyB, keyC = key('a'), key('b'), key('c')
)

func key(b byte) wss.Secret { return []byte(strings.Repeat(string(b), wssc.KeySize)) }

func ring(t testing.TB, keys ...wss.Secret) *wssc.Ring {
	t.Helper()
	r, err := wssc.NewRing(keys...)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// clock is a clock that stands.
type clock struct{ now time.Time }

func (c *clock) Now() time.Time { return c.now }

// chance is the same every time.
func chance() *rand.ChaCha8 { return rand.NewChaCha8([32]byte{1}) }

// gateway is an Authority, with a clock, at one site.
type gateway struct {
	*wssc.Endpoint
	clock *clock
}

func newGateway(t testing.TB, c wssc.Config, at wssc.Site) *gateway {
	t.Helper()
	g := &gateway{clock: &clock{noon}}
	if c.Now == nil {
		c.Now = g.clock.Now
	}
	if c.Ring == nil {
		c.Ring = ring(t, keyA)
	}
	a, err := wssc.New(c)
	if err != nil {
		t.Fatal(err)
	}
	if g.Endpoint, err = a.At(at); err != nil {
		t.Fatal(err)
	}
	return g
}

func parse(t testing.TB, text string) *c14n.Node {
	t.Helper()
	n, err := c14n.NewParser(nil).Parse([]byte(text), xmltok.Limits{})
	if err != nil {
		t.Fatalf("%v in %s", err, text)
	}
	return n
}

// find is the first element of that local name.
func find(n *c14n.Node, local string) *c14n.Node {
	if n.Name.Local == local {
		return n
	}
	for c := range n.Elements() {
		if found := find(c, local); found != nil {
			return found
		}
	}
	return nil
}

func text(n *c14n.Node) string {
	if n == nil {
		return ""
	}
	s, _ := n.Content()
	return s
}

const clientEntropy = "client entropy of 32 bytes......"

// rst is a token request with these elements beside the type.
func rst(kind wssc.Kind, inner string) string {
	return `<t:RequestSecurityToken xmlns:t="` + wssc.TrustSpace + `"><t:RequestType>` + wssc.TrustSpace + "/" + kind.String() + `</t:RequestType>` + inner + `</t:RequestSecurityToken>`
}

const sct = `<t:TokenType>http://schemas.xmlsoap.org/ws/2005/02/sc/sct</t:TokenType>`

func entropyOf(b string) string {
	return `<t:Entropy><t:BinarySecret>` + base64.StdEncoding.EncodeToString([]byte(b)) + `</t:BinarySecret></t:Entropy>`
}

var issueRequest = rst(wssc.Issue, sct+entropyOf(clientEntropy))

// token is what a client makes of an answer.
type token struct {
	identifier, instance, cookie string
	key                          []byte
	answer                       *c14n.Node
}

func (k token) xml() string {
	inner := `<c:Identifier>` + k.identifier + `</c:Identifier>`
	if k.instance != "" {
		inner += `<c:Instance>` + k.instance + `</c:Instance>`
	}
	if k.cookie != "" {
		inner += `<x:Cookie xmlns:x="` + wssc.CookieSpace + `">` + k.cookie + `</x:Cookie>`
	}
	return `<c:SecurityContextToken xmlns:c="http://schemas.xmlsoap.org/ws/2005/02/sc">` + inner + `</c:SecurityContextToken>`
}

// which is the reference to a token that soap/wss would find in a message.
func (k token) which(t testing.TB) wss.ContextReference {
	return wss.ContextReference{Identifier: k.identifier, Token: parse(t, k.xml())}
}

// read reads an answer as WS-Trust says.
func read(t testing.TB, r *wssc.Response, entropy string) token {
	t.Helper()
	n := parse(t, string(r.Append(nil)))
	k := token{identifier: text(find(n, "Identifier")), instance: text(find(n, "Instance")), cookie: text(find(n, "Cookie")), answer: n}
	secret, err := base64.StdEncoding.DecodeString(text(find(n, "BinarySecret")))
	if err != nil {
		t.Fatal(err)
	}
	k.key = secret
	if find(n, "ComputedKey") != nil {
		k.key = pSHA1([]byte(entropy), secret, 0, len(secret))
	}
	return k
}

// ask asks for a token.
func (g *gateway) ask(t testing.TB, kind wssc.Kind, request, who string) (token, error) {
	t.Helper()
	r, err := g.Answer(ctx, kind, parse(t, request), wssc.Caller{Certificate: who})
	if err != nil {
		return token{}, err
	}
	if kind == wssc.Cancel {
		return token{answer: parse(t, string(r.Append(nil)))}, nil
	}
	return read(t, r, clientEntropy), nil
}

func (g *gateway) issue(t testing.TB) token {
	t.Helper()
	k, err := g.ask(t, wssc.Issue, issueRequest, owner)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func (g *gateway) use(t testing.TB, k token) (*wss.Context, error) {
	t.Helper()
	return g.Context(ctx, k.which(t))
}

// codeOf is the code of a refusal, "" for none and "?" for another error.
func codeOf(err error) string {
	var refused *wss.Error
	switch {
	case err == nil:
		return ""
	case errors.As(err, &refused):
		return refused.Code.Prefix + ":" + refused.Code.Local
	}
	return "? " + err.Error()
}

const (
	badToken       = "wsc:BadContextToken"
	invalidRequest = "wst:InvalidRequest"
	requestFailed  = "wst:RequestFailed"
)

func wantCode(t testing.TB, what string, err error, want string) {
	t.Helper()
	if got := codeOf(err); got != want {
		t.Errorf("%s: got %q (%v), want %q", what, got, err, want)
	}
}

func file(t testing.TB, parts ...string) string {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(append([]string{testdata}, parts...)...))
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// scan reads the fields of a line.
func scan(t testing.TB, line string, into ...any) {
	t.Helper()
	if _, err := fmt.Sscan(line, into...); err != nil {
		t.Fatal(err)
	}
}

// clean is base64 without white space.
func clean(s string) string { return strings.Join(strings.Fields(s), "") }
