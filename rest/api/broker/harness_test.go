package broker_test

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"

	"overgang/rest"
	"overgang/rest/api"
	"overgang/rest/api/apitest"
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
  - {person: "01810100288", party: "310000027", service: "4600", rights: [read, write]}
`

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
	callers := apitest.Callers{
		"scopeless": {Person: 1}, "strange": apitest.Owner("fremmed"),
		"stranger": {Person: 1_999_999_999, Scopes: []string{rest.ScopeRead, rest.ScopeWrite}},
	}
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
	operation := ""
	if c.as != "" {
		r.Header.Set("Authorization", "Bearer "+c.as)
		operation = document.Strangers(g.t, apitest.Request{Method: c.method, Path: c.path, Header: c.header, Body: c.body},
			apitest.Bearer(g.t, g.url, "stranger"), apitest.Bearer(g.t, g.url, "strange"))
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
	document.Answered(operation, response.StatusCode)
	document.Check(g.t, apitest.Exchange{Method: c.method, Path: c.path, Header: c.header, Sent: c.body, Response: response, Content: body})
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

var header = apitest.Header

var document = apitest.NewDocument(broker.Document())

func TestMain(m *testing.M) { document.Main(m) }
