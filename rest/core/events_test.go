package core

import (
	"testing"

	"overgang/rest"
	"overgang/store"
)

// TestEventsAreBounded: whoever asks for too many, or for no number, gets a page
// of 1000 and the one more that tells that another page follows.
func TestEventsAreBounded(t *testing.T) {
	w := newWorld(t)
	in := w.create(w.user())
	err := w.store.Update(w.ctx, func(tx store.Tx) error {
		for range 1100 {
			if err := tx.AddEvent(&rest.Event{App: in.App, Owner: in.Owner, Instance: in.ID, Type: rest.EventChanged, At: w.now()}); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for limit, want := range map[int]int{0: 1001, 1: 1, 1001: 1001, 5000: 1001} {
		q := rest.EventQuery{Limit: limit}
		feed, err := w.AppEvents(w.ctx, w.owner, in.App, q)
		if err != nil || len(feed) != want {
			t.Errorf("feed, limit %d: %d, %v; want %d", limit, len(feed), err, want)
		}
		trail, err := w.InstanceEvents(w.ctx, w.user(), in.ID, q)
		if err != nil || len(trail) != want {
			t.Errorf("trail, limit %d: %d, %v; want %d", limit, len(trail), err, want)
		}
	}
}
