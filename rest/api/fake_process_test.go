package api_test

import (
	"context"
	"slices"

	"github.com/google/uuid"

	"overgang/rest"
)

func (f *fake) stands(i *rest.Instance) *rest.Process {
	return &rest.Process{Current: i.Step, Steps: f.apps[0].Steps(), Started: i.Created, Ended: i.Archived, Version: i.Version,
		Visits: []rest.Visit{{Step: "FormFilling", Entered: i.Created, Left: i.Archived, By: i.CreatedBy}}}
}

func (f *fake) StartProcess(_ context.Context, c rest.Caller, id uuid.UUID) (*rest.Process, error) {
	unlock, err := f.lock("StartProcess")
	defer unlock()
	if err != nil {
		return nil, err
	}
	i, err := f.find(c, id)
	if err != nil {
		return nil, err
	}
	if i.Step != "FormFilling" {
		return nil, rest.Errorf(rest.Conflict, "process-started", "It has been started.")
	}
	return f.stands(i), nil
}

func (f *fake) NextStep(_ context.Context, c rest.Caller, id uuid.UUID, action string, match int64) (*rest.Process, error) {
	unlock, err := f.lock("NextStep")
	defer unlock()
	if err != nil {
		return nil, err
	}
	i, err := f.find(c, id)
	if err != nil {
		return nil, err
	}
	steps := f.apps[0].Steps()
	at := slices.IndexFunc(steps, func(s rest.Step) bool { return s.ID == i.Step })
	switch {
	case !i.Archived.IsZero():
		return nil, rest.Errorf(rest.Locked, "archived", "The instance is archived.")
	case match != 0 && match != i.Version:
		return nil, errFakeVersion
	case action != "" && action != steps[at].Forward():
		return nil, rest.Errorf(rest.Invalid, "action-unknown", "Not here.")
	}
	i.Version++
	if at+1 == len(steps) {
		i.Step, i.Archived = rest.Archived, f.now()
	} else {
		i.Step = steps[at+1].ID
	}
	return f.stands(i), nil
}

// DelegateSigning and the others do nothing: the examples play them over the core.
func (f *fake) DelegateSigning(context.Context, rest.Caller, uuid.UUID, rest.NewDelegation, int64) (*rest.Process, error) {
	return nil, rest.Errorf(rest.Conflict, "signing-no-step", "Not here.")
}

func (f *fake) ToSign(context.Context, rest.Caller, int32, int) ([]rest.Instance, bool, error) {
	return nil, false, nil
}

func (f *fake) SignStep(ctx context.Context, c rest.Caller, id uuid.UUID, _ rest.Signature, match int64) (*rest.Process, error) {
	return f.NextStep(ctx, c, id, rest.ActionSign, match)
}

func (f *fake) ValidateInstance(_ context.Context, c rest.Caller, id uuid.UUID) ([]rest.Issue, error) {
	unlock, err := f.lock("ValidateInstance")
	defer unlock()
	if err != nil {
		return nil, err
	}
	_, err = f.find(c, id)
	return nil, err
}

func (f *fake) ValidateElement(_ context.Context, c rest.Caller, id, element uuid.UUID) ([]rest.Issue, error) {
	unlock, err := f.lock("ValidateElement")
	defer unlock()
	if err != nil {
		return nil, err
	}
	_, err = f.find(c, id)
	return nil, err
}
