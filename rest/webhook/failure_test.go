package webhook_test

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"

	"overgang/rest"
	"overgang/rest/webhook"
	"overgang/store"
)

// TestRetries: the same event under the same id, later and later, until it is
// taken; the subscriber sees how it goes.
func TestRetries(t *testing.T) {
	w := newWorld(t)
	outcomes := make(chan webhook.Outcome, 100)
	w.deliverer(func(c *webhook.Config) { c.Observe = func(o webhook.Outcome) { outcomes <- o } })
	r := w.receiver()
	s := w.subscribe(ttd, r, created)
	r.answers(status(503))
	id := w.create(melding)
	w.wait("the first attempt", func() bool { return w.subscription(s.ID).Waiting == 1 })
	got := w.subscription(s.ID)
	if got.Health.Failures != 1 || got.Health.Last.Status != 503 || got.Health.Last.Failure != "status" || !got.Health.Resume.Equal(w.clock.now().Add(5*time.Second)) {
		t.Errorf("%+v", got.Health)
	}
	for n, wait := range []time.Duration{5, 20, 80} {
		w.clock.add(wait*time.Second - time.Second)
		quiet()
		if len(r.events()) != n+1 {
			t.Fatalf("attempt %d came early", n+2)
		}
		w.clock.add(time.Second)
		w.wait("the next attempt", func() bool { return len(r.events()) == n+2 && w.subscription(s.ID).Health.Failures == n+2 })
	}
	r.answers(nil)
	w.clock.add(320 * time.Second)
	w.wait("success", func() bool { return w.subscription(s.ID).Health.Delivered == 1 })
	got = w.subscription(s.ID)
	if got.Waiting != 0 || got.Health.Failures != 0 || !got.Health.FailingSince.IsZero() || !got.Health.Resume.IsZero() {
		t.Errorf("%+v", got)
	}
	first, last := r.events()[0], r.events()[4]
	if !r.has(id) || first.ID != last.ID || last.timestamp-first.timestamp != 5+20+80+320 {
		t.Errorf("first %+v, last %+v", first, last)
	}
	logs := w.logs.String()
	if strings.Count(logs, "event not delivered") != 4 || !strings.Contains(logs, "status=503") || strings.Contains(logs, "whsec_") {
		t.Errorf("%s", logs)
	}
	want := map[string]int{"delivered": 2, "status": 4} // the validation was delivered, too
	w.wait("all outcomes", func() bool { return len(outcomes) == 6 })
	for len(outcomes) > 0 {
		want[(<-outcomes).Outcome]--
	}
	if want["delivered"] != 0 || want["status"] != 0 {
		t.Errorf("left of the outcomes: %v", want)
	}
}

// TestRetryAfter: a receiver that asks for time gets it.
func TestRetryAfter(t *testing.T) {
	w := newWorld(t)
	w.deliverer()
	r := w.receiver()
	s := w.subscribe(ttd, r, created)
	r.answers(func(m message, w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Retry-After", "3600")
		w.WriteHeader(429)
	})
	w.create(melding)
	w.wait("the answer", func() bool { return w.subscription(s.ID).Waiting == 1 })
	r.answers(nil)
	w.create(melding) // waits as well
	w.clock.add(59 * time.Minute)
	quiet()
	if n := len(r.events()); n != 1 {
		t.Errorf("%d attempts within the hour", n)
	}
	w.clock.add(time.Minute)
	w.wait("both", func() bool { return w.subscription(s.ID).Health.Delivered == 2 })
}

// TestDeadLetters: after three days it is given up; it can be sent again or
// forgotten.
func TestDeadLetters(t *testing.T) {
	w := newWorld(t)
	w.deliverer()
	r := w.receiver()
	s := w.subscribe(ttd, r, created)
	r.answers(status(500))
	one, two, three := w.create(melding), w.create(melding), w.create(melding)
	for range 40 {
		n := w.subscription(s.ID).Health.Failures
		w.clock.add(6 * time.Hour)
		w.wait("an attempt", func() bool { got := w.subscription(s.ID); return got.Health.Failures > n || got.Dead == 3 })
		if w.subscription(s.ID).Dead == 3 {
			break
		}
	}
	list, next, err := w.DeadLetters(t.Context(), ttd, s.ID, 0, 2)
	if err != nil || len(list) != 2 || next == 0 || list[0].Event.Instance == uuid.Nil || list[0].Attempts < 5 || list[0].Last.Status != 500 {
		t.Fatalf("%+v, %d, %v", list, next, err)
	}
	rest2, next, err := w.DeadLetters(t.Context(), ttd, s.ID, next, 2)
	if err != nil || len(rest2) != 1 || next != 0 {
		t.Fatalf("%+v, %d, %v", rest2, next, err)
	}
	if _, _, err := w.DeadLetters(t.Context(), skd, s.ID, 0, 2); rest.KindOf(err) != rest.NotFound {
		t.Errorf("another's dead letters: %v", err)
	}
	r.answers(nil)
	w.clock.add(15 * time.Minute)
	if n, err := w.Redeliver(t.Context(), ttd, s.ID, list[0].ID); n != 1 || err != nil {
		t.Fatal(n, err)
	}
	w.wait("one", func() bool { return w.subscription(s.ID).Health.Delivered == 1 })
	if n, err := w.DropDeadLetters(t.Context(), ttd, s.ID, list[1].ID); n != 1 || err != nil {
		t.Fatal(n, err)
	}
	if _, err := w.DropDeadLetters(t.Context(), ttd, s.ID, list[1].ID); rest.KindOf(err) != rest.NotFound {
		t.Errorf("dropping it again: %v", err)
	}
	if n, err := w.Redeliver(t.Context(), ttd, s.ID, 0); n != 1 || err != nil {
		t.Fatal(n, err)
	}
	w.wait("the last", func() bool { got := w.subscription(s.ID); return got.Health.Delivered == 2 && got.Dead == 0 })
	_, _, _ = one, two, three
}

// TestGone: 410 disables at once. Validated again it goes on where it stopped.
func TestGone(t *testing.T) {
	w := newWorld(t)
	w.deliverer()
	r := w.receiver()
	s := w.subscribe(ttd, r, created)
	r.answers(status(410))
	one := w.create(melding)
	w.wait("the end", func() bool { return w.subscription(s.ID).State == rest.Disabled })
	if got := w.subscription(s.ID); got.Reason != rest.ReceiverGone || got.Health.Last.Failure != "gone" {
		t.Errorf("%+v", got)
	}
	two := w.create(melding)
	w.clock.add(100 * time.Hour)
	quiet()
	if n := len(r.events()); n != 1 {
		t.Errorf("%d attempts at one that is disabled", n)
	}
	if _, err := w.TestSubscription(t.Context(), ttd, s.ID); rest.KindOf(err) != rest.Conflict {
		t.Errorf("a test of one that is disabled: %v", err)
	}
	r.answers(nil)
	if _, err := w.ValidateSubscription(t.Context(), ttd, s.ID); err != nil {
		t.Fatal(err)
	}
	w.wait("both events", func() bool { return r.has(one, two) && w.subscription(s.ID).Health.Delivered == 2 })
}

// TestValidationFails: nothing but validations come, and after a day it is disabled.
func TestValidationFails(t *testing.T) {
	w := newWorld(t)
	w.deliverer()
	r := w.receiver()
	r.answers(func(_ message, w http.ResponseWriter, _ *http.Request) { w.WriteHeader(401) })
	s, _, err := w.Subscribe(t.Context(), ttd, rest.NewSubscription{Endpoint: r.URL})
	if err != nil {
		t.Fatal(err)
	}
	w.create(melding)
	w.wait("an attempt", func() bool { return w.subscription(s.ID).Health.Last.Status == 401 })
	for range 12 {
		n := r.notices("validation")
		w.clock.add(6 * time.Hour)
		w.wait("a validation", func() bool {
			return r.notices("validation") > n && w.subscription(s.ID).Health.Last.At.Equal(w.clock.now())
		})
		if w.subscription(s.ID).State == rest.Disabled {
			break
		}
	}
	got := w.subscription(s.ID)
	if got.State != rest.Disabled || got.Reason != rest.NotValidated || got.Waiting != 0 || len(r.events()) > 0 || r.notices("validation") < 3 {
		t.Errorf("%+v, %d validations", got, r.notices("validation"))
	}
	if _, err := w.ValidateSubscription(t.Context(), ttd, s.ID); err != nil {
		t.Fatal(err)
	}
	if _, err := w.ValidateSubscription(t.Context(), ttd, s.ID); rest.KindOf(err) != rest.RateLimited {
		t.Errorf("asking again at once: %v", err)
	}
}

// TestDisabledWhenOnlyFailing: after five days without any success.
func TestDisabledWhenOnlyFailing(t *testing.T) {
	w := newWorld(t)
	w.deliverer()
	r := w.receiver()
	s := w.subscribe(ttd, r, created)
	r.answers(status(500))
	for range 60 {
		w.create(melding)
		n := w.subscription(s.ID).Health.Failures
		w.clock.add(6 * time.Hour)
		w.wait("an attempt", func() bool { return w.subscription(s.ID).Health.Failures > n })
		if w.subscription(s.ID).State == rest.Disabled {
			break
		}
	}
	if got := w.subscription(s.ID); got.State != rest.Disabled || got.Reason != rest.Failing || w.clock.now().Sub(got.Health.FailingSince) < 120*time.Hour {
		t.Errorf("%+v", got)
	}
}

// TestPoison: an event that always fails does not hold up the others.
func TestPoison(t *testing.T) {
	w := newWorld(t)
	w.deliverer()
	r := w.receiver()
	s := w.subscribe(ttd, r, created)
	var poison atomic.Pointer[string]
	r.answers(func(m message, w http.ResponseWriter, _ *http.Request) {
		if p := poison.Load(); p == nil || *p == m.Instance {
			id := m.Instance
			poison.Store(&id)
			w.WriteHeader(400)
		}
	})
	w.create(melding)
	w.wait("the poison", func() bool { return w.subscription(s.ID).Waiting == 1 })
	for n := range 10 {
		id := w.create(melding)
		w.clock.add(6 * time.Second)
		w.wait("the others", func() bool { return r.has(id) && w.subscription(s.ID).Health.Delivered == int64(n+1) })
	}
	if got := w.subscription(s.ID); got.Waiting != 1 || got.State != rest.Active {
		t.Errorf("%+v", got)
	}
}

// TestSlowReceivers: those that never answer do not delay one that does.
func TestSlowReceivers(t *testing.T) {
	w := newWorld(t)
	w.deliverer(func(c *webhook.Config) { c.Workers = 4 })
	end := make(chan struct{})
	var hanging atomic.Int32
	var slow []*rest.Subscription
	var receivers []*receiver
	for range 4 {
		r := w.receiver()
		slow, receivers = append(slow, w.subscribe(ttd, r, created)), append(receivers, r)
		r.answers(status(500))
	}
	t.Cleanup(func() { close(end) })
	// Each of them fails once, and is expected to be slow from then on.
	w.create(melding)
	w.wait("them to fail", func() bool {
		for _, s := range slow {
			if w.subscription(s.ID).Health.Failures == 0 {
				return false
			}
		}
		return true
	})
	for _, r := range receivers {
		r.answers(func(message, http.ResponseWriter, *http.Request) { hanging.Add(1); <-end })
	}
	good := w.receiver()
	w.subscribe(skd, good, rest.EventFilter{})
	for range 5 {
		w.create(melding)
		w.clock.add(6 * time.Second) // the slow ones are tried again, and hang
		w.wait("the slow ones to have all that they may", func() bool { return hanging.Load() == 2 })
		id := w.create(fremmed)
		w.wait("the good one's", func() bool { return good.has(id) })
	}
}

// dying is a core whose process dies when something is to be settled.
type dying struct {
	rest.Deliveries
	dead atomic.Bool
}

func (d *dying) Settle(ctx context.Context, holder string, s rest.Settlement) error {
	if d.dead.Load() {
		return errors.New("the process is gone")
	}
	return d.Deliveries.Settle(ctx, holder, s)
}

// TestCrash: what was sent and not stored is sent again, under its id; nothing
// is lost.
func TestCrash(t *testing.T) {
	w := newWorld(t)
	mortal := &dying{Deliveries: w.Core}
	first := w.deliverer(func(c *webhook.Config) { c.Core = mortal })
	r := w.receiver()
	s := w.subscribe(ttd, r, created)
	mortal.dead.Store(true)
	ids := []uuid.UUID{w.create(melding), w.create(melding), w.create(melding)}
	w.wait("them to be sent", func() bool { return r.has(ids...) })
	if got := w.subscription(s.ID); got.Health.Delivered != 0 || got.Waiting != 0 {
		t.Fatalf("stored nevertheless: %+v", got)
	}
	if err := first.Stop(t.Context()); err != nil {
		t.Fatal(err)
	}
	sent := len(r.events())
	w.deliverer() // under the same name: the heir
	w.wait("them to be sent again", func() bool { return w.subscription(s.ID).Health.Delivered == 3 })
	all := r.events()
	if len(all) != sent+3 {
		t.Errorf("%d events came, %d of them before", len(all), sent)
	}
	before := map[string]string{}
	for _, m := range all[:sent] {
		before[m.Event] = m.ID
	}
	for _, m := range all[sent:] {
		if before[m.Event] != m.ID {
			t.Errorf("event %s came as %s, and before as %s", m.Event, m.ID, before[m.Event])
		}
	}
}

// counting counts how often somebody looks for what is due.
type counting struct {
	rest.Deliveries
	looks atomic.Int64
}

func (c *counting) Due(ctx context.Context, subscription int64, limit int) ([]rest.Delivery, time.Time, error) {
	c.looks.Add(1)
	return c.Deliveries.Due(ctx, subscription, limit)
}

// TestIdleWhileMuchWaits: more that is due than a round takes, and nothing that
// may be sent, costs nothing.
func TestIdleWhileMuchWaits(t *testing.T) {
	w := newWorld(t)
	c := &counting{Deliveries: w.Core}
	w.deliverer(func(config *webhook.Config) { config.Core = c })
	r := w.receiver()
	s := w.subscribe(ttd, r, created)
	r.answers(func(_ message, w http.ResponseWriter, _ *http.Request) { w.WriteHeader(500) })
	var waiting []uuid.UUID
	for range 40 {
		waiting = append(waiting, w.create(melding))
	}
	err := w.store.Update(t.Context(), func(tx store.Tx) error {
		for _, id := range waiting {
			list, err := tx.InstanceEvents(id, rest.EventQuery{Limit: 100})
			if err == nil {
				err = tx.PutDelivery(&rest.Delivery{Subscription: s.ID, Kind: rest.EventDelivery, Event: list[0], Next: w.clock.now()})
			}
			if err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	idle := func(what string) {
		t.Helper()
		w.wait(what+": to be idle for a fifth of a second", func() bool {
			before := c.looks.Load()
			time.Sleep(200 * time.Millisecond)
			return c.looks.Load()-before <= 5
		})
	}
	w.wait("a failure", func() bool { return w.subscription(s.ID).Health.Failures > 0 })
	idle("paused")
	if _, err := w.admin.ValidateSubscription(t.Context(), s.ID); err != nil {
		t.Fatal(err)
	}
	w.wait("the validation to be tried", func() bool { return r.notices("validation") == 2 })
	idle("pending")
	r.answers(nil)
	w.clock.add(time.Hour)
	w.wait("everything", func() bool { return w.subscription(s.ID).Waiting == 0 && r.has(waiting...) })
}

// TestStop: waits for what is under way; what is cut off comes again.
func TestStop(t *testing.T) {
	w := newWorld(t)
	d := w.deliverer()
	r := w.receiver()
	s := w.subscribe(ttd, r, created)
	entered, leave := make(chan struct{}, 1), make(chan struct{})
	r.answers(func(m message, _ http.ResponseWriter, q *http.Request) {
		entered <- struct{}{}
		select {
		case <-leave:
		case <-q.Context().Done():
		}
	})
	w.create(melding)
	<-entered
	stopped := make(chan error, 1)
	go func() { stopped <- d.Stop(context.Background()) }()
	select {
	case <-stopped:
		t.Fatal("stopped before the attempt was over")
	case <-time.After(50 * time.Millisecond):
	}
	close(leave)
	if err := <-stopped; err != nil {
		t.Fatal(err)
	}
	if got := w.subscription(s.ID); got.Health.Delivered != 1 || got.Holder != "" {
		t.Errorf("%+v", got)
	}

	d = w.deliverer()
	leave = make(chan struct{})
	w.create(melding)
	<-entered
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
	defer cancel()
	if err := d.Stop(ctx); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("Stop that may not wait: %v", err)
	}
	r.answers(nil)
	w.deliverer()
	w.wait("it to come again", func() bool { return w.subscription(s.ID).Health.Delivered == 2 })

	unused, err := webhook.New(webhook.Config{Core: w.Core, Holder: "x", Render: render})
	if err != nil {
		t.Fatal(err)
	}
	if err := unused.Stop(t.Context()); err != nil {
		t.Errorf("Stop without Start: %v", err)
	}
}
