package store

import (
	"time"

	"overgang/rest"
)

// Subscription is a subscription as it is kept.
type Subscription struct {
	rest.Subscription // without Waiting and Dead
	Keys              []SigningKey
	Triggered         time.Time // when the subscriber last asked for a validation or a test
	// Holder delivers until Until; empty = nobody does.
	Holder string
	Until  time.Time
}

// SigningKey is what a signing secret is derived from, together with a secret
// that the store does not know.
type SigningKey struct {
	Salt  []byte
	Until time.Time // zero = until it is replaced
}

// DeliveryQuery selects deliveries of a subscription. They come without what
// their event says beside ID and App.
type DeliveryQuery struct {
	Subscription int64
	// Dead selects what was given up, in the order of ids. Notices selects the
	// validations and tests that wait, else the events that do, in the order of
	// Next and ids.
	Dead    bool
	Notices bool
	After   int64 // with Dead: ids greater than this
	Limit   int
}

// SubscriptionReader reads subscriptions and what is put off for them.
type SubscriptionReader interface {
	Subscription(id int64) (Subscription, error)
	// Subscriptions lists in the order of ids, after the given one; an empty
	// subject = everybody's.
	Subscriptions(of rest.Subject, after int64, limit int) ([]Subscription, error)
	// SubscriptionChanges counts what [SubscriptionWriter.SubscriptionsChanged] was told.
	SubscriptionChanges() (int64, error)
	Delivery(id int64) (rest.Delivery, error)
	Deliveries(q DeliveryQuery) ([]rest.Delivery, error)
	CountDeliveries(subscription int64) (waiting, dead int, err error)
	// CountDead counts the dead letters of all subscriptions.
	CountDead() (int, error)
	// EventApplications lists every application that an event was ever recorded
	// of, and perhaps others.
	EventApplications() ([]rest.AppID, error)
	// LastEvent is the id of the last event that was recorded, of any
	// application; no later one will have a lower id.
	LastEvent() (int64, error)
}

// SubscriptionWriter writes them. These writes do not grow the Generation.
type SubscriptionWriter interface {
	// CreateSubscription assigns the ID, which is never given again, and makes
	// LastEvent the Cursor.
	CreateSubscription(s *Subscription) error
	// UpdateSubscription stores everything of s. ErrNotFound when it is not there.
	UpdateSubscription(s *Subscription) error
	// DeleteSubscription removes it with its deliveries. ErrNotFound.
	DeleteSubscription(id int64) error
	// LeaseSubscriptions makes holder the holder, until that time, of every
	// subscription that has none, or one whose time was before now, or holder itself.
	LeaseSubscriptions(holder string, now, until time.Time) error
	// FreeSubscriptions makes those of holder nobody's.
	FreeSubscriptions(holder string) error
	SubscriptionsChanged() error
	// PutDelivery adds (ID 0: assigned) or replaces.
	PutDelivery(d *rest.Delivery) error
	// DeleteDelivery removes it. ErrNotFound.
	DeleteDelivery(id int64) error
	// HastenDeliveries makes everything that waits for a subscription and is due
	// later due now.
	HastenDeliveries(subscription int64, now time.Time) error
	// DropDead removes dead letters whose last attempt was before a time, at
	// most limit, and says how many.
	DropDead(before time.Time, limit int) (int, error)
}
