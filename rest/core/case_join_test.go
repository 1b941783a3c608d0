package core

import (
	"slices"
	"testing"
	"time"

	"github.com/google/uuid"

	"overgang/rest"
)

// TestInstancesInCases: instances join open cases of their owner when they are
// made or later, move and leave, and every move is a new version.
func TestInstancesInCases(t *testing.T) {
	w := newWorld(t)
	app := rest.AppID{Org: "ttd", App: "melding"}
	start := func(c rest.Caller, party rest.PartyID) *rest.Case {
		t.Helper()
		file, _, err := w.StartCase(w.ctx, c, rest.NewCase{App: app, Party: rest.PartyRef{ID: party}})
		if err != nil {
			t.Fatal(err)
		}
		return file
	}
	one, two, others := start(w.system, w.org.ID), start(w.system, w.org.ID), start(w.owner, w.other.ID)
	create := func(number int32) (*rest.Instance, error) {
		return w.CreateInstance(w.ctx, w.system, rest.NewInstance{App: app, Owner: rest.PartyRef{ID: w.org.ID}, Case: number})
	}
	in, err := create(one.Number)
	if err != nil || in.Case != one.Number {
		t.Fatalf("%+v, %v", in, err)
	}
	for _, number := range []int32{others.Number, 4711, -1, in.Number} {
		_, err := create(number)
		wantKind(t, err, rest.Invalid)
	}
	move := func(number int32) *rest.Instance {
		t.Helper()
		out, err := w.ChangeInstance(w.ctx, w.system, in.ID, rest.InstanceChange{Case: &number}, 0)
		if err != nil {
			t.Fatal(err)
		}
		again, err := w.Instance(w.ctx, w.system, in.ID)
		if err != nil || again.Case != number || out.Case != number {
			t.Fatalf("in case %d and %d, want %d, %v", again.Case, out.Case, number, err)
		}
		return again
	}
	inside := func(file *rest.Case, want ...uuid.UUID) {
		t.Helper()
		members, err := w.CaseMembers(w.ctx, w.system, file.Number)
		if err != nil || !slices.Equal(members.Instances, want) {
			t.Errorf("%v, %v; want %v", members, err, want)
		}
		page, err := w.Inbox(w.ctx, w.system, rest.InboxQuery{Party: rest.PartyRef{ID: w.org.ID}, Case: file.Number})
		var found []uuid.UUID
		for _, e := range page.Entries {
			found = append(found, e.Instance.ID)
		}
		if err != nil || !slices.Equal(found, want) {
			t.Errorf("the inbox finds %v, %v; want %v", found, err, want)
		}
	}
	inside(one, in.ID)
	if moved := move(two.Number); moved.Version != in.Version+1 {
		t.Errorf("version %d", moved.Version)
	}
	inside(one)
	inside(two, in.ID)
	move(0)
	inside(two)
	move(one.Number)
	unknown := others.Number
	_, err = w.ChangeInstance(w.ctx, w.system, in.ID, rest.InstanceChange{Case: &unknown}, 0)
	wantKind(t, err, rest.Invalid)
	inside(one, in.ID)

	_, err = w.ArchiveCase(w.ctx, w.system, one.Number, false)
	wantKind(t, err, rest.Conflict)
	if _, err := w.ArchiveCase(w.ctx, w.system, one.Number, true); err != nil {
		t.Fatal(err)
	}
	inside(one)
	closed := one.Number
	_, err = w.ChangeInstance(w.ctx, w.system, in.ID, rest.InstanceChange{Case: &closed}, 0)
	wantKind(t, err, rest.Conflict)
	move(two.Number)
	if _, err := w.DeleteCase(w.ctx, w.system, two.Number); err != nil {
		t.Fatal(err)
	}
	if left, err := w.Instance(w.ctx, w.system, in.ID); err != nil || left.Case != 0 {
		t.Errorf("%+v, %v", left, err)
	}
	page, err := w.Inbox(w.ctx, w.system, rest.InboxQuery{Party: rest.PartyRef{ID: w.org.ID}, Kinds: []rest.InboxKind{rest.InboxCase}})
	if err != nil || len(page.Entries) != 1 || page.Entries[0].Case.Number != one.Number {
		t.Errorf("the cases of the inbox: %+v, %v", page, err)
	}
}

// TestLookupsEnd: what its owner takes back is gone at once, and removed with
// its content after the retention.
func TestLookupsEnd(t *testing.T) {
	w := newWorld(t)
	n := w.answer("k1")
	n.Content = w.content("%PDF-" + string(make([]byte, 100_000)))
	l, _, err := w.AddLookup(w.ctx, w.owner, n)
	if err != nil {
		t.Fatal(err)
	}
	list := func(c rest.Caller, q rest.LookupQuery) int {
		t.Helper()
		q.App = l.App
		got, _, err := w.Lookups(w.ctx, c, q)
		if err != nil {
			t.Fatal(err)
		}
		return len(got)
	}
	ofParty := rest.LookupQuery{Party: rest.PartyRef{ID: w.org.ID}}
	if list(w.owner, rest.LookupQuery{}) != 1 || list(w.owner, ofParty) != 1 || list(w.system, ofParty) != 1 {
		t.Error("it is not listed")
	}
	_, _, err = w.Lookups(w.ctx, w.system, rest.LookupQuery{App: l.App, Party: rest.PartyRef{ID: w.other.ID}})
	wantKind(t, err, rest.Forbidden)
	wantKind(t, w.DeleteLookup(w.ctx, w.system, l.ID), rest.NotFound)
	for range 2 { // the second time changes nothing
		if err := w.DeleteLookup(w.ctx, w.owner, l.ID); err != nil {
			t.Fatal(err)
		}
	}
	if list(w.owner, rest.LookupQuery{}) != 0 || list(w.system, ofParty) != 0 {
		t.Error("it is listed")
	}
	_, err = w.LookupByNumber(w.ctx, w.system, l.Number)
	wantKind(t, err, rest.Gone)
	_, err = w.Lookup(w.ctx, rest.Caller{System: 4711}, l.ID)
	wantKind(t, err, rest.NotFound)
	events, err := w.AppEvents(w.ctx, w.owner, l.App, rest.EventQuery{})
	if err != nil || len(events) != 2 || events[0].Type != rest.EventLookupAdded || events[1].Type != rest.EventLookupDeleted || events[1].Lookup != l.ID {
		t.Errorf("%+v, %v", events, err)
	}
	purge := func(want int) {
		t.Helper()
		if n, err := w.purgeLookups(w.ctx); n != want || err != nil {
			t.Errorf("purged %d, %v; want %d", n, err, want)
		}
	}
	purge(0)
	w.clock.add(w.cfg.Retention + time.Hour)
	purge(1)
	_, err = w.Lookup(w.ctx, w.owner, l.ID)
	wantKind(t, err, rest.NotFound)
	if _, err := w.blobs.Open(w.ctx, l.Content.Blob); err == nil {
		t.Error("its content is there")
	}
}
