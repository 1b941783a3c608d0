package oauth

import (
	"crypto/sha256"
	"encoding/binary"
	"sync"
	"time"

	"overgang/rest"
)

// used are the assertions that were taken, in two generations: one is kept as
// long at least as it would be taken again. Memory is bounded. When it is full,
// nothing is taken rather than something forgotten: only those with a registered
// key come this far, each so often a minute.
type used struct {
	keep time.Duration
	most int

	mu         sync.Mutex
	since      time.Time
	young, old map[[16]byte]struct{}
}

func newUsed(keep time.Duration, most int) *used {
	return &used{keep: keep, most: most, young: map[[16]byte]struct{}{}}
}

// first says whether the enterprise user has not used the jti before. ok is
// false when there is no room to remember it.
func (u *used) first(of rest.EnterpriseID, jti string, now time.Time) (first, ok bool) {
	h := sha256.New()
	h.Write(binary.BigEndian.AppendUint32(nil, uint32(of)))
	h.Write([]byte(jti))
	key := [16]byte(h.Sum(nil)) // half of it tells keys apart as well
	u.mu.Lock()
	defer u.mu.Unlock()
	u.turn(now)
	if _, there := u.young[key]; there {
		return false, true
	}
	if _, there := u.old[key]; there {
		return false, true
	}
	if len(u.young)+len(u.old) >= u.most {
		return false, false
	}
	u.young[key] = struct{}{}
	return true, true
}

// turn begins a new generation when the younger is as old as things are kept. A
// clock that is set back a little begins none: it would be too early to forget.
func (u *used) turn(now time.Time) {
	switch age := now.Sub(u.since); {
	case u.since.IsZero(), age < -u.keep:
		u.since = now
	case age >= 2*u.keep:
		u.young, u.old, u.since = map[[16]byte]struct{}{}, nil, now
	case age >= u.keep:
		u.young, u.old, u.since = map[[16]byte]struct{}{}, u.young, now
	}
}

// held is how many are remembered.
func (u *used) held() int {
	u.mu.Lock()
	defer u.mu.Unlock()
	return len(u.young) + len(u.old)
}
