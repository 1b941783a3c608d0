package sqlstore

import (
	"errors"
	"path/filepath"
	"sync/atomic"
	"testing"

	"overgang/rest/supervise"
	"overgang/store"
)

// unthinkable is an error that panics when it is looked at.
type unthinkable struct{}

func (unthinkable) Error() string { return "unthinkable" }
func (unthinkable) As(any) bool   { panic("bang") }

// TestWriterGoesOn: when the writer itself panics, its group is told, nothing of
// it is stored, and it writes what comes next.
func TestWriterGoesOn(t *testing.T) {
	var told atomic.Int64
	s, err := Open(t.Context(), Options{Path: filepath.Join(t.TempDir(), "overgang.db"), Supervisor: &supervise.Supervisor{Panicked: func(string) { told.Add(1) }}})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	err = s.Update(t.Context(), func(one store.Tx) error {
		if err := one.PutLockout(store.Lockout{Key: "before"}); err != nil {
			return err
		}
		one.(*tx).broken = unthinkable{}
		return nil
	})
	var p *supervise.Panic
	if !errors.As(err, &p) || told.Load() != 1 {
		t.Errorf("%v, told of %d panics: want one, as the error", err, told.Load())
	}
	if err := s.Update(t.Context(), func(tx store.Tx) error { return tx.PutLockout(store.Lockout{Key: "after"}) }); err != nil {
		t.Fatal(err)
	}
	err = s.View(t.Context(), func(r store.Reader) error {
		if _, err := r.Lockout("before"); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("what was written before the panic: %v, want ErrNotFound", err)
		}
		_, err := r.Lockout("after")
		return err
	})
	if err != nil {
		t.Error(err)
	}
}

// TestCheckpointerGoesOn: when a checkpoint panics, the next one is made.
func TestCheckpointerGoesOn(t *testing.T) {
	panicked := make(chan struct{}, 1)
	var repair func() // called by the checkpointer itself
	o := Options{Path: filepath.Join(t.TempDir(), "overgang.db"), Supervisor: &supervise.Supervisor{Panicked: func(string) { repair() }}}
	s, err := Open(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	c, err := connect(s.opts, readerCache, false)
	if err != nil {
		t.Fatal(err)
	}
	raw := c.raw
	c.raw = nil
	repair = func() {
		c.raw = raw
		panicked <- struct{}{}
	}
	k := &checkpointer{s: s, c: c, wake: make(chan struct{}, 1), quit: make(chan struct{})}
	k.wrote()
	k.ended.Go(k.run)
	<-panicked
	if k.stop(); c.prepared != nil {
		t.Error("the checkpointer did not end as it should")
	}
}
