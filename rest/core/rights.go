package core

import (
	"context"
	"slices"

	"overgang/rest"
)

// needScope says whether a caller's token allows a kind of call at all.
// Scopes do not apply to callers with a system that logged in with credentials.
func needScope(c rest.Caller, scope string) error {
	if c.System != 0 && len(c.Scopes) == 0 && c.Until.IsZero() {
		return nil
	}
	if !slices.Contains(c.Scopes, scope) {
		return rest.Errorf(rest.Forbidden, "scope-missing", "The token lacks the scope %s.", scope)
	}
	if c.Owner != "" && !slices.Contains(c.Scopes, rest.ScopeOwner) {
		return rest.Errorf(rest.Forbidden, "scope-missing", "The token lacks the scope %s.", rest.ScopeOwner)
	}
	return nil
}

// target is what a right is asked for: one service of a party, or with a zero
// service any of them.
type target struct {
	party   rest.PartyID
	org     string // the application's owner
	service rest.ServiceRef
	any     bool // a right on whichever service will do
}

func targetOf(party rest.PartyID, app *rest.Application) target {
	if app == nil {
		return target{party: party}
	}
	return target{party: party, org: app.ID.Org, service: app.Service}
}

// instanceTarget is the target for an instance whose application may be gone
// from the registry by now.
func (s *snapshot) instanceTarget(in *rest.Instance) target {
	t := target{party: in.Owner, org: in.App.Org}
	if a := s.apps[in.App]; a != nil {
		t.service = a.Service
	}
	return t
}

// Allowed implements [rest.Registry].
func (c *Core) Allowed(ctx context.Context, caller rest.Caller, party rest.PartyID, app *rest.Application, right rest.Right) (bool, error) {
	scope := rest.ScopeWrite
	if right == rest.Read {
		scope = rest.ScopeRead
	}
	if needScope(caller, scope) != nil {
		return false, nil
	}
	ok, err := c.allowed(ctx, c.registry.now(), caller, targetOf(party, app), right)
	return ok, failure(err)
}

// allowed decides, and notes for the claim that ctx is within, if it is, what
// the request took.
func (c *Core) allowed(ctx context.Context, s *snapshot, caller rest.Caller, t target, right rest.Right) (bool, error) {
	ok, err := c.decide(ctx, s, caller, t, right)
	if ok && err == nil {
		took(ctx, need{Party: t.party, Org: t.org, Service: t.service, Any: t.any, Right: right})
	}
	return ok, err
}

// decide says who may do what. Application owners read and write what belongs to their
// applications. A person holds every right on itself; one who merely stands in
// for a system gave no one-time code and may not sign. An enterprise user reads
// and writes for its own party. Everything else is granted. Only a logged-in
// person or an enterprise user signs, by rights of its own.
func (c *Core) decide(ctx context.Context, s *snapshot, caller rest.Caller, t target, right rest.Right) (bool, error) {
	if caller.Owner != "" {
		return right != rest.Sign && t.org == caller.Owner, nil
	}
	if caller.Person != 0 && caller.Person == t.party {
		return true, nil
	}
	if right != rest.Sign && t.party != 0 && caller.System.Person() == t.party {
		return true, nil
	}
	if right != rest.Sign && t.party != 0 {
		own, err := c.actsFor(ctx, s, caller)
		if err != nil || own == t.party {
			return err == nil, err
		}
	}
	subjects := caller.Subjects()
	if right == rest.Sign {
		subjects = nil
		if caller.Person != 0 {
			subjects = []rest.Subject{rest.PersonSubject(caller.Person)}
		} else if e := caller.Enterprise(); e != 0 {
			subjects = []rest.Subject{rest.EnterpriseSubject(e)}
		}
	}
	for _, subject := range subjects {
		grants, err := c.grants(ctx, s, subject)
		if err != nil {
			return false, err
		}
		for _, g := range grants {
			if g.Party == t.party && slices.Contains(g.Rights, right) && (t.any || covers(g.Service, t.service)) {
				return true, nil
			}
		}
	}
	return false, nil
}

// covers says whether a grant for one service, one code or everything is good
// for a service.
func covers(grant, service rest.ServiceRef) bool {
	if grant.Code == "" {
		return true
	}
	return grant.Code == service.Code && (grant.Edition == 0 || grant.Edition == service.Edition)
}

// authorise says whether the caller may do something with an instance: absent
// and unreadable are alike, deleted is Gone.
func (c *Core) authorise(ctx context.Context, caller rest.Caller, in *rest.Instance, right rest.Right) error {
	err := c.permit(ctx, caller, in, right)
	if err != nil && rest.KindOf(err) != rest.Forbidden {
		return err
	}
	if gone(in) && !owed(in, caller) {
		return errGone
	}
	return err
}

// errGone is the answer for what is marked as deleted.
var errGone = rest.Errorf(rest.Gone, "instance-deleted", "The instance was deleted.")

func gone(in *rest.Instance) bool { return !in.SoftDeleted.IsZero() || !in.HardDeleted.IsZero() }

// owed says that an instance was sent in to the caller: the application's owner
// may still read and confirm it when its sender has deleted it, for only then
// it is purged.
func owed(in *rest.Instance, caller rest.Caller) bool {
	return caller.Owner != "" && !in.Archived.IsZero()
}

// permit is authorise for instances that may be deleted.
func (c *Core) permit(ctx context.Context, caller rest.Caller, in *rest.Instance, right rest.Right) error {
	s := c.registry.now()
	t := s.instanceTarget(in)
	readable, err := c.allowed(ctx, s, caller, t, rest.Read)
	if err != nil {
		return failure(err)
	}
	if !readable {
		if readable, err = c.asked(ctx, s, caller, in); err != nil {
			return err
		}
		if readable {
			took(ctx, need{Asked: in.ID})
		}
	}
	permitted := readable
	if right != rest.Read {
		if permitted, err = c.allowed(ctx, s, caller, t, right); err != nil {
			return failure(err)
		}
	}
	hidden := caller.Owner == "" && in.Visible.After(c.now()) && in.CreatedBy != caller.Name()
	switch {
	case hidden, !readable && !permitted:
		return withheld("instance")
	case !permitted:
		return rest.Errorf(rest.Forbidden, "right", "You lack the right to %s this instance.", right)
	}
	return nil
}
