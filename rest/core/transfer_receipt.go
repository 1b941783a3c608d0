package core

import (
	"context"
	"errors"
	"fmt"
	"time"

	"overgang/rest"
	"overgang/store"
)

// Texts of receipts. Those of an uploaded and of a downloaded file are the old
// service's, as its documentation has them.
const (
	textInitiated   = "The file transfer is initiated. Its file is to be uploaded."
	textProcessing  = "The file was uploaded. It is held back until it is found to be clean."
	textAvailable   = "A file has been made available for download."
	textDownloaded  = "File has been downloaded by the recipient."
	textConfirmed   = "The recipient has confirmed that the file was downloaded."
	textAllDone     = "All recipients have confirmed that the file was downloaded."
	textCancelled   = "The file transfer was cancelled by its sender."
	textNeverCame   = "The file was not uploaded in time."
	textExpired     = "The file has expired."
	textExpiredHere = "The file has expired. The recipient had not confirmed that it was downloaded."
	textNotScanned  = "The file could not be scanned in time."
	textPurged      = "The file was removed after all recipients had confirmed it."
)

func textUploaded(fileName string) string {
	return fmt.Sprintf("Upload of file %s was successful. Recipients can now download the file.", fileName)
}

func textInfected(finding string) string {
	if finding == "" {
		return "The uploaded file was stopped by the virus check."
	}
	return fmt.Sprintf("The uploaded file was stopped by the virus check: %s", finding)
}

// newTransferReceipt is the sender's receipt with one for each recipient below it.
func newTransferReceipt(t *rest.Transfer, sender rest.Party, recipients []rest.Party, now time.Time) *rest.Receipt {
	references := func(more ...rest.Reference) []rest.Reference {
		if t.Reference != "" {
			more = append([]rest.Reference{{Type: rest.RefSender, Value: t.Reference}}, more...)
		}
		return more
	}
	r := &rest.Receipt{Kind: rest.ReceiptBroker, Status: rest.StatusOK, Text: textInitiated, Changed: now, Sender: t.System, Party: t.Sender,
		References: references(rest.Reference{Type: rest.RefOwnerParty, Value: sender.Number()})}
	for _, p := range recipients {
		r.Sub = append(r.Sub, rest.Receipt{Kind: rest.ReceiptBroker, Status: rest.StatusOK, Text: textInitiated, Changed: now, Party: p.ID,
			References: references(rest.Reference{Type: rest.RefParty, Value: p.Number()})})
	}
	return r
}

// load reads the transfer's receipt; without one nothing is told.
func (l *transferLog) load() error {
	if l.receipt != nil || l.t.Receipt == 0 {
		return nil
	}
	r, err := l.tx.Receipt(l.t.Receipt)
	if errors.Is(err, store.ErrNotFound) {
		return nil
	}
	l.receipt = r
	return err
}

// tell changes the sender's receipt. An empty status leaves it as it is.
func (l *transferLog) tell(status rest.ReceiptStatus, text string) error {
	if err := l.load(); err != nil || l.receipt == nil {
		return err
	}
	amendWith(l.receipt, status, text, l.now)
	return nil
}

// tellRecipients changes the receipts of those recipients that which is true of.
func (l *transferLog) tellRecipients(status rest.ReceiptStatus, text string, which func(*rest.Recipient) bool) error {
	if err := l.load(); err != nil || l.receipt == nil {
		return err
	}
	for i := range l.t.Recipients {
		r := &l.t.Recipients[i]
		if !which(r) {
			continue
		}
		for k := range l.receipt.Sub {
			if sub := &l.receipt.Sub[k]; sub.ID == r.Receipt {
				amendWith(sub, status, text, l.now)
			}
		}
	}
	return nil
}

func amendWith(r *rest.Receipt, status rest.ReceiptStatus, text string, now time.Time) {
	if status != "" {
		r.Status = status
	}
	amend(r, text, now)
}

func everybody(*rest.Recipient) bool { return true }

func notConfirmed(r *rest.Recipient) bool { return r.State != rest.RecipientConfirmed }

// concerning is what a receipt shows to a caller who wants to use a right on it:
// the whole; of a file transfer's, to a recipient, its own below it; or nil.
func (c *Core) concerning(ctx context.Context, caller rest.Caller, r *rest.Receipt, right rest.Right) (*rest.Receipt, error) {
	if sentBy(caller, r) {
		return r, nil
	}
	t, err := c.receiptTarget(ctx, r)
	if err != nil {
		return nil, err
	}
	snap := c.registry.now()
	if ok, err := c.allowed(ctx, snap, caller, t, right); ok || err != nil {
		return r, failure(err)
	}
	if r.Kind != rest.ReceiptBroker {
		return nil, nil
	}
	for i := range r.Sub {
		t.party = r.Sub[i].Party
		if ok, err := c.allowed(ctx, snap, caller, t, right); ok || err != nil {
			return &r.Sub[i], failure(err)
		}
	}
	return nil, nil
}

// transferService is the service of the transfer that a receipt belongs to.
func (c *Core) transferService(ctx context.Context, r *rest.Receipt) (rest.ServiceRef, error) {
	top := r.ID
	if r.Parent != 0 {
		top = r.Parent
	}
	var t *rest.Transfer
	err := c.cfg.Store.View(ctx, func(tx store.Reader) (err error) {
		t, err = tx.TransferOfReceipt(top)
		return err
	})
	switch {
	case errors.Is(err, store.ErrNotFound):
		return rest.ServiceRef{}, nil
	case err != nil:
		return rest.ServiceRef{}, failure(err)
	}
	return t.Service, nil
}
