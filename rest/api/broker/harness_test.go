package broker_test

import (
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
	"sync/atomic"
	"testing"
	"time"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/getkin/kin-openapi/routers/gorillamux"
	"github.com/google/uuid"

	"overgang/rest"
	"overgang/rest/api"
	"overgang/rest/api/broker"
	"overgang/rest/core"
	"overgang/rest/core/password"
	"overgang/rest/core/seed"
	"overgang/store"
	"overgang/store/blobfs"
	"overgang/store/sqlstore"
)

// state is what every test starts from. The numbers are synthetic. Kari sends
// for the first organisation, Ola receives for the second, Eva for nobody.
const state = `
parties:
  - {orgNumber: "310000019", name: Prøve AS}
  - {orgNumber: "310000027", name: Annet AS}
persons:
  - {ssn: "01810100016", name: Kari Prøve, userName: kari, phone: "+4799999999", password: hemmelig-passord}
  - {ssn: "01810100288", name: Ola Prøve, userName: ola, phone: "+4799999998", password: hemmelig-passord}
  - {ssn: "01810100369", name: Eva Prøve, userName: eva, phone: "+4799999997", password: hemmelig-passord}
services:
  - app: ttd/filer
    code: "4600"
    edition: 1
    broker: {maxSize: 1000000, expiryDays: 2}
grants:
  - {person: "01810100016", party: "310000019", service: "4600", rights: [read, write]}
  - {person: "01810100288", party: "310000027", service: "4600", rights: [read]}
`

// everybody verifies a token that is its caller's name.
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
	dir   string
	core  *core.Core
	db    store.Store
	at    atomic.Int64 // the clock, in seconds after the start
	fails atomic.Pointer[error]
	fast  atomic.Bool // callers are too fast
}

func (g *gateway) now() time.Time {
	return time.Date(2026, 11, 22, 10, 0, 0, 0, time.UTC).Add(time.Duration(g.at.Load()) * time.Second)
}

// broken is a core that fails when it is told to.
type broken struct {
	*core.Core
	fails *atomic.Pointer[error]
}

func (b broken) fail() error {
	if e := b.fails.Load(); e != nil {
		return *e
	}
	return nil
}

func (b broken) Party(ctx context.Context, ref rest.PartyRef) (rest.Party, error) {
	if err := b.fail(); err != nil {
		return rest.Party{}, err
	}
	return b.Core.Party(ctx, ref)
}

func (b broken) InitiateTransfer(ctx context.Context, c rest.Caller, n rest.NewTransfer) (*rest.Transfer, error) {
	if err := b.fail(); err != nil {
		return nil, err
	}
	return b.Core.InitiateTransfer(ctx, c, n)
}

func (b broken) Transfer(ctx context.Context, c rest.Caller, id uuid.UUID) (*rest.Transfer, error) {
	if err := b.fail(); err != nil {
		return nil, err
	}
	return b.Core.Transfer(ctx, c, id)
}

func (b broken) TransferSteps(ctx context.Context, c rest.Caller, id uuid.UUID) (*rest.Transfer, []rest.TransferStep, error) {
	if err := b.fail(); err != nil {
		return nil, nil, err
	}
	return b.Core.TransferSteps(ctx, c, id)
}

func (b broken) Transfers(ctx context.Context, c rest.Caller, q rest.TransferQuery) (rest.TransferPage, error) {
	if err := b.fail(); err != nil {
		return rest.TransferPage{}, err
	}
	return b.Core.Transfers(ctx, c, q)
}

func (b broken) UploadTransfer(ctx context.Context, c rest.Caller, id uuid.UUID, o rest.TransferUploadOptions) (rest.TransferUpload, error) {
	if err := b.fail(); err != nil {
		return nil, err
	}
	return b.Core.UploadTransfer(ctx, c, id, o)
}

func (b broken) OpenTransfer(ctx context.Context, c rest.Caller, id uuid.UUID, p rest.PartyID) (*rest.Transfer, io.ReadSeekCloser, error) {
	if err := b.fail(); err != nil {
		return nil, nil, err
	}
	return b.Core.OpenTransfer(ctx, c, id, p)
}

func (b broken) ConfirmTransfer(ctx context.Context, c rest.Caller, id uuid.UUID, p rest.PartyID) (*rest.Transfer, error) {
	if err := b.fail(); err != nil {
		return nil, err
	}
	return b.Core.ConfirmTransfer(ctx, c, id, p)
}

func (b broken) CancelTransfer(ctx context.Context, c rest.Caller, id uuid.UUID) (*rest.Transfer, error) {
	if err := b.fail(); err != nil {
		return nil, err
	}
	return b.Core.CancelTransfer(ctx, c, id)
}

func (b broken) StartPartial(ctx context.Context, c rest.Caller, id uuid.UUID, n int64, o rest.TransferUploadOptions) (*rest.PartialUpload, error) {
	if err := b.fail(); err != nil {
		return nil, err
	}
	return b.Core.StartPartial(ctx, c, id, n, o)
}

func (b broken) PartialUpload(ctx context.Context, c rest.Caller, id uuid.UUID) (*rest.PartialUpload, error) {
	if err := b.fail(); err != nil {
		return nil, err
	}
	return b.Core.PartialUpload(ctx, c, id)
}

func (b broken) ContinuePartial(ctx context.Context, c rest.Caller, id uuid.UUID, at int64, whole bool) (rest.PartialPiece, error) {
	if err := b.fail(); err != nil {
		return nil, err
	}
	return b.Core.ContinuePartial(ctx, c, id, at, whole)
}

func (b broken) DropPartial(ctx context.Context, c rest.Caller, id uuid.UUID) error {
	if err := b.fail(); err != nil {
		return err
	}
	return b.Core.DropPartial(ctx, c, id)
}

const secret = rest.Secret("a secret of at least thirty-two bytes")

func newGateway(t *testing.T) *gateway {
	t.Helper()
	g := &gateway{t: t, dir: t.TempDir()}
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	var err error
	g.db, err = sqlstore.Open(t.Context(), sqlstore.Options{Path: filepath.Join(g.dir, "overgang.db")})
	must(err)
	t.Cleanup(func() { g.db.Close() })
	cheap := password.Params{Memory: 64, Time: 1, Threads: 1}
	admin, err := core.NewAdmin(core.AdminConfig{Store: g.db, Secret: secret, Now: g.now, PasswordCost: cheap})
	must(err)
	f, err := seed.Parse("state.yaml", []byte(state))
	must(err)
	_, err = f.Apply(t.Context(), admin)
	must(err)
	files, err := blobfs.Open(filepath.Join(g.dir, "blobs"))
	must(err)
	g.core, err = core.New(core.Config{Store: g.db, Blobs: files, Secret: secret, Now: g.now, PasswordCost: cheap,
		Transfers: core.TransferConfig{Every: 20 * time.Millisecond}})
	must(err)
	t.Cleanup(func() { g.core.Close() })
	callers := everybody{"scopeless": {Person: 1}}
	for _, name := range []string{"kari", "ola", "eva"} {
		p, err := admin.Party(t.Context(), rest.PartyRef{UserName: name})
		must(err)
		callers[name] = rest.Caller{Person: p.ID, Scopes: []string{rest.ScopeRead, rest.ScopeWrite}}
	}
	var last atomic.Int64
	h, err := broker.New(broker.Config{Core: broken{g.core, &g.fails}, Base: api.Config{
		Core: g.core, Tokens: callers, AppsURL: "https://gateway.example", PlatformURL: "https://gateway.example/", Secret: []byte(secret.Reveal()),
		Rand: rand.Reader, Now: g.now, NewID: func() string { return "id-" + strconv.FormatInt(last.Add(1), 10) },
		Logger: slog.New(slog.DiscardHandler),
		Allow: func(context.Context, rest.Caller) error {
			if g.fast.Load() {
				return &rest.Error{Kind: rest.RateLimited, Code: "rate", Detail: "Too many requests.", RetryAfter: time.Second}
			}
			return nil
		},
	}})
	must(err)
	s := httptest.NewServer(h)
	t.Cleanup(s.Close)
	g.url = s.URL
	return g
}

// call is one request; as is a caller's name.
type call struct {
	method, path, as string
	header           http.Header
	body             string
}

type answer struct {
	*http.Response
	t    *testing.T
	body string
}

const root = "/broker/api/v1/filetransfer"

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
	check(g.t, c, response, body)
	return answer{response, g.t, string(body)}
}

func (a answer) want(status int, code string) answer {
	a.t.Helper()
	if a.StatusCode != status {
		a.t.Fatalf("status %d, want %d: %s", a.StatusCode, status, a.body)
	}
	if code != "" {
		var p broker.Problem
		a.json(&p)
		if p.Code != code || p.Status != status || a.Header.Get("Content-Type") != "application/problem+json" {
			a.t.Errorf("%+v, want code %s", p, code)
		}
	}
	return a
}

func (a answer) json(into any) answer {
	a.t.Helper()
	if err := json.Unmarshal([]byte(a.body), into); err != nil {
		a.t.Fatalf("%v: %s", err, a.body)
	}
	return a
}

func header(pairs ...string) http.Header {
	h := http.Header{}
	for i := 0; i < len(pairs); i += 2 {
		h.Set(pairs[i], pairs[i+1])
	}
	return h
}

var spec = sync.OnceValues(func() (*openapi3.T, error) {
	text, err := os.ReadFile("openapi.yaml")
	if err != nil {
		return nil, err
	}
	doc, err := openapi3.NewLoader().LoadFromData(text)
	if err != nil {
		return nil, err
	}
	return doc, doc.Validate(context.Background())
})

var router = sync.OnceValues(func() (routers.Router, error) {
	doc, err := spec()
	if err != nil {
		return nil, err
	}
	return gorillamux.NewRouter(doc)
})

// shown holds "operationId status" of every exchange of the run.
var shown sync.Map

// TestMain fails whole runs whose document promises a status that no exchange
// has shown.
func TestMain(m *testing.M) {
	code := m.Run()
	doc, err := spec()
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	if code == 0 && flag.Lookup("test.run").Value.String() == "" && flag.Lookup("test.fuzz").Value.String() == "" {
		for _, path := range doc.Paths.InMatchingOrder() {
			for _, op := range doc.Paths.Value(path).Operations() {
				for status := range op.Responses.Map() {
					if _, ok := shown.Load(op.OperationID + " " + status); !ok {
						fmt.Printf("no test shows %s answering %s\n", op.OperationID, status)
						code = 1
					}
				}
			}
		}
	}
	os.Exit(code)
}

// check holds an exchange against the document.
func check(t *testing.T, c call, response *http.Response, body []byte) {
	t.Helper()
	find, err := router()
	if err != nil {
		t.Fatal(err)
	}
	r := httptest.NewRequest(c.method, c.path, strings.NewReader(c.body))
	for name, values := range c.header {
		r.Header[name] = values
	}
	route, params, err := find.FindRoute(r)
	if err != nil && c.method == http.MethodHead { // HEAD works wherever GET does
		r.Method = http.MethodGet
		route, params, err = find.FindRoute(r)
	}
	if err != nil {
		t.Fatalf("%s %s is not in the document: %v", c.method, c.path, err)
	}
	shown.Store(route.Operation.OperationID+" "+strconv.Itoa(response.StatusCode), true)
	options := &openapi3filter.Options{
		AuthenticationFunc: openapi3filter.NoopAuthenticationFunc, IncludeResponseStatus: true, MultiError: true,
		ExcludeRequestBody: c.header.Get("Content-Type") != "application/json",
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
