package core

import (
	"context"
	"io"
	"time"

	"github.com/google/uuid"

	"overgang/rest"
	"overgang/store"
)

// Element implements [rest.Elements].
func (c *Core) Element(ctx context.Context, caller rest.Caller, instance, element uuid.UUID) (*rest.Element, error) {
	in, err := c.Instance(ctx, caller, instance)
	if err != nil {
		return nil, err
	}
	e := elementOf(in, element)
	if e == nil {
		return nil, notFound("element")
	}
	return e, nil
}

func elementOf(in *rest.Instance, id uuid.UUID) *rest.Element {
	for i := range in.Elements {
		if in.Elements[i].ID == id {
			return &in.Elements[i]
		}
	}
	return nil
}

// Content implements [rest.Elements].
func (c *Core) Content(ctx context.Context, caller rest.Caller, instance, element uuid.UUID) (*rest.Element, io.ReadSeekCloser, error) {
	e, err := c.Element(ctx, caller, instance, element)
	if err != nil {
		return nil, nil, err
	}
	if err := c.load(ctx, e); err != nil {
		return nil, nil, err
	}
	r, err := c.open(ctx, e.Content)
	return e, r, err
}

// load gives an element as the store lists it its inline content.
func (c *Core) load(ctx context.Context, e *rest.Element) error {
	if e.Content.Blob != "" {
		return nil
	}
	return c.view(ctx, func(r store.Reader) error {
		content, err := r.ElementContent(e.ID)
		e.Content = content
		return orNotFound(err, "element")
	})
}

// mutable says whether the caller may change the instance's data now.
func (c *Core) mutable(caller rest.Caller, in *rest.Instance) (*application, error) {
	switch {
	case gone(in):
		return nil, errGone
	case !in.Archived.IsZero():
		return nil, errArchived
	}
	app, err := c.applicationOf(in)
	if err != nil {
		return nil, err
	}
	at := stepIndex(app.steps, in.Step)
	if at < 0 || app.steps[at].Kind != rest.Fill {
		return nil, rest.Errorf(rest.Conflict, "step", "The instance is at the step %s: its data cannot change.", in.Step)
	}
	return app, rolesOf(caller, app.steps[at])
}

// touch makes the next version of an instance.
func touch(tx store.Tx, in *rest.Instance, by string, now time.Time) error {
	in.Version++
	in.Changed, in.ChangedBy = now, by
	return tx.UpdateInstance(in)
}

// AddElement implements [rest.Elements].
func (c *Core) AddElement(ctx context.Context, caller rest.Caller, instance uuid.UUID, n rest.NewElement) (*rest.Instance, *rest.Element, error) {
	in, e, err := c.addElement(ctx, caller, instance, n)
	c.discardIfRefused(ctx, err, n)
	return in, e, err
}

func (c *Core) addElement(ctx context.Context, caller rest.Caller, instance uuid.UUID, n rest.NewElement) (*rest.Instance, *rest.Element, error) {
	if err := checkReference(n.SenderReference); err != nil {
		return nil, nil, err
	}
	e, err := c.prepareElement(ctx, caller, instance, uuid.Nil, n)
	if err != nil {
		return nil, nil, err
	}
	now, by := e.Created, caller.Name()
	var out *rest.Instance
	var added rest.Element
	err = c.update(ctx, func(tx store.Tx) error {
		in, err := c.again(tx, instance)
		if err != nil {
			return err
		}
		app, err := c.mutable(caller, in)
		if err != nil {
			return err
		}
		if n.Seen != 0 && n.Seen != in.Version {
			return errVersion
		}
		if f := app.counts(append(in.Elements, *e), false); f != nil {
			return f.error()
		}
		added = *e
		if err := tx.AddElement(in.ID, &added); err != nil {
			return err
		}
		in.Elements = append(in.Elements, added)
		in.Confirmed = time.Time{}
		if err := touch(tx, in, by, now); err != nil {
			return err
		}
		out = in
		return addEvent(tx, in, rest.EventElementCreated, added.ID, by, now)
	})
	return out, &added, err
}

// prepareElement checks a new element, or a replacement of one, before its transaction.
func (c *Core) prepareElement(ctx context.Context, caller rest.Caller, instance, replaced uuid.UUID, n rest.NewElement) (*rest.Element, error) {
	in, err := c.instanceFor(ctx, caller, rest.Write, func(r store.Reader) (*rest.Instance, error) { return r.Instance(instance) })
	if err != nil {
		return nil, err
	}
	app, err := c.mutable(caller, in)
	if err != nil {
		return nil, err
	}
	if replaced != uuid.Nil {
		old := elementOf(in, replaced)
		if old == nil {
			return nil, notFound("element")
		}
		if n.Type == "" && n.DataFormatID == "" {
			n.Type = old.Type
		}
		if n.FileName == "" {
			n.FileName = old.FileName
		}
		n.ID = replaced
	}
	e, f := c.element(app, n, caller.Name(), c.now())
	if f != nil {
		return nil, f.error()
	}
	return &e, c.mustValidate(ctx, app, e)
}

// ReplaceElement implements [rest.Elements].
func (c *Core) ReplaceElement(ctx context.Context, caller rest.Caller, instance, element uuid.UUID, n rest.NewElement, match int64) (*rest.Instance, *rest.Element, error) {
	in, e, err := c.replaceElement(ctx, caller, instance, element, n, match)
	c.discardIfRefused(ctx, err, n)
	return in, e, err
}

func (c *Core) replaceElement(ctx context.Context, caller rest.Caller, instance, element uuid.UUID, n rest.NewElement, match int64) (*rest.Instance, *rest.Element, error) {
	e, err := c.prepareElement(ctx, caller, instance, element, n)
	if err != nil {
		return nil, nil, err
	}
	now, by := e.Changed, caller.Name()
	var out *rest.Instance
	var next rest.Element
	err = c.update(ctx, func(tx store.Tx) error {
		in, err := c.again(tx, instance)
		if err != nil {
			return err
		}
		if _, err := c.mutable(caller, in); err != nil {
			return err
		}
		old := elementOf(in, element)
		switch {
		case old == nil:
			return notFound("element")
		case match != 0 && match != old.Version:
			return rest.Errorf(rest.PreconditionFailed, "version-stale", "The element has changed since.")
		case old.Type != e.Type:
			return rest.Errorf(rest.Invalid, "type-changed", "An element keeps its type: %s.", old.Type)
		}
		if err := replace(tx, in, old, e, by, now); err != nil {
			return err
		}
		out, next = in, *old
		return touch(tx, in, by, now)
	})
	return out, &next, err
}

// replace points an element to new content, which the application's owner has
// neither downloaded nor confirmed.
func replace(tx store.Tx, in *rest.Instance, old, with *rest.Element, by string, now time.Time) error {
	if old.Locked {
		return errElementLocked
	}
	old.Content, old.ContentType, old.FileName = with.Content, with.ContentType, with.FileName
	old.Encrypted = with.Encrypted
	if with.Title != "" {
		old.Title = with.Title
	}
	if with.SenderReference != "" {
		old.SenderReference = with.SenderReference
	}
	old.Changed, old.ChangedBy = now, by
	old.Downloaded, old.Confirmed, in.Confirmed = nil, nil, time.Time{}
	old.Version++
	if err := tx.UpdateElement(old); err != nil {
		return err
	}
	return addEvent(tx, in, rest.EventElementReplaced, old.ID, by, now)
}
