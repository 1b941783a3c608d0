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
	in, app, err := c.toComplete(ctx, caller, number, len(signatures) > 0)
	if err != nil {
		return rest.Submission{}, err
	}
	named, err := c.delegation(ctx, app, in)
	if err != nil {
		return rest.Submission{}, err
	}
	signed, err := c.signatures(ctx, caller, app, in, named, signatures)
	if err != nil {
		return rest.Submission{}, err
	}
	way, err := c.completion(ctx, caller, app, in, progress{signed: len(signatures) > 0, named: named != nil, lacks: !signed.enough})
	if err != nil {
		return rest.Submission{}, err
	}
	var hand []byte
	if len(signatures) > 0 {
		if hand, err = c.handOf(ctx, caller); err != nil {
			return rest.Submission{}, err
		}
	}
	var out rest.Submission
	at := c.now()
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
			given[i] = signature(signatures[i], caller, hand, at)
		}
		if err := advance(tx, app, now, way, signed.step.ID, given, named, caller, at); err != nil {
			return err
		}
		receipt, err := completionReceipt(tx, now, caller, at)
		if err != nil {
			return err
		}
		out = rest.Submission{Receipt: *receipt, Instance: now}
		return nil
	})
	return out, err
}

// toComplete reads an instance for a caller who may complete it, or at the
// parallel step sign it: who is named for that needs no other right.
func (c *Core) toComplete(ctx context.Context, caller rest.Caller, number int32, signs bool) (*rest.Instance, *application, error) {
	in, err := c.readFor(ctx, caller, rest.Write, func(r store.Reader) (*rest.Instance, error) { return r.InstanceByNumber(number) })
	if err != nil {
		return nil, nil, err
	}
	app := c.registry.now().apps[in.App]
	right := rest.Write
	if at := parallelStepOf(app); signs && at != "" && (in.Step == at || !in.Archived.IsZero()) {
		right = rest.Read
	}
	if err := c.authorise(ctx, caller, in, right); err != nil {
		return nil, nil, err
	}
	if !in.Archived.IsZero() {
		return nil, nil, rest.Errorf(rest.Conflict, "archived", "The instance is archived already.")
	}
	app, err = c.applicationOf(in)
	if err == nil && stepIndex(app.steps, in.Step) < 0 {
		err = rest.Errorf(rest.Conflict, "step", "The step %s is not in the application's process.", in.Step)
	}
	return in, app, err
}

// signatures says where the signatures that a call brings count.
func (c *Core) signatures(ctx context.Context, caller rest.Caller, app *application, in *rest.Instance, named *rest.Delegation, given []rest.Signature) (signing, error) {
	if len(given) == 0 {
		return signing{}, nil
	}
	signed, err := c.maySign(ctx, caller, app, in, stepIndex(app.steps, in.Step), named, len(given))
	for i := 0; i < len(given) && err == nil; i++ {
		err = mayCover(signed.step, given[i].Elements, in.Elements)
	}
	return signed, err
}

// completion is how far an instance goes when its forms are completed, and signed.
func (c *Core) completion(ctx context.Context, caller rest.Caller, app *application, in *rest.Instance, way progress) (*progress, error) {
	if err := c.mustBeValid(ctx, app, in); err != nil {
		return nil, err
	}
	barred, err := c.barred(ctx, caller, app, in.Owner)
	if err != nil {
		return nil, err
	}
	at := stepIndex(app.steps, in.Step)
	way.steps, way.at, way.completed, way.sealed, way.barred = app.steps, at, true, len(in.Signatures) > 0, barred
	way.run()
	switch {
	case len(way.entered) > 0, way.signed && app.steps[at].Parallel:
		return &way, nil
	case barred != nil && barred[at]:
		return nil, rest.Errorf(rest.Forbidden, "step-role", "You may not work at the step %s.", in.Step)
	}
	return nil, rest.Errorf(rest.Conflict, "signature-needed", "The instance waits at the step %s for a signature.", in.Step)
}

// lockSigned locks what was signed: it must stay as it was.
func lockSigned(tx store.Tx, in *rest.Instance, by string, now time.Time) error {
	for i := range in.Elements {
		e := &in.Elements[i]
		if e.Locked || !signed(in, e.ID) {
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
