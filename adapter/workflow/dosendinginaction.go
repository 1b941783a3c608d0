package workflow

import (
	"context"

	"overgang/adapter/credential"
	"overgang/rest"
	"overgang/soap"
)

// DoSendingInAction sends in an element that is filled in and needs no signature.
type DoSendingInAction struct {
	credential.SYS
	credential.USR
	ReporteeElementID int32
}

func (s *service) doSendingInAction(ctx context.Context, call *soap.Call, req any) (any, error) {
	number := req.(*DoSendingInAction).ReporteeElementID
	st, err := s.find(ctx, call, number)
	switch {
	case err != nil:
		return nil, err
	case st.archived():
		return nil, errArchived
	case st.step().Kind == rest.Fill:
		return nil, rest.Errorf(rest.Conflict, CodeNotCompleted, "The element's forms are not completed")
	case st.step().Kind == rest.Signing:
		return nil, rest.Errorf(rest.Conflict, "signature-needed", "The element waits for a signature")
	}
	if _, err := s.core.Complete(ctx, credential.Of(call), number, nil); err != nil {
		return nil, err
	}
	return &Empty{}, nil
}
