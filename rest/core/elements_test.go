package core

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"overgang/rest"
)

var userScopes = []string{rest.ScopeRead, rest.ScopeWrite}

// user is the test's person with rights on the party.
func (w *world) user() rest.Caller {
	w.grant(rest.PersonSubject(w.person.ID), w.org.ID, rest.ServiceRef{}, rest.Read, rest.Write)
	if err := w.Refresh(w.ctx); err != nil {
		w.t.Fatal(err)
	}
	return rest.Caller{Person: w.person.ID, Scopes: userScopes}
}

func (w *world) create(c rest.Caller, elements ...rest.NewElement) *rest.Instance {
	w.t.Helper()
	in, err := w.CreateInstance(w.ctx, c, rest.NewInstance{App: rest.AppID{Org: "ttd", App: "melding"}, Owner: rest.PartyRef{OrgNumber: orgA}, Elements: elements})
	if err != nil {
		w.t.Fatal(err)
	}
	return in
}

func (w *world) read(c rest.Caller, instance, element uuid.UUID) string {
	w.t.Helper()
	_, r, err := w.Content(w.ctx, c, instance, element)
	if err != nil {
		w.t.Fatal(err)
	}
	defer r.Close()
	var b strings.Builder
	if _, err := io.Copy(&b, r); err != nil {
		w.t.Fatal(err)
	}
	return b.String()
}

func TestCreateInstance(t *testing.T) {
	w := newWorld(t)
	user := w.user()
	in := w.create(user, rest.NewElement{Type: "default", ContentType: "application/xml; charset=utf-8", Content: w.content(validForm)})
	if in.Step != "FormFilling" || !in.Active() || in.Version != 1 || in.Number == 0 || in.Sender != 0 || in.CreatedBy != user.Name() || in.Elements[0].ContentType != "application/xml" {
		t.Errorf("instance %+v", in)
	}
	if got := w.read(user, in.ID, in.Elements[0].ID); got != validForm {
		t.Errorf("content %q", got)
	}
	for name, c := range map[string]struct {
		caller rest.Caller
		change func(*rest.NewInstance)
		kind   rest.Kind
	}{
		"unknown app":    {user, func(n *rest.NewInstance) { n.App.App = "finnes-ikke" }, rest.NotFound},
		"unknown party":  {user, func(n *rest.NewInstance) { n.Owner = rest.PartyRef{OrgNumber: "310000035"} }, rest.Forbidden},
		"other's party":  {user, func(n *rest.NewInstance) { n.Owner = rest.PartyRef{OrgNumber: orgB} }, rest.Forbidden},
		"two references": {user, func(n *rest.NewInstance) { n.Owner.UserName = "kari" }, rest.Forbidden},
		"read only":      {rest.Caller{Person: w.person.ID, Scopes: []string{rest.ScopeRead}}, func(*rest.NewInstance) {}, rest.Forbidden},
		"other owner":    {rest.Caller{Owner: "nav", Scopes: w.owner.Scopes}, func(*rest.NewInstance) {}, rest.Forbidden},
		"owner's scope":  {rest.Caller{Owner: "ttd", Scopes: userScopes}, func(*rest.NewInstance) {}, rest.Forbidden},
		"invalid form":   {user, func(n *rest.NewInstance) { n.Elements[0].Content = w.content(invalidForm) }, rest.Unprocessable},
		"empty form":     {user, func(n *rest.NewInstance) { n.Elements[0].Content = w.content("") }, rest.Invalid},
		"unknown type":   {user, func(n *rest.NewInstance) { n.Elements[0].Type = "x" }, rest.Invalid},
		"extension": {user, func(n *rest.NewInstance) {
			n.Elements[0] = rest.NewElement{Type: "vedlegg", FileName: "a.exe", Content: w.content("x")}
		}, rest.Unsupported},
	} {
		t.Run(name, func(t *testing.T) {
			n := rest.NewInstance{App: rest.AppID{Org: "ttd", App: "melding"}, Owner: rest.PartyRef{OrgNumber: orgA}, Elements: []rest.NewElement{{Type: "default", Content: w.content(validForm)}}}
			c.change(&n)
			_, err := w.CreateInstance(w.ctx, c.caller, n)
			wantKind(t, err, c.kind)
		})
	}
	if in, err := w.CreateInstance(w.ctx, w.owner, rest.NewInstance{App: in.App, Owner: rest.PartyRef{ID: w.other.ID}}); err != nil || in.Owner != w.other.ID {
		t.Errorf("the application's owner for any party: %v", err)
	}
}

func TestAddAndReplaceElement(t *testing.T) {
	w := newWorld(t)
	user := w.user()
	in := w.create(user)
	large := strings.Repeat("stor ", 50_000)
	after, e, err := w.AddElement(w.ctx, user, in.ID, rest.NewElement{Type: "vedlegg", FileName: `..\..\C:\mappe/bre\u202Ev.pdf`, Content: w.content(large)})
	if err != nil || after.Version != 2 || len(after.Elements) != 1 || e.Number == 0 || e.Content.Blob == "" {
		t.Fatalf("%+v, %v", after, err)
	}
	if got := w.read(user, in.ID, e.ID); got != large {
		t.Errorf("%d bytes back of %d", len(got), len(large))
	}
	w.clock.add(time.Minute)
	after, next, err := w.ReplaceElement(w.ctx, user, in.ID, e.ID, rest.NewElement{FileName: "nytt.txt", Content: w.content("nytt")}, e.Version)
	if err != nil || next.Version != 2 || next.Number != e.Number || next.FileName != "nytt.txt" || after.Version != 3 || !after.Changed.Equal(w.now()) {
		t.Fatalf("%+v, %v", next, err)
	}
	if got := w.read(user, in.ID, e.ID); got != "nytt" {
		t.Errorf("content %q", got)
	}
	_, _, err = w.ReplaceElement(w.ctx, user, in.ID, e.ID, rest.NewElement{FileName: "a.txt", Content: w.content("x")}, 1)
	wantKind(t, err, rest.PreconditionFailed)
	_, _, err = w.ReplaceElement(w.ctx, user, in.ID, e.ID, rest.NewElement{Type: "default", Content: w.content(validForm)}, 0)
	wantKind(t, err, rest.Invalid)
	_, _, err = w.ReplaceElement(w.ctx, user, in.ID, uuid.New(), rest.NewElement{Content: w.content("x")}, 0)
	wantKind(t, err, rest.NotFound)
	_, _, err = w.AddElement(w.ctx, user, in.ID, rest.NewElement{Type: "bilde", ContentType: "image/png", Content: w.content("12345678901")})
	wantKind(t, err, rest.TooLarge)
	_, _, err = w.AddElement(w.ctx, user, in.ID, rest.NewElement{Type: "bilde", ContentType: "image/gif", Content: w.content("x")})
	wantKind(t, err, rest.Unsupported)
	_, _, err = w.AddElement(w.ctx, user, in.ID, rest.NewElement{Type: "default", Content: w.content(invalidForm)})
	wantKind(t, err, rest.Unprocessable)
}

// Legacy clients send no content types: file names tell, within what the data type allows.
func TestContentTypeWithoutOne(t *testing.T) {
	free := rest.DataType{ID: "vedlegg"}
	images := rest.DataType{ID: "bilde", ContentTypes: []string{"image/png", "image/jpeg"}}
	form := rest.DataType{ID: "default", DataFormatID: "1000"}
	for _, tt := range []struct {
		d              rest.DataType
		fileName, want string
	}{
		{free, "Regning.PDF", "application/pdf"},
		{free, "lister.csv", "text/csv"},
		{free, "ukjent.xyz", "application/octet-stream"},
		{free, "", "application/octet-stream"},
		{images, "a.jpeg", "image/jpeg"},
		{images, "a.pdf", "image/png"},
		{form, "skjema.txt", "application/xml"},
	} {
		if got, ok := acceptedType(&tt.d, "", tt.fileName); !ok || got != tt.want {
			t.Errorf("%s %q: %q, %v, want %q", tt.d.ID, tt.fileName, got, ok, tt.want)
		}
	}
}

func TestCountsHoldUnderConcurrency(t *testing.T) {
	w := newWorld(t)
	user := w.user()
	in := w.create(user)
	var wg sync.WaitGroup
	for range 10 {
		n := w.attachment("a.pdf", "x")
		wg.Go(func() {
			if _, _, err := w.AddElement(w.ctx, user, in.ID, n); err != nil && rest.KindOf(err) != rest.Conflict {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	after, err := w.Instance(w.ctx, user, in.ID)
	if err != nil || len(after.Elements) != 3 || after.Version != 4 {
		t.Errorf("%d elements, version %d, %v", len(after.Elements), after.Version, err)
	}
}

func TestArchivedAndForeignInstancesDoNotChange(t *testing.T) {
	w := newWorld(t)
	out := w.submit(w.shipment("REF-1"))
	id, e := out.Instance.ID, out.Instance.Elements[1].ID
	_, _, err := w.AddElement(w.ctx, w.system, id, w.attachment("a.pdf", "x"))
	wantKind(t, err, rest.Locked)
	_, _, err = w.ReplaceElement(w.ctx, w.system, id, e, w.attachment("a.pdf", "x"), 0)
	wantKind(t, err, rest.Locked)

	_, absent := w.Instance(w.ctx, w.system, uuid.New())
	foreign := rest.Caller{System: 4711}
	calls := map[string]func() error{
		"instance": func() error { _, err := w.Instance(w.ctx, foreign, id); return err },
		"number":   func() error { _, err := w.InstanceByNumber(w.ctx, foreign, out.Instance.Number); return err },
		"element":  func() error { _, err := w.Element(w.ctx, foreign, id, e); return err },
		"content":  func() error { _, _, err := w.Content(w.ctx, foreign, id, e); return err },
		"process":  func() error { _, err := w.Process(w.ctx, foreign, id); return err },
		"events":   func() error { _, err := w.InstanceEvents(w.ctx, foreign, id, rest.EventQuery{Limit: 100}); return err },
		"add":      func() error { _, _, err := w.AddElement(w.ctx, foreign, id, w.attachment("a.pdf", "x")); return err },
		"update": func() error {
			_, err := w.UpdateElements(w.ctx, foreign, out.Instance.Number, "", []rest.ElementUpdate{{Element: w.form(validForm)}})
			return err
		},
		"complete": func() error { _, err := w.Complete(w.ctx, foreign, out.Instance.Number, nil); return err },
		"other owner": func() error {
			_, err := w.Instance(w.ctx, rest.Caller{Owner: "nav", Scopes: w.owner.Scopes}, id)
			return err
		},
	}
	shown := func(err error) string { // to the caller: the cause is for the log only
		var e *rest.Error
		if !errors.As(err, &e) {
			return fmt.Sprint(err)
		}
		return fmt.Sprint(e.Kind, e.Code, e.Detail, e.Issues, e.RetryAfter)
	}
	for name, call := range calls {
		err := call()
		if err == nil || shown(err) != shown(absent) {
			t.Errorf("%s: %v, absent: %v", name, err, absent)
		}
		if !errors.Is(err, errWithheld) {
			t.Errorf("%s: the log cannot tell it from an absent one: %v", name, err)
		}
	}
	reader := rest.Caller{System: 5000}
	if _, _, err := w.admin.AddSystem(w.ctx, NewSystem{ID: 5000, Name: "Leser"}); err != nil {
		t.Fatal(err)
	}
	w.grant("system:5000", w.org.ID, rest.ServiceRef{}, rest.Read)
	w.Refresh(w.ctx)
	_, _, err = w.AddElement(w.ctx, reader, id, w.attachment("a.pdf", "x"))
	wantKind(t, err, rest.Forbidden)
}

func TestUpdateElements(t *testing.T) {
	w := newWorld(t)
	s := w.shipment("REF-1")
	s.Completed = false
	out := w.submit(s)
	number, form := out.Instance.Number, out.Instance.Elements[0]
	update := func(u ...rest.ElementUpdate) rest.Submission {
		t.Helper()
		got, err := w.UpdateElements(w.ctx, w.system, number, "OPPD-1", u)
		if err != nil {
			t.Fatal(err)
		}
		return got
	}
	rejected := []rest.ElementUpdate{
		{Element: rest.NewElement{DataFormatID: "77", DataFormatVersion: 1, Content: w.content("x")}},
		{Number: 4711, Element: w.form(validForm)},
		{Number: out.Instance.Elements[1].Number, Element: w.form(validForm)}, // an attachment
		{Number: form.Number, Element: w.form("")},
	}
	for _, u := range rejected {
		got := update(u)
		if got.Receipt.ID != 0 || got.Receipt.Status != rest.StatusRejected || !got.Receipt.Changed.IsZero() || got.Receipt.Text == "" || got.Instance != nil {
			t.Errorf("%+v", got.Receipt)
		}
	}
	if got := update(); got.Receipt.Status != rest.StatusRejected {
		t.Errorf("an empty update: %+v", got.Receipt)
	}

	other := strings.Replace(validForm, "Kari", "Ola", 1)
	got := update(rest.ElementUpdate{Number: form.Number, Element: w.form(invalidForm)}, rest.ElementUpdate{Element: w.form(other)})
	if got.Receipt.ID == 0 || got.Receipt.Status != rest.StatusOK || got.Receipt.Sub[0].Status != rest.StatusValidationFailed || !strings.Contains(got.Receipt.Sub[0].Text, "line 3") || got.Receipt.Sub[1].Status == rest.StatusOK {
		t.Errorf("%+v", got.Receipt)
	}
	if in, err := w.Instance(w.ctx, w.system, out.Instance.ID); err != nil || len(in.Elements) != 2 || in.Version != 1 || w.read(w.system, in.ID, form.ID) != validForm {
		t.Errorf("a failed update changed something: %+v, %v", in, err)
	}

	got = update(rest.ElementUpdate{Number: form.Number, Element: w.form(other)}, rest.ElementUpdate{Element: w.form(validForm)})
	if got.Receipt.Status != rest.StatusOK || len(got.Receipt.Sub) != 2 || got.Receipt.Sub[0].Status != rest.StatusOK {
		t.Fatalf("%+v", got.Receipt)
	}
	in, err := w.Instance(w.ctx, w.system, out.Instance.ID)
	if err != nil || len(in.Elements) != 3 || in.Elements[0].Version != 2 || w.read(w.system, in.ID, form.ID) != other || in.Receipt != out.Receipt.ID {
		t.Errorf("%+v, %v", in, err)
	}
}

func TestComplete(t *testing.T) {
	w := newWorld(t)
	s := w.shipment("REF-1")
	s.Completed = false
	out := w.submit(s)
	if out.Instance.Step != "FormFilling" || out.Instance.ArchiveReference != "" {
		t.Fatalf("%+v", out.Instance)
	}
	done, err := w.Complete(w.ctx, w.system, out.Instance.Number, nil)
	if err != nil || done.Receipt.ID != out.Receipt.ID || done.Instance.ArchiveReference == "" || done.Instance.Step != rest.Archived {
		t.Fatalf("%+v, %v", done, err)
	}
	if !strings.HasSuffix(references(done.Receipt), "ArchiveReference="+done.Instance.ArchiveReference) {
		t.Errorf("references %s", references(done.Receipt))
	}
	if stored, err := w.Receipt(w.ctx, w.system, rest.ReceiptSearch{References: []rest.Reference{{Type: rest.RefArchive, Value: done.Instance.ArchiveReference}}}); err != nil || stored.ID != out.Receipt.ID {
		t.Errorf("%+v, %v", stored, err)
	}
	_, err = w.Complete(w.ctx, w.system, out.Instance.Number, nil)
	wantKind(t, err, rest.Conflict)

	s = w.shipment("REF-2")
	s.Service.Code = "4503"
	out = w.submit(s)
	number := out.Instance.Number
	_, err = w.Complete(w.ctx, w.system, number, nil)
	wantKind(t, err, rest.Conflict) // waits for a signature
	_, err = w.Complete(w.ctx, w.system, number, []rest.Signature{{}})
	wantKind(t, err, rest.Forbidden) // a system alone
	kari := w.system
	kari.Person = w.person.ID
	done, err = w.Complete(w.ctx, kari, number, []rest.Signature{{SystemReference: "S"}})
	if err != nil || done.Instance.Step != rest.Archived || len(done.Instance.Signatures) != 1 || !done.Instance.Elements[0].Locked {
		t.Fatalf("%+v, %v", done.Instance, err)
	}
	p, err := w.Process(w.ctx, w.system, out.Instance.ID)
	if err != nil || len(p.Visits) != 3 || p.Visits[1].Step != "Signering" || p.Visits[1].Left.IsZero() {
		t.Errorf("%+v, %v", p, err)
	}

	fromREST := w.create(w.user(), w.form(validForm))
	done, err = w.Complete(w.ctx, w.system, fromREST.Number, nil)
	if err != nil || done.Receipt.ID == 0 || done.Instance.ArchiveReference == "" {
		t.Errorf("%+v, %v", done, err)
	}
	empty := w.create(w.user())
	_, err = w.Complete(w.ctx, w.system, empty.Number, nil)
	wantKind(t, err, rest.Conflict) // lacks its form
}

func TestVisibleLater(t *testing.T) {
	w := newWorld(t)
	user := w.user()
	later := w.now().Add(time.Hour)
	in, err := w.CreateInstance(w.ctx, w.owner, rest.NewInstance{App: rest.AppID{Org: "ttd", App: "melding"}, Owner: rest.PartyRef{OrgNumber: orgA}, Visible: later})
	if err != nil {
		t.Fatal(err)
	}
	see := func(c rest.Caller) (bool, int) {
		t.Helper()
		_, err := w.Instance(w.ctx, c, in.ID)
		page, err2 := w.Query(w.ctx, c, rest.Query{})
		if err2 != nil {
			t.Fatal(err2)
		}
		return err == nil, len(page.Instances)
	}
	if ok, n := see(user); ok || n != 0 {
		t.Errorf("the user sees it too early: %v, %d", ok, n)
	}
	if ok, n := see(w.owner); !ok || n != 1 {
		t.Errorf("the owner does not see it: %v, %d", ok, n)
	}
	w.clock.add(time.Hour)
	if ok, n := see(user); !ok || n != 1 {
		t.Errorf("the user does not see it: %v, %d", ok, n)
	}
}
