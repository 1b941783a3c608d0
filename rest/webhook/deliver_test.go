package webhook_test

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"overgang/rest"
	"overgang/rest/webhook"
	"overgang/store"
	"overgang/store/sqlstore"
)

var created = rest.EventFilter{Types: []string{"app.instance.created"}}

// TestDelivers: validation first, then what happened since the subscription,
// signed, in order, and nothing else.
func TestDelivers(t *testing.T) {
	w := newWorld(t)
	w.create(melding) // before: not told of
	r := w.receiver()
	s, secret, err := w.Subscribe(t.Context(), ttd, rest.NewSubscription{Endpoint: r.URL + "/hook?key=s3cr3t"})
	if err != nil {
		t.Fatal(err)
	}
	r.trust(secret)
	early := w.create(melding) // before it is validated: told of afterwards
	d := w.deliverer()
	w.wait("the validation", func() bool { return w.subscription(s.ID).State == rest.Active })
	if r.notices("validation") != 1 {
		t.Errorf("%d validation events", r.notices("validation"))
	}
	one, two := w.create(melding), w.create(rapport)
	w.create(fremmed) // another owner's
	w.change(one)
	w.wait("all events", func() bool {
		return r.has(early, one, two) && slices.ContainsFunc(r.events(), func(m message) bool { return m.Type == "app.instance.changed" })
	})
	quiet()
	if ids := r.instances(); len(ids) != 3 {
		t.Errorf("events of %d instances, want 3", len(ids))
	}
	last, seen := 0, map[string]bool{}
	for _, m := range r.events() {
		id, _ := strconv.Atoi(m.Event)
		if m.Instance == one.String() && id < last {
			t.Errorf("event %d came after %d of the same instance", id, last)
		}
		if m.Instance == one.String() {
			last = id
		}
		if seen[m.ID] {
			t.Errorf("%s came twice", m.ID)
		}
		seen[m.ID] = true
		if now := w.clock.now().Unix(); m.timestamp != now {
			t.Errorf("timestamp %d, want %d", m.timestamp, now)
		}
	}
	got := w.subscription(s.ID)
	if got.Health.Delivered != int64(len(r.events())) || got.Waiting != 0 || got.Dead != 0 || got.Health.Last.Status != 200 {
		t.Errorf("%+v", got)
	}
	if f := d.Figures(); f.Subscriptions["active"] != 1 || f.Lag != 0 {
		t.Errorf("%+v", f)
	}
}

// TestFilters: each narrows.
func TestFilters(t *testing.T) {
	w := newWorld(t)
	w.deliverer()
	a := w.create(melding)
	filters := map[string]rest.EventFilter{
		"type":     {Types: []string{"app.instance.changed"}},
		"prefix":   {Types: []string{"app.instance.pro*", "app.instance.changed"}},
		"app":      {Apps: []rest.AppID{rapport}},
		"instance": {Instance: a},
	}
	receivers := map[string]*receiver{}
	for name, f := range filters {
		receivers[name] = w.receiver()
		w.subscribe(ttd, receivers[name], f)
	}
	all := w.receiver()
	w.subscribe(ttd, all, rest.EventFilter{Party: w.org})
	b := w.create(rapport)
	w.change(a)
	w.wait("all", func() bool { return all.has(a, b) })
	quiet()
	for name, want := range map[string]func(message) bool{
		"type": func(m message) bool { return m.Type == "app.instance.changed" },
		"prefix": func(m message) bool {
			return m.Type == "app.instance.changed" || strings.HasPrefix(m.Type, "app.instance.pro")
		},
		"app":      func(m message) bool { return m.Instance == b.String() },
		"instance": func(m message) bool { return m.Instance == a.String() },
	} {
		got := receivers[name].events()
		wanted := slices.DeleteFunc(all.events(), func(m message) bool { return !want(m) })
		if len(got) != len(wanted) || len(got) == 0 || slices.ContainsFunc(got, func(m message) bool { return !want(m) }) {
			t.Errorf("%s: %v, want %v", name, got, wanted)
		}
	}
}

// TestRights: a person is told of what it may read, and no longer when the
// right is gone, also not of what waits.
func TestRights(t *testing.T) {
	w := newWorld(t)
	w.deliverer()
	w.grant(rest.Read)
	r, failing := w.receiver(), w.receiver()
	w.subscribe(w.person, r, created)
	failing.answers(status(500))
	f := w.subscribe(w.person, failing, created)
	one := w.create(melding)
	w.wait("the event", func() bool { return r.has(one) && w.subscription(f.ID).Waiting == 1 })
	w.grant() // revoked
	failing.answers(nil)
	w.create(melding)
	w.clock.add(time.Hour)
	w.wait("what waits to be dropped", func() bool { return w.subscription(f.ID).Waiting == 0 })
	quiet()
	if n := len(r.events()); n != 1 {
		t.Errorf("%d events, want 1", n)
	}
	if n := len(failing.events()); n != 1 {
		t.Errorf("%d events at the one that failed, want the first attempt", n)
	}
	if _, _, err := w.Subscribe(t.Context(), w.person, rest.NewSubscription{Endpoint: r.URL, Filter: rest.EventFilter{Party: w.org}}); rest.KindOf(err) != rest.Forbidden {
		t.Errorf("subscribing without a right: %v", err)
	}
	w.grant(rest.Read)
	three := w.create(rapport)
	w.wait("the event after the right is back", func() bool { return r.has(three) })
}

// TestHiddenInstances: a user is not told of what is not visible yet.
func TestHiddenInstances(t *testing.T) {
	w := newWorld(t)
	w.deliverer()
	w.grant(rest.Read)
	r := w.receiver()
	w.subscribe(w.person, r, created)
	hidden, err := w.CreateInstance(t.Context(), ttd, rest.NewInstance{App: melding, Owner: rest.PartyRef{ID: w.org}, Visible: w.clock.now().Add(time.Hour)})
	if err != nil {
		t.Fatal(err)
	}
	shown := w.create(melding)
	w.wait("the visible one", func() bool { return r.has(shown) })
	if r.has(hidden.ID) {
		t.Error("told of a hidden instance")
	}
}

// TestRotation: both secrets sign for a while, then the new one alone.
func TestRotation(t *testing.T) {
	w := newWorld(t)
	w.deliverer()
	r := w.receiver()
	s := w.subscribe(ttd, r, created)
	_, secrets, err := w.RotateSecret(t.Context(), ttd, s.ID)
	if err != nil || len(secrets) != 2 || secrets[1].Until.Sub(w.clock.now()) != 24*time.Hour {
		t.Fatalf("%v, %v", secrets, err)
	}
	r.trust(secrets[0].Secret)
	one := w.create(melding)
	w.wait("an event", func() bool { return r.has(one) })
	if m := r.events()[0]; m.signatures != 2 {
		t.Errorf("%d good signatures, want 2", m.signatures)
	}
	w.clock.add(25 * time.Hour)
	two := w.create(melding)
	w.wait("an event", func() bool { return r.has(two) })
	if m := r.events()[1]; m.signatures != 1 {
		t.Errorf("%d good signatures after the overlap, want 1", m.signatures)
	}
}

// TestOtherProcesses: what another process records and asks for is seen.
func TestOtherProcesses(t *testing.T) {
	w := newWorld(t)
	w.deliverer()
	r := w.receiver()
	s := w.subscribe(ttd, r, rest.EventFilter{})
	other, err := sqlstore.Open(t.Context(), sqlstore.Options{Path: w.path})
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	now := w.clock.now()
	in := rest.Instance{ID: uuid.New(), App: melding, Owner: w.org, Version: 1, Created: now, CreatedBy: "ttd", Changed: now, ChangedBy: "ttd", Step: "FormFilling", StepAt: now}
	// An application that this store never heard of, too.
	strange := in
	strange.ID, strange.App = uuid.New(), rest.AppID{Org: "ttd", App: "ukjent"}
	for _, i := range []*rest.Instance{&in, &strange} {
		err := other.Update(t.Context(), func(tx store.Tx) error {
			if err := tx.CreateInstance(i); err != nil {
				return err
			}
			return tx.AddEvent(&rest.Event{At: now, Type: rest.EventCreated, App: i.App, Owner: w.org, Instance: i.ID})
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	w.wait("the other process's events", func() bool { return r.has(in.ID, strange.ID) })
	operator, err := w.admin.TestSubscription(t.Context(), s.ID)
	if err != nil || operator.ID != s.ID {
		t.Fatal(operator, err)
	}
	w.wait("the test event", func() bool { return r.notices("test") == 1 && w.subscription(s.ID).Waiting == 0 })
}

// TestUnsubscribe: nothing comes any more.
func TestUnsubscribe(t *testing.T) {
	w := newWorld(t)
	w.deliverer()
	r, other := w.receiver(), w.receiver()
	s := w.subscribe(ttd, r, created)
	w.subscribe(ttd, other, created)
	if _, err := w.Unsubscribe(t.Context(), ttd, s.ID); err != nil {
		t.Fatal(err)
	}
	one := w.create(melding)
	w.wait("the other's event", func() bool { return other.has(one) })
	quiet()
	if n := len(r.events()); n > 0 {
		t.Errorf("%d events after it was removed", n)
	}
}

// TestManyEvents: several instances at once, none lost, none twice.
func TestManyEvents(t *testing.T) {
	w := newWorld(t)
	w.deliverer()
	r := w.receiver()
	s := w.subscribe(ttd, r, created)
	var ids []uuid.UUID
	for range 300 {
		ids = append(ids, w.create(melding))
	}
	w.wait("all events", func() bool { return r.has(ids...) })
	if n := len(r.events()); n != len(ids) {
		t.Errorf("%d events, want %d", n, len(ids))
	}
	if got := w.subscription(s.ID); got.Waiting != 0 {
		t.Errorf("%d wait", got.Waiting)
	}
}

// TestTwoGateways: each event once, and when one is gone the other goes on.
func TestTwoGateways(t *testing.T) {
	w := newWorld(t)
	first := w.deliverer()
	r := w.receiver()
	w.subscribe(ttd, r, created)
	w.deliverer(func(c *webhook.Config) { c.Holder = "two" })
	var ids []uuid.UUID
	for range 20 {
		ids = append(ids, w.create(melding))
	}
	w.wait("all events", func() bool { return r.has(ids...) })
	if err := first.Stop(t.Context()); err != nil {
		t.Fatal(err)
	}
	ids = append(ids, w.create(melding))
	w.clock.add(30 * time.Second) // the second looks again
	w.wait("the second to take over", func() bool { return r.has(ids...) })
	if n := len(r.events()); n != len(ids) {
		t.Errorf("%d events, want %d", n, len(ids))
	}
}

// TestDeadGatewaysLease: what a gateway held that died is taken when its lease is over.
func TestDeadGatewaysLease(t *testing.T) {
	w := newWorld(t)
	r := w.receiver()
	s, secret, err := w.Subscribe(t.Context(), ttd, rest.NewSubscription{Endpoint: r.URL})
	if err != nil {
		t.Fatal(err)
	}
	r.trust(secret)
	if _, err := w.Lease(context.Background(), "dead", w.clock.now().Add(time.Minute)); err != nil {
		t.Fatal(err)
	}
	w.deliverer()
	quiet()
	if r.notices("validation") > 0 {
		t.Error("delivered to what another gateway holds")
	}
	w.clock.add(2 * time.Minute)
	w.wait("the validation", func() bool { return w.subscription(s.ID).State == rest.Active })
}
