package webhook

import (
	"context"
	"log/slog"
	"slices"
	"sync"
	"time"

	"overgang/rest"
)

const (
	batchTimes  = 4     // a round has so many events for each that may be in flight
	storeCursor = 10000 // events that pass unwanted before the cursor is stored alone
	disableAt   = 10    // rounds that failed, at least, before a subscription is disabled
	recoveredAt = 3     // rounds that failed before one that did not makes everything due
	settleTries = 4
)

// job is one delivery in a round.
type job struct {
	rest.Delivery
	sent   bool
	result result
}

// round is what a worker does for a subscription before it looks again: what
// is due, then what the feed has, in one settlement.
type round struct {
	d    *Deliverer
	s    rest.Leased
	now  time.Time
	slow bool // shares the slots of the slow

	jobs   []*job
	over   []int64
	cursor int64

	// Where the subscription stands afterwards.
	next  time.Time // when something put off is due; zero = nothing is
	more  bool      // there is more to do at once
	lost  bool      // it is not ours any more
	tried int
	// caughtUp says that no event up to the cursor was left in the feed.
	caughtUp bool
}

// run does one round. Its error is the store's.
func (r *round) run(ctx context.Context, stored int64) error {
	r.now, r.cursor = r.d.config.Now(), r.s.Cursor
	if r.s.State == rest.Disabled {
		return nil
	}
	if err := r.collectDue(ctx); err != nil {
		return err
	}
	if err := r.collectFeed(ctx); err != nil {
		return err
	}
	r.send(ctx)
	if r.tried == 0 && ctx.Err() != nil {
		return ctx.Err()
	}
	if r.tried == 0 && len(r.over) == 0 && r.cursor-stored < storeCursor {
		r.s.Cursor = r.cursor
		return nil
	}
	return r.settle(ctx)
}

func (r *round) paused() bool  { return r.s.Health.Resume.After(r.now) }
func (r *round) probing() bool { return r.s.Health.Failures > 0 }
func (r *round) batch() int    { return batchTimes * r.d.config.InFlight }

// collectDue takes what was put off and is due. A receiver that failed last
// time gets one of them.
func (r *round) collectDue(ctx context.Context) error {
	due, next, err := r.d.config.Core.Due(ctx, r.s.ID, r.batch())
	if err != nil {
		return err
	}
	r.next = next
	events := 0
	for i := range due {
		d := &due[i]
		switch {
		case d.Kind == rest.ValidationDelivery && r.s.State != rest.Pending:
			r.over = append(r.over, d.ID)
			continue
		case d.Kind != rest.EventDelivery:
			r.jobs = append(r.jobs, &job{Delivery: *d})
			continue
		case r.s.State != rest.Active:
			continue
		case r.paused():
			r.wake(r.s.Health.Resume)
			continue
		case r.probing() && events > 0:
			continue
		}
		permitted, err := r.d.config.Core.Permits(ctx, &r.s.Subscription, &d.Event)
		if err != nil {
			return err
		}
		if !permitted {
			r.over = append(r.over, d.ID)
			continue
		}
		events++
		r.jobs = append(r.jobs, &job{Delivery: *d})
	}
	return nil
}

// wants says whether an event is for a subscription, before rights are looked at.
func wants(s *rest.Subscription, e *rest.Event) bool { return s.Wants(e.App) && s.Filter.Matches(e) }

// wake sees to it that the subscription is looked at again at a time.
func (r *round) wake(at time.Time) {
	if r.next.IsZero() || at.Before(r.next) {
		r.next = at
	}
}

// collectFeed takes the next events that are wanted: a batch, or one for a
// receiver that failed last time.
func (r *round) collectFeed(ctx context.Context) error {
	if r.s.State != rest.Active {
		return nil
	}
	if r.paused() {
		r.wake(r.s.Health.Resume)
		return nil
	}
	room := r.batch()
	if r.probing() {
		room = 1
	}
	for range feedPages {
		events, upTo, more, err := r.d.tail.read(ctx, &r.s.Subscription, r.cursor)
		if err != nil {
			return err
		}
		for i := range events {
			e := &events[i]
			if !wants(&r.s.Subscription, e) {
				continue
			}
			if room == 0 {
				r.more, r.cursor = true, e.ID-1
				return nil
			}
			permitted, err := r.d.config.Core.Permits(ctx, &r.s.Subscription, e)
			if err != nil {
				return err
			}
			if permitted {
				room--
				r.jobs = append(r.jobs, &job{Delivery: rest.Delivery{Subscription: r.s.ID, Kind: rest.EventDelivery, Event: *e}})
			}
		}
		r.cursor = max(r.cursor, upTo)
		if !more {
			r.caughtUp = true
			return nil
		}
	}
	r.more = true
	return nil
}

// send attempts the jobs: those of one instance in a row, up to InFlight
// instances at once. When one of an instance's fails its later ones wait. When
// nothing but failures come back, what is left waits.
func (r *round) send(ctx context.Context) {
	var keys []string
	groups := map[string][]*job{}
	for _, j := range r.jobs {
		key := j.Event.About().String()
		if j.Kind != rest.EventDelivery {
			key = string(j.Kind)
		}
		if groups[key] == nil {
			keys = append(keys, key)
		}
		groups[key] = append(groups[key], j)
	}
	var mu sync.Mutex
	failures, successes := 0, 0
	hopeless := func() bool {
		mu.Lock()
		defer mu.Unlock()
		return failures >= r.d.config.InFlight && successes == 0
	}
	next := make(chan []*job)
	var workers sync.WaitGroup
	for range min(r.d.config.InFlight, len(keys)) {
		workers.Go(func() {
			for group := range next {
				for _, j := range group {
					if hopeless() || !r.attempt(ctx, j) {
						break
					}
					mu.Lock()
					if j.result.Failure == "" {
						successes++
					} else {
						failures++
					}
					mu.Unlock()
					if j.result.Failure != "" {
						break
					}
				}
			}
		})
	}
	for _, key := range keys {
		next <- groups[key]
	}
	close(next)
	workers.Wait()
	r.tried = failures + successes
}

// attempt sends one job; false = it was not sent, because the deliverer stops.
func (r *round) attempt(ctx context.Context, j *job) bool {
	release, err := r.d.slot(ctx, r.slow)
	if err != nil {
		return false
	}
	defer release()
	id := j.Delivery.MessageID()
	err = r.d.config.Supervisor.Try(worker, func() error {
		body, err := r.d.config.Render(&j.Delivery, id, r.d.config.Now())
		if err == nil {
			j.result = r.d.sender.post(ctx, r.s.Endpoint, id, body, r.s.Secrets)
		}
		return err
	})
	if err != nil {
		j.result = result{Attempt: rest.Attempt{At: r.d.config.Now().UTC(), Failure: failedRender}, cause: err}
	}
	if ctx.Err() != nil {
		return false
	}
	j.sent = true
	return true
}

// settle stores the outcome. While the store cannot take it, it is tried again
// for a little: what was sent would be sent twice.
func (r *round) settle(ctx context.Context) error {
	s := r.settlement()
	ctx = context.WithoutCancel(ctx)
	var err error
	for try := range settleTries {
		if err = r.d.config.Core.Settle(ctx, r.d.config.Holder, s); rest.KindOf(err) != rest.Unavailable {
			break
		}
		time.Sleep(time.Duration(try+1) * 100 * time.Millisecond)
	}
	switch rest.KindOf(err) {
	case rest.NotFound, rest.Conflict:
		if err != nil {
			r.lost = true
			return nil
		}
	}
	if err != nil {
		return err
	}
	r.report(s)
	delivered := r.s.Health.Delivered + s.Health.Delivered
	r.s.Cursor, r.s.Health = max(r.s.Cursor, s.Cursor), s.Health
	r.s.Health.Delivered = delivered
	if s.To != "" {
		r.s.State, r.s.Reason = s.To, s.Reason
	}
	for _, d := range s.Put {
		if !d.Next.IsZero() {
			r.wake(d.Next)
		}
	}
	r.more = r.more || s.Recovered || len(r.over) > 0 || r.tried > 0 && s.Health.Failures == 0 || s.To == rest.Active
	if !s.Health.Resume.IsZero() {
		r.more = false
		r.wake(s.Health.Resume)
	}
	return nil
}

// report logs failures and counts attempts.
func (r *round) report(s rest.Settlement) {
	for _, j := range r.jobs {
		if !j.sent {
			continue
		}
		o := Outcome{Kind: j.Kind, Outcome: "delivered", Took: j.result.Took}
		if j.result.Failure != "" {
			o.Outcome = j.result.Failure
			put := slices.IndexFunc(s.Put, func(d rest.Delivery) bool { return d.Kind == j.Kind && d.Event.ID == j.Event.ID })
			next := time.Time{}
			if put >= 0 {
				next = s.Put[put].Next
				o.GivenUp = next.IsZero()
			}
			r.d.config.Logger.LogAttrs(context.Background(), slog.LevelWarn, "event not delivered",
				slog.Int64("subscription", r.s.ID), slog.String("subscriber", string(r.s.Subscriber)), slog.String("host", hostOf(r.s.Endpoint)),
				slog.String("kind", string(j.Kind)), slog.Int64("event", j.Event.ID), slog.Int("attempt", j.Attempts+1),
				slog.String("failure", j.result.Failure), slog.Int("status", j.result.Status), slog.Any("cause", j.result.cause),
				slog.Duration("took", j.result.Took), slog.Time("next", next), slog.Bool("given_up", o.GivenUp))
		}
		r.d.config.Observe(o)
	}
	if s.To != "" {
		r.d.config.Logger.LogAttrs(context.Background(), slog.LevelInfo, "subscription is "+string(s.To),
			slog.Int64("subscription", r.s.ID), slog.String("subscriber", string(r.s.Subscriber)), slog.String("reason", string(s.Reason)))
	}
}
