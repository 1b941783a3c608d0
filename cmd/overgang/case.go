package main

import (
	"fmt"
	"strconv"
	"text/tabwriter"
)

type caseCommands struct {
	List caseListCommand `cmd:"" help:"List a party's open cases at a service, at most 1000."`
	Show caseShowCommand `cmd:"" help:"Show a case, and the instances and messages in it."`
}

type caseListCommand struct {
	Party   string `arg:"" help:"An official number, id:NUMBER or a user name."`
	Service string `arg:"" help:"CODE/EDITION."`
	After   int32  `help:"Only cases with greater numbers than this one."`
	listFlags
}

// Run lists the cases.
func (c *caseListCommand) Run(s *session) error {
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
		list, err := o.Cases(s.ctx, ref, p.ID, c.After)
		if err != nil {
			return named(err, "service %s", c.Service)
		}
		var rows [][]string
		for _, one := range list {
			rows = append(rows, []string{strconv.Itoa(int(one.Number)), one.Reference, shownTime(one.Created), shownTime(one.Due)})
		}
		return c.print(s.Stdout, []string{"NUMBER", "REFERENCE", "CREATED", "DUE"}, rows)
	})
}

type caseShowCommand struct {
	Number int32 `arg:"" help:"The case's number."`
}

// Run shows the case.
func (c *caseShowCommand) Run(s *session) error {
	return s.inOffice(func(o *office) error {
		file, in, err := o.Case(s.ctx, c.Number)
		if err != nil {
			return named(err, "case %d", c.Number)
		}
		w := tabwriter.NewWriter(s.Stdout, 0, 0, 2, ' ', 0)
		fmt.Fprintf(w, "number\t%d\napp\t%s\nparty\tid:%d\nreference\t%s\ncreated\t%s by %s\n",
			file.Number, file.App, file.Party, file.Reference, shownTime(file.Created), file.CreatedBy)
		if file.Archived.Done() {
			fmt.Fprintf(w, "archived\t%s by %s\n", shownTime(file.Archived.At), file.Archived.By)
		}
		if file.Deleted.Done() {
			fmt.Fprintf(w, "deleted\t%s by %s\n", shownTime(file.Deleted.At), file.Deleted.By)
		}
		for _, id := range in.Instances {
			fmt.Fprintf(w, "instance\t%s\n", id)
		}
		for _, id := range in.Messages {
			fmt.Fprintf(w, "correspondence\t%s\n", id)
		}
		return w.Flush()
	})
}
