package core

import (
	"context"
	"slices"
	"time"

	"github.com/google/uuid"

	"overgang/rest"
	"overgang/store"
)

// defaultProcess is what an application without declared steps has.
var defaultProcess = []rest.Step{{ID: "FormFilling", Kind: rest.Fill}, {ID: "Submit", Kind: rest.Send}}

// progress is an instance's way through the steps within one call.
//
// What moves it (operations.md, SubmitFormTask):
//   - Completed forms leave a Fill step.
//   - A signature leaves a Signing step.
//   - A Send step is left by a signature, and by completed forms where the
//     process asks for no signature: such a submission needs nothing more.
//
// After the last step the instance is archived.
type progress struct {
	steps     []rest.Step
	at        int
	completed bool
	signed    bool
	left      []int // steps that were left, in order
}

// run moves as far as it goes.
func (p *progress) run() {
	for p.at < len(p.steps) && p.leaves(p.steps[p.at].Kind) {
		p.left = append(p.left, p.at)
		p.at++
	}
}

func (p *progress) leaves(kind rest.StepKind) bool {
	switch kind {
	case rest.Fill:
		return p.completed
	case rest.Signing:
		return p.signed
	case rest.Send:
		return p.signed || p.completed && !needsSigning(p.steps)
	}
	return false
}

func (p *progress) archived() bool { return p.at == len(p.steps) }

// step is the current step's id.
func (p *progress) step() string {
	if p.archived() {
		return rest.Archived
	}
	return p.steps[p.at].ID
}

func needsSigning(steps []rest.Step) bool {
	return slices.ContainsFunc(steps, func(s rest.Step) bool { return s.Kind == rest.Signing })
}

func stepIndex(steps []rest.Step, id string) int {
	return slices.IndexFunc(steps, func(s rest.Step) bool { return s.ID == id })
}

// filling says whether the instance stands at a step where data may change.
func (a *application) filling(in *rest.Instance) bool {
	i := stepIndex(a.steps, in.Step)
	return i >= 0 && a.steps[i].Kind == rest.Fill
}

// apply moves the instance to where the progress got.
func (p *progress) apply(in *rest.Instance, now time.Time) {
	if len(p.left) > 0 || in.Step == "" {
		in.Step, in.StepAt = p.step(), now
	}
	if p.archived() {
		in.Archived = now
	}
}

// record writes the visits and events of what was passed. first says that the
// instance has just been created and stands at its first step.
func (p *progress) record(tx store.Tx, in *rest.Instance, by string, now time.Time, first bool) error {
	if first {
		begun := *in
		begun.Step = p.steps[0].ID
		if err := addEvent(tx, &begun, rest.EventCreated, uuid.Nil, by, now); err != nil {
			return err
		}
		if err := tx.Enter(in.ID, rest.Visit{Step: begun.Step, Entered: now, By: by}); err != nil {
			return err
		}
	}
	for _, i := range p.left {
		next := rest.Archived
		if i+1 < len(p.steps) {
			next = p.steps[i+1].ID
		}
		if err := tx.Enter(in.ID, rest.Visit{Step: next, Entered: now, By: by}); err != nil {
			return err
		}
	}
	switch {
	case p.archived() && len(p.left) > 0:
		return addEvent(tx, in, rest.EventArchived, uuid.Nil, by, now)
	case len(p.left) > 0:
		return addEvent(tx, in, rest.EventStepChanged, uuid.Nil, by, now)
	}
	return nil
}

func addEvent(tx store.Tx, in *rest.Instance, kind rest.EventType, element uuid.UUID, by string, now time.Time) error {
	return tx.AddEvent(&rest.Event{At: now, Type: kind, App: in.App, Owner: in.Owner, Instance: in.ID, Element: element, Step: in.Step, By: by})
}

// Process implements [rest.Instances]. The stay at [rest.Archived], which the
// store keeps like any other, is shown as the process's end.
func (c *Core) Process(ctx context.Context, caller rest.Caller, id uuid.UUID) (*rest.Process, error) {
	in, err := c.Instance(ctx, caller, id)
	if err != nil {
		return nil, err
	}
	var visits []rest.Visit
	err = c.view(ctx, func(r store.Reader) (err error) {
		visits, err = r.Visits(id)
		return err
	})
	if err != nil {
		return nil, err
	}
	p := &rest.Process{Current: in.Step, Steps: defaultProcess, Started: in.Created, Ended: in.Archived}
	if a := c.registry.now().apps[in.App]; a != nil {
		p.Steps = a.steps
	}
	p.Steps = slices.Clone(p.Steps)
	for _, v := range visits {
		if v.Step != rest.Archived {
			p.Visits = append(p.Visits, v)
		}
	}
	return p, nil
}
