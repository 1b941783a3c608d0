package main

import (
	"fmt"
	"strconv"
	"text/tabwriter"

	"github.com/google/uuid"

	"overgang/rest"
)

type lookupCommands struct {
	List   lookupListCommand   `cmd:"" help:"List a service's lookups, at most 1000. Overgang import adds them."`
	Show   lookupShowCommand   `cmd:"" help:"Show a lookup, but for its document."`
	Remove lookupRemoveCommand `cmd:"" help:"Delete a lookup, as its owner would: it is purged after the retention."`
}

type lookupListCommand struct {
	Service string `arg:"" help:"CODE/EDITION."`
	Party   string `help:"Only this party's: an official number, id:NUMBER or a user name." placeholder:"PARTY"`
	After   int32  `help:"Only lookups with greater numbers than this one."`
	listFlags
}

// Run lists the lookups.
func (c *lookupListCommand) Run(s *session) error {
	ref, err := serviceRef(c.Service)
	if err != nil {
		return err
	}
	var party rest.PartyRef
	if c.Party != "" {
		if party, err = partyRef(c.Party); err != nil {
			return err
		}
	}
	return s.inOffice(func(o *office) error {
		var of rest.PartyID
		if c.Party != "" {
			p, err := o.Party(s.ctx, party)
			if err != nil {
				return named(err, "party %s", c.Party)
			}
			of = p.ID
		}
		list, err := o.Lookups(s.ctx, ref, of, c.After)
		if err != nil {
			return named(err, "service %s", c.Service)
		}
		var rows [][]string
		for _, l := range list {
			rows = append(rows, []string{strconv.Itoa(int(l.Number)), l.Key, fmt.Sprintf("id:%d", l.Party), shownTime(l.Archived), l.Title})
		}
		return c.print(s.Stdout, []string{"NUMBER", "KEY", "PARTY", "ARCHIVED", "TITLE"}, rows)
	})
}

// numberOrID reads what names a lookup.
func numberOrID(text string) (number int32, id uuid.UUID, err error) {
	if n, err := strconv.ParseInt(text, 10, 32); err == nil && n > 0 {
		return int32(n), id, nil
	}
	if id, err = uuid.Parse(text); err != nil {
		return 0, id, usage(fmt.Errorf("%q is no lookup: write its number or its id", text))
	}
	return 0, id, nil
}

type lookupShowCommand struct {
	Lookup string `arg:"" help:"The lookup's number, or its id."`
}

// Run shows the lookup.
func (c *lookupShowCommand) Run(s *session) error {
	number, id, err := numberOrID(c.Lookup)
	if err != nil {
		return err
	}
	return s.inOffice(func(o *office) error {
		l, err := o.Lookup(s.ctx, number, id)
		if err != nil {
			return named(err, "lookup %s", c.Lookup)
		}
		w := tabwriter.NewWriter(s.Stdout, 0, 0, 2, ' ', 0)
		fmt.Fprintf(w, "number\t%d\nid\t%s\napp\t%s\nparty\tid:%d\nkey\t%s\ntitle\t%s\nquestion\t%s\n", l.Number, l.ID, l.App, l.Party, l.Key, l.Title, l.Question)
		fmt.Fprintf(w, "archive reference\t%s\narchived\t%s\ndocument\t%s, %d bytes\nadded\t%s by %s\n",
			l.ArchiveReference, shownTime(l.Archived), l.FileName, l.Content.Size, shownTime(l.Created), l.CreatedBy)
		if l.Deleted.Done() {
			fmt.Fprintf(w, "deleted\t%s by %s\n", shownTime(l.Deleted.At), l.Deleted.By)
		}
		return w.Flush()
	})
}

type lookupRemoveCommand struct {
	Lookup string `arg:"" help:"The lookup's number, or its id."`
}

// Run deletes the lookup.
func (c *lookupRemoveCommand) Run(s *session) error {
	number, id, err := numberOrID(c.Lookup)
	if err != nil {
		return err
	}
	return s.inOffice(func(o *office) error { return named(o.RemoveLookup(s.ctx, number, id), "lookup %s", c.Lookup) })
}
