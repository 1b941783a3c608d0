package apitest

import (
	"bytes"
	"context"
	"crypto/rand"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"overgang/rest"
	"overgang/rest/api"
	"overgang/rest/core"
	"overgang/rest/core/password"
	"overgang/rest/core/seed"
	"overgang/store"
	"overgang/store/blobfs"
	"overgang/store/sqlstore"
)

// State is what gateways start from unless their face has its own: the person
// Kari may read and write for the first organisation, nobody for the second. The
// numbers are synthetic.
const State = `
parties:
  - {orgNumber: "310000019", name: Prøve AS}
  - {orgNumber: "310000027", name: Annet AS}
persons:
  - {ssn: "01810100016", name: Kari Prøve, userName: kari, phone: "+4799999999", password: hemmelig-passord}
services:
  - app: ttd/melding
    code: "4501"
    edition: 1
    titles: {nb: Melding, en: Message}
    dataTypes: [{id: default, contentTypes: [application/xml], dataFormatId: "1000", dataFormatVersion: 1}]
  - app: nav/sak
    code: "4600"
    edition: 1
    dataTypes: [{id: default, dataFormatId: "1001", dataFormatVersion: 1}]
grants:
  - {person: "01810100016", party: "310000019", rights: [read, write]}
`

// Names of the parties of [State], as the faces have them.
const (
	Org      = "urn:altinn:organization:identifier-no:310000019"
	OtherOrg = "urn:altinn:organization:identifier-no:310000027"
	Kari     = "urn:altinn:person:identifier-no:01810100016"
)

// Face is the API that is tested.
type Face struct {
	Base     string // of its paths
	Document *Document
	// New makes its handler.
	New func(api.Config, *core.Core) (http.Handler, error)
	// Beside are handlers of other APIs that a test needs, by the beginnings of
	// their paths.
	Beside map[string]func(api.Config, *core.Core) (http.Handler, error)
	State  string // [State], if empty
}

// Gateway is a face over an embedded core of its own. Its callers are kari, a
// person who may read and write, reader and writer, who are Kari with a token for
// the one or the other, and ttd and nav, which own applications. Before each of
// their calls that names a record, a person and an owner without any rights make it.
type Gateway struct {
	URL   string
	Core  *core.Core
	Store store.Store
	Clock *Clock
	Kari  rest.PartyID

	t    testing.TB
	face Face
}

// Start starts a gateway that ends with the test.
func (f Face) Start(t testing.TB) *Gateway {
	t.Helper()
	g := &Gateway{t: t, face: f, Clock: &Clock{at: time.Date(2026, 11, 22, 10, 0, 0, 0, time.UTC)}}
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
	g.Store = db
	blobs, err := blobfs.Open(filepath.Join(dir, "blobs"))
	must(err)
	const secret = rest.Secret("a secret of at least thirty-two bytes")
	cheap := password.Params{Memory: 64, Time: 1, Threads: 1}
	admin, err := core.NewAdmin(core.AdminConfig{Store: db, Secret: secret, Now: g.Clock.Now, PasswordCost: cheap})
	must(err)
	state := f.State
	if state == "" {
		state = State
	}
	file, err := seed.Parse("state.yaml", []byte(state))
	must(err)
	_, err = file.Apply(t.Context(), admin)
	must(err)
	g.Core, err = core.New(core.Config{Store: db, Blobs: blobs, Secret: secret, Now: g.Clock.Now, PasswordCost: cheap})
	must(err)
	t.Cleanup(func() { g.Core.Close() })
	kari, err := g.Core.Party(t.Context(), rest.PartyRef{UserName: "kari"})
	must(err)
	g.Kari = kari.ID
	h, err := g.handler(g.config())
	must(err)
	server := httptest.NewServer(h)
	t.Cleanup(server.Close)
	g.URL = server.URL
	return g
}

// Owner is an application owner's caller.
func Owner(org string) rest.Caller {
	return rest.Caller{Owner: org, Scopes: []string{rest.ScopeRead, rest.ScopeWrite, rest.ScopeOwner}}
}

func (g *Gateway) config() api.Config {
	both := []string{rest.ScopeRead, rest.ScopeWrite}
	return api.Config{
		Core: g.Core, AppsURL: "https://apps.example.org", PlatformURL: "https://platform.example.org",
		Tokens: Callers{
			"kari":   {Person: g.Kari, Scopes: both},
			"reader": {Person: g.Kari, Scopes: both[:1]},
			"writer": {Person: g.Kari, Scopes: both[1:]},
			"ttd":    Owner("ttd"),
			"nav":    Owner("nav"),

			"stranger": {Person: 1_999_999_999, Scopes: both},
			"strange":  Owner("fremmed"),
		},
		Secret: bytes.Repeat([]byte{1}, 32), Rand: rand.Reader, Now: g.Clock.Now, NewID: uuid.NewString, Logger: slog.New(slog.DiscardHandler),
		Limits: api.Limits{JSON: 4 << 20, Element: 4 << 20, Create: 8 << 20, Elements: 5},
	}
}

// handler serves the face and what is beside it.
func (g *Gateway) handler(c api.Config) (http.Handler, error) {
	tested, err := g.face.New(c, g.Core)
	if err != nil {
		return nil, err
	}
	beside := map[string]http.Handler{}
	for begin, other := range g.face.Beside {
		if beside[begin], err = other(c, g.Core); err != nil {
			return nil, err
		}
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		for begin, h := range beside {
			if strings.HasPrefix(r.URL.Path, begin) {
				h.ServeHTTP(w, r)
				return
			}
		}
		tested.ServeHTTP(w, r)
	}), nil
}

// Callers verifies tokens that are their callers' names.
type Callers map[string]rest.Caller

// Verify implements api.Tokens.
func (e Callers) Verify(_ context.Context, raw rest.Secret) (rest.Caller, error) {
	c, ok := e[raw.Reveal()]
	if !ok {
		return c, rest.Errorf(rest.Unauthenticated, "token-invalid", "Unknown.")
	}
	return c, nil
}

// Clock is a clock that tests turn.
type Clock struct {
	mu sync.Mutex
	at time.Time
}

// Now is the clock's time.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

// Add turns the clock.
func (c *Clock) Add(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(d)
}
