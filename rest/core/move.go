package core

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"overgang/rest"
	"overgang/store"
)

// maxRaces is how often a call that depends on what it validated starts anew
// because somebody changed the instance meanwhile.
const maxRaces = 5

// errRaced says that the instance changed after it was validated.
var errRaced = rest.Errorf(rest.Conflict, "changing", "Others are changing the instance: try again.")

// unraced runs a call until nobody changes the instance under it.
func unraced(call func() error) error {
	err := error(errRaced)
	for n := 0; n < maxRaces && err == error(errRaced); n++ {
		err = call()
	}
	return err
}

// rolesOf says whether the caller is one of those who work at the step.
func rolesOf(caller rest.Caller, s rest.Step) error {
	if len(s.Roles) == 0 || slices.ContainsFunc(s.Roles, caller.Has) {
		return nil
	}
	return rest.Errorf(rest.Forbidden, "step-role", "You may not work at the step %s.", s.ID)
}

// mayLeave says whether the caller may leave the step of a party's instance.
func (c *Core) mayLeave(ctx context.Context, caller rest.Caller, app *application, party rest.PartyID, s rest.Step) error {
	if err := rolesOf(caller, s); err != nil {
		return err
	}
	ok, err := c.allowed(ctx, c.registry.now(), caller, targetOf(party, app.Application), s.Needs())
	if err != nil {
		return failure(err)
	}
	if !ok {
		return rest.Errorf(rest.Forbidden, "right", "You lack the right to %s, which the step %s asks for.", s.Needs(), s.ID)
	}
	return nil
}

// barred says which steps the caller may not leave, as far as these declare who
// may; what every step asks for is checked elsewhere. nil = none.
func (c *Core) barred(ctx context.Context, caller rest.Caller, app *application, party rest.PartyID) ([]bool, error) {
	var out []bool
	for i, s := range app.steps {
		if s.Right == "" && len(s.Roles) == 0 {
			continue
		}
		var err error
		if s.Parallel {
			err = rolesOf(caller, s)
		} else {
			err = c.mayLeave(ctx, caller, app, party, s)
		}
		if err == nil {
			continue
		}
		if rest.KindOf(err) != rest.Forbidden {
			return nil, err
		}
		if out == nil {
			out = make([]bool, len(app.steps))
		}
		out[i] = true
	}
	return out, nil
}

// move is one action at a step, planned.
type move struct {
	app     *application
	from    int
	to      int // len(steps) = the archive
	forward bool
	stays   bool             // it signs, but more must before the step is left
	named   *rest.Delegation // who signs at the parallel step; nil = nobody
}

// step is the step that the move leaves.
func (m move) step() rest.Step { return m.app.steps[m.from] }

// NextStep implements [rest.Processes].
func (c *Core) NextStep(ctx context.Context, caller rest.Caller, id uuid.UUID, action string, match int64) (*rest.Process, error) {
	return c.step(ctx, caller, id, action, rest.Signature{}, match)
}

// SignStep implements [rest.Delegations].
func (c *Core) SignStep(ctx context.Context, caller rest.Caller, id uuid.UUID, s rest.Signature, match int64) (*rest.Process, error) {
	return c.step(ctx, caller, id, rest.ActionSign, s, match)
}

func (c *Core) step(ctx context.Context, caller rest.Caller, id uuid.UUID, action string, given rest.Signature, match int64) (*rest.Process, error) {
	err := unraced(func() error {
		in, err := c.readFor(ctx, caller, rest.Write, func(r store.Reader) (*rest.Instance, error) { return r.Instance(id) })
		if err != nil {
			return err
		}
		if err := c.authorise(ctx, caller, in, rest.Read); err != nil {
			return err
		}
		if match != 0 && match != in.Version {
			return errVersion
		}
		m, err := c.plan(ctx, caller, in, action)
		if err != nil {
			return err
		}
		if m.forward {
			if err := mayCover(m.step(), given.Elements, in.Elements); err != nil {
				return err
			}
			if err := c.mustBeValid(ctx, m.app, in); err != nil {
				return err
			}
		}
		return c.take(ctx, caller, in, m, given)
	})
	if err != nil {
		return nil, err
	}
	return c.processAfter(ctx, id)
}

// plan says where an action leads, if the caller may take it.
func (c *Core) plan(ctx context.Context, caller rest.Caller, in *rest.Instance, action string) (move, error) {
	if gone(in) {
		return move{}, errGone
	}
	if !in.Archived.IsZero() {
		return move{}, errArchived
	}
	app, err := c.applicationOf(in)
	if err != nil {
		return move{}, err
	}
	m := move{app: app, from: stepIndex(app.steps, in.Step)}
	if m.from < 0 {
		return m, rest.Errorf(rest.Conflict, "step", "The step %s is not in the application's process.", in.Step)
	}
	s := m.step()
	switch back, ok := s.Back[action]; {
	case action == "", action == s.Forward():
		m.to, m.forward = m.from+1, true
	case action == rest.ActionSkip && s.Optional:
		m.to = m.from + 1
	case ok:
		m.to = stepIndex(app.steps, back)
	default:
		return m, rest.Errorf(rest.Invalid, "action-unknown", "The step %s has the actions %s.", s.ID, strings.Join(s.Actions(), ", "))
	}
	if m.named, err = c.delegation(ctx, app, in); err != nil {
		return m, err
	}
	if !s.Parallel {
		err = c.mayLeave(ctx, caller, app, in.Owner, s)
	} else if !m.forward {
		err = c.mayTakeBack(ctx, caller, in, s, m.named)
	}
	if err != nil || !m.forward || s.Kind != rest.Signing {
		return m, err
	}
	signed, err := mayGive(caller, s, m.named, in, 1)
	if m.stays = !signed.enough; m.stays {
		m.to = m.from
	}
	return m, err
}

// mayTakeBack says whether the caller may leave the parallel step without a
// signature: who is named to sign may, and who may write.
func (c *Core) mayTakeBack(ctx context.Context, caller rest.Caller, in *rest.Instance, s rest.Step, d *rest.Delegation) error {
	if err := rolesOf(caller, s); err != nil || d.Of(caller.Person) > 0 {
		return err
	}
	return c.authorise(ctx, caller, in, rest.Write)
}

// take carries a move out, if the instance is still the one that it was planned for.
func (c *Core) take(ctx context.Context, caller rest.Caller, planned *rest.Instance, m move, given rest.Signature) error {
	by := caller.Name()
	sealed := m.forward && m.step().Kind == rest.Signing
	var hand []byte
	if sealed {
		var err error
		if hand, err = c.handOf(ctx, caller); err != nil {
			return err
		}
	}
	return c.update(ctx, func(tx store.Tx) error {
		in, err := c.again(tx, planned.ID)
		if err != nil {
			return err
		}
		if in.Version != planned.Version {
			return errRaced
		}
		now := c.now()
		var signatures []rest.Signature
		if sealed {
			signatures = []rest.Signature{signature(given, caller, hand, now)}
		}
		if m.to <= m.from && !m.stays {
			if err := withdraw(tx, in, m, by, now); err != nil {
				return err
			}
		}
		way := progress{steps: m.app.steps, at: m.from}
		if !m.stays {
			way.enter(m.to)
		}
		return advance(tx, m.app, in, &way, m.step().ID, signatures, m.named, caller, now)
	})
}

// advance stores that an instance went its way, with the signatures that were
// given at a step, and that who was named to sign is to sign now, or no more.
func advance(tx store.Tx, app *application, in *rest.Instance, way *progress, step string, signatures []rest.Signature, named *rest.Delegation,
	caller rest.Caller, now time.Time) error {
	by := caller.Name()
	for _, s := range signatures {
		cover(&s, in.Elements, step)
		in.Signatures = append(in.Signatures, s)
	}
	way.apply(in, now)
	if err := touch(tx, in, by, now); err != nil {
		return err
	}
	if len(signatures) > 0 {
		if err := lockSigned(tx, in, by, now); err != nil {
			return err
		}
	}
	if err := way.record(tx, in, by, now, false); err != nil {
		return err
	}
	if named != nil {
		d := *named // the transaction may run again
		if err := putDelegation(tx, app, in, &d, named, now); err != nil {
			return err
		}
	}
	return noteArchive(tx, in, caller, now)
}

// cover says what a signature is on: the elements that were selected, or all, as
// they are now.
func cover(s *rest.Signature, elements []rest.Element, step string) {
	selected := s.Elements
	s.Step, s.Elements, s.Hashes = step, nil, nil
	for i := range elements {
		if e := &elements[i]; len(selected) == 0 || slices.Contains(selected, e.ID) {
			s.Elements, s.Hashes = append(s.Elements, e.ID), append(s.Hashes, e.Content.SHA256)
		}
	}
}

// withdraw takes back the signatures that were made at the step that a move
// leads back to or after it, and unlocks what they alone cover: what was signed
// can change again, so the signature does not stand.
func withdraw(tx store.Tx, in *rest.Instance, m move, by string, now time.Time) error {
	var stand []rest.Signature
	for _, s := range in.Signatures {
		if i := stepIndex(m.app.steps, s.Step); i >= 0 && i < m.to {
			stand = append(stand, s)
		}
	}
	if len(stand) == len(in.Signatures) {
		return nil
	}
	before := *in
	in.Signatures = stand
	for i := range in.Elements {
		e := &in.Elements[i]
		if !e.Locked || !signed(&before, e.ID) || signed(in, e.ID) {
			continue
		}
		e.Locked = false
		e.Version++
		if err := tx.UpdateElement(e); err != nil {
			return err
		}
	}
	return addEvent(tx, in, rest.EventUnsigned, uuid.Nil, by, now)
}

// StartProcess implements [rest.Processes].
func (c *Core) StartProcess(ctx context.Context, caller rest.Caller, id uuid.UUID) (*rest.Process, error) {
	_, err := c.instanceFor(ctx, caller, rest.Write, func(r store.Reader) (*rest.Instance, error) { return r.Instance(id) })
	if err != nil {
		return nil, err
	}
	p, err := c.Process(ctx, caller, id)
	if err != nil {
		return nil, err
	}
	if len(p.Visits) > 1 || !p.Ended.IsZero() {
		return nil, rest.Errorf(rest.Conflict, "process-started", "The process has been started and stands at %s.", p.Current)
	}
	return p, nil
}
