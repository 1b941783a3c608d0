package core

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"time"

	"overgang/rest"
	"overgang/store"
)

// Texts of the receipts of an update.
const (
	textUpdated   = "FormTaskUpdate is received"
	textUnchanged = "FormTaskUpdate failed validation: nothing was changed"
	textHeldBack  = "Not stored: another form of the update failed validation"
)

// elementUpdate is one form of an update while it is checked.
type elementUpdate struct {
	number int32
	next   rest.Element
	issues []rest.Issue
}

// UpdateElements implements [rest.Submissions].
//
// An unknown data format, and anything else wrong with what is sent but its
// form data, is a Rejected receipt with id 0 and a zero time, which is not
// stored. Form data that fails its schema gives an OK receipt whose
// sub-receipt is ValidationFailed (contracts/README.md §6); then nothing of the
// update is stored.
func (c *Core) UpdateElements(ctx context.Context, caller rest.Caller, number int32, reference string, updates []rest.ElementUpdate) (rest.Submission, error) {
	out, err := c.updateElements(ctx, caller, number, reference, updates)
	for _, u := range updates {
		if err == nil {
			c.discard(ctx, u.Element) // unless it was stored
		}
		c.discardIfRefused(ctx, err, u.Element)
	}
	return out, err
}

func (c *Core) updateElements(ctx context.Context, caller rest.Caller, number int32, reference string, updates []rest.ElementUpdate) (rest.Submission, error) {
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
	s.sent.Reference = cleanLine(reference, maxReference)
	checked, text, err := c.checkUpdates(ctx, s, in, updates)
	if err != nil {
		return rest.Submission{}, err
	}
	if text != "" {
		return rest.Submission{Receipt: rest.Receipt{Kind: rest.ReceiptFormTask, Status: rest.StatusRejected, Text: text}}, nil
	}
	return c.storeUpdates(ctx, s, in, checked)
}

// checkUpdates checks the forms of an update. A text says why it is rejected.
func (c *Core) checkUpdates(ctx context.Context, s *submission, in *rest.Instance, updates []rest.ElementUpdate) ([]elementUpdate, string, error) {
	if len(updates) == 0 {
		return nil, "The update contains no form.", nil
	}
	out := make([]elementUpdate, 0, len(updates))
	seen := map[int32]bool{}
	for _, u := range updates {
		n := u.Element
		if u.Number != 0 {
			old := elementByNumber(in, u.Number)
			if old == nil || !old.Form || seen[u.Number] {
				return nil, fmt.Sprintf("Form %d does not belong to the instance, or occurs twice.", u.Number), nil
			}
			seen[u.Number] = true
			n.ID = old.ID
			if n.Type == "" && n.DataFormatID == "" {
				n.Type = old.Type
			}
		}
		e, f := c.element(s.app, n, s.caller.Name(), s.now)
		switch {
		case f != nil:
			return nil, f.text, nil
		case u.Number != 0 && elementByNumber(in, u.Number).Type != e.Type:
			return nil, fmt.Sprintf("Form %d has another data format.", u.Number), nil
		}
		if err := c.charset(ctx, n, &e); err != nil {
			return nil, "", err
		}
		issues, err := c.validate(ctx, s.app, e)
		if err != nil {
			return nil, "", err
		}
		out = append(out, elementUpdate{number: u.Number, next: e, issues: issues})
	}
	after := slices.Clone(in.Elements)
	for _, u := range out {
		if u.number == 0 {
			after = append(after, u.next)
		}
	}
	if f := s.app.counts(after, false); f != nil {
		return nil, f.text, nil
	}
	return out, "", nil
}

func elementByNumber(in *rest.Instance, number int32) *rest.Element {
	for i := range in.Elements {
		if in.Elements[i].Number == number {
			return &in.Elements[i]
		}
	}
	return nil
}

// storeUpdates writes all of the update, or none of it when a form failed, and
// the receipt in either case.
func (c *Core) storeUpdates(ctx context.Context, s *submission, in *rest.Instance, checked []elementUpdate) (rest.Submission, error) {
	invalid := false
	for _, u := range checked {
		invalid = invalid || failed(u.issues)
	}
	var out rest.Submission
	err := c.update(ctx, func(tx store.Tx) error {
		now, err := c.again(tx, in.ID)
		if err != nil {
			return err
		}
		if _, err := c.mutable(s.caller, now); err != nil {
			return err
		}
		receipt := s.receipt(rest.StatusOK, textUpdated, nil)
		receipt.Instance = now.Number
		receipt.References = append(receipt.References, rest.Reference{Type: rest.RefWorkflow, Value: strconv.Itoa(int(now.Number))})
		for _, u := range checked {
			sub := elementReceipt(u.next, u.issues, s)
			if invalid && !failed(u.issues) {
				sub.Status, sub.Text = rest.StatusRejected, textHeldBack
			}
			receipt.Sub = append(receipt.Sub, sub)
		}
		if invalid {
			receipt.Text = textUnchanged
		} else if err := applyUpdates(tx, s, now, checked); err != nil {
			return err
		}
		if err := tx.CreateReceipt(&receipt); err != nil {
			return err
		}
		out = rest.Submission{Receipt: receipt, Instance: now}
		return nil
	})
	return out, err
}

func applyUpdates(tx store.Tx, s *submission, in *rest.Instance, checked []elementUpdate) error {
	by := s.caller.Name()
	for _, u := range checked {
		next := u.next
		if u.number == 0 {
			if err := tx.AddElement(in.ID, &next); err != nil {
				return err
			}
			in.Elements = append(in.Elements, next)
			in.Confirmed = time.Time{}
			if err := addEvent(tx, in, rest.EventElementCreated, next.ID, by, s.now); err != nil {
				return err
			}
			continue
		}
		old := elementByNumber(in, u.number)
		if old == nil {
			return notFound("element")
		}
		if next.FileName == "" {
			next.FileName = old.FileName
		}
		if err := replace(tx, in, old, &next, by, s.now); err != nil {
			return err
		}
	}
	if f := s.app.counts(in.Elements, false); f != nil {
		return f.error()
	}
	return touch(tx, in, by, s.now)
}

// Backlog implements [rest.Submissions].
func (c *Core) Backlog(context.Context) (time.Duration, error) {
	_, latency := c.cfg.Store.Backlog()
	return latency, nil
}
