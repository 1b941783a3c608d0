package correspondenceexternal

import (
	"context"

	"overgang/adapter/credential"
	"overgang/soap"
)

// DeleteCorrespondence deletes a message. One that must be confirmed is
// confirmed first.
type DeleteCorrespondence struct {
	credential.SYS
	credential.USR
	ReporteeElementID int32
}

// DeleteCorrespondenceResponse is empty.
type DeleteCorrespondenceResponse struct{}

func (s *service) deleteCorrespondence(ctx context.Context, call *soap.Call, req any) (any, error) {
	m, err := s.find(ctx, call, req.(*DeleteCorrespondence).ReporteeElementID)
	if err != nil {
		return nil, err
	}
	if _, err := s.core.DeleteCorrespondence(ctx, credential.Of(call), m.ID, 0); err != nil {
		return nil, err
	}
	return &DeleteCorrespondenceResponse{}, nil
}
