package core

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"overgang/rest"
	"overgang/store"
)

// Synthetic numbers of the Tenor range.
const (
	ssnB = rest.NationalID("15887510188")
	ssnC = rest.NationalID("01817010055")
)

// signers is a world with the service 4520, whose instances those sign whom the
// sender names, and two persons without any right of their own: Ola and Per.
type signers struct {
	*world
	app      rest.AppID
	ola, per rest.Caller
}

func newSigners(t *testing.T, change ...func(*rest.Application)) *signers {
	t.Helper()
	w := newWorld(t)
	app := testApp("felles", "4520", rest.ValidationEnforce, rest.Step{ID: "Utfylling", Kind: rest.Fill},
		rest.Step{ID: "Signering", Kind: rest.Signing, Parallel: true, Each: 2, Back: map[string]string{"reject": "Utfylling"}}, rest.Step{ID: "Innsending", Kind: rest.Send})
	for _, c := range change {
		c(&app)
	}
	w.put(app)
	person := func(ssn rest.NationalID, name, phone string) rest.Caller {
		p, err := w.admin.AddPerson(w.ctx, NewPerson{SSN: ssn, Name: name, Phone: phone, Password: "personpassord"})
		if err != nil {
			t.Fatal(err)
		}
		return rest.Caller{Person: p.Party.ID, Scopes: userScopes}
	}
	s := &signers{world: w, app: app.ID, ola: person(ssnB, "Ola Berg Uten", "+4799990002"), per: person(ssnC, "Per Eksempel", "")}
	w.grant(rest.PersonSubject(w.person.ID), w.org.ID, rest.ServiceRef{}, rest.Read, rest.Write, rest.Sign)
	if err := w.Refresh(w.ctx); err != nil {
		t.Fatal(err)
	}
	return s
}

// both names Ola and Per.
func both() rest.NewDelegation {
	return rest.NewDelegation{Signers: []rest.NewSigner{{SSN: ssnB, Name: "uten"}, {SSN: ssnC, Name: "Per Eksempel", Allowed: 1}}}
}

// sent is a completed submission of the service.
func (s *signers) sent(reference string, completed bool, d *rest.NewDelegation) *rest.Instance {
	s.t.Helper()
	n := s.shipment(reference)
	n.Service.Code, n.Completed, n.Delegation = "4520", completed, d
	out := s.submit(n)
	if out.Instance == nil {
		s.t.Fatalf("%+v", out.Receipt)
	}
	return out.Instance
}

// legacy is the person with the end-user system.
func (s *signers) legacy(c rest.Caller) rest.Caller {
	return rest.Caller{System: 1024, Person: c.Person}
}

// toSign are the numbers of what a person is asked to sign.
func (s *signers) toSign(c rest.Caller) (numbers []int32) {
	s.t.Helper()
	list, _, err := s.ToSign(s.ctx, c, 0, 100)
	if err != nil {
		s.t.Fatal(err)
	}
	for _, i := range list {
		numbers = append(numbers, i.Number)
	}
	return numbers
}

func wantCode(t testing.TB, err error, code string) {
	t.Helper()
	var e *rest.Error
	if !asError(err, &e) || e.Code != code {
		t.Errorf("error = %v, want %s", err, code)
	}
}

// TestTwoSigners: a system names two persons; each sees the instance once it is
// to be signed, the one signs over REST and the other as an old client, whose
// signature, the last, sends in.
func TestTwoSigners(t *testing.T) {
	s := newSigners(t)
	in := s.sent("to-1", false, nil)
	d := both()
	p, err := s.DelegateSigning(s.ctx, s.system, in.ID, d, in.Version)
	if err != nil || p.Delegation == nil || p.Delegation.Required != 2 || p.Delegation.Locked != "" || p.Delegation.By != "system:1023" || p.Version != in.Version+1 {
		t.Fatalf("%+v, %v", p, err)
	}
	want := []rest.Signer{{Person: s.ola.Person, Name: "Ola Berg Uten", Allowed: 1}, {Person: s.per.Person, Name: "Per Eksempel", Allowed: 1}}
	if diff := cmp.Diff(want, p.Delegation.Signers); diff != "" {
		t.Error(diff)
	}
	// It is being filled in: that is nothing for signers.
	_, err = s.Instance(s.ctx, s.ola, in.ID)
	wantKind(t, err, rest.NotFound)
	if got := s.toSign(s.ola); got != nil {
		t.Errorf("to sign: %v", got)
	}
	if _, err := s.Complete(s.ctx, s.system, in.Number, nil); err != nil {
		t.Fatal(err)
	}
	for _, c := range []rest.Caller{s.ola, s.per} {
		if got := s.toSign(c); !cmp.Equal(got, []int32{in.Number}) {
			t.Errorf("to sign: %v", got)
		}
	}
	if _, err = s.DelegateSigning(s.ctx, s.system, in.ID, d, 0); err != nil { // while it waits, but the same
		t.Fatal(err)
	}
	// They are told, who have a telephone, and once.
	err = s.store.View(s.ctx, func(r store.Reader) error {
		list, err := r.Outbox(0, 10)
		if len(list) != 1 || list[0].To != "+4799990002" || list[0].Purpose != rest.ForSigning || list[0].Instance != in.ID || !strings.Contains(list[0].Text.Reveal(), "felles for Prøve AS") {
			t.Errorf("%+v", list)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, file, err := s.Content(s.ctx, s.ola, in.ID, in.Elements[0].ID); err != nil {
		t.Errorf("a signer reads what is to be signed: %v", err)
	} else {
		file.Close()
	}
	_, err = s.DeleteElement(s.ctx, s.ola, in.ID, in.Elements[0].ID, 0)
	wantKind(t, err, rest.Forbidden)

	// Nobody else signs, whatever their rights, and the system alone does not.
	kari := rest.Caller{System: 1023, Person: s.world.person.ID}
	_, err = s.NextStep(s.ctx, kari, in.ID, rest.ActionSign, 0)
	wantCode(t, err, "signer")
	_, err = s.Complete(s.ctx, kari, in.Number, []rest.Signature{{}})
	wantCode(t, err, "signer")
	_, err = s.Complete(s.ctx, s.system, in.Number, []rest.Signature{{}})
	wantCode(t, err, "sign-person")
	_, err = s.Complete(s.ctx, s.system, in.Number, nil)
	wantCode(t, err, "signature-needed")

	if p, err = s.NextStep(s.ctx, s.ola, in.ID, rest.ActionSign, 0); err != nil || p.Current != "Signering" || len(p.Signatures) != 1 {
		t.Fatalf("%+v, %v", p, err)
	}
	_, err = s.NextStep(s.ctx, s.ola, in.ID, rest.ActionSign, 0)
	wantCode(t, err, "signed")
	_, err = s.DelegateSigning(s.ctx, s.system, in.ID, d, 0)
	wantCode(t, err, "signing-begun")
	if got := s.toSign(s.ola); got != nil {
		t.Errorf("to sign: %v", got)
	}
	_, _, err = s.ReplaceElement(s.ctx, s.system, in.ID, in.Elements[0].ID, s.form(validForm), 0)
	wantKind(t, err, rest.Conflict)

	out, err := s.Complete(s.ctx, s.legacy(s.per), in.Number, []rest.Signature{{Text: "Jeg bekrefter", SystemReference: "sig-2"}})
	if err != nil || out.Instance.Step != rest.Archived || !strings.Contains(references(out.Receipt), "ArchiveReference=AR") {
		t.Fatalf("%+v, %v", out, err)
	}
	got := out.Instance.Signatures
	if len(got) != 2 || got[0].Person != s.ola.Person || got[1].Person != s.per.Person || got[1].Text != "Jeg bekrefter" || got[1].Step != "Signering" || len(got[1].Elements) != 2 {
		t.Errorf("%+v", got)
	}
	// Signers keep what they signed, in their inboxes too, and in the party's.
	for _, party := range []rest.PartyID{s.ola.Person, s.org.ID} {
		page, err := s.Inbox(s.ctx, s.ola, rest.InboxQuery{Party: rest.PartyRef{ID: party}})
		if err != nil || len(page.Entries) != 1 || page.Entries[0].Instance.Number != in.Number {
			t.Errorf("%+v, %v", page, err)
		}
	}
	_, err = s.Inbox(s.ctx, s.ola, rest.InboxQuery{Party: rest.PartyRef{ID: s.other.ID}})
	wantKind(t, err, rest.Forbidden)
	events, err := s.InstanceEvents(s.ctx, s.ola, in.ID, rest.EventQuery{Limit: 100})
	if all := eventTypes(events); err != nil || strings.Count(all, "InstanceSigningDelegated") != 2 || strings.Count(all, "InstanceSigned") != 2 {
		t.Error(all, err)
	}
	_, err = s.Complete(s.ctx, s.legacy(s.ola), in.Number, []rest.Signature{{}})
	wantCode(t, err, "archived")
}

// TestSignersOfAShipment: they are named with the shipment; the one who sends
// signs at once, and one signature of three that could be given is enough more.
func TestSignersOfAShipment(t *testing.T) {
	s := newSigners(t)
	n := s.shipment("to-2")
	n.Service.Code, n.Signature = "4520", &rest.Signature{}
	n.Delegation = &rest.NewDelegation{Signers: []rest.NewSigner{{SSN: ssnA, Name: "Kari"}, {SSN: ssnB, Name: "Uten", Allowed: 2}}, Required: 2, Lock: true}
	kari := rest.Caller{System: 1023, Person: s.world.person.ID}
	out, err := s.Submit(s.ctx, kari, n)
	if err != nil || out.Instance == nil || out.Instance.Step != "Signering" || len(out.Instance.Signatures) != 1 {
		t.Fatalf("%+v, %v", out, err)
	}
	p, err := s.Process(s.ctx, kari, out.Instance.ID)
	if err != nil || p.Delegation.Locked != "system:1023" || p.Delegation.Opened.IsZero() {
		t.Fatalf("%+v, %v", p, err)
	}
	if got := s.toSign(kari); got != nil {
		t.Errorf("to sign: %v", got)
	}
	if p, err := s.NextStep(s.ctx, s.ola, out.Instance.ID, "", 0); err != nil || p.Current != "Innsending" || len(p.Signatures) != 2 {
		t.Errorf("%+v, %v", p, err)
	}
	if p, err := s.NextStep(s.ctx, kari, out.Instance.ID, rest.ActionSend, 0); err != nil || p.Ended.IsZero() {
		t.Errorf("%+v, %v", p, err)
	}

	// What is wrong with them is told by the receipt.
	n = s.shipment("to-3")
	n.Service.Code, n.Delegation = "4520", &rest.NewDelegation{Signers: []rest.NewSigner{{SSN: ssnB, Name: "Berg"}}}
	out, err = s.Submit(s.ctx, s.system, n)
	if err != nil || out.Instance != nil || out.Receipt.Status != rest.StatusRejected || !strings.Contains(out.Receipt.Text, "Signer 1 is not known") {
		t.Errorf("%+v, %v", out, err)
	}
	n = s.shipment("to-4")
	n.Delegation = &rest.NewDelegation{Signers: []rest.NewSigner{{SSN: ssnB, Name: "Uten"}}}
	out, err = s.Submit(s.ctx, s.system, n)
	if err != nil || out.Instance != nil || !strings.Contains(out.Receipt.Text, "no step that is signed by those") {
		t.Errorf("%+v, %v", out, err)
	}
}

// TestBackFromTheSigning: signatures that were given do not stand, who was named
// does, and may be changed.
func TestBackFromTheSigning(t *testing.T) {
	s := newSigners(t)
	d := both()
	in := s.sent("to-5", true, &d)
	s.next(s.ola, in.ID, rest.ActionSign)
	if got := s.next(s.per, in.ID, "reject"); got != "Utfylling" { // a signer who does not want to
		t.Fatal(got)
	}
	p, err := s.Process(s.ctx, s.system, in.ID)
	if err != nil || len(p.Signatures) != 0 || len(p.Delegation.Signers) != 2 || !p.Delegation.Opened.IsZero() {
		t.Errorf("%+v, %v", p, err)
	}
	_, err = s.Instance(s.ctx, s.ola, in.ID)
	wantKind(t, err, rest.NotFound)
	d.Signers, d.Lock = d.Signers[:1], true
	if _, err = s.DelegateSigning(s.ctx, s.system, in.ID, d, 0); err != nil {
		t.Fatal(err)
	}
	s.next(s.system, in.ID, "")
	if got := s.toSign(s.per); got != nil {
		t.Errorf("to sign: %v", got)
	}
	_, err = s.NextStep(s.ctx, s.system, in.ID, "reject", 0) // who may write takes it back
	if err != nil {
		t.Error(err)
	}
	// The system has locked them, which binds the party but not the application's owner.
	kari := rest.Caller{Person: s.world.person.ID, Scopes: userScopes}
	_, err = s.DelegateSigning(s.ctx, kari, in.ID, d, 0)
	wantCode(t, err, "signing-locked")
	if _, err = s.DelegateSigning(s.ctx, s.owner, in.ID, d, 0); err != nil {
		t.Error(err)
	}
	s.next(s.system, in.ID, "")
	if got := s.next(s.ola, in.ID, ""); got != "Innsending" {
		t.Error(got)
	}
	_, err = s.DelegateSigning(s.ctx, s.system, in.ID, d, 0)
	wantCode(t, err, "step")
}

func TestWhoCanBeNamed(t *testing.T) {
	s := newSigners(t)
	in := s.sent("to-6", true, nil)
	_, err := s.NextStep(s.ctx, s.ola, in.ID, "", 0)
	wantKind(t, err, rest.NotFound)
	kari := rest.Caller{System: 1023, Person: s.world.person.ID}
	_, err = s.Complete(s.ctx, kari, in.Number, []rest.Signature{{}})
	wantCode(t, err, "signing-undelegated")
	uten := rest.NewSigner{SSN: ssnB, Name: "Uten"}
	for name, d := range map[string]rest.NewDelegation{
		"nobody":         {},
		"unknown":        {Signers: []rest.NewSigner{{SSN: "23898828743", Name: "Uten"}}},
		"another name":   {Signers: []rest.NewSigner{{SSN: ssnB, Name: "Ola Berg"}}},
		"no number":      {Signers: []rest.NewSigner{{Name: "Uten"}}},
		"no name":        {Signers: []rest.NewSigner{{SSN: ssnB}}},
		"twice":          {Signers: []rest.NewSigner{uten, uten}},
		"too often":      {Signers: []rest.NewSigner{{SSN: ssnB, Name: "Uten", Allowed: 3}}},
		"less than none": {Signers: []rest.NewSigner{{SSN: ssnB, Name: "Uten", Allowed: -1}}},
		"too many":       {Signers: []rest.NewSigner{uten}, Required: 2},
		"fewer":          {Signers: []rest.NewSigner{uten}, Required: -1},
		"a crowd":        {Signers: make([]rest.NewSigner, maxSigners+1)},
	} {
		_, err := s.DelegateSigning(s.ctx, s.system, in.ID, d, 0)
		var e *rest.Error
		if !asError(err, &e) || e.Kind != rest.Invalid || e.Code != "signers" {
			t.Errorf("%s: %v", name, err)
		}
	}
	one := rest.NewDelegation{Signers: []rest.NewSigner{uten}}
	_, err = s.DelegateSigning(s.ctx, s.system, in.ID, one, in.Version+1)
	wantKind(t, err, rest.PreconditionFailed)
	_, err = s.DelegateSigning(s.ctx, s.system, uuid.New(), one, 0)
	wantKind(t, err, rest.NotFound)
	_, err = s.DelegateSigning(s.ctx, s.ola, in.ID, one, 0)
	wantKind(t, err, rest.NotFound)
	plain := s.submit(s.shipment("plain")).Instance
	_, err = s.DelegateSigning(s.ctx, s.system, plain.ID, one, 0)
	wantKind(t, err, rest.Locked) // archived
	_, _, err = s.ToSign(s.ctx, s.system, 0, 10)
	wantKind(t, err, rest.Forbidden)
	_, _, err = s.ToSign(s.ctx, s.ola, 0, 0)
	wantKind(t, err, rest.Invalid)
}

// TestOneSignatureOneStep: a signature leaves one signing step, and the next
// needs another person's.
func TestOneSignatureOneStep(t *testing.T) {
	s := newSigners(t, func(a *rest.Application) {
		a.Process = []rest.Step{{ID: "F", Kind: rest.Fill}, {ID: "S", Kind: rest.Signing}, {ID: "R", Kind: rest.Signing}, {ID: "I", Kind: rest.Send}}
	})
	kari := rest.Caller{System: 1023, Person: s.world.person.ID}
	n := s.shipment("revisor")
	n.Service.Code, n.Signature = "4520", &rest.Signature{}
	out, err := s.Submit(s.ctx, kari, n)
	if err != nil || out.Instance == nil || out.Instance.Step != "R" {
		t.Fatalf("%+v, %v", out, err)
	}
	_, err = s.Complete(s.ctx, kari, out.Instance.Number, []rest.Signature{{}})
	wantCode(t, err, "signed")
	_, err = s.NextStep(s.ctx, kari, out.Instance.ID, "", 0)
	wantCode(t, err, "signed")
	s.grant(rest.PersonSubject(s.ola.Person), s.org.ID, rest.ServiceRef{}, rest.Read, rest.Write, rest.Sign)
	if err := s.Refresh(s.ctx); err != nil {
		t.Fatal(err)
	}
	out, err = s.Complete(s.ctx, s.legacy(s.ola), out.Instance.Number, []rest.Signature{{}})
	if err != nil || out.Instance.Step != rest.Archived || len(out.Instance.Signatures) != 2 || out.Instance.Signatures[1].Step != "R" {
		t.Errorf("%+v, %v", out, err)
	}
}

// TestSigningSomeElements: what is selected is signed and locked, and no more.
func TestSigningSomeElements(t *testing.T) {
	s := newSigners(t)
	d := both()
	in := s.sent("to-7", true, &d)
	form, file := in.Elements[0], in.Elements[1]
	for name, selected := range map[string][]uuid.UUID{"unknown": {uuid.New()}, "twice": {form.ID, form.ID}} {
		_, err := s.SignStep(s.ctx, s.ola, in.ID, rest.Signature{Elements: selected}, 0)
		var e *rest.Error
		if !asError(err, &e) || e.Code != "signed-elements" {
			t.Errorf("%s: %v", name, err)
		}
	}
	p, err := s.SignStep(s.ctx, s.ola, in.ID, rest.Signature{Elements: []uuid.UUID{form.ID}}, 0)
	if err != nil || len(p.Signatures) != 1 || !cmp.Equal(p.Signatures[0].Elements, []uuid.UUID{form.ID}) || p.Signatures[0].Hashes[0] != form.Content.SHA256 {
		t.Fatalf("%+v, %v", p, err)
	}
	locks := func() string {
		now, err := s.Instance(s.ctx, s.system, in.ID)
		if err != nil {
			t.Fatal(err)
		}
		return fmt.Sprint(now.Elements[0].Locked, now.Elements[1].Locked)
	}
	if got := locks(); got != "true false" {
		t.Errorf("locked: %s", got)
	}
	_, _, err = s.LockElement(s.ctx, s.system, in.ID, form.ID, false, 0)
	wantKind(t, err, rest.Locked)
	out, err := s.Complete(s.ctx, s.legacy(s.per), in.Number, []rest.Signature{{Elements: []uuid.UUID{file.ID}}})
	if err != nil || len(out.Instance.Signatures) != 2 || !cmp.Equal(out.Instance.Signatures[1].Elements, []uuid.UUID{file.ID}) {
		t.Fatalf("%+v, %v", out, err)
	}
	if got := locks(); got != "true true" {
		t.Errorf("locked: %s", got)
	}

	whole := newSigners(t, func(a *rest.Application) { a.Process[1].Whole = true })
	in = whole.sent("to-8", true, &d)
	_, err = whole.SignStep(whole.ctx, whole.ola, in.ID, rest.Signature{Elements: []uuid.UUID{in.Elements[0].ID}}, 0)
	wantCode(t, err, "signing-whole")
	if _, err = whole.SignStep(whole.ctx, whole.ola, in.ID, rest.Signature{Elements: []uuid.UUID{in.Elements[1].ID, in.Elements[0].ID}}, 0); err != nil {
		t.Error(err)
	}
}

// TestOptionalParallelStep: it is passed over unless somebody was named.
func TestOptionalParallelStep(t *testing.T) {
	s := newSigners(t, func(a *rest.Application) { a.Process[1].Optional = true })
	d := both()
	d.Required = 1
	if in := s.sent("to-9", true, nil); in.Step != rest.Archived {
		t.Errorf("step %s", in.Step)
	}
	in := s.sent("to-10", true, &d)
	if in.Step != "Signering" {
		t.Fatalf("step %s", in.Step)
	}
	out, err := s.Complete(s.ctx, s.legacy(s.per), in.Number, []rest.Signature{{}})
	if err != nil || out.Instance.Step != rest.Archived {
		t.Errorf("%+v, %v", out, err)
	}
}

func TestStepsThatCannotBeSigned(t *testing.T) {
	fill, send := rest.Step{ID: "A", Kind: rest.Fill}, rest.Step{ID: "Z", Kind: rest.Send}
	parallel := rest.Step{ID: "P", Kind: rest.Signing, Parallel: true}
	second := parallel
	second.ID = "Q"
	for mention, middle := range map[string][]rest.Step{
		"not of kind sign": {{ID: "B", Kind: rest.Fill, Parallel: true}},
		"second parallel":  {parallel, second},
		"each is 1":        {{ID: "B", Kind: rest.Signing, Parallel: true, Each: 11}},
		"for a parallel":   {{ID: "B", Kind: rest.Signing, Each: 2}},
	} {
		if err := checkProcess(append(append([]rest.Step{fill}, middle...), send)); err == nil || !strings.Contains(err.Error(), mention) {
			t.Errorf("%s: %v", mention, err)
		}
	}
	if err := checkProcess([]rest.Step{fill, parallel, send}); err != nil {
		t.Error(err)
	}
}

func TestAskText(t *testing.T) {
	app := &rest.Application{ID: rest.AppID{Org: "ttd", App: "felles"}, Titles: map[string]string{"nb": "Melding", "en": "Report"}}
	for language, want := range map[string]string{
		"": "Du er bedt om å signere Melding for A.", "se": "Du er bedt om å signere Melding for A.",
		"nn": "Du er beden om å signere Melding for A.", "en": "You are asked to sign Report for A.",
	} {
		if got := askText(language, app, "A"); got != want {
			t.Errorf("%q: %s", language, got)
		}
	}
	if got := askText("en", &rest.Application{ID: app.ID}, "A"); got != "You are asked to sign felles for A." {
		t.Errorf("no title: %s", got)
	}
}
