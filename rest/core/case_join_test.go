package core

import (
	"errors"
	"slices"
	"strings"
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

// TestMessageCase: a message goes into an open case of its recipient's, at an
// application of its sender's, and into no other; nothing is sent to anybody
// when one recipient has no such case.
func TestMessageCase(t *testing.T) {
	w := newWorld(t)
	app := rest.AppID{Org: "ttd", App: "melding"}
	start := func(by rest.Caller, app rest.AppID, party rest.PartyID) int32 {
		t.Helper()
		file, _, err := w.StartCase(w.ctx, by, rest.NewCase{App: app, Party: rest.PartyRef{ID: party}})
		if err != nil {
			t.Fatal(err)
		}
		return file.Number
	}
	open, closed, others := start(w.owner, app, w.org.ID), start(w.owner, app, w.org.ID), start(w.owner, app, w.other.ID)
	foreign := testApp("sak", "4600", rest.ValidationOff)
	foreign.ID.Org = "nav"
	change, err := w.admin.PutService(w.ctx, foreign)
	if err != nil {
		t.Fatal(err)
	}
	if err := w.admin.Apply(w.ctx, change); err != nil {
		t.Fatal(err)
	}
	if err := w.Refresh(w.ctx); err != nil {
		t.Fatal(err)
	}
	strange := start(rest.Caller{Owner: "nav", Scopes: w.owner.Scopes}, foreign.ID, w.org.ID)
	if _, err := w.ArchiveCase(w.ctx, w.owner, closed, false); err != nil {
		t.Fatal(err)
	}
	two := []rest.PartyRef{{ID: w.org.ID}, {ID: w.other.ID}}
	for name, c := range map[string]struct {
		number     int32
		recipients []rest.PartyRef
		code, says string
	}{
		"no such case":             {99, two[:1], "case-unknown", "Recipient 1 has no case 99"},
		"another party's":          {others, two[:1], "case-unknown", "Recipient 1"},
		"another owner's":          {strange, two[:1], "case-unknown", "Recipient 1"},
		"one recipient's of two's": {open, two, "case-unknown", "Recipient 2"},
		"archived":                 {closed, two[:1], "case-closed", "archived"},
		"negative":                 {-1, two[:1], "case", "positive"},
	} {
		n := w.letter()
		n.Case, n.Recipients = c.number, c.recipients
		_, _, err := w.SendCorrespondence(w.ctx, w.owner, n)
		var e *rest.Error
		if !errors.As(err, &e) || e.Code != c.code || !strings.Contains(e.Detail, c.says) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if page, err := w.Correspondences(w.ctx, w.owner, rest.CorrespondenceQuery{}); err != nil || len(page.Messages) != 0 {
		t.Errorf("%d sent, %v", len(page.Messages), err)
	}
	n := w.letter()
	n.Case, n.Key = open, "k"
	sent := w.send(n)
	if _, _, err := w.ArchiveCorrespondence(w.ctx, w.system, sent.ID, 0); err != nil {
		t.Fatal(err)
	}
	if _, err := w.ArchiveCase(w.ctx, w.owner, open, false); err != nil {
		t.Fatal(err)
	}
	if again, repeated, err := w.SendCorrespondence(w.ctx, w.owner, n); err != nil || !repeated || again[0].ID != sent.ID {
		t.Errorf("a repeated sending to a case that has ended since: %v, %v", repeated, err)
	}
}
