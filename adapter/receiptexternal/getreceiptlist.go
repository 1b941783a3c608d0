package receiptexternal

import (
	"context"
	"time"

	"overgang/adapter/credential"
	"overgang/adapter/receipt"
	"overgang/rest"
	"overgang/soap"
)

// GetReceiptList lists receipts of one type by the time of their last change.
type GetReceiptList struct {
	credential.SYS
	ReceiptTypeName rest.ReceiptKind
	DateFrom        time.Time
	DateTo          time.Time
}

// GetReceiptListResponse is a list of receipts in their first shape; it may be empty.
type GetReceiptListResponse struct{ Result []receipt.V1 }

func (s *service) getReceiptList(ctx context.Context, call *soap.Call, req any) (any, error) {
	in := req.(*GetReceiptList)
	filter, err := receipt.Filter(in.ReceiptTypeName, in.DateFrom, in.DateTo)
	if err != nil {
		return nil, err
	}
	found, err := s.core.Receipts(ctx, credential.Of(call), filter)
	if err != nil {
		return nil, err
	}
	return &GetReceiptListResponse{Result: receipt.AsListV1(found)}, nil
}
