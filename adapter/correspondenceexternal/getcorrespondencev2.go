package correspondenceexternal

import (
	"cmp"
	"context"

	"overgang/adapter/credential"
	"overgang/soap"
)

// GetCorrespondenceV2 gets a message, and marks it as read.
type GetCorrespondenceV2 struct {
	credential.SYS
	credential.USR
	CorrespondenceID  int32 // Basic and WS
	ReporteeElementID int32 // EC2
	LanguageID        int32
}

// GetCorrespondenceV2Response is the message in its second shape.
type GetCorrespondenceV2Response struct{ Result *Bundle }

func (s *service) getCorrespondenceV2(ctx context.Context, call *soap.Call, req any) (any, error) {
	in := req.(*GetCorrespondenceV2)
	b, err := s.bundle(ctx, call, cmp.Or(in.CorrespondenceID, in.ReporteeElementID), in.LanguageID)
	if err != nil {
		return nil, err
	}
	return &GetCorrespondenceV2Response{b}, nil
}
