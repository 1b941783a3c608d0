package sqlstore

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"overgang/rest"
	"overgang/store"
)

var listsStart = time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC)

// listed stores a few instances of every kind that lists tell apart.
func listed(t *testing.T, s *Store) {
	t.Helper()
	for n := range 64 {
		at := listsStart.Add(time.Duration(n) * time.Minute)
		i := rest.Instance{
			ID: uuid.New(), App: rest.AppID{Org: "ttd", App: []string{"melding", "annet"}[n&1]}, Owner: rest.PartyID(1 + n%3), Version: 1,
			Created: at, CreatedBy: "ttd", Changed: at.Add(time.Duration(n>>1&1) * 2 * time.Hour), ChangedBy: "ttd", Step: "FormFilling",
			Labels: []string{"all", fmt.Sprint("l", n)}, Presentation: fmt.Sprint("Melding nummer ", n),
			Due: at, Visible: at, Sender: rest.SystemID(1 + n), Reference: fmt.Sprint("r", n%4),
			Elements: []rest.Element{{ID: uuid.New(), SenderReference: fmt.Sprint("e", n%2), Created: at, Changed: at, Version: 1}},
		}
		if n>>2&1 == 1 {
			i.Step, i.Archived = rest.Archived, at
		}
		if n>>3&1 == 1 {
			i.Confirmed = at
		}
		if n>>4&1 == 1 {
			i.SoftDeleted, i.HardDeleted = at, at
		}
		if err := s.Update(t.Context(), func(tx store.Tx) error { return tx.CreateInstance(&i) }); err != nil {
			t.Fatal(err)
		}
	}
}

// TestListPlans asks SQLite how it runs every text of every filter, alone and
// in twos, in every order: no table is scanned, and windows seek in an index.
func TestListPlans(t *testing.T) {
	s := openInternal(t)
	listed(t, s)
	yes, no := true, false
	filters := map[string]func(*rest.Query){
		"nothing":           func(q *rest.Query) {},
		"org":               func(q *rest.Query) { q.Org = "ttd" },
		"app":               func(q *rest.Query) { q.Org, q.App = "ttd", "melding" },
		"owner":             func(q *rest.Query) { q.Owner = 1 },
		"label":             func(q *rest.Query) { q.Labels = []string{"all"} },
		"labels":            func(q *rest.Query) { q.Labels = []string{"all", "l3"} },
		"step":              func(q *rest.Query) { q.Step = "FormFilling" },
		"last step":         func(q *rest.Query) { q.Step = rest.Archived },
		"completed":         func(q *rest.Query) { q.Completed = &yes },
		"not completed":     func(q *rest.Query) { q.Completed = &no },
		"created":           func(q *rest.Query) { q.Created = rest.TimeRange{From: listsStart, To: listsStart.Add(time.Hour)} },
		"created before":    func(q *rest.Query) { q.Created = rest.TimeRange{To: listsStart.Add(time.Hour), OpenTo: true} },
		"changed after":     func(q *rest.Query) { q.Changed = rest.TimeRange{From: listsStart, OpenFrom: true} },
		"due":               func(q *rest.Query) { q.Due = rest.TimeRange{From: listsStart} },
		"visible":           func(q *rest.Query) { q.Visible = rest.TimeRange{To: listsStart.Add(time.Hour)} },
		"shown":             func(q *rest.Query) { q.ShownAt = listsStart },
		"archived":          func(q *rest.Query) { q.Archived = &yes },
		"soft deleted":      func(q *rest.Query) { q.SoftDeleted = &yes },
		"hard deleted":      func(q *rest.Query) { q.HardDeleted = &no },
		"confirmed":         func(q *rest.Query) { q.Confirmed = &yes },
		"archive reference": func(q *rest.Query) { q.Archive = "AR1000005" },
		"number":            func(q *rest.Query) { q.Number = 1_000_005 },
		"reference":         func(q *rest.Query) { q.Reference = "r1" },
		"element reference": func(q *rest.Query) { q.SenderReference = "e1" },
		"search":            func(q *rest.Query) { q.Search = "nummer 7" },
		"short search":      func(q *rest.Query) { q.Search = "nu" },
	}
	checked := 0
	for a, first := range filters {
		for b, second := range filters {
			if b < a {
				continue
			}
			for order := range 4 {
				q := rest.Query{Limit: 5, Count: true, SortCreated: order&1 == 1, Descending: order&2 == 2, After: &rest.Position{At: listsStart.Add(20 * time.Minute), Number: 1_000_003}}
				first(&q)
				second(&q)
				for _, owners := range [][]rest.PartyID{nil, {1, 2}} {
					checked += checkPlans(t, s, fmt.Sprintf("%s, %s, order %d, owners %v", a, b, order, owners), q, owners)
				}
			}
		}
	}
	if checked < 10_000 {
		t.Errorf("only %d texts were asked", checked)
	}
}

func checkPlans(t *testing.T, s *Store, name string, q rest.Query, owners []rest.PartyID) (checked int) {
	t.Helper()
	type seen struct {
		text string
		args []any
	}
	var texts []seen
	err := s.View(t.Context(), func(sr store.Reader) error {
		r := sr.(*reader)
		r.seen = func(text string, args []any) { texts = append(texts, seen{text, args}) }
		if _, err := r.Instances(q, owners); err != nil {
			return err
		}
		for _, x := range texts {
			for _, step := range plan(t, r.c, x.text, x.args...) {
				window := strings.Contains(x.text, "group_concat") || strings.Contains(x.text, "SELECT min((") || strings.Contains(x.text, "SELECT max((")
				scan := strings.HasPrefix(step, "SCAN") && !strings.Contains(step, "VIRTUAL TABLE") && !strings.HasPrefix(step, "SCAN (subquery") && step != "SCAN g" && !(window && step == "SCAN i")
				if scan || window && strings.Contains(step, "TEMP B-TREE") || strings.Contains(step, "AUTOMATIC") {
					t.Errorf("%s: %s\n\t%s", name, step, x.text)
				}
			}
		}
		return nil
	})
	if err != nil {
		t.Errorf("%s: %v", name, err)
	}
	return len(texts)
}

// TestKeysetSeeks: a page that begins among many rows of one time goes straight
// to its place, instead of reading the ties before it.
func TestKeysetSeeks(t *testing.T) {
	s := openInternal(t)
	listed(t, s)
	for name, q := range map[string]rest.Query{
		"app": {Org: "ttd", App: "melding"}, "owner": {Owner: 1}, "by creation": {Org: "ttd", App: "melding", SortCreated: true},
		"step": {Step: "FormFilling"}, "label": {Labels: []string{"all"}}, "label by creation": {Labels: []string{"all"}, SortCreated: true},
		"due": {Due: rest.TimeRange{From: listsStart}}, "visible": {Visible: rest.TimeRange{From: listsStart}},
	} {
		for _, q.Descending = range []bool{false, true} {
			seeks := 0
			q.After = &rest.Position{At: listsStart.Add(20 * time.Minute), Number: 1_000_003}
			err := s.View(t.Context(), func(sr store.Reader) error {
				r := sr.(*reader)
				r.seen = func(text string, args []any) {
					if !strings.Contains(text, " = ? AND i.number ") && !strings.Contains(text, " = ? AND g.instance ") {
						return
					}
					seeks++
					steps := strings.Join(plan(t, r.c, text, args...), "\n")
					if !strings.Contains(steps, "rowid>?") && !strings.Contains(steps, "rowid<?") && !strings.Contains(steps, "number>?") &&
						!strings.Contains(steps, "number<?") && !strings.Contains(steps, "instance>?") && !strings.Contains(steps, "instance<?") {
						t.Errorf("%s: %s\n%s", name, text, steps)
					}
				}
				_, err := r.Instances(q, nil)
				return err
			})
			if err != nil || seeks == 0 {
				t.Errorf("%s: %d seeks, %v", name, seeks, err)
			}
		}
	}
}

// TestWindowsReadIndexesOnly: what a list passes over it reads from an index.
// SQLite names its indexes as covering only where no column is generated, so
// this looks at the program that it runs.
func TestWindowsReadIndexesOnly(t *testing.T) {
	s := openInternal(t)
	listed(t, s)
	yes, no := true, false
	every := rest.Query{
		Limit: 5, Org: "ttd", Owner: 1, Labels: []string{"all"}, Step: "FormFilling", Archived: &no, Confirmed: &no, SoftDeleted: &no, ShownAt: listsStart.Add(time.Hour),
		Created: rest.TimeRange{From: listsStart}, Changed: rest.TimeRange{From: listsStart}, Due: rest.TimeRange{From: listsStart}, Visible: rest.TimeRange{From: listsStart},
	}
	completed := every
	completed.Step, completed.Completed, completed.Archived = "", &yes, nil
	windows := 0
	for _, q := range []rest.Query{every, completed} {
		for _, q.SortCreated = range []bool{false, true} {
			err := s.View(t.Context(), func(sr store.Reader) error {
				r := sr.(*reader)
				l, _, err := r.listing(q, nil)
				if err != nil {
					return err
				}
				from, err := r.sources(l)
				if err != nil {
					return err
				}
				for _, s := range from.streams {
					for i := range s.groups {
						text, args, _ := s.groups[i].window(l, s.covers, anyTime, nil, 10)
						windows++
						if n := rowColumns(t, r.c, text, args...); n > 0 {
							t.Errorf("%s: %d columns come from the row\n\t%s", s.name, n, text)
						}
					}
				}
				return nil
			})
			if err != nil {
				t.Fatal(err)
			}
		}
	}
	if windows < 20 {
		t.Errorf("%d windows", windows)
	}
}

// rowColumns counts the places where a text's program takes a column out of the
// instance's table.
func rowColumns(t *testing.T, c *conn, text string, args ...any) (n int) {
	t.Helper()
	var root int64
	if err := c.queryText("SELECT rootpage FROM sqlite_master WHERE name = 'instance'", func(r *row) error { root = r.int(); return nil }); err != nil {
		t.Fatal(err)
	}
	type step struct {
		op     string
		p1, p2 int64
	}
	var steps []step
	err := c.queryText("EXPLAIN "+text, func(r *row) error {
		r.int()
		steps = append(steps, step{r.text(), r.int(), r.int()})
		return nil
	}, args...)
	if err != nil {
		t.Fatal(err)
	}
	tables := map[int64]bool{}
	for _, s := range steps {
		if s.op == "OpenRead" && s.p2 == root {
			tables[s.p1] = true
		}
	}
	for _, s := range steps {
		if s.op == "Column" && tables[s.p1] {
			n++
		}
	}
	return n
}
