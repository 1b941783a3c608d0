package events_test

import (
	"bytes"
	"context"
	"crypto"
	"crypto/rand"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"overgang/rest"
	"overgang/rest/api"
	"overgang/rest/api/apitest"
	"overgang/rest/api/events"
	"overgang/rest/api/token"
	"overgang/rest/core"
	"overgang/rest/webhook"
	"overgang/store"
	"overgang/store/blobfs"
	"overgang/store/sqlstore"
)

const (
	person  = rest.PartyID(50001) // reads for company
	company = rest.PartyID(50002)
	other   = rest.PartyID(50003) // nobody's business

	personSSN  = "01810100016"
	companyOrg = "310000019"
	base       = "https://gateway.example.org"
	path       = "/events/api/v1/subscriptions"
)

var (
	asOwner     = token.Grant{Owner: "ttd"}
	asOther     = token.Grant{Owner: "skd"}
	asUser      = token.Grant{Party: person}
	asReader    = token.Grant{Party: person, Scopes: []string{rest.ScopeRead}}
	asWriter    = token.Grant{Party: person, Scopes: []string{rest.ScopeWrite}}
	asScopeless = token.Grant{Party: person, Scopes: []string{}}
)

// faulty is a store that fails when told to.
type faulty struct {
	store.Store
	err atomic.Pointer[error]
}

func (f *faulty) View(ctx context.Context, fn func(store.Reader) error) error {
	if err := f.err.Load(); err != nil {
		return *err
	}
	return f.Store.View(ctx, fn)
}

func (f *faulty) Update(ctx context.Context, fn func(store.Tx) error) error {
	if err := f.err.Load(); err != nil {
		return *err
	}
	return f.Store.Update(ctx, fn)
}

// stage is the API on a real listener, over the embedded core.
type stage struct {
	t      *testing.T
	url    string
	core   *core.Core
	db     *faulty
	issuer *token.Issuer
	logs   *buffer
	audit  *buffer
	rate   atomic.Bool
	mu     sync.Mutex
	at     time.Time
}

func (s *stage) now() time.Time { s.mu.Lock(); defer s.mu.Unlock(); return s.at }
func (s *stage) pass(d time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.at = s.at.Add(d)
}

func newStage(t *testing.T, change ...func(*core.Config)) *stage {
	t.Helper()
	s := &stage{t: t, logs: &buffer{}, audit: &buffer{}, at: time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)}
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	db, err := sqlstore.Open(t.Context(), sqlstore.Options{Path: filepath.Join(t.TempDir(), "overgang.db")})
	must(err)
	t.Cleanup(func() { db.Close() })
	s.db = &faulty{Store: db}
	blobs, err := blobfs.Open(t.TempDir())
	must(err)
	must(db.Update(t.Context(), func(tx store.Tx) error {
		for _, p := range []rest.Party{
			{ID: person, Kind: rest.PersonParty, SSN: personSSN, UserName: "kari", Name: "Kari"},
			{ID: company, Kind: rest.OrganisationParty, OrgNumber: companyOrg, Name: "Firma"},
			{ID: other, Kind: rest.PersonParty, SSN: "01810100105", Name: "Ola"},
		} {
			if err := tx.PutParty(&p); err != nil {
				return err
			}
		}
		for i, app := range []rest.AppID{{Org: "ttd", App: "melding"}, {Org: "ttd", App: "rapport"}, {Org: "skd", App: "skatt"}} {
			err := tx.PutApplication(&rest.Application{ID: app, Service: rest.ServiceRef{Code: strconv.Itoa(4500 + i), Edition: 1},
				DataTypes: []rest.DataType{{ID: "vedlegg"}}})
			if err != nil {
				return err
			}
		}
		return tx.PutGrant(rest.Grant{Subject: rest.PersonSubject(person), Party: company, Rights: []rest.Right{rest.Read}})
	}))
	policy := &webhook.Policy{Ports: []int{443}, Allow: []netip.Prefix{netip.MustParsePrefix("127.0.0.1/32")}}
	c := core.Config{Store: s.db, Blobs: blobs, Secret: rest.Secret(strings.Repeat("s", 32)), Now: s.now, CheckEndpoint: policy.Check, MaxSubscriptions: 1000}
	for _, f := range change {
		f(&c)
	}
	s.core, err = core.New(c)
	must(err)
	t.Cleanup(func() { s.core.Close() })
	key, err := token.NewKey(rand.Reader)
	must(err)
	var last atomic.Int64
	newID := func() string { return "id-" + strconv.FormatInt(last.Add(1), 10) }
	s.issuer, err = token.NewIssuer(token.IssuerConfig{Key: key, Issuer: "iss", Audience: "aud", Now: s.now, NewID: newID})
	must(err)
	verifier, err := token.NewVerifier(token.VerifierConfig{Keys: []crypto.PublicKey{s.issuer.Public()}, Issuer: "iss", Audience: "aud", Now: s.now})
	must(err)
	h, err := events.New(api.Config{
		Core: s.core, Tokens: verifier, AppsURL: base, PlatformURL: base + "/", Secret: bytes.Repeat([]byte{1}, 32), Rand: rand.Reader, Now: s.now, NewID: newID,
		Logger: slog.New(slog.NewTextHandler(s.logs, nil)), Audit: slog.New(slog.NewTextHandler(s.audit, nil)), Limits: api.Limits{JSON: 16 << 10},
		Allow: func(context.Context, rest.Caller) error {
			if s.rate.Load() {
				return &rest.Error{Kind: rest.RateLimited, Code: "rate", Detail: "Too many requests.", RetryAfter: time.Second}
			}
			return nil
		},
	}, s.core)
	must(err)
	server := httptest.NewServer(h)
	t.Cleanup(server.Close)
	s.url = server.URL
	return s
}

// call is one request.
type call struct {
	method, path string
	as           token.Grant
	header       http.Header
	body         string
	unlisted     bool // the document has no such operation
}

type answer struct {
	*http.Response
	body []byte
}

// do sends a request, and checks the exchange against the document.
func (s *stage) do(c call) answer {
	s.t.Helper()
	if c.method == "" {
		c.method = http.MethodGet
	}
	r, err := http.NewRequestWithContext(s.t.Context(), c.method, s.url+c.path, strings.NewReader(c.body))
	if err != nil {
		s.t.Fatal(err)
	}
	if c.body == "" {
		r.Body = http.NoBody
	} else if c.header == nil {
		c.header = http.Header{"Content-Type": {"application/json"}}
	}
	for name, values := range c.header {
		r.Header[name] = values
	}
	operation := ""
	if c.as.Party != 0 || c.as.Owner != "" {
		r.Header.Set("Authorization", "Bearer "+s.token(c.as))
		if !c.unlisted {
			operation = document.Strangers(s.t, apitest.Request{Method: c.method, Path: c.path, Header: c.header, Body: c.body},
				apitest.Bearer(s.t, s.url, s.token(token.Grant{Party: 1_999_999_999})), apitest.Bearer(s.t, s.url, s.token(token.Grant{Owner: "fremmed"})))
		}
	}
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		s.t.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		s.t.Fatal(err)
	}
	if !c.unlisted {
		document.Answered(operation, response.StatusCode)
		document.Check(s.t, apitest.Exchange{Method: c.method, Path: c.path, Header: c.header, Sent: c.body, Response: response, Content: body})
	}
	return answer{response, body}
}

func (s *stage) token(g token.Grant) string {
	s.t.Helper()
	raw, _, err := s.issuer.Issue(g)
	if err != nil {
		s.t.Fatal(err)
	}
	return raw.Reveal()
}

var document = apitest.NewDocument(events.Document())

func TestMain(m *testing.M) { document.Main(m) }

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

// subscribe makes a subscription.
func (s *stage) subscribe(as token.Grant, more string) events.Subscription {
	s.t.Helper()
	var out events.Subscription
	s.do(call{method: "POST", path: path, as: as, body: `{"endPoint":"https://receiver.example.org/hook"` + more + `}`}).want(s.t, 201, "").json(s.t, &out)
	return out
}

// dead makes a dead letter of a new instance's first event.
func (s *stage) dead(subscription int64) (letter int64) {
	s.t.Helper()
	in, err := s.core.CreateInstance(s.t.Context(), rest.Caller{Owner: "ttd", Scopes: []string{rest.ScopeRead, rest.ScopeWrite, rest.ScopeOwner}},
		rest.NewInstance{App: rest.AppID{Org: "ttd", App: "melding"}, Owner: rest.PartyRef{ID: company}})
	if err != nil {
		s.t.Fatal(err)
	}
	err = s.db.Store.Update(s.t.Context(), func(tx store.Tx) error {
		list, err := tx.InstanceEvents(in.ID, rest.EventQuery{Limit: 100})
		if err != nil {
			return err
		}
		d := rest.Delivery{Subscription: subscription, Kind: rest.EventDelivery, Event: list[0], Attempts: 17, First: s.now(),
			Last: rest.Attempt{At: s.now(), Status: 500, Failure: "status", Took: time.Second}}
		err = tx.PutDelivery(&d)
		letter = d.ID
		return err
	})
	if err != nil {
		s.t.Fatal(err)
	}
	return letter
}

type buffer struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (b *buffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.Write(p)
}
func (b *buffer) String() string { b.mu.Lock(); defer b.mu.Unlock(); return b.buf.String() }
