package core

import (
	"slices"
	"testing"

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
