package webhook_test

import (
	"context"
	"sync/atomic"
	"testing"
	"time"

	"overgang/rest"
	"overgang/rest/supervise"
	"overgang/rest/webhook"
)

// brittle panics the first time that it is asked of something once it is armed.
type brittle struct {
	rest.Deliveries
	changes, due, settle atomic.Bool
}

func (b *brittle) SubscriptionChanges(ctx context.Context) (int64, error) {
	if b.changes.CompareAndSwap(true, false) {
		panic("changes")
	}
	return b.Deliveries.SubscriptionChanges(ctx)
}

func (b *brittle) Due(ctx context.Context, id int64, limit int) ([]rest.Delivery, time.Time, error) {
	if b.due.CompareAndSwap(true, false) {
		panic("due")
	}
	return b.Deliveries.Due(ctx, id, limit)
}

func (b *brittle) Settle(ctx context.Context, holder string, s rest.Settlement) error {
	if b.settle.CompareAndSwap(true, false) {
		panic("settle")
	}
	return b.Deliveries.Settle(ctx, holder, s)
}

// TestPanics: whatever panics, deliveries go on and no event is lost.
func TestPanics(t *testing.T) {
	w := newWorld(t)
	b := &brittle{Deliveries: w.Core}
	var told atomic.Int64
	var renders atomic.Bool // events make it panic
	w.deliverer(func(c *webhook.Config) {
		c.Core = b
		c.Supervisor = &supervise.Supervisor{Pause: time.Millisecond, Panicked: func(string) { told.Add(1) }}
		c.Render = func(d *rest.Delivery, id string, at time.Time) ([]byte, error) {
			if d.Kind == rest.EventDelivery && renders.Load() {
				panic("render")
			}
			return render(d, id, at)
		}
	})
	r := w.receiver()
	s := w.subscribe(ttd, r, created)
	for _, c := range []struct {
		what  string
		armed *atomic.Bool
	}{{"the dispatcher", &b.changes}, {"a round", &b.due}, {"a settlement", &b.settle}} {
		before := told.Load()
		c.armed.Store(true)
		id := w.create(melding)
		w.wait("the panic of "+c.what, func() bool { return told.Load() > before })
		w.wait("the event after "+c.what+" panicked", func() bool {
			w.clock.add(time.Second) // rounds that failed rest
			return r.has(id)
		})
	}

	// What panics about one event is a delivery that failed, and is tried again.
	w.wait("all settlements", func() bool {
		w.clock.add(time.Second)
		return w.subscription(s.ID).Health.Delivered == 3
	})
	renders.Store(true)
	id := w.create(melding)
	w.wait("the failure", func() bool { return w.subscription(s.ID).Waiting == 1 })
	if h := w.subscription(s.ID).Health; h.Failures != 1 || h.Last.Failure != "internal" {
		t.Errorf("%+v", h)
	}
	renders.Store(false)
	w.wait("another attempt", func() bool {
		w.clock.add(time.Second)
		return r.has(id)
	})
}
