package webhook

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"overgang/rest"
)

// Deliverer tells subscribers of events. Make it with [New], begin with Start,
// end with Stop.
type Deliverer struct {
	config Config
	sender *sender
	tail   *tail

	slots, slowSlots chan struct{}

	leaving  context.Context // done with Stop: no new round begins
	goAway   context.CancelFunc
	cut      context.CancelFunc
	requests context.Context // of rounds; done when Stop may wait no longer
	stopped  chan struct{}
	start    sync.Once

	// The dispatcher's own.
	lanes   map[int64]*lane
	ended   chan *lane
	changes int64 // when the subscriptions were last read
	renew   time.Time
	failing bool // the store did not answer last time; said once

	mu      sync.Mutex
	figures Figures
}

// lane is one subscription and what goes on for it. While busy its worker has
// subscription, round and stored; the rest is always the dispatcher's.
type lane struct {
	subscription rest.Leased
	stored       int64 // the cursor in the store
	round        *round
	err          error

	busy   bool
	work   bool      // the feed may have something
	next   time.Time // when something is due that is put off; zero = nothing
	behind time.Time // of the earliest event that may be wanted and was not looked at; zero = none
	slow   bool
	stale  bool // it changed in the store while busy
	// caughtUp says that nothing it may want is in the feed up to its cursor.
	caughtUp bool
}

// coalesce is how long events are gathered before they are looked at: under
// load this is one look for many.
const coalesce = 10 * time.Millisecond

// storeRest is how long to wait when the store does not answer.
const storeRest = 2 * time.Second

// New makes a deliverer. Nothing happens before Start.
func New(c Config) (*Deliverer, error) {
	if err := c.complete(); err != nil {
		return nil, err
	}
	d := &Deliverer{
		config: c, tail: &tail{core: c.Core},
		sender: newSender(c.Policy, c.Roots, c.Resolver, c.Timeout, c.Now, c.Agent),
		slots:  make(chan struct{}, c.Workers), slowSlots: make(chan struct{}, c.Workers/2),
		stopped: make(chan struct{}),
		lanes:   map[int64]*lane{}, ended: make(chan *lane),
	}
	d.leaving, d.goAway = context.WithCancel(context.Background())
	d.requests, d.cut = context.WithCancel(context.Background())
	return d, nil
}

// Start begins to deliver.
func (d *Deliverer) Start() { d.start.Do(func() { go d.run() }) }

// worker is what panics are told under.
const worker = "deliver events"

// run dispatches until Stop.
func (d *Deliverer) run() {
	defer close(d.stopped)
	d.config.Supervisor.Keep(d.leaving, worker, func(context.Context) { d.dispatch() })
	d.config.Supervisor.Try(worker, func() error { d.leave(); return nil })
}

// Stop begins no new attempts, waits for those under way, at most until ctx
// ends, and gives back what it held. What is cut off then is sent again later.
func (d *Deliverer) Stop(ctx context.Context) error {
	d.goAway()
	d.start.Do(func() { close(d.stopped) }) // it never began
	defer d.cut()
	select {
	case <-d.stopped:
		return nil
	case <-ctx.Done():
		d.cut()
		<-d.stopped
		return ctx.Err()
	}
}

// dispatch is the one goroutine that knows all lanes and starts their rounds.
// After a panic it goes on with the lanes as they are.
func (d *Deliverer) dispatch() {
	d.changes = -1
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		added := d.config.Core.EventsAdded()
		wait := d.look()
		timer.Reset(wait)
		if len(d.lanes) == 0 {
			added = nil // nobody to tell; new subscriptions are polled for
		}
		select {
		case <-d.leaving.Done():
			return
		case l := <-d.ended:
			d.finish(l)
		case <-timer.C:
		case <-added:
			d.gather()
		}
	}
}

// gather lets some more events come.
func (d *Deliverer) gather() {
	wait := time.NewTimer(coalesce)
	defer wait.Stop()
	select {
	case <-wait.C:
	case <-d.leaving.Done():
	}
}

// look brings everything up to date, starts the rounds that are due, and says
// when to look again.
func (d *Deliverer) look() time.Duration {
	ctx, now := d.requests, d.config.Now()
	err := d.refresh(ctx, now)
	if err == nil && len(d.lanes) > 0 {
		err = d.scan(ctx)
	}
	if err != nil {
		if !d.failing && ctx.Err() == nil {
			d.config.Logger.Error("subscriptions not looked at", "error", err)
		}
		d.failing = true
		return storeRest
	}
	d.failing = false
	wait := d.config.Poll
	for _, l := range d.lanes {
		switch {
		case l.busy:
		case l.work || !l.next.IsZero() && !l.next.After(now) || l.subscription.Cursor-l.stored >= storeCursor:
			d.begin(l)
		case !l.next.IsZero():
			wait = min(wait, l.next.Sub(now))
		}
	}
	d.count(now)
	return wait
}

// refresh reads the subscriptions when any changed, and renews the leases.
func (d *Deliverer) refresh(ctx context.Context, now time.Time) error {
	changes, err := d.config.Core.SubscriptionChanges(ctx)
	if err != nil || changes == d.changes && now.Before(d.renew) {
		return err
	}
	held, err := d.config.Core.Lease(ctx, d.config.Holder, now.Add(d.config.Lease))
	if err != nil {
		return err
	}
	changed := changes != d.changes
	d.changes, d.renew = changes, now.Add(d.config.Lease/3)
	seen := map[int64]bool{}
	for i := range held {
		s := held[i]
		seen[s.ID] = true
		switch l := d.lanes[s.ID]; {
		case l == nil:
			d.lanes[s.ID] = &lane{subscription: s, stored: s.Cursor, work: true}
		case l.busy:
			l.stale = l.stale || changed // its round ends with what it knew
		case changed:
			s.Cursor = max(s.Cursor, l.subscription.Cursor)
			l.subscription, l.work, l.caughtUp = s, true, false
		default:
			l.subscription.Secrets = s.Secrets // some run out
		}
	}
	for id, l := range d.lanes {
		switch {
		case seen[id]:
		case l.busy:
			l.stale = true
		default:
			delete(d.lanes, id)
		}
	}
	return d.widen(ctx)
}

// widen makes the tail keep what every lane may want.
func (d *Deliverer) widen(ctx context.Context) error {
	all, covered := newInterest(), true
	for _, l := range d.lanes {
		all.add(&l.subscription.Subscription)
		covered = covered && d.tail.interest.covers(&l.subscription.Subscription)
	}
	if covered {
		return nil
	}
	_, at, err := d.config.Core.Feed(ctx, func(rest.AppID) bool { return false }, 0, feedPage)
	if err != nil {
		d.changes = -1
		return err
	}
	d.tail.reset(all, at)
	for _, l := range d.lanes {
		l.work, l.caughtUp = true, false // it reads on by itself, from where it is
	}
	return nil
}

// scan finds out whom new events may be for.
func (d *Deliverer) scan(ctx context.Context) error {
	for range feedPages {
		events, more, err := d.tail.grow(ctx)
		if err != nil {
			return err
		}
		for _, l := range d.lanes {
			wanted := false
			for i := range events {
				if s := &l.subscription.Subscription; s.State == rest.Active && wants(s, &events[i]) {
					wanted = true
					if l.behind.IsZero() {
						l.behind = events[i].At
					}
					break
				}
			}
			if wanted {
				l.work, l.caughtUp = true, false
			} else if l.caughtUp && !l.busy && !l.work {
				l.subscription.Cursor = max(l.subscription.Cursor, d.tail.upTo)
			}
		}
		if !more {
			return nil
		}
	}
	return nil
}

// begin starts a round.
func (d *Deliverer) begin(l *lane) {
	if d.leaving.Err() != nil {
		return
	}
	l.busy, l.work, l.caughtUp, l.next = true, false, false, time.Time{}
	l.round = &round{d: d, s: l.subscription, slow: l.slow || l.subscription.Health.Failures > 0 || l.subscription.State != rest.Active}
	stored := l.stored
	go func() {
		l.err = d.config.Supervisor.Try(worker, func() error { return l.round.run(d.requests, stored) })
		d.ended <- l
	}()
}

// finish takes a round's outcome.
func (d *Deliverer) finish(l *lane) {
	r := l.round
	l.busy, l.round = false, nil
	if l.stale {
		l.stale, d.changes = false, -1
	}
	if r.lost {
		delete(d.lanes, l.subscription.ID)
		d.changes = -1
		return
	}
	now := d.config.Now()
	if l.err != nil {
		if d.requests.Err() == nil {
			d.config.Logger.Error("subscription not looked at", "subscription", l.subscription.ID, "error", l.err)
		}
		l.next = now.Add(storeRest)
		return
	}
	if r.tried > 0 || len(r.over) > 0 || r.s.Cursor-l.stored >= storeCursor {
		l.stored = r.s.Cursor
	}
	l.subscription = r.s
	l.next = r.next
	l.caughtUp = r.caughtUp && !l.work && !r.more
	l.work = l.work || r.more
	if !l.work {
		l.behind = time.Time{}
	} else if r.tried > 0 {
		l.behind = r.oldest(l.behind)
	}
	l.slow = r.slowest() > d.config.Timeout/3
}

// leave waits for the rounds under way and gives the leases back.
func (d *Deliverer) leave() {
	for busy := d.busy(); busy > 0; busy-- {
		d.finish(<-d.ended)
	}
	d.sender.close()
	if len(d.lanes) == 0 {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), storeRest)
	defer cancel()
	if err := d.config.Core.Release(ctx, d.config.Holder); err != nil {
		d.config.Logger.LogAttrs(ctx, slog.LevelWarn, "leases of subscriptions not given back", slog.Any("error", err))
	}
}

func (d *Deliverer) busy() (n int) {
	for _, l := range d.lanes {
		if l.busy {
			n++
		}
	}
	return n
}

// slot waits until one more request may be sent. Slow receivers share half of
// the slots, so that they never take all.
func (d *Deliverer) slot(ctx context.Context, slow bool) (release func(), err error) {
	if slow {
		select {
		case d.slowSlots <- struct{}{}:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
	select {
	case d.slots <- struct{}{}:
	case <-ctx.Done():
		if slow {
			<-d.slowSlots
		}
		return nil, ctx.Err()
	}
	return func() {
		<-d.slots
		if slow {
			<-d.slowSlots
		}
	}, nil
}
