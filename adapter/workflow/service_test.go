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
	rest.Submissions

	in      rest.Instance
	steps   []rest.Step
	visits  []rest.Visit
	person  rest.PartyID
	refused bool // no rights

	completed []rest.Signature
	sentIn    bool
	action    string
}

var steps = []rest.Step{
	{ID: "F", Kind: rest.Fill}, {ID: "S1", Kind: rest.Signing, Back: map[string]string{"again": "S1", "reject": "F"}},
	{ID: "S2", Kind: rest.Signing, Optional: true}, {ID: "X", Kind: rest.Send},
}

func at(step string) *fakeCore {
	f := &fakeCore{steps: steps, person: 7, in: rest.Instance{ID: uuid.UUID{1}, Number: 5, Owner: 50001, Step: step,
		Elements: []rest.Element{{Number: 11}, {Number: 12}}}}
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
	return &rest.Process{Steps: f.steps, Visits: f.visits}, nil
}

func (f *fakeCore) NextStep(_ context.Context, _ rest.Caller, _ uuid.UUID, action string, _ int64) (*rest.Process, error) {
	f.action = action
	return &rest.Process{}, nil
}

func (f *fakeCore) Complete(_ context.Context, _ rest.Caller, _ int32, signatures []rest.Signature) (rest.Submission, error) {
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
		"some":          {"S1", func(_ *fakeCore, d *DoSigning) { d.SelectedForms = []int32{12} }, "not-supported"},
		"in filling":    {"F", func(*fakeCore, *DoSigning) {}, CodeUnauthorised},
		"at the end":    {"X", func(*fakeCore, *DoSigning) {}, CodeUnauthorised},
		"archived":      {rest.Archived, func(*fakeCore, *DoSigning) {}, CodeArchived},
		"unknown":       {"S1", func(_ *fakeCore, d *DoSigning) { d.ReporteeElementID = 6 }, CodeUnauthorised},
		"signed":        {"S2", func(f *fakeCore, _ *DoSigning) { f.in.Signatures = []rest.Signature{{Person: 7}} }, CodeAlreadySigned},
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
		want[1].IsOptionalSigningStepIndicator = "YES"
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
