package sqlstore

import (
	"time"

	"overgang/rest"
	"overgang/store"
)

const deliveryColumns = "id, subscription, kind, app, event, attempts, first, next, last_at, last_status, last_failure, last_took"

var (
	selectDelivery = sql("SELECT " + deliveryColumns + " FROM delivery WHERE id = ?")
	selectWaiting  = sql("SELECT " + deliveryColumns + " FROM delivery WHERE subscription = ? AND next IS NOT NULL AND kind = 'event' ORDER BY next, id LIMIT ?")
	selectNotices  = sql("SELECT " + deliveryColumns + " FROM delivery WHERE subscription = ? AND next IS NOT NULL AND kind <> 'event' ORDER BY next, id LIMIT ?")
	selectDead     = sql("SELECT " + deliveryColumns + " FROM delivery WHERE subscription = ? AND next IS NULL AND id > ? ORDER BY id LIMIT ?")
	countWaiting   = sql("SELECT count(*) FROM delivery WHERE subscription = ? AND next IS NOT NULL")
	countDeadOf    = sql("SELECT count(*) FROM delivery WHERE subscription = ? AND next IS NULL")
	countDead      = sql("SELECT count(*) FROM delivery WHERE next IS NULL")
	putDelivery    = sql("INSERT INTO delivery (" + deliveryColumns + `) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (id) DO UPDATE SET attempts = excluded.attempts, first = excluded.first, next = excluded.next, last_at = excluded.last_at,
		last_status = excluded.last_status, last_failure = excluded.last_failure, last_took = excluded.last_took`)
	deleteDelivery     = sql("DELETE FROM delivery WHERE id = ?")
	deleteDeliveries   = sql("DELETE FROM delivery WHERE subscription = ?")
	hastenDeliveries   = sql("UPDATE delivery SET next = ? WHERE subscription = ? AND next > ?")
	dropDead           = sql("DELETE FROM delivery WHERE id IN (SELECT id FROM delivery WHERE next IS NULL AND last_at < ? ORDER BY last_at LIMIT ?)")
	takeDeliveryNumber = sql("UPDATE subscription_counter SET delivery = delivery + 1 WHERE one = 1")
	lastDeliveryNumber = sql("SELECT delivery FROM subscription_counter WHERE one = 1")
)

// delivery is a row whose app is not looked up yet: that takes a query of its own.
type delivery struct {
	rest.Delivery
	app int64
}

func scanDelivery(row *row) (d delivery) {
	d.ID, d.Subscription, d.Kind, d.app, d.Event.ID = row.int(), row.int(), rest.DeliveryKind(row.text()), row.int(), row.int()
	d.Attempts, d.First, d.Next = int(row.int()), row.time(), row.time()
	d.Last = rest.Attempt{At: row.time(), Status: int(row.int()), Failure: row.text(), Took: time.Duration(row.int()) * time.Microsecond}
	return d
}

// named looks up the apps of rows.
func (r *reader) named(rows []delivery) ([]rest.Delivery, error) {
	var list []rest.Delivery
	for _, d := range rows {
		if d.app != 0 {
			var err error
			if d.Event.App, err = r.app(d.app); err != nil {
				return nil, err
			}
		}
		list = append(list, d.Delivery)
	}
	return list, nil
}

// Delivery implements [store.SubscriptionReader].
func (r *reader) Delivery(id int64) (rest.Delivery, error) {
	var rows []delivery
	if err := r.one(selectDelivery, func(row *row) error { rows = append(rows, scanDelivery(row)); return nil }, id); err != nil {
		return rest.Delivery{}, err
	}
	list, err := r.named(rows)
	if err != nil {
		return rest.Delivery{}, err
	}
	return list[0], nil
}

// Deliveries implements [store.SubscriptionReader].
func (r *reader) Deliveries(q store.DeliveryQuery) ([]rest.Delivery, error) {
	var rows []delivery
	each := func(row *row) error { rows = append(rows, scanDelivery(row)); return nil }
	var err error
	switch {
	case q.Dead:
		err = r.query(selectDead, each, q.Subscription, q.After, q.Limit)
	case q.Notices:
		err = r.query(selectNotices, each, q.Subscription, q.Limit)
	default:
		err = r.query(selectWaiting, each, q.Subscription, q.Limit)
	}
	if err != nil {
		return nil, err
	}
	return r.named(rows)
}

// CountDeliveries implements [store.SubscriptionReader].
func (r *reader) CountDeliveries(subscription int64) (waiting, dead int, err error) {
	count := func(st *statement, into *int) {
		if err == nil {
			err = r.one(st, func(row *row) error { *into = int(row.int()); return nil }, subscription)
		}
	}
	count(countWaiting, &waiting)
	count(countDeadOf, &dead)
	return waiting, dead, err
}

// CountDead implements [store.SubscriptionReader].
func (r *reader) CountDead() (n int, err error) {
	err = r.one(countDead, func(row *row) error { n = int(row.int()); return nil })
	return n, err
}

// PutDelivery implements [store.SubscriptionWriter].
func (t *tx) PutDelivery(d *rest.Delivery) (err error) {
	var app int64
	if d.Kind == rest.EventDelivery {
		if app, err = t.appNumber(d.Event.App); err != nil {
			return err
		}
	}
	id := d.ID
	if id == 0 {
		if id, err = t.takeNumber(takeDeliveryNumber, lastDeliveryNumber); err != nil {
			return err
		}
	}
	err = t.exec(putDelivery, id, d.Subscription, string(d.Kind), app, d.Event.ID, d.Attempts, d.First, d.Next,
		d.Last.At, d.Last.Status, d.Last.Failure, int64(d.Last.Took/time.Microsecond))
	d.ID = id
	return err
}

// DeleteDelivery implements [store.SubscriptionWriter].
func (t *tx) DeleteDelivery(id int64) error { return t.change(deleteDelivery, id) }

// HastenDeliveries implements [store.SubscriptionWriter].
func (t *tx) HastenDeliveries(subscription int64, now time.Time) error {
	_, err := t.c.change(hastenDeliveries, now, subscription, now)
	return t.spoil(err)
}

// DropDead implements [store.SubscriptionWriter].
func (t *tx) DropDead(before time.Time, limit int) (int, error) {
	n, err := t.c.change(dropDead, before, limit)
	return int(n), t.spoil(err)
}
