package core

import (
	"context"
	"time"

	"overgang/rest"
	"overgang/store"
)

// OutboxMessages lists everybody's: see [rest.Outbox].
func (a *Admin) OutboxMessages(ctx context.Context, q rest.OutboxQuery) ([]rest.OutboxMessage, bool, error) {
	return outboxList(ctx, a.view, q)
}

// OutboxMessage is anybody's. NotFound when it is not there.
func (a *Admin) OutboxMessage(ctx context.Context, id int64) (m *rest.OutboxMessage, err error) {
	err = a.view(ctx, func(r store.Reader) (err error) {
		m, err = r.OutboxMessage(id)
		return err
	})
	return m, err
}

// SettleMessage says that a pending message was sent by other means, or, with
// problem, that it will not be. Conflict when it is settled already.
func (a *Admin) SettleMessage(ctx context.Context, id int64, problem string) error {
	now := a.cfg.Now().UTC().Truncate(time.Microsecond)
	return a.Apply(ctx, func(tx store.Tx) error {
		m, err := tx.OutboxMessage(id)
		if err != nil {
			return err
		}
		if m.State != rest.OutboxPending {
			return rest.Errorf(rest.Conflict, "settled", "The message is settled already: %s.", m.State)
		}
		state := rest.OutboxSent
		if problem != "" {
			state = rest.OutboxFailed
		}
		settleMessage(m, state, problem, now)
		return tx.UpdateMessage(m, m.Attempts)
	})
}

// RetryMessage has a failed message sent again, for as long as a new one.
// Conflict when it has not failed, or was a one-time code, which is forgotten.
func (a *Admin) RetryMessage(ctx context.Context, id int64) error {
	now := a.cfg.Now().UTC().Truncate(time.Microsecond)
	return a.Apply(ctx, func(tx store.Tx) error {
		m, err := tx.OutboxMessage(id)
		if err != nil {
			return err
		}
		switch {
		case m.State != rest.OutboxFailed:
			return rest.Errorf(rest.Conflict, "not-failed", "The message has not failed: it is %s.", m.State)
		case m.Text == "":
			return rest.Errorf(rest.Conflict, "forgotten", "The message was a one-time code, which is forgotten. A new one is sent at the next login.")
		}
		m.Next, m.Until = now, now.Add(messageAge)
		return tx.ReviveMessage(m)
	})
}
