package correspondenceexternal

import (
	"context"

	"overgang/adapter/credential"
	"overgang/rest"
	"overgang/soap"
)

// DeleteCorrespondence deletes an active message, as documented: the archive has
// DeleteReporteeElement. One that must be confirmed is confirmed first.
type DeleteCorrespondence struct {
	credential.SYS
	credential.USR
	ReporteeElementID int32
}

// DeleteCorrespondenceResponse is empty.
type DeleteCorrespondenceResponse struct{}

var errArchived = rest.Errorf(rest.NotFound, "correspondence-unknown", "There is no such active message.")

func (s *service) deleteCorrespondence(ctx context.Context, call *soap.Call, req any) (any, error) {
	m, err := s.find(ctx, call, req.(*DeleteCorrespondence).ReporteeElementID)
	if err != nil {
		return nil, err
	}
	if m.Archived.Done() {
		return nil, errArchived
	}
	if _, err := s.core.DeleteCorrespondence(ctx, credential.Of(call), m.ID, 0); err != nil {
		return nil, err
	}
	return &DeleteCorrespondenceResponse{}, nil
}
