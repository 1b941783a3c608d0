package core

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"github.com/google/uuid"

	"overgang/rest"
	"overgang/store"
)

// Refusals about transfers.
var (
	errTransferEnded  = rest.Errorf(rest.Gone, "transfer-ended", "The transfer has ended: its file is gone.")
	errFileThere      = rest.Errorf(rest.Conflict, "file-uploaded", "A file was uploaded for this transfer already.")
	errUploadUnderway = rest.Errorf(rest.Conflict, "upload-underway", "Another upload for this transfer is under way.")
	errFileNotReady   = rest.Errorf(rest.Conflict, "file-not-ready", "The file is not ready for download yet.")
	errSenderOnly     = rest.Errorf(rest.Forbidden, "sender", "Only the sender may do that.")
	errRecipientsOnly = rest.Errorf(rest.Forbidden, "recipient", "Only a recipient may do that.")
)

// byGateway is who takes the steps that nobody asked for.
const byGateway = rest.ByGateway

// part is a transfer as the caller takes part in it.
type part struct {
	*rest.Transfer
	sends    bool           // may read as its sender
	writes   bool           // may act as its sender
	receives []rest.PartyID // those of its recipients that are the caller's
}

// partIn reads a transfer that the caller takes part in.
func (c *Core) partIn(ctx context.Context, caller rest.Caller, id uuid.UUID, scope string) (*part, error) {
	if err := needScope(caller, scope); err != nil {
		return nil, err
	}
	var t *rest.Transfer
	err := c.cfg.Store.View(ctx, func(r store.Reader) (err error) {
		t, err = r.Transfer(id)
		return err
	})
	if errors.Is(err, store.ErrNotFound) {
		return nil, notFound("transfer")
	}
	if err != nil {
		return nil, failure(err)
	}
	return c.partOf(ctx, caller, t)
}

// partOf says what the caller is in a transfer. The application's owner is none
// of its parties. What is not published is nothing to a recipient yet.
func (c *Core) partOf(ctx context.Context, caller rest.Caller, t *rest.Transfer) (*part, error) {
	p, err := c.sendingPart(ctx, caller, t)
	if err != nil {
		return nil, err
	}
	return p, c.addReceiving(ctx, caller, p)
}

// sendingPart is what the caller is as sender, if anything.
func (c *Core) sendingPart(ctx context.Context, caller rest.Caller, t *rest.Transfer) (p *part, err error) {
	if caller.Owner != "" {
		return nil, withheld("transfer")
	}
	p = &part{Transfer: t}
	if p.writes, err = c.actsIn(ctx, caller, t, t.Sender, rest.Write); err != nil {
		return nil, err
	}
	if p.sends = p.writes; !p.sends {
		p.sends, err = c.actsIn(ctx, caller, t, t.Sender, rest.Read)
	}
	return p, err
}

// addReceiving adds which recipients are the caller's. Who is neither is
// answered as if there were no such transfer.
func (c *Core) addReceiving(ctx context.Context, caller rest.Caller, p *part) error {
	t := p.Transfer
	if !t.Published.IsZero() {
		for i := range t.Recipients {
			party := t.Recipients[i].Party
			ok, err := c.actsIn(ctx, caller, t, party, rest.Read)
			if err != nil {
				return err
			}
			if ok {
				p.receives = append(p.receives, party)
			}
		}
	}
	if !p.sends && len(p.receives) == 0 {
		return withheld("transfer")
	}
	return nil
}

// actsIn says whether the caller holds a right for a party in the transfer's service.
func (c *Core) actsIn(ctx context.Context, caller rest.Caller, t *rest.Transfer, party rest.PartyID, right rest.Right) (bool, error) {
	ok, err := c.allowed(ctx, c.registry.now(), caller, target{party: party, org: t.App.Org, service: t.Service}, right)
	return ok, failure(err)
}

// recipient is the one that the caller means: the party it names, or the first
// of its own.
func (p *part) recipient(party rest.PartyID) (rest.PartyID, error) {
	switch {
	case len(p.receives) == 0:
		return 0, errRecipientsOnly
	case party == 0:
		return p.receives[0], nil
	case slices.Contains(p.receives, party):
		return party, nil
	}
	return 0, errRecipientsOnly
}

// shown is the transfer as the caller sees it: a recipient sees nobody else.
func (p *part) shown() *rest.Transfer {
	if p.sends {
		return p.Transfer
	}
	t := *p.Transfer
	t.Receipt = 0
	t.Recipients = nil
	for _, r := range p.Recipients {
		if slices.Contains(p.receives, r.Party) {
			t.Recipients = append(t.Recipients, r)
		}
	}
	return &t
}

// Transfer implements [rest.Transfers].
func (c *Core) Transfer(ctx context.Context, caller rest.Caller, id uuid.UUID) (*rest.Transfer, error) {
	p, err := c.partIn(ctx, caller, id, rest.ScopeRead)
	if err != nil {
		return nil, err
	}
	return p.shown(), nil
}

// TransferSteps implements [rest.Transfers].
func (c *Core) TransferSteps(ctx context.Context, caller rest.Caller, id uuid.UUID) (*rest.Transfer, []rest.TransferStep, error) {
	p, err := c.partIn(ctx, caller, id, rest.ScopeRead)
	if err != nil {
		return nil, nil, err
	}
	var steps []rest.TransferStep
	err = c.view(ctx, func(r store.Reader) (err error) {
		steps, err = r.TransferSteps(id)
		return err
	})
	if !p.sends {
		steps = slices.DeleteFunc(steps, func(s rest.TransferStep) bool {
			return s.Recipient != 0 && !slices.Contains(p.receives, s.Recipient)
		})
	}
	return p.shown(), steps, err
}

// brokerService finds the service of file transfers that is named.
func (c *Core) brokerService(app rest.AppID, ref rest.ServiceRef) (*rest.Application, error) {
	s := c.registry.now()
	a := s.services[ref]
	if app != (rest.AppID{}) {
		a = s.apps[app]
	}
	if a == nil || a.Broker == nil {
		return nil, rest.Errorf(rest.NotFound, "service-unknown", "There is no such service of file transfers.")
	}
	return a.Application, nil
}

// changeTransfer changes a transfer in a transaction of its own, with the steps
// and events that change leaves in the log it is given.
func (c *Core) changeTransfer(ctx context.Context, id uuid.UUID, by string, change func(tx store.Tx, t *rest.Transfer, l *transferLog) error) (*rest.Transfer, error) {
	var out *rest.Transfer
	err := c.update(ctx, func(tx store.Tx) error {
		t, err := tx.Transfer(id)
		if err != nil {
			return orNotFound(err, "transfer")
		}
		l := &transferLog{tx: tx, t: t, by: by, now: c.now()}
		if err := change(tx, t, l); err != nil {
			return err
		}
		out = t
		return l.end()
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

// transferLog records what one change does to a transfer, in all the places
// that tell of it: its row, its steps, its receipts and the event feed.
type transferLog struct {
	tx      store.Tx
	t       *rest.Transfer
	by      string
	now     time.Time
	receipt *rest.Receipt // read when it is first told something
	changed bool          // the row
}

// status moves the transfer on.
func (l *transferLog) status(s rest.TransferStatus, text string, event rest.EventType) error {
	l.t.Status, l.t.Text, l.t.Changed, l.changed = s, text, l.now, true
	if err := l.tx.AddTransferStep(l.t.ID, rest.TransferStep{At: l.now, Status: s, Text: text, By: l.by}); err != nil {
		return err
	}
	return l.event(event)
}

// recipient moves a recipient on.
func (l *transferLog) recipient(r *rest.Recipient, s rest.RecipientState, text string, event rest.EventType) error {
	r.State, r.Changed, l.changed = s, l.now, true
	if err := l.tx.UpdateRecipient(l.t.ID, *r); err != nil {
		return err
	}
	if err := l.tx.AddTransferStep(l.t.ID, rest.TransferStep{At: l.now, Recipient: r.Party, State: s, Text: text, By: l.by}); err != nil {
		return err
	}
	return l.event(event)
}

func (l *transferLog) event(event rest.EventType) error {
	if event == "" {
		return nil
	}
	return l.tx.AddEvent(&rest.Event{At: l.now, Type: event, App: l.t.App, Owner: l.t.Sender, Transfer: l.t.ID, Step: string(l.t.Status), By: l.by})
}

// end writes what was put off.
func (l *transferLog) end() error {
	if l.receipt != nil {
		if err := l.tx.UpdateReceipt(l.receipt); err != nil {
			return err
		}
	}
	if !l.changed {
		return nil
	}
	l.t.Version++
	return l.tx.UpdateTransfer(l.t)
}

// claims are transfers that one request has for itself. One process serves a
// store's uploads at a time; should there be several, the store decides.
type claims struct {
	mu    sync.Mutex
	taken map[uuid.UUID]bool
}

// take says whether the transfer is free, and takes it.
func (c *claims) take(id uuid.UUID) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.taken[id] {
		return false
	}
	if c.taken == nil {
		c.taken = map[uuid.UUID]bool{}
	}
	c.taken[id] = true
	return true
}

func (c *claims) free(id uuid.UUID) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.taken, id)
}
