package core

import (
	"context"
	"errors"
	"regexp"

	"overgang/rest"
	"overgang/store"
)

// enterpriseNames are the user names of enterprise users.
var enterpriseNames = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._@-]{2,63}$`)

// NewEnterprise is an enterprise user to be registered.
type NewEnterprise struct {
	UserName     string
	Name         string        // empty = the party's
	Party        rest.PartyRef // the organisation that it acts for
	Password     rest.Secret   // empty = generated
	Disabled     bool
	Certificates []NewCertificate
}

// EnterpriseDetails is an enterprise user with its party and its certificates.
type EnterpriseDetails struct {
	rest.Enterprise
	Party        rest.Party
	Certificates []rest.Certificate
}

// AddEnterprise registers an enterprise user and returns it with its password.
// Conflict when its user name is taken.
func (a *Admin) AddEnterprise(ctx context.Context, n NewEnterprise) (rest.Enterprise, rest.Secret, error) {
	prepared, err := a.checkEnterprise(n)
	if err != nil {
		return rest.Enterprise{}, "", err
	}
	p, err := a.secret(n.Password)
	if err != nil {
		return rest.Enterprise{}, "", err
	}
	hash, err := a.hash(p)
	if err != nil {
		return rest.Enterprise{}, "", failure(err)
	}
	var made rest.Enterprise
	err = a.Apply(ctx, func(tx store.Tx) error {
		if _, err := tx.EnterpriseByName(n.UserName); !absent(err) {
			return errors.Join(err, rest.Errorf(rest.Conflict, "exists", "The enterprise user %s is registered already.", n.UserName))
		}
		made, err = a.storeEnterprise(tx, n, prepared, 0, hash)
		return err
	})
	return made, p, err
}

// PutEnterprise is the change that adds or replaces an enterprise user by its
// user name; passwords as in [Admin.PutSystem]. Certificates are added to those
// it has.
func (a *Admin) PutEnterprise(ctx context.Context, n NewEnterprise) (Change, rest.Secret, error) {
	prepared, err := a.checkEnterprise(n)
	if err != nil {
		return nil, "", err
	}
	var id rest.EnterpriseID
	err = a.cfg.Store.View(ctx, func(r store.Reader) error {
		e, err := r.EnterpriseByName(n.UserName)
		id = e.ID
		return err
	})
	if err != nil && !absent(err) {
		return nil, "", failure(err)
	}
	kept, set, err := a.password(ctx, rest.EnterpriseSubject(id), n.Password)
	if err != nil {
		return nil, "", err
	}
	if kept == "" {
		if kept, err = a.hash(set); err != nil {
			return nil, "", failure(err)
		}
	}
	return func(tx store.Tx) error {
		_, err := a.storeEnterprise(tx, n, prepared, id, kept)
		return err
	}, set, nil
}

// checkEnterprise checks what needs no transaction.
func (a *Admin) checkEnterprise(n NewEnterprise) ([]preparedCertificate, error) {
	if !enterpriseNames.MatchString(n.UserName) {
		return nil, rest.Errorf(rest.Invalid, "enterprise",
			"An enterprise user's name has 3 to 64 letters, digits, dots, hyphens, underscores or @, and starts with a letter or digit.")
	}
	var list []preparedCertificate
	for _, c := range n.Certificates {
		p, err := a.prepare(c)
		if err != nil {
			return nil, err
		}
		list = append(list, p)
	}
	return list, nil
}

func (a *Admin) storeEnterprise(tx store.Tx, n NewEnterprise, certificates []preparedCertificate, id rest.EnterpriseID, hash string) (rest.Enterprise, error) {
	party, err := tx.Party(n.Party)
	if absent(err) {
		return rest.Enterprise{}, rest.Errorf(rest.Invalid, "enterprise", "The enterprise user's organisation is not registered: add the party first.")
	}
	if err != nil {
		return rest.Enterprise{}, err
	}
	if party.Kind != rest.OrganisationParty {
		return rest.Enterprise{}, rest.Errorf(rest.Invalid, "enterprise", "An enterprise user acts for an organisation, not for a person.")
	}
	e := rest.Enterprise{ID: id, UserName: n.UserName, Name: cleanLine(n.Name, maxTitle), Party: party.ID}
	if e.Name == "" {
		e.Name = party.Name
	}
	if err := tx.PutEnterprise(&e); err != nil {
		return e, err
	}
	e.Disabled = n.Disabled
	if err := tx.PutAccount(&store.Account{Subject: rest.EnterpriseSubject(e.ID), Password: hash, Disabled: n.Disabled}); err != nil {
		return e, err
	}
	for _, c := range certificates {
		if err := addCertificate(tx, e.ID, party, c); err != nil {
			return e, err
		}
	}
	return e, nil
}

// Enterprises lists the registered enterprise users with their certificates.
func (a *Admin) Enterprises(ctx context.Context) (list []EnterpriseDetails, err error) {
	err = a.view(ctx, func(r store.Reader) error {
		list = nil
		enterprises, err := r.Enterprises()
		if err != nil {
			return err
		}
		for _, e := range enterprises {
			d, err := enterpriseDetails(r, e)
			if err != nil {
				return err
			}
			list = append(list, d)
		}
		return nil
	})
	return list, err
}

// Enterprise reads one enterprise user.
func (a *Admin) Enterprise(ctx context.Context, userName string) (d EnterpriseDetails, err error) {
	err = a.view(ctx, func(r store.Reader) error {
		e, err := r.EnterpriseByName(userName)
		if err == nil {
			d, err = enterpriseDetails(r, e)
		}
		return err
	})
	return d, err
}

func enterpriseDetails(r store.Reader, e rest.Enterprise) (d EnterpriseDetails, err error) {
	account, err := r.Account(rest.EnterpriseSubject(e.ID))
	if err != nil {
		return d, err
	}
	e.Disabled = account.Disabled
	d.Enterprise = e
	if d.Party, err = r.Party(rest.PartyRef{ID: e.Party}); err != nil {
		return d, err
	}
	d.Certificates, err = r.Certificates(e.ID)
	return d, err
}

// SetEnterprisePassword gives an enterprise user a new password, or a generated
// one, and returns it. One that was locked out is so no longer.
func (a *Admin) SetEnterprisePassword(ctx context.Context, userName string, given rest.Secret) (rest.Secret, error) {
	d, err := a.Enterprise(ctx, userName)
	if err != nil {
		return "", err
	}
	set, err := a.SetPassword(ctx, rest.EnterpriseSubject(d.ID), given)
	if err != nil {
		return "", err
	}
	return set, a.Unlock(ctx, rest.EnterpriseSubject(d.ID))
}

// SetEnterpriseDisabled stops an enterprise user from logging in, or lets it
// again, also when it was locked out: what tried meanwhile has done that.
func (a *Admin) SetEnterpriseDisabled(ctx context.Context, userName string, disabled bool) error {
	d, err := a.Enterprise(ctx, userName)
	if err != nil {
		return err
	}
	if err := a.SetDisabled(ctx, rest.EnterpriseSubject(d.ID), disabled); err != nil || disabled {
		return err
	}
	return a.Unlock(ctx, rest.EnterpriseSubject(d.ID))
}

// RemoveEnterprise removes an enterprise user with its certificates and grants.
// What it sent stays.
func (a *Admin) RemoveEnterprise(ctx context.Context, userName string) error {
	return a.Apply(ctx, func(tx store.Tx) error {
		e, err := tx.EnterpriseByName(userName)
		if err != nil {
			return err
		}
		if err := removeAccount(tx, rest.EnterpriseSubject(e.ID)); err != nil {
			return err
		}
		return tx.DeleteEnterprise(e.ID)
	})
}

// noEnterpriseActsFor is Conflict while an enterprise user acts for the party.
func noEnterpriseActsFor(tx store.Tx, party rest.PartyID) error {
	list, err := tx.Enterprises()
	if err != nil {
		return err
	}
	for _, e := range list {
		if e.Party == party {
			return rest.Errorf(rest.Conflict, "party-in-use", "The enterprise user %s acts for the party: it cannot be removed.", e.UserName)
		}
	}
	return nil
}
