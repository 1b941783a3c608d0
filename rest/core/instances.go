package core

import (
	"context"
	"errors"

	"github.com/google/uuid"

	"overgang/rest"
	"overgang/store"
)

// Instance implements [rest.Instances].
func (c *Core) Instance(ctx context.Context, caller rest.Caller, id uuid.UUID) (*rest.Instance, error) {
	return c.instanceFor(ctx, caller, rest.Read, func(r store.Reader) (*rest.Instance, error) { return r.Instance(id) })
}

// InstanceByNumber implements [rest.Instances].
func (c *Core) InstanceByNumber(ctx context.Context, caller rest.Caller, number int32) (*rest.Instance, error) {
	return c.instanceFor(ctx, caller, rest.Read, func(r store.Reader) (*rest.Instance, error) { return r.InstanceByNumber(number) })
}

// instanceFor reads an instance that the caller holds the right on.
func (c *Core) instanceFor(ctx context.Context, caller rest.Caller, right rest.Right, read func(store.Reader) (*rest.Instance, error)) (*rest.Instance, error) {
	in, err := c.readFor(ctx, caller, right, read)
	if err != nil {
		return nil, err
	}
	return in, c.authorise(ctx, caller, in, right)
}

// readFor reads an instance for a caller whose token allows to use the right.
func (c *Core) readFor(ctx context.Context, caller rest.Caller, right rest.Right, read func(store.Reader) (*rest.Instance, error)) (*rest.Instance, error) {
	scope := rest.ScopeRead
	if right != rest.Read {
		scope = rest.ScopeWrite
	}
	if err := needScope(caller, scope); err != nil {
		return nil, err
	}
	var in *rest.Instance
	err := c.cfg.Store.View(ctx, func(r store.Reader) (err error) {
		in, err = read(r)
		return err
	})
	if errors.Is(err, store.ErrNotFound) {
		return nil, notFound("instance")
	}
	if err != nil {
		return nil, failure(err)
	}
	return in, nil
}

// CreateInstance implements [rest.Instances]. All elements are stored or none.
func (c *Core) CreateInstance(ctx context.Context, caller rest.Caller, n rest.NewInstance) (*rest.Instance, error) {
	in, err := c.createInstance(ctx, caller, n)
	c.discardIfRefused(ctx, err, n.Elements...)
	return in, err
}

func (c *Core) createInstance(ctx context.Context, caller rest.Caller, n rest.NewInstance) (*rest.Instance, error) {
	if err := needScope(caller, rest.ScopeWrite); err != nil {
		return nil, err
	}
	s := &submission{caller: caller, sent: rest.NewSubmission{Instance: n, Reference: n.Reference}, now: c.now()}
	sender, err := senderNamed(caller, n)
	if err != nil {
		return nil, err
	}
	snap := c.registry.now()
	if s.app = snap.apps[n.App]; s.app == nil || s.app.Broker != nil {
		return nil, notFound("application")
	}
	if s.app.broken != nil {
		return nil, failure(unavailable("application", 0, s.app.broken))
	}
	if err := c.addressee(ctx, snap, s); err != nil {
		return nil, err
	}
	if err := c.checkNew(ctx, s); err != nil {
		return nil, err
	}
	template := c.instance(s)
	template.Sender = sender
	way := progress{steps: s.app.steps}
	way.apply(&template, s.now)
	var out *rest.Instance
	err = c.update(ctx, func(tx store.Tx) error {
		in := template
		in.Elements = append([]rest.Element(nil), template.Elements...)
		if err := tx.CreateInstance(&in); err != nil {
			return err
		}
		if n.Case != 0 {
			if err := intoCase(tx, n.Case, &in); err != nil {
				return err
			}
		}
		out = &in
		return way.record(tx, &in, in.CreatedBy, s.now, true)
	})
	if errors.Is(err, store.ErrExists) && sender != 0 {
		return c.created(ctx, caller, &template)
	}
	return out, err
}

// checkNew checks the first elements of a new instance.
func (c *Core) checkNew(ctx context.Context, s *submission) error {
	if f := checkKeys(s.sent.Instance.Keys); f != nil {
		return f.error()
	}
	limit := s.app.MaxAttachments
	if limit == 0 {
		limit = c.cfg.MaxUpload
	}
	var attachments int64
	for _, n := range s.sent.Instance.Elements {
		e, f := c.element(s.app, n, s.caller.Name(), s.now)
		if f != nil {
			return f.error()
		}
		if !e.Form {
			attachments += e.Content.Size
		}
		if err := c.mustValidate(ctx, s.app, e); err != nil {
			return err
		}
		s.elements = append(s.elements, e)
	}
	if attachments > limit {
		return tooLarge(limit)
	}
	if f := s.app.counts(s.elements, false); f != nil {
		return f.error()
	}
	return nil
}

// mustValidate turns what stops a form into an error.
func (c *Core) mustValidate(ctx context.Context, a *application, e rest.Element) error {
	issues, err := c.validate(ctx, a, e)
	if err != nil {
		return err
	}
	if failed(issues) {
		return &rest.Error{Kind: rest.Unprocessable, Code: "validation", Detail: "The form data failed validation.", Issues: issues}
	}
	return nil
}
