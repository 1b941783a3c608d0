package core

import (
	"context"
	"regexp"
	"slices"
	"strings"

	"overgang/rest"
	"overgang/rest/core/number"
	"overgang/store"
)

var (
	// A user name may stand where a system's number does, so it is none.
	userNames = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9._-]{2,63}$`)
	phones    = regexp.MustCompile(`^\+?[0-9]{8,15}$`)
)

// checkParty checks and tidies what an operator gave.
func checkParty(p *rest.Party) error {
	p.Name = cleanLine(p.Name, maxTitle)
	if p.Name == "" {
		return rest.Errorf(rest.Invalid, "party", "A party needs a name.")
	}
	switch p.Kind {
	case rest.PersonParty:
		if err := number.Person(p.SSN.Reveal()); err != nil {
			return invalid("party", err)
		}
		if p.OrgNumber != "" {
			return rest.Errorf(rest.Invalid, "party", "A person has no organisation number.")
		}
	case rest.OrganisationParty:
		if err := number.Organisation(p.OrgNumber); err != nil {
			return invalid("party", err)
		}
		if p.SSN != "" || p.UserName != "" {
			return rest.Errorf(rest.Invalid, "party", "An organisation has neither a national identity number nor a user name.")
		}
	default:
		return rest.Errorf(rest.Invalid, "party", "A party is a person or an organisation.")
	}
	if p.UserName != "" && !userNames.MatchString(p.UserName) {
		return rest.Errorf(rest.Invalid, "party", "A user name starts with a letter and has 3 to 64 letters, digits, dots, hyphens or underscores.")
	}
	if p.Phone != "" && !phones.MatchString(p.Phone) {
		return rest.Errorf(rest.Invalid, "party", "A telephone number has 8 to 15 digits, with or without a plus before them.")
	}
	return checkLanguage(p.Language)
}

// checkLanguage takes the languages of texts, and none.
func checkLanguage(language string) error {
	if language != "" && !slices.Contains(languages, language) {
		return rest.Errorf(rest.Invalid, "language", "A language is one of %s.", strings.Join(languages, ", "))
	}
	return nil
}

// putParty adds a party or changes the one with its number.
func putParty(tx store.Tx, p *rest.Party) error {
	ref, _ := rest.RefByNumber(p.Number())
	old, err := tx.Party(ref)
	if err != nil && !absent(err) {
		return err
	}
	p.ID = old.ID
	if old == *p {
		return nil
	}
	return tx.PutParty(p)
}

// PutParty is the change that adds a party, or changes the one with its number.
func (a *Admin) PutParty(p rest.Party) (Change, error) {
	if err := checkParty(&p); err != nil {
		return nil, err
	}
	return func(tx store.Tx) error {
		put := p
		return putParty(tx, &put)
	}, nil
}

// AddParty registers a party and returns it with its id. Conflict when its
// number or user name is taken.
func (a *Admin) AddParty(ctx context.Context, p rest.Party) (rest.Party, error) {
	if err := checkParty(&p); err != nil {
		return rest.Party{}, err
	}
	made := p
	err := a.Apply(ctx, func(tx store.Tx) error {
		made = p
		made.ID = 0
		return tx.PutParty(&made)
	})
	return made, err
}

// Party reads one party.
func (a *Admin) Party(ctx context.Context, ref rest.PartyRef) (p rest.Party, err error) {
	err = a.view(ctx, func(r store.Reader) (err error) {
		p, err = r.Party(ref)
		return err
	})
	return p, err
}

// Parties lists parties in the order of their ids, after the given one.
func (a *Admin) Parties(ctx context.Context, after rest.PartyID, limit int) (list []rest.Party, err error) {
	err = a.view(ctx, func(r store.Reader) (err error) {
		list, err = r.Parties(after, limit)
		return err
	})
	return list, err
}

// RemoveParty removes a party that nothing belongs to, with the grants on it.
func (a *Admin) RemoveParty(ctx context.Context, ref rest.PartyRef) error {
	return a.Apply(ctx, func(tx store.Tx) error {
		p, err := tx.Party(ref)
		if err != nil {
			return err
		}
		page, err := tx.Instances(rest.Query{Owner: p.ID, Limit: 1}, nil)
		if err != nil {
			return err
		}
		if len(page.Instances) > 0 {
			return rest.Errorf(rest.Conflict, "party-in-use", "The party owns instances: it cannot be removed.")
		}
		if err := noEnterpriseActsFor(tx, p.ID); err != nil {
			return err
		}
		if err := removeAccount(tx, rest.PersonSubject(p.ID)); err != nil && !absent(err) {
			return err
		}
		grants, err := tx.AllGrants()
		if err != nil {
			return err
		}
		for _, g := range grants {
			if g.Party != p.ID {
				continue
			}
			if err := tx.DeleteGrant(g.Subject, g.Party, g.Service); err != nil {
				return err
			}
		}
		return tx.DeleteParty(p.ID)
	})
}

// GrantSpec gives a subject rights on a party. Person or Enterprise, where set,
// is the subject instead.
type GrantSpec struct {
	Subject    rest.Subject
	Person     rest.PartyRef
	Enterprise string // an enterprise user's name
	Party      rest.PartyRef
	Service    rest.ServiceRef // zero = all services; Edition 0 = every edition
	Rights     []rest.Right
}

// PutGrant is the change that adds or replaces a grant. The subject, the party
// and the service must exist by then.
func (a *Admin) PutGrant(spec GrantSpec) (Change, error) {
	rights := slices.Clone(spec.Rights)
	slices.Sort(rights)
	rights = slices.Compact(rights)
	for _, r := range rights {
		if r != rest.Read && r != rest.Write && r != rest.Sign {
			return nil, rest.Errorf(rest.Invalid, "grant", "The right %.40q is unknown: use read, write or sign.", string(r))
		}
	}
	if len(rights) == 0 {
		return nil, rest.Errorf(rest.Invalid, "grant", "A grant needs at least one right.")
	}
	return func(tx store.Tx) error {
		g, err := resolveGrant(tx, spec)
		if err != nil {
			return err
		}
		// A person who does not log in here may still hold a token.
		if _, err := tx.Account(g.Subject); absent(err) && spec.Person == (rest.PartyRef{}) {
			return rest.Errorf(rest.Invalid, "grant", "The grant's subject %s is not registered.", g.Subject)
		} else if err != nil && !absent(err) {
			return err
		}
		if err := serviceExists(tx, g.Service); err != nil {
			return err
		}
		g.Rights = rights
		return tx.PutGrant(g)
	}, nil
}

func resolveGrant(tx store.Tx, spec GrantSpec) (rest.Grant, error) {
	g := rest.Grant{Subject: spec.Subject, Service: spec.Service}
	if spec.Person != (rest.PartyRef{}) {
		p, err := tx.Party(spec.Person)
		if absent(err) {
			return g, rest.Errorf(rest.Invalid, "grant", "The grant's person is not registered.")
		}
		if err != nil {
			return g, err
		}
		g.Subject = rest.PersonSubject(p.ID)
	}
	if spec.Enterprise != "" {
		e, err := tx.EnterpriseByName(spec.Enterprise)
		if absent(err) {
			return g, rest.Errorf(rest.Invalid, "grant", "The grant's enterprise user %.70s is not registered.", spec.Enterprise)
		}
		if err != nil {
			return g, err
		}
		g.Subject = rest.EnterpriseSubject(e.ID)
	}
	p, err := tx.Party(spec.Party)
	if absent(err) {
		return g, rest.Errorf(rest.Invalid, "grant", "The grant's party is not registered.")
	}
	g.Party = p.ID
	return g, err
}

func serviceExists(tx store.Tx, ref rest.ServiceRef) error {
	if ref.Code == "" {
		return nil
	}
	apps, err := tx.Applications()
	if err != nil {
		return err
	}
	if slices.ContainsFunc(apps, func(app *rest.Application) bool { return covers(ref, app.Service) }) {
		return nil
	}
	return rest.Errorf(rest.Invalid, "grant", "The grant's service %.40q is not registered.", ref.Code)
}

// Grants lists all grants, or a subject's.
func (a *Admin) Grants(ctx context.Context, subject rest.Subject) (list []rest.Grant, err error) {
	err = a.view(ctx, func(r store.Reader) (err error) {
		if subject == "" {
			list, err = r.AllGrants()
			return err
		}
		list, err = r.Grants(subject)
		return err
	})
	return list, err
}

// RemoveGrant takes a grant away; its rights are not looked at.
func (a *Admin) RemoveGrant(ctx context.Context, spec GrantSpec) error {
	return a.Apply(ctx, func(tx store.Tx) error {
		g, err := resolveGrant(tx, spec)
		if err != nil {
			return err
		}
		return tx.DeleteGrant(g.Subject, g.Party, g.Service)
	})
}
