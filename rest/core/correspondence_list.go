package core

import (
	"context"
	"slices"

	"overgang/rest"
	"overgang/store"
)

// Correspondences implements [rest.Correspondences]. A party that is unknown or
// not the caller's yields an empty page.
func (c *Core) Correspondences(ctx context.Context, caller rest.Caller, q rest.CorrespondenceQuery) (rest.CorrespondencePage, error) {
	var none rest.CorrespondencePage
	if err := needScope(caller, rest.ScopeRead); err != nil {
		return none, err
	}
	switch {
	case q.Limit == 0:
		q.Limit = defaultPage
	case q.Limit < 0 || q.Limit > largestPage:
		return none, rest.Errorf(rest.Invalid, "size-invalid", "A page has 1 to %d messages.", largestPage)
	}
	q.Answers = archiveReferenceOf(q.Answers)
	if caller.Owner != "" {
		if q.Org != "" && q.Org != caller.Owner {
			return none, rest.Errorf(rest.Forbidden, "org", "You may list the messages of %s only.", caller.Owner)
		}
		q.Org = caller.Owner
		return c.messagePage(ctx, q, nil)
	}
	if now := c.now(); q.Published.To.IsZero() || q.Published.To.After(now) {
		q.Published.To, q.Published.OpenTo = now, false
	}
	if len(q.Status) > 0 {
		q.Status = slices.DeleteFunc(slices.Clone(q.Status), func(s rest.CorrespondenceStatus) bool { return s == rest.MessageDeleted })
		if len(q.Status) == 0 {
			return none, nil
		}
	}
	whole, limited, err := c.readable(ctx, c.registry.now(), caller)
	if err != nil {
		return none, failure(err)
	}
	limited = slices.DeleteFunc(limited, func(l limitedRead) bool {
		return q.Org != "" && q.Org != l.app.Org || q.App != "" && q.App != l.app.App
	})
	if len(limited) == 0 {
		return c.messagePage(ctx, q, append([]rest.PartyID{}, whole...))
	}
	return c.mixedMessages(ctx, q, whole, limited)
}

func (c *Core) messagePage(ctx context.Context, q rest.CorrespondenceQuery, parties []rest.PartyID) (page rest.CorrespondencePage, err error) {
	err = c.view(ctx, func(r store.Reader) (err error) {
		page, err = r.Correspondences(q, parties)
		return err
	})
	return page, err
}

// mixedMessages lists where some parties may be read for some services only, as
// mixedPage does.
func (c *Core) mixedMessages(ctx context.Context, q rest.CorrespondenceQuery, whole []rest.PartyID, limited []limitedRead) (rest.CorrespondencePage, error) {
	var out rest.CorrespondencePage
	err := c.view(ctx, func(r store.Reader) error {
		out = rest.CorrespondencePage{}
		part := func(q rest.CorrespondenceQuery, parties []rest.PartyID) *lane[rest.Correspondence] {
			return &lane[rest.Correspondence]{after: q.After, read: func(after *rest.Position, limit int) ([]rest.Correspondence, *rest.Position, error) {
				q.After, q.Limit = after, limit
				page, err := r.Correspondences(q, parties)
				return page.Messages, page.Next, err
			}}
		}
		lanes := []*lane[rest.Correspondence]{part(q, append([]rest.PartyID{}, whole...))}
		for _, l := range limited {
			one := q
			one.Org, one.App = l.app.Org, l.app.App
			lanes = append(lanes, part(one, l.parties))
		}
		place := func(m *rest.Correspondence) rest.Position { return rest.Position{At: m.Published, Number: m.Number} }
		list, more, err := merge(lanes, 0, q.Limit, func(a, b *rest.Correspondence) bool { return precedes(place(a), place(b), q.Descending) })
		if err != nil {
			return err
		}
		if out.Messages = list; more {
			last := place(&list[q.Limit-1])
			out.Next = &last
		}
		return nil
	})
	return out, err
}
