package workflow

import (
	"context"

	"overgang/adapter/credential"
	"overgang/soap"
)

// GetNextWorkflowStateTypeInProcessFlowV2 asks what comes after the current step.
type GetNextWorkflowStateTypeInProcessFlowV2 struct {
	credential.SYS
	ReporteeElementID int32
}

func (s *service) getNextWorkflowStateTypeInProcessFlowV2(ctx context.Context, call *soap.Call, req any) (any, error) {
	st, err := s.find(ctx, call, req.(*GetNextWorkflowStateTypeInProcessFlowV2).ReporteeElementID)
	if err != nil {
		return nil, err
	}
	return &ActionResponse{Result: st.actionAt(st.at + 1)}, nil
}
