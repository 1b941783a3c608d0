package core

import (
	"context"

	"github.com/google/uuid"

	"overgang/rest"
	"overgang/store"
)

// largestFeed bounds one answer of a feed: a page of 1000, and the event that
// tells that there is another page.
const largestFeed = 1001

// bounded is the query for no more than one answer may have.
func bounded(q rest.EventQuery) rest.EventQuery {
	if q.Limit <= 0 || q.Limit > largestFeed {
		q.Limit = largestFeed
	}
	return q
}

// InstanceEvents implements [rest.Events].
func (c *Core) InstanceEvents(ctx context.Context, caller rest.Caller, instance uuid.UUID, q rest.EventQuery) (events []rest.Event, err error) {
	if _, err := c.Instance(ctx, caller, instance); err != nil {
		return nil, err
	}
	err = c.view(ctx, func(r store.Reader) (err error) {
		events, err = r.InstanceEvents(instance, bounded(q))
		return err
	})
	return events, err
}

// AppEvents implements [rest.Events].
func (c *Core) AppEvents(ctx context.Context, caller rest.Caller, app rest.AppID, q rest.EventQuery) (events []rest.Event, err error) {
	if err := needScope(caller, rest.ScopeRead); err != nil {
		return nil, err
	}
	if caller.Owner == "" || caller.Owner != app.Org || c.registry.now().apps[app] == nil {
		return nil, notFound("application")
	}
	err = c.view(ctx, func(r store.Reader) (err error) {
		events, err = r.AppEvents(app, bounded(q))
		return err
	})
	return events, err
}

// EventsAdded implements [rest.Events].
func (c *Core) EventsAdded() <-chan struct{} { return c.cfg.Store.EventsAdded() }
