package workflow

import (
	"context"
	"maps"
	"slices"

	"overgang/adapter/credential"
	"overgang/rest"
	"overgang/soap"
)

// SetBackToFormFilling takes an element back to where it can be changed.
type SetBackToFormFilling struct {
	credential.SYS
	credential.USR
	ReporteeElementID int32
}

func (s *service) setBackToFormFilling(ctx context.Context, call *soap.Call, req any) (any, error) {
	st, err := s.find(ctx, call, req.(*SetBackToFormFilling).ReporteeElementID)
	switch {
	case err != nil:
		return nil, err
	case st.archived():
		return nil, errArchived
	case st.step().Kind == rest.Fill:
		return &Empty{}, nil // it is there
	}
	action, ok := st.wayBack()
	if !ok {
		return nil, rest.Errorf(rest.Conflict, "no-way-back", "The service's process has no way back to form filling from here")
	}
	if _, err := s.core.NextStep(ctx, credential.Of(call), st.in.ID, action, 0); err != nil {
		return nil, err
	}
	return &Empty{}, nil
}

// wayBack is the current step's action that leads to form filling.
func (st *standing) wayBack() (action string, ok bool) {
	for _, action := range slices.Sorted(maps.Keys(st.step().Back)) {
		to := st.step().Back[action]
		if slices.ContainsFunc(st.steps, func(s rest.Step) bool { return s.ID == to && s.Kind == rest.Fill }) {
			return action, true
		}
	}
	return "", false
}
