package correspondenceexternal

import (
	"context"

	"overgang/adapter/credential"
	"overgang/soap"
)

// SaveConfirmation confirms a message. To have been confirmed already is no error.
type SaveConfirmation struct {
	credential.SYS
	credential.USR
	ReporteeElementID int32
}

// SaveConfirmationResponse is empty.
type SaveConfirmationResponse struct{}

func (s *service) saveConfirmation(ctx context.Context, call *soap.Call, req any) (any, error) {
	m, err := s.find(ctx, call, req.(*SaveConfirmation).ReporteeElementID)
	if err != nil {
		return nil, err
	}
	if _, err := s.core.ConfirmCorrespondence(ctx, credential.Of(call), m.ID, 0); err != nil {
		return nil, err
	}
	return &SaveConfirmationResponse{}, nil
}
