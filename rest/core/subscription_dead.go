package core

import (
	"context"
	"errors"
	"time"

	"overgang/rest"
	"overgang/store"
)

// deadBatch is how many dead letters one update moves or removes.
const deadBatch = 200

// eventOf fills in what happened; ErrNotFound when it was purged.
func eventOf(r store.Reader, d *rest.Delivery) error {
	if d.Kind != rest.EventDelivery {
		return nil
	}
	events, err := r.AppEvents(d.Event.App, rest.EventQuery{After: d.Event.ID - 1, Limit: 1})
	switch {
	case err != nil:
		return err
	case len(events) == 0 || events[0].ID != d.Event.ID:
		return store.ErrNotFound
	}
	d.Event = events[0]
	return nil
}

// dead lists dead letters with their events.
func (d *desk) dead(ctx context.Context, of rest.Subject, id, after int64, limit int) (list []rest.Delivery, next int64, err error) {
	err = d.view(ctx, func(r store.Reader) error {
		list, next = nil, 0
		if _, err := own(r, of, id); err != nil {
			return err
		}
		rows, err := r.Deliveries(store.DeliveryQuery{Subscription: id, Dead: true, After: after, Limit: limit + 1})
		if err != nil {
			return err
		}
		if len(rows) > limit {
			rows = rows[:limit]
			next = rows[limit-1].ID
		}
		for _, row := range rows {
			switch err := eventOf(r, &row); {
			case errors.Is(err, store.ErrNotFound):
			case err != nil:
				return err
			default:
				list = append(list, row)
			}
		}
		return nil
	})
	return list, next, err
}

// eachDead calls fn for one dead letter, or with no delivery for all there are,
// in as many updates as it takes, and returns how many.
func (d *desk) eachDead(ctx context.Context, of rest.Subject, id, delivery int64, fn func(store.Tx, *rest.Delivery) error) (int, error) {
	if delivery != 0 {
		return 1, d.update(ctx, func(tx store.Tx) error {
			if _, err := own(tx, of, id); err != nil {
				return err
			}
			row, err := tx.Delivery(delivery)
			if errors.Is(err, store.ErrNotFound) || err == nil && (row.Subscription != id || !row.Next.IsZero()) {
				return rest.Errorf(rest.NotFound, "dead-letter-unknown", "There is no such dead letter.")
			}
			if err != nil {
				return err
			}
			return errors.Join(fn(tx, &row), tx.SubscriptionsChanged())
		})
	}
	total := 0
	for n := deadBatch; n == deadBatch; {
		err := d.update(ctx, func(tx store.Tx) error {
			if _, err := own(tx, of, id); err != nil {
				return err
			}
			rows, err := tx.Deliveries(store.DeliveryQuery{Subscription: id, Dead: true, Limit: deadBatch})
			if err != nil {
				return err
			}
			n = len(rows)
			for i := range rows {
				if err := fn(tx, &rows[i]); err != nil {
					return err
				}
			}
			return tx.SubscriptionsChanged()
		})
		if err != nil {
			return total, err
		}
		total += n
	}
	return total, nil
}

// redeliver puts dead letters back in line, as if new.
func (d *desk) redeliver(ctx context.Context, of rest.Subject, id, delivery int64) (int, error) {
	now := d.now()
	return d.eachDead(ctx, of, id, delivery, func(tx store.Tx, row *rest.Delivery) error {
		row.Attempts, row.First, row.Next = 0, time.Time{}, now
		return tx.PutDelivery(row)
	})
}

func (d *desk) dropDead(ctx context.Context, of rest.Subject, id, delivery int64) (int, error) {
	return d.eachDead(ctx, of, id, delivery, func(tx store.Tx, row *rest.Delivery) error { return tx.DeleteDelivery(row.ID) })
}
