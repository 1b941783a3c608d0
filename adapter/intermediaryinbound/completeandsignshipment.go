package intermediaryinbound

import (
	"context"

	"overgang/adapter/receipt"
	"overgang/rest"
	"overgang/soap"
)

// CompleteAndSignShipment completes, signs and sends in an active form set.
type CompleteAndSignShipment struct {
	SystemUserName    string
	SystemPassword    rest.Secret
	UserSSN           rest.NationalID
	UserPassword      rest.Secret
	UserPinCode       rest.Secret
	AuthMethod        string
	ReporteeElementId int32
	Signatures        *Signatures
	LanguageId        int32 // read and unused: receipts are in one language
}

// CompleteAndSignShipmentResponse is the receipt.
type CompleteAndSignShipmentResponse struct{ Result *receipt.Shipment }

func (s *service) beginComplete(ctx context.Context, call *soap.Call, req any) error {
	in := req.(*CompleteAndSignShipment)
	_, err := s.begin(ctx, call, in.SystemUserName, in.SystemPassword, rest.PersonLogin{
		SSN: in.UserSSN, Password: in.UserPassword, Code: in.UserPinCode, Method: rest.CodeMethod(in.AuthMethod),
	})
	return err
}

func (s *service) completeAndSignShipment(ctx context.Context, call *soap.Call, req any) (any, error) {
	in, c := req.(*CompleteAndSignShipment), sessionOf(call).Caller
	out, err := s.core.Complete(ctx, c, in.ReporteeElementId, in.Signatures.signatures(c))
	if err != nil {
		return nil, err
	}
	return &CompleteAndSignShipmentResponse{Result: receipt.AsShipment(&out.Receipt)}, nil
}
