package core

import (
	"context"
	"errors"

	"overgang/rest"
	"overgang/store"
)

// Party implements [rest.Registry].
func (c *Core) Party(ctx context.Context, ref rest.PartyRef) (rest.Party, error) {
	p, err := c.party(ctx, c.registry.now(), ref)
	if errors.Is(err, store.ErrNotFound) {
		return rest.Party{}, notFound("party")
	}
	return p, failure(err)
}

// party returns store.ErrNotFound when there is none.
func (c *Core) party(ctx context.Context, s *snapshot, ref rest.PartyRef) (rest.Party, error) {
	if !oneField(ref) {
		return rest.Party{}, store.ErrNotFound
	}
	if p, ok := s.parties.get(ref); ok {
		return p, nil
	}
	var p rest.Party
	err := c.cfg.Store.View(ctx, func(r store.Reader) (err error) {
		p, err = r.Party(ref)
		return err
	})
	if err == nil {
		s.parties.put(ref, p)
	}
	return p, err
}

func oneField(ref rest.PartyRef) bool {
	n := 0
	for _, set := range []bool{ref.ID != 0, ref.SSN != "", ref.OrgNumber != "", ref.UserName != ""} {
		if set {
			n++
		}
	}
	return n == 1
}

// Application implements [rest.Registry]. The result is shared: read it only.
func (c *Core) Application(_ context.Context, id rest.AppID) (*rest.Application, error) {
	if a := c.registry.now().apps[id]; a != nil {
		return a.Application, nil
	}
	return nil, notFound("application")
}

// Service implements [rest.Registry]. The result is shared: read it only.
func (c *Core) Service(_ context.Context, ref rest.ServiceRef) (*rest.Application, error) {
	if a := c.registry.now().services[ref]; a != nil {
		return a.Application, nil
	}
	return nil, notFound("service")
}

// Applications implements [rest.Registry]. The result is shared: read it only.
func (c *Core) Applications(context.Context) ([]*rest.Application, error) {
	return c.registry.now().list, nil
}

// ServiceCertificates implements [rest.Keys]. The result is shared: read it only.
func (c *Core) ServiceCertificates(ctx context.Context, ref rest.ServiceRef) ([]rest.ServiceCertificate, error) {
	app, err := c.Service(ctx, ref)
	if err != nil {
		return nil, err
	}
	var valid []rest.ServiceCertificate
	now := c.cfg.Now()
	for _, one := range app.Certificates {
		if one.ValidAt(now) {
			valid = append(valid, one)
		}
	}
	return valid, nil
}

// account returns store.ErrNotFound when there is none. Absence is not cached:
// made-up names must not push real accounts out.
func (c *Core) account(ctx context.Context, s *snapshot, subject rest.Subject) (store.Account, error) {
	if a, ok := s.accounts.get(subject); ok {
		return a, nil
	}
	var a store.Account
	err := c.cfg.Store.View(ctx, func(r store.Reader) (err error) {
		a, err = r.Account(subject)
		return err
	})
	if err == nil {
		s.accounts.put(subject, a)
	}
	return a, err
}

func (c *Core) grants(ctx context.Context, s *snapshot, subject rest.Subject) ([]rest.Grant, error) {
	if g, ok := s.grants.get(subject); ok {
		return g, nil
	}
	var g []rest.Grant
	err := c.cfg.Store.View(ctx, func(r store.Reader) (err error) {
		g, err = r.Grants(subject)
		return err
	})
	if err == nil {
		s.grants.put(subject, g)
	}
	return g, err
}
