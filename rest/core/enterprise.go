package core

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
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

// validity is a registered certificate with its name and time.
type validity struct {
	thumbprint string
	from, to   time.Time
	der        []byte
}

// has says whether the certificate is registered and valid at a time.
func (u enterpriseUser) has(thumbprint string, now time.Time) bool {
	return slices.ContainsFunc(u.certificates, func(v validity) bool {
		return v.thumbprint == thumbprint && !now.Before(v.from) && !now.After(v.to)
	})
}

// Enterprise implements [rest.Accounts].
func (c *Core) Enterprise(ctx context.Context, user string, secret rest.Secret, thumbprint, address string) (rest.Caller, error) {
	u, err := c.enterpriseByName(ctx, c.registry.now(), user)
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
	return rest.Caller{System: u.ID.System(), Certificate: thumbprint, Address: address, Language: language}, nil
}

// EnterpriseByCertificate implements [rest.Accounts]. Wrong ones lock nothing:
// nobody guesses a key, and who knows a name could lock its user out.
func (c *Core) EnterpriseByCertificate(ctx context.Context, user, thumbprint, address string) (rest.Caller, error) {
	s := c.registry.now()
	find := c.enterpriseByName
	if id := rest.Subject(user).Enterprise(); id != 0 { // no user name has a colon
		find = func(ctx context.Context, s *snapshot, _ string) (enterpriseUser, error) {
			return c.enterpriseByID(ctx, s, id)
		}
	}
	u, err := find(ctx, s, user)
	if err == nil {
		err = c.enterpriseMay(ctx, s, u, thumbprint)
	}
	if err == nil {
		err = c.locked(ctx, string(rest.EnterpriseSubject(u.ID)), true)
	}
	switch {
	case absent(err), rest.KindOf(err) == rest.LockedOut:
		return rest.Caller{}, &rest.Error{Kind: rest.Unauthenticated, Code: "credentials", Detail: "The certificate and the user do not belong together.", Err: err}
	case err != nil:
		return rest.Caller{}, failure(err)
	}
	return rest.Caller{System: u.ID.System(), Certificate: thumbprint, Address: address}, nil
}

// EnterpriseStands implements [rest.Accounts].
func (c *Core) EnterpriseStands(ctx context.Context, id rest.EnterpriseID, thumbprint string) error {
	s := c.registry.now()
	u, err := c.enterpriseByID(ctx, s, id)
	if err == nil {
		err = c.enterpriseMay(ctx, s, u, thumbprint)
	}
	if absent(err) {
		return &rest.Error{Kind: rest.Unauthenticated, Code: "token-invalid", Detail: "The token is not valid here.", Err: err}
	}
	return failure(err)
}

// enterpriseMay is an absent error unless the user may log in and has the
// certificate, if one is named.
func (c *Core) enterpriseMay(ctx context.Context, s *snapshot, u enterpriseUser, thumbprint string) error {
	account, err := c.account(ctx, s, rest.EnterpriseSubject(u.ID))
	switch {
	case err != nil:
		return err
	case account.Disabled:
		return fmt.Errorf("the enterprise user is disabled: %w", store.ErrNotFound)
	case thumbprint != "" && !u.has(thumbprint, c.now()):
		return fmt.Errorf("the certificate is not the enterprise user's, or not valid at present: %w", store.ErrNotFound)
	}
	return nil
}

// enterpriseByName returns store.ErrNotFound when there is none. Absence is not
// cached, see account.
func (c *Core) enterpriseByName(ctx context.Context, s *snapshot, name string) (enterpriseUser, error) {
	if name == "" {
		return enterpriseUser{}, store.ErrNotFound
	}
	return c.enterpriseUser(ctx, s, name, func(r store.Reader) (rest.Enterprise, error) { return r.EnterpriseByName(name) })
}

// enterpriseByID is enterpriseByName for a number.
func (c *Core) enterpriseByID(ctx context.Context, s *snapshot, id rest.EnterpriseID) (enterpriseUser, error) {
	return c.enterpriseUser(ctx, s, string(rest.EnterpriseSubject(id)), func(r store.Reader) (rest.Enterprise, error) { return r.Enterprise(id) })
}

// enterpriseUser reads what the cache does not have under a key.
func (c *Core) enterpriseUser(ctx context.Context, s *snapshot, key string, read func(store.Reader) (rest.Enterprise, error)) (enterpriseUser, error) {
	if u, ok := s.users.get(key); ok {
		return u, nil
	}
	var u enterpriseUser
	var certificates []rest.Certificate
	err := c.cfg.Store.View(ctx, func(r store.Reader) (err error) {
		if u.Enterprise, err = read(r); err != nil {
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
		u.certificates = append(u.certificates, validity{thumbprint: row.Thumbprint.String(), from: cert.NotBefore, to: cert.NotAfter, der: row.DER})
	}
	s.users.put(key, u)
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

// handOf is the certificate, in DER, that an enterprise user signs with; nil for
// a person, who signs by itself whoever carries the message, and for an
// enterprise user whose token was given without one. Unauthenticated when it was
// taken from the enterprise user since the call began.
func (c *Core) handOf(ctx context.Context, caller rest.Caller) ([]byte, error) {
	if caller.Person != 0 || caller.Enterprise() == 0 || caller.Certificate == "" {
		return nil, nil
	}
	u, err := c.enterpriseByID(ctx, c.registry.now(), caller.Enterprise())
	if err != nil && !absent(err) {
		return nil, failure(err)
	}
	for _, v := range u.certificates {
		if v.thumbprint == caller.Certificate {
			return v.der, nil
		}
	}
	return nil, &rest.Error{Kind: rest.Unauthenticated, Code: "credentials", Detail: "The certificate is no longer the enterprise user's.", Err: err}
}
