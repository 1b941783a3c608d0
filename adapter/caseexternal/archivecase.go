package caseexternal

import (
	"context"

	"overgang/adapter/credential"
	"overgang/rest"
	"overgang/soap"
)

// ArchiveCase ends a case.
type ArchiveCase struct {
	credential.SYS
	credential.USR
	CaseID       int32
	ForceArchive bool // take out instances that are not archived
}

// ArchiveCaseResponse is the archived case's number, which is the case's.
type ArchiveCaseResponse struct{ Result int32 }

func (s *service) archiveCase(ctx context.Context, call *soap.Call, req any) (any, error) {
	in := req.(*ArchiveCase)
	archived, err := s.core.ArchiveCase(ctx, credential.Of(call), in.CaseID, in.ForceArchive)
	if err != nil {
		return nil, coded(err, rest.NotFound, CodeInvalid)
	}
	return &ArchiveCaseResponse{Result: archived.Number}, nil
}
