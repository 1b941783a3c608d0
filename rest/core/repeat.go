package core

import (
	"context"
	"errors"
	"sync"
	"time"

	"overgang/rest"
	"overgang/store"
)

const (
	forgetEvery = 10 * time.Minute // how often keys that ran out are removed
	forgetBatch = 500              // at once, so that no update waits for long
)

// repeatKey is a key with the caller who chose it.
type repeatKey struct{ caller, key string }

// repeats knows which keys requests have now. Those of requests that are over
// are in the store. One process serves a store's REST callers at a time.
type repeats struct {
	mu       sync.Mutex
	underway map[repeatKey]bool
}

// take says whether the key is free, and takes it.
func (r *repeats) take(k repeatKey) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.underway[k] {
		return false
	}
	if r.underway == nil {
		r.underway = map[repeatKey]bool{}
	}
	r.underway[k] = true
	return true
}

func (r *repeats) free(k repeatKey) {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.underway, k)
}

// claim implements [rest.Claim].
type claim struct {
	core    *Core
	key     repeatKey
	earlier *rest.FirstAnswer
	release sync.Once
}

// Claim implements [rest.Repeats].
func (c *Core) Claim(ctx context.Context, caller rest.Caller, key string) (_ rest.Claim, err error) {
	k := repeatKey{"owner:" + caller.Owner, key}
	if caller.Owner == "" {
		k.caller = caller.Name()
	}
	if !c.repeats.take(k) {
		return nil, rest.Errorf(rest.Conflict, "idempotency-underway", "The first request with this Idempotency-Key is under way; ask again when it is over.")
	}
	cl := &claim{core: c, key: k}
	defer func() {
		if err != nil {
			cl.Release()
		}
	}()
	known, live, count := store.Repeat{}, c.now().Add(-rest.RepeatWindow), 0
	err = c.view(ctx, func(r store.Reader) (err error) {
		known, err = r.Repeat(k.caller, k.key)
		if !errors.Is(err, store.ErrNotFound) {
			return err
		}
		known = store.Repeat{}
		count, err = r.CountRepeats(k.caller, c.cfg.MaxRepeats)
		return err
	})
	switch {
	case err != nil:
		return nil, err
	case known.At.After(live):
		cl.earlier = &rest.FirstAnswer{Request: known.Request, Answer: known.Answer}
	case count >= c.cfg.MaxRepeats:
		return nil, &rest.Error{Kind: rest.RateLimited, Code: "idempotency-keys-many", RetryAfter: time.Hour,
			Detail: "You have used as many Idempotency-Keys in 24 hours as are kept."}
	}
	return cl, nil
}

// Earlier implements [rest.Claim].
func (c *claim) Earlier() *rest.FirstAnswer { return c.earlier }

// claimKey is where a context keeps the claim it is within.
type claimKey struct{}

// Within implements [rest.Claim].
func (c *claim) Within(ctx context.Context) context.Context {
	return context.WithValue(ctx, claimKey{}, c)
}

// marked adds the mark of ctx's claim, if it is within one, to an update.
func (c *Core) marked(ctx context.Context, fn func(store.Tx) error) func(store.Tx) error {
	cl, _ := ctx.Value(claimKey{}).(*claim)
	if cl == nil {
		return fn
	}
	return func(tx store.Tx) error {
		if err := fn(tx); err != nil {
			return err
		}
		return tx.PutRepeat(store.Repeat{Caller: cl.key.caller, Key: cl.key.key, At: c.now()})
	}
}

// Answer implements [rest.Claim].
func (c *claim) Answer(ctx context.Context, a rest.FirstAnswer) error {
	return failure(c.core.cfg.Store.Update(ctx, func(tx store.Tx) error {
		return tx.PutRepeat(store.Repeat{Caller: c.key.caller, Key: c.key.key, At: c.core.now(), Request: a.Request, Answer: a.Answer})
	}))
}

// Release implements [rest.Claim].
func (c *claim) Release() { c.release.Do(func() { c.core.repeats.free(c.key) }) }

// forget removes the keys that ran out.
func (c *Core) forget(ctx context.Context) (removed int, err error) {
	before := c.now().Add(-rest.RepeatWindow)
	for n := forgetBatch; n == forgetBatch; removed += n {
		err := c.cfg.Store.Update(ctx, func(tx store.Tx) (err error) {
			n, err = tx.DropRepeats(before, forgetBatch)
			return err
		})
		if err != nil {
			return removed, err
		}
	}
	return removed, nil
}
