package gateway

import (
	"context"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"overgang/rest"
)

// callersKept is how many callers are remembered, twice.
const callersKept = 10_000

// callerRate allows each caller of the HTTP API so many requests a minute. It
// keeps the callers of two generations, so memory is bounded and no busy
// caller is forgotten.
type callerRate struct {
	perMinute int
	now       func() time.Time

	mu       sync.Mutex
	new, old map[string]*rate.Limiter
}

// Allow is api.Config's.
func (c *callerRate) Allow(_ context.Context, caller rest.Caller) error { return c.take(caller.Name()) }

// take takes one of somebody's requests.
func (c *callerRate) take(name string) error {
	if c.perMinute <= 0 {
		return nil
	}
	now := c.now()
	r := c.limiter(name).ReserveN(now, 1)
	wait := r.DelayFrom(now)
	if wait <= 0 {
		return nil
	}
	r.CancelAt(now)
	e := rest.Errorf(rest.RateLimited, "rate", "A caller may make %d requests a minute.", c.perMinute)
	e.RetryAfter = wait
	return e
}

func (c *callerRate) limiter(name string) *rate.Limiter {
	c.mu.Lock()
	defer c.mu.Unlock()
	l := c.new[name]
	if l != nil {
		return l
	}
	if l = c.old[name]; l == nil {
		l = rate.NewLimiter(rate.Limit(float64(c.perMinute)/60), c.perMinute)
	}
	if c.new == nil || len(c.new) >= callersKept {
		c.old, c.new = c.new, map[string]*rate.Limiter{}
	}
	c.new[name] = l
	return l
}
