package workflow

import (
	"context"
	"time"

	"overgang/adapter/actor"
	"overgang/adapter/credential"
	"overgang/adapter/optional"
	"overgang/rest"
	"overgang/soap"
)

// GetProcessDetails asks for every step of an element's process, done or to be
// done. Its second and third version differ in one value that is not used here.
type GetProcessDetails struct {
	credential.SYS
	ReporteeElementID int32
}

// GetProcessDetailsResponse is the steps in their order.
type GetProcessDetailsResponse struct{ Result []Details }

// Details is ProcessDetailsBEV2 and ProcessDetailsBEV3. Steps are numbered from 1
// on, and have no other ids.
type Details struct {
	ActivityTypeId                 string
	CreatedDateTime                *time.Time // when the element last came to the step
	EndUserSystemID                *int32     // who took the step, if it was a system
	IsCurrentStep                  bool
	IsOptionalSigningStep          bool
	IsOptionalSigningStepIndicator string // YES: all elements are signed together; NO: some may be; left out for steps without signatures
	LastModifiedDate               *time.Time
	ParallelSigningSeqNumber       int32 // of the step for user-controlled signing, on every step; 0: there is no such step
	ProcessStepId                  int32
	ReporteeId                     int32
	ReporteeName                   string
	SequenceNumber                 int32
	ServiceOwnerId                 *int32 // never known: owners have no numbers
	UserId                         *int32 // who took the step, if it was a person
}

// activities are the names of the kinds of steps.
var activities = map[rest.StepKind]string{rest.Fill: "FormFilling", rest.Signing: "Signing", rest.Send: "SendIn"}

func (s *service) getProcessDetails(ctx context.Context, call *soap.Call, req any) (any, error) {
	st, err := s.find(ctx, call, req.(*GetProcessDetails).ReporteeElementID)
	if err != nil {
		return nil, err
	}
	process, err := s.core.Process(ctx, credential.Of(call), st.in.ID)
	if err != nil {
		return nil, err
	}
	owner, err := s.core.Party(ctx, rest.PartyRef{ID: st.in.Owner})
	if err != nil {
		return nil, err
	}
	list := make([]Details, 0, len(st.steps))
	for i, step := range st.steps {
		d := Details{
			ActivityTypeId: activities[step.Kind], IsCurrentStep: i == st.at, ProcessStepId: int32(i + 1), SequenceNumber: int32(i + 1),
			ReporteeId: int32(owner.ID), ReporteeName: owner.Name, ParallelSigningSeqNumber: int32(st.parallel + 1),
		}
		if step.Kind == rest.Signing {
			d.IsOptionalSigningStep, d.IsOptionalSigningStepIndicator = step.Optional, "NO"
			if step.Whole {
				d.IsOptionalSigningStepIndicator = "YES"
			}
		}
		if step.Parallel {
			d.ActivityTypeId = "ParallelSigning"
		}
		d.visited(step.ID, process)
		d.signed(step.ID, st.in.Signatures)
		list = append(list, d)
	}
	return &GetProcessDetailsResponse{Result: list}, nil
}

// visited tells of the last visit of the step. Who entered the step behind it, or
// the archive, is who took it.
func (d *Details) visited(step string, process *rest.Process) {
	visits := process.Visits
	for i := range visits {
		if visits[i].Step != step {
			continue
		}
		d.CreatedDateTime, d.LastModifiedDate = &visits[i].Entered, &visits[i].Entered
		d.EndUserSystemID, d.UserId = nil, nil
		if visits[i].Left.IsZero() {
			continue
		}
		d.LastModifiedDate = &visits[i].Left
		by := process.EndedBy
		if i+1 < len(visits) {
			by = visits[i+1].By
		}
		d.EndUserSystemID, d.UserId = optional.Of(actor.System(by)), optional.Of(actor.Person(by))
	}
}

// signed tells of signatures that did not take the step: others are awaited.
func (d *Details) signed(step string, signatures []rest.Signature) {
	for i := range signatures {
		if s := &signatures[i]; s.Step == step && d.LastModifiedDate != nil && s.At.After(*d.LastModifiedDate) {
			d.LastModifiedDate = &s.At
		}
	}
}
