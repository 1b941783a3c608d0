package inspect

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"overgang/rest"
	"overgang/rest/core"
	"overgang/rest/core/password"
	"overgang/rest/core/seed"
	"overgang/store"
	"overgang/store/blobfs"
	"overgang/store/sqlstore"
)

const state = `
parties: [{orgNumber: "310000019", name: Prøve AS}]
systems: [{id: 1001, name: Filer, password: hemmelig-system}]
services:
  - {app: ttd/filer, code: "4600", edition: 1, broker: {}}
  - {app: ttd/melding, code: "4501", edition: 1, dataTypes: [{id: vedlegg}]}
grants: [{system: 1001, party: "310000019", rights: [read, write]}]
`

// place is a store with contents in it.
type place struct {
	t     *testing.T
	dir   string
	db    *sqlstore.Store
	blobs *blobfs.Blobs
	core  *core.Core
	keys  []string // of the transfers' contents
}

var now = time.Date(2026, 11, 22, 10, 0, 0, 0, time.UTC)

func newPlace(t *testing.T) *place {
	t.Helper()
	p := &place{t: t, dir: t.TempDir()}
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	var err error
	p.db, err = sqlstore.Open(t.Context(), sqlstore.Options{Path: filepath.Join(p.dir, "overgang.db")})
	must(err)
	t.Cleanup(func() { p.db.Close() })
	p.blobs, err = blobfs.Open(filepath.Join(p.dir, "blobs"))
	must(err)
	const secret = rest.Secret("a secret of at least thirty-two bytes")
	clock := func() time.Time { return now }
	cheap := password.Params{Memory: 64, Time: 1, Threads: 1}
	admin, err := core.NewAdmin(core.AdminConfig{Store: p.db, Secret: secret, Now: clock, PasswordCost: cheap})
	must(err)
	f, err := seed.Parse("state.yaml", []byte(state))
	must(err)
	_, err = f.Apply(t.Context(), admin)
	must(err)
	p.core, err = core.New(core.Config{Store: p.db, Blobs: p.blobs, Secret: secret, Now: clock, PasswordCost: cheap})
	must(err)
	t.Cleanup(func() { p.core.Close() })
	for range 3 {
		tr := p.initiate()
		up, err := p.core.UploadTransfer(t.Context(), caller, tr.ID, rest.TransferUploadOptions{})
		must(err)
		_, err = up.Write([]byte(strings.Repeat("0123456789abcdef", 8<<10)))
		must(err)
		tr, err = up.Commit()
		must(err)
		p.keys = append(p.keys, tr.Content.Blob)
	}
	_, err = p.core.Submit(t.Context(), caller, rest.NewSubmission{Service: rest.ServiceRef{Code: "4501", Edition: 1}, Reference: "R",
		Instance: rest.NewInstance{Owner: rest.PartyRef{OrgNumber: "310000019"}, Elements: []rest.NewElement{{Content: p.content("hei"), FileName: "a.txt"}}}})
	must(err)
	_, err = p.core.StartPartial(t.Context(), caller, p.initiate().ID, 10, rest.TransferUploadOptions{})
	must(err)
	return p
}

var caller = rest.Caller{System: 1001}

func (p *place) content(text string) rest.Content {
	p.t.Helper()
	u, err := p.core.Upload(p.t.Context(), rest.UploadOptions{})
	if err != nil {
		p.t.Fatal(err)
	}
	u.Write([]byte(text))
	c, err := u.Commit()
	if err != nil {
		p.t.Fatal(err)
	}
	return c
}

func (p *place) initiate() *rest.Transfer {
	p.t.Helper()
	org := rest.PartyRef{OrgNumber: "310000019"}
	tr, err := p.core.InitiateTransfer(p.t.Context(), caller, rest.NewTransfer{Service: rest.ServiceRef{Code: "4600", Edition: 1}, Sender: org, Recipients: []rest.PartyRef{org}})
	if err != nil {
		p.t.Fatal(err)
	}
	return tr
}

func (p *place) inspect(at time.Time, repair bool) Report {
	p.t.Helper()
	r, err := Run(p.t.Context(), Config{Store: p.db, Blobs: p.blobs, Now: func() time.Time { return at }, Repair: repair})
	if err != nil {
		p.t.Fatal(err)
	}
	return r
}

func (p *place) blob(key string) string {
	return filepath.Join(p.dir, "blobs", "blobs", key[:2], key)
}

func kinds(r Report) (list []Kind) {
	for _, f := range r.Findings {
		list = append(list, f.Kind)
	}
	slices.Sort(list)
	return list
}

func TestNothingWrong(t *testing.T) {
	p := newPlace(t)
	r := p.inspect(now, false)
	if len(r.Findings) > 0 || r.Rows < 8 || r.Contents != 4 || r.Bytes != 3*128<<10+3 || r.Young != 0 {
		t.Errorf("%+v", r)
	}
}

// TestEverythingWrong: what is missing, altered and extra is told, and what is
// repaired can lose nothing.
func TestEverythingWrong(t *testing.T) {
	p := newPlace(t)
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	must(os.Remove(p.blob(p.keys[0])))
	text, err := os.ReadFile(p.blob(p.keys[1]))
	must(err)
	text[70_000] ^= 1
	must(os.WriteFile(p.blob(p.keys[1]), text, 0o600))
	must(os.Truncate(p.blob(p.keys[2]), 5))
	stray, young := strings.Repeat("ab", 16), strings.Repeat("ac", 16)
	for key, age := range map[string]time.Duration{stray: 25 * time.Hour, young: time.Hour} {
		must(os.MkdirAll(filepath.Dir(p.blob(key)), 0o700))
		must(os.WriteFile(p.blob(key), []byte("x"), 0o600))
		must(os.Chtimes(p.blob(key), now.Add(-age), now.Add(-age)))
	}
	pieces, err := filepath.Glob(filepath.Join(p.dir, "blobs", "partial", "*"))
	must(err)
	for _, name := range pieces {
		must(os.Remove(name))
	}
	want := []Kind{Altered, Altered, Extra, Missing, Stuck}
	for _, repair := range []bool{false, true} {
		r := p.inspect(now.Add(2*time.Hour), repair)
		if diff := cmp.Diff(want, kinds(r)); diff != "" {
			t.Errorf("repair %v: %s", repair, diff)
		}
		if open := map[bool]int{false: 5, true: 3}[repair]; r.Open() != open || r.Young != 1 {
			t.Errorf("repair %v: %d open, %d young; want %d\n%+v", repair, r.Open(), r.Young, open, r.Findings)
		}
	}
	if diff := cmp.Diff([]Kind{Altered, Altered, Missing}, kinds(p.inspect(now.Add(2*time.Hour), false))); diff != "" {
		t.Errorf("after the repair: %s", diff)
	}
}

// TestSnapshotIsWhole: a copy that is made while rows are written opens, holds
// what was there before, and has no uploads in pieces.
func TestSnapshotIsWhole(t *testing.T) {
	p := newPlace(t)
	done := make(chan struct{})
	writing := make(chan struct{})
	go func() {
		defer close(writing)
		for {
			select {
			case <-done:
				return
			default:
				p.initiate()
			}
		}
	}()
	path := filepath.Join(t.TempDir(), "copy.db")
	err := p.db.Snapshot(t.Context(), path)
	close(done)
	<-writing
	if err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v", info, err)
	}
	if err := p.db.Snapshot(t.Context(), path); err == nil {
		t.Error("a snapshot overwrites a file")
	}
	copied, err := sqlstore.Open(t.Context(), sqlstore.Options{Path: path})
	if err != nil {
		t.Fatal(err)
	}
	defer copied.Close()
	r, err := Run(t.Context(), Config{Store: copied, Blobs: p.blobs, Now: func() time.Time { return now }})
	if err != nil || r.Open() != 0 || r.Contents != 4 || r.Young != 1 { // the piece, which nobody refers to now
		t.Errorf("%+v, %v", r, err)
	}
}

// late are contents that change once they have been looked at.
type late struct {
	*blobfs.Blobs
	change func()
}

func (l *late) ListPartials(ctx context.Context, fn func(store.BlobInfo) error) error {
	err := l.Blobs.ListPartials(ctx, fn)
	if l.change != nil {
		l.change()
		l.change = nil
	}
	return err
}

// An upload that goes on while it is looked at is not stuck.
func TestUploadsUnderWayAreNotStuck(t *testing.T) {
	p := newPlace(t)
	piece := func(id uuid.UUID, at int64, text string) {
		w, err := p.core.ContinuePartial(t.Context(), caller, id, at, false)
		if err == nil {
			_, err = w.Write([]byte(text))
		}
		if err == nil {
			_, _, err = w.Keep()
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	grows, begins := p.initiate().ID, p.initiate().ID
	start := func(id uuid.UUID) {
		if _, err := p.core.StartPartial(t.Context(), caller, id, 10, rest.TransferUploadOptions{}); err != nil {
			t.Fatal(err)
		}
	}
	start(grows)
	piece(grows, 0, "abc")
	r, err := Run(t.Context(), Config{Store: p.db, Now: func() time.Time { return now }, Blobs: &late{p.blobs, func() {
		piece(grows, 3, "def")
		start(begins)
		piece(begins, 0, "abc")
	}}})
	if err != nil || len(r.Findings) > 0 {
		t.Errorf("%v, %v", r.Findings, err)
	}
}
