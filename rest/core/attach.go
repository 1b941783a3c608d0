package core

import (
	"context"
	"strconv"

	"overgang/rest"
	"overgang/store"
)

// Attach implements [rest.Submissions]. What is wrong with the attachment is a
// Rejected receipt with id 0 and a zero time, as for forms (see UpdateElements);
// where its type's schema finds it invalid, ValidationFailed.
func (c *Core) Attach(ctx context.Context, caller rest.Caller, number int32, n rest.NewElement) (rest.Submission, error) {
	out, err := c.attach(ctx, caller, number, n)
	if err == nil {
		c.discard(ctx, n) // unless it was stored
	}
	c.discardIfRefused(ctx, err, n)
	return out, err
}

func (c *Core) attach(ctx context.Context, caller rest.Caller, number int32, n rest.NewElement) (rest.Submission, error) {
	in, err := c.instanceFor(ctx, caller, rest.Write, func(r store.Reader) (*rest.Instance, error) { return r.InstanceByNumber(number) })
	if err != nil {
		return rest.Submission{}, err
	}
	app, err := c.mutable(caller, in)
	if err != nil {
		return rest.Submission{}, err
	}
	party, err := c.Party(ctx, rest.PartyRef{ID: in.Owner})
	if err != nil {
		return rest.Submission{}, err
	}
	s := &submission{caller: caller, app: app, party: party, sender: party, now: c.now()}
	e, wrong := c.element(app, n, caller.Name(), s.now)
	if wrong == nil {
		wrong = app.counts(append(in.Elements[:len(in.Elements):len(in.Elements)], e), false)
	}
	if wrong != nil {
		return refusedAttachment(rest.StatusRejected, wrong.text), nil
	}
	issues, err := c.validate(ctx, app, e)
	if err != nil {
		return rest.Submission{}, err
	}
	if failed(issues) {
		return refusedAttachment(rest.StatusValidationFailed, issueText(issues)), nil
	}
	return c.storeAttachment(ctx, s, in, e)
}

func refusedAttachment(status rest.ReceiptStatus, text string) rest.Submission {
	return rest.Submission{Receipt: rest.Receipt{Kind: rest.ReceiptFormTask, Status: status, Text: text}}
}

// storeAttachment writes the element and its receipt, which is found by the
// sender's reference for the attachment and by the instance's number.
func (c *Core) storeAttachment(ctx context.Context, s *submission, in *rest.Instance, e rest.Element) (rest.Submission, error) {
	var out rest.Submission
	err := c.update(ctx, func(tx store.Tx) error {
		now, err := c.again(tx, in.ID)
		if err != nil {
			return err
		}
		if _, err := c.mutable(s.caller, now); err != nil {
			return err
		}
		if err := applyUpdates(tx, s, now, []elementUpdate{{next: e}}); err != nil {
			return err
		}
		receipt := s.receipt(rest.StatusOK, textFile, nil)
		receipt.Instance = now.Number
		if e.SenderReference != "" {
			receipt.References = append(receipt.References, rest.Reference{Type: rest.RefSender, Value: e.SenderReference})
		}
		receipt.References = append(receipt.References, rest.Reference{Type: rest.RefWorkflow, Value: strconv.Itoa(int(now.Number))})
		if err := tx.CreateReceipt(&receipt); err != nil {
			return err
		}
		out = rest.Submission{Receipt: receipt, Instance: now}
		return nil
	})
	return out, err
}
