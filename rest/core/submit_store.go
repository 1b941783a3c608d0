package core

import (
	"context"
	"errors"
	"fmt"
	"strconv"

	"github.com/google/uuid"

	"overgang/rest"
	"overgang/store"
)

// Texts of receipts. The first is the old service's, word for word
// (contracts/README.md §6).
const (
	textAccepted = "FormTaskShipment Data is sent to FormTask for Instantiating"
	textForm     = "Form is received"
	textFile     = "Attachment is received"
	textFindings = "Received with findings: "
	textInvalid  = "Validation failed: "
)

func unknownService(s rest.NewSubmission) string {
	if s.Instance.App == (rest.AppID{}) {
		return fmt.Sprintf("Unknown service %.40q, edition %d.", s.Service.Code, s.Service.Edition)
	}
	return fmt.Sprintf("Unknown service %.80q.", s.Instance.App.String())
}

// accept stores the submission in one transaction. A sender's reference that
// is taken yields what was stored under it.
func (c *Core) accept(ctx context.Context, s *submission) (rest.Submission, error) {
	template := c.instance(s)
	barred, err := c.barred(ctx, s.caller, s.app, s.party.ID)
	if err != nil {
		return rest.Submission{}, err
	}
	way := progress{steps: s.app.steps, barred: barred, completed: s.sent.Completed, signed: s.signature != nil, named: s.named != nil, lacks: !s.signed.enough}
	way.run()
	way.apply(&template, s.now)
	var out rest.Submission
	err = c.cfg.Store.Update(ctx, func(tx store.Tx) error {
		in := template
		in.Elements = append([]rest.Element(nil), template.Elements...)
		if err := tx.CreateInstance(&in); err != nil {
			return err
		}
		if s.sent.Case != 0 {
			if err := intoCase(tx, s.sent.Case, &in); err != nil {
				return err
			}
		}
		if err := way.record(tx, &in, in.CreatedBy, s.now, true); err != nil {
			return err
		}
		if err := s.delegate(tx, &in); err != nil {
			return err
		}
		receipt := s.receipt(rest.StatusOK, textAccepted, s.subReceipts())
		receipt.Instance = in.Number
		receipt.References = append(receipt.References, rest.Reference{Type: rest.RefWorkflow, Value: strconv.Itoa(int(in.Number))})
		if in.ArchiveReference != "" {
			receipt.References = append(receipt.References, rest.Reference{Type: rest.RefArchive, Value: in.ArchiveReference})
		}
		if err := tx.CreateReceipt(&receipt); err != nil {
			return err
		}
		in.Receipt = receipt.ID
		out = rest.Submission{Receipt: receipt, Instance: &in}
		return nil
	})
	if errors.Is(err, store.ErrExists) && s.sent.Reference != "" {
		return c.repeated(ctx, s)
	}
	if errors.Is(err, errNoCase) || errors.Is(err, errCaseClosed) || errors.Is(err, errCaseFull) {
		return c.reject(ctx, s, rejected(fmt.Sprintf("CaseID %d is no open case of the reportee's.", s.sent.Case)))
	}
	return out, failure(err)
}

// delegate stores those who were named to sign.
func (s *submission) delegate(tx store.Tx, in *rest.Instance) error {
	if s.named == nil {
		return nil
	}
	d := *s.named // the transaction may run again
	if err := putDelegation(tx, s.app, in, &d, nil, s.now); err != nil {
		return err
	}
	return addEvent(tx, in, rest.EventDelegated, uuid.Nil, in.CreatedBy, s.now)
}

// instance makes the instance to be stored.
func (c *Core) instance(s *submission) rest.Instance {
	by := s.caller.Name()
	n := s.sent.Instance
	in := rest.Instance{
		ID: c.cfg.NewID(), App: s.app.ID, Owner: s.party.ID,
		Labels: cleanLabels(n.Labels), Presentation: cleanLine(n.Presentation, maxTitle), Due: n.Due, Visible: n.Visible,
		Created: s.now, CreatedBy: by, Changed: s.now, ChangedBy: by, Version: 1,
		Sender: s.caller.System, Reference: s.sent.Reference, Elements: s.elements,
	}
	if !n.Keys.Empty() {
		in.Keys = n.Keys
	}
	if s.signature != nil {
		in.Signatures = []rest.Signature{*s.signature}
	}
	return in
}

// receipt makes the submission's receipt, without the references that only a
// stored instance has.
func (s *submission) receipt(status rest.ReceiptStatus, text string, sub []rest.Receipt) rest.Receipt {
	r := rest.Receipt{
		Kind: rest.ReceiptFormTask, Status: status, Text: clip(text, maxText), Changed: s.now,
		Sender: s.caller.System, Party: s.party.ID, Sub: sub,
		References: make([]rest.Reference, 0, 5),
	}
	if s.sent.Reference != "" {
		r.References = append(r.References, rest.Reference{Type: rest.RefShipment, Value: cleanLine(s.sent.Reference, maxReference)})
	}
	r.References = append(r.References,
		rest.Reference{Type: rest.RefOwnerParty, Value: s.sender.Number()},
		rest.Reference{Type: rest.RefParty, Value: s.party.Number()})
	return r
}

// subReceipts makes one sub-receipt per element.
func (s *submission) subReceipts() []rest.Receipt {
	out := make([]rest.Receipt, len(s.elements))
	for i, e := range s.elements {
		out[i] = elementReceipt(e, s.issues[i], s)
	}
	return out
}

func elementReceipt(e rest.Element, issues []rest.Issue, s *submission) rest.Receipt {
	r := rest.Receipt{Kind: rest.ReceiptFormTask, Status: rest.StatusOK, Text: textFile, Changed: s.now, Sender: s.caller.System, Party: s.party.ID}
	if e.Form {
		r.Text = textForm
	}
	switch {
	case failed(issues):
		r.Status, r.Text = rest.StatusValidationFailed, clip(textInvalid+issueText(issues), maxText)
	case len(issues) > 0:
		r.Text = clip(textFindings+issueText(issues), maxText)
	}
	if e.SenderReference != "" {
		r.References = []rest.Reference{{Type: rest.RefSender, Value: e.SenderReference}}
	}
	return r
}

// reject stores the receipt of a submission that is not taken in. The
// repetition of one that was gets its receipt: a retry that breaks on the way
// must not hide the first one's success.
func (c *Core) reject(ctx context.Context, s *submission, why *rejection) (rest.Submission, error) {
	if s.sent.Reference != "" {
		out, err := c.repeated(ctx, s)
		if rest.KindOf(err) != rest.NotFound || err == nil {
			return out, err
		}
	}
	var out rest.Submission
	err := c.update(ctx, func(tx store.Tx) error {
		r := s.receipt(why.status, why.text, why.sub)
		if err := tx.CreateReceipt(&r); err != nil {
			return err
		}
		out = rest.Submission{Receipt: r}
		return nil
	})
	return out, err
}

// repeated finds the outcome of the same sender's submission under the same
// reference. NotFound when there is none.
func (c *Core) repeated(ctx context.Context, s *submission) (rest.Submission, error) {
	if s.caller.System == 0 {
		return rest.Submission{}, notFound("instance")
	}
	var out rest.Submission
	read := func(r store.Reader) error {
		in, err := r.InstanceByReference(s.caller.System, s.sent.Reference)
		if err != nil {
			return err
		}
		out = rest.Submission{Instance: in, Repeated: true}
		if in.Receipt == 0 {
			return nil
		}
		receipt, err := r.Receipt(in.Receipt)
		if err == nil {
			out.Receipt = *receipt
		}
		return err
	}
	err := c.view(ctx, read)
	if err != nil || out.Instance.Receipt != 0 {
		return out, err
	}
	// It was made over HTTP, and not sent in yet.
	err = c.update(ctx, func(tx store.Tx) error {
		if err := read(tx); err != nil || out.Instance.Receipt != 0 {
			return err
		}
		r, err := firstReceipt(tx, out.Instance, s.caller, s.now)
		if err == nil {
			out.Receipt = *r
		}
		return err
	})
	return out, err
}

// cleanLabels bounds labels in number and length.
func cleanLabels(labels []string) []string {
	var out []string
	for _, l := range labels {
		if l = cleanLine(l, 100); l != "" && len(out) < 50 {
			out = append(out, l)
		}
	}
	return out
}
