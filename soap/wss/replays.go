package wss

import (
	"context"
	"errors"
	"sync"
	"time"
)

// Memory is the Replays of one gateway: bounded, in memory. Keys are dropped
// when their time is over, in steps. Where more come in than it may hold, those
// whose time is over first go before it is, which Dropped counts; each kind has
// its own room, so that nonces, which anybody can send, push out no signatures.
type Memory struct {
	now  func() time.Time
	most int
	mu   sync.Mutex
	room [NonceReplay + 1]room
}

var _ Replays = (*Memory)(nil)

// step is the width of the buckets that keys are kept and dropped in.
const step = 15 * time.Second

// room holds the keys of one kind in buckets by the step their time is over in.
// A key comes with the same time always, so it is looked for in one bucket.
// Half of a SHA-256 tells keys apart as well as anybody could forge.
type room struct {
	buckets map[int64]map[[16]byte]struct{}
	held    int
	dropped int64
}

// NewMemory makes a Memory for at most so many keys of each kind: about 40
// bytes each. A million lasts for 2,500 messages a second that live five
// minutes, with a minute's skew.
func NewMemory(now func() time.Time, most int) (*Memory, error) {
	if now == nil || most <= 0 {
		return nil, errors.New("wss: a memory of replays needs a clock and room")
	}
	m := &Memory{now: now, most: most}
	for i := range m.room {
		m.room[i].buckets = make(map[int64]map[[16]byte]struct{})
	}
	return m, nil
}

// Seen implements Replays.
func (m *Memory) Seen(_ context.Context, kind ReplayKind, key [32]byte, until time.Time) (bool, error) {
	if int(kind) >= len(m.room) {
		return false, errors.New("wss: unknown kind of replay")
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	r := &m.room[kind]
	at, half := bucketOf(until), [16]byte(key[:16])
	if _, seen := r.buckets[at][half]; seen {
		return true, nil
	}
	if r.buckets[at] == nil {
		r.forget(bucketOf(m.now()))
		r.buckets[at] = make(map[[16]byte]struct{})
	}
	if r.held >= m.most {
		r.forget(bucketOf(m.now()))
	}
	if r.held >= m.most {
		r.dropFirst()
		if r.buckets[at] == nil { // it was the first
			r.buckets[at] = make(map[[16]byte]struct{})
		}
	}
	r.buckets[at][half] = struct{}{}
	r.held++
	return false, nil
}

// Held is the number of keys of a kind that are remembered.
func (m *Memory) Held(kind ReplayKind) int {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.room[kind].held
}

// Dropped is the number of keys of a kind that were dropped before their time
// for lack of room: more than none means that replays may have gone unnoticed.
func (m *Memory) Dropped(kind ReplayKind) int64 {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.room[kind].dropped
}

func bucketOf(t time.Time) int64 { return t.UnixNano() / int64(step) }

// forget drops the buckets before one.
func (r *room) forget(before int64) {
	for at, bucket := range r.buckets {
		if at < before {
			r.held -= len(bucket)
			delete(r.buckets, at)
		}
	}
}

// dropFirst drops the bucket that is over first.
func (r *room) dropFirst() {
	first, found := int64(0), false
	for at := range r.buckets {
		if !found || at < first {
			first, found = at, true
		}
	}
	n := len(r.buckets[first])
	r.held -= n
	r.dropped += int64(n)
	delete(r.buckets, first)
}
