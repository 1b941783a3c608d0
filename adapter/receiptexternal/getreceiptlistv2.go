package receiptexternal

import (
	"context"
	"time"

	"overgang/adapter/credential"
	"overgang/adapter/receipt"
	"overgang/rest"
	"overgang/soap"
)

// GetReceiptListV2 lists receipts of one type by the time of their last change.
type GetReceiptListV2 struct {
	credential.SYS
	ReceiptTypeName rest.ReceiptKind
	DateFrom        time.Time
	DateTo          time.Time
}

// GetReceiptListV2Response is a list of receipts in their second shape; it may be empty.
type GetReceiptListV2Response struct{ Result []receipt.V2 }

func (s *service) getReceiptListV2(ctx context.Context, call *soap.Call, req any) (any, error) {
	in := req.(*GetReceiptListV2)
	filter, err := receipt.Filter(in.ReceiptTypeName, in.DateFrom, in.DateTo)
	if err != nil {
		return nil, err
	}
	found, err := s.core.Receipts(ctx, credential.Of(call), filter)
	if err != nil {
		return nil, err
	}
	return &GetReceiptListV2Response{Result: receipt.AsListV2(found)}, nil
}
