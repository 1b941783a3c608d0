package receiptexternal

import (
	"context"

	"overgang/adapter/credential"
	"overgang/adapter/receipt"
	"overgang/soap"
)

// GetReceipt finds a receipt by id or by a reference. Old clients poll it for
// the ArchiveReference.
type GetReceipt struct {
	credential.SYS
	Receipt *receipt.SearchV1
}

// GetReceiptResponse is the receipt in its first shape.
type GetReceiptResponse struct{ Result *receipt.V1 }

func (s *service) getReceipt(ctx context.Context, call *soap.Call, req any) (any, error) {
	search, err := req.(*GetReceipt).Receipt.Search()
	if err != nil {
		return nil, err
	}
	found, err := s.core.Receipt(ctx, credential.Of(call), search)
	if err != nil {
		return nil, receipt.None(err)
	}
	return &GetReceiptResponse{Result: receipt.AsV1(found)}, nil
}
