package receiptexternal

import (
	"context"

	"overgang/adapter/credential"
	"overgang/adapter/receipt"
	"overgang/soap"
)

// SaveReceipt sets a receipt's status and text: the first version of
// UpdateReceipt.
type SaveReceipt struct {
	credential.SYS
	Receipt *receipt.SaveV1
}

// SaveReceiptResponse is the receipt after the change.
type SaveReceiptResponse struct{ Result *receipt.V1 }

func (s *service) saveReceipt(ctx context.Context, call *soap.Call, req any) (any, error) {
	change, err := req.(*SaveReceipt).Receipt.Change()
	if err != nil {
		return nil, err
	}
	changed, err := s.core.ChangeReceipt(ctx, credential.Of(call), change)
	if err != nil {
		return nil, receipt.None(err)
	}
	return &SaveReceiptResponse{Result: receipt.AsV1(changed)}, nil
}
