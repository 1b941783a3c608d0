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

// GetProcessStepIDForParallelSigningResponse is 0 for none: processes have no
// such step yet.
type GetProcessStepIDForParallelSigningResponse struct{ Result int32 }

func (s *service) getProcessStepIDForParallelSigning(ctx context.Context, call *soap.Call, req any) (any, error) {
	if _, err := s.find(ctx, call, req.(*GetProcessStepIDForParallelSigning).ReporteeElementID); err != nil {
		return nil, err
	}
	return &GetProcessStepIDForParallelSigningResponse{}, nil
}
