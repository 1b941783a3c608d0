package storetest

import (
	"testing"
	"time"

	"github.com/google/uuid"

	"overgang/rest"
	"overgang/store"
)

// named puts a delegation to 50003 and 50004, who wait if it is opened.
func named(t *testing.T, s store.Store, i *rest.Instance, opened time.Time) *rest.Delegation {
	t.Helper()
	d := &rest.Delegation{
		Step: "Signing", Required: 2, Locked: "system:1001", At: start, By: "person:50002", Opened: opened,
		Signers: []rest.Signer{{Person: 50004, Name: "Ola", Allowed: 1}, {Person: 50003, Name: "Kari", Allowed: 2}},
	}
	var waits []rest.PartyID
	if !opened.IsZero() {
		waits = []rest.PartyID{50003, 50004}
	}
	update(t, s, func(tx store.Tx) error { return tx.PutDelegation(i.ID, d, waits) })
	return d
}

func testDelegations(t *testing.T, s store.Store) {
	first, second, shut, deleted := instance(melding, 50001, start), instance(melding, 50001, start), instance(melding, 50001, start), instance(melding, 50001, start)
	early := instance(melding, 50001, start)
	early.Visible = start.Add(2 * time.Hour)
	first.Elements = []rest.Element{element("default", "a", start)}
	deleted.SoftDeleted = start
	create(t, s, &first, &second, &shut, &deleted, &early)
	first.Elements = nil
	d := named(t, s, &first, start.Add(time.Minute))
	named(t, s, &second, start)
	named(t, s, &shut, time.Time{})
	named(t, s, &deleted, start)
	named(t, s, &early, start)
	read := func(want *rest.Delegation) {
		t.Helper()
		view(t, s, func(r store.Reader) error {
			got, err := r.Delegation(first.ID)
			same(t, "delegation", got, want)
			return err
		})
	}
	read(d)
	waiting := func(person rest.PartyID, after int32, limit int, want ...rest.Instance) {
		t.Helper()
		view(t, s, func(r store.Reader) error {
			got, err := r.ToSign(person, start.Add(time.Hour), after, limit)
			same(t, "to sign", got, want)
			return err
		})
	}
	waiting(50003, 0, 10, first, second)
	waiting(50003, 0, 1, first)
	waiting(50003, first.Number, 10, second)
	waiting(50001, 0, 10)

	d.Signers, d.Required, d.Locked = d.Signers[1:], 1, ""
	update(t, s, func(tx store.Tx) error { return tx.PutDelegation(first.ID, d, []rest.PartyID{50003}) })
	read(d)
	waiting(50004, 0, 10, second)
	update(t, s, func(tx store.Tx) error { return tx.PutDelegation(first.ID, d, nil) })
	waiting(50003, 0, 10, second)

	wantUpdateErr(t, s, "an instance that is not there", store.ErrNotFound, func(tx store.Tx) error { return tx.PutDelegation(uuid.New(), d, nil) })
	update(t, s, func(tx store.Tx) error { _, err := tx.PurgeInstance(second.ID); return err })
	waiting(50003, 0, 10)
	view(t, s, func(r store.Reader) error {
		for _, id := range []uuid.UUID{second.ID, uuid.New()} {
			_, absent := r.Delegation(id)
			wantErr(t, "absent", absent, store.ErrNotFound)
		}
		return nil
	})
}

func testInboxOfSigners(t *testing.T, s store.Store) {
	at := func(n int) time.Time { return start.Add(time.Duration(n) * time.Hour) }
	mine, active, archived, other := instance(melding, 50003, at(1)), instance(melding, 50001, at(2)), instance(skatt, 50001, at(3)), instance(melding, 50002, at(4))
	shut, plain, deleted, early := instance(melding, 50001, at(5)), instance(melding, 50001, at(6)), instance(melding, 50001, at(7)), instance(melding, 50001, at(8))
	archived.Step, archived.Archived = rest.Archived, at(3)
	deleted.HardDeleted, early.Visible = at(7), at(30)
	active.Presentation = "Regnskap for mars"
	create(t, s, &mine, &active, &archived, &other, &shut, &plain, &deleted, &early)
	for _, i := range []*rest.Instance{&mine, &active, &archived, &other, &deleted, &early} {
		named(t, s, i, start)
	}
	named(t, s, &shut, time.Time{})
	list := func(q store.InboxQuery, want ...*rest.Instance) {
		t.Helper()
		q.Signer, q.ShownAt = 50003, at(20)
		if q.Limit == 0 {
			q.Limit = 10
		}
		entries := []rest.InboxEntry{}
		for _, i := range want {
			entries = append(entries, rest.InboxEntry{Instance: i})
		}
		view(t, s, func(r store.Reader) error {
			page, err := r.Inbox(q)
			same(t, "entries", page.Entries, entries)
			return err
		})
	}
	list(store.InboxQuery{Party: 50003}, &mine, &active, &archived, &other) // each once
	list(store.InboxQuery{Party: 50003, Descending: true, Limit: 2}, &other, &archived)
	list(store.InboxQuery{Party: 50003, After: &rest.Position{At: at(2), Number: active.Number}, Limit: 1}, &archived)
	list(store.InboxQuery{Party: 50003, States: []rest.InboxState{rest.InboxArchived}}, &archived)
	list(store.InboxQuery{Party: 50003, States: []rest.InboxState{rest.InboxOpen}}, &mine, &active, &other)
	list(store.InboxQuery{Party: 50003, Kinds: []rest.InboxKind{rest.InboxMessage}})
	list(store.InboxQuery{Party: 50003, Archive: "AR"}, &archived)
	list(store.InboxQuery{Party: 50003, Search: "regnskap"}, &active)
	list(store.InboxQuery{Party: 50003, Search: "skatt", Named: []rest.AppID{skatt}}, &archived)
	list(store.InboxQuery{Party: 50003, Changed: rest.TimeRange{From: at(3)}}, &archived, &other)
	list(store.InboxQuery{Party: 50001, SignerOnly: true}, &active, &archived)
	list(store.InboxQuery{Party: 50001, SignerOnly: true, SignerApps: []rest.AppID{skatt}}, &archived)
	list(store.InboxQuery{Party: 50001, Apps: []rest.AppID{skatt}}, &active, &archived)
	list(store.InboxQuery{Party: 50002, SignerOnly: true}, &other)
}
