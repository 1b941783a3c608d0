package api_test

import (
	"context"
	"slices"
	"time"

	"github.com/google/uuid"

	"overgang/rest"
)

var (
	errFakeVersion = rest.Errorf(rest.PreconditionFailed, "version-stale", "It has changed.")
	errFakeLocked  = rest.Errorf(rest.Locked, "element-locked", "The element is locked.")
)

func (f *fake) findDeleted(c rest.Caller, id uuid.UUID) (*rest.Instance, error) {
	for _, i := range f.instances {
		if i.ID == id && f.may(c, i.Owner, i.App) {
			return i, nil
		}
	}
	return nil, rest.Errorf(rest.NotFound, "instance-unknown", "There is no such instance.")
}

func (f *fake) InstanceOrDeleted(_ context.Context, c rest.Caller, id uuid.UUID) (*rest.Instance, error) {
	unlock, err := f.lock("InstanceOrDeleted")
	defer unlock()
	if err != nil {
		return nil, err
	}
	i, err := f.findDeleted(c, id)
	if err != nil {
		return nil, err
	}
	return clone(i), nil
}

// alter changes an instance that may be deleted.
func (f *fake) alter(method string, c rest.Caller, id uuid.UUID, match int64, change func(*rest.Instance) error) (*rest.Instance, error) {
	unlock, err := f.lock(method)
	defer unlock()
	if err != nil {
		return nil, err
	}
	i, err := f.findDeleted(c, id)
	if err != nil {
		return nil, err
	}
	if match != 0 && match != i.Version {
		return nil, errFakeVersion
	}
	if err := change(i); err != nil {
		return nil, err
	}
	i.Version++
	return clone(i), nil
}

func (f *fake) ChangeInstance(_ context.Context, c rest.Caller, id uuid.UUID, ch rest.InstanceChange, match int64) (*rest.Instance, error) {
	return f.alter("ChangeInstance", c, id, match, func(i *rest.Instance) error {
		if !i.Archived.IsZero() {
			return rest.Errorf(rest.Locked, "archived", "The instance is archived.")
		}
		if ch.Labels != nil {
			i.Labels = *ch.Labels
		}
		if ch.Presentation != nil {
			i.Presentation = *ch.Presentation
		}
		if ch.Due != nil {
			i.Due = *ch.Due
		}
		if ch.Visible != nil {
			i.Visible = *ch.Visible
		}
		return nil
	})
}

func (f *fake) DeleteInstance(_ context.Context, c rest.Caller, id uuid.UUID, hard bool, match int64) (*rest.Instance, error) {
	return f.alter("DeleteInstance", c, id, match, func(i *rest.Instance) error {
		if slices.ContainsFunc(i.Elements, func(e rest.Element) bool { return e.Locked }) {
			return errFakeLocked
		}
		if hard {
			i.HardDeleted = f.now()
		} else {
			i.SoftDeleted = f.now()
		}
		return nil
	})
}

func (f *fake) UndeleteInstance(_ context.Context, c rest.Caller, id uuid.UUID, match int64) (*rest.Instance, error) {
	return f.alter("UndeleteInstance", c, id, match, func(i *rest.Instance) error {
		if !i.HardDeleted.IsZero() {
			return rest.Errorf(rest.Conflict, "hard-deleted", "That cannot be taken back.")
		}
		i.SoftDeleted = time.Time{}
		return nil
	})
}

func (f *fake) alterElement(method string, c rest.Caller, id, element uuid.UUID, match int64, change func(*rest.Instance, int) error) (*rest.Instance, error) {
	return f.alter(method, c, id, 0, func(i *rest.Instance) error {
		k := slices.IndexFunc(i.Elements, func(e rest.Element) bool { return e.ID == element })
		switch {
		case !i.Archived.IsZero():
			return rest.Errorf(rest.Locked, "archived", "The instance is archived.")
		case match != 0 && match != i.Elements[k].Version:
			return errFakeVersion
		}
		return change(i, k)
	})
}

func (f *fake) DeleteElement(_ context.Context, c rest.Caller, id, element uuid.UUID, match int64) (*rest.Instance, error) {
	return f.alterElement("DeleteElement", c, id, element, match, func(i *rest.Instance, k int) error {
		if i.Elements[k].Locked {
			return errFakeLocked
		}
		i.Elements = slices.Delete(i.Elements, k, k+1)
		return nil
	})
}

func (f *fake) LockElement(_ context.Context, c rest.Caller, id, element uuid.UUID, locked bool, match int64) (*rest.Instance, *rest.Element, error) {
	var e rest.Element
	i, err := f.alterElement("LockElement", c, id, element, match, func(i *rest.Instance, k int) error {
		i.Elements[k].Locked = locked
		i.Elements[k].Version++
		e = i.Elements[k]
		return nil
	})
	return i, &e, err
}
