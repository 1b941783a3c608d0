package core

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"overgang/rest"
	"overgang/store"
)

// subscribed is a world in which endpoints may be named.
func subscribed(t *testing.T) *world {
	w := newWorld(t)
	w.Core.cfg.CheckEndpoint = func(string) error { return nil }
	return w
}

func (w *world) subscribe(caller rest.Caller, f rest.EventFilter) *rest.Subscription {
	w.t.Helper()
	s, _, err := w.Subscribe(w.ctx, caller, rest.NewSubscription{Endpoint: "https://receiver.example/hook", Filter: f})
	if err != nil {
		w.t.Fatal(err)
	}
	return s
}

func (w *world) made(app string, of rest.Party) *rest.Instance {
	w.t.Helper()
	in, err := w.CreateInstance(w.ctx, w.owner, rest.NewInstance{App: rest.AppID{Org: "ttd", App: app}, Owner: rest.PartyRef{ID: of.ID}})
	if err != nil {
		w.t.Fatal(err)
	}
	return in
}

func TestKnownTypes(t *testing.T) {
	for _, good := range []string{"app.instance.created", "app.instance.process.movedTo.Signing", "app.instance.process.movedTo.*", "app.instance.*", "*", "app.instance.data.*", "app.instance.other"} {
		if !knownType(good) {
			t.Errorf("%q is refused", good)
		}
	}
	for _, bad := range []string{"", "app.instance", "app.instance.creat", "app.instance.process.movedTo.", "x*", "app.*.created", "app.instance.created.", "App.instance.created"} {
		if knownType(bad) {
			t.Errorf("%q is taken", bad)
		}
	}
}

func TestUnknownTypesAreToldTheKnownOnes(t *testing.T) {
	w := subscribed(t)
	_, _, err := w.Subscribe(w.ctx, w.owner, rest.NewSubscription{Endpoint: "https://x.example", Filter: rest.EventFilter{Types: []string{"x"}}})
	var e *rest.Error
	if !errors.As(err, &e) || e.Code != "type-unknown" || !strings.Contains(e.Detail, "app.instance.process.movedTo.{step}, ") || strings.Count(e.Detail, "{step}") != 1 {
		t.Errorf("%v", err)
	}
}

// TestFeedLeavesNothingOut: whatever the limit, all events of the wanted
// applications come, once, in order.
func TestFeedLeavesNothingOut(t *testing.T) {
	w := subscribed(t)
	w.made("melding", w.org)
	var start int64
	if _, upTo, err := w.Feed(w.ctx, func(rest.AppID) bool { return false }, 0, 1); err != nil || upTo == 0 {
		t.Fatal(upTo, err)
	} else {
		start = upTo
	}
	for i := range 12 {
		w.made([]string{"melding", "rapport", "signert"}[i%3], w.org)
		if i%4 == 0 {
			w.made("melding", w.org)
		}
	}
	wanted := func(a rest.AppID) bool { return a.App != "signert" }
	all, end, err := w.Feed(w.ctx, wanted, start, 1000)
	if err != nil || len(all) == 0 || slices.ContainsFunc(all, func(e rest.Event) bool { return !wanted(e.App) }) {
		t.Fatal(all, err)
	}
	for limit := 1; limit < 8; limit++ {
		var got []int64
		for after := start; after < end; {
			page, upTo, err := w.Feed(w.ctx, wanted, after, limit)
			if err != nil || upTo <= after || len(page) > limit {
				t.Fatalf("limit %d after %d: %d events up to %d, %v", limit, after, len(page), upTo, err)
			}
			for _, e := range page {
				got = append(got, e.ID)
			}
			after = upTo
		}
		if len(got) != len(all) || !slices.IsSorted(got) {
			t.Errorf("limit %d: %d events, want %d", limit, len(got), len(all))
		}
	}
}

// TestPermits: who may be told of an event, as things stand.
func TestPermits(t *testing.T) {
	w := subscribed(t)
	person := rest.Caller{Person: w.person.ID, Scopes: []string{rest.ScopeRead, rest.ScopeWrite}}
	mine, theirs := w.subscribe(person, rest.EventFilter{}), w.subscribe(w.owner, rest.EventFilter{})
	event := func(in *rest.Instance) *rest.Event {
		return &rest.Event{ID: 1, App: in.App, Owner: in.Owner, Instance: in.ID, Type: rest.EventCreated}
	}
	want := func(what string, s *rest.Subscription, e *rest.Event, permitted bool) {
		t.Helper()
		if ok, err := w.Permits(w.ctx, s, e); ok != permitted || err != nil {
			t.Errorf("%s: %v, %v, want %v", what, ok, err, permitted)
		}
	}
	granted, other, own := w.made("signert", w.org), w.made("melding", w.org), w.made("melding", w.person)
	want("the owner", theirs, event(granted), true)
	want("another owner's application", theirs, &rest.Event{App: rest.AppID{Org: "skd", App: "x"}}, false)
	want("a person with a right", mine, event(granted), true)
	want("a service without a right", mine, event(other), false)
	want("the person itself", mine, event(own), true)
	want("an instance that is gone", mine, &rest.Event{App: own.App, Owner: own.Owner}, false)
	if _, err := w.DeleteInstance(w.ctx, person, own.ID, false, 0); err != nil {
		t.Fatal(err)
	}
	want("a deleted instance, of which it is told", mine, event(own), true)
	if err := w.admin.SetDisabled(w.ctx, rest.PersonSubject(w.person.ID), true); err != nil {
		t.Fatal(err)
	}
	if err := w.Refresh(w.ctx); err != nil {
		t.Fatal(err)
	}
	want("a person whose account is disabled", mine, event(granted), false)
	want("the owner still", theirs, event(granted), true)
}

// TestSubscribers: who may subscribe at all.
func TestSubscribers(t *testing.T) {
	w := subscribed(t)
	for name, c := range map[string]rest.Caller{"a system": w.system, "nobody": {}, "an owner without the scope": {Owner: "ttd", Scopes: []string{rest.ScopeRead, rest.ScopeWrite}}} {
		if _, _, err := w.Subscribe(w.ctx, c, rest.NewSubscription{Endpoint: "https://x.example"}); rest.KindOf(err) != rest.Forbidden {
			t.Errorf("%s: %v", name, err)
		}
		if _, err := w.Subscriptions(w.ctx, c); rest.KindOf(err) != rest.Forbidden {
			t.Errorf("%s lists: %v", name, err)
		}
	}
}

// TestSettle: the cursor never goes back, somebody else's lease is not touched,
// and what was decided meanwhile stands.
func TestSettle(t *testing.T) {
	w := subscribed(t)
	s := w.subscribe(w.owner, rest.EventFilter{})
	held, err := w.Lease(w.ctx, "one", w.clock.now().Add(time.Minute))
	if err != nil || len(held) != 1 || len(held[0].Secrets) != 1 {
		t.Fatal(held, err)
	}
	settle := func(holder string, x rest.Settlement) error {
		x.Subscription = s.ID
		return w.Settle(w.ctx, holder, x)
	}
	row := func() (row store.Subscription) {
		if err := w.view(w.ctx, func(r store.Reader) (err error) { row, err = r.Subscription(s.ID); return err }); err != nil {
			t.Fatal(err)
		}
		return row
	}
	if err := settle("one", rest.Settlement{Cursor: 90, Health: rest.Health{Delivered: 2}, From: rest.Pending, To: rest.Active}); err != nil {
		t.Fatal(err)
	}
	if err := settle("one", rest.Settlement{Cursor: 80, Health: rest.Health{Delivered: 1}, From: rest.Pending, To: rest.Disabled}); err != nil {
		t.Fatal(err)
	}
	if got := row(); got.Cursor != 90 || got.Health.Delivered != 3 || got.State != rest.Active {
		t.Errorf("%+v", got)
	}
	if err := settle("two", rest.Settlement{Cursor: 99}); rest.KindOf(err) != rest.Conflict {
		t.Errorf("another's lease: %v", err)
	}
	if _, err := w.admin.DisableSubscription(w.ctx, s.ID); err != nil {
		t.Fatal(err)
	}
	// An operator's word is not undone by a round that was under way.
	if err := settle("one", rest.Settlement{Cursor: 100, From: rest.Active, To: rest.Active}); err != nil {
		t.Fatal(err)
	}
	if got := row(); got.State != rest.Disabled || got.Reason != rest.ByOperator || got.Cursor != 100 {
		t.Errorf("%+v", got)
	}
	// What somebody dropped meanwhile does not come back.
	if err := settle("one", rest.Settlement{Put: []rest.Delivery{{ID: 4711, Subscription: s.ID, Kind: rest.EventDelivery, Event: rest.Event{ID: 1, App: rest.AppID{Org: "ttd", App: "melding"}}}}, Over: []int64{4712}}); err != nil {
		t.Fatal(err)
	}
	if list, _, err := w.DeadLetters(w.ctx, w.owner, s.ID, 0, 10); len(list) > 0 || err != nil {
		t.Errorf("%v, %v", list, err)
	}
	if _, err := w.Unsubscribe(w.ctx, w.owner, s.ID); err != nil {
		t.Fatal(err)
	}
	if err := settle("one", rest.Settlement{Cursor: 200}); rest.KindOf(err) != rest.NotFound {
		t.Errorf("of one that is gone: %v", err)
	}
}

// TestSecrets: derived from the gateway's secret, each once, and told only when made.
func TestSecrets(t *testing.T) {
	w := subscribed(t)
	_, first, err := w.Subscribe(w.ctx, w.owner, rest.NewSubscription{Endpoint: "https://x.example"})
	if err != nil {
		t.Fatal(err)
	}
	other := w.subscribe(w.owner, rest.EventFilter{})
	if first.String() != "[redacted]" || len(first.Reveal()) != len("whsec_")+44 {
		t.Errorf("%q", first.Reveal())
	}
	_, rotated, err := w.RotateSecret(w.ctx, w.owner, other.ID)
	if err != nil || len(rotated) != 2 || rotated[0].Secret == rotated[1].Secret || rotated[1].Secret == first {
		t.Errorf("%v, %v", rotated, err)
	}
	_, again, err := w.RotateSecret(w.ctx, w.owner, other.ID)
	if err != nil || len(again) != 2 || again[1].Secret != rotated[0].Secret {
		t.Errorf("rotating twice keeps %d secrets (%v)", len(again), err)
	}
	w.clock.add(25 * time.Hour)
	held, err := w.Lease(w.ctx, "one", w.clock.now().Add(time.Minute))
	if err != nil || len(held) != 2 || len(held[1].Secrets) != 1 || held[1].Secrets[0].Secret != again[0].Secret {
		t.Errorf("%v, %v", held, err)
	}
	foreign := newSigner("another gateway's secret, of thirty-two bytes")
	err = w.view(w.ctx, func(r store.Reader) error {
		row, err := r.Subscription(other.ID)
		if foreign.secret(row.Keys[0]).Secret == again[0].Secret {
			t.Error("the secret does not depend on the gateway's")
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// TestOldDeadLettersGo after as long as they are kept.
func TestOldDeadLettersGo(t *testing.T) {
	w := subscribed(t)
	s := w.subscribe(w.owner, rest.EventFilter{})
	for range 3 {
		err := w.store.Update(w.ctx, func(tx store.Tx) error {
			return tx.PutDelivery(&rest.Delivery{Subscription: s.ID, Kind: rest.EventDelivery, Event: rest.Event{ID: 1, App: rest.AppID{Org: "ttd", App: "melding"}}, Last: rest.Attempt{At: w.clock.now()}})
		})
		if err != nil {
			t.Fatal(err)
		}
		w.clock.add(20 * 24 * time.Hour)
	}
	if n, err := w.dropDeadLetters(w.ctx); n != 2 || err != nil { // of 60, 40 and 20 days
		t.Errorf("dropped %d, %v", n, err)
	}
	if n, err := w.DeadLetterCount(w.ctx); n != 1 || err != nil {
		t.Errorf("%d left, %v", n, err)
	}
}

// TestPermitsTransfers: a sender's person hears of all steps, a recipient's of
// what all recipients see, from the publishing on.
func TestPermitsTransfers(t *testing.T) {
	p := newPost(t)
	person := rest.PersonSubject(p.person.ID)
	s := &rest.Subscription{Subscriber: person}
	tr := p.initiate()
	event := func(kind rest.EventType) *rest.Event {
		return &rest.Event{ID: 1, Type: kind, App: filesApp, Owner: tr.Sender, Transfer: tr.ID}
	}
	want := func(what string, kind rest.EventType, permitted bool) {
		t.Helper()
		if ok, err := p.Permits(p.ctx, s, event(kind)); ok != permitted || err != nil {
			t.Errorf("%s, %s: %v, %v, want %v", what, kind, ok, err, permitted)
		}
	}
	allow := func(party rest.PartyID, rights ...rest.Right) {
		p.grant(person, party, filesService, rights...)
		if err := p.Refresh(p.ctx); err != nil {
			t.Fatal(err)
		}
	}
	want("nobody's", rest.EventTransferPublished, false)
	allow(p.other.ID, rest.Read)
	want("a recipient's before it is published", rest.EventTransferInitialized, false)
	if _, err := p.send(tr.ID, "text"); err != nil {
		t.Fatal(err)
	}
	want("a recipient's", rest.EventTransferPublished, true)
	want("a recipient's", rest.EventTransferDownloaded, false)
	allow(p.org.ID, rest.Read, rest.Write)
	want("a sender's", rest.EventTransferDownloaded, true)
	want("a sender's", rest.EventTransferInitialized, true)
}

// Whoever may subscribe could have the gateway call any address as often as it
// likes, by removing the subscription and making it anew.
func TestSubscribingAnewIsLimited(t *testing.T) {
	w := newWorld(t)
	c, err := New(Config{Store: w.store, Blobs: w.blobs, Secret: testSecret, Now: w.clock.now, MaxSubscriptions: 3, CheckEndpoint: func(string) error { return nil }})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	again := func() error {
		s, _, err := c.Subscribe(w.ctx, w.owner, rest.NewSubscription{Endpoint: "https://stranger.example.org/"})
		if err == nil {
			_, err = c.Unsubscribe(w.ctx, w.owner, s.ID)
		}
		return err
	}
	for range 2 * 3 {
		if err := again(); err != nil {
			t.Fatal(err)
		}
	}
	wantKind(t, again(), rest.RateLimited)
	w.clock.add(triggerEvery)
	if err := again(); err != nil {
		t.Error(err)
	}
	wantKind(t, again(), rest.RateLimited)
}
