package main

import (
	"fmt"
	"strconv"

	"overgang/rest"
)

type partyCommands struct {
	Add    partyAddCommand    `cmd:"" help:"Register an organisation and print its id. Persons are registered with: person add."`
	List   partyListCommand   `cmd:"" help:"List persons and organisations."`
	Remove partyRemoveCommand `cmd:"" help:"Remove a party that owns no instances, and the grants on it."`
}

type partyAddCommand struct {
	Org   string `required:"" placeholder:"NUMBER" help:"Organisation number, 9 digits."`
	Name  string `required:"" help:"Its name."`
	Phone string `help:"Its telephone number."`

	Language string `placeholder:"nb|nn|se|en" help:"What its enterprise users are answered in where a call names no language. Without it, bokmål."`
}

// Run registers the organisation.
func (c *partyAddCommand) Run(s *session) error {
	return s.inOffice(func(o *office) error {
		p, err := o.AddParty(s.ctx, rest.Party{Kind: rest.OrganisationParty, OrgNumber: c.Org, Name: c.Name, Phone: c.Phone, Language: c.Language})
		if err != nil {
			return err
		}
		_, err = fmt.Fprintf(s.Stdout, "party %d\n", p.ID)
		return err
	})
}

// partiesAtOnce is how many parties are read at a time.
const partiesAtOnce = 1000

type partyListCommand struct {
	listFlags
	Numbers bool `help:"Show national identity numbers, which are masked otherwise."`
}

// Run lists the parties.
func (c *partyListCommand) Run(s *session) error {
	return s.inOffice(func(o *office) error {
		var rows [][]string
		for after := rest.PartyID(0); ; {
			list, err := o.Parties(s.ctx, after, partiesAtOnce)
			if err != nil {
				return err
			}
			for _, p := range list {
				rows = append(rows, []string{strconv.Itoa(int(p.ID)), string(p.Kind), masked(p, c.Numbers), p.Name})
				after = p.ID
			}
			if len(list) < partiesAtOnce {
				return c.print(s.Stdout, []string{"ID", "KIND", "NUMBER", "NAME"}, rows)
			}
		}
	})
}

// masked is the party's number, with a person's last five digits hidden.
func masked(p rest.Party, shown bool) string {
	n := p.Number()
	if p.Kind == rest.PersonParty && !shown && len(n) == 11 {
		return n[:6] + "*****"
	}
	return n
}

type partyRemoveCommand struct {
	Party string `arg:"" help:"Official number, id:NUMBER or user name."`
}

// Run removes the party.
func (c *partyRemoveCommand) Run(s *session) error {
	ref, err := partyRef(c.Party)
	if err != nil {
		return err
	}
	return s.inOffice(func(o *office) error { return named(o.RemoveParty(s.ctx, ref), "party %s", c.Party) })
}
