package core

import (
	"context"
	"errors"

	"github.com/google/uuid"

	"overgang/rest"
	"overgang/store"
)

// mostCases bounds a page of cases.
const mostCases = 1000

// partyAt finds the party and makes sure that the caller holds the right on what
// it has at the application. Unknown and not allowed are one error; to the
// application's owner, who may read everybody's, one that is unknown is
// [rest.Nobody], who has nothing.
func (c *Core) partyAt(ctx context.Context, caller rest.Caller, id rest.AppID, ref rest.PartyRef, right rest.Right) (rest.Party, error) {
	scope := rest.ScopeRead
	if right != rest.Read {
		scope = rest.ScopeWrite
	}
	if err := needScope(caller, scope); err != nil {
		return rest.Party{}, err
	}
	s := c.registry.now()
	app := s.apps[id]
	if app == nil || caller.Owner != "" && caller.Owner != id.Org {
		return rest.Party{}, notFound("application")
	}
	party, err := c.party(ctx, s, ref)
	if errors.Is(err, store.ErrNotFound) {
		if caller.Owner != "" && right == rest.Read {
			return rest.Party{ID: rest.Nobody}, nil
		}
		return party, notYourParty()
	}
	if err != nil {
		return party, failure(err)
	}
	ok, err := c.allowed(ctx, s, caller, targetOf(party.ID, app.Application), right)
	if err == nil && !ok {
		return party, notYourParty()
	}
	return party, failure(err)
}

// StartCase implements [rest.Cases].
func (c *Core) StartCase(ctx context.Context, caller rest.Caller, n rest.NewCase) (out *rest.Case, repeated bool, err error) {
	party, err := c.partyAt(ctx, caller, n.App, n.Party, rest.Write)
	if err != nil {
		return nil, false, err
	}
	now := c.now()
	template := rest.Case{
		App: n.App, Party: party.ID, Reference: cleanLine(n.Reference, maxReference), Visible: n.Visible, Due: n.Due,
		Created: now, CreatedBy: caller.Name(), Changed: now, Version: 1,
	}
	if template.Visible.IsZero() {
		template.Visible = now
	}
	err = c.update(ctx, func(tx store.Tx) error {
		repeated = false
		made := template
		out = &made
		if made.Reference == "" {
			return tx.CreateCase(&made)
		}
		earlier, err := tx.CaseByReference(made.App, made.Party, made.Reference)
		if errors.Is(err, store.ErrNotFound) {
			return tx.CreateCase(&made)
		}
		out, repeated = earlier, true
		return err
	})
	return out, repeated, err
}

// Case implements [rest.Cases].
func (c *Core) Case(ctx context.Context, caller rest.Caller, number int32) (*rest.Case, error) {
	return c.caseFor(ctx, caller, number, rest.Read)
}

func (c *Core) caseFor(ctx context.Context, caller rest.Caller, number int32, right rest.Right) (*rest.Case, error) {
	scope := rest.ScopeRead
	if right != rest.Read {
		scope = rest.ScopeWrite
	}
	if err := needScope(caller, scope); err != nil {
		return nil, err
	}
	var found *rest.Case
	err := c.view(ctx, func(r store.Reader) (err error) {
		found, err = r.Case(number)
		return orNotFound(err, "case")
	})
	if err != nil {
		return nil, err
	}
	s := c.registry.now()
	t := target{party: found.Party, org: found.App.Org}
	if a := s.apps[found.App]; a != nil {
		t.service = a.Service
	}
	ok, err := c.allowed(ctx, s, caller, t, right)
	if err == nil && !ok {
		return nil, withheld("case")
	}
	return found, failure(err)
}

// Cases implements [rest.Cases].
func (c *Core) Cases(ctx context.Context, caller rest.Caller, q rest.CaseQuery) (list []rest.Case, more bool, err error) {
	party, err := c.partyAt(ctx, caller, q.App, q.Party, rest.Read)
	if err != nil {
		return nil, false, err
	}
	if q.Limit <= 0 || q.Limit > mostCases {
		q.Limit = mostCases
	}
	err = c.view(ctx, func(r store.Reader) (err error) {
		list, err = r.Cases(store.CaseQuery{App: q.App, Party: party.ID, VisibleAt: c.now(), After: q.After, Limit: q.Limit + 1})
		return err
	})
	if len(list) > q.Limit {
		list, more = list[:q.Limit], true
	}
	return list, more, err
}

// CaseMembers implements [rest.Cases].
func (c *Core) CaseMembers(ctx context.Context, caller rest.Caller, number int32) (out rest.CaseMembers, err error) {
	file, err := c.Case(ctx, caller, number)
	if err != nil {
		return out, err
	}
	var instances, messages []store.CaseMember
	err = c.view(ctx, func(r store.Reader) (err error) {
		instances, messages, err = r.CaseMembers(file, c.now(), rest.MostInCase)
		return err
	})
	if err != nil {
		return out, err
	}
	s, may := c.registry.now(), map[rest.AppID]bool{}
	readable := func(list []store.CaseMember) (ids []uuid.UUID, err error) {
		for _, m := range list {
			ok, asked := may[m.App]
			if !asked {
				t := target{party: file.Party, org: m.App.Org}
				if a := s.apps[m.App]; a != nil {
					t.service = a.Service
				}
				if ok, err = c.allowed(ctx, s, caller, t, rest.Read); err != nil {
					return nil, failure(err)
				}
				may[m.App] = ok
			}
			if ok {
				ids = append(ids, m.ID)
			}
		}
		return ids, nil
	}
	if out.Instances, err = readable(instances); err != nil {
		return out, err
	}
	out.Messages, err = readable(messages)
	return out, err
}

// closeCase ends an open case.
func (c *Core) closeCase(ctx context.Context, caller rest.Caller, number int32, end func(tx store.Tx, file *rest.Case, mark rest.Mark) error) (*rest.Case, error) {
	if _, err := c.caseFor(ctx, caller, number, rest.Write); err != nil {
		return nil, err
	}
	var out *rest.Case
	err := c.update(ctx, func(tx store.Tx) error {
		file, err := tx.Case(number)
		if err != nil {
			return orNotFound(err, "case")
		}
		if !file.Open() {
			return rest.Errorf(rest.Conflict, "case-closed", "The case is archived or deleted.")
		}
		now := c.now()
		if err := end(tx, file, rest.Mark{At: now, By: caller.Name()}); err != nil {
			return err
		}
		file.Changed = now
		file.Version++
		out = file
		return tx.UpdateCase(file)
	})
	return out, err
}

// ArchiveCase implements [rest.Cases].
func (c *Core) ArchiveCase(ctx context.Context, caller rest.Caller, number int32, force bool) (*rest.Case, error) {
	return c.closeCase(ctx, caller, number, func(tx store.Tx, file *rest.Case, mark rest.Mark) error {
		instances, messages, err := tx.ActiveInCase(file, mark.At)
		switch {
		case err != nil:
			return err
		case messages > 0:
			return rest.Errorf(rest.Conflict, "case-messages", "The case has %d active messages.", messages)
		case instances > 0 && !force:
			return rest.Errorf(rest.Conflict, "case-instances", "The case has %d active instances.", instances)
		}
		file.Archived = mark
		return release(tx, number, mark)
	})
}

// DeleteCase implements [rest.Cases].
func (c *Core) DeleteCase(ctx context.Context, caller rest.Caller, number int32) (*rest.Case, error) {
	return c.closeCase(ctx, caller, number, func(tx store.Tx, file *rest.Case, mark rest.Mark) error {
		file.Deleted = mark
		return release(tx, number, mark)
	})
}
