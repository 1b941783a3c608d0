package sqlstore

import (
	"time"

	"overgang/rest"
	"overgang/store"
)

const subscriptionColumns = "id, subscriber, endpoint, filter, created, state, reason, signing, triggered, cursor, health, holder, until"

var (
	selectSubscription     = sql("SELECT " + subscriptionColumns + " FROM subscription WHERE id = ?")
	selectSubscriptions    = sql("SELECT " + subscriptionColumns + " FROM subscription WHERE id > ? ORDER BY id LIMIT ?")
	selectSubscriptionsOf  = sql("SELECT " + subscriptionColumns + " FROM subscription WHERE subscriber = ? AND id > ? ORDER BY id LIMIT ?")
	insertSubscription     = sql("INSERT INTO subscription (" + subscriptionColumns + ") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")
	updateSubscription     = sql("UPDATE subscription SET endpoint = ?, filter = ?, state = ?, reason = ?, signing = ?, triggered = ?, cursor = ?, health = ?, holder = ?, until = ? WHERE id = ?")
	deleteSubscription     = sql("DELETE FROM subscription WHERE id = ?")
	leaseSubscriptions     = sql("UPDATE subscription SET holder = ?1, until = ?2 WHERE holder = ?1 OR holder = '' OR until < ?3")
	freeSubscriptions      = sql("UPDATE subscription SET holder = '', until = NULL WHERE holder = ?")
	takeSubscriptionNumber = sql("UPDATE subscription_counter SET subscription = subscription + 1 WHERE one = 1")
	lastSubscriptionNumber = sql("SELECT subscription FROM subscription_counter WHERE one = 1")
	countChanges           = sql("UPDATE subscription_counter SET changes = changes + 1 WHERE one = 1")
	selectChanges          = sql("SELECT changes FROM subscription_counter WHERE one = 1")
	selectEventApps        = sql("SELECT org, name FROM app")
	selectLastEvent        = sql("SELECT event FROM counter WHERE one = 1")
)

func packFilter(f rest.EventFilter) []byte {
	p := newPacker(64)
	p.int(int64(len(f.Apps)))
	for _, a := range f.Apps {
		p.text(a.Org)
		p.text(a.App)
	}
	p.int(int64(len(f.Types)))
	for _, t := range f.Types {
		p.text(t)
	}
	p.int(int64(f.Party))
	p.uuid(f.Instance)
	return p.b
}

func unpackFilter(b []byte) (f rest.EventFilter, err error) {
	u := newUnpacker(b)
	for range u.count() {
		f.Apps = append(f.Apps, rest.AppID{Org: u.text(), App: u.text()})
	}
	for range u.count() {
		f.Types = append(f.Types, u.text())
	}
	f.Party, f.Instance = rest.PartyID(u.int()), u.uuid()
	return f, u.err
}

func packKeys(keys []store.SigningKey) []byte {
	p := newPacker(1 + 48*len(keys))
	for _, k := range keys {
		p.text(string(k.Salt))
		p.time(k.Until)
	}
	return p.b
}

func unpackKeys(b []byte) (keys []store.SigningKey, err error) {
	u := newUnpacker(b)
	for u.more() {
		keys = append(keys, store.SigningKey{Salt: []byte(u.text()), Until: u.time()})
	}
	return keys, u.err
}

func packHealth(h rest.Health) []byte {
	p := newPacker(64)
	p.int(int64(h.Failures))
	p.time(h.FailingSince)
	p.time(h.Resume)
	p.time(h.Last.At)
	p.int(int64(h.Last.Status))
	p.text(h.Last.Failure)
	p.int(int64(h.Last.Took / time.Microsecond))
	p.int(h.Delivered)
	return p.b
}

func unpackHealth(b []byte) (h rest.Health, err error) {
	u := newUnpacker(b)
	h = rest.Health{Failures: int(u.int()), FailingSince: u.time(), Resume: u.time()}
	h.Last = rest.Attempt{At: u.time(), Status: int(u.int()), Failure: u.text(), Took: time.Duration(u.int()) * time.Microsecond}
	h.Delivered = u.int()
	return h, u.err
}

func scanSubscription(row *row) (s store.Subscription, err error) {
	s.ID, s.Subscriber, s.Endpoint = row.int(), rest.Subject(row.text()), row.text()
	if s.Filter, err = unpackFilter(row.bytes()); err != nil {
		return s, err
	}
	s.Created, s.State, s.Reason = row.time(), rest.SubscriptionState(row.text()), rest.DisableReason(row.text())
	if s.Keys, err = unpackKeys(row.bytes()); err != nil {
		return s, err
	}
	s.Triggered, s.Cursor = row.time(), row.int()
	if s.Health, err = unpackHealth(row.bytes()); err != nil {
		return s, err
	}
	s.Holder, s.Until = row.text(), row.time()
	return s, nil
}

// Subscription implements [store.SubscriptionReader].
func (r *reader) Subscription(id int64) (s store.Subscription, err error) {
	err = r.one(selectSubscription, func(row *row) (err error) { s, err = scanSubscription(row); return err }, id)
	return s, err
}

// Subscriptions implements [store.SubscriptionReader].
func (r *reader) Subscriptions(of rest.Subject, after int64, limit int) (list []store.Subscription, err error) {
	each := func(row *row) error {
		s, err := scanSubscription(row)
		list = append(list, s)
		return err
	}
	if of == "" {
		err = r.query(selectSubscriptions, each, after, limit)
	} else {
		err = r.query(selectSubscriptionsOf, each, string(of), after, limit)
	}
	return list, err
}

// SubscriptionChanges implements [store.SubscriptionReader].
func (r *reader) SubscriptionChanges() (n int64, err error) {
	err = r.one(selectChanges, func(row *row) error { n = row.int(); return nil })
	return n, err
}

// EventApplications implements [store.SubscriptionReader].
func (r *reader) EventApplications() (apps []rest.AppID, err error) {
	err = r.query(selectEventApps, func(row *row) error {
		apps = append(apps, rest.AppID{Org: row.text(), App: row.text()})
		return nil
	})
	return apps, err
}

// LastEvent implements [store.SubscriptionReader].
func (r *reader) LastEvent() (n int64, err error) {
	err = r.one(selectLastEvent, func(row *row) error { n = row.int(); return nil })
	return n, err
}

// LastEvent of a transaction has what it recorded.
func (t *tx) LastEvent() (int64, error) {
	err := t.flush()
	return t.n.event, err
}

// CreateSubscription implements [store.SubscriptionWriter].
func (t *tx) CreateSubscription(s *store.Subscription) (err error) {
	if s.ID, err = t.takeNumber(takeSubscriptionNumber, lastSubscriptionNumber); err != nil {
		return err
	}
	if s.Cursor, err = t.LastEvent(); err != nil {
		return err
	}
	return t.spoil(t.exec(insertSubscription, s.ID, string(s.Subscriber), s.Endpoint, packFilter(s.Filter), s.Created, string(s.State), string(s.Reason),
		packKeys(s.Keys), s.Triggered, s.Cursor, packHealth(s.Health), s.Holder, s.Until))
}

// takeNumber advances a counter and reads it.
func (t *tx) takeNumber(advance, read *statement) (n int64, err error) {
	if err := t.change(advance); err != nil {
		return 0, err
	}
	err = t.one(read, func(row *row) error { n = row.int(); return nil })
	return n, err
}

// UpdateSubscription implements [store.SubscriptionWriter].
func (t *tx) UpdateSubscription(s *store.Subscription) error {
	return t.change(updateSubscription, s.Endpoint, packFilter(s.Filter), string(s.State), string(s.Reason), packKeys(s.Keys),
		s.Triggered, s.Cursor, packHealth(s.Health), s.Holder, s.Until, s.ID)
}

// DeleteSubscription implements [store.SubscriptionWriter].
func (t *tx) DeleteSubscription(id int64) error {
	if _, err := t.c.change(deleteDeliveries, id); err != nil {
		return t.spoil(err)
	}
	return t.change(deleteSubscription, id)
}

// LeaseSubscriptions implements [store.SubscriptionWriter].
func (t *tx) LeaseSubscriptions(holder string, now, until time.Time) error {
	_, err := t.c.change(leaseSubscriptions, holder, until, now)
	return t.spoil(err)
}

// FreeSubscriptions implements [store.SubscriptionWriter].
func (t *tx) FreeSubscriptions(holder string) error {
	_, err := t.c.change(freeSubscriptions, holder)
	return t.spoil(err)
}

// SubscriptionsChanged implements [store.SubscriptionWriter].
func (t *tx) SubscriptionsChanged() error { return t.change(countChanges) }
