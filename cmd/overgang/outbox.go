package main

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/google/uuid"

	"overgang/rest"
)

type outboxCommands struct {
	Status outboxStatusCommand `cmd:"" help:"Count text messages and emails by state, and tell of the oldest that waits."`
	List   outboxListCommand   `cmd:"" help:"List text messages and emails, the latest first."`
	Show   outboxShowCommand   `cmd:"" help:"Show a message, and what became of it."`
	Sent   outboxSentCommand   `cmd:"" help:"Say that a message was sent by other means."`
	Failed outboxFailedCommand `cmd:"" help:"Say that a message will not be sent."`
	Retry  outboxRetryCommand  `cmd:"" help:"Have a message that failed, or all of them, sent again."`
	Drop   outboxDropCommand   `cmd:"" help:"Remove a message that was sent or has failed, or all that have failed."`
}

type outboxListCommand struct {
	State  string `placeholder:"STATE" help:"Only those that are pending, sent or failed."`
	Org    string `placeholder:"CODE" help:"Only those of one owner's applications."`
	About  string `placeholder:"ID" help:"Only those that tell of this correspondence or instance."`
	Before int64  `placeholder:"ID" help:"Only those before this one."`
	Limit  int    `default:"100" help:"At most so many."`
	listFlags
}

// Run lists messages, without their texts.
func (c *outboxListCommand) Run(s *session) error {
	q := rest.OutboxQuery{State: rest.OutboxState(c.State), Org: c.Org, After: c.Before, Descending: true, Limit: c.Limit}
	if c.State != "" && !slices.Contains(rest.OutboxStates, q.State) {
		return usage(fmt.Errorf("%q is no state: write pending, sent or failed", c.State))
	}
	var about uuid.UUID
	if c.About != "" {
		var err error
		if about, err = uuid.Parse(c.About); err != nil {
			return usage(fmt.Errorf("%q is no id of a correspondence or an instance", c.About))
		}
	}
	return s.inOffice(func(o *office) error {
		q.Correspondence = about
		list, more, err := o.OutboxMessages(s.ctx, q)
		if err == nil && about != (uuid.UUID{}) && len(list) == 0 {
			q.Correspondence, q.Instance = uuid.UUID{}, about
			list, more, err = o.OutboxMessages(s.ctx, q)
		}
		if err != nil {
			return err
		}
		var rows [][]string
		for _, m := range list {
			rows = append(rows, []string{strconv.FormatInt(m.ID, 10), instant(m.At), string(m.Channel), m.To, string(m.Purpose), string(m.State),
				strconv.Itoa(m.Attempts), m.Problem})
		}
		if err := c.print(s.Stdout, []string{"ID", "AT", "CHANNEL", "TO", "PURPOSE", "STATE", "ATTEMPTS", "PROBLEM"}, rows); err != nil {
			return err
		}
		if more && !c.JSON {
			_, err = fmt.Fprintf(s.Stdout, "more with --before %d\n", list[len(list)-1].ID)
		}
		return err
	})
}

// instant is a time as lists show it; the zero time is nothing.
func instant(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}

// messageArg names a message of the outbox.
type messageArg struct {
	ID int64 `arg:"" help:"The message's id."`
}

func (a messageArg) named(err error) error { return named(err, "message %d", a.ID) }

type outboxShowCommand struct {
	messageArg
	Text bool `help:"Show what it says, too, which may be a one-time code."`
}

// Run shows a message.
func (c *outboxShowCommand) Run(s *session) error {
	return s.inOffice(func(o *office) error {
		m, err := o.OutboxMessage(s.ctx, c.ID)
		if err != nil {
			return c.named(err)
		}
		w := tabwriter.NewWriter(s.Stdout, 0, 0, 2, ' ', 0)
		line := func(name, value string) {
			if value != "" && value != (uuid.UUID{}).String() {
				fmt.Fprintf(w, "%s\t%s\n", name, strings.ReplaceAll(value, "\n", " "))
			}
		}
		line("message", strconv.FormatInt(m.ID, 10))
		line("channel", string(m.Channel))
		line("to", m.To)
		line("subject", m.Subject)
		line("purpose", string(m.Purpose))
		if m.App.Org != "" {
			line("application", m.App.String())
		}
		line("correspondence", m.Correspondence.String())
		line("instance", m.Instance.String())
		line("at", instant(m.At))
		line("state", string(m.State))
		line("attempts", strconv.Itoa(m.Attempts))
		if m.State == rest.OutboxPending {
			line("next", instant(m.Next))
			line("until", instant(m.Until))
		}
		line("settled", instant(m.Settled))
		line("problem", m.Problem)
		if c.Text {
			line("text", m.Text.Reveal())
		}
		return w.Flush()
	})
}

type outboxSentCommand struct{ messageArg }

// Run settles a message as sent.
func (c *outboxSentCommand) Run(s *session) error {
	return s.inOffice(func(o *office) error { return c.named(o.SettleMessage(s.ctx, c.ID, "")) })
}

type outboxFailedCommand struct {
	messageArg
	Reason string `default:"given up by an operator" help:"Why; the application's owner reads it."`
}

// Run settles a message as failed.
func (c *outboxFailedCommand) Run(s *session) error {
	if strings.TrimSpace(c.Reason) == "" {
		return usage(fmt.Errorf("the reason is blank"))
	}
	return s.inOffice(func(o *office) error { return c.named(o.SettleMessage(s.ctx, c.ID, c.Reason)) })
}
