package workflow

import (
	"context"

	"overgang/adapter/credential"
	"overgang/rest"
	"overgang/soap"
)

// PrepareUserControlledSigning names who shall sign an element.
type PrepareUserControlledSigning struct {
	credential.SYS
	credential.USR
	ReporteeElementID                     int32
	DelegatedUserBEList                   []DelegatedUser
	ParallelSigningStepLocked             bool
	UserDefinedNumberOfSignaturesRequired int32
}

// DelegatedUser is DelegatedUserBE.
type DelegatedUser struct {
	Name                      string
	NumberOfSignaturesAllowed int32
	SSN                       rest.NationalID
}

// prepareUserControlledSigning refuses: processes have no step for it yet, and a
// signer who is not asked would not be missed.
func (s *service) prepareUserControlledSigning(ctx context.Context, call *soap.Call, req any) (any, error) {
	if _, err := s.find(ctx, call, req.(*PrepareUserControlledSigning).ReporteeElementID); err != nil {
		return nil, err
	}
	return nil, rest.Errorf(rest.Unsupported, "not-supported", "User-controlled signing is not supported by this gateway; nothing was changed")
}
