package core

import (
	"io"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"overgang/rest"
)

// answer is a valid lookup of the system's party.
func (w *world) answer(key string) rest.NewLookup {
	return rest.NewLookup{
		App: rest.AppID{Org: "ttd", App: "melding"}, Party: rest.PartyRef{OrgNumber: orgA}, Key: key, Content: w.content("%PDF-1.7 svar"),
	}
}

func TestLookups(t *testing.T) {
	w := newWorld(t)
	big := "%PDF-1.7" + strings.Repeat(" stor", 40_000)
	n := w.answer("k1")
	n.Content, n.FileName, n.Archived = w.content(big), "../svar\u202e.pdf", w.now().Add(-time.Hour)
	l, repeated, err := w.AddLookup(w.ctx, w.owner, n)
	if err != nil || repeated {
		t.Fatal(repeated, err)
	}
	if l.Number == 0 || !strings.HasPrefix(l.ArchiveReference, "AR") || l.FileName != "svar.pdf" || l.Title == "" || l.Language != "nb" || !l.Archived.Equal(n.Archived) {
		t.Errorf("%+v", l)
	}
	got, r, err := w.LookupContent(w.ctx, w.system, l.ID)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	if b, err := io.ReadAll(r); err != nil || string(b) != big || got.Number != l.Number {
		t.Errorf("%d bytes, %v", len(b), err)
	}
	again, repeated, err := w.AddLookup(w.ctx, w.owner, w.answer("k1"))
	if err != nil || !repeated || again.ID != l.ID || again.Content.Size != int64(len(big)) {
		t.Errorf("%+v, %v, %v", again, repeated, err)
	}
	for name, id := range map[string]int32{"absent": l.Number + 1, "no": 0} {
		if _, err := w.LookupByNumber(w.ctx, w.system, id); rest.KindOf(err) != rest.NotFound {
			t.Errorf("%s: %v", name, err)
		}
	}
	stranger := rest.Caller{Owner: "skd", Scopes: w.owner.Scopes}
	_, err = w.Lookup(w.ctx, stranger, l.ID)
	wantKind(t, err, rest.NotFound)
	_, _, err = w.LookupContent(w.ctx, rest.Caller{System: 4711}, l.ID)
	wantKind(t, err, rest.NotFound)
}

func TestLookupRefusals(t *testing.T) {
	w := newWorld(t)
	for name, c := range map[string]struct {
		change func(*rest.NewLookup)
		want   rest.Kind
	}{
		"no key":       {func(n *rest.NewLookup) { n.Key = " " }, rest.Invalid},
		"no PDF":       {func(n *rest.NewLookup) { n.Content = w.content("<svar/>") }, rest.Unsupported},
		"nothing":      {func(n *rest.NewLookup) { n.Content = w.content("") }, rest.Unsupported},
		"no language":  {func(n *rest.NewLookup) { n.Language = "de" }, rest.Invalid},
		"the future":   {func(n *rest.NewLookup) { n.Archived = w.now().Add(time.Hour) }, rest.Invalid},
		"no party":     {func(n *rest.NewLookup) { n.Party = rest.PartyRef{OrgNumber: "310000078"} }, rest.Invalid},
		"another's":    {func(n *rest.NewLookup) { n.App.Org = "skd" }, rest.NotFound},
		"unregistered": {func(n *rest.NewLookup) { n.App.App = "annet" }, rest.NotFound},
	} {
		n := w.answer(name)
		c.change(&n)
		if _, _, err := w.AddLookup(w.ctx, w.owner, n); rest.KindOf(err) != c.want {
			t.Errorf("%s: %v", name, err)
		}
	}
	_, _, err := w.AddLookup(w.ctx, w.system, w.answer("k"))
	wantKind(t, err, rest.Forbidden)
}

func TestPartsByNumber(t *testing.T) {
	w := newWorld(t)
	n := w.letter()
	n.Attachments = []rest.NewAttachment{w.file("vedtak.pdf", "pdf")}
	first := w.send(n)
	n = w.letter()
	n.Existing = []uuid.UUID{first.Attachments[0].ID}
	second := w.send(n)
	number := first.Attachments[0].Number
	if m, err := w.CorrespondenceByAttachment(w.ctx, w.system, number); err != nil || m.ID == uuid.Nil {
		t.Fatal(m, err)
	}
	for _, id := range []uuid.UUID{first.ID, second.ID} {
		if _, _, err := w.ArchiveCorrespondence(w.ctx, w.system, id, 0); err != nil {
			t.Fatal(err)
		}
		if m, err := w.CorrespondenceByAttachment(w.ctx, w.system, number); err != nil || !m.Archived.Done() {
			t.Errorf("%+v, %v", m, err)
		}
	}
	for name, of := range map[string]struct {
		caller rest.Caller
		number int32
	}{"another's": {rest.Caller{System: 4711}, number}, "absent": {w.system, number + 100}} {
		_, err := w.CorrespondenceByAttachment(w.ctx, of.caller, of.number)
		if rest.KindOf(err) != rest.NotFound {
			t.Errorf("%s: %v", name, err)
		}
		_, err = w.InstanceByElement(w.ctx, of.caller, of.number)
		wantKind(t, err, rest.NotFound)
	}
}
