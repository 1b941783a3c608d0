package storetest

import (
	"testing"
	"time"

	"github.com/google/uuid"

	"overgang/rest"
	"overgang/store"
)

func testPrefills(t *testing.T, s store.Store) {
	prefill := func(app rest.AppID, party rest.PartyID, reference string, after time.Duration) *rest.Prefill {
		return &rest.Prefill{
			ID: uuid.New(), App: app, Party: party, Reference: reference, Shipment: "s", Identity: []string{"2026"},
			Forms:   []rest.PrefillForm{{DataFormatID: "1", DataFormatVersion: 2, Reference: "r", Data: "<a>æ</a>"}},
			ValidTo: start.Add(time.Hour + after), Changed: start.Add(after),
		}
	}
	put := func(p *rest.Prefill) {
		t.Helper()
		update(t, s, func(tx store.Tx) error { return tx.PutPrefill(p) })
	}
	a, b, c := prefill(melding, 50001, "a", 0), prefill(melding, 50001, "b", time.Minute), prefill(skatt, 50001, "a", time.Minute)
	c.ValidTo = time.Time{}
	for _, p := range []*rest.Prefill{a, b, c, prefill(melding, 50002, "a", 0)} {
		put(p)
	}
	want := func(app rest.AppID, list ...rest.Prefill) {
		t.Helper()
		view(t, s, func(r store.Reader) error {
			var got []rest.Prefill
			var first *rest.Position
			err := r.Prefills(app, 50001, nil, func(p rest.Prefill, at rest.Position) bool {
				if got = append(got, p); first == nil {
					first = &at
				}
				return true
			})
			if same(t, "prefills", got, list); err != nil || len(list) < 2 {
				return err
			}
			got = nil
			err = r.Prefills(app, 50001, first, func(p rest.Prefill, _ rest.Position) bool { got = append(got, p); return false })
			same(t, "the second, and no more", got, list[1:2])
			return err
		})
	}
	want(melding, *b, *a)
	want(skatt, *c)
	want(rest.AppID{Org: "ttd", App: "ukjent"})
	again := prefill(melding, 50001, "a", 2*time.Minute)
	again.Forms[0].Data = "<b/>"
	put(again)
	if again.ID != a.ID {
		t.Errorf("%s replaces %s under another id", again.ID, a.ID)
	}
	want(melding, *again, *b)
	for _, c := range []struct {
		app     rest.AppID
		besides string
		n       int
	}{{melding, "a", 1}, {melding, "c", 2}, {skatt, "a", 0}, {skatt, "", 1}, {rest.AppID{Org: "ttd", App: "ukjent"}, "", 0}} {
		view(t, s, func(r store.Reader) error {
			n, err := r.CountPrefills(c.app, 50001, c.besides)
			if n != c.n {
				t.Errorf("%s has %d prefills besides %q, want %d", c.app, n, c.besides, c.n)
			}
			return err
		})
	}
	view(t, s, func(r store.Reader) error {
		got, err := r.Prefill(a.ID)
		same(t, "prefill", got, again)
		_, absent := r.Prefill(uuid.New())
		wantErr(t, "absent", absent, store.ErrNotFound)
		return err
	})
	update(t, s, func(tx store.Tx) error { return tx.DeletePrefill(a.ID) })
	wantUpdateErr(t, s, "deleted", store.ErrNotFound, func(tx store.Tx) error { return tx.DeletePrefill(a.ID) })
	want(melding, *b)
	for _, round := range []struct {
		before time.Time
		n      int
	}{{b.ValidTo, 1}, {b.ValidTo.Add(time.Second), 1}, {start.AddDate(100, 0, 0), 0}} {
		update(t, s, func(tx store.Tx) error {
			n, err := tx.DropPrefills(round.before, 10)
			if n != round.n {
				t.Errorf("%d dropped before %s, want %d", n, round.before, round.n)
			}
			return err
		})
	}
	want(melding)
	want(skatt, *c)
}
