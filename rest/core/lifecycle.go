package core

import (
	"context"
	"time"

	"github.com/google/uuid"

	"overgang/rest"
	"overgang/store"
)

// Refusals that several use cases share.
var (
	errArchived      = rest.Errorf(rest.Locked, "archived", "The instance is archived.")
	errElementLocked = rest.Errorf(rest.Locked, "element-locked", "The element is locked.")
	errVersion       = rest.Errorf(rest.PreconditionFailed, "version-stale", "The instance has changed since.")
)

// InstanceOrDeleted implements [rest.Lifecycle].
func (c *Core) InstanceOrDeleted(ctx context.Context, caller rest.Caller, id uuid.UUID) (*rest.Instance, error) {
	in, err := c.readFor(ctx, caller, rest.Write, func(r store.Reader) (*rest.Instance, error) { return r.Instance(id) })
	if err != nil {
		return nil, err
	}
	return in, c.permit(ctx, caller, in, rest.Write)
}

// ChangeInstance implements [rest.Lifecycle].
func (c *Core) ChangeInstance(ctx context.Context, caller rest.Caller, id uuid.UUID, change rest.InstanceChange, match int64) (*rest.Instance, error) {
	_, err := c.instanceFor(ctx, caller, rest.Write, func(r store.Reader) (*rest.Instance, error) { return r.Instance(id) })
	if err != nil {
		return nil, err
	}
	return c.alter(ctx, caller, id, match, func(in *rest.Instance, _ time.Time) (rest.EventType, error) {
		switch {
		case gone(in):
			return "", errGone
		case !in.Archived.IsZero():
			return "", errArchived
		}
		if change.Labels != nil {
			in.Labels = cleanLabels(*change.Labels)
		}
		if change.Presentation != nil {
			in.Presentation = cleanLine(*change.Presentation, maxTitle)
		}
		if change.Due != nil {
			in.Due = change.Due.UTC()
		}
		if change.Visible != nil {
			in.Visible = change.Visible.UTC()
		}
		if change.Case != nil {
			in.Case = *change.Case
		}
		return rest.EventChanged, nil
	})
}

// DeleteInstance implements [rest.Lifecycle].
func (c *Core) DeleteInstance(ctx context.Context, caller rest.Caller, id uuid.UUID, hard bool, match int64) (*rest.Instance, error) {
	if _, err := c.InstanceOrDeleted(ctx, caller, id); err != nil {
		return nil, err
	}
	return c.alter(ctx, caller, id, match, func(in *rest.Instance, now time.Time) (rest.EventType, error) {
		switch {
		case !in.HardDeleted.IsZero(), !hard && !in.SoftDeleted.IsZero():
			return "", nil
		case in.Archived.IsZero() && anyLocked(in):
			return "", rest.Errorf(rest.Locked, "element-locked", "A data element of the instance is locked.")
		}
		if hard {
			in.HardDeleted = now
		} else {
			in.SoftDeleted = now
		}
		return rest.EventDeleted, nil
	})
}

func anyLocked(in *rest.Instance) bool {
	for i := range in.Elements {
		if in.Elements[i].Locked {
			return true
		}
	}
	return false
}

// UndeleteInstance implements [rest.Lifecycle].
func (c *Core) UndeleteInstance(ctx context.Context, caller rest.Caller, id uuid.UUID, match int64) (*rest.Instance, error) {
	if _, err := c.InstanceOrDeleted(ctx, caller, id); err != nil {
		return nil, err
	}
	return c.alter(ctx, caller, id, match, func(in *rest.Instance, _ time.Time) (rest.EventType, error) {
		switch {
		case !in.HardDeleted.IsZero():
			return "", rest.Errorf(rest.Conflict, "hard-deleted", "The instance is marked for hard deletion, which cannot be taken back.")
		case in.SoftDeleted.IsZero():
			return "", nil
		}
		in.SoftDeleted = time.Time{}
		return rest.EventUndeleted, nil
	})
}

// alter changes an instance in one transaction and records the event that
// change returns. "" says that there is nothing to change.
func (c *Core) alter(ctx context.Context, caller rest.Caller, id uuid.UUID, match int64, change func(*rest.Instance, time.Time) (rest.EventType, error)) (*rest.Instance, error) {
	var out *rest.Instance
	err := c.update(ctx, func(tx store.Tx) error {
		in, err := c.again(tx, id)
		if err != nil {
			return err
		}
		if match != 0 && match != in.Version {
			return errVersion
		}
		now, was := c.now(), in.Case
		event, err := change(in, now)
		out = in
		if err != nil || event == "" {
			return err
		}
		if in.Case != was {
			if err := intoCase(tx, in.Case, in); err != nil {
				return err
			}
		}
		if err := touch(tx, in, caller.Name(), now); err != nil {
			return err
		}
		return addEvent(tx, in, event, uuid.Nil, caller.Name(), now)
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

// again reads, inside a transaction, an instance that the caller was found to
// have a right on. It may have been purged in between.
func (c *Core) again(tx store.Tx, id uuid.UUID) (*rest.Instance, error) {
	in, err := tx.Instance(id)
	return in, orNotFound(err, "instance")
}
