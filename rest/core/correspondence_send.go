package core

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"overgang/rest"
	"overgang/store"
)

// sending is a message on its way to its recipients.
type sending struct {
	caller   rest.Caller
	template rest.Correspondence
	parties  []rest.Party
	existing []uuid.UUID
	added    []rest.Attachment // whose content came with the message
	ids      []uuid.UUID       // of the messages, one for each recipient
	now      time.Time
}

// SendCorrespondence implements [rest.Correspondences].
func (c *Core) SendCorrespondence(ctx context.Context, caller rest.Caller, n rest.NewCorrespondence) ([]rest.Correspondence, bool, error) {
	sent, repeated, err := c.sendCorrespondence(ctx, caller, n)
	var contents []rest.Content
	for _, a := range n.Attachments {
		if a.Content != nil {
			contents = append(contents, *a.Content)
		}
	}
	c.discardContentIfRefused(ctx, err, contents...)
	if repeated {
		c.Discard(ctx, contents...)
	}
	return sent, repeated, err
}

func (c *Core) sendCorrespondence(ctx context.Context, caller rest.Caller, n rest.NewCorrespondence) (sent []rest.Correspondence, repeated bool, err error) {
	s, err := c.newSending(ctx, caller, n)
	if err != nil {
		return nil, false, err
	}
	err = c.update(ctx, func(tx store.Tx) error {
		sent, repeated = nil, true
		attachments, err := s.attachments(tx)
		if err != nil {
			return err
		}
		var added []rest.Attachment // once, and only when somebody gets the message
		for i, party := range s.parties {
			m, err := s.earlier(tx, party.ID)
			if err != nil {
				return err
			}
			if m == nil {
				if added == nil && len(s.added) > 0 {
					if added, err = keep(tx, s.added); err != nil {
						return err
					}
				}
				if err := s.intoCase(tx, i); err != nil {
					return err
				}
				if m, err = s.send(tx, s.ids[i], party, slices.Concat(attachments, added)); err != nil {
					return err
				}
				repeated = false
			}
			sent = append(sent, *m)
		}
		return nil
	})
	return sent, repeated, err
}

// newSending checks a message before its transaction.
func (c *Core) newSending(ctx context.Context, caller rest.Caller, n rest.NewCorrespondence) (*sending, error) {
	snap := c.registry.now()
	if n.App == (rest.AppID{}) {
		if a := snap.services[n.Service]; a != nil {
			n.App = a.ID
		}
	}
	if err := c.mustSend(caller, n.App); err != nil {
		return nil, err
	}
	s := &sending{caller: caller, existing: n.Existing, now: c.now()}
	if err := s.compose(n); err != nil {
		return nil, err
	}
	if len(n.Existing)+len(n.Attachments) > maxMessageAttachments {
		return nil, rest.Errorf(rest.Invalid, "attachments-many", "A message has %d attachments at most.", maxMessageAttachments)
	}
	for _, a := range n.Attachments {
		a.App = n.App
		kept, err := c.attachment(a, caller.Name(), s.now)
		if err != nil {
			return nil, err
		}
		if kept.Uploaded.IsZero() {
			return nil, errNoContent
		}
		s.added = append(s.added, kept)
	}
	return s, c.address(ctx, snap, s, n.Recipients)
}

var errNoContent = rest.Errorf(rest.Conflict, "attachment-empty", "An attachment's content has not come yet.")

// address finds the recipients. Their order is kept, and nobody gets the
// message twice.
func (c *Core) address(ctx context.Context, snap *snapshot, s *sending, recipients []rest.PartyRef) error {
	if len(recipients) == 0 || len(recipients) > maxRecipients {
		return rest.Errorf(rest.Invalid, "recipients", "A message goes to 1 to %d recipients at once.", maxRecipients)
	}
	for i, ref := range recipients {
		party, err := c.party(ctx, snap, ref)
		switch {
		case errors.Is(err, store.ErrNotFound):
			return rest.Errorf(rest.Invalid, "recipient-unknown", "Recipient %d is unknown here.", i+1)
		case err != nil:
			return failure(err)
		case slices.ContainsFunc(s.parties, func(p rest.Party) bool { return p.ID == party.ID }):
			return rest.Errorf(rest.Invalid, "recipient-twice", "Recipient %d is there twice.", i+1)
		}
		s.parties = append(s.parties, party)
		s.ids = append(s.ids, c.cfg.NewID())
	}
	return nil
}

// attachments finds those that are kept already.
func (s *sending) attachments(tx store.Tx) ([]rest.Attachment, error) {
	var list []rest.Attachment
	for _, id := range s.existing {
		a, err := tx.Attachment(id)
		switch {
		case errors.Is(err, store.ErrNotFound), err == nil && a.App.Org != s.template.App.Org:
			return nil, rest.Errorf(rest.Invalid, "attachment-unknown", "There is no attachment %s.", id)
		case err != nil:
			return nil, err
		case a.Uploaded.IsZero():
			return nil, errNoContent
		}
		list = append(list, *a)
	}
	return list, nil
}

// keep stores the attachments that came with the message.
func keep(tx store.Tx, list []rest.Attachment) ([]rest.Attachment, error) {
	kept := slices.Clone(list)
	for i := range kept {
		if err := tx.CreateAttachment(&kept[i]); err != nil {
			return nil, err
		}
	}
	return kept, nil
}

// earlier is what the party got under the same key; nil = nothing.
func (s *sending) earlier(tx store.Tx, party rest.PartyID) (*rest.Correspondence, error) {
	if s.template.Key == "" {
		return nil, nil
	}
	m, err := tx.CorrespondenceByKey(s.template.App, party, s.template.Key)
	if errors.Is(err, store.ErrNotFound) {
		return nil, nil
	}
	return m, err
}

// intoCase makes sure that recipient i may get the message into the case that
// it names: an open one of the recipient's, at an application of the sender's.
// What is somebody else's is as if it were not there.
func (s *sending) intoCase(r store.Reader, i int) error {
	if s.template.Case == 0 {
		return nil
	}
	file, err := r.Case(s.template.Case)
	switch {
	case errors.Is(err, store.ErrNotFound), err == nil && (file.Party != s.parties[i].ID || file.App.Org != s.template.App.Org):
		return rest.Errorf(rest.Invalid, "case-unknown", "Recipient %d has no case %d at an application of yours.", i+1, s.template.Case)
	case err == nil && !file.Open():
		return errCaseClosed
	}
	return err
}

// send stores one recipient's message.
func (s *sending) send(tx store.Tx, id uuid.UUID, party rest.Party, attachments []rest.Attachment) (*rest.Correspondence, error) {
	m := s.template
	m.ID, m.Party, m.Attachments = id, party.ID, attachments
	m.Notifications = slices.Clone(m.Notifications)
	mark := rest.Mark{At: s.now, By: s.caller.Name()}
	events := []rest.EventType{rest.EventMessageSent}
	if !m.Published.After(s.now) {
		more, err := announce(tx, &m, party, s.now)
		if err != nil {
			return nil, err
		}
		events = append(events, more...)
	}
	if err := tx.CreateCorrespondence(&m); err != nil {
		return nil, err
	}
	if m.Announced {
		if err := tellSubmission(tx, &m, s.now); err != nil {
			return nil, err
		}
	}
	for i := range m.Attachments {
		m.Attachments[i].Content.Inline = nil // as the store lists them
	}
	return &m, messageEvents(tx, &m, events, mark)
}

// announce does what publishing sets off: the notifications go to the outbox.
// One that there is no address for is left unsent.
func announce(tx store.Tx, m *rest.Correspondence, party rest.Party, now time.Time) ([]rest.EventType, error) {
	events := []rest.EventType{rest.EventMessagePublished}
	for i := range m.Notifications {
		n := &m.Notifications[i]
		if n.To == "" && n.Channel == rest.BySMS {
			n.To = party.Phone
		}
		if n.To == "" {
			continue
		}
		err := enqueue(tx, rest.OutboxMessage{Channel: n.Channel, To: n.To, Subject: subjectOf(m, n), Text: rest.Secret(n.Text), At: now,
			Purpose: rest.ForCorrespondence, App: m.App, Party: m.Party, Correspondence: m.ID})
		if err != nil {
			return nil, err
		}
		n.Sent = now
	}
	if slices.ContainsFunc(m.Notifications, func(n rest.Notification) bool { return !n.Sent.IsZero() }) {
		events = append(events, rest.EventMessageNotified)
	}
	m.Announced = true
	return events, nil
}

// subjectOf is what an email about a message is headed with: the message's title.
func subjectOf(m *rest.Correspondence, n *rest.Notification) string {
	if n.Channel != rest.ByEmail || len(m.Texts) == 0 {
		return ""
	}
	return m.Texts[0].Title
}

// tellSubmission notes on the receipt of what a message answers to, where it is
// the same party's, under which number the answer has come.
func tellSubmission(tx store.Tx, m *rest.Correspondence, now time.Time) error {
	if m.Answers == "" {
		return nil
	}
	in, err := tx.InstanceByArchive(m.Answers)
	if errors.Is(err, store.ErrNotFound) || err == nil && (in.App.Org != m.App.Org || in.Owner != m.Party || in.Receipt == 0) {
		return nil
	}
	if err != nil {
		return err
	}
	r, err := tx.Receipt(in.Receipt)
	if err != nil || len(r.References) >= maxReferences {
		return ignoreAbsent(err)
	}
	r.References = append(r.References, answerReference(m))
	r.Changed = now
	return tx.UpdateReceipt(r)
}

func ignoreAbsent(err error) error {
	if errors.Is(err, store.ErrNotFound) {
		return nil
	}
	return err
}

// archiveReferenceOf brings an archive reference into the form that it is kept in.
func archiveReferenceOf(text string) string { return strings.ToUpper(cleanLine(text, maxReference)) }
