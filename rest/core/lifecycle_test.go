package core

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"overgang/rest"
	"overgang/store"
)

func eventTypes(events []rest.Event) string {
	var out []string
	for _, e := range events {
		out = append(out, string(e.Type))
	}
	return strings.Join(out, " ")
}

func TestChangeInstance(t *testing.T) {
	w := newWorld(t)
	user := w.user()
	in := w.create(user)
	labels, text, due, never := []string{"a\u202Eb", "c"}, " Sak 1\n ", w.now().Add(time.Hour), time.Time{}
	w.clock.add(time.Minute)
	after, err := w.ChangeInstance(w.ctx, user, in.ID, rest.InstanceChange{Labels: &labels, Presentation: &text, Due: &due}, in.Version)
	if err != nil {
		t.Fatal(err)
	}
	want := *in
	want.Labels, want.Presentation, want.Due, want.Version, want.Changed = []string{"ab", "c"}, "Sak 1", due, 2, w.now()
	got, err := w.Instance(w.ctx, user, in.ID)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(&want, got) + cmp.Diff(after, got); d != "" {
		t.Error(d)
	}
	_, err = w.ChangeInstance(w.ctx, user, in.ID, rest.InstanceChange{Due: &never}, 1)
	wantKind(t, err, rest.PreconditionFailed)
	after, err = w.ChangeInstance(w.ctx, user, in.ID, rest.InstanceChange{Due: &never}, 0)
	if err != nil || !after.Due.IsZero() || after.Presentation != "Sak 1" {
		t.Errorf("%+v, %v", after, err)
	}
	_, err = w.ChangeInstance(w.ctx, rest.Caller{Person: w.person.ID, Scopes: []string{rest.ScopeRead}}, in.ID, rest.InstanceChange{Due: &never}, 0)
	wantKind(t, err, rest.Forbidden)
	_, err = w.ChangeInstance(w.ctx, rest.Caller{Owner: "nav", Scopes: w.owner.Scopes}, in.ID, rest.InstanceChange{Due: &never}, 0)
	wantKind(t, err, rest.NotFound)
	sent := w.submit(w.shipment("REF-1")).Instance
	_, err = w.ChangeInstance(w.ctx, w.system, sent.ID, rest.InstanceChange{Due: &never}, 0)
	wantKind(t, err, rest.Locked)
	if _, err := w.DeleteInstance(w.ctx, user, in.ID, false, 0); err != nil {
		t.Fatal(err)
	}
	_, err = w.ChangeInstance(w.ctx, user, in.ID, rest.InstanceChange{Due: &never}, 0)
	wantKind(t, err, rest.Gone)
}

// TestChangesAreNotLost: of writers that all name the same version, one wins;
// those that read anew get all their changes in.
func TestChangesAreNotLost(t *testing.T) {
	w := newWorld(t)
	user := w.user()
	in := w.create(user)
	var wg sync.WaitGroup
	for n := range 8 {
		wg.Go(func() {
			for {
				now, err := w.Instance(w.ctx, user, in.ID)
				if err != nil {
					t.Error(err)
					return
				}
				labels := append(now.Labels, fmt.Sprint(n))
				_, err = w.ChangeInstance(w.ctx, user, in.ID, rest.InstanceChange{Labels: &labels}, now.Version)
				if rest.KindOf(err) != rest.PreconditionFailed || err == nil {
					if err != nil {
						t.Error(err)
					}
					return
				}
			}
		})
	}
	wg.Wait()
	after, err := w.Instance(w.ctx, user, in.ID)
	if err != nil || len(after.Labels) != 8 || after.Version != 9 {
		t.Errorf("labels %v, version %d, %v", after.Labels, after.Version, err)
	}
}

func TestDeleteAndUndelete(t *testing.T) {
	w := newWorld(t)
	user := w.user()
	in := w.create(user, rest.NewElement{Type: "default", Content: w.content(validForm)})
	element := in.Elements[0].ID
	_, err := w.DeleteInstance(w.ctx, user, in.ID, false, 7)
	wantKind(t, err, rest.PreconditionFailed)
	deleted, err := w.DeleteInstance(w.ctx, user, in.ID, false, in.Version)
	if err != nil || !deleted.SoftDeleted.Equal(w.now()) || deleted.Version != 2 {
		t.Fatalf("%+v, %v", deleted, err)
	}
	if again, err := w.DeleteInstance(w.ctx, user, in.ID, false, 0); err != nil || again.Version != 2 {
		t.Errorf("deleted again: %+v, %v", again, err)
	}
	for name, call := range map[string]func() error{
		"get":      func() error { _, err := w.Instance(w.ctx, user, in.ID); return err },
		"as owner": func() error { _, err := w.Instance(w.ctx, w.owner, in.ID); return err },
		"content":  func() error { _, _, err := w.Content(w.ctx, user, in.ID, element); return err },
		"add":      func() error { _, _, err := w.AddElement(w.ctx, user, in.ID, w.attachment("a.pdf", "x")); return err },
		"delete":   func() error { _, err := w.DeleteElement(w.ctx, user, in.ID, element, 0); return err },
		"lock":     func() error { _, _, err := w.LockElement(w.ctx, user, in.ID, element, true, 0); return err },
		"complete": func() error { _, err := w.Complete(w.ctx, w.system, in.Number, nil); return err },
	} {
		if err := call(); rest.KindOf(err) != rest.Gone {
			t.Errorf("%s of a deleted instance: %v", name, err)
		}
	}
	stranger := rest.Caller{System: 4711}
	_, err = w.UndeleteInstance(w.ctx, stranger, in.ID, 0)
	wantKind(t, err, rest.NotFound)
	back, err := w.UndeleteInstance(w.ctx, user, in.ID, 2)
	if err != nil || !back.SoftDeleted.IsZero() {
		t.Fatalf("%+v, %v", back, err)
	}
	if same, err := w.UndeleteInstance(w.ctx, user, in.ID, 0); err != nil || same.Version != back.Version {
		t.Errorf("undeleted again: %+v, %v", same, err)
	}
	if got := w.read(user, in.ID, element); got != validForm {
		t.Errorf("content %q", got)
	}
	hard, err := w.DeleteInstance(w.ctx, user, in.ID, true, 0)
	if err != nil || hard.HardDeleted.IsZero() {
		t.Fatalf("%+v, %v", hard, err)
	}
	_, err = w.UndeleteInstance(w.ctx, user, in.ID, 0)
	wantKind(t, err, rest.Conflict)
	var events []rest.Event
	if err := w.view(w.ctx, func(r store.Reader) (err error) {
		events, err = r.InstanceEvents(in.ID, rest.EventQuery{Limit: 100})
		return err
	}); err != nil {
		t.Fatal(err)
	}
	if got := eventTypes(events); got != "InstanceCreated InstanceDeleted InstanceUndeleted InstanceDeleted" {
		t.Error(got)
	}
}

func TestLocks(t *testing.T) {
	w := newWorld(t)
	user := w.user()
	in := w.create(user, rest.NewElement{Type: "default", Content: w.content(validForm)})
	e := in.Elements[0]
	_, _, err := w.LockElement(w.ctx, user, in.ID, e.ID, true, 9)
	wantKind(t, err, rest.PreconditionFailed)
	_, _, err = w.LockElement(w.ctx, user, in.ID, uuid.New(), true, 0)
	wantKind(t, err, rest.NotFound)
	after, locked, err := w.LockElement(w.ctx, user, in.ID, e.ID, true, e.Version)
	if err != nil || !locked.Locked || locked.Version != 2 || after.Version != 2 {
		t.Fatalf("%+v, %v", locked, err)
	}
	if again, _, err := w.LockElement(w.ctx, user, in.ID, e.ID, true, 0); err != nil || again.Version != 2 {
		t.Errorf("locked again: %+v, %v", again, err)
	}
	for name, call := range map[string]func() error{
		"replace": func() error {
			_, _, err := w.ReplaceElement(w.ctx, user, in.ID, e.ID, rest.NewElement{Content: w.content(validForm)}, 0)
			return err
		},
		"delete":          func() error { _, err := w.DeleteElement(w.ctx, user, in.ID, e.ID, 0); return err },
		"delete instance": func() error { _, err := w.DeleteInstance(w.ctx, user, in.ID, true, 0); return err },
		"update": func() error {
			_, err := w.UpdateElements(w.ctx, w.system, in.Number, "", []rest.ElementUpdate{{Number: e.Number, Element: w.form(validForm)}})
			return err
		},
	} {
		if err := call(); rest.KindOf(err) != rest.Locked {
			t.Errorf("%s of a locked element: %v", name, err)
		}
	}
	if _, open, err := w.LockElement(w.ctx, user, in.ID, e.ID, false, 2); err != nil || open.Locked {
		t.Fatalf("%+v, %v", open, err)
	}
	_, err = w.DeleteElement(w.ctx, user, in.ID, e.ID, 1)
	wantKind(t, err, rest.PreconditionFailed)
	after, err = w.DeleteElement(w.ctx, user, in.ID, e.ID, 3)
	if err != nil || len(after.Elements) != 0 {
		t.Fatalf("%+v, %v", after, err)
	}
	_, err = w.DeleteElement(w.ctx, user, in.ID, e.ID, 0)
	wantKind(t, err, rest.NotFound)
	_, _, err = w.Content(w.ctx, user, in.ID, e.ID)
	wantKind(t, err, rest.NotFound)
	events, err := w.InstanceEvents(w.ctx, user, in.ID, rest.EventQuery{Limit: 100})
	if got := eventTypes(events); err != nil || got != "InstanceCreated ElementLocked ElementUnlocked ElementDeleted" {
		t.Error(got, err)
	}
	sent := w.submit(w.shipment("REF-1")).Instance
	_, err = w.DeleteElement(w.ctx, w.system, sent.ID, sent.Elements[0].ID, 0)
	wantKind(t, err, rest.Locked)
	_, _, err = w.LockElement(w.ctx, w.system, sent.ID, sent.Elements[0].ID, true, 0)
	wantKind(t, err, rest.Locked)
}

func TestPurge(t *testing.T) {
	w := newWorld(t)
	user := w.user()
	large := strings.Repeat("stor ", 50_000)
	draft := w.create(user, w.attachment("stor.pdf", large))
	soft := w.create(user)
	sent := w.submit(w.shipment("REF-1"))
	for id, hard := range map[uuid.UUID]bool{draft.ID: true, soft.ID: false, sent.Instance.ID: true} {
		if _, err := w.DeleteInstance(w.ctx, w.system, id, hard, 0); err != nil {
			t.Fatal(err)
		}
	}
	// Its sender sees it no more; the application's owner, whom it was sent to, does.
	_, err := w.Instance(w.ctx, w.system, sent.Instance.ID)
	wantKind(t, err, rest.Gone)
	if _, err := w.Instance(w.ctx, w.owner, sent.Instance.ID); err != nil {
		t.Errorf("the application's owner: %v", err)
	}
	purge := func(want int) {
		t.Helper()
		if n, err := w.purge(w.ctx); n != want || err != nil {
			t.Errorf("%d purged, %v: want %d", n, err, want)
		}
	}
	purge(0)
	w.clock.add(30*24*time.Hour + time.Second)
	purge(1)
	if got := w.blobs.count(); got != 0 {
		t.Errorf("%d blobs are left", got)
	}
	_, err = w.Instance(w.ctx, user, draft.ID)
	wantKind(t, err, rest.NotFound)
	_, err = w.UndeleteInstance(w.ctx, user, draft.ID, 0)
	wantKind(t, err, rest.NotFound)
	if _, err := w.UndeleteInstance(w.ctx, user, soft.ID, 0); err != nil {
		t.Errorf("soft deletions are kept: %v", err)
	}
	purge(0)
	for _, e := range sent.Instance.Elements {
		if err := w.Downloaded(w.ctx, w.owner, sent.Instance.ID, &e); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := w.ConfirmInstance(w.ctx, w.owner, sent.Instance.ID, 0); err != nil {
		t.Fatal(err)
	}
	purge(1)
	r, err := w.Receipt(w.ctx, w.system, rest.ReceiptSearch{References: []rest.Reference{{Type: rest.RefShipment, Value: "REF-1"}}})
	if err != nil || r.ID != sent.Receipt.ID {
		t.Errorf("the receipt of a purged instance: %+v, %v", r, err)
	}
	if again := w.submit(w.shipment("REF-2")).Instance; again.Number <= sent.Instance.Number {
		t.Errorf("number %d after %d", again.Number, sent.Instance.Number)
	}
}

// TestPurgeJob: the job runs by itself and ends with the core.
func TestPurgeJob(t *testing.T) {
	w := newWorld(t)
	user := w.user()
	in := w.create(user)
	if _, err := w.DeleteInstance(w.ctx, user, in.ID, true, 0); err != nil {
		t.Fatal(err)
	}
	w.clock.add(time.Hour)
	c, err := New(Config{Store: w.store, Blobs: w.blobs, Secret: testSecret, Now: w.clock.now, PasswordCost: w.cfg.PasswordCost,
		SweepDelay: time.Millisecond, Retention: time.Minute})
	if err != nil {
		t.Fatal(err)
	}
	deadline := time.Now().Add(time.Minute)
	for {
		_, err := w.Instance(w.ctx, user, in.ID)
		if rest.KindOf(err) == rest.NotFound {
			break
		}
		if time.Now().After(deadline) {
			t.Fatal("not purged:", err)
		}
		time.Sleep(time.Millisecond)
	}
	if err := c.Close(); err != nil {
		t.Error(err)
	}
}

func TestPurgeFailsWithItsBlobs(t *testing.T) {
	w := newWorld(t)
	user := w.user()
	in := w.create(user, w.attachment("stor.pdf", strings.Repeat("stor ", 50_000)))
	if _, err := w.DeleteInstance(w.ctx, user, in.ID, true, 0); err != nil {
		t.Fatal(err)
	}
	w.clock.add(31 * 24 * time.Hour)
	w.blobs.failDelete = errors.New("disk")
	if n, err := w.purge(w.ctx); err == nil || n != 0 {
		t.Errorf("%d purged, %v", n, err)
	}
	// The row is gone; the blob is an orphan, and the sweeper's.
	w.blobs.failDelete = nil
	w.clock.add(2 * orphanAge)
	if n, err := w.sweep(w.ctx); n != 1 || err != nil {
		t.Errorf("%d swept, %v", n, err)
	}
}
