package core

import (
	"context"
	"slices"
	"strings"

	"github.com/google/uuid"

	"overgang/rest"
	"overgang/store"
)

// Bounds of a filter.
const (
	maxFilterApps  = 50
	maxFilterTypes = 50
)

// subscriberOf is whose subscriptions the caller's are.
func subscriberOf(c rest.Caller) (rest.Subject, error) {
	switch {
	case c.Owner != "":
		return rest.OwnerSubject(c.Owner), nil
	case c.Person != 0:
		return rest.PersonSubject(c.Person), nil
	case c.Enterprise() != 0:
		return rest.EnterpriseSubject(c.Enterprise()), nil
	}
	return "", rest.Errorf(rest.Forbidden, "subscriber", "Application owners, persons and enterprise users may subscribe.")
}

// callerOf is the caller that a subscriber was, without a token's scopes.
func callerOf(s rest.Subject) rest.Caller {
	if org := s.Owner(); org != "" {
		return rest.Caller{Owner: org}
	}
	if e := s.Enterprise(); e != 0 {
		return rest.Caller{System: e.System()}
	}
	var id rest.PartyID
	for _, digit := range strings.TrimPrefix(string(s), "person:") {
		id = id*10 + rest.PartyID(digit-'0')
	}
	return rest.Caller{Person: id}
}

// subscriber is subscriberOf a caller whose token has the scope.
func subscriber(c rest.Caller, scope string) (rest.Subject, error) {
	if err := needScope(c, scope); err != nil {
		return "", err
	}
	return subscriberOf(c)
}

// Subscribe implements [rest.Subscriptions].
func (c *Core) Subscribe(ctx context.Context, caller rest.Caller, n rest.NewSubscription) (*rest.Subscription, rest.Secret, error) {
	of, err := subscriber(caller, rest.ScopeRead)
	if err != nil {
		return nil, "", err
	}
	if c.cfg.CheckEndpoint == nil {
		return nil, "", rest.Errorf(rest.Unavailable, "subscriptions-off", "This gateway delivers no events.")
	}
	if err := c.cfg.CheckEndpoint(n.Endpoint); err != nil {
		return nil, "", err
	}
	filter, err := c.checkFilter(ctx, caller, n.Filter)
	if err != nil {
		return nil, "", err
	}
	if err := c.mayAsk(of); err != nil {
		return nil, "", err
	}
	row := store.Subscription{Subscription: rest.Subscription{Subscriber: of, Endpoint: n.Endpoint, Filter: filter}}
	return c.desk().create(ctx, row, c.cfg.MaxSubscriptions)
}

// knockEntries is how many subscribers' budgets are remembered.
const knockEntries = 10_000

// mayAsk bounds how often a subscriber makes new subscriptions, each of which
// has an address called: who removes them and makes them anew must not knock at
// strangers' doors more often than [triggerEvery] lets anybody.
// To replace all there are at once is fine.
func (c *Core) mayAsk(of rest.Subject) error {
	var before budget
	c.knocks.change(of, func(b budget, ok bool) (budget, bool) {
		before = b.refilled(ok, c.now(), 2*c.cfg.MaxSubscriptions, triggerEvery)
		return before.spent(), true
	})
	if before.left >= 1 {
		return nil
	}
	return &rest.Error{Kind: rest.RateLimited, Code: "subscription-trigger", RetryAfter: before.wait(triggerEvery),
		Detail: "Many receivers were called on your behalf just now; wait a little."}
}

// checkFilter refuses what could never match, and what is not the caller's.
func (c *Core) checkFilter(ctx context.Context, caller rest.Caller, f rest.EventFilter) (rest.EventFilter, error) {
	if len(f.Apps) > maxFilterApps || len(f.Types) > maxFilterTypes {
		return f, rest.Errorf(rest.Invalid, "filter-long", "A filter names at most %d applications and %d types.", maxFilterApps, maxFilterTypes)
	}
	for _, t := range f.Types {
		if !knownType(t) {
			return f, rest.Errorf(rest.Invalid, "type-unknown", "There is no such type of event. Types are: %s; one that ends with * stands for all that begin like it.",
				strings.ReplaceAll(strings.Join(rest.CloudTypes(), ", "), ".,", ".{step},"))
		}
	}
	s := c.registry.now()
	for _, app := range f.Apps {
		if s.apps[app] == nil || caller.Owner != "" && caller.Owner != app.Org {
			return f, notFound("application")
		}
	}
	if f.Instance != uuid.Nil {
		in, err := c.Instance(ctx, caller, f.Instance)
		if err != nil {
			return f, err
		}
		if f.Party != 0 && f.Party != in.Owner || len(f.Apps) > 0 && !slices.Contains(f.Apps, in.App) {
			return f, notFound("instance")
		}
		return f, nil // who may read the instance may name its party
	}
	if f.Party != 0 {
		return f, c.checkParty(ctx, s, caller, f)
	}
	return f, nil
}

// checkParty says whether the caller may read something of the filter's party.
// An owner may read everybody's at its applications: whether there is such a
// party it learns from events.
func (c *Core) checkParty(ctx context.Context, s *snapshot, caller rest.Caller, f rest.EventFilter) error {
	if f.Party == rest.Nobody {
		return notYourParty()
	}
	if caller.Owner != "" {
		return nil
	}
	_, err := c.party(ctx, s, rest.PartyRef{ID: f.Party})
	switch {
	case absent(err):
		return notYourParty()
	case err != nil:
		return failure(err)
	}
	targets := []target{{party: f.Party, any: true}}
	if len(f.Apps) > 0 {
		targets = nil
		for _, app := range f.Apps {
			targets = append(targets, targetOf(f.Party, s.apps[app].Application))
		}
	}
	for _, t := range targets {
		if ok, err := c.allowed(ctx, s, caller, t, rest.Read); ok || err != nil {
			return failure(err)
		}
	}
	return notYourParty()
}

// SubjectByNumber implements [rest.Subscriptions].
func (c *Core) SubjectByNumber(ctx context.Context, caller rest.Caller, ref rest.PartyRef) (rest.PartyID, error) {
	if _, err := subscriber(caller, rest.ScopeRead); err != nil {
		return rest.Nobody, err
	}
	p, err := c.party(ctx, c.registry.now(), ref)
	if absent(err) {
		p.ID, err = rest.Nobody, nil
	}
	if err != nil || caller.Owner == "" {
		return p.ID, failure(err)
	}
	var instances rest.Page
	var messages rest.CorrespondencePage
	err = c.view(ctx, func(r store.Reader) (err error) {
		if instances, err = r.Instances(rest.Query{Org: caller.Owner, Owner: p.ID, Limit: 1}, nil); err != nil {
			return err
		}
		messages, err = r.Correspondences(rest.CorrespondenceQuery{Org: caller.Owner, Party: p.ID, Limit: 1}, nil)
		return err
	})
	if err != nil || len(instances.Instances)+len(messages.Messages) == 0 {
		return rest.Nobody, err
	}
	return p.ID, nil
}

// knownType says whether a filter's type may ever match.
func knownType(filter string) bool {
	beginning, open := strings.CutSuffix(filter, "*")
	return slices.ContainsFunc(rest.CloudTypes(), func(t string) bool {
		if step, more := strings.CutPrefix(filter, t); more && strings.HasSuffix(t, ".") {
			return step != "" && len(step) <= maxTitle
		}
		return filter == t && !strings.HasSuffix(t, ".") || open && strings.HasPrefix(t, beginning)
	})
}

// Subscriptions implements [rest.Subscriptions].
func (c *Core) Subscriptions(ctx context.Context, caller rest.Caller) ([]rest.Subscription, error) {
	of, err := subscriber(caller, rest.ScopeRead)
	if err != nil {
		return nil, err
	}
	return c.desk().list(ctx, of, 0, largestFeed)
}

// Subscription implements [rest.Subscriptions].
func (c *Core) Subscription(ctx context.Context, caller rest.Caller, id int64) (*rest.Subscription, error) {
	of, err := subscriber(caller, rest.ScopeRead)
	if err != nil {
		return nil, err
	}
	return c.desk().get(ctx, of, id)
}

// Unsubscribe implements [rest.Subscriptions].
func (c *Core) Unsubscribe(ctx context.Context, caller rest.Caller, id int64) (*rest.Subscription, error) {
	of, err := subscriber(caller, rest.ScopeWrite)
	if err != nil {
		return nil, err
	}
	return c.desk().remove(ctx, of, id)
}

// ValidateSubscription implements [rest.Subscriptions].
func (c *Core) ValidateSubscription(ctx context.Context, caller rest.Caller, id int64) (*rest.Subscription, error) {
	return c.trigger(ctx, caller, id, rest.ValidationDelivery)
}

// TestSubscription implements [rest.Subscriptions].
func (c *Core) TestSubscription(ctx context.Context, caller rest.Caller, id int64) (*rest.Subscription, error) {
	return c.trigger(ctx, caller, id, rest.TestDelivery)
}

func (c *Core) trigger(ctx context.Context, caller rest.Caller, id int64, kind rest.DeliveryKind) (*rest.Subscription, error) {
	of, err := subscriber(caller, rest.ScopeWrite)
	if err != nil {
		return nil, err
	}
	return c.desk().trigger(ctx, of, id, kind)
}

// RotateSecret implements [rest.Subscriptions].
func (c *Core) RotateSecret(ctx context.Context, caller rest.Caller, id int64) (*rest.Subscription, []rest.SigningSecret, error) {
	of, err := subscriber(caller, rest.ScopeWrite)
	if err != nil {
		return nil, nil, err
	}
	return c.desk().rotate(ctx, of, id)
}

// DeadLetters implements [rest.Subscriptions].
func (c *Core) DeadLetters(ctx context.Context, caller rest.Caller, id, after int64, limit int) ([]rest.Delivery, int64, error) {
	of, err := subscriber(caller, rest.ScopeRead)
	if err != nil {
		return nil, 0, err
	}
	if limit <= 0 || limit > largestFeed {
		limit = largestFeed
	}
	list, next, err := c.desk().dead(ctx, of, id, after, limit)
	if err != nil {
		return nil, 0, err
	}
	s := rest.Subscription{Subscriber: of}
	shown := list[:0]
	for _, d := range list {
		ok, err := c.Permits(ctx, &s, &d.Event)
		if err != nil {
			return nil, 0, err
		}
		if ok {
			shown = append(shown, d)
		}
	}
	return shown, next, nil
}

// Redeliver implements [rest.Subscriptions].
func (c *Core) Redeliver(ctx context.Context, caller rest.Caller, id, delivery int64) (int, error) {
	of, err := subscriber(caller, rest.ScopeWrite)
	if err != nil {
		return 0, err
	}
	return c.desk().redeliver(ctx, of, id, delivery)
}

// DropDeadLetters implements [rest.Subscriptions].
func (c *Core) DropDeadLetters(ctx context.Context, caller rest.Caller, id, delivery int64) (int, error) {
	of, err := subscriber(caller, rest.ScopeWrite)
	if err != nil {
		return 0, err
	}
	return c.desk().dropDead(ctx, of, id, delivery)
}

func (c *Core) desk() *desk {
	return &desk{view: c.view, update: c.update, now: c.now, rand: c.cfg.Rand, signer: newSigner(c.cfg.Secret), overlap: c.cfg.SecretOverlap, log: c.log}
}
