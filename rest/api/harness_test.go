package api_test

import (
	"bytes"
	"context"
	"crypto"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/getkin/kin-openapi/routers/gorillamux"

	"overgang/rest"
	"overgang/rest/api"
	"overgang/rest/api/apitest"
	"overgang/rest/api/token"
)

// gateway is the API on a real listener, over some core.
type gateway struct {
	t      *testing.T
	url    string
	core   *fake // nil over another core
	logs   *syncBuffer
	issuer *token.Issuer
	now    time.Time
	grant  func(...rest.Right) // what the person may do for the company; nil over the fake
}

const (
	appsURL     = "https://apps.example.org"
	platformURL = "https://platform.example.org"
)

// newGateway starts the API over a fake; change may alter the configuration.
func newGateway(t *testing.T, change ...func(*api.Config)) *gateway {
	t.Helper()
	f := newFake()
	g := serve(t, f, change...)
	g.core = f
	return g
}

func serve(t *testing.T, core api.Core, change ...func(*api.Config)) *gateway {
	t.Helper()
	g := &gateway{t: t, logs: &syncBuffer{}, now: time.Date(2026, 3, 1, 13, 0, 0, 0, time.UTC)}
	now := func() time.Time { return g.now }
	key, err := token.NewKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	var ids sync.Mutex
	last := 0
	newID := func() string { ids.Lock(); defer ids.Unlock(); last++; return "id-" + strconv.Itoa(last) }
	g.issuer, err = token.NewIssuer(token.IssuerConfig{Key: key, Issuer: "iss", Audience: "aud", Now: now, NewID: newID})
	if err != nil {
		t.Fatal(err)
	}
	verifier, err := token.NewVerifier(token.VerifierConfig{Keys: []crypto.PublicKey{g.issuer.Public()}, Issuer: "iss", Audience: "aud", Now: now})
	if err != nil {
		t.Fatal(err)
	}
	c := api.Config{
		Core: core, Tokens: verifier, AppsURL: appsURL, PlatformURL: platformURL + "/",
		Secret: bytes.Repeat([]byte{1}, 32), Rand: rand.Reader, Now: now, NewID: newID,
		Logger: slog.New(slog.NewTextHandler(g.logs, &slog.HandlerOptions{Level: slog.LevelDebug})),
		Limits: api.Limits{JSON: 64 << 10, Create: 8 << 20, Elements: 5},
	}
	for _, f := range change {
		f(&c)
	}
	h, err := api.New(c)
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(h)
	t.Cleanup(server.Close)
	g.url = server.URL
	return g
}

func (g *gateway) token(grant token.Grant) string {
	g.t.Helper()
	raw, _, err := g.issuer.Issue(grant)
	if err != nil {
		g.t.Fatal(err)
	}
	return raw.Reveal()
}

// Who makes a request.
var (
	asUser      = token.Grant{Party: person}
	asOwner     = token.Grant{Owner: "ttd"}
	asOther     = token.Grant{Owner: "nav"}
	asNobody    = token.Grant{}
	asReader    = token.Grant{Party: person, Scopes: []string{rest.ScopeRead}}
	asScopeless = token.Grant{Party: person, Scopes: []string{}}
)

// call is one request.
type call struct {
	method, path string
	as           token.Grant
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
	r, err := http.NewRequestWithContext(g.t.Context(), c.method, g.url+c.path, strings.NewReader(c.body))
	if err != nil {
		g.t.Fatal(err)
	}
	if c.body == "" {
		r.Body = http.NoBody
	}
	for name, values := range c.header {
		r.Header[name] = values
	}
	if c.as.Party != 0 || c.as.Owner != "" {
		r.Header.Set("Authorization", "Bearer "+g.token(c.as))
	}
	answered := func(int) {}
	if !c.unlisted {
		raw := strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ")
		send := apitest.Bearer(g.t, g.url, raw)
		answered = strangersDocument.Breaches(g.t, apitest.Request{Method: c.method, Path: c.path, Header: c.header, Body: c.body}, func(r apitest.Request) (int, []byte) {
			status, content := send(r)
			checkCode(g.t, status, content)
			return status, content
		})
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
	answered(response.StatusCode)
	if !c.unlisted {
		checkExchange(g.t, c, response, body)
	}
	if response.Header.Get("Content-Type") == "application/problem+json" && c.method != http.MethodHead {
		checkCode(g.t, response.StatusCode, body)
	}
	return answer{response, body}
}

// document is openapi.yaml with a router over it, read once.
var document = sync.OnceValues(func() (routers.Router, error) {
	text, err := os.ReadFile("openapi.yaml")
	if err != nil {
		return nil, err
	}
	doc, err := openapi3.NewLoader().LoadFromData(text)
	if err != nil {
		return nil, err
	}
	if err := doc.Validate(context.Background()); err != nil {
		return nil, err
	}
	spec = doc
	return gorillamux.NewRouter(doc)
})

// spec is the document behind [document].
var spec *openapi3.T

// covered holds "operationId status" of every exchange of the run.
var covered sync.Map

// shownCodes holds the codes of every problem of the run.
var shownCodes sync.Map

// TestMain runs everything, and then fails if the document promises a status,
// or codes.go a code, that no exchange has shown. It asks that of whole runs only.
func TestMain(m *testing.M) {
	code := m.Run()
	if code == 0 && apitest.Whole() {
		for _, op := range operations() {
			for status := range op.Responses.Map() {
				if _, ok := covered.Load(op.OperationID + " " + status); !ok {
					fmt.Printf("no test shows %s answering %s\n", op.OperationID, status)
					code = 1
				}
			}
		}
		for _, hole := range strangersDocument.Unrefused() {
			fmt.Println(hole)
			code = 1
		}
		for c := range listed {
			if _, ok := shownCodes.Load(c); !ok {
				fmt.Printf("no test shows the code %s\n", c)
				code = 1
			}
		}
	}
	os.Exit(code)
}

// operation is one operation of the document.
type operation struct {
	*openapi3.Operation
	method, path string
}

// operations lists the document's operations in the order of their paths.
func operations() []operation {
	if _, err := document(); err != nil {
		panic(err)
	}
	var all []operation
	for _, path := range spec.Paths.InMatchingOrder() {
		for method, op := range spec.Paths.Value(path).Operations() {
			all = append(all, operation{op, method, path})
		}
	}
	return all
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
	r := httptest.NewRequest(method, c.path, strings.NewReader(c.body))
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

// checkCode holds a problem against the list of codes.
func checkCode(t *testing.T, status int, body []byte) {
	t.Helper()
	var p api.Problem
	if err := json.Unmarshal(body, &p); err != nil {
		t.Errorf("%v: %s", err, body)
	}
	if !slices.Contains(listed[p.Code], status) {
		t.Errorf("code %q with status %d is not in codes.go", p.Code, status)
	}
	shownCodes.Store(p.Code, true)
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
	var p api.Problem
	a.json(t, &p)
	if kind := a.Header.Get("Content-Type"); kind != "application/problem+json" || p.Status != status || p.Code != code || p.Type != "urn:overgang:problem:"+code {
		t.Errorf("%s %+v, want code %q", kind, p, code)
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

var asJSON = header("Content-Type", "application/json")

// create makes an instance of the demo application with one form.
func (g *gateway) create(owner rest.PartyID) api.Instance {
	g.t.Helper()
	a := g.do(call{method: http.MethodPost, path: "/ttd/melding/instances", as: asUser, header: asJSON,
		body: `{"instanceOwnerId":"` + strconv.Itoa(int(owner)) + `","data":[{"formId":"default","content":"PG1lbGRpbmcvPg==","fileName":"m.xml"}]}`})
	a.want(g.t, http.StatusCreated, "")
	var i api.Instance
	a.json(g.t, &i)
	return i
}

const formText = "<melding/>" // what create puts in

// syncBuffer is a buffer that a server writes to while a test reads.
type syncBuffer struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (b *syncBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.Write(p)
}

func (b *syncBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.String()
}
