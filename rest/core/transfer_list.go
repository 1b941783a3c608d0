package core

import (
	"context"
	"errors"
	"slices"

	"overgang/rest"
	"overgang/store"
)

// maxPolled is how many recipients one poll may name.
const maxPolled = 1000

// Transfers implements [rest.Transfers]. A party that is unknown or not the
// caller's yields an empty page, and so does an unknown service.
func (c *Core) Transfers(ctx context.Context, caller rest.Caller, q rest.TransferQuery) (rest.TransferPage, error) {
	if err := needScope(caller, rest.ScopeRead); err != nil {
		return rest.TransferPage{}, err
	}
	switch {
	case q.Limit == 0:
		q.Limit = defaultPage
	case q.Limit < 0 || q.Limit > largestPage:
		return rest.TransferPage{}, rest.Errorf(rest.Invalid, "size-invalid", "A page has 1 to %d transfers.", largestPage)
	}
	mine, err := c.transferParties(ctx, caller, q.Party, q.App, q.Service)
	if err != nil || len(mine) == 0 {
		return rest.TransferPage{}, err
	}
	l := store.TransferList{Status: q.Status, States: q.States, Reference: q.Reference, From: q.From, To: q.To,
		Descending: q.Descending, Limit: q.Limit, After: q.After}
	if q.Role != rest.AsRecipient {
		l.Senders = mine
	}
	if q.Role != rest.AsSender {
		l.Recipients = mine
	}
	var list []rest.Transfer
	err = c.view(ctx, func(r store.Reader) (err error) {
		list, err = r.Transfers(l)
		return err
	})
	if err != nil {
		return rest.TransferPage{}, err
	}
	var page rest.TransferPage
	if len(list) > q.Limit {
		list = list[:q.Limit]
		last := &list[q.Limit-1]
		page.Next = &rest.Position{At: last.Created, Number: last.Number}
	}
	for i := range list {
		p, err := c.sendingPart(ctx, caller, &list[i])
		if err == nil && !p.sends { // a sender is shown all there is, whatever else it is
			err = c.addReceiving(ctx, caller, p)
		}
		if rest.KindOf(err) == rest.NotFound && err != nil {
			continue // a right was withdrawn this very moment
		}
		if err != nil {
			return rest.TransferPage{}, err
		}
		page.Transfers = append(page.Transfers, *p.shown())
	}
	return page, nil
}

// transferParties are the parties that the caller may read for, in each service
// of file transfers: all of them, or those that are named.
func (c *Core) transferParties(ctx context.Context, caller rest.Caller, party rest.PartyRef, app rest.AppID, ref rest.ServiceRef) ([]store.TransferParty, error) {
	if caller.Owner != "" {
		return nil, nil // none of a transfer's parties
	}
	s := c.registry.now()
	var apps []*rest.Application
	for _, a := range s.list {
		if a.Broker != nil && (app == (rest.AppID{}) || a.ID == app) && (app != (rest.AppID{}) || ref == (rest.ServiceRef{}) || a.Service == ref) {
			apps = append(apps, a)
		}
	}
	if party != (rest.PartyRef{}) {
		return c.namedParty(ctx, s, caller, party, apps)
	}
	whole, limited, err := c.readable(ctx, s, caller)
	if err != nil {
		return nil, failure(err)
	}
	var list []store.TransferParty
	for _, a := range apps {
		for _, p := range whole {
			list = append(list, store.TransferParty{Party: p, App: a.ID})
		}
		for _, l := range limited {
			if l.app != a.ID {
				continue
			}
			for _, p := range l.parties {
				list = append(list, store.TransferParty{Party: p, App: a.ID})
			}
		}
	}
	return list, nil
}

func (c *Core) namedParty(ctx context.Context, s *snapshot, caller rest.Caller, ref rest.PartyRef, apps []*rest.Application) ([]store.TransferParty, error) {
	p, err := c.party(ctx, s, ref)
	if errors.Is(err, store.ErrNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, failure(err)
	}
	var list []store.TransferParty
	for _, a := range apps {
		ok, err := c.allowed(ctx, s, caller, targetOf(p.ID, a), rest.Read)
		if err != nil {
			return nil, failure(err)
		}
		if ok {
			list = append(list, store.TransferParty{Party: p.ID, App: a.ID})
		}
	}
	return list, nil
}

// TransferWaiting implements [rest.Transfers].
func (c *Core) TransferWaiting(ctx context.Context, caller rest.Caller, poll rest.TransferPoll) (bool, error) {
	if err := needScope(caller, rest.ScopeRead); err != nil {
		return false, err
	}
	if len(poll.Recipients) > maxPolled {
		return false, rest.Errorf(rest.Invalid, "recipients-many", "A poll names %d recipients at most.", maxPolled)
	}
	refs := poll.Recipients
	if len(refs) == 0 {
		refs = []rest.PartyRef{{}}
	}
	byApp := map[rest.AppID][]rest.PartyID{}
	for _, ref := range refs {
		list, err := c.transferParties(ctx, caller, ref, poll.App, poll.Service)
		if err != nil {
			return false, err
		}
		for _, p := range list {
			byApp[p.App] = append(byApp[p.App], p.Party)
		}
	}
	waiting := false
	err := c.view(ctx, func(r store.Reader) error {
		for app, parties := range byApp {
			slices.Sort(parties)
			is, err := r.TransferWaiting(slices.Compact(parties), []rest.AppID{app})
			if err != nil || is {
				waiting = is
				return err
			}
		}
		return nil
	})
	return waiting, err
}
