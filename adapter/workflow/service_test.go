package workflow

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"overgang/adapter/credential"
	"overgang/rest"
	"overgang/soap"
)

// fakeCore knows one element, number 5, with the elements 11 and 12.
type fakeCore struct {
	rest.Accounts
	rest.Registry
	rest.Instances
	rest.Processes
	rest.Delegations
	rest.Submissions

	in      rest.Instance
	steps   []rest.Step
	visits  []rest.Visit
	person  rest.PartyID
	refused bool // no rights
	named   *rest.Delegation
	fails   error // of Complete

	completed []rest.Signature
	sentIn    bool
	action    string
	delegated rest.NewDelegation
}

var steps = []rest.Step{
	{ID: "F", Kind: rest.Fill}, {ID: "S1", Kind: rest.Signing, Back: map[string]string{"again": "S1", "reject": "F"}},
	{ID: "S2", Kind: rest.Signing, Optional: true}, {ID: "X", Kind: rest.Send},
}

func at(step string) *fakeCore {
	f := &fakeCore{steps: steps, person: 7, in: rest.Instance{ID: uuid.UUID{1}, Number: 5, Owner: 50001, Step: step,
		Elements: []rest.Element{{ID: uuid.UUID{11}, Number: 11}, {ID: uuid.UUID{12}, Number: 12, Form: true}}}}
	if step == rest.Archived {
		f.in.Archived = time.Unix(1, 0)
	}
	return f
}

func (f *fakeCore) System(context.Context, string, rest.Secret, string) (rest.Caller, error) {
	return rest.Caller{System: 1001}, nil
}

func (f *fakeCore) Person(_ context.Context, c rest.Caller, _ rest.PersonLogin) (rest.Caller, error) {
	c.Person = f.person
	return c, nil
}

func (f *fakeCore) InstanceByNumber(_ context.Context, _ rest.Caller, n int32) (*rest.Instance, error) {
	if n != f.in.Number {
		return nil, &rest.Error{Kind: rest.NotFound}
	}
	return &f.in, nil
}

func (f *fakeCore) Application(context.Context, rest.AppID) (*rest.Application, error) {
	return &rest.Application{ID: rest.AppID{Org: "gld", App: "melding"}, Process: f.steps, Titles: map[string]string{"en": "Notice"}}, nil
}

func (f *fakeCore) Service(context.Context, rest.ServiceRef) (*rest.Application, error) {
	return nil, &rest.Error{Kind: rest.NotFound}
}

func (f *fakeCore) Party(context.Context, rest.PartyRef) (rest.Party, error) {
	return rest.Party{ID: 50001, Name: "Verft"}, nil
}

func (f *fakeCore) Allowed(context.Context, rest.Caller, rest.PartyID, *rest.Application, rest.Right) (bool, error) {
	return !f.refused, nil
}

func (f *fakeCore) Process(context.Context, rest.Caller, uuid.UUID) (*rest.Process, error) {
	return &rest.Process{Steps: f.steps, Visits: f.visits, Delegation: f.named}, nil
}

func (f *fakeCore) DelegateSigning(_ context.Context, _ rest.Caller, _ uuid.UUID, n rest.NewDelegation, _ int64) (*rest.Process, error) {
	f.delegated = n
	return &rest.Process{}, nil
}

func (f *fakeCore) NextStep(_ context.Context, _ rest.Caller, _ uuid.UUID, action string, _ int64) (*rest.Process, error) {
	f.action = action
	return &rest.Process{}, nil
}

func (f *fakeCore) Complete(_ context.Context, _ rest.Caller, _ int32, signatures []rest.Signature) (rest.Submission, error) {
	if f.fails != nil {
		return rest.Submission{}, f.fails
	}
	f.completed, f.sentIn = signatures, true
	return rest.Submission{}, nil
}

func run(t *testing.T, f *fakeCore, base string, req any) (any, error) {
	t.Helper()
	for _, op := range Service(f).Operations {
		if op.Base == base {
			call := &soap.Call{}
			if err := op.Begin(t.Context(), call, req); err != nil {
				t.Fatal(err)
			}
			return op.Handle(t.Context(), call, req)
		}
	}
	t.Fatalf("no row %s", base)
	return nil, nil
}

var kari = credential.USR{UserSSN: "01817010055"}

func TestDoSigning(t *testing.T) {
	for name, test := range map[string]struct {
		step   string
		change func(*fakeCore, *DoSigning)
		code   string
	}{
		"all":           {"S1", func(*fakeCore, *DoSigning) {}, ""},
		"all, selected": {"S2", func(_ *fakeCore, d *DoSigning) { d.SelectedForms, d.SelectedAttachments = []int32{12}, []int32{11} }, ""},
		"some":          {"S1", func(_ *fakeCore, d *DoSigning) { d.SelectedForms = []int32{12, 12} }, ""},
		"not a form":    {"S1", func(_ *fakeCore, d *DoSigning) { d.SelectedForms = []int32{11} }, "signed-elements"},
		"no attachment": {"S1", func(_ *fakeCore, d *DoSigning) { d.SelectedAttachments = []int32{13} }, "signed-elements"},
		"no right":      {"S1", func(f *fakeCore, _ *DoSigning) { f.fails = rest.Errorf(rest.Forbidden, "signer", "") }, CodeUnauthorised},
		"nobody named":  {"S1", func(f *fakeCore, _ *DoSigning) { f.fails = rest.Errorf(rest.Conflict, "signing-undelegated", "") }, CodeUnauthorised},
		"meanwhile":     {"S1", func(f *fakeCore, _ *DoSigning) { f.fails = rest.Errorf(rest.Conflict, "archived", "") }, CodeArchived},
		"busy":          {"S1", func(f *fakeCore, _ *DoSigning) { f.fails = rest.Errorf(rest.Unavailable, "busy", "") }, "busy"},
		"in filling":    {"F", func(*fakeCore, *DoSigning) {}, CodeUnauthorised},
		"at the end":    {"X", func(*fakeCore, *DoSigning) {}, CodeUnauthorised},
		"archived":      {rest.Archived, func(*fakeCore, *DoSigning) {}, CodeArchived},
		"unknown":       {"S1", func(_ *fakeCore, d *DoSigning) { d.ReporteeElementID = 6 }, CodeUnauthorised},
		"signed":        {"S2", func(f *fakeCore, _ *DoSigning) { f.fails = rest.Errorf(rest.Conflict, "signed", "") }, CodeAlreadySigned},
		"signed before": {"X", func(f *fakeCore, _ *DoSigning) { f.in.Signatures = []rest.Signature{{Person: 7}} }, CodeAlreadySigned},
		"by another":    {"S2", func(f *fakeCore, _ *DoSigning) { f.in.Signatures = []rest.Signature{{Person: 8}} }, ""},
		"by a system":   {"S2", func(f *fakeCore, _ *DoSigning) { f.person, f.in.Signatures = 0, []rest.Signature{{System: 1001}} }, ""},
	} {
		f, req := at(test.step), &DoSigning{USR: kari, ReporteeElementID: 5, EnduserSystemReference: "s1"}
		test.change(f, req)
		_, err := run(t, f, "DoSigning", req)
		var e *rest.Error
		if errors.As(err, &e); e == nil && test.code != "" || e != nil && e.Code != test.code {
			t.Errorf("%s: %v, not %q", name, err, test.code)
		}
		if (len(f.completed) == 1) != (test.code == "") {
			t.Errorf("%s: %+v", name, f.completed)
		}
		if name == "some" && !cmp.Equal(f.completed[0].Elements, []uuid.UUID{{12}}) || name == "all" && f.completed[0].Elements != nil {
			t.Errorf("%s: %+v", name, f.completed[0])
		}
		if len(f.completed) == 1 && (f.completed[0].SystemReference != "s1" || f.completed[0].Person != f.person) {
			t.Errorf("%s: %+v", name, f.completed[0])
		}
	}
}

func TestActions(t *testing.T) {
	for step, want := range map[string][2]Action{ // now, and next
		"F": {FormFilling, Sign}, "S1": {Sign, SignAndSendIn}, "S2": {SignAndSendIn, SendIn}, "X": {SendIn, NoAction}, rest.Archived: {NoAction, NoAction},
	} {
		now, err := run(t, at(step), "GetAvailableActionsV2", &GetAvailableActionsV2{USR: kari, ReporteeElementID: 5})
		if err != nil {
			t.Fatal(err)
		}
		next, err := run(t, at(step), "GetNextWorkflowStateTypeInProcessFlowV2", &GetNextWorkflowStateTypeInProcessFlowV2{ReporteeElementID: 5})
		if err != nil {
			t.Fatal(err)
		}
		if got := [2]Action{now.(*ActionResponse).Result, next.(*ActionResponse).Result}; got != want {
			t.Errorf("%s: %v, not %v", step, got, want)
		}
	}
	for name, change := range map[string]func(*fakeCore){
		"no right": func(f *fakeCore) { f.refused = true },
		"another role": func(f *fakeCore) {
			f.steps = []rest.Step{{ID: "S1", Kind: rest.Signing, Roles: []rest.Role{rest.RoleOwner}}}
		},
		"has signed": func(f *fakeCore) { f.in.Signatures = []rest.Signature{{Person: 7}} },
	} {
		f := at("S1")
		change(f)
		got, err := run(t, f, "GetAvailableActionsV2", &GetAvailableActionsV2{USR: kari, ReporteeElementID: 5})
		if err != nil || got.(*ActionResponse).Result != NoAction {
			t.Errorf("%s: %v, %v", name, got, err)
		}
	}
}

// TestParallelStep: what is seen of it by whom.
func TestParallelStep(t *testing.T) {
	parallel := []rest.Step{{ID: "F", Kind: rest.Fill}, {ID: "S", Kind: rest.Signing, Whole: true}, {ID: "P", Kind: rest.Signing, Parallel: true}, {ID: "X", Kind: rest.Send}}
	named := &rest.Delegation{Step: "P", Signers: []rest.Signer{{Person: 7, Allowed: 1}}, Required: 1}
	for name, c := range map[string]struct {
		step   string
		change func(*fakeCore)
		now    Action
		next   Action
	}{
		"before":          {step: "S", change: func(*fakeCore) {}, now: Sign, next: DoSignDelegation},
		"before, named":   {step: "S", change: func(f *fakeCore) { f.named = named }, now: Sign, next: ParallelSigning},
		"nobody is named": {step: "P", change: func(*fakeCore) {}, now: DoSignDelegation, next: SendIn},
		"may not write":   {step: "P", change: func(f *fakeCore) { f.refused = true }, now: NoAction, next: SendIn},
		"named":           {step: "P", change: func(f *fakeCore) { f.named, f.refused = named, true }, now: ParallelSigning, next: SendIn},
		"another":         {step: "P", change: func(f *fakeCore) { f.named, f.person = named, 8 }, now: NoAction, next: SendIn},
		"has signed": {step: "P", change: func(f *fakeCore) {
			f.named, f.in.Signatures = named, []rest.Signature{{Person: 7, Step: "P"}}
		}, now: NoAction, next: SendIn},
	} {
		f := at(c.step)
		f.steps = parallel
		c.change(f)
		now, err := run(t, f, "GetAvailableActionsV2", &GetAvailableActionsV2{USR: kari, ReporteeElementID: 5})
		if err != nil || now.(*ActionResponse).Result != c.now {
			t.Errorf("%s: %+v, %v", name, now, err)
		}
		next, err := run(t, f, "GetNextWorkflowStateTypeInProcessFlowV2", &GetNextWorkflowStateTypeInProcessFlowV2{ReporteeElementID: 5})
		if err != nil || next.(*ActionResponse).Result != c.next {
			t.Errorf("%s: next %+v, %v", name, next, err)
		}
	}
	f := at("P")
	f.steps, f.visits, f.in.Signatures = parallel, []rest.Visit{{Step: "P", Entered: time.Unix(5, 0)}}, []rest.Signature{{Step: "P", At: time.Unix(9, 0)}}
	id, err := run(t, f, "GetProcessStepIDForParallelSigning", &GetProcessStepIDForParallelSigning{ReporteeElementID: 5})
	if err != nil || id.(*GetProcessStepIDForParallelSigningResponse).Result != 3 {
		t.Errorf("%+v, %v", id, err)
	}
	out, err := run(t, f, "GetProcessDetailsV3", &GetProcessDetails{ReporteeElementID: 5})
	if err != nil {
		t.Fatal(err)
	}
	list := out.(*GetProcessDetailsResponse).Result
	if list[1].IsOptionalSigningStepIndicator != "YES" || list[2].ActivityTypeId != "ParallelSigning" || list[0].ParallelSigningSeqNumber != 3 || !list[2].LastModifiedDate.Equal(time.Unix(9, 0)) {
		t.Errorf("%+v", list)
	}
	_, err = run(t, f, "PrepareUserControlledSigning", &PrepareUserControlledSigning{ReporteeElementID: 5, ParallelSigningStepLocked: true,
		UserDefinedNumberOfSignaturesRequired: 2, DelegatedUserBEList: []DelegatedUser{{Name: "Uten", SSN: " 15887510188 ", NumberOfSignaturesAllowed: 1}}})
	want := rest.NewDelegation{Signers: []rest.NewSigner{{SSN: "15887510188", Name: "Uten", Allowed: 1}}, Required: 2, Lock: true}
	if diff := cmp.Diff(want, f.delegated); diff != "" || err != nil {
		t.Error(diff, err)
	}
	_, err = run(t, at(rest.Archived), "PrepareUserControlledSigning", &PrepareUserControlledSigning{ReporteeElementID: 5})
	var e *rest.Error
	if errors.As(err, &e); e == nil || e.Code != CodeArchived {
		t.Errorf("%v", err)
	}
}

func TestSendingInAndBack(t *testing.T) {
	for step, want := range map[string][2]string{ // codes of sending in, of going back
		"F": {CodeNotCompleted, ""}, "S1": {"signature-needed", ""}, "S2": {"signature-needed", "no-way-back"}, "X": {"", "no-way-back"}, rest.Archived: {CodeArchived, CodeArchived},
	} {
		f := at(step)
		_, in := run(t, f, "DoSendingInAction", &DoSendingInAction{ReporteeElementID: 5})
		_, back := run(t, f, "SetBackToFormFilling", &SetBackToFormFilling{ReporteeElementID: 5})
		for i, err := range []error{in, back} {
			var e *rest.Error
			if errors.As(err, &e); e == nil && want[i] != "" || e != nil && e.Code != want[i] {
				t.Errorf("%s: %v, not %q", step, err, want[i])
			}
		}
		if f.sentIn != (want[0] == "") || (f.action == "reject") != (step == "S1") {
			t.Errorf("%s: sent in %v, back by %q", step, f.sentIn, f.action)
		}
	}
}

func TestProcessDetails(t *testing.T) {
	hour := func(n int64) time.Time { return time.Unix(n*3600, 0) }
	f := at("S1")
	f.visits = []rest.Visit{{Step: "F", Entered: hour(1), Left: hour(2), By: "system:1001"}, {Step: "S1", Entered: hour(2), Left: hour(3), By: "system:1001"},
		{Step: "F", Entered: hour(3), Left: hour(4), By: "person:50002"}, {Step: "S1", Entered: hour(4), By: "person:50003"}}
	for _, base := range []string{"GetProcessDetailsV2", "GetProcessDetailsV3"} {
		out, err := run(t, f, base, &GetProcessDetails{ReporteeElementID: 5})
		if err != nil {
			t.Fatal(err)
		}
		user, entered, left, again := int32(50003), hour(3), hour(4), hour(4)
		common := Details{ReporteeId: 50001, ReporteeName: "Verft"}
		want := []Details{common, common, common, common}
		for i := range want {
			want[i].SequenceNumber, want[i].ProcessStepId = int32(i+1), int32(i+1)
		}
		want[0].ActivityTypeId, want[0].CreatedDateTime, want[0].LastModifiedDate, want[0].UserId = "FormFilling", &entered, &left, &user
		want[1].ActivityTypeId, want[1].CreatedDateTime, want[1].LastModifiedDate, want[1].IsCurrentStep = "Signing", &again, &again, true
		want[1].IsOptionalSigningStepIndicator = "NO"
		want[2].ActivityTypeId, want[2].IsOptionalSigningStep, want[2].IsOptionalSigningStepIndicator = "Signing", true, "NO"
		want[3].ActivityTypeId = "SendIn"
		if diff := cmp.Diff(want, out.(*GetProcessDetailsResponse).Result); diff != "" {
			t.Error(diff)
		}
	}
}

func TestSigningText(t *testing.T) {
	for id, want := range map[int32]string{
		1033: "I confirm that the information in Notice is correct and complete.",
		2068: "Eg stadfestar at opplysningane i Notice er rette og fullstendige.",
		1083: "Dárogillii: Jeg bekrefter at opplysningene i Notice er riktige og fullstendige.",
	} {
		out, err := run(t, at("F"), "GetSigningText", &GetSigningText{ReporteeElementID: 5, LanguageID: id})
		if err != nil || out.(*GetSigningTextResponse).Result != want {
			t.Errorf("%d: %+v, %v", id, out, err)
		}
	}
	if _, err := run(t, at("F"), "GetSigningText", &GetSigningText{ExternalServiceCode: "1"}); rest.KindOf(err) != rest.NotFound {
		t.Errorf("%v", err)
	}
}
