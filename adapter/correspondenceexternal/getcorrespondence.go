package correspondenceexternal

import (
	"context"

	"overgang/adapter/credential"
	"overgang/soap"
)

// GetCorrespondence gets a message, and marks it as read.
type GetCorrespondence struct {
	credential.SYS
	credential.USR
	CorrespondenceID int32
	LanguageID       int32
}

// GetCorrespondenceResponse is the message in its first shape, which knows
// neither forwarding nor cases, nor that a message is archived.
type GetCorrespondenceResponse struct{ Result *Bundle }

func (s *service) getCorrespondence(ctx context.Context, call *soap.Call, req any) (any, error) {
	in := req.(*GetCorrespondence)
	b, err := s.bundle(ctx, call, in.CorrespondenceID, in.LanguageID)
	if err != nil {
		return nil, err
	}
	if b.Correspondence.CorrespondenceStatus == statusArchived {
		b.Correspondence.CorrespondenceStatus = b.beforeArchive
	}
	return &GetCorrespondenceResponse{b}, nil
}
