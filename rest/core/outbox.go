package core

import (
	"context"
	"errors"
	"time"

	"overgang/rest"
	"overgang/store"
)

const (
	// messageAge is how long a message is worth sending that says nothing of it.
	messageAge = 72 * time.Hour
	// outboxPage is how many messages are listed at once.
	outboxPage = 1000
)

var _ rest.Outbox = (*Core)(nil)

// enqueue puts a message into the outbox, in the transaction that it tells of:
// what is undone is not told. Channel, To, Text, At and Purpose are required;
// one that tells of an application's instance or correspondence names them, and
// App, so that the application's owner sees what became of it.
func enqueue(tx store.Tx, m rest.OutboxMessage) error {
	if m.Until.IsZero() {
		m.Until = m.At.Add(messageAge)
	}
	return tx.AddMessage(&m)
}

// OutboxMessages implements [rest.Outbox].
func (c *Core) OutboxMessages(ctx context.Context, caller rest.Caller, q rest.OutboxQuery) ([]rest.OutboxMessage, bool, error) {
	if err := mayReadOutbox(caller); err != nil {
		return nil, false, err
	}
	if q.Org != "" && q.Org != caller.Owner {
		return nil, false, nil
	}
	q.Org = caller.Owner
	return outboxList(ctx, c.view, q)
}

// outboxList reads one more than asked for, to see whether there are more.
func outboxList(ctx context.Context, view func(context.Context, func(store.Reader) error) error, q rest.OutboxQuery) (list []rest.OutboxMessage, more bool, err error) {
	if q.Limit < 1 || q.Limit >= outboxPage {
		q.Limit = outboxPage - 1
	}
	limit := q.Limit
	q.Limit++
	err = view(ctx, func(r store.Reader) (err error) {
		list, err = r.OutboxMessages(q)
		return err
	})
	if len(list) > limit {
		list, more = list[:limit], true
	}
	return list, more, err
}

// OutboxMessage implements [rest.Outbox].
func (c *Core) OutboxMessage(ctx context.Context, caller rest.Caller, id int64) (*rest.OutboxMessage, error) {
	if err := mayReadOutbox(caller); err != nil {
		return nil, err
	}
	var m *rest.OutboxMessage
	err := c.cfg.Store.View(ctx, func(r store.Reader) (err error) {
		m, err = r.OutboxMessage(id)
		return err
	})
	if errors.Is(err, store.ErrNotFound) || err == nil && m.App.Org != caller.Owner {
		return nil, rest.Errorf(rest.NotFound, "notification-unknown", "There is no notification %d.", id)
	}
	if err != nil {
		return nil, failure(err)
	}
	return m, nil
}

// mayReadOutbox takes application owners only.
func mayReadOutbox(caller rest.Caller) error {
	if err := needScope(caller, rest.ScopeRead); err != nil {
		return err
	}
	if caller.Owner == "" {
		return rest.Errorf(rest.Forbidden, "owner", "Only an application's owner sees what was sent for it.")
	}
	return nil
}
