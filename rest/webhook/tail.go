package webhook

import (
	"context"
	"slices"
	"sync"

	"overgang/rest"
)

const (
	feedPage  = 500  // events read at once
	tailKept  = 4096 // events kept in memory
	feedPages = 20   // read in a row before others get their turn
)

// tail is the end of the feed in memory, so that subscriptions that keep up
// cost the store one read together, not one each.
type tail struct {
	core rest.Deliveries

	mu       sync.Mutex
	interest interest
	from     int64 // all events of interest after it, up to upTo, are in events
	upTo     int64
	events   []rest.Event
}

// reset starts anew at an event, for another interest.
func (t *tail) reset(i interest, at int64) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.interest, t.from, t.upTo, t.events = i, at, at, nil
}

// grow reads on from the end, and returns what is new. more = there is more.
func (t *tail) grow(ctx context.Context) (added []rest.Event, more bool, err error) {
	// The dispatcher, which calls this, alone changes what is read here unlocked.
	events, upTo, err := t.core.Feed(ctx, t.interest.wants, t.upTo, feedPage)
	if err != nil {
		return nil, false, err
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.events, t.upTo = append(t.events, events...), upTo
	if over := len(t.events) - tailKept; over > 0 {
		t.from = t.events[over-1].ID
		t.events = slices.Clone(t.events[over:])
	}
	return events, len(events) == feedPage, nil
}

// read returns events after one that a subscription may want, and up to where
// they are all there are: from memory, or else from the store.
func (t *tail) read(ctx context.Context, s *rest.Subscription, after int64) (events []rest.Event, upTo int64, more bool, err error) {
	if events, upTo, ok := t.remembered(s, after); ok {
		return events, upTo, false, nil
	}
	events, upTo, err = t.core.Feed(ctx, s.Wants, after, feedPage)
	return events, upTo, len(events) == feedPage, err
}

func (t *tail) remembered(s *rest.Subscription, after int64) ([]rest.Event, int64, bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if after < t.from || after > t.upTo || !t.interest.covers(s) {
		return nil, 0, false
	}
	at, _ := slices.BinarySearchFunc(t.events, after+1, func(e rest.Event, id int64) int { return int(e.ID - id) })
	return slices.Clone(t.events[at:]), t.upTo, true
}
