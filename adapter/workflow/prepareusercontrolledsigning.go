package workflow

import (
	"context"
	"strings"

	"overgang/adapter/credential"
	"overgang/rest"
	"overgang/soap"
)

// PrepareUserControlledSigning names who shall sign an element, in place of those
// who were named before.
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
	Name                      string // family name
	NumberOfSignaturesAllowed int32  // 0 as 1
	SSN                       rest.NationalID
}

func (s *service) prepareUserControlledSigning(ctx context.Context, call *soap.Call, req any) (any, error) {
	in := req.(*PrepareUserControlledSigning)
	st, err := s.find(ctx, call, in.ReporteeElementID)
	if err != nil {
		return nil, err
	}
	if st.archived() {
		return nil, errArchived
	}
	d := rest.NewDelegation{Required: int(in.UserDefinedNumberOfSignaturesRequired), Lock: in.ParallelSigningStepLocked}
	for _, u := range in.DelegatedUserBEList {
		d.Signers = append(d.Signers, rest.NewSigner{SSN: rest.NationalID(strings.TrimSpace(u.SSN.Reveal())), Name: u.Name, Allowed: int(u.NumberOfSignaturesAllowed)})
	}
	if _, err := s.core.DelegateSigning(ctx, credential.Of(call), st.in.ID, d, 0); err != nil {
		return nil, err
	}
	return &Empty{}, nil
}
