package core

import (
	"context"
	"slices"
	"strconv"
	"time"

	"overgang/rest"
	"overgang/store"
)

// Complete implements [rest.Submissions]. The instance's own receipt gains the
// archive reference; an instance that has none, because it was made over REST,
// gets its first.
func (c *Core) Complete(ctx context.Context, caller rest.Caller, number int32, signatures []rest.Signature) (rest.Submission, error) {
	in, err := c.instanceFor(ctx, caller, rest.Write, func(r store.Reader) (*rest.Instance, error) { return r.InstanceByNumber(number) })
	if err != nil {
		return rest.Submission{}, err
	}
	app := c.registry.now().apps[in.App]
	if app == nil {
		return rest.Submission{}, rest.Errorf(rest.Conflict, "application-gone", "The application is no longer registered.")
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
	var out rest.Submission
	err = c.update(ctx, func(tx store.Tx) error {
		now, err := tx.Instance(in.ID)
		if err != nil {
			return err
		}
		if err := complete(tx, s, now, signatures); err != nil {
			return err
		}
		receipt, err := s.completionReceipt(tx, now)
		if err != nil {
			return err
		}
		out = rest.Submission{Receipt: *receipt, Instance: now}
		return nil
	})
	return out, err
}

// complete moves an instance as far as it goes, and signs it.
func complete(tx store.Tx, s *submission, in *rest.Instance, signatures []rest.Signature) error {
	if !in.Archived.IsZero() {
		return rest.Errorf(rest.Conflict, "archived", "The instance is archived already.")
	}
	at := stepIndex(s.app.steps, in.Step)
	if at < 0 {
		return rest.Errorf(rest.Conflict, "step", "The step %s is not in the application's process.", in.Step)
	}
	if f := s.app.counts(in.Elements, true); f != nil {
		return f.error()
	}
	way := progress{steps: s.app.steps, at: at, completed: true, signed: len(signatures) > 0}
	way.run()
	if len(way.left) == 0 {
		return rest.Errorf(rest.Conflict, "signature-needed", "The instance waits at the step %s for a signature.", in.Step)
	}
	by := s.caller.Name()
	for _, given := range signatures {
		signed := signature(given, s.caller, s.now)
		for i := range in.Elements {
			signed.Elements = append(signed.Elements, in.Elements[i].ID)
		}
		in.Signatures = append(in.Signatures, signed)
	}
	way.apply(in, s.now)
	if err := touch(tx, in, by, s.now); err != nil {
		return err
	}
	if len(signatures) > 0 {
		if err := lockSigned(tx, in, by, s.now); err != nil {
			return err
		}
	}
	return way.record(tx, in, by, s.now, false)
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

// completionReceipt brings the instance's receipt up to date.
func (s *submission) completionReceipt(tx store.Tx, in *rest.Instance) (*rest.Receipt, error) {
	var archive []rest.Reference
	if in.ArchiveReference != "" {
		archive = []rest.Reference{{Type: rest.RefArchive, Value: in.ArchiveReference}}
	}
	if in.Receipt == 0 {
		r := s.receipt(rest.StatusOK, textAccepted, nil)
		r.Instance = in.Number
		r.References = append(r.References, rest.Reference{Type: rest.RefWorkflow, Value: strconv.Itoa(int(in.Number))})
		r.References = append(r.References, archive...)
		if err := tx.CreateReceipt(&r); err != nil {
			return nil, err
		}
		in.Receipt = r.ID
		return &r, nil
	}
	r, err := tx.Receipt(in.Receipt)
	if err != nil {
		return nil, err
	}
	r.Changed = s.now
	for _, ref := range archive {
		if !slices.Contains(r.References, ref) {
			r.References = append(r.References, ref)
		}
	}
	return r, tx.UpdateReceipt(r)
}
