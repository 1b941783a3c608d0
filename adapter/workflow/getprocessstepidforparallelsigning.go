package workflow

import (
	"context"

	"overgang/adapter/credential"
	"overgang/soap"
)

// GetProcessStepIDForParallelSigning asks for the number of the step that is for
// user-controlled signing.
type GetProcessStepIDForParallelSigning struct {
	credential.SYS
	credential.USR
	ReporteeElementID int32
}

// GetProcessStepIDForParallelSigningResponse is the number that
// GetProcessDetails gives the step; 0 = the service has none.
type GetProcessStepIDForParallelSigningResponse struct{ Result int32 }

func (s *service) getProcessStepIDForParallelSigning(ctx context.Context, call *soap.Call, req any) (any, error) {
	st, err := s.find(ctx, call, req.(*GetProcessStepIDForParallelSigning).ReporteeElementID)
	if err != nil {
		return nil, err
	}
	return &GetProcessStepIDForParallelSigningResponse{Result: int32(st.parallel + 1)}, nil
}
