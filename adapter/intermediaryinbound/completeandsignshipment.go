package intermediaryinbound

import (
	"context"
	"slices"

	"overgang/adapter/credential"
	"overgang/adapter/receipt"
	"overgang/soap"
	"overgang/wsdl"
)

// CompleteAndSignShipment completes, signs and sends in an active form set.
type CompleteAndSignShipment struct {
	credential.SYS
	credential.USR
	ReporteeElementId int32
	Signatures        []Signature
	Signature         []Signature // what EC2 calls them
	LanguageId        int32       // read and unused: receipts are in one language
}

// CompleteAndSignShipmentResponse is the receipt: in EC2 the one of a
// DataContract, elsewhere the one of SubmitFormTask.
type CompleteAndSignShipmentResponse struct{ Result *receipt.V1 }

func (s *service) completeAndSignShipment(ctx context.Context, call *soap.Call, req any) (any, error) {
	in, c := req.(*CompleteAndSignShipment), credential.Of(call)
	out, err := s.core.Complete(ctx, c, in.ReporteeElementId, signatures(slices.Concat(in.Signatures, in.Signature), c))
	if err != nil {
		return nil, err
	}
	if call.Endpoint.Flavour == wsdl.EC2 {
		return &CompleteAndSignShipmentResponse{Result: receipt.AsV1(&out.Receipt)}, nil
	}
	return &CompleteAndSignShipmentResponse{Result: receipt.AsShipment(&out.Receipt)}, nil
}
