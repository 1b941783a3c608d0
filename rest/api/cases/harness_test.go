package cases_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/getkin/kin-openapi/routers/gorillamux"
	"github.com/google/uuid"

	"overgang/rest"
	"overgang/rest/api"
	"overgang/rest/api/cases"
	"overgang/rest/core"
	"overgang/rest/core/password"
	"overgang/rest/core/seed"
	"overgang/store/blobfs"
	"overgang/store/sqlstore"
)

const base = cases.Base

// state is what every test starts from. The numbers are synthetic.
const state = `
parties:
  - {orgNumber: "310000019", name: Prøve AS}
  - {orgNumber: "310000027", name: Annet AS}
persons:
  - {ssn: "01810100016", name: Kari Prøve, userName: kari, phone: "+4799999999", password: hemmelig-passord}
services:
  - app: ttd/melding
    code: "4501"
    edition: 1
    dataTypes: [{id: default, contentTypes: [application/xml], dataFormatId: "1000", dataFormatVersion: 1}]
  - app: nav/sak
    code: "4600"
    edition: 1
    dataTypes: [{id: default, dataFormatId: "1001", dataFormatVersion: 1}]
grants:
  - {person: "01810100016", party: "310000019", rights: [read, write]}
`

// everybody is a bearer token that is its caller's name.
type everybody map[string]rest.Caller

func (e everybody) Verify(_ context.Context, raw rest.Secret) (rest.Caller, error) {
	c, ok := e[raw.Reveal()]
	if !ok {
		return c, rest.Errorf(rest.Unauthenticated, "token-invalid", "Unknown.")
	}
	return c, nil
}

// gateway is the API over an embedded core of its own.
type gateway struct {
	t     *testing.T
	url   string
	core  *core.Core
	clock *clock
	kari  rest.PartyID
}

type clock struct {
	mu sync.Mutex
	at time.Time
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

func (c *clock) add(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(d)
}

func newGateway(t *testing.T) *gateway {
	t.Helper()
	g := &gateway{t: t, clock: &clock{at: time.Date(2026, 11, 22, 10, 0, 0, 0, time.UTC)}}
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	dir := t.TempDir()
	db, err := sqlstore.Open(t.Context(), sqlstore.Options{Path: filepath.Join(dir, "overgang.db")})
	must(err)
	t.Cleanup(func() { db.Close() })
	blobs, err := blobfs.Open(filepath.Join(dir, "blobs"))
	must(err)
	const secret = rest.Secret("a secret of at least thirty-two bytes")
	cheap := password.Params{Memory: 64, Time: 1, Threads: 1}
	admin, err := core.NewAdmin(core.AdminConfig{Store: db, Secret: secret, Now: g.clock.now, PasswordCost: cheap})
	must(err)
	f, err := seed.Parse("state.yaml", []byte(state))
	must(err)
	_, err = f.Apply(t.Context(), admin)
	must(err)
	g.core, err = core.New(core.Config{Store: db, Blobs: blobs, Secret: secret, Now: g.clock.now, PasswordCost: cheap})
	must(err)
	t.Cleanup(func() { g.core.Close() })
	kari, err := g.core.Party(t.Context(), rest.PartyRef{SSN: "01810100016"})
	must(err)
	g.kari = kari.ID
	scopes := []string{rest.ScopeRead, rest.ScopeWrite}
	c := cases.Config{Core: g.core, API: api.Config{
		Core: g.core, AppsURL: "https://apps.example.org", PlatformURL: "https://platform.example.org",
		Tokens: everybody{
			"kari":   {Person: kari.ID, Scopes: scopes},
			"reader": {Person: kari.ID, Scopes: scopes[:1]},
			"writer": {Person: kari.ID, Scopes: scopes[1:]},
			"ttd":    {Owner: "ttd", Scopes: append(scopes, rest.ScopeOwner)},
			"nav":    {Owner: "nav", Scopes: append(scopes, rest.ScopeOwner)},
		},
		Secret: bytes.Repeat([]byte{1}, 32), Rand: rand.Reader, Now: g.clock.now, NewID: uuid.NewString, Logger: slog.New(slog.DiscardHandler),
		Limits: api.Limits{JSON: 4 << 20, Element: 4 << 20, Create: 8 << 20, Elements: 5},
	}}
	h, err := cases.New(c)
	must(err)
	server := httptest.NewServer(h)
	t.Cleanup(server.Close)
	g.url = server.URL
	return g
}

// call is one request, with its path below the API's base.
type call struct {
	method, path string
	as           string
	header       http.Header
	body         string
	unlisted     bool // the document has no such operation: don't check the exchange
}

// answer is what came back.
type answer struct {
	*http.Response
	body []byte
}

// do sends a request, and checks the exchange against the document.
func (g *gateway) do(c call) answer {
	g.t.Helper()
	if c.method == "" {
		c.method = http.MethodGet
	}
	r, err := http.NewRequestWithContext(g.t.Context(), c.method, g.url+base+c.path, strings.NewReader(c.body))
	if err != nil {
		g.t.Fatal(err)
	}
	if c.header == nil && strings.HasPrefix(c.body, "{") {
		c.header = header("Content-Type", "application/json")
	}
	for name, values := range c.header {
		r.Header[name] = values
	}
	if c.as != "" {
		r.Header.Set("Authorization", "Bearer "+c.as)
	}
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		g.t.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		g.t.Fatal(err)
	}
	if !c.unlisted {
		checkExchange(g.t, c, response, body)
	}
	return answer{response, body}
}

// want fails unless the answer has the status, and for problems the code.
func (a answer) want(t *testing.T, status int, code string) answer {
	t.Helper()
	if a.StatusCode != status {
		t.Fatalf("status %d, want %d: %s", a.StatusCode, status, a.body)
	}
	if status < 400 {
		return a
	}
	var p cases.Problem
	a.json(t, &p)
	if p.Status != status || p.Code != code {
		t.Errorf("%+v, want code %q", p, code)
	}
	return a
}

func (a answer) json(t *testing.T, into any) {
	t.Helper()
	if err := json.Unmarshal(a.body, into); err != nil {
		t.Fatalf("%v: %s", err, a.body)
	}
}

// header makes a header from pairs.
func header(pairs ...string) http.Header {
	h := http.Header{}
	for i := 0; i < len(pairs); i += 2 {
		h.Add(pairs[i], pairs[i+1])
	}
	return h
}

// document is openapi.yaml with a router over it, read once.
var document = sync.OnceValues(func() (routers.Router, error) {
	text, err := os.ReadFile("openapi.yaml")
	if err != nil {
		return nil, err
	}
	if spec, err = openapi3.NewLoader().LoadFromData(text); err != nil {
		return nil, err
	}
	if err := spec.Validate(context.Background()); err != nil {
		return nil, err
	}
	return gorillamux.NewRouter(spec)
})

// spec is the document behind [document].
var spec *openapi3.T

// covered holds "operationId status" of every exchange of the run.
var covered sync.Map

// elsewhere are statuses that every face answers alike, in one way: rest/api's
// tests show them.
var elsewhere = map[string]bool{"429": true, "500": true, "503": true}

// TestMain runs everything, and then fails if the document promises a status
// that no exchange has shown. It asks that of whole runs only.
func TestMain(m *testing.M) {
	code := m.Run()
	if filter := flag.Lookup("test.run"); code == 0 && filter.Value.String() == "" {
		if _, err := document(); err != nil {
			panic(err)
		}
		for _, path := range spec.Paths.InMatchingOrder() {
			for _, op := range spec.Paths.Value(path).Operations() {
				for status := range op.Responses.Map() {
					if _, ok := covered.Load(op.OperationID + " " + status); !ok && !elsewhere[status] {
						fmt.Printf("no test shows %s answering %s\n", op.OperationID, status)
						code = 1
					}
				}
			}
		}
	}
	os.Exit(code)
}

// checkExchange holds a request that was accepted, and every answer, against
// the document: no undocumented status, header or field.
func checkExchange(t *testing.T, c call, response *http.Response, body []byte) {
	t.Helper()
	router, err := document()
	if err != nil {
		t.Fatal(err)
	}
	method := c.method
	if method == http.MethodHead {
		method = http.MethodGet
	}
	r := httptest.NewRequest(method, base+c.path, strings.NewReader(c.body))
	for name, values := range c.header {
		r.Header[name] = values
	}
	route, params, err := router.FindRoute(r)
	if err != nil {
		t.Fatalf("%s %s is not in the document: %v", c.method, c.path, err)
	}
	covered.Store(route.Operation.OperationID+" "+strconv.Itoa(response.StatusCode), true)
	options := &openapi3filter.Options{
		AuthenticationFunc: openapi3filter.NoopAuthenticationFunc, IncludeResponseStatus: true, MultiError: true,
		ExcludeRequestBody: !strings.HasPrefix(c.header.Get("Content-Type"), "application/json"),
	}
	in := &openapi3filter.RequestValidationInput{Request: r, PathParams: params, Route: route, Options: options}
	if response.StatusCode < 400 {
		if err := openapi3filter.ValidateRequest(t.Context(), in); err != nil {
			t.Errorf("%s %s was accepted against the document: %v", c.method, c.path, err)
		}
	}
	if c.method == http.MethodHead {
		return
	}
	out := &openapi3filter.ResponseValidationInput{RequestValidationInput: in, Status: response.StatusCode, Header: response.Header, Options: options}
	out.SetBodyBytes(body)
	if err := openapi3filter.ValidateResponse(t.Context(), out); err != nil {
		t.Errorf("%s %s: the answer is not the document's: %v\n%s", c.method, c.path, err, body)
	}
}
