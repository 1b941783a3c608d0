package wssc

import (
	"context"
	"errors"
	"sync"
	"time"
)

// Cancellations remembers which tokens were cancelled. Gateways that share them
// all refuse a cancelled token; with those of [NewCancelled] only the gateway
// does that cancelled it, the others until the token ends.
type Cancellations interface {
	// Cancel remembers a token until a time. [ErrFull] says that it cannot.
	Cancel(ctx context.Context, token [16]byte, until time.Time) error
	// Cancelled says whether a token was cancelled.
	Cancelled(ctx context.Context, token [16]byte) (bool, error)
}

// ErrFull is the error of Cancellations that hold all they may.
var ErrFull = errors.New("wssc: too many cancelled tokens")

// Cancelled are the Cancellations of one gateway: bounded, in memory.
type Cancelled struct {
	now   func() time.Time
	most  int
	mu    sync.Mutex
	until map[[16]byte]time.Time
}

var _ Cancellations = (*Cancelled)(nil)

// NewCancelled makes a Cancelled for at most so many tokens, about 100 bytes
// each.
func NewCancelled(now func() time.Time, most int) (*Cancelled, error) {
	if now == nil || most <= 0 {
		return nil, errors.New("wssc: cancellations need a clock and room")
	}
	return &Cancelled{now: now, most: most, until: make(map[[16]byte]time.Time)}, nil
}

// Cancel implements Cancellations. A full memory is searched for tokens that
// have ended; those that have not are never forgotten for others.
func (c *Cancelled) Cancel(_ context.Context, token [16]byte, until time.Time) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if _, known := c.until[token]; !known && len(c.until) >= c.most {
		now := c.now()
		for t, u := range c.until {
			if !now.Before(u) {
				delete(c.until, t)
			}
		}
		if len(c.until) >= c.most {
			return ErrFull
		}
	}
	if c.until[token].Before(until) {
		c.until[token] = until
	}
	return nil
}

// Cancelled implements Cancellations.
func (c *Cancelled) Cancelled(_ context.Context, token [16]byte) (bool, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	_, ok := c.until[token]
	return ok, nil
}
