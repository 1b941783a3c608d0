package main

import (
	"fmt"
	"strconv"
	"strings"

	"overgang/rest"
	"overgang/rest/core"
)

type grantCommands struct {
	Add    grantAddCommand    `cmd:"" help:"Give a system, a person or an enterprise user rights on a party."`
	List   grantListCommand   `cmd:"" help:"List who may do what for whom."`
	Remove grantRemoveCommand `cmd:"" help:"Take a grant away."`
}

// grantFlags name a grant.
type grantFlags struct {
	System  int32  `placeholder:"ID" xor:"subject" required:"" help:"The system that gets the rights."`
	Person  string `placeholder:"PERSON" xor:"subject" required:"" help:"The person that gets them: number, id:NUMBER or user name."`
	User    string `name:"enterprise" placeholder:"USER" xor:"subject" required:"" help:"The enterprise user that gets them."`
	Party   string `required:"" help:"Whose instances they are on: official number, id:NUMBER or user name."`
	Service string `placeholder:"CODE/EDITION" help:"Only those of this service; CODE alone means every edition. Without it, all services."`
}

func (f grantFlags) spec() (g core.GrantSpec, err error) {
	switch {
	case f.Person != "":
		g.Person, err = partyRef(f.Person)
	case f.User != "":
		g.Enterprise = f.User
	default:
		g.Subject = rest.SystemSubject(rest.SystemID(f.System))
	}
	if err == nil {
		g.Party, err = partyRef(f.Party)
	}
	if err == nil {
		g.Service, err = serviceRef(f.Service)
	}
	return g, err
}

type grantAddCommand struct {
	grantFlags
	Rights []rest.Right `default:"read,write" help:"Of read, write, sign."`
}

// Run adds or replaces the grant.
func (c *grantAddCommand) Run(s *session) error {
	spec, err := c.spec()
	if err != nil {
		return err
	}
	spec.Rights = c.Rights
	return s.inOffice(func(o *office) error {
		change, err := o.PutGrant(spec)
		if err != nil {
			return err
		}
		return o.Apply(s.ctx, change)
	})
}

type grantListCommand struct {
	listFlags
	System int32 `placeholder:"ID" help:"Only those of this system."`
}

// Run lists the grants.
func (c *grantListCommand) Run(s *session) error {
	var subject rest.Subject
	if c.System != 0 {
		subject = rest.SystemSubject(rest.SystemID(c.System))
	}
	return s.inOffice(func(o *office) error {
		list, err := o.Grants(s.ctx, subject)
		if err != nil {
			return err
		}
		var rows [][]string
		for _, g := range list {
			rights := make([]string, len(g.Rights))
			for i, r := range g.Rights {
				rights[i] = string(r)
			}
			rows = append(rows, []string{string(g.Subject), "id:" + strconv.Itoa(int(g.Party)), serviceName(g.Service), strings.Join(rights, ",")})
		}
		return c.print(s.Stdout, []string{"SUBJECT", "PARTY", "SERVICE", "RIGHTS"}, rows)
	})
}

// serviceName is what serviceRef reads; "all" for all services.
func serviceName(r rest.ServiceRef) string {
	switch {
	case r.Code == "":
		return "all"
	case r.Edition == 0:
		return r.Code
	}
	return fmt.Sprintf("%s/%d", r.Code, r.Edition)
}

type grantRemoveCommand struct{ grantFlags }

// Run takes the grant away.
func (c *grantRemoveCommand) Run(s *session) error {
	spec, err := c.spec()
	if err != nil {
		return err
	}
	return s.inOffice(func(o *office) error { return named(o.RemoveGrant(s.ctx, spec), "grant") })
}
