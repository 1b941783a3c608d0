package core

import (
	"context"

	"github.com/google/uuid"

	"overgang/rest"
	"overgang/store"
)

// largestFeed bounds one answer of the feed.
const largestFeed = 1000

// InstanceEvents implements [rest.Events].
func (c *Core) InstanceEvents(ctx context.Context, caller rest.Caller, instance uuid.UUID) (events []rest.Event, err error) {
	if _, err := c.Instance(ctx, caller, instance); err != nil {
		return nil, err
	}
	err = c.view(ctx, func(r store.Reader) (err error) {
		events, err = r.InstanceEvents(instance)
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
	if q.Limit <= 0 || q.Limit > largestFeed {
		q.Limit = largestFeed
	}
	err = c.view(ctx, func(r store.Reader) (err error) {
		events, err = r.AppEvents(app, q)
		return err
	})
	return events, err
}

// EventsAdded implements [rest.Events].
func (c *Core) EventsAdded() <-chan struct{} { return c.cfg.Store.EventsAdded() }
