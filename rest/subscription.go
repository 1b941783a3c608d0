package rest

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"
)

// Subscription is the wish of an application owner, a user or an enterprise user
// to be told of events at an address of its own.
type Subscription struct {
	ID         int64
	Subscriber Subject // "owner:ttd", "person:50001" or "enterprise:7"
	Endpoint   string  // absolute URL. It may hold a secret of the receiver's: logs have its host only
	Filter     EventFilter
	Created    time.Time
	State      SubscriptionState
	Reason     DisableReason // why it is Disabled
	// Cursor is the last event that was dealt with: delivered, put off, or not
	// wanted. Events before it are never looked at again.
	Cursor int64
	Health Health
	// Waiting and Dead count what is put off and what was given up.
	Waiting, Dead int
}

// SubscriptionState says whether a subscription is told of events.
type SubscriptionState string

// Subscription states.
const (
	Pending  SubscriptionState = "pending"  // the receiver has not answered the validation event yet
	Active   SubscriptionState = "active"   // events are sent
	Disabled SubscriptionState = "disabled" // nothing is sent until it is validated anew; no event is lost meanwhile
)

// DisableReason says why nothing is sent.
type DisableReason string

// Disable reasons.
const (
	NotValidated DisableReason = "not-validated" // the validation event was never answered 2xx
	ReceiverGone DisableReason = "gone"          // the receiver answered 410
	Failing      DisableReason = "failing"       // nothing but failures for too long
	ByOperator   DisableReason = "operator"
)

// Health is how deliveries to a subscription went lately.
type Health struct {
	Failures     int       // rounds that failed since the last success
	FailingSince time.Time // zero = not failing
	Resume       time.Time // nothing is sent before; zero = no pause
	Last         Attempt   // zero = none yet
	Delivered    int64     // events that were delivered
}

// Attempt is one try to deliver.
type Attempt struct {
	At      time.Time
	Status  int    // HTTP status; 0 = no answer
	Failure string // stable name of what went wrong, safe to show; "" = delivered
	Took    time.Duration
}

// EventFilter narrows what a subscription is told of. Every set field narrows.
type EventFilter struct {
	Apps     []AppID   // one of them; none = every application that the subscriber may read of
	Types    []string  // one of the types as [Event.CloudType] names them; one that ends with * is a beginning
	Party    PartyID   // the instance's owner
	Instance uuid.UUID // this instance
}

// Matches says whether an event passes the filter.
func (f *EventFilter) Matches(e *Event) bool {
	switch {
	case f.Party != 0 && f.Party != e.Owner,
		f.Instance != uuid.Nil && f.Instance != e.Instance,
		len(f.Apps) > 0 && !slices.Contains(f.Apps, e.App):
		return false
	case len(f.Types) == 0:
		return true
	}
	kind := e.CloudType()
	return slices.ContainsFunc(f.Types, func(t string) bool {
		beginning, open := strings.CutSuffix(t, "*")
		return t == kind || open && strings.HasPrefix(kind, beginning)
	})
}

// Wants says whether events of an application may be for the subscription.
func (s *Subscription) Wants(app AppID) bool {
	if len(s.Filter.Apps) > 0 && !slices.Contains(s.Filter.Apps, app) {
		return false
	}
	org := s.Subscriber.Owner()
	return org == "" || org == app.Org
}

// NewSubscription is a subscription to be made.
type NewSubscription struct {
	Endpoint string
	Filter   EventFilter
}

// SigningSecret is what deliveries are signed with, as receivers are given it:
// "whsec_" and base64 (Standard Webhooks 1.0.0, Signature scheme).
type SigningSecret struct {
	Secret Secret
	Until  time.Time // zero = until it is replaced
}

// Subscriptions is what subscribers do with their own. Somebody else's is
// NotFound. A new one is Pending until its receiver has answered the
// validation event; it is told of events from its creation on.
type Subscriptions interface {
	// Subscribe makes a subscription. The secret is told here and by
	// RotateSecret only. Forbidden for a party that is unknown or not the
	// caller's, NotFound for an application; Conflict when the caller has as many
	// as it may have. An owner may name any party by its id, and is not told
	// whether there is such a party.
	Subscribe(ctx context.Context, c Caller, n NewSubscription) (*Subscription, Secret, error)
	// SubjectByNumber is the party that a filter names by its official number:
	// [Nobody] for one that is unknown, and to an owner also for one that has
	// neither an instance nor a message of its applications.
	SubjectByNumber(ctx context.Context, c Caller, ref PartyRef) (PartyID, error)
	// Subscriptions lists the caller's, the oldest first.
	Subscriptions(ctx context.Context, c Caller) ([]Subscription, error)
	Subscription(ctx context.Context, c Caller, id int64) (*Subscription, error)
	// Unsubscribe removes it with everything that waits, and returns it as it was.
	Unsubscribe(ctx context.Context, c Caller, id int64) (*Subscription, error)
	// ValidateSubscription makes it Pending and sends the validation event
	// again, soon. A disabled one goes on where it stopped.
	ValidateSubscription(ctx context.Context, c Caller, id int64) (*Subscription, error)
	// TestSubscription sends an event that tells of nothing, soon; Health.Last
	// shows how it went. Conflict while it is disabled.
	TestSubscription(ctx context.Context, c Caller, id int64) (*Subscription, error)
	// RotateSecret makes a new secret. Deliveries are signed with both until
	// the one before runs out.
	RotateSecret(ctx context.Context, c Caller, id int64) (*Subscription, []SigningSecret, error)
	// DeadLetters lists what was given up, the earliest first, after an id; at
	// most limit. What the caller may not read any more is left out; next is
	// where to go on, 0 = at the end.
	DeadLetters(ctx context.Context, c Caller, id, after int64, limit int) (list []Delivery, next int64, err error)
	// Redeliver puts dead letters back in line, as if new; no delivery = all of
	// them. It returns how many. NotFound when the one delivery is not there.
	Redeliver(ctx context.Context, c Caller, id, delivery int64) (int, error)
	// DropDeadLetters forgets them, in the same way.
	DropDeadLetters(ctx context.Context, c Caller, id, delivery int64) (int, error)
}
