package adapter_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"overgang/adapter"
	"overgang/rest/core"
	"overgang/rest/core/password"
	"overgang/soap"
	"overgang/store/blobfs"
	"overgang/store/sqlstore"
	"overgang/wsdl"
)

// stack is the whole gateway behind its SOAP handler, on a store of its own,
// with a clock, ids and randomness that repeat.
type stack struct {
	dir    string
	server *soap.Server
	core   *core.Core
	clock  *clock
	random *source
	ids    *counter  // of what the core makes
	state  []byte    // as imported
	states [2][]byte // state.yaml and the case's own
	store  *sqlstore.Store
	log    *syncBuffer

	sessions map[string]session // by the endpoint's path
	still    bool               // messages in EC2 don't move the clock
	ahead    time.Duration      // how much the clock of clients in EC2 is ahead

	address string // remote address of what is posted; "" = httptest's
}

func (s *stack) logs() []byte { return s.log.bytes() }

// newStack imports state.yaml and then state. tokens, if given, is how long
// session tokens live.
func newStack(t *testing.T, state []byte, limits soap.Limits, tokens ...time.Duration) *stack {
	t.Helper()
	s := &stack{
		clock: &clock{at: time.Date(2026, 11, 22, 10, 0, 0, 0, time.UTC)},
		log:   &syncBuffer{}, sessions: map[string]session{},
	}
	logger := slog.New(slog.NewJSONHandler(s.log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	dir := t.TempDir()
	s.dir = dir
	st := openStore(t, filepath.Join(dir, "store.db"))
	t.Cleanup(func() { st.Close() })
	blobs, err := blobfs.Open(filepath.Join(dir, "blobs"))
	if err != nil {
		t.Fatal(err)
	}
	random := &source{r: rand.NewChaCha8([32]byte{1})}
	s.random = random
	ids := &counter{}
	s.ids = ids
	s.core, err = core.New(core.Config{
		Store: st, Blobs: blobs, Secret: goldenSecret, Logger: logger,
		Now: s.clock.now, Rand: random, NewID: ids.uuid,
		PasswordCost: cheap,
		RegistryPoll: time.Hour, SweepDelay: time.Hour,
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.core.Close() })
	s.store = st
	s.state = importState(t, s, st, random, state)
	addEnterprise(t, s, st)
	contract := loaded(t)
	requests := &counter{}
	s.server, err = soap.New(contract, adapter.Services(adapter.Config{Core: s.core}), soap.Options{
		Limits: limits, Logger: logger, FaultFor: adapter.FaultFor, FaultDetail: adapter.AltinnFault{}, Security: newSecurity(t, s, tokens...),
		Now: s.clock.now, NewID: func() string { return requests.uuid().String() },
	})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// loaded is the contract, which is read once for all.
func loaded(t *testing.T) *wsdl.Contract {
	t.Helper()
	contract, err := loadOnce()
	if err != nil {
		t.Fatal(err)
	}
	return contract
}

var loadOnce = sync.OnceValues(wsdl.Load)

// openStore opens an empty store: a copy of one that was migrated before.
func openStore(t *testing.T, path string) *sqlstore.Store {
	t.Helper()
	empty, err := emptyStore()
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, empty, 0o600); err != nil {
		t.Fatal(err)
	}
	st, err := sqlstore.Open(t.Context(), sqlstore.Options{Path: path})
	if err != nil {
		t.Fatal(err)
	}
	return st
}

var emptyStore = sync.OnceValues(func() ([]byte, error) {
	dir, err := os.MkdirTemp("", "empty-store-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, "store.db")
	st, err := sqlstore.Open(context.Background(), sqlstore.Options{Path: path})
	if err != nil {
		return nil, err
	}
	if err := st.Close(); err != nil {
		return nil, err
	}
	return os.ReadFile(path)
})

// cheap is a password hash that costs nothing: its cost is tested elsewhere.
var cheap = password.Params{Memory: 64, Time: 1, Threads: 1}

const goldenSecret = "golden cases need thirty-two bytes"

// clock stands still but when it is advanced.
type clock struct {
	mu sync.Mutex
	at time.Time
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

func (c *clock) advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(d)
}

// source is randomness that repeats.
type source struct {
	mu sync.Mutex
	r  io.Reader
}

func (s *source) Read(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.r.Read(p)
}

// counter makes ids in the form of a GUID: 1, 2, 3, …
type counter struct {
	mu sync.Mutex
	n  int
}

func (c *counter) uuid() uuid.UUID {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.n++
	return uuid.MustParse(fmt.Sprintf("00000000-0000-4000-8000-%012d", c.n))
}

// syncBuffer is a buffer that goroutines may share.
type syncBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (b *syncBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.Write(p)
}

func (b *syncBuffer) bytes() []byte {
	b.mu.Lock()
	defer b.mu.Unlock()
	return bytes.Clone(b.b.Bytes())
}
