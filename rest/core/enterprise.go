package core

import (
	"context"
	"crypto/x509"
	"errors"
	"slices"
	"time"

	"overgang/rest"
	"overgang/store"
)

// enterpriseUser is an enterprise user with what its certificates say.
type enterpriseUser struct {
	rest.Enterprise
	certificates []validity
}

// validity is a registered certificate's name and time.
type validity struct {
	thumbprint string
	from, to   time.Time
}

// has says whether the certificate is registered and valid at a time.
func (u enterpriseUser) has(thumbprint string, now time.Time) bool {
	return slices.ContainsFunc(u.certificates, func(v validity) bool {
		return v.thumbprint == thumbprint && !now.Before(v.from) && !now.After(v.to)
	})
}

// Enterprise implements [rest.Accounts].
func (c *Core) Enterprise(ctx context.Context, user string, secret rest.Secret, thumbprint, address string) (rest.Caller, error) {
	u, err := c.enterpriseUser(ctx, c.registry.now(), user)
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return rest.Caller{}, failure(err)
	}
	var subject rest.Subject
	if u.ID != 0 {
		subject = rest.EnterpriseSubject(u.ID)
	}
	err = c.prove(ctx, proof{
		subject: subject, unknownKey: "enterprise user:" + clip(user, 100), secret: secret, address: address,
		final: true, unfit: !u.has(thumbprint, c.now()),
	})
	if err != nil {
		return rest.Caller{}, failure(err)
	}
	language, err := c.languageOf(ctx, u.Party)
	if err != nil {
		return rest.Caller{}, failure(err)
	}
	return rest.Caller{System: u.ID.System(), Address: address, Language: language}, nil
}

// enterpriseUser returns store.ErrNotFound when there is none. Absence is not
// cached, see account.
func (c *Core) enterpriseUser(ctx context.Context, s *snapshot, name string) (enterpriseUser, error) {
	if name == "" {
		return enterpriseUser{}, store.ErrNotFound
	}
	if u, ok := s.users.get(name); ok {
		return u, nil
	}
	var u enterpriseUser
	var certificates []rest.Certificate
	err := c.cfg.Store.View(ctx, func(r store.Reader) (err error) {
		if u.Enterprise, err = r.EnterpriseByName(name); err != nil {
			return err
		}
		certificates, err = r.Certificates(u.ID)
		return err
	})
	if err != nil {
		return enterpriseUser{}, err
	}
	for _, row := range certificates {
		cert, err := x509.ParseCertificate(row.DER)
		if err != nil {
			c.log.ErrorContext(ctx, "registered certificate unreadable", "thumbprint", row.Thumbprint.String(), "error", err)
			continue
		}
		u.certificates = append(u.certificates, validity{thumbprint: row.Thumbprint.String(), from: cert.NotBefore, to: cert.NotAfter})
	}
	s.users.put(name, u)
	return u, nil
}

// actsFor is the party whose own an enterprise user is, 0 for other callers.
func (c *Core) actsFor(ctx context.Context, s *snapshot, caller rest.Caller) (rest.PartyID, error) {
	id := caller.Enterprise()
	if id == 0 {
		return 0, nil
	}
	if p, ok := s.actsFor.get(id); ok {
		return p, nil
	}
	var e rest.Enterprise
	err := c.cfg.Store.View(ctx, func(r store.Reader) (err error) {
		e, err = r.Enterprise(id)
		return err
	})
	if errors.Is(err, store.ErrNotFound) {
		return 0, nil // removed meanwhile
	}
	if err == nil {
		s.actsFor.put(id, e.Party)
	}
	return e.Party, err
}

// signs says whether the caller is one who can sign at all: a logged-in person,
// or an enterprise user, whose certificate is its hand.
func signs(caller rest.Caller) bool { return caller.Person != 0 || caller.Enterprise() != 0 }
