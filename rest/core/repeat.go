package core

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"sync"
	"time"

	"github.com/google/uuid"

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

	mu    sync.Mutex
	needs []need
}

// need is a right that a request took, on what a [target] is; or that the caller
// was asked to sign an instance, and read it for that.
type need struct {
	Party   rest.PartyID
	Org     string
	Service rest.ServiceRef
	Any     bool `json:",omitempty"`
	Right   rest.Right
	Asked   uuid.UUID `json:",omitzero"`
}

// took notes for the claim that ctx is within, if it is, what the request took.
func took(ctx context.Context, n need) {
	c, _ := ctx.Value(claimKey{}).(*claim)
	if c == nil {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if !slices.Contains(c.needs, n) {
		c.needs = append(c.needs, n)
	}
}

// repeat is what is kept of the request.
func (c *claim) repeat(a rest.FirstAnswer) (store.Repeat, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	needs, err := json.Marshal(c.needs)
	return store.Repeat{Caller: c.key.caller, Key: c.key.key, At: c.core.now(), Request: a.Request, Answer: a.Answer, Needs: needs}, err
}

// stillMay says whether the caller has the rights now that the first request
// took, so that nobody is told again what is no longer theirs to know.
func (c *Core) stillMay(ctx context.Context, caller rest.Caller, known store.Repeat) error {
	if err := needScope(caller, rest.ScopeWrite); err != nil {
		return err
	}
	var needs []need
	if len(known.Needs) > 0 {
		if err := json.Unmarshal(known.Needs, &needs); err != nil {
			return failure(err)
		}
	}
	s := c.registry.now()
	for _, n := range needs {
		ok, err := c.still(ctx, s, caller, n)
		if err != nil {
			return failure(err)
		}
		if !ok {
			return rest.Errorf(rest.Forbidden, "idempotency-access", "The request with this Idempotency-Key was carried out, but you no longer have the rights that it took.")
		}
	}
	return nil
}

// still says whether the caller has now what a request took.
func (c *Core) still(ctx context.Context, s *snapshot, caller rest.Caller, n need) (bool, error) {
	if n.Asked == uuid.Nil {
		return c.decide(ctx, s, caller, target{party: n.Party, org: n.Org, service: n.Service, any: n.Any}, n.Right)
	}
	var in *rest.Instance
	err := c.cfg.Store.View(ctx, func(r store.Reader) (err error) { in, err = r.Instance(n.Asked); return err })
	if err != nil {
		return false, ignoreAbsent(err)
	}
	return c.asked(ctx, s, caller, in)
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
		if err := c.stillMay(ctx, caller, known); err != nil {
			return nil, err
		}
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
		r, err := cl.repeat(rest.FirstAnswer{})
		if err != nil {
			return err
		}
		return tx.PutRepeat(r)
	}
}

// Answer implements [rest.Claim].
func (c *claim) Answer(ctx context.Context, a rest.FirstAnswer) error {
	r, err := c.repeat(a)
	if err != nil {
		return failure(err)
	}
	return failure(c.core.cfg.Store.Update(ctx, func(tx store.Tx) error { return tx.PutRepeat(r) }))
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
