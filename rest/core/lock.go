package core

import (
	"context"
	"slices"
	"time"

	"github.com/google/uuid"

	"overgang/rest"
	"overgang/store"
)

// DeleteElement implements [rest.Elements]. Its blob is left to the sweeper:
// somebody may be reading it.
func (c *Core) DeleteElement(ctx context.Context, caller rest.Caller, instance, element uuid.UUID, match int64) (*rest.Instance, error) {
	out, _, err := c.alterElement(ctx, caller, instance, element, match, func(tx store.Tx, in *rest.Instance, e *rest.Element, now time.Time) (rest.EventType, error) {
		if _, err := c.mutable(caller, in); err != nil {
			return "", err
		}
		if e.Locked {
			return "", errElementLocked
		}
		if err := tx.DeleteElement(e.ID); err != nil {
			return "", err
		}
		in.Elements = slices.DeleteFunc(in.Elements, func(other rest.Element) bool { return other.ID == element })
		return rest.EventElementDeleted, nil
	})
	return out, err
}

// LockElement implements [rest.Elements].
func (c *Core) LockElement(ctx context.Context, caller rest.Caller, instance, element uuid.UUID, locked bool, match int64) (*rest.Instance, *rest.Element, error) {
	return c.alterElement(ctx, caller, instance, element, match, func(tx store.Tx, in *rest.Instance, e *rest.Element, now time.Time) (rest.EventType, error) {
		switch {
		case gone(in):
			return "", errGone
		case !in.Archived.IsZero():
			return "", errArchived
		case e.Locked == locked:
			return "", nil
		case !locked && signed(in, e.ID):
			return "", rest.Errorf(rest.Locked, "element-signed", "The element is signed: it stays locked as long as the signature stands.")
		}
		e.Locked = locked
		e.Changed, e.ChangedBy = now, caller.Name()
		e.Version++
		if err := tx.UpdateElement(e); err != nil {
			return "", err
		}
		if locked {
			return rest.EventElementLocked, nil
		}
		return rest.EventElementUnlocked, nil
	})
}

// signed says whether a signature on the instance covers the element.
func signed(in *rest.Instance, element uuid.UUID) bool {
	return slices.ContainsFunc(in.Signatures, func(s rest.Signature) bool { return slices.Contains(s.Elements, element) })
}

// alterElement changes one element in one transaction and records the event
// that change returns. "" says that there is nothing to change.
func (c *Core) alterElement(ctx context.Context, caller rest.Caller, instance, element uuid.UUID, match int64,
	change func(store.Tx, *rest.Instance, *rest.Element, time.Time) (rest.EventType, error)) (*rest.Instance, *rest.Element, error) {
	_, err := c.instanceFor(ctx, caller, rest.Write, func(r store.Reader) (*rest.Instance, error) { return r.Instance(instance) })
	if err != nil {
		return nil, nil, err
	}
	var out *rest.Instance
	var changed rest.Element
	err = c.update(ctx, func(tx store.Tx) error {
		in, err := c.again(tx, instance)
		if err != nil {
			return err
		}
		e := elementOf(in, element)
		switch {
		case e == nil:
			return notFound("element")
		case match != 0 && match != e.Version:
			return rest.Errorf(rest.PreconditionFailed, "version-stale", "The element has changed since.")
		}
		now := c.now()
		event, err := change(tx, in, e, now)
		out, changed = in, *e
		if err != nil || event == "" {
			return err
		}
		if err := touch(tx, in, caller.Name(), now); err != nil {
			return err
		}
		return addEvent(tx, in, event, element, caller.Name(), now)
	})
	if err != nil {
		return nil, nil, err
	}
	return out, &changed, nil
}
