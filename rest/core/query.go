package core

import (
	"context"
	"slices"

	"overgang/rest"
	"overgang/store"
)

// Bounds of a page.
const (
	defaultPage = 100
	largestPage = 1000
)

// limitedRead is the parties whose instances of one application the caller may read.
type limitedRead struct {
	app     rest.AppID
	parties []rest.PartyID
}

// readable says what the caller may list: parties as a whole, and parties'
// instances of single applications.
func (c *Core) readable(ctx context.Context, s *snapshot, caller rest.Caller) (whole []rest.PartyID, limited []limitedRead, err error) {
	seen := map[rest.PartyID]bool{}
	add := func(p rest.PartyID) {
		if p != 0 && !seen[p] {
			seen[p] = true
			whole = append(whole, p)
		}
	}
	add(caller.Person)
	add(caller.System.Person())
	own, err := c.actsFor(ctx, s, caller)
	if err != nil {
		return nil, nil, err
	}
	add(own)
	var single []rest.Grant
	for _, subject := range caller.Subjects() {
		grants, err := c.grants(ctx, s, subject)
		if err != nil {
			return nil, nil, err
		}
		for _, g := range grants {
			switch {
			case !slices.Contains(g.Rights, rest.Read):
			case g.Service.Code == "":
				add(g.Party)
			default:
				single = append(single, g)
			}
		}
	}
	for _, a := range s.list {
		l := limitedRead{app: a.ID}
		for _, g := range single {
			if !seen[g.Party] && covers(g.Service, a.Service) && !slices.Contains(l.parties, g.Party) {
				l.parties = append(l.parties, g.Party)
			}
		}
		if len(l.parties) > 0 {
			limited = append(limited, l)
		}
	}
	return whole, limited, nil
}

// Query implements [rest.Instances]. Application owners see their
// applications' instances, users those of the parties they may read for, and
// only what is visible already. A party that is unknown or not the caller's
// yields an empty page.
func (c *Core) Query(ctx context.Context, caller rest.Caller, q rest.Query) (rest.Page, error) {
	if err := needScope(caller, rest.ScopeRead); err != nil {
		return rest.Page{}, err
	}
	switch {
	case q.Limit == 0:
		q.Limit = defaultPage
	case q.Limit < 0 || q.Limit > largestPage:
		return rest.Page{}, rest.Errorf(rest.Invalid, "size-invalid", "A page has 1 to %d instances.", largestPage)
	}
	if caller.Owner != "" {
		if q.Org != "" && q.Org != caller.Owner {
			return rest.Page{}, rest.Errorf(rest.Forbidden, "org", "You may list the instances of %s only.", caller.Owner)
		}
		q.Org = caller.Owner
		return c.page(ctx, q, nil)
	}
	q.ShownAt = c.now()
	whole, limited, err := c.readable(ctx, c.registry.now(), caller)
	if err != nil {
		return rest.Page{}, failure(err)
	}
	limited = slices.DeleteFunc(limited, func(l limitedRead) bool {
		return q.Org != "" && q.Org != l.app.Org || q.App != "" && q.App != l.app.App
	})
	if len(limited) == 0 {
		return c.page(ctx, q, append([]rest.PartyID{}, whole...))
	}
	return c.mixedPage(ctx, q, whole, limited)
}

func (c *Core) page(ctx context.Context, q rest.Query, owners []rest.PartyID) (page rest.Page, err error) {
	err = c.view(ctx, func(r store.Reader) (err error) {
		page, err = r.Instances(q, owners)
		return err
	})
	return page, err
}

// mixedPage lists where some parties may be read for some applications only:
// each of these is a list of its own, and the page is their merger.
func (c *Core) mixedPage(ctx context.Context, q rest.Query, whole []rest.PartyID, limited []limitedRead) (rest.Page, error) {
	var out rest.Page
	err := c.view(ctx, func(r store.Reader) error {
		out = rest.Page{Total: -1}
		part := func(q rest.Query, owners []rest.PartyID) *lane[rest.Instance] {
			q.Count, q.Offset = false, 0
			return &lane[rest.Instance]{after: q.After, read: func(after *rest.Position, limit int) ([]rest.Instance, *rest.Position, error) {
				q.After, q.Limit = after, limit
				page, err := r.Instances(q, owners)
				return page.Instances, page.Next, err
			}}
		}
		lanes := []*lane[rest.Instance]{part(q, append([]rest.PartyID{}, whole...))}
		for _, l := range limited {
			one := q
			one.Org, one.App = l.app.Org, l.app.App
			lanes = append(lanes, part(one, l.parties))
		}
		list, more, err := merge(lanes, q.Offset, q.Limit, func(a, b *rest.Instance) bool {
			return precedes(*positionOf(a, q.SortCreated), *positionOf(b, q.SortCreated), q.Descending)
		})
		if err != nil {
			return err
		}
		if out.Instances = list; more {
			out.Next = positionOf(&list[q.Limit-1], q.SortCreated)
		}
		return c.countMixed(r, q, whole, limited, &out)
	})
	return out, err
}

func positionOf(in *rest.Instance, created bool) *rest.Position {
	if created {
		return &rest.Position{At: in.Created, Number: in.Number}
	}
	return &rest.Position{At: in.Changed, Number: in.Number}
}

// countMixed counts party by party: the parts do not overlap.
func (c *Core) countMixed(r store.Reader, q rest.Query, whole []rest.PartyID, limited []limitedRead, out *rest.Page) error {
	if !q.Count {
		return nil
	}
	q.After, q.Offset, q.Limit = nil, 0, 1
	total := int64(0)
	count := func(q rest.Query, owners []rest.PartyID) error {
		page, err := r.Instances(q, owners)
		total += max(0, page.Total)
		return err
	}
	if err := count(q, append([]rest.PartyID{}, whole...)); err != nil {
		return err
	}
	for _, l := range limited {
		part := q
		part.Org, part.App = l.app.Org, l.app.App
		if err := count(part, l.parties); err != nil {
			return err
		}
	}
	out.Total = total
	return nil
}
