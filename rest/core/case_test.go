package core

import (
	"testing"
	"time"

	"overgang/rest"
)

// TestCases: submissions join an open case of their party only, and a case ends
// when nothing in it is active.
func TestCases(t *testing.T) {
	w := newWorld(t)
	app := rest.AppID{Org: "ttd", App: "melding"}
	for id := range w.registry.now().apps {
		if id.Org == "ttd" && w.registry.now().apps[id].Service == w.shipment("").Service {
			app = id
		}
	}
	start := func(reference string) *rest.Case {
		t.Helper()
		c, _, err := w.StartCase(w.ctx, w.system, rest.NewCase{App: app, Party: rest.PartyRef{ID: w.org.ID}, Reference: reference})
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	file := start("a")
	if again, repeated, err := w.StartCase(w.ctx, w.system, rest.NewCase{App: app, Party: rest.PartyRef{ID: w.org.ID}, Reference: "a"}); err != nil || !repeated || again.Number != file.Number {
		t.Errorf("%+v, %t, %v", again, repeated, err)
	}
	_, _, err := w.StartCase(w.ctx, w.system, rest.NewCase{App: app, Party: rest.PartyRef{ID: w.other.ID}})
	wantKind(t, err, rest.Forbidden)

	submit := func(reference string, number int32, completed bool) rest.Submission {
		t.Helper()
		n := w.shipment(reference)
		n.Case, n.Completed = number, completed
		return w.submit(n)
	}
	in := submit("s-1", file.Number, false)
	if in.Instance == nil {
		t.Fatalf("%+v", in.Receipt)
	}
	if again := submit("s-1", file.Number, false); !again.Repeated {
		t.Errorf("%+v", again)
	}
	if out := submit("s-2", 99, false); out.Instance != nil || out.Receipt.Status != rest.StatusRejected {
		t.Errorf("%+v", out)
	}
	members, err := w.CaseMembers(w.ctx, w.system, file.Number)
	if err != nil || len(members.Instances) != 1 || members.Instances[0] != in.Instance.ID || len(members.Messages) != 0 {
		t.Errorf("%v, %v", members, err)
	}

	_, err = w.ArchiveCase(w.ctx, w.system, file.Number, false)
	wantKind(t, err, rest.Conflict)
	message := rest.NewCorrespondence{App: app, Recipients: []rest.PartyRef{{ID: w.org.ID}}, Case: file.Number, Texts: []rest.MessageText{{Language: "nb", Title: "Hei"}}}
	sent, _, err := w.SendCorrespondence(w.ctx, w.owner, message)
	if err != nil {
		t.Fatal(err)
	}
	_, err = w.ArchiveCase(w.ctx, w.system, file.Number, true)
	wantKind(t, err, rest.Conflict) // messages are not forced
	if _, _, err := w.ArchiveCorrespondence(w.ctx, w.system, sent[0].ID, 0); err != nil {
		t.Fatal(err)
	}
	if archived, err := w.ArchiveCase(w.ctx, w.system, file.Number, true); err != nil || archived.Open() {
		t.Fatalf("%+v, %v", archived, err)
	}
	if members, err := w.CaseMembers(w.ctx, w.system, file.Number); err != nil || len(members.Instances) != 0 || len(members.Messages) != 1 {
		t.Errorf("still in it: %v, %v", members, err)
	}
	if released, err := w.Instance(w.ctx, w.system, in.Instance.ID); err != nil || released.Case != 0 || released.Version != in.Instance.Version+1 {
		t.Errorf("%+v, %v", released, err)
	}
	if out := submit("s-3", file.Number, false); out.Instance != nil {
		t.Error("it joined an archived case")
	}
	_, err = w.DeleteCase(w.ctx, w.system, file.Number)
	wantKind(t, err, rest.Conflict)

	second := start("b")
	later, _, err := w.StartCase(w.ctx, w.system, rest.NewCase{App: app, Party: rest.PartyRef{ID: w.org.ID}, Visible: w.clock.now().Add(time.Hour)})
	if err != nil {
		t.Fatal(err)
	}
	third := start("c")
	q := rest.CaseQuery{App: app, Party: rest.PartyRef{ID: w.org.ID}, Limit: 1}
	for _, want := range []struct {
		number int32
		more   bool
	}{{second.Number, true}, {third.Number, false}} {
		list, more, err := w.Cases(w.ctx, w.system, q)
		if err != nil || len(list) != 1 || list[0].Number != want.number || more != want.more {
			t.Fatalf("%+v, %t, %v; want %+v", list, more, err, want)
		}
		q.After = list[0].Number
	}
	w.clock.add(2 * time.Hour)
	if list, _, err := w.Cases(w.ctx, w.system, rest.CaseQuery{App: app, Party: q.Party, After: second.Number}); err != nil || len(list) != 2 || list[0].Number != later.Number {
		t.Errorf("%+v, %v", list, err)
	}
	stranger := rest.Caller{System: 99}
	_, err = w.Case(w.ctx, stranger, second.Number)
	wantKind(t, err, rest.NotFound)
	_, err = w.ArchiveCase(w.ctx, stranger, second.Number, true)
	wantKind(t, err, rest.NotFound)
	_, _, err = w.Cases(w.ctx, stranger, q)
	wantKind(t, err, rest.Forbidden)
}
