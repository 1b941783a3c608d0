package workflow

import (
	"context"
	"slices"

	"overgang/adapter/credential"
	"overgang/rest"
	"overgang/soap"
)

// Codes of the errors that the documentation has ids for, by which the fault
// table finds them.
const (
	CodeUnauthorised  = "workflow-unauthorised"   // 14: no access, or not at a signing step
	CodeArchived      = "workflow-archived"       // 60035
	CodeAlreadySigned = "workflow-already-signed" // 60036
	CodeNotCompleted  = "workflow-not-completed"  // 60037
)

var (
	errArchived      = rest.Errorf(rest.Conflict, CodeArchived, "The element is archived already")
	errAlreadySigned = rest.Errorf(rest.Conflict, CodeAlreadySigned, "This user has signed the element already")
)

// standing is an element and where it stands in its process.
type standing struct {
	in    *rest.Instance
	app   *rest.Application
	steps []rest.Step
	at    int // index of the current step; len(steps) when archived

	parallel int              // index of the step for user-controlled signing; -1 = none
	named    *rest.Delegation // who signs there; nil = nobody yet
}

// find gets an element that the caller may see.
func (s *service) find(ctx context.Context, call *soap.Call, number int32) (*standing, error) {
	in, err := s.core.InstanceByNumber(ctx, credential.Of(call), number)
	if err != nil {
		return nil, err
	}
	app, err := s.core.Application(ctx, in.App)
	if err != nil {
		return nil, err
	}
	st := &standing{in: in, app: app, steps: app.Steps()}
	for st.at < len(st.steps) && (!in.Archived.IsZero() || st.steps[st.at].ID != in.Step) {
		st.at++
	}
	if st.parallel = slices.IndexFunc(st.steps, func(s rest.Step) bool { return s.Parallel }); st.parallel < 0 {
		return st, nil
	}
	process, err := s.core.Process(ctx, credential.Of(call), in.ID)
	if err != nil {
		return nil, err
	}
	st.named = process.Delegation
	return st, nil
}

// archived says that the process has ended.
func (st *standing) archived() bool { return st.at == len(st.steps) }

// step is the current one; the process must go on.
func (st *standing) step() rest.Step { return st.steps[st.at] }

// signedLater says that a signing step comes after the i-th.
func (st *standing) signedLater(i int) bool {
	for _, step := range st.steps[min(i+1, len(st.steps)):] {
		if step.Kind == rest.Signing {
			return true
		}
	}
	return false
}

// Action is UserCurrentActionV2: what can be done at a step.
type Action string

// Actions.
const (
	NoAction      Action = "NoAction"
	FormFilling   Action = "FormFilling"
	Sign          Action = "Sign"
	SignAndSendIn Action = "SignAndSendIn" // the last signature sends in
	SendIn        Action = "SendIn"

	DoSignDelegation Action = "DoSignDelegation" // name who shall sign
	ParallelSigning  Action = "ParallelSigning"  // sign, as one who is named
)

// actionAt is what the i-th step waits for; NoAction behind the last.
func (st *standing) actionAt(i int) Action {
	if i >= len(st.steps) {
		return NoAction
	}
	switch st.steps[i].Kind {
	case rest.Signing:
		if st.steps[i].Parallel {
			if st.named == nil {
				return DoSignDelegation
			}
			return ParallelSigning
		}
		if st.signedLater(i) {
			return Sign
		}
		return SignAndSendIn
	case rest.Send:
		return SendIn
	}
	return FormFilling
}
