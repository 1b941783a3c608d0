package main

import (
	"errors"
	"fmt"
	"strconv"

	"overgang/rest"
)

type outboxStatusCommand struct{ listFlags }

// Run counts messages.
func (c *outboxStatusCommand) Run(s *session) error {
	return s.inOffice(func(o *office) error {
		counts, first, err := o.OutboxStatus(s.ctx)
		if err != nil {
			return err
		}
		var rows [][]string
		for _, n := range counts {
			row := []string{string(n.State), string(n.Channel), strconv.Itoa(n.Count), ""}
			if n.State == rest.OutboxPending && first != nil && first.Channel == n.Channel {
				row[3] = instant(first.At)
			}
			rows = append(rows, row)
		}
		return c.print(s.Stdout, []string{"STATE", "CHANNEL", "COUNT", "OLDEST"}, rows)
	})
}

// failedArgs name one message, or all that have failed.
type failedArgs struct {
	ID  int64  `arg:"" optional:"" help:"The message's id."`
	All bool   `help:"All that have failed."`
	Org string `placeholder:"CODE" help:"With --all: only those of one owner's applications."`
}

// each does one thing with the named message, or all with every one that failed.
func (a failedArgs) each(s *session, done string, one func(*office, int64) error, all func(*office, string) (int, error)) error {
	switch {
	case a.All == (a.ID != 0):
		return usage(errors.New("name a message by its id, or give --all"))
	case a.Org != "" && !a.All:
		return usage(errors.New("--org goes with --all"))
	}
	return s.inOffice(func(o *office) error {
		if !a.All {
			return named(one(o, a.ID), "message %d", a.ID)
		}
		n, err := all(o, a.Org)
		if err != nil {
			return err
		}
		_, err = fmt.Fprintf(s.Stdout, "%d failed messages %s\n", n, done)
		return err
	})
}

type outboxRetryCommand struct{ failedArgs }

// Run makes failed messages pending again.
func (c *outboxRetryCommand) Run(s *session) error {
	return c.each(s, "are sent again",
		func(o *office, id int64) error { return o.RetryMessage(s.ctx, id) },
		func(o *office, org string) (int, error) { return o.RetryFailed(s.ctx, org) })
}

type outboxDropCommand struct{ failedArgs }

// Run removes settled messages.
func (c *outboxDropCommand) Run(s *session) error {
	return c.each(s, "are removed",
		func(o *office, id int64) error { return o.DropMessage(s.ctx, id) },
		func(o *office, org string) (int, error) { return o.DropFailed(s.ctx, org) })
}
