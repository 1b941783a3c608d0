package webhook_test

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"overgang/rest"
	"overgang/rest/core"
	"overgang/rest/webhook"
	"overgang/store"
	"overgang/store/blobfs"
	"overgang/store/sqlstore"
)

// clock is a clock that tests turn.
type clock struct {
	mu sync.Mutex
	at time.Time
}

func (c *clock) now() time.Time { c.mu.Lock(); defer c.mu.Unlock(); return c.at }
func (c *clock) add(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(d)
}

var (
	melding = rest.AppID{Org: "ttd", App: "melding"}
	rapport = rest.AppID{Org: "ttd", App: "rapport"}
	fremmed = rest.AppID{Org: "skd", App: "fremmed"}
	ttd     = rest.Caller{Owner: "ttd", Scopes: []string{rest.ScopeRead, rest.ScopeWrite, rest.ScopeOwner}}
	skd     = rest.Caller{Owner: "skd", Scopes: []string{rest.ScopeRead, rest.ScopeWrite, rest.ScopeOwner}}
)

// world is a core over a real store, and who is subscribed there.
type world struct {
	*core.Core
	t      *testing.T
	clock  *clock
	path   string
	store  *sqlstore.Store
	admin  *core.Admin
	logs   *lockedBuffer
	roots  *x509.CertPool
	policy webhook.Policy
	org    rest.PartyID // what most instances belong to
	person rest.Caller  // reads for org
}

func newWorld(t *testing.T) *world {
	t.Helper()
	dir := t.TempDir()
	w := &world{t: t, clock: &clock{at: time.Now().UTC().Truncate(time.Second)}, path: filepath.Join(dir, "overgang.db"), logs: &lockedBuffer{}, roots: x509.NewCertPool()}
	w.policy = webhook.Policy{Allow: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}, Ports: []int{443}}
	var err error
	if w.store, err = sqlstore.Open(t.Context(), sqlstore.Options{Path: w.path}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { w.store.Close() })
	blobs, err := blobfs.Open(filepath.Join(dir, "blobs"))
	if err != nil {
		t.Fatal(err)
	}
	secret := rest.Secret(strings.Repeat("s", 32))
	if w.admin, err = core.NewAdmin(core.AdminConfig{Store: w.store, Secret: secret, Now: w.clock.now}); err != nil {
		t.Fatal(err)
	}
	for i, app := range []rest.AppID{melding, rapport, fremmed} {
		change, err := w.admin.PutService(t.Context(), rest.Application{ID: app, Service: rest.ServiceRef{Code: "450" + strconv.Itoa(i), Edition: 1}, Titles: map[string]string{"nb": app.App},
			DataTypes: []rest.DataType{{ID: "vedlegg"}}})
		if err == nil {
			err = w.admin.Apply(t.Context(), change)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	org, err := w.admin.AddParty(t.Context(), rest.Party{Kind: rest.OrganisationParty, OrgNumber: "310000019", Name: "Prøve AS"})
	if err != nil {
		t.Fatal(err)
	}
	person, err := w.admin.AddParty(t.Context(), rest.Party{Kind: rest.PersonParty, SSN: "01810100016", Name: "Kari"})
	if err != nil {
		t.Fatal(err)
	}
	w.org, w.person = org.ID, rest.Caller{Person: person.ID, Scopes: []string{rest.ScopeRead, rest.ScopeWrite}}
	w.Core, err = core.New(core.Config{Store: w.store, Blobs: blobs, Secret: secret, Now: w.clock.now, RegistryPoll: 5 * time.Millisecond,
		CheckEndpoint: func(e string) error { return w.policy.Check(e) }, MaxSubscriptions: 5})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { w.Close() })
	return w
}

func (w *world) grant(rights ...rest.Right) {
	w.t.Helper()
	err := w.store.Update(w.t.Context(), func(tx store.Tx) error {
		if len(rights) == 0 {
			return tx.DeleteGrant(rest.PersonSubject(w.person.Person), w.org, rest.ServiceRef{})
		}
		return tx.PutGrant(rest.Grant{Subject: rest.PersonSubject(w.person.Person), Party: w.org, Rights: rights})
	})
	if err == nil {
		err = w.Refresh(w.t.Context())
	}
	if err != nil {
		w.t.Fatal(err)
	}
}

// deliverer starts one; change may alter its configuration.
func (w *world) deliverer(change ...func(*webhook.Config)) *webhook.Deliverer {
	w.t.Helper()
	c := webhook.Config{
		Core: w.Core, Holder: "one", Policy: w.policy, Roots: w.roots, Render: render,
		Retry:   webhook.Schedule{First: 5 * time.Second, Longest: 6 * time.Hour, For: 72 * time.Hour, Pause: 15 * time.Minute},
		Timeout: 10 * time.Minute, Poll: 2 * time.Millisecond, Now: w.clock.now, Chance: func() float64 { return .5 },
		Logger: slog.New(slog.NewTextHandler(w.logs, nil)),
	}
	for _, f := range change {
		f(&c)
	}
	d, err := webhook.New(c)
	if err != nil {
		w.t.Fatal(err)
	}
	d.Start()
	w.t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
		defer cancel()
		if err := d.Stop(ctx); err != nil {
			w.t.Errorf("Stop: %v", err)
		}
	})
	return d
}

// render is a body that tests can read.
func render(d *rest.Delivery, id string, at time.Time) ([]byte, error) {
	return json.Marshal(map[string]string{"kind": string(d.Kind), "event": strconv.FormatInt(d.Event.ID, 10), "type": d.Event.CloudType(), "instance": d.Event.Instance.String(), "id": id})
}

// create makes an instance, which is one event or more.
func (w *world) create(app rest.AppID) uuid.UUID {
	w.t.Helper()
	as := ttd
	if app.Org == "skd" {
		as = skd
	}
	in, err := w.CreateInstance(w.t.Context(), as, rest.NewInstance{App: app, Owner: rest.PartyRef{ID: w.org}})
	if err != nil {
		w.t.Fatal(err)
	}
	return in.ID
}

func (w *world) change(id uuid.UUID) {
	w.t.Helper()
	if _, err := w.ChangeInstance(w.t.Context(), ttd, id, rest.InstanceChange{Labels: &[]string{"x"}}, 0); err != nil {
		w.t.Fatal(err)
	}
}

// subscribe subscribes to a receiver and waits until that is validated.
func (w *world) subscribe(as rest.Caller, r *receiver, f rest.EventFilter) *rest.Subscription {
	w.t.Helper()
	s, secret, err := w.Subscribe(w.t.Context(), as, rest.NewSubscription{Endpoint: r.URL, Filter: f})
	if err != nil {
		w.t.Fatal(err)
	}
	r.trust(secret)
	w.wait("the validation", func() bool { return w.subscription(s.ID).State == rest.Active })
	return s
}

func (w *world) subscription(id int64) (s store.Subscription) {
	w.t.Helper()
	err := w.store.View(context.Background(), func(r store.Reader) (err error) {
		if s, err = r.Subscription(id); err == nil {
			s.Waiting, s.Dead, err = r.CountDeliveries(id)
		}
		return err
	})
	if err != nil {
		w.t.Fatal(err)
	}
	return s
}

// wait waits for what happens soon, on a machine that is not busy.
func (w *world) wait(what string, happened func() bool) {
	w.t.Helper()
	for end := time.Now().Add(time.Minute); ; time.Sleep(time.Millisecond) {
		if happened() {
			return
		}
		if time.Now().After(end) {
			w.t.Fatalf("%s did not come about\n%s", what, w.logs)
		}
	}
}

// quiet waits long enough for what must not happen.
func quiet() { time.Sleep(80 * time.Millisecond) }

// message is what a receiver got.
type message struct {
	Kind, Event, Type, Instance, ID string
	timestamp                       int64
	signatures                      int
}

// receiver is an endpoint that checks what it gets.
type receiver struct {
	*httptest.Server
	t *testing.T

	mu      sync.Mutex
	secrets []rest.Secret
	got     []message
	answer  func(m message, w http.ResponseWriter, r *http.Request) // nil = 200
}

func (w *world) receiver() *receiver {
	w.t.Helper()
	r := &receiver{t: w.t}
	r.Server = httptest.NewTLSServer(r)
	r.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, slog.LevelError)
	w.roots.AddCert(r.Certificate())
	w.t.Cleanup(r.Close)
	return r
}

func (r *receiver) trust(s rest.Secret) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.secrets = append(r.secrets, s)
}

func (r *receiver) answers(f func(m message, w http.ResponseWriter, r *http.Request)) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.answer = f
}

// status answers events, and not notices, with a status.
func status(code int) func(message, http.ResponseWriter, *http.Request) {
	return func(m message, w http.ResponseWriter, _ *http.Request) {
		if m.Kind == "event" {
			w.WriteHeader(code)
		}
	}
}

// verify counts the signatures that are good, each computed anew.
func verify(secrets []rest.Secret, h http.Header, body []byte) (n int) {
	for _, s := range secrets {
		key, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(s.Reveal(), "whsec_"))
		if err != nil {
			return 0
		}
		m := hmac.New(sha256.New, key)
		io.WriteString(m, h.Get("webhook-id")+"."+h.Get("webhook-timestamp")+"."+string(body))
		want := base64.StdEncoding.EncodeToString(m.Sum(nil))
		for _, given := range strings.Split(h.Get("webhook-signature"), " ") {
			if given == "v1,"+want {
				n++
			}
		}
	}
	return n
}

func (r *receiver) ServeHTTP(w http.ResponseWriter, q *http.Request) {
	body, err := io.ReadAll(q.Body)
	var m message
	if err == nil {
		err = json.Unmarshal(body, &m)
	}
	if err == nil && (q.Method != http.MethodPost || q.Header.Get("Content-Type") != "application/cloudevents+json" || q.Header.Get("webhook-id") != m.ID || strings.Contains(m.ID, ".")) {
		err = errors.New("not what was promised: " + q.Method + " " + m.ID)
	}
	m.timestamp, _ = strconv.ParseInt(q.Header.Get("webhook-timestamp"), 10, 64)
	r.mu.Lock()
	m.signatures = verify(r.secrets, q.Header, body)
	if m.Kind == "event" && m.signatures == 0 {
		err = errors.Join(err, errors.New("no good signature"))
	}
	r.got = append(r.got, m)
	answer := r.answer
	r.mu.Unlock()
	if err != nil {
		r.t.Errorf("receiver: %v: %s", err, body)
	}
	if answer != nil {
		answer(m, w, q)
	}
}

// events lists the events that came, in order, as they came.
func (r *receiver) events() (list []message) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, m := range r.got {
		if m.Kind == "event" {
			list = append(list, m)
		}
	}
	return list
}

func (r *receiver) notices(kind string) (n int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, m := range r.got {
		if m.Kind == kind {
			n++
		}
	}
	return n
}

// instances lists whose events came, each once, in the order of the first.
func (r *receiver) instances() (ids []string) {
	for _, m := range r.events() {
		if !slices.Contains(ids, m.Instance) {
			ids = append(ids, m.Instance)
		}
	}
	return ids
}

// has says whether the creation of every instance came.
func (r *receiver) has(ids ...uuid.UUID) bool {
	got := r.instances()
	return !slices.ContainsFunc(ids, func(id uuid.UUID) bool { return !slices.Contains(got, id.String()) })
}

type lockedBuffer struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (b *lockedBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.Write(p)
}
func (b *lockedBuffer) String() string { b.mu.Lock(); defer b.mu.Unlock(); return b.buf.String() }
