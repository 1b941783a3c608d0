package sqlstore

import (
	"strings"
	"testing"
	"time"

	"overgang/rest"
	"overgang/store"
)

// TestInboxPlans asks SQLite how it runs inboxes: every part comes from an index
// in the list's order, reading no table, and a page begins at its place. What is
// sorted is few: one case, or the numbers that an archive reference begins with.
func TestInboxPlans(t *testing.T) {
	s := openInternal(t)
	at := time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC)
	app := rest.AppID{Org: "ttd", App: "melding"}
	err := s.Update(t.Context(), func(tx store.Tx) error {
		return tx.CreateInstance(&rest.Instance{App: app, Owner: 50001, Created: at, Changed: at, Version: 1})
	})
	if err != nil {
		t.Fatal(err)
	}
	err = s.View(t.Context(), func(sr store.Reader) error {
		if n := rowsRead(t, sr.(*reader).c, "SELECT presentation FROM instance WHERE number = ?", 1); n != 1 {
			t.Errorf("%d columns are told of, where one is read", n)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	covered := []string{"USING INDEX instance_by_owner (owner=? AND lagged=? AND changed", "USING INDEX correspondence_by_shown (party=? AND status=? AND shown", "lookup_by_party (party=? AND archived", "case_by_shown (party=? AND shown"}
	for name, c := range map[string]struct {
		query  store.InboxQuery
		parts  int
		plans  []string
		sorted bool
	}{
		"all":        {store.InboxQuery{}, 9, covered, false},
		"open":       {store.InboxQuery{States: []rest.InboxState{rest.InboxOpen}}, 5, []string{"USING INDEX instance_active (owner=? AND changed", covered[1], covered[3]}, false},
		"archived":   {store.InboxQuery{States: []rest.InboxState{rest.InboxArchived}}, 5, covered, false},
		"received":   {store.InboxQuery{States: []rest.InboxState{rest.InboxReceived}}, 4, covered[1:2], false},
		"apps":       {store.InboxQuery{Apps: []rest.AppID{app}}, 9, covered, false},
		"named":      {store.InboxQuery{Search: "no such text", Named: []rest.AppID{app}}, 9, covered, false},
		"dates":      {store.InboxQuery{Changed: rest.TimeRange{From: at.Add(-time.Hour), To: at.Add(time.Hour)}}, 9, covered, false},
		"digits":     {store.InboxQuery{Archive: "123"}, 4, covered, false},
		"archive":    {store.InboxQuery{Archive: "AR1000001"}, 9, []string{covered[2], "SEARCH i USING INTEGER PRIMARY KEY (rowid>? AND rowid<?)", "SEARCH correspondence USING INTEGER PRIMARY KEY (rowid>? AND rowid<?)"}, true},
		"of a case":  {store.InboxQuery{Case: 3}, 2, []string{"USING INDEX correspondence_by_case (case_number=?", "SEARCH m USING COVERING INDEX case_instance_by_case (case_number=?"}, true},
		"descending": {store.InboxQuery{Descending: true}, 9, covered, false},
	} {
		for _, after := range []*rest.Position{nil, {At: at, Number: 1_000_010}} {
			q := c.query
			q.Party, q.ShownAt, q.After = 50001, at, after
			parts := 0
			err := s.View(t.Context(), func(sr store.Reader) error {
				r := sr.(*reader)
				r.seen = func(text string, args []any) {
					parts++
					steps := strings.Join(plan(t, r.c, text, args...), "\n")
					good := strings.HasPrefix(steps, "SEARCH") && (c.sorted || !strings.Contains(steps, "TEMP B-TREE")) && !strings.Contains(steps, "AUTOMATIC")
					expected := false
					for _, p := range c.plans {
						expected = expected || strings.Contains(steps, p)
					}
					if !good || !expected {
						t.Errorf("%s: %s\n\t%s", name, steps, text)
					}
					if n := rowsRead(t, r.c, text, args...); n > 0 && !c.sorted {
						t.Errorf("%s: %d columns of the table itself are read:\n\t%s", name, n, text)
					}
				}
				_, err := r.Inbox(q)
				return err
			})
			want := c.parts
			if after != nil {
				want *= 2
			}
			if err != nil || parts != want {
				t.Errorf("%s: %d parts, want %d, %v", name, parts, want, err)
			}
		}
	}
}

// rowsRead is how many columns a text reads from instances or messages
// themselves, not from an index. EXPLAIN QUERY PLAN does not tell of it where
// columns are generated.
func rowsRead(t *testing.T, c *conn, text string, args ...any) (columns int) {
	t.Helper()
	roots, cursors := map[int64]bool{}, map[int64]bool{}
	err := c.queryText("SELECT rootpage FROM sqlite_schema WHERE type = 'table' AND name IN ('instance', 'correspondence')", func(r *row) error {
		roots[r.int()] = true
		return nil
	})
	if err != nil || len(roots) != 2 {
		t.Fatal(roots, err)
	}
	err = c.queryText("EXPLAIN "+text, func(r *row) error {
		r.int()
		op, p1, p2 := r.text(), r.int(), r.int()
		switch {
		case op == "OpenRead" && roots[p2]:
			cursors[p1] = true
		case op == "Column" && cursors[p1]:
			columns++
		}
		return nil
	}, args...)
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	return columns
}
