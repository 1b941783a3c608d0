package core

import (
	"context"
	"io"
	"slices"
	"strconv"
	"time"

	"github.com/google/uuid"

	"overgang/rest"
	"overgang/store"
)

// Refusals about messages.
var (
	errMessageGone   = rest.Errorf(rest.Gone, "correspondence-deleted", "The message was deleted.")
	errMessageStale  = rest.Errorf(rest.PreconditionFailed, "version-stale", "The message has changed since.")
	errUnconfirmed   = rest.Errorf(rest.Conflict, "confirmation-needed", "The message must be confirmed first.")
	errRecipientOnly = rest.Errorf(rest.Forbidden, "recipient", "Only the message's recipient may do that.")
)

// Correspondence implements [rest.Correspondences].
func (c *Core) Correspondence(ctx context.Context, caller rest.Caller, id uuid.UUID) (*rest.Correspondence, error) {
	return c.messageFor(ctx, caller, rest.Read, func(r store.Reader) (*rest.Correspondence, error) { return r.Correspondence(id) })
}

// CorrespondenceByNumber implements [rest.Correspondences].
func (c *Core) CorrespondenceByNumber(ctx context.Context, caller rest.Caller, number int32) (*rest.Correspondence, error) {
	return c.messageFor(ctx, caller, rest.Read, func(r store.Reader) (*rest.Correspondence, error) { return r.CorrespondenceByNumber(number) })
}

// messageFor reads a message that the caller holds the right on.
func (c *Core) messageFor(ctx context.Context, caller rest.Caller, right rest.Right, read func(store.Reader) (*rest.Correspondence, error)) (*rest.Correspondence, error) {
	scope := rest.ScopeRead
	if right != rest.Read {
		scope = rest.ScopeWrite
	}
	if err := needScope(caller, scope); err != nil {
		return nil, err
	}
	var m *rest.Correspondence
	err := c.view(ctx, func(r store.Reader) (err error) {
		m, err = read(r)
		return orNotFound(err, "correspondence")
	})
	if err != nil {
		return nil, err
	}
	return m, c.permitMessage(ctx, caller, m, right)
}

// permitMessage says whether the caller may read or handle a message. Its
// application's owner reads it until it is purged; what the recipient does with
// it is the recipient's.
func (c *Core) permitMessage(ctx context.Context, caller rest.Caller, m *rest.Correspondence, right rest.Right) error {
	s := c.registry.now()
	t := target{party: m.Party, org: m.App.Org}
	if a := s.apps[m.App]; a != nil {
		t.service = a.Service
	}
	readable, err := c.allowed(ctx, s, caller, t, rest.Read)
	if err != nil {
		return failure(err)
	}
	permitted := readable
	if right != rest.Read {
		if permitted, err = c.allowed(ctx, s, caller, t, right); err != nil {
			return failure(err)
		}
	}
	// Nobody learns of a message that its sender took back in time.
	taken := m.Deleted.Done() && m.Deleted.At.Before(m.Published)
	hidden := caller.Owner == "" && (m.Published.After(c.now()) || taken)
	switch {
	case hidden, !readable && !permitted:
		return withheld("correspondence")
	case m.Deleted.Done() && caller.Owner == "":
		return errMessageGone
	case !permitted:
		return rest.Errorf(rest.Forbidden, "right", "You lack the right to %s this message.", right)
	}
	return nil
}

// mayHearOf says whether a party's subscriber may be told of what happened to a
// message: also of its deletion.
func (c *Core) mayHearOf(ctx context.Context, caller rest.Caller, id uuid.UUID) (bool, error) {
	var m *rest.Correspondence
	err := c.cfg.Store.View(ctx, func(r store.Reader) (err error) {
		m, err = r.Correspondence(id)
		return err
	})
	if err != nil {
		return false, failure(ignoreAbsent(err))
	}
	err = c.permitMessage(ctx, caller, m, rest.Read)
	switch rest.KindOf(err) {
	case rest.NotFound, rest.Forbidden:
		return false, nil
	case rest.Gone:
		return true, nil
	}
	return err == nil, err
}

// CorrespondenceEvents implements [rest.Correspondences].
func (c *Core) CorrespondenceEvents(ctx context.Context, caller rest.Caller, id uuid.UUID) (events []rest.Event, err error) {
	if _, err := c.Correspondence(ctx, caller, id); err != nil {
		return nil, err
	}
	err = c.view(ctx, func(r store.Reader) (err error) {
		events, err = r.CorrespondenceEvents(id)
		return err
	})
	return events, err
}

// CorrespondenceContent implements [rest.Correspondences].
func (c *Core) CorrespondenceContent(ctx context.Context, caller rest.Caller, id, attachment uuid.UUID) (*rest.Attachment, io.ReadSeekCloser, error) {
	m, err := c.Correspondence(ctx, caller, id)
	if err != nil {
		return nil, nil, err
	}
	i := slices.IndexFunc(m.Attachments, func(a rest.Attachment) bool { return a.ID == attachment })
	if i < 0 {
		return nil, nil, notFound("attachment")
	}
	return c.openAttachment(ctx, &m.Attachments[i])
}

// messageChange changes a message and says which events that makes; none says
// that there was nothing to change.
type messageChange func(tx store.Tx, m *rest.Correspondence, mark rest.Mark) ([]rest.EventType, error)

// alterMessage changes a message in one transaction, and then does what is to
// be done once it is stored.
func (c *Core) alterMessage(ctx context.Context, caller rest.Caller, right rest.Right, id uuid.UUID, match int64,
	change messageChange, stored ...func(tx store.Tx, m *rest.Correspondence) error) (*rest.Correspondence, error) {
	_, err := c.messageFor(ctx, caller, right, func(r store.Reader) (*rest.Correspondence, error) { return r.Correspondence(id) })
	if err != nil {
		return nil, err
	}
	var out *rest.Correspondence
	err = c.update(ctx, func(tx store.Tx) error {
		m, err := tx.Correspondence(id)
		switch {
		case err != nil:
			return orNotFound(err, "correspondence")
		case m.Deleted.Done():
			return errMessageGone
		case match != 0 && match != m.Version:
			return errMessageStale
		}
		mark := rest.Mark{At: c.now(), By: caller.Name()}
		events, err := change(tx, m, mark)
		out = m
		if err != nil || len(events) == 0 {
			return err
		}
		m.Changed = mark.At
		m.Version++
		if err := tx.UpdateCorrespondence(m); err != nil {
			return err
		}
		for _, f := range stored {
			if err := f(tx, m); err != nil {
				return err
			}
		}
		return messageEvents(tx, m, events, mark)
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

func messageEvents(tx store.Tx, m *rest.Correspondence, kinds []rest.EventType, mark rest.Mark) error {
	for _, kind := range kinds {
		if err := messageEvent(tx, m, kind, mark); err != nil {
			return err
		}
	}
	return nil
}

func messageEvent(tx store.Tx, m *rest.Correspondence, kind rest.EventType, mark rest.Mark) error {
	return tx.AddCorrespondenceEvent(&rest.Event{At: mark.At, Type: kind, App: m.App, Owner: m.Party, Correspondence: m.ID, By: mark.By})
}

// MarkCorrespondenceRead implements [rest.Correspondences].
func (c *Core) MarkCorrespondenceRead(ctx context.Context, caller rest.Caller, id uuid.UUID) (*rest.Correspondence, error) {
	m, err := c.Correspondence(ctx, caller, id)
	if err != nil || m.Read.Done() || caller.Owner != "" {
		return m, err // no transaction, as most reading is reading again
	}
	return c.alterMessage(ctx, caller, rest.Read, id, 0, func(_ store.Tx, m *rest.Correspondence, mark rest.Mark) ([]rest.EventType, error) {
		return readNow(m, mark), nil
	})
}

// readNow marks a message as read, if it is not.
func readNow(m *rest.Correspondence, mark rest.Mark) []rest.EventType {
	if m.Read.Done() {
		return nil
	}
	m.Read = mark
	return []rest.EventType{rest.EventMessageRead}
}

// ConfirmCorrespondence implements [rest.Correspondences].
func (c *Core) ConfirmCorrespondence(ctx context.Context, caller rest.Caller, id uuid.UUID, match int64) (*rest.Correspondence, error) {
	return c.handle(ctx, caller, id, match, func(_ store.Tx, m *rest.Correspondence, mark rest.Mark) ([]rest.EventType, error) {
		if m.Confirmed.Done() {
			return nil, nil
		}
		events := readNow(m, mark)
		m.Confirmed = mark
		return append(events, rest.EventMessageConfirmed), nil
	})
}

// handle is alterMessage for what recipients alone may do.
func (c *Core) handle(ctx context.Context, caller rest.Caller, id uuid.UUID, match int64,
	change messageChange, stored ...func(tx store.Tx, m *rest.Correspondence) error) (*rest.Correspondence, error) {
	if caller.Owner != "" {
		if _, err := c.Correspondence(ctx, caller, id); err != nil {
			return nil, err
		}
		return nil, errRecipientOnly
	}
	return c.alterMessage(ctx, caller, rest.Write, id, match, change, stored...)
}

// ReplyToCorrespondence implements [rest.Correspondences].
func (c *Core) ReplyToCorrespondence(ctx context.Context, caller rest.Caller, id, instance uuid.UUID, match int64) (*rest.Correspondence, error) {
	if caller.Owner == "" {
		if _, err := c.Correspondence(ctx, caller, id); err != nil {
			return nil, err
		}
		if _, err := c.Instance(ctx, caller, instance); err != nil {
			return nil, err
		}
	}
	return c.handle(ctx, caller, id, match, func(tx store.Tx, m *rest.Correspondence, mark rest.Mark) ([]rest.EventType, error) {
		in, err := tx.Instance(instance)
		switch {
		case err != nil:
			return nil, orNotFound(err, "instance")
		case in.Owner != m.Party:
			return nil, rest.Errorf(rest.Invalid, "reply-party", "A message is replied to with an instance of its recipient's.")
		case m.Reply == instance:
			return nil, nil
		case m.Reply != uuid.Nil:
			return nil, rest.Errorf(rest.Conflict, "replied", "The message was replied to with another instance.")
		}
		events := readNow(m, mark)
		m.Replied, m.Reply = mark, instance
		return append(events, rest.EventMessageReplied), nil
	})
}

// ArchiveCorrespondence implements [rest.Correspondences].
func (c *Core) ArchiveCorrespondence(ctx context.Context, caller rest.Caller, id uuid.UUID, match int64) (*rest.Correspondence, *rest.Receipt, error) {
	var receipt *rest.Receipt
	m, err := c.handle(ctx, caller, id, match, func(tx store.Tx, m *rest.Correspondence, mark rest.Mark) (_ []rest.EventType, err error) {
		switch {
		case m.Archived.Done():
			receipt, err = tx.Receipt(m.Receipt)
			return nil, err
		case unconfirmed(m):
			return nil, errUnconfirmed
		}
		party, err := tx.Party(rest.PartyRef{ID: m.Party})
		if err != nil {
			return nil, err
		}
		receipt = archiveReceipt(m, party, caller, mark.At)
		if err := tx.CreateReceipt(receipt); err != nil {
			return nil, err
		}
		events := readNow(m, mark)
		m.Archived, m.Receipt = mark, receipt.ID
		return append(events, rest.EventMessageArchived), nil
	}, func(tx store.Tx, m *rest.Correspondence) error {
		receipt.References = append(receipt.References, rest.Reference{Type: rest.RefArchive, Value: m.ArchiveReference})
		return tx.UpdateReceipt(receipt)
	})
	return m, receipt, err
}

// answerReference is under which type old clients look for a message's number
// (contracts/README.md §6).
func answerReference(m *rest.Correspondence) rest.Reference {
	return rest.Reference{Type: rest.RefReceiver, Value: strconv.Itoa(int(m.Number))}
}

// textArchived is the text of the receipt of a message's archiving.
const textArchived = "Correspondence is archived"

// archiveReceipt is the receipt of a message's archiving, but for the archive
// reference, which the store gives.
func archiveReceipt(m *rest.Correspondence, party rest.Party, caller rest.Caller, now time.Time) *rest.Receipt {
	r := &rest.Receipt{
		Kind: rest.ReceiptCorrespondence, Status: rest.StatusOK, Text: textArchived, Changed: now,
		Sender: caller.System, Party: m.Party,
		References: []rest.Reference{
			{Type: rest.RefOwnerParty, Value: party.Number()}, {Type: rest.RefParty, Value: party.Number()},
			answerReference(m),
		},
	}
	if m.Reference != "" {
		r.References = append(r.References, rest.Reference{Type: rest.RefSender, Value: m.Reference})
	}
	return r
}

// DeleteCorrespondence implements [rest.Correspondences].
func (c *Core) DeleteCorrespondence(ctx context.Context, caller rest.Caller, id uuid.UUID, match int64) (*rest.Correspondence, error) {
	return c.alterMessage(ctx, caller, rest.Write, id, match, func(_ store.Tx, m *rest.Correspondence, mark rest.Mark) ([]rest.EventType, error) {
		switch {
		case caller.Owner != "" && !m.Published.After(mark.At):
			return nil, rest.Errorf(rest.Conflict, "published", "The message is published: only its recipient may delete it now.")
		case caller.Owner == "" && unconfirmed(m):
			return nil, errUnconfirmed
		}
		m.Deleted = mark
		return []rest.EventType{rest.EventMessageDeleted}, nil
	})
}

// unconfirmed says that a confirmation is asked for and was not given.
func unconfirmed(m *rest.Correspondence) bool { return m.Confirmation && !m.Confirmed.Done() }
