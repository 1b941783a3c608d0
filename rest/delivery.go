package rest

import (
	"context"
	"strconv"
	"time"
)

// DeliveryKind says what is delivered.
type DeliveryKind string

// Delivery kinds.
const (
	EventDelivery      DeliveryKind = "event"
	ValidationDelivery DeliveryKind = "validation" // asks the receiver whether it wants events
	TestDelivery       DeliveryKind = "test"
)

// Delivery is something for one subscription that was put off or given up.
// What is delivered at the first attempt never becomes one.
type Delivery struct {
	ID           int64
	Subscription int64
	Kind         DeliveryKind
	Event        Event // of an EventDelivery
	Attempts     int
	First        time.Time // first attempt; zero = none yet
	Next         time.Time // next attempt; zero = given up, a dead letter
	Last         Attempt
}

// MessageID names what is delivered, the same for every attempt (webhook-id). It
// has no dot: that parts what is signed.
func (d *Delivery) MessageID() string {
	id := "msg_" + strconv.FormatInt(d.Subscription, 10) + "_"
	if d.Kind == EventDelivery {
		return id + strconv.FormatInt(d.Event.ID, 10)
	}
	return id + string(d.Kind) + strconv.FormatInt(d.ID, 10)
}

// Deliveries is the core's side of delivering events: what there is to send,
// to whom, and what became of it. Several gateways over one store share the
// subscriptions: each delivers those that it has leased.
type Deliveries interface {
	// Lease makes holder the one who delivers to every subscription that nobody
	// else has a lease on, until that time, and returns all that it holds.
	Lease(ctx context.Context, holder string, until time.Time) ([]Leased, error)
	// Release ends holder's leases.
	Release(ctx context.Context, holder string) error
	// SubscriptionChanges grows when subscriptions are made, changed or removed,
	// by any process, or when something is put in line for them. It is cheap.
	SubscriptionChanges(ctx context.Context) (int64, error)
	// EventsAdded is as in [Events].
	EventsAdded() <-chan struct{}
	// Feed reads events of the applications that are wanted, after an event,
	// oldest first. All there are up to upTo are among them.
	Feed(ctx context.Context, wanted func(AppID) bool, after int64, limit int) (events []Event, upTo int64, err error)
	// Permits says whether the subscriber may be told of the event as things
	// stand: it may read the instance.
	Permits(ctx context.Context, s *Subscription, e *Event) (bool, error)
	// Due lists what waits for a subscription and is due, the earliest event
	// first, at most limit notices and as many events, and says when the next one
	// is due that is not yet; zero = none, or there is more that is due.
	// Deliveries whose event was purged are dropped.
	Due(ctx context.Context, subscription int64, limit int) (list []Delivery, next time.Time, err error)
	// Settle stores what became of attempts. Conflict when holder has lost the
	// lease, NotFound when the subscription is gone: nothing is stored then.
	Settle(ctx context.Context, holder string, s Settlement) error
	// DeadLetterCount is how many there are of all subscriptions, for figures.
	DeadLetterCount(ctx context.Context) (int, error)
}

// Leased is a subscription with what it takes to deliver to it.
type Leased struct {
	Subscription
	Secrets []SigningSecret // the newest first
}

// Settlement is the outcome of a round of attempts for one subscription.
type Settlement struct {
	Subscription int64
	Cursor       int64      // 0 = as it was; it never goes back
	Put          []Delivery // put off (Next set) or given up; ID 0 = new
	Over         []int64    // deliveries that are over
	// Health replaces the stored one, but for Delivered, which is added.
	Health Health
	// To is the state to go to from From, if it still is; "" = stay.
	From, To SubscriptionState
	Reason   DisableReason
	// Recovered makes everything that waits due now.
	Recovered bool
}
