package core

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"overgang/rest"
	"overgang/store"
)

// Bounds of what changes may add to a receipt.
const (
	maxHistory    = 32 << 10 // bytes; the oldest lines go first
	maxReferences = 50
)

// amend replaces a receipt's text; the old one moves to the top of the history,
// as documented for UpdateReceipt.
func amend(r *rest.Receipt, text string, now time.Time) {
	line := r.Changed.UTC().Format(time.RFC3339) + " " + r.Text
	if r.History != "" {
		line += "\n" + r.History
	}
	for len(line) > maxHistory {
		newer := strings.LastIndexByte(line, '\n')
		if newer < 0 {
			newer = len(clip(line, maxHistory))
		}
		line = line[:newer]
	}
	r.History, r.Text, r.Changed = line, clip(text, maxText), now
}

// ChangeReceipt implements [rest.Receipts].
func (c *Core) ChangeReceipt(ctx context.Context, caller rest.Caller, ch rest.ReceiptChange) (*rest.Receipt, error) {
	if err := needScope(caller, rest.ScopeWrite); err != nil {
		return nil, err
	}
	if (ch.ID == 0) == (ch.Archive == "") {
		return nil, rest.Errorf(rest.Invalid, "receipt-identity", "Give either the receipt's id or its archive reference, not both.")
	}
	id, err := c.changeable(ctx, caller, ch)
	if err != nil {
		return nil, err
	}
	var out *rest.Receipt
	err = c.update(ctx, func(tx store.Tx) error {
		r, err := tx.Receipt(id)
		if err != nil {
			return err
		}
		now := c.now()
		if err := changeReceipt(r, ch, caller, now); err != nil {
			return err
		}
		for _, sub := range ch.Sub {
			target := subReceipt(r, sub)
			if target == nil {
				return rest.Errorf(rest.NotFound, "receipt-unknown", "There is no such sub-receipt.")
			}
			if err := changeReceipt(target, sub, caller, now); err != nil {
				return err
			}
		}
		out = r
		return tx.UpdateReceipt(r)
	})
	return out, err
}

// changeable finds the receipt that a change is about, if the caller may
// change it.
func (c *Core) changeable(ctx context.Context, caller rest.Caller, ch rest.ReceiptChange) (int32, error) {
	search := rest.ReceiptSearch{ID: ch.ID}
	if ch.ID == 0 {
		search.References = []rest.Reference{{Type: rest.RefArchive, Value: ch.Archive}}
	}
	found, err := c.findReceipts(ctx, search)
	if err != nil {
		return 0, err
	}
	r, err := c.firstReceipt(ctx, caller, found, rest.Write)
	if err != nil {
		return 0, err
	}
	return r.ID, nil
}

func changeReceipt(r *rest.Receipt, ch rest.ReceiptChange, caller rest.Caller, now time.Time) error {
	switch ch.Status {
	case "", rest.StatusNotSet:
	case rest.StatusOK, rest.StatusUnexpected, rest.StatusValidationFailed, rest.StatusRejected:
		r.Status = ch.Status
	default:
		return rest.Errorf(rest.Invalid, "status", "The receipt's status is unknown.")
	}
	for _, ref := range ch.References {
		if err := addReference(r, ref); err != nil {
			return err
		}
	}
	text := fmt.Sprintf("Receipt updated by EndUserSystem: %s. %s", systemNumber(caller), cleanLine(ch.Text, maxText))
	amend(r, strings.TrimSpace(text), now)
	return nil
}

// systemNumber is how a receipt's text names the system that changed it.
func systemNumber(c rest.Caller) string {
	if c.System > 0 {
		return fmt.Sprint(int32(c.System))
	}
	return c.Name()
}

// ownReferences are made by the core only: nobody may pass a receipt off as
// another instance's or party's.
var ownReferences = []rest.ReferenceType{rest.RefOwnerParty, rest.RefParty, rest.RefWorkflow, rest.RefArchive}

func addReference(r *rest.Receipt, ref rest.Reference) error {
	ref.Value = cleanLine(ref.Value, maxReference)
	if slices.Contains(r.References, ref) {
		return nil
	}
	switch {
	case ref.Type == "" || ref.Type == "NotSet" || ref.Value == "":
		return rest.Errorf(rest.Invalid, "reference", "A reference needs a type and a value.")
	case slices.Contains(ownReferences, ref.Type):
		return rest.Errorf(rest.Invalid, "reference", "A reference of type %s cannot be added.", ref.Type)
	case len(r.References) >= maxReferences:
		return rest.Errorf(rest.Invalid, "reference", "A receipt has %d references at most.", maxReferences)
	}
	r.References = append(r.References, ref)
	return nil
}

// subReceipt finds a sub-receipt by id, or by a sender's reference.
func subReceipt(r *rest.Receipt, ch rest.ReceiptChange) *rest.Receipt {
	for i := range r.Sub {
		sub := &r.Sub[i]
		if ch.ID != 0 {
			if sub.ID == ch.ID {
				return sub
			}
			continue
		}
		for _, ref := range ch.References {
			if ref.Type == rest.RefSender && slices.Contains(sub.References, ref) {
				return sub
			}
		}
	}
	return nil
}

// tellReceipt changes the text of the instance's receipt, where it has one.
func tellReceipt(tx store.Tx, in *rest.Instance, text string, now time.Time) error {
	if in.Receipt == 0 {
		return nil
	}
	r, err := tx.Receipt(in.Receipt)
	if errors.Is(err, store.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	amend(r, text, now)
	return tx.UpdateReceipt(r)
}
