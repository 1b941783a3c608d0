package core

import (
	"context"
	"maps"
	"slices"
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
		return revive(tx, m, now)
	})
}

func revive(tx store.Tx, m *rest.OutboxMessage, now time.Time) error {
	m.Next, m.Until = now, now.Add(messageAge)
	return tx.ReviveMessage(m)
}

// RetryFailed has the messages that failed sent again, of one owner's
// applications or, with an empty org, of all, and says how many. One-time codes,
// which are forgotten, stay as they are.
func (a *Admin) RetryFailed(ctx context.Context, org string) (retried int, err error) {
	now := a.cfg.Now().UTC().Truncate(time.Microsecond)
	return a.eachFailed(ctx, org, func(tx store.Tx, m *rest.OutboxMessage) (bool, error) {
		if m.Text == "" {
			return false, nil
		}
		return true, revive(tx, m, now)
	})
}

// DropMessage removes a message that was sent or has failed, and what it said.
// Conflict while it is pending.
func (a *Admin) DropMessage(ctx context.Context, id int64) error {
	return a.Apply(ctx, func(tx store.Tx) error {
		m, err := tx.OutboxMessage(id)
		if err != nil {
			return err
		}
		if m.State == rest.OutboxPending {
			return rest.Errorf(rest.Conflict, "pending", "The message is pending: say first that it was sent, or that it failed.")
		}
		return tx.DropMessage(id)
	})
}

// DropFailed removes the messages that failed, as RetryFailed selects them, and
// says how many.
func (a *Admin) DropFailed(ctx context.Context, org string) (dropped int, err error) {
	return a.eachFailed(ctx, org, func(tx store.Tx, m *rest.OutboxMessage) (bool, error) { return true, tx.DropMessage(m.ID) })
}

// eachFailed does something with every message that has failed, in pages of an
// update each, and counts where it was done. What is settled otherwise in between
// is left.
func (a *Admin) eachFailed(ctx context.Context, org string, do func(store.Tx, *rest.OutboxMessage) (bool, error)) (done int, err error) {
	q := rest.OutboxQuery{Org: org, State: rest.OutboxFailed}
	for {
		list, more, err := a.OutboxMessages(ctx, q)
		if err != nil || len(list) == 0 {
			return done, err
		}
		n := 0
		err = a.Apply(ctx, func(tx store.Tx) error {
			n = 0
			for i := range list {
				did, err := do(tx, &list[i])
				if err := ignoreAbsent(err); err != nil {
					return err
				}
				if did && err == nil {
					n++
				}
			}
			return nil
		})
		if err != nil {
			return done, err
		}
		if done += n; !more {
			return done, nil
		}
		q.After = list[len(list)-1].ID
	}
}

// OutboxCount is how many messages of a channel are in a state.
type OutboxCount struct {
	State   rest.OutboxState
	Channel rest.NotificationChannel
	Count   int
}

// OutboxStatus counts the messages, those that are pending first, and tells of
// the oldest that is pending; nil = none is.
func (a *Admin) OutboxStatus(ctx context.Context) (counts []OutboxCount, first *rest.OutboxMessage, err error) {
	err = a.view(ctx, func(r store.Reader) error {
		counts, first = nil, nil
		for _, state := range rest.OutboxStates {
			n, err := r.CountOutbox(state)
			if err != nil {
				return err
			}
			for _, channel := range slices.Sorted(maps.Keys(n)) {
				counts = append(counts, OutboxCount{state, channel, n[channel]})
			}
		}
		list, err := r.OutboxMessages(rest.OutboxQuery{State: rest.OutboxPending, Limit: 1})
		if err == nil && len(list) > 0 {
			first = &list[0]
		}
		return err
	})
	return counts, first, err
}
