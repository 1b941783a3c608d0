package sqlstore_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"overgang/rest"
	"overgang/store"
	"overgang/store/sqlstore"
)

var noContext = context.Background()

func smallInstance() rest.Instance {
	now := time.Now()
	return rest.Instance{ID: uuid.New(), App: rest.AppID{Org: "ttd", App: "melding"}, Version: 1, Created: now, Changed: now, Step: "FormFilling"}
}

// TestTwoStores has two stores on one file, as the server and the command line
// do: both write under load, no number is given twice, and each sees the
// other's changes of the registry.
func TestTwoStores(t *testing.T) {
	path := filepath.Join(t.TempDir(), "overgang.db")
	server := open(t, sqlstore.Options{Path: path, Poll: time.Millisecond})
	command := open(t, sqlstore.Options{Path: path, Poll: time.Millisecond})
	var mu sync.Mutex
	numbers := map[int32]bool{}
	var wg sync.WaitGroup
	for c, s := range []*sqlstore.Store{server, server, server, command} {
		wg.Go(func() {
			for range 40 {
				i := smallInstance()
				i.App.App = fmt.Sprintf("app%d", c%2) // both stores name new applications
				if err := s.Update(t.Context(), func(tx store.Tx) error { return tx.CreateInstance(&i) }); err != nil {
					t.Error(err)
					return
				}
				mu.Lock()
				if numbers[i.Number] {
					t.Errorf("number %d was given twice", i.Number)
				}
				numbers[i.Number] = true
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	before, err := server.Generation(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	p := rest.Party{Kind: rest.OrganisationParty, OrgNumber: "310000007", Name: "Bygg AS"}
	if err := command.Update(t.Context(), func(tx store.Tx) error { return tx.PutParty(&p) }); err != nil {
		t.Fatal(err)
	}
	deadline := time.Now().Add(time.Minute)
	for {
		now, err := server.Generation(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if now > before {
			break
		}
		if time.Now().After(deadline) {
			t.Fatal("the other store's change of the registry was not seen")
		}
		time.Sleep(time.Millisecond)
	}
	err = server.View(t.Context(), func(r store.Reader) error { _, err := r.Party(rest.PartyRef{ID: p.ID}); return err })
	if err != nil {
		t.Error(err)
	}
}

// TestNumbersSurvive closes and opens a file, with deletions between.
func TestNumbersSurvive(t *testing.T) {
	path := filepath.Join(t.TempDir(), "overgang.db")
	var last int32
	for round := range 3 {
		s := open(t, sqlstore.Options{Path: path, FirstNumber: 5000})
		i := smallInstance()
		i.Elements = []rest.Element{{ID: uuid.New(), Version: 1}}
		if err := s.Update(t.Context(), func(tx store.Tx) error { return tx.CreateInstance(&i) }); err != nil {
			t.Fatal(err)
		}
		number := i.Elements[0].Number
		if round == 0 && (number != 5000 || i.Number != 5000) || number <= last {
			t.Errorf("round %d: instance %d, element %d after %d", round, i.Number, number, last)
		}
		last = number
		if err := s.Update(t.Context(), func(tx store.Tx) error { return tx.DeleteElement(i.Elements[0].ID) }); err != nil {
			t.Fatal(err)
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

// TestBusy holds the write lock in one store while another wants it.
func TestBusy(t *testing.T) {
	path := filepath.Join(t.TempDir(), "overgang.db")
	holder := open(t, sqlstore.Options{Path: path})
	other := open(t, sqlstore.Options{Path: path, BusyTimeout: 20 * time.Millisecond})
	held, leave := make(chan struct{}), make(chan struct{})
	var wg sync.WaitGroup
	wg.Go(func() {
		err := holder.Update(t.Context(), func(tx store.Tx) error {
			close(held)
			<-leave
			return tx.PutLockout(store.Lockout{Key: "held"})
		})
		if err != nil {
			t.Error(err)
		}
	})
	<-held
	write := func(tx store.Tx) error { return tx.PutLockout(store.Lockout{Key: "other"}) }
	if err := other.Update(t.Context(), write); !errors.Is(err, store.ErrBusy) {
		t.Errorf("update against a held lock: %v, want ErrBusy", err)
	}
	if err := other.Check(t.Context()); !errors.Is(err, store.ErrBusy) {
		t.Errorf("Check against a held lock: %v, want ErrBusy", err)
	}
	close(leave)
	wg.Wait()
	if err := other.Update(t.Context(), write); err != nil {
		t.Errorf("update after the lock was free: %v", err)
	}
}

// TestFull fills a file up to its size limit: the update that does not fit
// leaves nothing, what fitted before stays, and reading goes on.
func TestFull(t *testing.T) {
	s := open(t, sqlstore.Options{MaxSize: 1 << 20})
	content := benchContent()
	stored := 0
	var err error
	for n := range 1000 {
		if _, err = submission(s, n, content); err != nil {
			break
		}
		stored++
	}
	if !errors.Is(err, store.ErrFull) || stored == 0 {
		t.Fatalf("after %d submissions: %v, want ErrFull", stored, err)
	}
	err = s.View(t.Context(), func(r store.Reader) error {
		page, err := r.Instances(rest.Query{Count: true}, nil)
		if err == nil && page.Total != int64(stored) {
			t.Errorf("%d instances are stored, %d were acknowledged", page.Total, stored)
		}
		_, missing := r.InstanceByReference(1023, fmt.Sprintf("shipment-%08d", stored))
		if !errors.Is(missing, store.ErrNotFound) {
			t.Errorf("what did not fit: %v, want ErrNotFound", missing)
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
	if err := open(t, sqlstore.Options{MinFree: 1 << 60}).Check(t.Context()); !errors.Is(err, store.ErrFull) {
		t.Errorf("Check with too little space left: %v, want ErrFull", err)
	}
}

// TestLogIsBounded writes without a pause until twenty times the log's limit is
// in the database, and then sees the log begun anew while writing goes on.
func TestLogIsBounded(t *testing.T) {
	path := filepath.Join(t.TempDir(), "overgang.db")
	const limit = 1 << 20
	s := open(t, sqlstore.Options{Path: path, LogLimit: limit})
	content := benchContent()
	stop := make(chan struct{})
	var wg sync.WaitGroup
	for c := range 4 {
		wg.Go(func() {
			for n := 0; ; n++ {
				select {
				case <-stop:
					return
				default:
				}
				if _, err := submission(s, c*1_000_000+n, content); err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	size := func(name string) int64 {
		info, err := os.Stat(name)
		if err != nil {
			t.Fatal(err)
		}
		if mode := info.Mode().Perm(); mode != 0o600 {
			t.Errorf("%s has mode %o", name, mode)
		}
		return info.Size()
	}
	deadline := time.Now().Add(time.Minute)
	for size(path) < 20*limit || size(path+"-wal") > 4*limit {
		if time.Now().After(deadline) {
			t.Errorf("log of %d bytes beside a file of %d", size(path+"-wal"), size(path))
			break
		}
		time.Sleep(time.Millisecond)
	}
	close(stop)
	wg.Wait()
}

func TestOpenRefuses(t *testing.T) {
	dir := t.TempDir()
	text := filepath.Join(dir, "text.db")
	if err := os.WriteFile(text, []byte("This is no database, and it is long enough to be looked at."), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, path := range map[string]string{"a text file": text, "a missing folder": filepath.Join(dir, "none", "x.db"), "a folder": dir} {
		if s, err := sqlstore.Open(t.Context(), sqlstore.Options{Path: path}); err == nil {
			s.Close()
			t.Errorf("%s was opened", name)
		}
	}
}

// TestUpdateThatEndsItsGoroutine has a closure do what t.FailNow does.
func TestUpdateThatEndsItsGoroutine(t *testing.T) {
	s := open(t, sqlstore.Options{})
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		s.Update(noContext, func(tx store.Tx) error {
			if err := tx.PutLockout(store.Lockout{Key: "gone"}); err != nil {
				return err
			}
			runtime.Goexit()
			return nil
		})
	}()
	select {
	case <-ended:
	case <-time.After(time.Minute):
		t.Fatal("Update never returned")
	}
	if err := s.Update(t.Context(), func(tx store.Tx) error { return tx.PutLockout(store.Lockout{Key: "after"}) }); err != nil {
		t.Fatal(err)
	}
	err := s.View(t.Context(), func(r store.Reader) error {
		if _, err := r.Lockout("gone"); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("what the ended update wrote: %v, want ErrNotFound", err)
		}
		_, err := r.Lockout("after")
		return err
	})
	if err != nil {
		t.Error(err)
	}
}
