package token

import (
	"context"
	"crypto/sha256"
	"sync"
	"time"

	"overgang/rest"
)

const (
	// rememberedFor is how long a token is taken to be good without being checked
	// again: so soon a key that was taken back, or an issuer's changed answer, counts.
	rememberedFor = time.Minute
	// rememberedTokens are kept at most, twice.
	rememberedTokens = 2048
)

// Remembered checks every token once a minute. Checking a signature costs more
// than all else of a request that reads. Only tokens that were good are kept,
// by their SHA-256, and never past their end. It is safe for concurrent use.
type Remembered struct {
	check func(context.Context, rest.Secret) (rest.Caller, error)
	now   func() time.Time

	mu         sync.RWMutex
	young, old map[[sha256.Size]byte]good
}

// good is the caller of a token that was checked.
type good struct {
	caller  rest.Caller
	checked time.Time
}

// NewRemembered makes one over a Verify, such as [Issuers.Verify].
func NewRemembered(check func(context.Context, rest.Secret) (rest.Caller, error), now func() time.Time) *Remembered {
	return &Remembered{check: check, now: now, young: map[[sha256.Size]byte]good{}}
}

// Verify checks a token as [Verifier.Verify] does.
func (r *Remembered) Verify(ctx context.Context, raw rest.Secret) (rest.Caller, error) {
	if len(raw) > maxToken {
		return r.check(ctx, raw)
	}
	sum, now := sha256.Sum256([]byte(raw.Reveal())), r.now()
	if g, ok := r.get(sum); ok && now.Before(g.caller.Until) && !now.Before(g.checked) && now.Before(g.checked.Add(rememberedFor)) {
		return g.caller, nil
	}
	caller, err := r.check(ctx, raw)
	if err == nil && now.Before(caller.Until) {
		r.put(sum, good{caller, now})
	}
	return caller, err
}

func (r *Remembered) get(sum [sha256.Size]byte) (good, bool) {
	r.mu.RLock()
	defer r.mu.RUnlock()
	g, ok := r.young[sum]
	if !ok {
		g, ok = r.old[sum]
	}
	return g, ok
}

// put drops the older half when the younger is full.
func (r *Remembered) put(sum [sha256.Size]byte, g good) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.young) >= rememberedTokens {
		r.old, r.young = r.young, make(map[[sha256.Size]byte]good)
	}
	r.young[sum] = g
}
