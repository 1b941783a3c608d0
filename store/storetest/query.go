package storetest

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"pgregory.net/rapid"

	"overgang/rest"
	"overgang/store"
)

func testFilters(t *testing.T, s store.Store) {
	at := func(hours int) time.Time { return start.Add(time.Duration(hours) * time.Hour) }
	list := make([]rest.Instance, 6)
	for n := range list {
		list[n] = instance(melding, 1, at(n))
	}
	a, b, c, d, e, f := &list[0], &list[1], &list[2], &list[3], &list[4], &list[5]
	a.Labels, a.Presentation = []string{"red", "blue"}, "100% done_now"
	b.Labels, b.Owner, b.Presentation = []string{"red"}, 2, "1000 done now"
	c.App, c.Step, c.Archived = rest.AppID{Org: "ttd", App: "annet"}, rest.Archived, at(10)
	d.App, d.SoftDeleted, d.Sender, d.Reference = skatt, at(11), 5, `ref\1`
	e.App, e.HardDeleted, e.Confirmed = rest.AppID{Org: "skd", App: "melding"}, at(12), at(13)
	f.Due, f.Visible, f.Changed, f.Owner = at(20), at(21), at(0), 3
	f.Elements = []rest.Element{element("default", "f", start), element("default", "g", start)}
	f.Elements[0].SenderReference, f.Elements[1].SenderReference = "form-1", "form-1"
	a.Sender, a.Reference, f.Sender, f.Reference = 1023, "ESR-1", 1024, "ESR-1"
	create(t, s, a, b, c, d, e, f)
	yes, no := true, false
	for _, q := range []struct {
		name   string
		query  rest.Query
		owners []rest.PartyID
		want   []*rest.Instance
	}{
		{"all, by change", rest.Query{}, nil, []*rest.Instance{a, f, b, c, d, e}},
		{"descending", rest.Query{Descending: true}, nil, []*rest.Instance{e, d, c, b, f, a}},
		{"by creation", rest.Query{SortCreated: true}, nil, []*rest.Instance{a, b, c, d, e, f}},
		{"by creation, descending", rest.Query{SortCreated: true, Descending: true}, nil, []*rest.Instance{f, e, d, c, b, a}},
		{"org", rest.Query{Org: "ttd"}, nil, []*rest.Instance{a, f, b, c}},
		{"org and app", rest.Query{Org: "ttd", App: "annet"}, nil, []*rest.Instance{c}},
		{"app of any org", rest.Query{App: "melding"}, nil, []*rest.Instance{a, f, b, e}},
		{"unknown org", rest.Query{Org: "nav"}, nil, nil},
		{"unknown app", rest.Query{Org: "ttd", App: "skatt"}, nil, nil},
		{"owner", rest.Query{Owner: 2}, nil, []*rest.Instance{b}},
		{"owners", rest.Query{}, []rest.PartyID{2, 3, 99}, []*rest.Instance{f, b}},
		{"owner within owners", rest.Query{Owner: 1}, []rest.PartyID{2, 3}, nil},
		{"no owners", rest.Query{}, []rest.PartyID{}, nil},
		{"label", rest.Query{Labels: []string{"red"}}, nil, []*rest.Instance{a, b}},
		{"labels", rest.Query{Labels: []string{"blue", "red"}}, nil, []*rest.Instance{a}},
		{"part of a label", rest.Query{Labels: []string{"re"}}, nil, nil},
		{"step", rest.Query{Step: "FormFilling", Owner: 2}, nil, []*rest.Instance{b}},
		{"completed", rest.Query{Completed: &yes}, nil, []*rest.Instance{c}},
		{"not completed", rest.Query{Completed: &no, Org: "ttd"}, nil, []*rest.Instance{a, f, b}},
		{"archived", rest.Query{Archived: &yes}, nil, []*rest.Instance{c}},
		{"not archived", rest.Query{Archived: &no, Org: "ttd"}, nil, []*rest.Instance{a, f, b}},
		{"soft deleted", rest.Query{SoftDeleted: &yes}, nil, []*rest.Instance{d}},
		{"hard deleted", rest.Query{HardDeleted: &yes}, nil, []*rest.Instance{e}},
		{"confirmed", rest.Query{Confirmed: &yes}, nil, []*rest.Instance{e}},
		{"not deleted, not confirmed", rest.Query{SoftDeleted: &no, HardDeleted: &no, Confirmed: &no}, nil, []*rest.Instance{a, f, b, c}},
		{"created, closed", rest.Query{Created: rest.TimeRange{From: at(1), To: at(2)}}, nil, []*rest.Instance{b, c}},
		{"created, open", rest.Query{Created: rest.TimeRange{From: at(1), To: at(3), OpenFrom: true, OpenTo: true}}, nil, []*rest.Instance{c}},
		{"changed from", rest.Query{Changed: rest.TimeRange{From: at(4)}}, nil, []*rest.Instance{e}},
		{"due", rest.Query{Due: rest.TimeRange{To: at(30)}}, nil, []*rest.Instance{f}},
		{"visible", rest.Query{Visible: rest.TimeRange{From: at(21), To: at(21)}}, nil, []*rest.Instance{f}},
		{"shown when visible", rest.Query{ShownAt: at(21), Owner: 3}, nil, []*rest.Instance{f}},
		{"hidden before", rest.Query{ShownAt: at(20)}, nil, []*rest.Instance{a, b, c, d, e}},
		{"archive reference", rest.Query{Archive: c.ArchiveReference}, nil, []*rest.Instance{c}},
		{"archive reference of an active one", rest.Query{Archive: fmt.Sprintf("AR%d", a.Number)}, nil, nil},
		{"no archive reference", rest.Query{Archive: "x' OR '1'='1"}, nil, nil},
		{"number", rest.Query{Number: b.Number}, nil, []*rest.Instance{b}},
		{"number of another owner", rest.Query{Number: b.Number}, []rest.PartyID{1}, nil},
		{"no number", rest.Query{Number: b.Number + 1000}, nil, nil},
		{"number and archive reference", rest.Query{Number: c.Number, Archive: c.ArchiveReference}, nil, []*rest.Instance{c}},
		{"number and another's archive reference", rest.Query{Number: b.Number, Archive: c.ArchiveReference}, nil, nil},
		{"number and reference", rest.Query{Number: a.Number, Reference: "ESR-1"}, nil, []*rest.Instance{a}},
		{"number and another reference", rest.Query{Number: b.Number, Reference: "ESR-1"}, nil, nil},
		{"reference", rest.Query{Reference: "ESR-1"}, nil, []*rest.Instance{a, f}},
		{"reference, descending, by creation", rest.Query{Reference: "ESR-1", Descending: true, SortCreated: true}, nil, []*rest.Instance{f, a}},
		{"reference within owners", rest.Query{Reference: "ESR-1"}, []rest.PartyID{3}, []*rest.Instance{f}},
		{"reference and label", rest.Query{Reference: "ESR-1", Labels: []string{"red"}}, nil, []*rest.Instance{a}},
		{"part of a reference", rest.Query{Reference: "ESR"}, nil, nil},
		{"reference in another case", rest.Query{Reference: "esr-1"}, nil, nil},
		{"an element's reference as the instance's", rest.Query{Reference: "form-1"}, nil, nil},
		{"an element's reference", rest.Query{SenderReference: "form-1"}, nil, []*rest.Instance{f}},
		{"an element's reference within owners", rest.Query{SenderReference: "form-1"}, []rest.PartyID{1, 2}, nil},
		{"both references", rest.Query{Reference: "ESR-1", SenderReference: "form-1"}, nil, []*rest.Instance{f}},
		{"references of two", rest.Query{Reference: `ref\1`, SenderReference: "form-1"}, nil, nil},
		{"search presentation", rest.Query{Search: "DONE"}, nil, []*rest.Instance{a, b}},
		{"search with wildcards", rest.Query{Search: "0% done_n"}, nil, []*rest.Instance{a}},
		{"search reference", rest.Query{Search: `ref\1`}, nil, []*rest.Instance{d}},
		{"search part of a reference", rest.Query{Search: `f\1`}, nil, nil},
		{"search archive reference", rest.Query{Search: c.ArchiveReference}, nil, []*rest.Instance{c}},
		{"search part of an archive reference", rest.Query{Search: c.ArchiveReference[:4]}, nil, nil},
		{"search archive reference of an active one", rest.Query{Search: fmt.Sprintf("AR%d", a.Number)}, nil, nil},
		{"search with quotes", rest.Query{Search: `' OR 1=1 --`}, nil, nil},
		{"search with NUL", rest.Query{Search: "DO\x00NE"}, nil, nil},
		{"search NUL", rest.Query{Search: "\x00"}, nil, nil},
		{"offset", rest.Query{Offset: 4}, nil, []*rest.Instance{d, e}},
		{"after", rest.Query{After: &rest.Position{At: at(0), Number: a.Number}}, nil, []*rest.Instance{f, b, c, d, e}},
		{"after, descending", rest.Query{Descending: true, After: &rest.Position{At: at(0), Number: f.Number}}, nil, []*rest.Instance{a}},
	} {
		for _, limit := range []int{1000, 0} {
			q.query.Limit, q.query.Count = limit, q.query.After == nil && q.query.Offset == 0
			view(t, s, func(r store.Reader) error {
				page, err := r.Instances(q.query, q.owners)
				if err != nil {
					return fmt.Errorf("%s: %w", q.name, err)
				}
				var want []rest.Instance
				for _, i := range q.want {
					want = append(want, listed(*i))
				}
				same(t, q.name, page.Instances, want)
				if q.query.Count && page.Total != int64(len(want)) || !q.query.Count && page.Total != -1 {
					t.Errorf("%s: total %d with count=%v, %d found", q.name, page.Total, q.query.Count, len(want))
				}
				if page.Next != nil {
					t.Errorf("%s: next page at %+v of a list that fits", q.name, page.Next)
				}
				return nil
			})
		}
	}
}

// walk reads all pages of a query.
func walk(s store.Store, q rest.Query) ([]rest.Instance, error) {
	return walkBetween(s, q, func() {})
}

// walkBetween is walk that does something before each page.
func walkBetween(s store.Store, q rest.Query, between func()) ([]rest.Instance, error) {
	var all []rest.Instance
	for {
		between()
		var page rest.Page
		err := s.View(context.Background(), func(r store.Reader) (err error) { page, err = r.Instances(q, nil); return err })
		if err != nil {
			return all, err
		}
		all = append(all, page.Instances...)
		if page.Next == nil {
			return all, nil
		}
		q.After = page.Next
	}
}

// testPaging walks lists with many ties in pages of every size: each instance
// comes once, in the total order.
func testPaging(t *testing.T, s store.Store) {
	var stored []rest.Instance
	rapid.Check(t, func(r *rapid.T) {
		for range rapid.IntRange(1, 5).Draw(r, "more") {
			i := instance(melding, 1, start.Add(time.Duration(rapid.IntRange(0, 3).Draw(r, "created"))*time.Second))
			i.Changed = i.Created.Add(time.Duration(rapid.IntRange(0, 3).Draw(r, "changed")) * time.Second)
			create(t, s, &i)
			stored = append(stored, i)
		}
		q := rest.Query{
			Limit: rapid.IntRange(1, 20).Draw(r, "limit"), SortCreated: rapid.Bool().Draw(r, "by creation"), Descending: rapid.Bool().Draw(r, "descending"),
		}
		got, err := walk(s, q)
		if err != nil {
			r.Fatal(err)
		}
		want := slices.Clone(stored)
		slices.SortFunc(want, func(a, b rest.Instance) int {
			order := cmp.Or(a.Changed.Compare(b.Changed), cmp.Compare(a.Number, b.Number))
			if q.SortCreated {
				order = cmp.Or(a.Created.Compare(b.Created), cmp.Compare(a.Number, b.Number))
			}
			if q.Descending {
				order = -order
			}
			return order
		})
		if !slices.EqualFunc(got, want, func(a, b rest.Instance) bool { return a.ID == b.ID }) {
			r.Fatalf("%+v: %d instances in pages, want %d in another order", q, len(got), len(want))
		}
	})
}

// testPagingUnderWrites walks a list while instances are added and changed.
// Those that nobody touches must come exactly once. Changes wait for the walk: a
// list that grows faster than it is read has no end.
func testPagingUnderWrites(t *testing.T, s store.Store) {
	still, moving := map[uuid.UUID]bool{}, make([]rest.Instance, 40)
	for n := range 2 * len(moving) {
		i := instance(melding, 1, start.Add(time.Duration(n/8)*time.Second))
		create(t, s, &i)
		if n%2 == 0 {
			moving[n/2] = i
		} else {
			still[i.ID] = true
		}
	}
	pages := make(chan struct{}, 1)
	var wg sync.WaitGroup
	wg.Go(func() {
		n := 0
		for range pages {
			i := &moving[n%len(moving)]
			i.Version++
			i.Changed = start.Add(time.Duration(n%20) * time.Second)
			added := instance(melding, 1, i.Changed)
			if err := s.Update(context.Background(), func(tx store.Tx) error {
				if err := tx.UpdateInstance(i); err != nil {
					return err
				}
				return tx.CreateInstance(&added)
			}); err != nil {
				t.Errorf("change beside a walk: %v", err)
			}
			n++
		}
	})
	for n := range 12 {
		q := rest.Query{Limit: 1 + 3*n, Descending: n%2 == 1}
		got, err := walkBetween(s, q, func() { pages <- struct{}{} })
		if err != nil {
			t.Error(err)
		}
		seen := map[uuid.UUID]int{}
		for _, i := range got {
			seen[i.ID]++
		}
		for id := range still {
			if seen[id] != 1 {
				t.Errorf("%+v: an instance that nobody touched came %d times", q, seen[id])
			}
		}
	}
	close(pages)
	wg.Wait()
}
