package core

import (
	"context"
	"log/slog"
	"time"

	"overgang/rest"
	"overgang/store"
)

// desk is the operators' at the subscriptions of all.
func (a *Admin) desk() *desk {
	return &desk{view: a.view, update: func(ctx context.Context, fn func(store.Tx) error) error {
		return a.Apply(ctx, fn)
	}, now: func() time.Time { return a.cfg.Now().UTC().Truncate(time.Microsecond) }, rand: a.cfg.Rand, signer: newSigner(a.cfg.Secret), log: slog.New(slog.DiscardHandler)}
}

// Subscriptions lists everybody's, in the order of their ids.
func (a *Admin) Subscriptions(ctx context.Context) ([]rest.Subscription, error) {
	var all []rest.Subscription
	for after := int64(0); ; {
		page, err := a.desk().list(ctx, "", after, leasePage)
		if err != nil {
			return nil, err
		}
		all = append(all, page...)
		if len(page) < leasePage {
			return all, nil
		}
		after = page[len(page)-1].ID
	}
}

// Subscription is anybody's.
func (a *Admin) Subscription(ctx context.Context, id int64) (*rest.Subscription, error) {
	return a.desk().get(ctx, "", id)
}

// RemoveSubscription removes it with what waits for it.
func (a *Admin) RemoveSubscription(ctx context.Context, id int64) error {
	_, err := a.desk().remove(ctx, "", id)
	return err
}

// DisableSubscription stops deliveries until it is validated again. Nothing is
// lost meanwhile.
func (a *Admin) DisableSubscription(ctx context.Context, id int64) (*rest.Subscription, error) {
	return a.desk().disable(ctx, id, rest.ByOperator)
}

// ValidateSubscription has a running gateway send the validation event.
func (a *Admin) ValidateSubscription(ctx context.Context, id int64) (*rest.Subscription, error) {
	return a.desk().trigger(ctx, "", id, rest.ValidationDelivery)
}

// TestSubscription has a running gateway send a test event.
func (a *Admin) TestSubscription(ctx context.Context, id int64) (*rest.Subscription, error) {
	return a.desk().trigger(ctx, "", id, rest.TestDelivery)
}

// DeadLetters lists what could not be delivered: see [rest.Subscriptions].
func (a *Admin) DeadLetters(ctx context.Context, id, after int64, limit int) ([]rest.Delivery, int64, error) {
	return a.desk().dead(ctx, "", id, after, limit)
}

// Redeliver puts a dead letter back in line; 0 = all of the subscription's.
func (a *Admin) Redeliver(ctx context.Context, id, delivery int64) (int, error) {
	return a.desk().redeliver(ctx, "", id, delivery)
}

// DropDeadLetters forgets a dead letter; 0 = all of the subscription's.
func (a *Admin) DropDeadLetters(ctx context.Context, id, delivery int64) (int, error) {
	return a.desk().dropDead(ctx, "", id, delivery)
}
