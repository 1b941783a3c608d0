package core

import (
	"context"
	"time"

	"overgang/rest"
	"overgang/store"
)

// Complete implements [rest.Submissions]. The instance's own receipt gains the
// archive reference; an instance that has none, because it was made over REST,
// gets its first.
func (c *Core) Complete(ctx context.Context, caller rest.Caller, number int32, signatures []rest.Signature) (out rest.Submission, err error) {
	err = unraced(func() (err error) {
		out, err = c.complete(ctx, caller, number, signatures)
		return err
	})
	return out, err
}

func (c *Core) complete(ctx context.Context, caller rest.Caller, number int32, signatures []rest.Signature) (rest.Submission, error) {
	in, err := c.instanceFor(ctx, caller, rest.Write, func(r store.Reader) (*rest.Instance, error) { return r.InstanceByNumber(number) })
	if err != nil {
		return rest.Submission{}, err
	}
	app, err := c.applicationOf(in)
	if err != nil {
		return rest.Submission{}, err
	}
	if len(signatures) > 0 {
		if err := c.maySign(ctx, caller, app, in.Owner); err != nil {
			return rest.Submission{}, err
		}
	}
	party, err := c.Party(ctx, rest.PartyRef{ID: in.Owner})
	if err != nil {
		return rest.Submission{}, err
	}
	s := &submission{caller: caller, app: app, party: party, sender: party, now: c.now()}
	s.sent.Reference = in.Reference
	way, err := c.completion(ctx, s, in, len(signatures) > 0)
	if err != nil {
		return rest.Submission{}, err
	}
	var out rest.Submission
	err = c.update(ctx, func(tx store.Tx) error {
		now, err := c.again(tx, in.ID)
		if err != nil {
			return err
		}
		if now.Version != in.Version {
			return errRaced
		}
		given := make([]rest.Signature, len(signatures))
		for i := range signatures {
			given[i] = signature(signatures[i], caller, s.now)
		}
		if err := advance(tx, now, way, s.signedAt(in), given, caller, s.now); err != nil {
			return err
		}
		receipt, err := completionReceipt(tx, now, caller, s.now)
		if err != nil {
			return err
		}
		out = rest.Submission{Receipt: *receipt, Instance: now}
		return nil
	})
	return out, err
}

// completion is how far an instance goes when its forms are completed, and signed.
func (c *Core) completion(ctx context.Context, s *submission, in *rest.Instance, signed bool) (*progress, error) {
	if !in.Archived.IsZero() {
		return nil, rest.Errorf(rest.Conflict, "archived", "The instance is archived already.")
	}
	at := stepIndex(s.app.steps, in.Step)
	if at < 0 {
		return nil, rest.Errorf(rest.Conflict, "step", "The step %s is not in the application's process.", in.Step)
	}
	if err := c.mustBeValid(ctx, s.app, in); err != nil {
		return nil, err
	}
	barred, err := c.barred(ctx, s.caller, s.app, in.Owner)
	if err != nil {
		return nil, err
	}
	way := &progress{steps: s.app.steps, at: at, completed: true, signed: signed, sealed: len(in.Signatures) > 0, barred: barred}
	way.run()
	switch {
	case len(way.entered) == 0 && barred != nil && barred[at]:
		return nil, rest.Errorf(rest.Forbidden, "step-role", "You may not work at the step %s.", in.Step)
	case len(way.entered) == 0:
		return nil, rest.Errorf(rest.Conflict, "signature-needed", "The instance waits at the step %s for a signature.", in.Step)
	}
	return way, nil
}

// signedAt is the step that a signature given now is made at: the next Signing
// step, else the one that the instance stands at.
func (s *submission) signedAt(in *rest.Instance) string {
	for i := max(0, stepIndex(s.app.steps, in.Step)); i < len(s.app.steps); i++ {
		if s.app.steps[i].Kind == rest.Signing {
			return s.app.steps[i].ID
		}
	}
	return in.Step
}

// lockSigned locks what was signed: it must stay as it was.
func lockSigned(tx store.Tx, in *rest.Instance, by string, now time.Time) error {
	for i := range in.Elements {
		e := &in.Elements[i]
		if e.Locked {
			continue
		}
		e.Locked = true
		e.Version++
		if err := tx.UpdateElement(e); err != nil {
			return err
		}
	}
	return addEvent(tx, in, rest.EventSigned, [16]byte{}, by, now)
}

// completionReceipt is the instance's receipt as the completion leaves it.
func completionReceipt(tx store.Tx, in *rest.Instance, caller rest.Caller, now time.Time) (*rest.Receipt, error) {
	if in.Receipt == 0 {
		return firstReceipt(tx, in, caller, now)
	}
	r, err := tx.Receipt(in.Receipt)
	if err != nil {
		return nil, err
	}
	r.Changed = now
	return r, tx.UpdateReceipt(r)
}
