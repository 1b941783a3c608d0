package core

import (
	"context"
	"errors"
	"time"

	"overgang/rest"
	"overgang/store"
)

// submission is a whole submission while it is checked: everything that takes
// time is done on it before the transaction.
type submission struct {
	caller    rest.Caller
	sent      rest.NewSubmission
	party     rest.Party
	sender    rest.Party // the person or the enterprise user's organisation that sends, else the party itself
	app       *application
	now       time.Time
	elements  []rest.Element
	issues    [][]rest.Issue // by element
	signature *rest.Signature
	named     *rest.Delegation // who signs at the parallel step; nil = nobody
	signed    signing
}

// Submit implements [rest.Submissions].
func (c *Core) Submit(ctx context.Context, caller rest.Caller, sent rest.NewSubmission) (rest.Submission, error) {
	out, err := c.submit(ctx, caller, sent)
	c.discardIfRefused(ctx, err, sent.Instance.Elements...)
	if err == nil && (out.Repeated || out.Instance == nil) {
		c.discard(ctx, sent.Instance.Elements...)
	}
	return out, err
}

func (c *Core) submit(ctx context.Context, caller rest.Caller, sent rest.NewSubmission) (rest.Submission, error) {
	if err := needScope(caller, rest.ScopeWrite); err != nil {
		return rest.Submission{}, err
	}
	s := &submission{caller: caller, sent: sent, now: c.now()}
	snap := c.registry.now()
	s.app = snap.apps[sent.Instance.App]
	if sent.Instance.App == (rest.AppID{}) {
		s.app = snap.services[sent.Service]
	}
	if s.app != nil && s.app.Broker != nil {
		s.app = nil // it takes files, and no instances
	}
	if err := c.addressee(ctx, snap, s); err != nil {
		return rest.Submission{}, err
	}
	rejection, err := c.checkSubmission(ctx, s)
	if err != nil {
		return rest.Submission{}, err
	}
	if rejection != nil {
		return c.reject(ctx, s, rejection)
	}
	return c.accept(ctx, s)
}

// addressee finds the party and makes sure that the caller may write for it.
// Unknown and not allowed are one error.
func (c *Core) addressee(ctx context.Context, snap *snapshot, s *submission) error {
	party, err := c.party(ctx, snap, s.sent.Instance.Owner)
	if errors.Is(err, store.ErrNotFound) {
		return notYourParty()
	}
	if err != nil {
		return failure(err)
	}
	t := target{party: party.ID, any: true}
	if s.app != nil {
		t = targetOf(party.ID, s.app.Application)
	}
	ok, err := c.allowed(ctx, snap, s.caller, t, rest.Write)
	if err != nil {
		return failure(err)
	}
	if !ok {
		return notYourParty()
	}
	s.party, s.sender = party, party
	sender := max(s.caller.Person, s.caller.System.Person())
	if sender == 0 {
		if sender, err = c.actsFor(ctx, snap, s.caller); err != nil {
			return failure(err)
		}
	}
	if sender != 0 {
		if s.sender, err = c.party(ctx, snap, rest.PartyRef{ID: sender}); err != nil {
			return failure(err)
		}
	}
	return nil
}

// rejection is why a submission is not taken in.
type rejection struct {
	status rest.ReceiptStatus
	text   string
	sub    []rest.Receipt
}

func rejected(text string) *rejection { return &rejection{status: rest.StatusRejected, text: text} }

// checkSubmission checks everything about a submission, cheap things first. An
// error is for what no receipt is left of.
func (c *Core) checkSubmission(ctx context.Context, s *submission) (*rejection, error) {
	switch {
	case s.app == nil:
		return rejected(unknownService(s.sent)), nil
	case s.app.broken != nil:
		return nil, unavailable("application", time.Minute, s.app.broken)
	case len(s.sent.Reference) > maxReference || cleanLine(s.sent.Reference, maxReference) != s.sent.Reference:
		return rejected("The shipment's reference is too long or contains characters that are not allowed."), nil
	}
	if f := checkKeys(s.sent.Instance.Keys); f != nil {
		return rejected(f.text), nil
	}
	if refused, err := c.checkElements(s); refused != nil || err != nil {
		return refused, err
	}
	if refused, err := c.checkDelegation(ctx, s); refused != nil || err != nil {
		return refused, err
	}
	if refused, err := c.checkSignature(ctx, s); refused != nil || err != nil {
		return refused, err
	}
	s.issues = make([][]rest.Issue, len(s.elements))
	invalid := false
	for i := range s.elements {
		if err := c.charset(ctx, s.sent.Instance.Elements[i], &s.elements[i]); err != nil {
			return nil, err
		}
		issues, err := c.validate(ctx, s.app, s.elements[i])
		if err != nil {
			return nil, err
		}
		s.issues[i] = issues
		invalid = invalid || failed(issues)
	}
	if invalid {
		return &rejection{status: rest.StatusValidationFailed, text: "FormTaskShipment failed validation: nothing was stored", sub: s.subReceipts()}, nil
	}
	return nil, nil
}

// checkElements checks types, sizes and counts. Only the limit on all
// attachments together is an error: a sender over it gets no receipt.
func (c *Core) checkElements(s *submission) (*rejection, error) {
	limit := s.app.MaxAttachments
	if limit == 0 {
		limit = c.cfg.MaxAttachments
	}
	var attachments int64
	forms := 0
	by := s.caller.Name()
	s.elements = make([]rest.Element, 0, len(s.sent.Instance.Elements))
	var refused *rejection
	for _, n := range s.sent.Instance.Elements {
		e, f := c.element(s.app, n, by, s.now)
		if f != nil && refused == nil {
			refused = rejected(f.text)
		}
		if f == nil && e.Form {
			forms++
		} else if n.DataFormatID == "" {
			attachments += n.Content.Size
		}
		s.elements = append(s.elements, e)
	}
	switch {
	case attachments > limit:
		return nil, rest.Errorf(rest.TooLarge, "attachments", "The attachments have %d bytes together: at most %d are allowed.", attachments, limit)
	case refused != nil:
		return refused, nil
	case forms == 0 && s.app.hasForms():
		return rejected("The shipment contains no form."), nil
	}
	if f := s.app.counts(s.elements, s.sent.Completed); f != nil {
		return rejected(f.text), nil
	}
	return nil, nil
}

func (a *application) hasForms() bool {
	for i := range a.DataTypes {
		if a.DataTypes[i].IsForm() {
			return true
		}
	}
	return false
}

// checkSignature makes sure that whoever signs may sign. A system on its own
// cannot satisfy a Signing step.
func (c *Core) checkSignature(ctx context.Context, s *submission) (*rejection, error) {
	if s.sent.Signature == nil {
		return nil, nil
	}
	if !s.sent.Completed {
		return rejected("A shipment can be signed when all its forms are completed only."), nil
	}
	var err error
	if s.signed, err = c.maySign(ctx, s.caller, s.app, &rest.Instance{Owner: s.party.ID}, 0, s.named, 1); err != nil {
		return nil, err
	}
	hand, err := c.handOf(ctx, s.caller)
	if err != nil {
		return nil, err
	}
	s.signature = s.sign(*s.sent.Signature, hand)
	return nil, nil
}

// checkDelegation finds those who are named to sign. What is wrong with them is
// the sender's to read.
func (c *Core) checkDelegation(ctx context.Context, s *submission) (*rejection, error) {
	if s.sent.Delegation == nil {
		return nil, nil
	}
	var err error
	s.named, err = c.named(ctx, s.caller, s.app, s.party.ID, *s.sent.Delegation)
	var e *rest.Error
	if errors.As(err, &e) && (e.Kind == rest.Invalid || e.Kind == rest.Conflict) {
		return rejected(e.Detail), nil
	}
	return nil, err
}

func (s *submission) sign(given rest.Signature, hand []byte) *rest.Signature {
	given.Elements = nil // there is nothing to select from yet
	signed := signature(given, s.caller, hand, s.now)
	cover(&signed, s.elements, s.signed.step.ID)
	for i := range s.elements {
		s.elements[i].Locked = hasSigning(s.app.steps)
	}
	return &signed
}

// signature completes a signature with who really made it, and when. hand is
// what handOf says of the caller.
func signature(given rest.Signature, caller rest.Caller, hand []byte, now time.Time) rest.Signature {
	given.Person, given.System, given.At, given.Certificate = caller.Person, caller.System, now, hand
	given.Text = clip(cleanText(given.Text), maxText)
	for _, text := range []*string{&given.SystemReference, &given.SystemUser, &given.SystemVersion, &given.SystemLogID} {
		*text = cleanLine(*text, maxReference)
	}
	return given
}
