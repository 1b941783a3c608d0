package core

import (
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/google/uuid"

	"overgang/rest"
	"overgang/store"
)

// maxSigners bounds how many are named to sign one instance.
const maxSigners = 100

// parallelStep is the index of the step that is signed by those who are named;
// -1 = there is none.
func parallelStep(steps []rest.Step) int {
	return slices.IndexFunc(steps, func(s rest.Step) bool { return s.Parallel })
}

// parallelStepOf is the id of an application's parallel step; "" = it has none,
// or is no longer registered.
func parallelStepOf(app *application) string {
	if app == nil {
		return ""
	}
	if at := parallelStep(app.steps); at >= 0 {
		return app.steps[at].ID
	}
	return ""
}

// delegation is who signs an instance at its application's parallel step; nil =
// nobody was named.
func (c *Core) delegation(ctx context.Context, app *application, in *rest.Instance) (d *rest.Delegation, err error) {
	at := parallelStep(app.steps)
	if at < 0 {
		return nil, nil
	}
	err = c.cfg.Store.View(ctx, func(r store.Reader) (err error) {
		d, err = r.Delegation(in.ID)
		return err
	})
	switch {
	case errors.Is(err, store.ErrNotFound):
		return nil, nil
	case err != nil:
		return nil, failure(err)
	case d.Step != app.steps[at].ID: // the process was declared anew
		return nil, nil
	}
	return d, nil
}

// asked says that the caller was named to sign an instance that has come to
// that step. It may read it, ever since.
func (c *Core) asked(ctx context.Context, s *snapshot, caller rest.Caller, in *rest.Instance) (bool, error) {
	a := s.apps[in.App]
	if caller.Person == 0 || parallelStepOf(a) == "" {
		return false, nil
	}
	d, err := c.delegation(ctx, a, in)
	return d.Of(caller.Person) > 0 && !d.Opened.IsZero(), err
}

// DelegateSigning implements [rest.Delegations].
func (c *Core) DelegateSigning(ctx context.Context, caller rest.Caller, id uuid.UUID, n rest.NewDelegation, match int64) (*rest.Process, error) {
	err := unraced(func() error { return c.delegate(ctx, caller, id, n, match) })
	if err != nil {
		return nil, err
	}
	return c.processAfter(ctx, id)
}

func (c *Core) delegate(ctx context.Context, caller rest.Caller, id uuid.UUID, n rest.NewDelegation, match int64) error {
	planned, err := c.instanceFor(ctx, caller, rest.Write, func(r store.Reader) (*rest.Instance, error) { return r.Instance(id) })
	if err != nil {
		return err
	}
	switch {
	case match != 0 && match != planned.Version:
		return errVersion
	case !planned.Archived.IsZero():
		return errArchived
	}
	app, err := c.applicationOf(planned)
	if err != nil {
		return err
	}
	before, err := c.mayDelegate(ctx, caller, app, planned)
	if err != nil {
		return err
	}
	d, err := c.named(ctx, caller, app, planned.Owner, n)
	if err != nil {
		return err
	}
	return c.update(ctx, func(tx store.Tx) error {
		in, err := c.again(tx, id)
		if err != nil {
			return err
		}
		if in.Version != planned.Version {
			return errRaced
		}
		if err := touch(tx, in, caller.Name(), d.At); err != nil {
			return err
		}
		next := *d // the transaction may run again
		if err := putDelegation(tx, app, in, &next, before, d.At); err != nil {
			return err
		}
		return addEvent(tx, in, rest.EventDelegated, uuid.Nil, caller.Name(), d.At)
	})
}

// mayDelegate says whether it is the time, and the caller's, to name signers, and
// who was named before; nil = nobody.
func (c *Core) mayDelegate(ctx context.Context, caller rest.Caller, app *application, in *rest.Instance) (before *rest.Delegation, err error) {
	to, at := parallelStep(app.steps), stepIndex(app.steps, in.Step)
	switch {
	case to < 0:
		return nil, rest.Errorf(rest.Conflict, "signing-no-step", "The process has no step that is signed by those who are named.")
	case at < 0 || at > to:
		return nil, rest.Errorf(rest.Conflict, "step", "The instance is at the step %s, behind the signing.", in.Step)
	}
	d, err := c.delegation(ctx, app, in)
	if err != nil || d == nil {
		return nil, err
	}
	if d.Given(in.Signatures, 0) > 0 {
		return nil, rest.Errorf(rest.Conflict, "signing-begun", "Some have signed already: who else does can be changed when the instance has gone back to be filled in.")
	}
	if d.Locked == "" || caller.Owner != "" {
		return d, nil
	}
	p, err := c.partner(ctx, caller, targetOf(in.Owner, app.Application))
	if err != nil {
		return nil, failure(err)
	}
	if p != d.Locked {
		return nil, rest.Errorf(rest.Forbidden, "signing-locked", "Whoever named the signers has locked them.")
	}
	return d, nil
}

// partner is the caller as one who sends for others, whom the old platform calls
// a trusted partner: an application's owner, or a system or an enterprise user
// that holds the right to write for another party by itself. "" = the caller
// sends for itself.
func (c *Core) partner(ctx context.Context, caller rest.Caller, t target) (rest.Subject, error) {
	if caller.Owner != "" {
		return rest.OwnerSubject(caller.Owner), nil
	}
	if caller.System == 0 || caller.System.Person() != 0 {
		return "", nil
	}
	s, alone := c.registry.now(), rest.Caller{System: caller.System}
	own, err := c.actsFor(ctx, s, alone)
	if err != nil || own == t.party {
		return "", err
	}
	ok, err := c.allowed(ctx, s, alone, t, rest.Write)
	if err != nil || !ok {
		return "", err
	}
	return rest.SystemSubject(caller.System), nil
}

// named makes the delegation that a caller wants, or says what is wrong with it.
func (c *Core) named(ctx context.Context, caller rest.Caller, app *application, party rest.PartyID, n rest.NewDelegation) (*rest.Delegation, error) {
	wrong := func(format string, args ...any) error { return rest.Errorf(rest.Invalid, "signers", format, args...) }
	at := parallelStep(app.steps)
	if at < 0 {
		return nil, rest.Errorf(rest.Conflict, "signing-no-step", "The process has no step that is signed by those who are named.")
	}
	step := app.steps[at]
	if len(n.Signers) == 0 || len(n.Signers) > maxSigners {
		return nil, wrong("Name 1 to %d signers.", maxSigners)
	}
	d := &rest.Delegation{Step: step.ID, Required: n.Required, At: c.now(), By: caller.Name()}
	all, snap := 0, c.registry.now()
	for i, s := range n.Signers {
		p, err := c.party(ctx, snap, rest.PartyRef{SSN: s.SSN})
		if err != nil && !errors.Is(err, store.ErrNotFound) {
			return nil, failure(err)
		}
		allowed := max(1, s.Allowed)
		switch {
		case err != nil, p.Kind != rest.PersonParty, !sameFamily(p.Name, s.Name): // not told apart
			return nil, wrong("Signer %d is not known by this number and family name.", i+1)
		case d.Of(p.ID) > 0:
			return nil, wrong("Signer %d is named twice.", i+1)
		case s.Allowed < 0 || allowed > max(1, step.Each):
			return nil, wrong("A signer signs 1 to %d times at the step %s.", max(1, step.Each), step.ID)
		}
		d.Signers = append(d.Signers, rest.Signer{Person: p.ID, Name: p.Name, Allowed: allowed})
		all += allowed
	}
	if d.Required == 0 {
		d.Required = all
	}
	if d.Required < 1 || d.Required > all {
		return nil, wrong("The signers can give %d signatures: 1 to so many may be required.", all)
	}
	if n.Lock {
		var err error
		if d.Locked, err = c.partner(ctx, caller, targetOf(party, app.Application)); err != nil {
			return nil, failure(err)
		}
	}
	return d, nil
}

// sameFamily says that a name ends with the family name of the registered one.
func sameFamily(registered, given string) bool {
	a, b := strings.Fields(registered), strings.Fields(given)
	return len(a) > 0 && len(b) > 0 && strings.EqualFold(a[len(a)-1], b[len(b)-1])
}

// ToSign implements [rest.Delegations].
func (c *Core) ToSign(ctx context.Context, caller rest.Caller, after int32, limit int) (list []rest.Instance, more bool, err error) {
	if err := needScope(caller, rest.ScopeRead); err != nil {
		return nil, false, err
	}
	if caller.Owner != "" || caller.Person == 0 {
		return nil, false, rest.Errorf(rest.Forbidden, "sign-person", "Signing needs a logged-in person.")
	}
	if limit < 1 || limit > largestPage {
		return nil, false, rest.Errorf(rest.Invalid, "size-invalid", "A page has 1 to %d entries.", largestPage)
	}
	err = c.view(ctx, func(r store.Reader) error {
		if list, err = r.ToSign(caller.Person, c.now(), after, limit+1); err != nil {
			return err
		}
		if more = len(list) > limit; more {
			list = list[:limit]
		}
		for k := range list {
			in, err := r.Instance(list[k].ID)
			if err != nil {
				return err
			}
			list[k] = *in
		}
		return nil
	})
	return list, more, err
}
