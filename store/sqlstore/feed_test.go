package sqlstore

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"overgang/rest"
	"overgang/store"
)

// TestFeedPlans asks SQLite how it runs the feed's statements: each seeks to
// where it begins and takes rows in the order of an index.
func TestFeedPlans(t *testing.T) {
	s := openInternal(t)
	c, err := s.acquire(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { s.readers <- c }()
	for st, want := range map[*statement]string{
		selectFeedAfter:  "SEARCH journal USING INDEX journal_by_app (app=? AND id>?)",
		selectFeedRow:    "SEARCH journal USING INDEX journal_by_app (app=? AND id=? AND at>?)",
		selectFeedTime:   "SEARCH journal USING COVERING INDEX journal_by_app (app=? AND id>?)",
		selectFeedEnd:    "SEARCH journal USING COVERING INDEX journal_by_app (app=?)",
		selectFeedMask:   "SEARCH journal USING COVERING INDEX journal_by_steps (app=? AND steps>?)",
		selectFeedAtMask: "SEARCH journal USING COVERING INDEX journal_by_steps (app=? AND steps=? AND id>?)",
	} {
		steps := plan(t, c, st.text, make([]any, parameters(st.text))...)
		if steps[0] != want || slices.ContainsFunc(steps, func(s string) bool { return strings.Contains(s, "TEMP B-TREE") || strings.HasPrefix(s, "SCAN") }) {
			t.Errorf("%s\n\t%s\n\twant %s", st.text, strings.Join(steps, "\n\t"), want)
		}
	}
}

// TestFeedLikeAFilter compares the feed with a filter over all events: clocks
// that go back, rows with several steps, two applications, rows from before
// steps were kept, and steps whose bits are the same.
func TestFeedLikeAFilter(t *testing.T) {
	s := openInternal(t)
	random := rand.New(rand.NewPCG(1, 2))
	at := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	steps := []string{"FormFilling", "Signing", "Submit", rest.Archived}
	for n := 0; len(steps) < 6; n++ {
		if same := fmt.Sprint("step", n); stepBit(same) == stepBit("Signing") {
			steps = append(steps, same)
		}
	}
	apps := []rest.AppID{{Org: "ttd", App: "a"}, {Org: "ttd", App: "b"}}
	var all []rest.Event
	for n := range 300 {
		i := rest.Instance{ID: uuid.New(), App: apps[random.IntN(2)], Owner: 1, Created: at, Changed: at, Version: 1, Step: "x"}
		at = at.Add(time.Duration(random.IntN(10)-3) * time.Second) // now and then the clock goes back
		events := make([]rest.Event, 1+random.IntN(3))
		err := s.Update(t.Context(), func(tx store.Tx) error {
			if err := tx.CreateInstance(&i); err != nil {
				return err
			}
			for k := range events {
				step := steps[random.IntN(3)]
				if n > 250 {
					step = steps[random.IntN(len(steps))]
				}
				events[k] = rest.Event{At: at.Add(time.Duration(random.IntN(3)) * time.Second), Type: rest.EventChanged, App: i.App, Owner: 1, Instance: i.ID, Step: step, By: "ttd"}
				if err := tx.AddEvent(&events[k]); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, events...)
	}
	// Some rows are made to look as if they were from before steps were kept.
	err := s.Update(t.Context(), func(w store.Tx) error {
		return w.(*tx).c.queryText("UPDATE journal SET steps = -1 WHERE id % 7 = 0", func(*row) error { return nil })
	})
	if err != nil {
		t.Fatal(err)
	}
	for range 2000 {
		q := rest.EventQuery{Limit: 1 + random.IntN(20)}
		if random.IntN(2) == 0 {
			q.After = int64(random.IntN(len(all) + 3))
		}
		if random.IntN(2) == 0 {
			q.Since = all[random.IntN(len(all))].At.Add(time.Duration(random.IntN(5)-2) * time.Second)
		}
		if random.IntN(2) == 0 {
			q.Step = steps[random.IntN(len(steps))]
		}
		app := apps[random.IntN(2)]
		var want []rest.Event
		for _, e := range all {
			if e.App == app && e.ID > q.After && !e.At.Before(q.Since) && (q.Step == "" || e.Step == q.Step) && len(want) < q.Limit {
				want = append(want, e)
			}
		}
		var got []rest.Event
		if err := s.View(t.Context(), func(r store.Reader) (err error) { got, err = r.AppEvents(app, q); return err }); err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(want, got); d != "" {
			t.Fatalf("%+v: %s", q, d)
		}
	}
}
