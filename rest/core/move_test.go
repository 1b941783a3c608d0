package core

import (
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"overgang/rest"
)

// reviewed has every kind of step: Utfylling, Kontroll (optional, the
// application owner's), Signering (back to Utfylling), Innsending (back to both).
func (w *world) reviewed() (rest.AppID, rest.Caller) {
	w.t.Helper()
	app := testApp("kontroll", "4510", rest.ValidationEnforce,
		rest.Step{ID: "Utfylling", Kind: rest.Fill},
		rest.Step{ID: "Kontroll", Kind: rest.Fill, Optional: true, Roles: []rest.Role{rest.RoleUser, rest.RoleOwner}},
		rest.Step{ID: "Signering", Kind: rest.Signing, Back: map[string]string{"reject": "Utfylling"}},
		rest.Step{ID: "Innsending", Kind: rest.Send, Back: map[string]string{"reject": "Utfylling", "resign": "Signering"}})
	w.put(app)
	w.grant(rest.PersonSubject(w.person.ID), w.org.ID, rest.ServiceRef{}, rest.Read, rest.Write, rest.Sign)
	if err := w.Refresh(w.ctx); err != nil {
		w.t.Fatal(err)
	}
	return app.ID, rest.Caller{Person: w.person.ID, Scopes: userScopes}
}

func (w *world) put(app rest.Application) {
	w.t.Helper()
	change, err := w.admin.PutService(w.ctx, app)
	if err == nil {
		err = w.admin.Apply(w.ctx, change)
	}
	if err == nil && w.Core != nil {
		err = w.Refresh(w.ctx)
	}
	if err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) begin(app rest.AppID, c rest.Caller, elements ...rest.NewElement) *rest.Instance {
	w.t.Helper()
	in, err := w.CreateInstance(w.ctx, c, rest.NewInstance{App: app, Owner: rest.PartyRef{OrgNumber: orgA}, Elements: elements})
	if err != nil {
		w.t.Fatal(err)
	}
	return in
}

// next takes an action that must succeed, and says where it led.
func (w *world) next(c rest.Caller, id uuid.UUID, action string) string {
	w.t.Helper()
	w.clock.add(time.Minute)
	p, err := w.NextStep(w.ctx, c, id, action, 0)
	if err != nil {
		w.t.Fatalf("%q: %v", action, err)
	}
	return p.Current
}

func visited(p *rest.Process) string {
	var out []string
	for _, v := range p.Visits {
		out = append(out, v.Step)
	}
	return strings.Join(out, " ")
}

func TestProcess(t *testing.T) {
	w := newWorld(t)
	app, user := w.reviewed()
	in := w.begin(app, user)
	if p, err := w.StartProcess(w.ctx, user, in.ID); err != nil || p.Current != "Utfylling" {
		t.Errorf("start: %+v, %v", p, err)
	}

	// Nothing is filled in: counts stop it, and say so.
	_, err := w.NextStep(w.ctx, user, in.ID, "", 0)
	wantKind(t, err, rest.Conflict)
	var refused *rest.Error
	if !asError(err, &refused) || refused.Code != "validation" || len(refused.Issues) != 1 || refused.Issues[0].Code != "count" || refused.Issues[0].Field != "default" {
		t.Errorf("%+v", refused)
	}
	_, form, err := w.AddElement(w.ctx, user, in.ID, rest.NewElement{Type: "default", Content: w.content(validForm)})
	if err != nil {
		t.Fatal(err)
	}
	if issues, err := w.ValidateInstance(w.ctx, user, in.ID); err != nil || len(issues) != 0 {
		t.Errorf("%v, %v", issues, err)
	}

	if got := w.next(user, in.ID, rest.ActionComplete); got != "Kontroll" {
		t.Fatal(got)
	}
	_, err = w.StartProcess(w.ctx, user, in.ID)
	wantKind(t, err, rest.Conflict)
	_, err = w.NextStep(w.ctx, user, in.ID, rest.ActionSign, 0)
	wantKind(t, err, rest.Invalid)
	_, err = w.NextStep(w.ctx, user, in.ID, "reject", 0)
	wantKind(t, err, rest.Invalid)
	// A system has no business at this step, neither with its data nor with its end.
	_, err = w.NextStep(w.ctx, w.system, in.ID, "", 0)
	wantKind(t, err, rest.Forbidden)
	_, _, err = w.AddElement(w.ctx, w.system, in.ID, w.attachment("a.pdf", "x"))
	wantKind(t, err, rest.Forbidden)
	if _, _, err = w.AddElement(w.ctx, w.owner, in.ID, w.attachment("a.pdf", "x")); err != nil {
		t.Errorf("the owner at the owner's step: %v", err)
	}
	if got := w.next(w.owner, in.ID, rest.ActionSkip); got != "Signering" {
		t.Fatal(got)
	}
	_, _, err = w.AddElement(w.ctx, user, in.ID, w.attachment("b.pdf", "x"))
	wantKind(t, err, rest.Conflict)
	for name, c := range map[string]rest.Caller{"system": w.system, "owner": w.owner} {
		if _, err := w.NextStep(w.ctx, c, in.ID, rest.ActionSign, 0); rest.KindOf(err) != rest.Forbidden {
			t.Errorf("%s signs: %v", name, err)
		}
	}
	if got := w.next(user, in.ID, rest.ActionSign); got != "Innsending" {
		t.Fatal(got)
	}
	now, err := w.Instance(w.ctx, user, in.ID)
	if err != nil {
		t.Fatal(err)
	}
	s := now.Signatures[0]
	if len(now.Signatures) != 1 || s.Person != w.person.ID || s.Step != "Signering" || !s.At.Equal(w.now()) || len(s.Elements) != 2 || s.Elements[0] != form.ID || s.Hashes[0] != form.Content.SHA256 {
		t.Errorf("%+v", now.Signatures)
	}
	for _, e := range now.Elements {
		if !e.Locked {
			t.Errorf("%s is signed and not locked", e.FileName)
		}
	}
	_, _, err = w.LockElement(w.ctx, user, in.ID, form.ID, false, 0)
	wantKind(t, err, rest.Locked)

	// Back to the signing itself, and to before it: the signature does not stand.
	for action, to := range map[string]string{"resign": "Signering", "reject": "Utfylling"} {
		if got := w.next(user, in.ID, action); got != to {
			t.Fatal(got)
		}
		if now, err = w.Instance(w.ctx, user, in.ID); err != nil || len(now.Signatures) != 0 || now.Elements[0].Locked {
			t.Fatalf("%s: %+v, %v", action, now, err)
		}
		if to == "Utfylling" {
			w.next(user, in.ID, "")
			w.next(user, in.ID, rest.ActionSkip)
		}
		w.next(user, in.ID, "")
	}
	_, err = w.NextStep(w.ctx, user, in.ID, "", now.Version-1)
	wantKind(t, err, rest.PreconditionFailed)
	if got := w.next(user, in.ID, rest.ActionSend); got != rest.Archived {
		t.Fatal(got)
	}
	now, err = w.Instance(w.ctx, user, in.ID)
	if err != nil || now.Archived.IsZero() || now.ArchiveReference == "" || now.Step != rest.Archived || now.Receipt == 0 {
		t.Errorf("%+v, %v", now, err)
	}
	_, err = w.NextStep(w.ctx, user, in.ID, "", 0)
	wantKind(t, err, rest.Locked)
	p, err := w.Process(w.ctx, user, in.ID)
	if err != nil || p.Ended.IsZero() {
		t.Fatalf("%+v, %v", p, err)
	}
	// One row per visit, in order, none folded and none overlapping.
	got := strings.Count(" "+visited(p), " Signering")
	if got != 3 || !p.Visits[len(p.Visits)-1].Left.Equal(p.Ended) {
		t.Errorf("%d visits of Signering: %s", got, visited(p))
	}
	for i := 1; i < len(p.Visits); i++ {
		if !p.Visits[i].Entered.Equal(p.Visits[i-1].Left) || !p.Visits[i].Entered.After(p.Visits[i-1].Entered) {
			t.Errorf("visit %d: %+v after %+v", i, p.Visits[i], p.Visits[i-1])
		}
	}
	events, err := w.InstanceEvents(w.ctx, user, in.ID, rest.EventQuery{Limit: 100})
	if all := eventTypes(events); err != nil || strings.Count(all, "InstanceSignatureWithdrawn") != 2 || strings.Count(all, "InstanceSigned") != 3 || strings.Count(all, "InstanceArchived") != 1 {
		t.Error(all, err)
	}
}

func asError(err error, into **rest.Error) bool {
	e, ok := err.(*rest.Error)
	*into = e
	return ok
}

// TestSchemaBlocksTheNextStep: what was fit when it came in is not any more.
func TestSchemaBlocksTheNextStep(t *testing.T) {
	w := newWorld(t)
	user := w.user()
	in := w.create(user, rest.NewElement{Type: "default", Content: w.content(validForm)})
	stricter := testApp("melding", "4501", rest.ValidationEnforce)
	stricter.DataTypes[0].Schema = []byte(strings.Replace(formSchema, `"xs:int"`, `"xs:boolean"`, 1))
	w.put(stricter)
	issues, err := w.ValidateElement(w.ctx, user, in.ID, in.Elements[0].ID)
	if err != nil || len(issues) != 1 || issues[0].Code != "schema" || issues[0].Element != in.Elements[0].ID.String() || issues[0].Severity != rest.SeverityError {
		t.Errorf("%+v, %v", issues, err)
	}
	var refused *rest.Error
	_, err = w.NextStep(w.ctx, user, in.ID, "", 0)
	if !asError(err, &refused) || refused.Kind != rest.Conflict || refused.Code != "validation" || len(refused.Issues) != 1 {
		t.Errorf("%+v", err)
	}
	_, err = w.Complete(w.ctx, w.system, in.Number, nil)
	wantKind(t, err, rest.Conflict)
	if now, err := w.Instance(w.ctx, user, in.ID); err != nil || now.Step != "FormFilling" || now.Version != 1 {
		t.Errorf("%+v, %v", now, err)
	}
	stricter.Validation = rest.ValidationReport
	w.put(stricter)
	if issues, err := w.ValidateInstance(w.ctx, user, in.ID); err != nil || len(issues) != 1 || issues[0].Severity != rest.SeverityWarning {
		t.Errorf("%+v, %v", issues, err)
	}
	if got := w.next(user, in.ID, ""); got != "Submit" {
		t.Error(got)
	}
	_, err = w.ValidateElement(w.ctx, user, in.ID, uuid.New())
	wantKind(t, err, rest.NotFound)
}

// TestOneStepAtATime: many callers at once move an instance on; each move is
// made once, and every visit is recorded once.
func TestOneStepAtATime(t *testing.T) {
	w := newWorld(t)
	user := w.user()
	in := w.create(user, rest.NewElement{Type: "default", Content: w.content(validForm)})
	var wg sync.WaitGroup
	var mu sync.Mutex
	moved := map[string]int{}
	for range 12 {
		wg.Go(func() {
			for _, action := range []string{rest.ActionComplete, rest.ActionSend} {
				if _, err := w.NextStep(w.ctx, user, in.ID, action, 0); err == nil {
					mu.Lock()
					moved[action]++
					mu.Unlock()
				} else if k := rest.KindOf(err); k != rest.Invalid && k != rest.Locked && k != rest.Conflict {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	p, err := w.Process(w.ctx, user, in.ID)
	if err != nil || moved[rest.ActionComplete] != 1 || moved[rest.ActionSend] != 1 || visited(p) != "FormFilling Submit" {
		t.Errorf("%v, %v, %v", moved, p, err)
	}
}

// TestSystemsFollowTheSameProcess: SOAP's calls run on the engine of REST's.
func TestSystemsFollowTheSameProcess(t *testing.T) {
	w := newWorld(t)
	app, user := w.reviewed()
	service := rest.ServiceRef{Code: "4510", Edition: 1}
	send := func(c rest.Caller, reference string, signature *rest.Signature) *rest.Instance {
		t.Helper()
		s := w.shipment(reference)
		s.Service, s.Signature = service, signature
		out, err := w.Submit(w.ctx, c, s)
		if err != nil || out.Instance == nil {
			t.Fatalf("%+v, %v", out, err)
		}
		return out.Instance
	}
	process := func(id uuid.UUID) *rest.Process {
		t.Helper()
		p, err := w.Process(w.ctx, user, id)
		if err != nil {
			t.Fatal(err)
		}
		return p
	}
	// Completed forms pass over the optional step and wait for a signature.
	waiting := send(w.system, "P-1", nil)
	if waiting.Step != "Signering" || visited(process(waiting.ID)) != "Utfylling Signering" {
		t.Errorf("%s, %s", waiting.Step, visited(process(waiting.ID)))
	}
	// A user rejects it over REST, mends it, signs and sends; the sender's receipt tells.
	w.next(user, waiting.ID, "reject")
	w.next(user, waiting.ID, "")
	w.next(user, waiting.ID, "skip")
	w.next(user, waiting.ID, "sign")
	w.next(user, waiting.ID, "send")
	r, err := w.Receipt(w.ctx, w.system, rest.ReceiptSearch{References: []rest.Reference{{Type: rest.RefShipment, Value: "P-1"}}})
	if err != nil || !strings.Contains(references(*r), "ArchiveReference=AR") {
		t.Errorf("%+v, %v", r, err)
	}
	// A signed one goes all the way, and what was signed is locked.
	signer := rest.Caller{System: 1023, Person: w.person.ID}
	signed := send(signer, "P-2", &rest.Signature{})
	if signed.Step != rest.Archived || visited(process(signed.ID)) != "Utfylling Signering Innsending" || !signed.Elements[0].Locked || signed.Signatures[0].Hashes[0] != signed.Elements[0].Content.SHA256 {
		t.Errorf("%+v", signed)
	}
	// One that was signed over REST is sent in by a system without a signature of its own.
	in := w.begin(app, user, rest.NewElement{Type: "default", Content: w.content(validForm)})
	for _, action := range []string{"complete", "skip", "sign"} {
		w.next(user, in.ID, action)
	}
	out, err := w.Complete(w.ctx, w.system, in.Number, nil)
	if err != nil || out.Instance.Step != rest.Archived || len(out.Instance.Signatures) != 1 {
		t.Errorf("%+v, %v", out, err)
	}
	// A step that bars systems stops them, there as here.
	barred := testApp("sperret", "4511", rest.ValidationEnforce,
		rest.Step{ID: "Utfylling", Kind: rest.Fill}, rest.Step{ID: "Kontroll", Kind: rest.Fill, Roles: []rest.Role{rest.RoleOwner}}, rest.Step{ID: "Innsending", Kind: rest.Send})
	w.put(barred)
	service.Code = "4511"
	stopped := send(w.system, "P-3", nil)
	if stopped.Step != "Kontroll" {
		t.Errorf("step %s", stopped.Step)
	}
	_, err = w.Complete(w.ctx, w.system, stopped.Number, nil)
	wantKind(t, err, rest.Forbidden)
	if got := w.next(w.owner, stopped.ID, ""); got != "Innsending" {
		t.Error(got)
	}
}

// TestOptionalSigning: who brings a signature signs, who
// brings none passes.
func TestOptionalSigning(t *testing.T) {
	w := newWorld(t)
	w.put(testApp("frivillig", "4512", rest.ValidationEnforce,
		rest.Step{ID: "Utfylling", Kind: rest.Fill}, rest.Step{ID: "Signering", Kind: rest.Signing, Optional: true}, rest.Step{ID: "Innsending", Kind: rest.Send}))
	w.grant(rest.PersonSubject(w.person.ID), w.org.ID, rest.ServiceRef{}, rest.Read, rest.Write, rest.Sign)
	if err := w.Refresh(w.ctx); err != nil {
		t.Fatal(err)
	}
	for reference, c := range map[string]struct {
		caller    rest.Caller
		signature *rest.Signature
		way       string
	}{
		"O-1": {w.system, nil, "Utfylling Innsending"},
		"O-2": {rest.Caller{System: 1023, Person: w.person.ID}, &rest.Signature{}, "Utfylling Signering Innsending"},
	} {
		s := w.shipment(reference)
		s.Service.Code, s.Signature = "4512", c.signature
		out, err := w.Submit(w.ctx, c.caller, s)
		if err != nil || out.Instance == nil || out.Instance.Step != rest.Archived {
			t.Fatalf("%+v, %v", out, err)
		}
		p, err := w.Process(w.ctx, w.owner, out.Instance.ID)
		if err != nil || visited(p) != c.way {
			t.Errorf("%s: %s, %v", reference, visited(p), err)
		}
	}
}

func TestProcessesThatCannotBeDeclared(t *testing.T) {
	fill, send := rest.Step{ID: "A", Kind: rest.Fill}, rest.Step{ID: "Z", Kind: rest.Send}
	for mention, middle := range map[string]rest.Step{
		"unfit name":      {ID: "A", Kind: rest.Fill},
		"unknown kind":    {ID: "B", Kind: "play"},
		"no earlier step": {ID: "B", Kind: rest.Fill, Back: map[string]string{"on": "Z"}},
		"earlier":         {ID: "B", Kind: rest.Fill, Back: map[string]string{"stay": "B"}},
		"of its own":      {ID: "B", Kind: rest.Fill, Back: map[string]string{"confirm": "A"}},
		"write or sign":   {ID: "B", Kind: rest.Fill, Right: rest.Read},
		"role":            {ID: "B", Kind: rest.Fill, Roles: []rest.Role{"boss"}},
		"only users sign": {ID: "B", Kind: rest.Signing, Roles: []rest.Role{rest.RoleOwner}},
	} {
		if err := checkProcess([]rest.Step{fill, middle, send}); err == nil || !strings.Contains(err.Error(), mention) {
			t.Errorf("%s: %v", mention, err)
		}
	}
	optional := send
	optional.Optional = true
	if err := checkProcess([]rest.Step{fill, optional}); err == nil || !strings.Contains(err.Error(), "optional") {
		t.Error(err)
	}
	if err := checkProcess([]rest.Step{fill}); err == nil || !strings.Contains(err.Error(), "ends with") {
		t.Error(err)
	}
	good := rest.Step{ID: "B", Kind: rest.Signing, Optional: true, Back: map[string]string{"reject": "A"}, Right: rest.Sign, Roles: []rest.Role{rest.RoleUser}}
	if err := checkProcess([]rest.Step{fill, good, send}); err != nil {
		t.Error(err)
	}
	if got := good.Actions(); !slices.Equal(got, []string{"sign", "skip", "reject"}) {
		t.Error(got)
	}
}
