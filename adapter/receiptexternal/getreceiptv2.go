package receiptexternal

import (
	"context"

	"overgang/adapter/credential"
	"overgang/adapter/receipt"
	"overgang/soap"
)

// GetReceiptV2 finds a receipt by id or by a reference.
type GetReceiptV2 struct {
	credential.SYS
	Receipt *receipt.SearchV2
}

// GetReceiptV2Response is the receipt in its second shape.
type GetReceiptV2Response struct{ Result *receipt.V2 }

func (s *service) getReceiptV2(ctx context.Context, call *soap.Call, req any) (any, error) {
	search, err := req.(*GetReceiptV2).Receipt.Search()
	if err != nil {
		return nil, err
	}
	found, err := s.core.Receipt(ctx, credential.Of(call), search)
	if err != nil {
		return nil, receipt.None(err)
	}
	return &GetReceiptV2Response{Result: receipt.AsV2(found)}, nil
}
