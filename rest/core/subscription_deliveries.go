package core

import (
	"context"
	"errors"
	"slices"
	"time"

	"overgang/rest"
	"overgang/store"
)

// leasePage is how many subscriptions are read at once.
const leasePage = 1000

var _ rest.Deliveries = (*Core)(nil)

// errLeaseLost says that somebody else delivers to the subscription now.
var errLeaseLost = rest.Errorf(rest.Conflict, "lease-lost", "Another gateway delivers to this subscription now.")

// Lease implements [rest.Deliveries].
func (c *Core) Lease(ctx context.Context, holder string, until time.Time) ([]rest.Leased, error) {
	now := c.now()
	any := false
	err := c.view(ctx, func(r store.Reader) error {
		list, err := r.Subscriptions("", 0, 1)
		any = len(list) > 0
		return err
	})
	if err != nil || !any {
		return nil, err
	}
	err = c.update(ctx, func(tx store.Tx) error { return tx.LeaseSubscriptions(holder, now, until) })
	if err != nil {
		return nil, err
	}
	signer := newSigner(c.cfg.Secret)
	var held []rest.Leased
	err = c.view(ctx, func(r store.Reader) error {
		held = nil
		for after := int64(0); ; {
			page, err := r.Subscriptions("", after, leasePage)
			if err != nil {
				return err
			}
			for _, s := range page {
				if s.Holder == holder {
					held = append(held, rest.Leased{Subscription: s.Subscription, Secrets: signer.secrets(s.Keys, now)})
				}
			}
			if len(page) < leasePage {
				return nil
			}
			after = page[len(page)-1].ID
		}
	})
	return held, err
}

// Release implements [rest.Deliveries].
func (c *Core) Release(ctx context.Context, holder string) error {
	return c.update(ctx, func(tx store.Tx) error { return tx.FreeSubscriptions(holder) })
}

// SubscriptionChanges implements [rest.Deliveries].
func (c *Core) SubscriptionChanges(ctx context.Context) (n int64, err error) {
	err = c.view(ctx, func(r store.Reader) (err error) { n, err = r.SubscriptionChanges(); return err })
	return n, err
}

// DeadLetterCount implements [rest.Deliveries].
func (c *Core) DeadLetterCount(ctx context.Context) (n int, err error) {
	err = c.view(ctx, func(r store.Reader) (err error) { n, err = r.CountDead(); return err })
	return n, err
}

// Feed implements [rest.Deliveries].
func (c *Core) Feed(ctx context.Context, wanted func(rest.AppID) bool, after int64, limit int) (events []rest.Event, upTo int64, err error) {
	err = c.view(ctx, func(r store.Reader) error {
		events = nil
		if upTo, err = r.LastEvent(); err != nil {
			return err
		}
		if upTo <= after {
			upTo = after
			return nil
		}
		apps, err := r.EventApplications()
		if err != nil {
			return err
		}
		for _, app := range apps {
			if !wanted(app) {
				continue
			}
			list, err := r.AppEvents(app, rest.EventQuery{After: after, Limit: limit})
			if err != nil {
				return err
			}
			if len(list) == limit {
				upTo = min(upTo, list[limit-1].ID) // there may be more of this one
			}
			events = append(events, list...)
		}
		slices.SortFunc(events, func(a, b rest.Event) int { return int(a.ID - b.ID) })
		if len(events) > limit {
			events = events[:limit]
			upTo = min(upTo, events[limit-1].ID)
		}
		for len(events) > 0 && events[len(events)-1].ID > upTo {
			events = events[:len(events)-1]
		}
		return nil
	})
	return events, upTo, err
}

// Permits implements [rest.Deliveries]. A person or an enterprise user whose
// account is disabled or gone is told of nothing any more.
func (c *Core) Permits(ctx context.Context, s *rest.Subscription, e *rest.Event) (bool, error) {
	caller, snap := callerOf(s.Subscriber), c.registry.now()
	if caller.Owner != "" {
		return e.App.Org == caller.Owner, nil
	}
	if ok, err := c.listens(ctx, snap, caller, s.Subscriber); !ok || err != nil {
		return false, err
	}
	if e.Type == rest.EventMessageSent {
		return false, nil // parties know of a message from its publishing on
	}
	if e.Type.OfCorrespondence() {
		return c.mayHearOf(ctx, caller, e.Correspondence)
	}
	if e.Type.OfTransfer() {
		return c.mayHearOfTransfer(ctx, caller, e)
	}
	if e.Type.OfLookup() {
		return c.mayHearOfLookup(ctx, caller, e.Lookup)
	}
	var in *rest.Instance
	err := c.cfg.Store.View(ctx, func(r store.Reader) (err error) {
		in, err = r.Instance(e.Instance)
		return err
	})
	if err != nil {
		return false, failure(ignoreAbsent(err))
	}
	switch err := c.permit(ctx, caller, in, rest.Read); rest.KindOf(err) {
	case rest.NotFound, rest.Forbidden:
		return false, nil
	default:
		return err == nil, err
	}
}

// listens says whether a subscriber, who is no owner, is one still.
func (c *Core) listens(ctx context.Context, snap *snapshot, caller rest.Caller, subject rest.Subject) (bool, error) {
	account, err := c.account(ctx, snap, subject)
	switch {
	case err != nil && !absent(err):
		return false, failure(err)
	case account.Disabled:
		return false, nil
	case caller.Person == 0:
		return err == nil, nil
	}
	_, err = c.party(ctx, snap, rest.PartyRef{ID: caller.Person}) // a person needs no account
	return err == nil, failure(ignoreAbsent(err))
}

// mayHearOfTransfer says whether a subscriber may be told of a file transfer's
// event: its sender of all, a recipient of what all recipients see.
func (c *Core) mayHearOfTransfer(ctx context.Context, caller rest.Caller, e *rest.Event) (bool, error) {
	caller.Scopes = []string{rest.ScopeRead}
	p, err := c.partIn(ctx, caller, e.Transfer, rest.ScopeRead)
	switch rest.KindOf(err) {
	case rest.NotFound, rest.Forbidden:
		return false, nil
	}
	if err != nil {
		return false, err
	}
	switch e.Type {
	case rest.EventTransferPublished, rest.EventTransferAllConfirmed, rest.EventTransferPurged, rest.EventTransferExpired:
		return true, nil
	}
	return p.sends, nil
}

// Due implements [rest.Deliveries].
func (c *Core) Due(ctx context.Context, subscription int64, limit int) (due []rest.Delivery, next time.Time, err error) {
	now := c.now()
	var purged []int64
	err = c.view(ctx, func(r store.Reader) error {
		due, next, purged = nil, time.Time{}, nil
		for _, notices := range []bool{true, false} {
			rows, err := r.Deliveries(store.DeliveryQuery{Subscription: subscription, Notices: notices, Limit: limit + 1})
			if err != nil {
				return err
			}
			for i, row := range rows {
				if row.Next.After(now) {
					if next.IsZero() || row.Next.Before(next) {
						next = row.Next
					}
					break
				}
				if i == limit {
					break
				}
				switch err := eventOf(r, &row); {
				case errors.Is(err, store.ErrNotFound):
					purged = append(purged, row.ID)
				case err != nil:
					return err
				default:
					due = append(due, row)
				}
			}
		}
		return nil
	})
	if err != nil {
		return nil, time.Time{}, err
	}
	slices.SortStableFunc(due, func(a, b rest.Delivery) int { return int(a.Event.ID - b.Event.ID) })
	if len(purged) > 0 {
		next = now // others that are due may have been behind them
		err = c.update(ctx, func(tx store.Tx) error { return forgetDeliveries(tx, purged) })
	}
	return due, next, err
}

// forgetDeliveries removes what is over; what is gone already is fine.
func forgetDeliveries(tx store.Tx, ids []int64) error {
	for _, id := range ids {
		if err := tx.DeleteDelivery(id); err != nil && !absent(err) {
			return err
		}
	}
	return nil
}

// Settle implements [rest.Deliveries].
func (c *Core) Settle(ctx context.Context, holder string, s rest.Settlement) error {
	now := c.now()
	return c.update(ctx, func(tx store.Tx) error {
		row, err := tx.Subscription(s.Subscription)
		switch {
		case absent(err):
			return noSubscription()
		case err != nil:
			return err
		case row.Holder != holder:
			return errLeaseLost
		}
		delivered := row.Health.Delivered + s.Health.Delivered
		row.Cursor, row.Health = max(row.Cursor, s.Cursor), s.Health
		row.Health.Delivered = delivered
		if s.To != "" && row.State == s.From {
			row.State, row.Reason = s.To, s.Reason
		}
		if err := tx.UpdateSubscription(&row); err != nil {
			return err
		}
		if err := putOff(tx, s.Put); err != nil {
			return err
		}
		if err := forgetDeliveries(tx, s.Over); err != nil {
			return err
		}
		if s.Recovered {
			return tx.HastenDeliveries(s.Subscription, now)
		}
		return nil
	})
}

// putOff stores what is tried again or given up. What somebody else removed
// meanwhile stays removed.
func putOff(tx store.Tx, list []rest.Delivery) error {
	for _, d := range list {
		if d.ID != 0 {
			if _, err := tx.Delivery(d.ID); absent(err) {
				continue
			} else if err != nil {
				return err
			}
		}
		if err := tx.PutDelivery(&d); err != nil {
			return err
		}
	}
	return nil
}

// dropDeadLetters removes dead letters that were kept long enough.
func (c *Core) dropDeadLetters(ctx context.Context) (removed int, err error) {
	before := c.now().Add(-c.cfg.KeepDead)
	for n := deadBatch; n == deadBatch; removed += n {
		err := c.cfg.Store.Update(ctx, func(tx store.Tx) (err error) {
			n, err = tx.DropDead(before, deadBatch)
			return err
		})
		if err != nil {
			return removed, err
		}
	}
	return removed, nil
}
