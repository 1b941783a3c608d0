package storetest

import (
	"slices"
	"testing"
	"time"

	"github.com/google/uuid"

	"overgang/rest"
	"overgang/store"
)

func subscription(subscriber rest.Subject) store.Subscription {
	return store.Subscription{
		Subscription: rest.Subscription{Subscriber: subscriber, Endpoint: "https://receiver.example/hook", Created: start, State: rest.Pending},
		Keys:         []store.SigningKey{{Salt: []byte{1, 2, 3}}},
	}
}

// subscribe stores subscriptions in one update each.
func subscribe(t testing.TB, s store.Store, list ...*store.Subscription) {
	t.Helper()
	for _, one := range list {
		update(t, s, func(tx store.Tx) error { return tx.CreateSubscription(one) })
	}
}

func testSubscriptions(t *testing.T, s store.Store) {
	in := instance(melding, 1, start)
	create(t, s, &in)
	event := rest.Event{At: start, Type: rest.EventCreated, App: in.App, Owner: 1, Instance: in.ID}
	update(t, s, func(tx store.Tx) error { return tx.AddEvent(&event) })
	a, b, c := subscription("owner:ttd"), subscription("person:1"), subscription("owner:ttd")
	b.Filter = rest.EventFilter{Apps: []rest.AppID{melding, skatt}, Types: []string{"app.instance.created", "app.instance.process.*"}, Party: 7, Instance: uuid.New()}
	subscribe(t, s, &a, &b, &c)
	if a.ID == 0 || b.ID <= a.ID || c.ID <= b.ID {
		t.Errorf("ids %d, %d, %d do not grow", a.ID, b.ID, c.ID)
	}
	if a.Cursor != event.ID {
		t.Errorf("cursor %d, want the last event %d", a.Cursor, event.ID)
	}
	b.State, b.Reason, b.Cursor, b.Triggered = rest.Disabled, rest.Failing, event.ID+4, start.Add(time.Minute)
	b.Endpoint = "https://elsewhere.example/"
	b.Keys = append([]store.SigningKey{{Salt: []byte{9}}}, store.SigningKey{Salt: []byte{1, 2, 3}, Until: start.Add(time.Hour)})
	b.Holder, b.Until = "one", start.Add(time.Second)
	b.Health = rest.Health{Failures: 3, FailingSince: start, Resume: start.Add(2 * time.Minute), Delivered: 1 << 40,
		Last: rest.Attempt{At: start, Status: 503, Failure: "status", Took: 1234 * time.Microsecond}}
	update(t, s, func(tx store.Tx) error { return tx.UpdateSubscription(&b) })
	view(t, s, func(r store.Reader) error {
		apps, err := r.EventApplications()
		if err != nil {
			return err
		}
		if !slices.Contains(apps, melding) {
			t.Errorf("applications with events: %v", apps)
		}
		for _, want := range []store.Subscription{a, b, c} {
			got, err := r.Subscription(want.ID)
			if err != nil {
				return err
			}
			same(t, "Subscription", got, want)
		}
		for _, q := range []struct {
			of    rest.Subject
			after int64
			limit int
			want  []store.Subscription
		}{
			{"", 0, 10, []store.Subscription{a, b, c}}, {"", a.ID, 1, []store.Subscription{b}},
			{"owner:ttd", 0, 10, []store.Subscription{a, c}}, {"owner:ttd", a.ID, 10, []store.Subscription{c}}, {"owner:x", 0, 10, nil},
		} {
			got, err := r.Subscriptions(q.of, q.after, q.limit)
			if err != nil {
				return err
			}
			same(t, "Subscriptions of "+string(q.of), got, q.want)
		}
		_, err = r.Subscription(c.ID + 1)
		wantErr(t, "an unknown subscription", err, store.ErrNotFound)
		return nil
	})
	update(t, s, func(tx store.Tx) error { return tx.DeleteSubscription(c.ID) })
	wantUpdateErr(t, s, "removing it again", store.ErrNotFound, func(tx store.Tx) error { return tx.DeleteSubscription(c.ID) })
	wantUpdateErr(t, s, "changing what was removed", store.ErrNotFound, func(tx store.Tx) error { return tx.UpdateSubscription(&c) })
	d := subscription("owner:ttd")
	subscribe(t, s, &d)
	if d.ID <= c.ID {
		t.Errorf("the id %d was given again", d.ID)
	}
	changes := func() (n int64) {
		view(t, s, func(r store.Reader) (err error) { n, err = r.SubscriptionChanges(); return err })
		return n
	}
	before := changes()
	update(t, s, func(tx store.Tx) error { return tx.SubscriptionsChanged() })
	if n := changes(); n <= before {
		t.Errorf("changes %d after %d", n, before)
	}
}

func testLeases(t *testing.T, s store.Store) {
	a, b := subscription("owner:ttd"), subscription("owner:ttd")
	subscribe(t, s, &a, &b)
	at := func(seconds int) time.Time { return start.Add(time.Duration(seconds) * time.Second) }
	lease := func(holder string, now, until int) {
		t.Helper()
		update(t, s, func(tx store.Tx) error { return tx.LeaseSubscriptions(holder, at(now), at(until)) })
	}
	want := func(what, holderA string, untilA int, holderB string, untilB int) {
		t.Helper()
		view(t, s, func(r store.Reader) error {
			for _, w := range []struct {
				id     int64
				holder string
				until  int
			}{{a.ID, holderA, untilA}, {b.ID, holderB, untilB}} {
				got, err := r.Subscription(w.id)
				until := time.Time{}
				if w.until != 0 {
					until = at(w.until)
				}
				if err != nil || got.Holder != w.holder || !got.Until.Equal(until) {
					t.Errorf("%s: %d is %q's until %v (%v), want %q's until %v", what, w.id, got.Holder, got.Until, err, w.holder, until)
				}
			}
			return nil
		})
	}
	lease("one", 0, 10)
	want("free", "one", 10, "one", 10)
	lease("two", 9, 20)
	want("held", "one", 10, "one", 10)
	lease("one", 9, 19)
	want("renewed", "one", 19, "one", 19)
	update(t, s, func(tx store.Tx) error {
		row, err := tx.Subscription(b.ID)
		if err != nil {
			return err
		}
		row.Until = at(5)
		return tx.UpdateSubscription(&row)
	})
	lease("two", 10, 30)
	want("one has run out", "one", 19, "two", 30)
	update(t, s, func(tx store.Tx) error { return tx.FreeSubscriptions("one") })
	want("given back", "", 0, "two", 30)
}

func testDeliveries(t *testing.T, s store.Store) {
	in := instance(melding, 1, start)
	create(t, s, &in)
	a, b := subscription("owner:ttd"), subscription("owner:ttd")
	subscribe(t, s, &a, &b)
	at := func(minutes int) time.Time { return start.Add(time.Duration(minutes) * time.Minute) }
	event := func(of int64, id int64, next time.Time) *rest.Delivery {
		return &rest.Delivery{Subscription: of, Kind: rest.EventDelivery, Event: rest.Event{ID: id, App: melding}, Next: next,
			Attempts: 2, First: at(0), Last: rest.Attempt{At: at(1), Status: 500, Failure: "status", Took: 7 * time.Microsecond}}
	}
	late, soon, dead, deadLater := event(a.ID, 11, at(9)), event(a.ID, 12, at(3)), event(a.ID, 13, time.Time{}), event(a.ID, 14, time.Time{})
	deadLater.Last.At = at(4)
	test := &rest.Delivery{Subscription: b.ID, Kind: rest.TestDelivery, Next: at(2)}
	update(t, s, func(tx store.Tx) error {
		for _, d := range []*rest.Delivery{late, soon, dead, deadLater, test} {
			if err := tx.PutDelivery(d); err != nil {
				return err
			}
		}
		return nil
	})
	list := func(q store.DeliveryQuery) (got []rest.Delivery) {
		t.Helper()
		view(t, s, func(r store.Reader) (err error) { got, err = r.Deliveries(q); return err })
		return got
	}
	counts := func(of int64, waiting, dead int) {
		t.Helper()
		view(t, s, func(r store.Reader) error {
			w, d, err := r.CountDeliveries(of)
			if w != waiting || d != dead {
				t.Errorf("%d wait and %d are dead of %d, want %d and %d", w, d, of, waiting, dead)
			}
			return err
		})
	}
	var none []rest.Delivery
	same(t, "waiting", list(store.DeliveryQuery{Subscription: a.ID, Limit: 9}), []rest.Delivery{*soon, *late})
	same(t, "waiting, limited", list(store.DeliveryQuery{Subscription: a.ID, Limit: 1}), []rest.Delivery{*soon})
	same(t, "dead", list(store.DeliveryQuery{Subscription: a.ID, Dead: true, Limit: 9}), []rest.Delivery{*dead, *deadLater})
	same(t, "dead, after", list(store.DeliveryQuery{Subscription: a.ID, Dead: true, After: dead.ID, Limit: 9}), []rest.Delivery{*deadLater})
	same(t, "of another", list(store.DeliveryQuery{Subscription: b.ID, Limit: 9}), none)
	same(t, "notices of another", list(store.DeliveryQuery{Subscription: b.ID, Notices: true, Limit: 9}), []rest.Delivery{*test})
	same(t, "notices", list(store.DeliveryQuery{Subscription: a.ID, Notices: true, Limit: 9}), none)
	counts(a.ID, 2, 2)

	update(t, s, func(tx store.Tx) error { return tx.HastenDeliveries(a.ID, at(5)) })
	late.Next = at(5)
	same(t, "hastened", list(store.DeliveryQuery{Subscription: a.ID, Limit: 9}), []rest.Delivery{*soon, *late})
	soon.Next, soon.Attempts, soon.Last = time.Time{}, 3, rest.Attempt{At: at(6), Failure: "timeout"}
	update(t, s, func(tx store.Tx) error { return tx.PutDelivery(soon) })
	view(t, s, func(r store.Reader) error {
		got, err := r.Delivery(soon.ID)
		same(t, "given up", got, *soon)
		if n, err := r.CountDead(); n != 3 || err != nil {
			t.Errorf("%d dead letters in all (%v), want 3", n, err)
		}
		return err
	})
	for _, want := range []int{1, 1, 0} { // those of minute 1 and 4; that of 6 is younger
		update(t, s, func(tx store.Tx) error {
			n, err := tx.DropDead(at(6), 1)
			if n != want {
				t.Errorf("dropped %d, want %d", n, want)
			}
			return err
		})
	}
	counts(a.ID, 1, 1)
	update(t, s, func(tx store.Tx) error { return tx.DeleteDelivery(late.ID) })
	wantUpdateErr(t, s, "removing it again", store.ErrNotFound, func(tx store.Tx) error { return tx.DeleteDelivery(late.ID) })
	update(t, s, func(tx store.Tx) error { return tx.DeleteSubscription(a.ID) })
	counts(a.ID, 0, 0)
	counts(b.ID, 1, 0)
	again := event(b.ID, 15, at(1))
	update(t, s, func(tx store.Tx) error { return tx.PutDelivery(again) })
	if again.ID <= test.ID {
		t.Errorf("the id %d was given again", again.ID)
	}
}
