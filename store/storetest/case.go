package storetest

import (
	"errors"
	"testing"
	"time"

	"github.com/google/uuid"

	"overgang/rest"
	"overgang/store"
)

func testCases(t *testing.T, s store.Store) {
	file := func(app rest.AppID, party rest.PartyID, reference string) *rest.Case {
		c := &rest.Case{App: app, Party: party, Reference: reference, Visible: start, Due: start.Add(time.Hour), Created: start, CreatedBy: "ttd", Changed: start, Version: 1}
		update(t, s, func(tx store.Tx) error { return tx.CreateCase(c) })
		return c
	}
	a, b, other, later := file(melding, 50001, "a"), file(melding, 50001, ""), file(skatt, 50001, "a"), file(melding, 50001, "l")
	if a.Number == 0 || a.Number == b.Number || b.Number == other.Number {
		t.Errorf("numbers %d, %d, %d", a.Number, b.Number, other.Number)
	}
	again := *a
	wantUpdateErr(t, s, "a reference that is taken", store.ErrExists, func(tx store.Tx) error { return tx.CreateCase(&again) })
	want := func(q store.CaseQuery, list ...rest.Case) {
		t.Helper()
		q.App, q.Party = melding, 50001
		view(t, s, func(r store.Reader) error {
			got, err := r.Cases(q)
			same(t, "cases", got, list)
			return err
		})
	}
	want(store.CaseQuery{VisibleAt: start, Limit: 2}, *a, *b)
	want(store.CaseQuery{VisibleAt: start, Limit: 2, After: b.Number}, *later)
	want(store.CaseQuery{VisibleAt: start.Add(-time.Second), Limit: 2})
	view(t, s, func(r store.Reader) error {
		got, err := r.CaseByReference(skatt, 50001, "a")
		same(t, "by reference", got, other)
		_, absent := r.Case(7)
		wantErr(t, "absent", absent, store.ErrNotFound)
		return err
	})

	active, archived := instance(melding, 50001, start), instance(melding, 50001, start)
	archived.Step, archived.Archived = rest.Archived, start
	create(t, s, &active, &archived)
	m := message(melding, 50001, start.Add(time.Hour))
	m.Case = a.Number
	sent(t, s, &m)
	update(t, s, func(tx store.Tx) error {
		if err := tx.AddToCase(a.Number, active.Number); err != nil {
			return err
		}
		return tx.AddToCase(a.Number, archived.Number)
	})
	holds := func(instances, messages int, then time.Time, ids ...uuid.UUID) {
		t.Helper()
		view(t, s, func(r store.Reader) error {
			i, n, err := r.ActiveInCase(a, then)
			if i != instances || n != messages {
				t.Errorf("%d instances and %d messages, want %d and %d", i, n, instances, messages)
			}
			if err != nil {
				return err
			}
			members, messagesIn, err := r.CaseMembers(a, then, 9)
			var got []uuid.UUID
			for _, m := range members {
				if m.App != melding {
					t.Errorf("%+v", m)
				}
				got = append(got, m.ID)
			}
			same(t, "instances", got, ids)
			if len(messagesIn) != messages {
				t.Errorf("messages %v", messagesIn)
			}
			all, err2 := r.InCase(a.Number)
			if all != len(ids) {
				t.Errorf("%d in the case, want %d", all, len(ids))
			}
			return errors.Join(err, err2)
		})
	}
	holds(1, 0, start, active.ID, archived.ID)
	holds(1, 1, start.Add(time.Hour), active.ID, archived.ID)
	view(t, s, func(r store.Reader) error {
		got, err := r.Unarchived(a.Number)
		same(t, "unarchived", got, []uuid.UUID{active.ID})
		in, err2 := r.Instance(active.ID)
		if in.Case != a.Number {
			t.Errorf("the instance is in case %d, want %d", in.Case, a.Number)
		}
		return errors.Join(err, err2)
	})
	update(t, s, func(tx store.Tx) error { return tx.AddToCase(b.Number, active.Number) })
	holds(0, 1, start.Add(time.Hour), archived.ID)
	update(t, s, func(tx store.Tx) error { return tx.AddToCase(a.Number, active.Number) })
	holds(1, 1, start.Add(time.Hour), active.ID, archived.ID)
	update(t, s, func(tx store.Tx) error { return tx.AddToCase(0, active.Number) })
	holds(0, 1, start.Add(time.Hour), archived.ID)

	a.Archived, a.Version = rest.Mark{At: start, By: "kari"}, 2
	update(t, s, func(tx store.Tx) error { return tx.UpdateCase(a) })
	wantUpdateErr(t, s, "an old version", store.ErrNotFound, func(tx store.Tx) error { return tx.UpdateCase(a) })
	b.Deleted, b.Version = rest.Mark{At: start, By: "kari"}, 2
	update(t, s, func(tx store.Tx) error { return tx.UpdateCase(b) })
	want(store.CaseQuery{VisibleAt: start, Limit: 9}, *later)
	view(t, s, func(r store.Reader) error {
		got, err := r.Case(a.Number)
		same(t, "archived", got, a)
		return err
	})
}
