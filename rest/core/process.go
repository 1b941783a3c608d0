package core

import (
	"context"
	"slices"
	"time"

	"github.com/google/uuid"

	"overgang/rest"
	"overgang/store"
)

// progress is an instance's way through the steps within one call, whoever
// calls: the one engine of SOAP and REST.
//
// A SOAP call says what it brings, and run takes the instance as far as that
// leads (operations.md, SubmitFormTask):
//   - Completed forms leave a Fill step.
//   - A signature leaves a Signing step, one and no more; the parallel step only
//     with the last of those that it takes.
//   - A Send step is left by a signature, and by completed forms where the
//     process demands no signature: such a submission needs nothing more.
//   - An optional step that nothing was brought for is passed over, but not a
//     parallel one that somebody was named for.
//
// A REST call names an action, which enters one step: see NextStep. After the
// last step the instance is archived.
type progress struct {
	steps     []rest.Step
	at        int
	completed bool
	signed    bool   // now
	used      bool   // and the signature has left its step
	sealed    bool   // signed by an earlier call
	named     bool   // somebody was named to sign at the parallel step
	lacks     bool   // which takes more signatures than there are now
	barred    []bool // steps that the caller may not leave; nil = none
	entered   []int  // steps that were entered, in order; len(steps) = the archive
}

// run moves as far as it goes.
func (p *progress) run() {
	for p.at < len(p.steps) && p.leaves(p.steps[p.at]) && (p.barred == nil || !p.barred[p.at]) {
		p.used = p.used || p.steps[p.at].Kind == rest.Signing && p.signed
		next := p.at + 1
		for next < len(p.steps) && p.passes(p.steps[next]) {
			next++
		}
		p.enter(next)
	}
}

// passes says that a step is passed over.
func (p *progress) passes(s rest.Step) bool {
	switch {
	case !s.Optional:
		return false
	case s.Parallel:
		return !p.named
	}
	return s.Kind != rest.Signing || !p.signed || p.used
}

// enter moves to one step, or with len(steps) to the archive.
func (p *progress) enter(step int) {
	p.at = step
	p.entered = append(p.entered, step)
}

func (p *progress) leaves(s rest.Step) bool {
	switch s.Kind {
	case rest.Fill:
		return p.completed
	case rest.Signing:
		if s.Parallel && p.named {
			return p.signed && !p.used && !p.lacks
		}
		return p.signed && !p.used || s.Optional && p.completed
	case rest.Send:
		return p.signed || p.completed && (p.sealed || !needsSigning(p.steps))
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

// needsSigning says that a process demands a signature.
func needsSigning(steps []rest.Step) bool {
	return slices.ContainsFunc(steps, func(s rest.Step) bool { return s.Kind == rest.Signing && !s.Optional })
}

// hasSigning says that a process has a place for signatures.
func hasSigning(steps []rest.Step) bool {
	return slices.ContainsFunc(steps, func(s rest.Step) bool { return s.Kind == rest.Signing })
}

func stepIndex(steps []rest.Step, id string) int {
	return slices.IndexFunc(steps, func(s rest.Step) bool { return s.ID == id })
}

// apply moves the instance to where the progress got.
func (p *progress) apply(in *rest.Instance, now time.Time) {
	if len(p.entered) > 0 || in.Step == "" {
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
	for _, i := range p.entered {
		step := rest.Archived
		if i < len(p.steps) {
			step = p.steps[i].ID
		}
		if err := tx.Enter(in.ID, rest.Visit{Step: step, Entered: now, By: by}); err != nil {
			return err
		}
	}
	switch {
	case p.archived() && len(p.entered) > 0:
		return addEvent(tx, in, rest.EventArchived, uuid.Nil, by, now)
	case len(p.entered) > 0:
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
	return c.processOf(ctx, in)
}

// processAfter is where an instance stands after the caller's own call, with
// which the caller may have lost the right to see it.
func (c *Core) processAfter(ctx context.Context, id uuid.UUID) (*rest.Process, error) {
	var in *rest.Instance
	err := c.view(ctx, func(r store.Reader) (err error) {
		in, err = r.Instance(id)
		return orNotFound(err, "instance")
	})
	if err != nil {
		return nil, err
	}
	return c.processOf(ctx, in)
}

func (c *Core) processOf(ctx context.Context, in *rest.Instance) (*rest.Process, error) {
	var visits []rest.Visit
	err := c.view(ctx, func(r store.Reader) (err error) {
		visits, err = r.Visits(in.ID)
		return err
	})
	if err != nil {
		return nil, err
	}
	p := &rest.Process{Current: in.Step, Steps: rest.DefaultProcess, Started: in.Created, Ended: in.Archived, Version: in.Version, Signatures: in.Signatures}
	if a := c.registry.now().apps[in.App]; a != nil {
		p.Steps = a.steps
		if p.Delegation, err = c.delegation(ctx, a, in); err != nil {
			return nil, err
		}
	}
	p.Steps = slices.Clone(p.Steps)
	for _, v := range visits {
		if v.Step == rest.Archived {
			p.EndedBy = v.By
		} else {
			p.Visits = append(p.Visits, v)
		}
	}
	return p, nil
}
