package sqlstore

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/uuid"

	"overgang/rest"
	"overgang/store"
)

// TestManyAtOnce walks lists where far more instances than a window holds have
// one time, as after an import, between others that are years apart.
func TestManyAtOnce(t *testing.T) {
	s := openInternal(t)
	var numbers []int32
	times := map[int32]time.Time{}
	err := s.Update(t.Context(), func(tx store.Tx) error {
		numbers, times = nil, map[int32]time.Time{}
		for n := range 3 * mostRows / 2 {
			at := listsStart
			switch {
			case n%1000 == 0:
				at = at.AddDate(-n/1000, 0, 0)
			case n%1000 == 1:
				at = at.AddDate(n/1000, 0, 0)
			case n%5 == 0:
				at = at.Add(time.Microsecond)
			}
			i := rest.Instance{
				ID: uuid.New(), App: rest.AppID{Org: "ttd", App: "melding"}, Owner: rest.PartyID(1 + n%3), Version: 1,
				Created: at, CreatedBy: "ttd", Changed: at, ChangedBy: "ttd", Step: "FormFilling",
			}
			if n%3 == 0 {
				i.Labels = []string{"red"}
			}
			i.Sender, i.Reference = rest.SystemID(n), crowdOf(n)
			if err := tx.CreateInstance(&i); err != nil {
				return err
			}
			numbers, times[i.Number] = append(numbers, i.Number), at
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	type list struct {
		query   rest.Query
		limit   int
		matches func(n int) bool
	}
	lists := map[string]list{
		"all":   {rest.Query{Org: "ttd"}, 997, func(int) bool { return true }},
		"owner": {rest.Query{Owner: 2}, 997, func(n int) bool { return n%3 == 1 }},
		"label": {rest.Query{Labels: []string{"red"}, Step: "FormFilling"}, 997, func(n int) bool { return n%3 == 0 }},
	}
	for share := 2; share <= 10; share++ { // the more there are, the later a walk turns from windows to the set of them
		reference := fmt.Sprint("crowd ", share)
		lists["reference "+reference] = list{rest.Query{Reference: reference}, 9, func(n int) bool { return crowdOf(n) == reference }}
	}
	for name, c := range lists {
		for order := range 4 {
			q := c.query
			q.Limit, q.SortCreated, q.Descending = c.limit, order&1 == 1, order&2 == 2
			var want []int32
			for n, number := range numbers {
				if c.matches(n) {
					want = append(want, number)
				}
			}
			slices.SortStableFunc(want, func(a, b int32) int { return times[a].Compare(times[b]) })
			if q.Descending {
				slices.Reverse(want)
			}
			var got []int32
			for {
				var page rest.Page
				err := s.View(t.Context(), func(r store.Reader) (err error) { page, err = r.Instances(q, nil); return err })
				if err != nil {
					t.Fatal(err)
				}
				for _, i := range page.Instances {
					got = append(got, i.Number)
				}
				if page.Next == nil {
					break
				}
				q.After = page.Next
			}
			if !slices.Equal(got, want) {
				t.Errorf("%s, order %d: %d instances, want %d; %s", name, order, len(got), len(want), firstDifference(got, want))
			}
		}
	}
}

// crowdOf is a reference that one in a hundred has, two in a hundred, to ten.
func crowdOf(n int) string {
	for share, from := 1, 0; share <= 10; share++ {
		if from += share; n%100 < from {
			return fmt.Sprint("crowd ", share)
		}
	}
	return "none"
}

func firstDifference(got, want []int32) string {
	for n := range min(len(got), len(want)) {
		if got[n] != want[n] {
			return fmt.Sprintf("at %d is %d, want %d", n, got[n], want[n])
		}
	}
	return "one ends early"
}
