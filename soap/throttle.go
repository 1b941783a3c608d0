package soap

import (
	"container/list"
	"net/netip"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// throttle counts requests by address, before anything is known of who calls.
// It remembers a bounded number of addresses, the ones seen last.
type throttle struct {
	concurrent int
	perMinute  int
	most       int
	busy       time.Duration // what to wait when too many are under way

	mu      sync.Mutex
	callers map[netip.Addr]*list.Element // of *caller
	recent  list.List                    // most recent first
}

// caller is one address.
type caller struct {
	address netip.Addr
	active  int
	rate    *rate.Limiter // nil = no limit
}

func newThrottle(l Limits) *throttle {
	if l.CallerConcurrent <= 0 && l.CallerPerMinute <= 0 {
		return nil
	}
	return &throttle{concurrent: l.CallerConcurrent, perMinute: l.CallerPerMinute, most: l.Callers,
		busy: l.RetryAfter, callers: map[netip.Addr]*list.Element{}}
}

// enter admits a request, or says how long to wait. An admitted request ends
// with leave.
func (t *throttle) enter(address string, now time.Time) (c *caller, wait time.Duration) {
	if t == nil {
		return nil, 0
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	c = t.caller(aggregate(address))
	if t.concurrent > 0 && c.active >= t.concurrent {
		return nil, t.busy
	}
	if c.rate != nil {
		r := c.rate.ReserveN(now, 1)
		if wait := r.DelayFrom(now); wait > 0 {
			r.CancelAt(now)
			return nil, wait
		}
	}
	c.active++
	return c, 0
}

func (t *throttle) leave(c *caller) {
	if c == nil {
		return
	}
	t.mu.Lock()
	c.active--
	t.mu.Unlock()
}

// caller finds or makes the entry of an address and makes it the most recent.
func (t *throttle) caller(a netip.Addr) *caller {
	if e := t.callers[a]; e != nil {
		t.recent.MoveToFront(e)
		return e.Value.(*caller)
	}
	t.forget()
	c := &caller{address: a}
	if t.perMinute > 0 {
		c.rate = rate.NewLimiter(rate.Limit(float64(t.perMinute)/60), t.perMinute)
	}
	t.callers[a] = t.recent.PushFront(c)
	return c
}

// forget makes room for one more address: the least recent one that has no
// request under way goes, looking at a few only.
func (t *throttle) forget() {
	if len(t.callers) < t.most {
		return
	}
	victim := t.recent.Back()
	for e, n := victim, 0; e != nil && n < 16; e, n = e.Prev(), n+1 {
		if e.Value.(*caller).active == 0 {
			victim = e
			break
		}
	}
	t.recent.Remove(victim)
	delete(t.callers, victim.Value.(*caller).address)
}

// aggregate is what counts as one caller: an IPv4 address, an IPv6 /64.
func aggregate(address string) netip.Addr {
	a, err := netip.ParseAddr(address)
	if err != nil {
		return netip.Addr{}
	}
	a = a.Unmap().WithZone("")
	if a.Is6() {
		if p, err := a.Prefix(64); err == nil {
			return p.Addr()
		}
	}
	return a
}
