package core

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/uuid"

	"overgang/rest"
)

// walk pages through a query and returns the instances in order.
func (w *world) walk(c rest.Caller, q rest.Query) (ids []uuid.UUID) {
	w.t.Helper()
	for range 1000 {
		page, err := w.Query(w.ctx, c, q)
		if err != nil {
			w.t.Fatal(err)
		}
		if len(page.Instances) > q.Limit && q.Limit > 0 {
			w.t.Fatalf("a page of %d", len(page.Instances))
		}
		for _, in := range page.Instances {
			ids = append(ids, in.ID)
		}
		if page.Next == nil {
			return ids
		}
		q.After = page.Next
	}
	w.t.Fatal("the list does not end")
	return nil
}

// A grant for one service must neither show the party's other instances nor
// hide, repeat or reorder its own.
func TestQueryWithLimitedGrants(t *testing.T) {
	w := newWorld(t)
	w.grant("system:1023", w.other.ID, rest.ServiceRef{}, rest.Read, rest.Write)
	if err := w.Refresh(w.ctx); err != nil {
		t.Fatal(err)
	}
	var want []uuid.UUID // what the person may see: service 4503 of org
	for i := range 60 {
		s := w.shipment(fmt.Sprint("REF-", i))
		s.Service.Code = []string{"4501", "4502", "4503"}[i%3]
		if i%4 == 0 {
			s.Instance.Owner = rest.PartyRef{OrgNumber: orgB}
		}
		out := w.submit(s)
		if i%3 == 2 && i%4 != 0 {
			want = append(want, out.Instance.ID)
		}
		if i%7 == 0 { // the others tie
			w.clock.add(time.Second)
		}
	}
	kari := rest.Caller{Person: w.person.ID, Scopes: userScopes}
	for _, limit := range []int{1, 2, 7, 100} {
		got := w.walk(kari, rest.Query{Limit: limit})
		if fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("pages of %d: %d instances, want %d", limit, len(got), len(want))
		}
	}
	page, err := w.Query(w.ctx, kari, rest.Query{Limit: 3, Offset: 5, Count: true})
	if err != nil || page.Total != int64(len(want)) || page.Instances[0].ID != want[5] {
		t.Errorf("total %d, want %d, %v", page.Total, len(want), err)
	}
	if got := w.walk(kari, rest.Query{App: "melding"}); len(got) != 0 {
		t.Errorf("another application's: %d", len(got))
	}
	if got := w.walk(w.system, rest.Query{Limit: 7}); len(got) != 60 {
		t.Errorf("the system sees %d", len(got))
	}
	if got := w.walk(w.owner, rest.Query{Owner: w.other.ID}); len(got) != 15 {
		t.Errorf("the application's owner sees %d of the other party's", len(got))
	}
	if got := w.walk(kari, rest.Query{Owner: w.other.ID}); len(got) != 0 {
		t.Errorf("somebody else's party: %d", len(got))
	}
}

func TestQueryRefuses(t *testing.T) {
	w := newWorld(t)
	for name, c := range map[string]struct {
		caller rest.Caller
		q      rest.Query
		kind   rest.Kind
	}{
		"too large":   {w.system, rest.Query{Limit: 1001}, rest.Invalid},
		"negative":    {w.system, rest.Query{Limit: -1}, rest.Invalid},
		"other's org": {w.owner, rest.Query{Org: "nav"}, rest.Forbidden},
		"nobody":      {rest.Caller{}, rest.Query{}, rest.Forbidden},
		"no scope":    {rest.Caller{Person: w.person.ID}, rest.Query{}, rest.Forbidden},
	} {
		_, err := w.Query(w.ctx, c.caller, c.q)
		if rest.KindOf(err) != c.kind || err == nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	if got := w.walk(rest.Caller{System: 4711}, rest.Query{}); len(got) != 0 {
		t.Errorf("a system without grants sees %d", len(got))
	}
}
