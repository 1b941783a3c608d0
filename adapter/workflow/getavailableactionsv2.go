package workflow

import (
	"context"
	"slices"

	"overgang/adapter/credential"
	"overgang/rest"
	"overgang/soap"
)

// GetAvailableActionsV2 asks what the caller can do with an element now.
type GetAvailableActionsV2 struct {
	credential.SYS
	credential.USR
	ReporteeElementID int32
}

// ActionResponse is one action.
type ActionResponse struct{ Result Action }

func (s *service) getAvailableActionsV2(ctx context.Context, call *soap.Call, req any) (any, error) {
	st, err := s.find(ctx, call, req.(*GetAvailableActionsV2).ReporteeElementID)
	if err != nil {
		return nil, err
	}
	may, err := s.may(ctx, credential.Of(call), st)
	if err != nil {
		return nil, err
	}
	if !may {
		return &ActionResponse{Result: NoAction}, nil
	}
	return &ActionResponse{Result: st.actionAt(st.at)}, nil
}

// may says whether the caller has the role and the right that the current step
// takes, or is one of those who are named there; nobody may anything in the
// archive.
func (s *service) may(ctx context.Context, c rest.Caller, st *standing) (bool, error) {
	if st.archived() {
		return false, nil
	}
	step := st.step()
	if len(step.Roles) > 0 && !slices.ContainsFunc(step.Roles, c.Has) {
		return false, nil
	}
	switch {
	case step.Parallel && st.named == nil:
		return s.core.Allowed(ctx, c, st.in.Owner, st.app, rest.Write)
	case step.Parallel:
		return st.named.Left(st.in.Signatures, c.Person) > 0, nil
	case step.Kind == rest.Signing && signedBy(st.in, c):
		return false, nil
	}
	return s.core.Allowed(ctx, c, st.in.Owner, st.app, step.Needs())
}
