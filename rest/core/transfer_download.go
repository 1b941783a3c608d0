package core

import (
	"context"
	"io"
	"slices"

	"github.com/google/uuid"

	"overgang/rest"
	"overgang/store"
)

// OpenTransfer implements [rest.Transfers].
func (c *Core) OpenTransfer(ctx context.Context, caller rest.Caller, id uuid.UUID, recipient rest.PartyID) (*rest.Transfer, io.ReadSeekCloser, error) {
	p, err := c.partIn(ctx, caller, id, rest.ScopeRead)
	if err != nil {
		return nil, nil, err
	}
	if err := p.fetchable(recipient); err != nil {
		return nil, nil, err
	}
	if p.Content.Blob == "" {
		err := c.view(ctx, func(r store.Reader) (err error) {
			p.Content, err = r.TransferContent(id)
			return orNotFound(err, "transfer")
		})
		if err != nil {
			return nil, nil, err
		}
		if p.Content.Inline == nil && p.Content.Blob == "" {
			return nil, nil, errTransferEnded // it ended between the two reads
		}
	}
	r, err := c.open(ctx, p.Content)
	if err != nil {
		if now, again := c.partIn(ctx, caller, id, rest.ScopeRead); again == nil && !now.Status.Open() {
			return nil, nil, errTransferEnded // it ended between the two reads
		}
		return nil, nil, err
	}
	return p.shown(), r, nil
}

// fetchable says whether the recipient may have the file now.
func (p *part) fetchable(recipient rest.PartyID) error {
	switch {
	case p.Status.Open():
		_, err := p.recipient(recipient)
		return err
	case p.Status.Awaits(), p.Status == rest.TransferProcessing:
		return errFileNotReady // only its sender can have come here
	}
	return errTransferEnded
}

// TransferDownloaded implements [rest.Transfers]. The first time is what counts.
func (c *Core) TransferDownloaded(ctx context.Context, caller rest.Caller, id uuid.UUID, recipient rest.PartyID) error {
	p, err := c.partIn(ctx, caller, id, rest.ScopeRead)
	if err != nil {
		return err
	}
	party, err := p.recipient(recipient)
	if err != nil {
		return err
	}
	if r := p.Recipient(party); !r.Downloaded.IsZero() {
		return nil
	}
	_, err = c.changeTransfer(ctx, id, caller.Name(), func(_ store.Tx, t *rest.Transfer, l *transferLog) error {
		r := t.Recipient(party)
		if r == nil || !r.Downloaded.IsZero() {
			return nil
		}
		r.Downloaded = l.now
		state := r.State
		if state == rest.RecipientInitialized {
			state = rest.RecipientDownloaded
		}
		if err := l.recipient(r, state, textDownloaded, rest.EventTransferDownloaded); err != nil {
			return err
		}
		return l.tellRecipients("", textDownloaded, func(o *rest.Recipient) bool { return o.Party == party })
	})
	return err
}

// ConfirmTransfer implements [rest.Transfers].
func (c *Core) ConfirmTransfer(ctx context.Context, caller rest.Caller, id uuid.UUID, recipient rest.PartyID) (*rest.Transfer, error) {
	p, err := c.partIn(ctx, caller, id, rest.ScopeWrite)
	if err != nil {
		return nil, err
	}
	parties := p.receives
	if recipient != 0 || len(parties) == 0 {
		if err := p.confirmable(); err != nil {
			return nil, err
		}
		one, err := p.recipient(recipient)
		if err != nil {
			return nil, err
		}
		parties = []rest.PartyID{one}
	}
	if parties, err = c.writableOf(ctx, caller, p, parties); err != nil {
		return nil, err
	}
	t, err := c.changeTransfer(ctx, id, caller.Name(), func(_ store.Tx, t *rest.Transfer, l *transferLog) error {
		return c.confirmFor(t, l, parties)
	})
	if err != nil {
		return nil, err
	}
	p.Transfer = t
	return p.shown(), nil
}

// writableOf are those of the parties that the caller may write for: to confirm
// takes more than the right to read, since it ends what others of the party have.
func (c *Core) writableOf(ctx context.Context, caller rest.Caller, p *part, parties []rest.PartyID) ([]rest.PartyID, error) {
	var writable []rest.PartyID
	for _, party := range parties {
		ok, err := c.actsIn(ctx, caller, p.Transfer, party, rest.Write)
		if err != nil {
			return nil, err
		}
		if ok {
			writable = append(writable, party)
		}
	}
	if len(writable) == 0 {
		return nil, rest.Errorf(rest.Forbidden, "right", "You lack the right to write for a recipient of this file.")
	}
	return writable, nil
}

// confirmable says what is wrong with confirming before it is published.
func (p *part) confirmable() error {
	if p.Published.IsZero() {
		return errFileNotReady
	}
	return nil
}

// confirmFor confirms for some recipients; the last one's ends the transfer.
func (c *Core) confirmFor(t *rest.Transfer, l *transferLog, parties []rest.PartyID) error {
	mine := func(r *rest.Recipient) bool { return slices.Contains(parties, r.Party) && notConfirmed(r) }
	all := true
	var newly []rest.PartyID
	for i := range t.Recipients {
		r := &t.Recipients[i]
		switch {
		case !notConfirmed(r):
		case !mine(r):
			all = false
		default:
			newly = append(newly, r.Party)
		}
	}
	if len(newly) == 0 {
		return nil
	}
	if !t.Status.Open() {
		return errTransferEnded
	}
	if err := l.tellRecipients("", textConfirmed, mine); err != nil {
		return err
	}
	for _, party := range newly {
		r := t.Recipient(party)
		r.Confirmed = l.now
		if err := l.recipient(r, rest.RecipientConfirmed, textConfirmed, rest.EventTransferConfirmed); err != nil {
			return err
		}
	}
	if !all {
		return nil
	}
	t.Due = l.now.Add(c.cfg.Transfers.Grace)
	if err := l.status(rest.TransferAllConfirmed, textAllDone, rest.EventTransferAllConfirmed); err != nil {
		return err
	}
	return l.tell("", textAllDone)
}
