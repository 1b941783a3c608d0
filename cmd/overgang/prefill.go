package main

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/google/uuid"
)

type prefillCommands struct {
	List   prefillListCommand   `cmd:"" help:"List a party's prefill of a service, the last put first. Overgang import puts it."`
	Remove prefillRemoveCommand `cmd:"" help:"Remove a prefill."`
}

type prefillListCommand struct {
	Party   string `arg:"" help:"An official number, id:NUMBER or a user name."`
	Service string `arg:"" help:"CODE/EDITION."`
	listFlags
}

// Run lists the prefill, but shows nothing of the forms.
func (c *prefillListCommand) Run(s *session) error {
	ref, err := serviceRef(c.Service)
	if err != nil {
		return err
	}
	party, err := partyRef(c.Party)
	if err != nil {
		return err
	}
	return s.inOffice(func(o *office) error {
		p, err := o.Party(s.ctx, party)
		if err != nil {
			return named(err, "party %s", c.Party)
		}
		list, err := o.Prefills(s.ctx, ref, p.ID)
		if err != nil {
			return named(err, "service %s", c.Service)
		}
		var rows [][]string
		for _, one := range list {
			var forms []string
			for _, f := range one.Forms {
				forms = append(forms, f.DataFormatID+"/"+strconv.Itoa(int(f.DataFormatVersion)))
			}
			rows = append(rows, []string{one.ID.String(), one.Reference, shownTime(one.ValidFrom), shownTime(one.ValidTo), strings.Join(forms, ",")})
		}
		return c.print(s.Stdout, []string{"ID", "REFERENCE", "FROM", "TO", "FORMS"}, rows)
	})
}

type prefillRemoveCommand struct {
	ID string `arg:"" help:"The prefill's id."`
}

// Run removes the prefill.
func (c *prefillRemoveCommand) Run(s *session) error {
	id, err := uuid.Parse(c.ID)
	if err != nil {
		return usage(fmt.Errorf("%q is no prefill's id", c.ID))
	}
	return s.inOffice(func(o *office) error { return named(o.RemovePrefill(s.ctx, id), "prefill %s", c.ID) })
}
