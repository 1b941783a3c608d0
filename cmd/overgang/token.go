package main

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"overgang/cmd/overgang/gateway"
	"overgang/rest"
	"overgang/rest/api/token"
)

type tokenCommand struct {
	Owner      string        `placeholder:"ORG" xor:"who" required:"" help:"For an application owner: its org code, the first part of its applications' names."`
	Person     string        `xor:"who" required:"" help:"For a person: national identity number, id:NUMBER or user name."`
	Enterprise string        `placeholder:"USER-NAME" xor:"who" required:"" help:"For an enterprise user: the name it logs in with. It gets one itself at /token, with its certificate."`
	Scopes     []string      `placeholder:"SCOPE" help:"Fewer scopes than such a caller may have: instances.read, instances.write, serviceowner."`
	Lifetime   time.Duration `placeholder:"DURATION" help:"How long it is valid. Without it, tokens.lifetime of the configuration."`
}

// Run prints a bearer token.
func (c *tokenCommand) Run(s *session) error {
	if c.Owner == "" && c.Person == "" && c.Enterprise == "" {
		return usage(errors.New("whom the token is for is empty: name an org code, a person or an enterprise user"))
	}
	var ref rest.PartyRef
	if c.Person != "" {
		var err error
		if ref, err = partyRef(c.Person); err != nil {
			return err
		}
	}
	for _, scope := range c.Scopes {
		switch scope {
		case rest.ScopeRead, rest.ScopeWrite, rest.ScopeOwner:
		default:
			return usage(fmt.Errorf("%q is no scope: use %s, %s or %s", scope, rest.ScopeRead, rest.ScopeWrite, rest.ScopeOwner))
		}
	}
	if c.Lifetime < 0 {
		return usage(fmt.Errorf("the lifetime %v is negative", c.Lifetime))
	}
	return s.inOffice(func(o *office) error {
		grant := token.Grant{Owner: c.Owner, Scopes: c.Scopes, Lifetime: c.Lifetime}
		if grant.Lifetime == 0 {
			grant.Lifetime = o.conf.Tokens.Lifetime
		}
		if c.Owner != "" {
			services, err := o.Services(s.ctx)
			if err != nil {
				return err
			}
			if !slices.ContainsFunc(services, func(a *rest.Application) bool { return a.ID.Org == c.Owner }) {
				fmt.Fprintf(s.Stderr, "overgang: warning: no service of %s is registered, so the token opens nothing yet\n", c.Owner)
			}
		}
		if c.Person != "" {
			p, err := o.Party(s.ctx, ref)
			if err != nil {
				return named(err, "person %s", c.Person)
			}
			if p.Kind != rest.PersonParty {
				return usage(fmt.Errorf("%s is an organisation: tokens are for persons, application owners and enterprise users", c.Person))
			}
			grant.Party = p.ID
		}
		if c.Enterprise != "" {
			d, err := o.Enterprise(s.ctx, c.Enterprise)
			if err != nil {
				return named(err, "enterprise user %s", c.Enterprise)
			}
			if slices.Contains(c.Scopes, rest.ScopeOwner) {
				return usage(fmt.Errorf("the scope %s is for application owners", rest.ScopeOwner))
			}
			grant.Enterprise = d.ID
		}
		issuer, err := gateway.NewIssuer(o.conf, o.storage, s.Now)
		if err != nil {
			return err
		}
		text, _, err := issuer.Issue(grant)
		if err != nil {
			return err
		}
		_, err = fmt.Fprintln(s.Stdout, text.Reveal())
		return err
	})
}
