package correspondenceexternal

import (
	"cmp"
	"context"

	"overgang/adapter/credential"
	"overgang/adapter/receipt"
	"overgang/soap"
)

// ArchiveCorrespondence archives a message. One that must be confirmed is
// confirmed first.
type ArchiveCorrespondence struct {
	credential.SYS
	credential.USR
	CorrespondenceID  int32 // Basic and WS
	ReporteeElementID int32 // EC2
}

// ArchiveCorrespondenceResponse is the receipt, which has the archive reference.
type ArchiveCorrespondenceResponse struct{ Result *receipt.V1 }

func (s *service) archiveCorrespondence(ctx context.Context, call *soap.Call, req any) (any, error) {
	in := req.(*ArchiveCorrespondence)
	m, err := s.find(ctx, call, cmp.Or(in.CorrespondenceID, in.ReporteeElementID))
	if err != nil {
		return nil, err
	}
	_, r, err := s.core.ArchiveCorrespondence(ctx, credential.Of(call), m.ID, 0)
	if err != nil {
		return nil, err
	}
	return &ArchiveCorrespondenceResponse{receipt.AsV1(r)}, nil
}
