package receiptexternal

import (
	"context"

	"overgang/adapter/credential"
	"overgang/adapter/receipt"
	"overgang/soap"
)

// UpdateReceipt sets a receipt's status and text; the old text moves to the
// history.
type UpdateReceipt struct {
	credential.SYS
	Receipt *receipt.SaveV2
}

// UpdateReceiptResponse is the receipt after the change.
type UpdateReceiptResponse struct{ Result *receipt.V2 }

func (s *service) updateReceipt(ctx context.Context, call *soap.Call, req any) (any, error) {
	change, err := req.(*UpdateReceipt).Receipt.Change()
	if err != nil {
		return nil, err
	}
	changed, err := s.core.ChangeReceipt(ctx, credential.Of(call), change)
	if err != nil {
		return nil, receipt.None(err)
	}
	return &UpdateReceiptResponse{Result: receipt.AsV2(changed)}, nil
}
