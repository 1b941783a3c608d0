package storetest

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"

	"overgang/rest"
	"overgang/store"
)

var errBoom = errors.New("boom")

func testAtomicity(t *testing.T, s store.Store) {
	i := full()
	i.Receipt = 1
	var receipt rest.Receipt
	err := s.Update(t.Context(), func(tx store.Tx) error {
		receipt = rest.Receipt{Changed: start, References: []rest.Reference{{Type: rest.RefSystem, Value: "undone"}}}
		event := rest.Event{At: start, Type: rest.EventCreated, App: i.App, Instance: i.ID}
		for _, err := range []error{
			tx.CreateInstance(&i), tx.Enter(i.ID, rest.Visit{Step: "x", Entered: start}), tx.AddEvent(&event), tx.CreateReceipt(&receipt),
			tx.PutLockout(store.Lockout{Key: "undone"}),
		} {
			if err != nil {
				return err
			}
		}
		return errBoom
	})
	if err != errBoom {
		t.Errorf("Update returned %v, want fn's error as it is", err)
	}
	view(t, s, func(r store.Reader) error {
		_, err := r.Instance(i.ID)
		wantErr(t, "undone instance", err, store.ErrNotFound)
		_, err = r.ElementContent(i.Elements[0].ID)
		wantErr(t, "undone element", err, store.ErrNotFound)
		_, err = r.Receipt(receipt.ID)
		wantErr(t, "undone receipt", err, store.ErrNotFound)
		_, err = r.Lockout("undone")
		wantErr(t, "undone lockout", err, store.ErrNotFound)
		found, err := r.ReceiptsByReference(rest.Reference{Type: rest.RefSystem, Value: "undone"}, 1)
		events, err2 := r.AppEvents(i.App, rest.EventQuery{Limit: 10})
		if len(found) > 0 || len(events) > 0 {
			t.Errorf("undone receipts %v and events %v are found", found, events)
		}
		return errors.Join(err, err2)
	})

	// A broken uniqueness is fn's to handle: what it wrote besides stays.
	create(t, s, &i)
	update(t, s, func(tx store.Tx) error {
		twin := instance(melding, 1, start)
		twin.Sender, twin.Reference = i.Sender, i.Reference
		if err := tx.CreateInstance(&twin); !errors.Is(err, store.ErrExists) {
			return fmt.Errorf("twin: %v", err)
		}
		return tx.PutLockout(store.Lockout{Key: "beside", Last: start})
	})
	view(t, s, func(r store.Reader) error { _, err := r.Lockout("beside"); return err })

	// One that comes after a part was written is not: the update fails whatever fn returns.
	clash := instance(melding, 1, start)
	clash.Elements = []rest.Element{i.Elements[0]}
	wantUpdateErr(t, s, "half an instance", store.ErrExists, func(tx store.Tx) error {
		tx.CreateInstance(&clash)
		return nil
	})
	view(t, s, func(r store.Reader) error {
		_, err := r.Instance(clash.ID)
		wantErr(t, "half an instance", err, store.ErrNotFound)
		return nil
	})
}

// testNeighbours runs updates side by side: some succeed, some fail before they
// wrote, some after, some panic, some give up. Nobody is disturbed by another.
func testNeighbours(t *testing.T, s store.Store) {
	const callers, rounds = 8, 25
	type made struct {
		ID     uuid.UUID
		number int32
	}
	var mu sync.Mutex
	var stored, undone []made
	var wg sync.WaitGroup
	for c := range callers {
		wg.Go(func() {
			for n := range rounds {
				kind := (c + n) % 5
				i := instance(melding, rest.PartyID(c+1), start)
				i.Sender, i.Reference = rest.SystemID(c+1), fmt.Sprintf("%d-%d", c, n)
				i.Elements = []rest.Element{element("default", "x", start)}
				err := s.Update(context.Background(), func(tx store.Tx) error {
					if kind == 0 {
						return errBoom
					}
					if err := tx.CreateInstance(&i); err != nil {
						return err
					}
					event := rest.Event{At: start, Type: rest.EventCreated, App: i.App, Instance: i.ID}
					if err := tx.AddEvent(&event); err != nil {
						return err
					}
					switch kind {
					case 1:
						return errBoom
					case 2:
						panic("bang")
					}
					return nil
				})
				mu.Lock()
				switch {
				case kind >= 3 && err == nil:
					stored = append(stored, made{i.ID, i.Number})
				case kind >= 3:
					t.Errorf("update failed beside failing ones: %v", err)
				case kind < 2 && err != errBoom:
					t.Errorf("error %v, want fn's own", err)
				case kind == 2 && (err == nil || !strings.Contains(err.Error(), "bang")):
					t.Errorf("error %v, want the panic", err)
				default:
					undone = append(undone, made{i.ID, 0})
				}
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	numbers := map[int32]bool{}
	view(t, s, func(r store.Reader) error {
		for _, m := range stored {
			i, err := r.Instance(m.ID)
			if err != nil || i.Number != m.number || len(i.Elements) != 1 || numbers[m.number] {
				return fmt.Errorf("instance %s, number %d (seen %v): %+v, %w", m.ID, m.number, numbers[m.number], i, err)
			}
			numbers[m.number] = true
			if events, err := r.InstanceEvents(m.ID, rest.EventQuery{Limit: 100}); len(events) != 1 || err != nil {
				return fmt.Errorf("%d events of instance %s, %w", len(events), m.ID, err)
			}
		}
		for _, m := range undone {
			_, err := r.Instance(m.ID)
			wantErr(t, "undone instance", err, store.ErrNotFound)
		}
		events, err := r.AppEvents(melding, rest.EventQuery{Limit: 10 * callers * rounds})
		if len(events) != len(stored) {
			t.Errorf("%d events, want one for each of %d instances", len(events), len(stored))
		}
		return err
	})
}

func testOwnWrites(t *testing.T, s store.Store) {
	i := full()
	update(t, s, func(tx store.Tx) error {
		if err := tx.CreateInstance(&i); err != nil {
			return err
		}
		event := rest.Event{At: start, Type: rest.EventCreated, App: i.App, Instance: i.ID}
		if err := errors.Join(tx.AddEvent(&event), tx.Enter(i.ID, rest.Visit{Step: "x", Entered: start})); err != nil {
			return err
		}
		receipt := rest.Receipt{Changed: start, Instance: i.Number, Sender: 4, References: []rest.Reference{{Type: rest.RefShipment, Value: i.Reference}}}
		if err := tx.CreateReceipt(&receipt); err != nil {
			return err
		}
		got, err := tx.Instance(i.ID)
		if err != nil {
			return err
		}
		want := listed(i)
		want.Receipt = receipt.ID
		same(t, "own instance", *got, want)
		events, err1 := tx.InstanceEvents(i.ID, rest.EventQuery{Limit: 100})
		feed, err2 := tx.AppEvents(i.App, rest.EventQuery{Limit: 10})
		visits, err3 := tx.Visits(i.ID)
		found, err4 := tx.ReceiptsByReference(receipt.References[0], 5)
		page, err5 := tx.Instances(rest.Query{Org: i.App.Org}, nil)
		if len(events) != 1 || len(feed) != 1 || len(visits) != 1 || len(found) != 1 || len(page.Instances) != 1 {
			t.Errorf("own events %v, feed %v, visits %v, receipts %v, page %v: want one each", events, feed, visits, found, page)
		}
		return errors.Join(err1, err2, err3, err4, err5)
	})
}

func testPanics(t *testing.T, s store.Store) {
	err := s.Update(t.Context(), func(store.Tx) error { panic("bang before") })
	if err == nil || !strings.Contains(err.Error(), "bang before") {
		t.Errorf("error %v, want the panic", err)
	}
	err = s.Update(t.Context(), func(tx store.Tx) error {
		if err := tx.PutLockout(store.Lockout{Key: "a"}); err != nil {
			return err
		}
		var none *rest.Instance
		return tx.CreateInstance(none)
	})
	if err == nil {
		t.Error("no error for a panic after a write")
	}
	func() {
		defer func() { recover() }()
		s.View(t.Context(), func(store.Reader) error { panic("in a view") })
	}()
	update(t, s, func(tx store.Tx) error { return tx.PutLockout(store.Lockout{Key: "b"}) })
	view(t, s, func(r store.Reader) error {
		_, err := r.Lockout("a")
		wantErr(t, "what was written before a panic", err, store.ErrNotFound)
		_, err = r.Lockout("b")
		return err
	})
}

// testSnapshots checks that a view does not see what is committed while it runs.
func testSnapshots(t *testing.T, s store.Store) {
	lockout := func(n int) func(store.Tx) error {
		return func(tx store.Tx) error { return tx.PutLockout(store.Lockout{Key: "k", Failed: n}) }
	}
	update(t, s, lockout(1))
	view(t, s, func(r store.Reader) error {
		before, err := r.Lockout("k")
		if err != nil {
			return err
		}
		update(t, s, lockout(2))
		after, err := r.Lockout("k")
		if before.Failed != 1 || after.Failed != 1 {
			t.Errorf("a view saw %d, then %d: want 1 both times", before.Failed, after.Failed)
		}
		return err
	})
	view(t, s, func(r store.Reader) error {
		l, err := r.Lockout("k")
		if l.Failed != 2 {
			t.Errorf("a later view saw %d, want 2", l.Failed)
		}
		return err
	})
}

func testCancellation(t *testing.T, s store.Store) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	never := func(store.Tx) error { t.Error("fn ran after its context had ended"); return nil }
	wantErr(t, "Update of an ended context", s.Update(ctx, never), context.Canceled)
	wantErr(t, "View of an ended context", s.View(ctx, func(store.Reader) error { t.Error("fn ran"); return nil }), context.Canceled)

	// While one update runs, those behind it wait: one gives up, one does not.
	entered, leave := make(chan struct{}), make(chan struct{})
	var once sync.Once
	var wg sync.WaitGroup
	wg.Go(func() {
		update(t, s, func(store.Tx) error { once.Do(func() { close(entered); <-leave }); return nil })
	})
	<-entered
	ctx, cancel = context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	wantErr(t, "Update that waited too long", s.Update(ctx, never), context.DeadlineExceeded)
	var ran atomic.Bool
	wg.Go(func() { update(t, s, func(store.Tx) error { ran.Store(true); return nil }) })
	close(leave)
	wg.Wait()
	if !ran.Load() {
		t.Error("an update behind one that gave up did not run")
	}

	// Once fn has run, its context's end changes nothing.
	ctx, cancel = context.WithCancel(t.Context())
	err := s.Update(ctx, func(tx store.Tx) error { cancel(); return tx.PutLockout(store.Lockout{Key: "late"}) })
	if err != nil {
		t.Errorf("Update whose context ended while fn ran: %v", err)
	}
	view(t, s, func(r store.Reader) error { _, err := r.Lockout("late"); return err })

	ctx, cancel = context.WithCancel(t.Context())
	err = s.View(ctx, func(r store.Reader) error {
		cancel()
		_, err := r.Parties(0, 10)
		return err
	})
	wantErr(t, "reading on in a view whose context ended", err, context.Canceled)
}

func testBacklog(t *testing.T, s store.Store) {
	if n, _ := s.Backlog(); n != 0 {
		t.Errorf("%d updates wait in an idle store", n)
	}
	entered, leave := make(chan struct{}), make(chan struct{})
	var once sync.Once
	var wg sync.WaitGroup
	wg.Go(func() {
		update(t, s, func(store.Tx) error { once.Do(func() { close(entered); <-leave }); return nil })
	})
	<-entered
	for range 3 {
		wg.Go(func() { update(t, s, func(store.Tx) error { return nil }) })
	}
	deadline := time.Now().Add(5 * time.Second)
	for n, _ := s.Backlog(); n < 4; n, _ = s.Backlog() {
		if time.Now().After(deadline) {
			t.Fatalf("%d updates wait, want 4", n)
		}
		time.Sleep(time.Millisecond)
	}
	time.Sleep(10 * time.Millisecond)
	close(leave)
	wg.Wait()
	if n, latency := s.Backlog(); n != 0 || latency <= 0 {
		t.Errorf("after the last update %d wait, latency %v", n, latency)
	}
}

func testClose(t *testing.T, s store.Store) {
	if err := s.Check(t.Context()); err != nil {
		t.Errorf("Check: %v", err)
	}
	// What was accepted before Close is stored.
	var wg sync.WaitGroup
	var stored, refused atomic.Int64
	for range 16 {
		wg.Go(func() {
			err := s.Update(context.Background(), func(tx store.Tx) error { return tx.AddMessage(&store.Message{At: start}) })
			switch {
			case err == nil:
				stored.Add(1)
			case errors.Is(err, store.ErrClosed):
				refused.Add(1)
			default:
				t.Errorf("update while closing: %v", err)
			}
		})
	}
	if err := s.Close(); err != nil {
		t.Errorf("Close: %v", err)
	}
	wg.Wait()
	if stored.Load()+refused.Load() != 16 {
		t.Errorf("%d stored and %d refused of 16", stored.Load(), refused.Load())
	}
	wantErr(t, "Update after Close", s.Update(t.Context(), func(store.Tx) error { return nil }), store.ErrClosed)
	wantErr(t, "View after Close", s.View(t.Context(), func(store.Reader) error { return nil }), store.ErrClosed)
	wantErr(t, "Check after Close", s.Check(t.Context()), store.ErrClosed)
	_, err := s.Generation(t.Context())
	wantErr(t, "Generation after Close", err, store.ErrClosed)
	if err := s.Close(); err != nil {
		t.Errorf("Close again: %v", err)
	}
}
