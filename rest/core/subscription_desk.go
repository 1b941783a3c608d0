package core

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net/url"
	"time"

	"overgang/rest"
	"overgang/store"
)

// triggerEvery is how often the validation or test event may be asked for:
// whoever may subscribe must not make the gateway knock at strangers' doors.
const triggerEvery = 10 * time.Second

// desk is what is done with subscriptions, by their subscribers and by
// operators. of names whose they must be; empty = anybody's.
type desk struct {
	view    func(context.Context, func(store.Reader) error) error
	update  func(context.Context, func(store.Tx) error) error
	now     func() time.Time
	rand    io.Reader
	signer  signer
	overlap time.Duration // of secrets
	log     *slog.Logger
}

func noSubscription() error { return notFound("subscription") }

// own reads a subscription, if it is of's.
func own(r store.Reader, of rest.Subject, id int64) (store.Subscription, error) {
	s, err := r.Subscription(id)
	switch {
	case errors.Is(err, store.ErrNotFound):
		return s, noSubscription()
	case err == nil && of != "" && s.Subscriber != of:
		return store.Subscription{}, withheld("subscription")
	}
	return s, err
}

// counted is a subscription with the counts of its deliveries.
func counted(r store.Reader, s store.Subscription) (rest.Subscription, error) {
	var err error
	s.Waiting, s.Dead, err = r.CountDeliveries(s.ID)
	return s.Subscription, err
}

// list lists subscriptions of a subject, in pages of limit.
func (d *desk) list(ctx context.Context, of rest.Subject, after int64, limit int) (list []rest.Subscription, err error) {
	err = d.view(ctx, func(r store.Reader) error {
		rows, err := r.Subscriptions(of, after, limit)
		if err != nil {
			return err
		}
		list = make([]rest.Subscription, 0, len(rows))
		for _, row := range rows {
			s, err := counted(r, row)
			if err != nil {
				return err
			}
			list = append(list, s)
		}
		return nil
	})
	return list, err
}

func (d *desk) get(ctx context.Context, of rest.Subject, id int64) (*rest.Subscription, error) {
	var out rest.Subscription
	err := d.view(ctx, func(r store.Reader) error {
		s, err := own(r, of, id)
		if err == nil {
			out, err = counted(r, s)
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	return &out, nil
}

// alter changes a subscription in one update, and tells the deliverers.
func (d *desk) alter(ctx context.Context, of rest.Subject, id int64, fn func(tx store.Tx, s *store.Subscription) error) (*rest.Subscription, error) {
	var out rest.Subscription
	err := d.update(ctx, func(tx store.Tx) error {
		s, err := own(tx, of, id)
		if err != nil {
			return err
		}
		if err := fn(tx, &s); err != nil {
			return err
		}
		if err := tx.UpdateSubscription(&s); err != nil {
			return err
		}
		if out, err = counted(tx, s); err != nil {
			return err
		}
		return tx.SubscriptionsChanged()
	})
	if err != nil {
		return nil, err
	}
	return &out, nil
}

// create stores a new subscription with its validation in line.
func (d *desk) create(ctx context.Context, s store.Subscription, most int) (*rest.Subscription, rest.Secret, error) {
	key, err := newSigningKey(d.rand)
	if err != nil {
		return nil, "", err
	}
	now := d.now()
	s.Created, s.State, s.Keys, s.Triggered = now, rest.Pending, []store.SigningKey{key}, now
	var out rest.Subscription
	err = d.update(ctx, func(tx store.Tx) error {
		others, err := tx.Subscriptions(s.Subscriber, 0, most)
		if err != nil {
			return err
		}
		if len(others) >= most {
			return rest.Errorf(rest.Conflict, "subscriptions-many", "You have as many subscriptions as a subscriber may have, which is %d.", most)
		}
		row := s
		if err := tx.CreateSubscription(&row); err != nil {
			return err
		}
		if err := tx.PutDelivery(&rest.Delivery{Subscription: row.ID, Kind: rest.ValidationDelivery, Next: now}); err != nil {
			return err
		}
		if out, err = counted(tx, row); err != nil {
			return err
		}
		return tx.SubscriptionsChanged()
	})
	if err != nil {
		return nil, "", err
	}
	d.tell(ctx, "subscription made", &out)
	return &out, d.signer.secret(key).Secret, nil
}

func (d *desk) remove(ctx context.Context, of rest.Subject, id int64) (*rest.Subscription, error) {
	var out rest.Subscription
	err := d.update(ctx, func(tx store.Tx) error {
		s, err := own(tx, of, id)
		if err != nil {
			return err
		}
		if out, err = counted(tx, s); err != nil {
			return err
		}
		if err := tx.DeleteSubscription(id); err != nil {
			return err
		}
		return tx.SubscriptionsChanged()
	})
	if err != nil {
		return nil, err
	}
	d.tell(ctx, "subscription removed", &out)
	return &out, nil
}

// trigger puts a validation or a test in line, unless one waits already.
func (d *desk) trigger(ctx context.Context, of rest.Subject, id int64, kind rest.DeliveryKind) (*rest.Subscription, error) {
	return d.alter(ctx, of, id, func(tx store.Tx, s *store.Subscription) error {
		now := d.now()
		if wait := s.Triggered.Add(triggerEvery).Sub(now); of != "" && wait > 0 {
			return &rest.Error{Kind: rest.RateLimited, Code: "subscription-trigger", RetryAfter: wait,
				Detail: "The receiver was called on your behalf just now; wait a little."}
		}
		switch {
		case kind == rest.ValidationDelivery:
			s.State, s.Reason, s.Health.Failures, s.Health.FailingSince, s.Health.Resume = rest.Pending, "", 0, time.Time{}, time.Time{}
		case s.State == rest.Disabled:
			return rest.Errorf(rest.Conflict, "subscription-disabled", "The subscription is disabled: validate it first.")
		}
		s.Triggered = now
		waiting, err := tx.Deliveries(store.DeliveryQuery{Subscription: id, Notices: true, Limit: largestFeed})
		if err != nil {
			return err
		}
		for _, w := range waiting {
			if w.Kind == kind {
				if err := tx.DeleteDelivery(w.ID); err != nil {
					return err
				}
			}
		}
		return tx.PutDelivery(&rest.Delivery{Subscription: id, Kind: kind, Next: now})
	})
}

// disable stops deliveries until the subscription is validated again.
func (d *desk) disable(ctx context.Context, id int64, reason rest.DisableReason) (*rest.Subscription, error) {
	return d.alter(ctx, "", id, func(_ store.Tx, s *store.Subscription) error {
		s.State, s.Reason = rest.Disabled, reason
		return nil
	})
}

func (d *desk) rotate(ctx context.Context, of rest.Subject, id int64) (*rest.Subscription, []rest.SigningSecret, error) {
	key, err := newSigningKey(d.rand)
	if err != nil {
		return nil, nil, err
	}
	now := d.now()
	var keys []store.SigningKey
	out, err := d.alter(ctx, of, id, func(_ store.Tx, s *store.Subscription) error {
		keys = rotated(s.Keys, key, now.Add(d.overlap))
		s.Keys = keys
		return nil
	})
	if err != nil {
		return nil, nil, err
	}
	d.tell(ctx, "subscription's secret rotated", out)
	return out, d.signer.secrets(keys, now), nil
}

// tell logs a change. Of the endpoint the host alone: the rest may be secret.
func (d *desk) tell(ctx context.Context, what string, s *rest.Subscription) {
	d.log.LogAttrs(ctx, slog.LevelInfo, what, slog.Int64("subscription", s.ID), slog.String("subscriber", string(s.Subscriber)), slog.String("host", hostOf(s.Endpoint)))
}

func hostOf(endpoint string) string {
	u, err := url.Parse(endpoint)
	if err != nil {
		return ""
	}
	return u.Host
}
