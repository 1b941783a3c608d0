package core

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"overgang/rest"
	"overgang/store"
)

func TestMerge(t *testing.T) {
	at := func(n int) rest.Position { return rest.Position{At: time.Unix(int64(n/2), 0), Number: int32(n)} }
	// lanes of a list of 60, in which each row is in the lane that deal says.
	lanes := func(count int, deal func(n int) int) []*lane[int] {
		rows := make([][]int, count)
		for n := range 60 {
			rows[deal(n)] = append(rows[deal(n)], n)
		}
		var list []*lane[int]
		for _, mine := range rows {
			list = append(list, &lane[int]{read: func(after *rest.Position, limit int) ([]int, *rest.Position, error) {
				begin := 0
				for begin < len(mine) && after != nil && !precedes(*after, at(mine[begin]), false) {
					begin++
				}
				end := min(begin+limit, len(mine))
				if end == len(mine) {
					return mine[begin:], nil, nil
				}
				next := at(mine[end-1])
				return mine[begin:end], &next, nil
			}})
		}
		return list
	}
	deals := map[string]func(int) int{
		"even": func(n int) int { return n % 3 }, "one after the other": func(n int) int { return n / 20 }, "all in one": func(int) int { return 1 },
	}
	for name, deal := range deals {
		for _, c := range []struct{ skip, limit int }{{0, 1}, {0, 59}, {0, 60}, {0, 61}, {7, 20}, {59, 1}, {60, 1}, {100, 5}} {
			got, more, err := merge(lanes(3, deal), c.skip, c.limit, func(a, b *int) bool { return precedes(at(*a), at(*b), false) })
			if err != nil {
				t.Fatal(err)
			}
			var want []int
			for n := c.skip; n < min(60, c.skip+c.limit); n++ {
				want = append(want, n)
			}
			if diff := cmp.Diff(want, got); diff != "" || more != (c.skip+c.limit < 60) {
				t.Errorf("%s, %+v: more %t, %s", name, c, more, diff)
			}
		}
	}
}

// counting counts the lists that are read of a store.
type counting struct {
	store.Store
	lists, rows, transfers int
}

type countingReader struct {
	store.Reader
	c *counting
}

func (c *counting) View(ctx context.Context, fn func(store.Reader) error) error {
	return c.Store.View(ctx, func(r store.Reader) error { return fn(countingReader{r, c}) })
}

func (r countingReader) Instances(q rest.Query, owners []rest.PartyID) (rest.Page, error) {
	page, err := r.Reader.Instances(q, owners)
	r.c.lists++
	r.c.rows += len(page.Instances)
	return page, err
}

func (r countingReader) Correspondences(q rest.CorrespondenceQuery, parties []rest.PartyID) (rest.CorrespondencePage, error) {
	page, err := r.Reader.Correspondences(q, parties)
	r.c.lists++
	r.c.rows += len(page.Messages)
	return page, err
}

// Who may read one service of a party's pays nothing for what the party has of
// others.
func TestListsOfSingleServicesReadNothingElse(t *testing.T) {
	w := newWorld(t)
	for n := range 50 {
		w.submit(w.shipment(fmt.Sprint("s", n)))
		w.send(w.letter())
	}
	signed := w.shipment("signed")
	signed.Service.Code, signed.Completed = "4503", false
	w.submit(signed)
	counted := &counting{Store: w.store}
	c, err := New(Config{Store: counted, Blobs: w.blobs, Secret: testSecret, Now: w.clock.now})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	person := rest.Caller{Person: w.person.ID, Scopes: []string{rest.ScopeRead}}
	page, err := c.Query(w.ctx, person, rest.Query{Limit: 5})
	if err != nil || len(page.Instances) != 1 || page.Next != nil {
		t.Fatalf("%d instances, next %v, %v", len(page.Instances), page.Next, err)
	}
	messages, err := c.Correspondences(w.ctx, person, rest.CorrespondenceQuery{Limit: 5})
	if err != nil || len(messages.Messages) != 0 {
		t.Fatalf("%d messages, %v", len(messages.Messages), err)
	}
	if counted.lists > 4 || counted.rows > 1 {
		t.Errorf("%d lists and %d rows were read", counted.lists, counted.rows)
	}
}

func (r countingReader) TransferOfReceipt(receipt int32) (*rest.Transfer, error) {
	r.c.transfers++
	return r.Reader.TransferOfReceipt(receipt)
}
