package main

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/google/uuid"

	"overgang/rest"
	"overgang/rest/core/seed"
)

type correspondenceCommands struct {
	Send correspondenceSendCommand `cmd:"" help:"Send the messages of a file, as their services' owners."`
	List correspondenceListCommand `cmd:"" help:"List messages, the latest first."`
	Show correspondenceShowCommand `cmd:"" help:"Show a message, and what happened to it."`
}

type correspondenceSendCommand struct {
	File string `arg:"" help:"YAML file with correspondences, as for import: see docs/import.md."`
}

// Run sends the messages; those sent before, by their keys, are not sent again.
func (c *correspondenceSendCommand) Run(s *session) error {
	f, err := seed.Load(c.File)
	if err != nil {
		return usage(err)
	}
	if !f.Only("Correspondences") {
		return usage(errors.New(c.File + " must hold correspondences and nothing else: everything together is for overgang import"))
	}
	return s.sendIn(f)
}

// messageStates are the names of statuses on the command line.
var messageStates = map[rest.CorrespondenceStatus]string{
	rest.MessageSent: "unread", rest.MessageRead: "read", rest.MessageReplied: "replied", rest.MessageConfirmed: "confirmed",
	rest.MessageArchived: "archived", rest.MessageDeleted: "deleted",
}

type correspondenceListCommand struct {
	Party  string   `help:"Only this party's: an official number, id:NUMBER or a user name." placeholder:"PARTY"`
	App    string   `help:"Only this application's: org/app, or org." placeholder:"APP"`
	Status []string `help:"Only those unread, read, replied, confirmed, archived or deleted; deleted ones are not listed otherwise." enum:"unread,read,replied,confirmed,archived,deleted"`
	Limit  int      `help:"At most so many, up to 1000." default:"50"`
	listFlags
}

// Run lists the messages.
func (c *correspondenceListCommand) Run(s *session) error {
	q := rest.CorrespondenceQuery{Descending: true, Limit: c.Limit}
	if c.Limit < 1 || c.Limit > 1000 {
		return usage(errors.New("--limit is 1 to 1000"))
	}
	q.Org, q.App, _ = strings.Cut(c.App, "/")
	for status, name := range messageStates {
		for _, wanted := range c.Status {
			if name == wanted {
				q.Status = append(q.Status, status)
			}
		}
	}
	var ref rest.PartyRef
	if c.Party != "" {
		var err error
		if ref, err = partyRef(c.Party); err != nil {
			return err
		}
	}
	return s.inOffice(func(o *office) error {
		if c.Party != "" {
			party, err := o.Party(s.ctx, ref)
			if err != nil {
				return named(err, "party %s", c.Party)
			}
			q.Party = party.ID
		}
		page, err := o.Correspondences(s.ctx, q)
		if err != nil {
			return err
		}
		var rows [][]string
		for i := range page.Messages {
			m := &page.Messages[i]
			rows = append(rows, []string{strconv.Itoa(int(m.Number)), shownTime(m.Published), m.App.String(), fmt.Sprintf("id:%d", m.Party),
				messageStates[m.Status()], m.Text("nb").Title})
		}
		return c.print(s.Stdout, []string{"NUMBER", "PUBLISHED", "APP", "PARTY", "STATUS", "TITLE"}, rows)
	})
}

type correspondenceShowCommand struct {
	Message string `arg:"" help:"The message's number, or its id."`
}

// Run shows the message. Its texts are shown in all languages, but for the body.
func (c *correspondenceShowCommand) Run(s *session) error {
	number, err := strconv.ParseInt(c.Message, 10, 32)
	var id uuid.UUID
	if err != nil {
		if id, err = uuid.Parse(c.Message); err != nil {
			return usage(fmt.Errorf("%q is no message: write its number or its id", c.Message))
		}
	}
	return s.inOffice(func(o *office) error {
		m, events, err := o.Correspondence(s.ctx, int32(number), id)
		if err != nil {
			return named(err, "message %s", c.Message)
		}
		return showMessage(s, m, events)
	})
}

func showMessage(s *session, m *rest.Correspondence, events []rest.Event) error {
	w := tabwriter.NewWriter(s.Stdout, 0, 0, 2, ' ', 0)
	line := func(name, value string) {
		if value != "" {
			fmt.Fprintf(w, "%s\t%s\n", name, value)
		}
	}
	line("number", strconv.Itoa(int(m.Number)))
	line("id", m.ID.String())
	line("app", m.App.String())
	line("party", fmt.Sprintf("id:%d", m.Party))
	line("status", messageStates[m.Status()])
	line("sender", m.Sender)
	line("reference", m.Reference)
	line("answers", m.Answers)
	line("archive reference", m.ArchiveReference)
	if m.Confirmation {
		line("confirmation", "asked for")
	}
	for _, t := range m.Texts {
		line("title "+t.Language, t.Title)
		line("summary "+t.Language, t.Summary)
	}
	for _, l := range m.Links {
		line("link", strings.TrimSpace(string(l.Kind)+" "+l.Target+" "+l.Text))
	}
	for _, a := range m.Attachments {
		line("attachment", fmt.Sprintf("%d %s, %s, %d bytes", a.Number, a.FileName, a.ContentType, a.Content.Size))
	}
	line("published", shownTime(m.Published))
	line("due", shownTime(m.Due))
	line("deleted after", shownTime(m.DeleteAfter))
	for _, n := range m.Notifications {
		line("notification", fmt.Sprintf("%s %s", n.Channel, shownTime(n.Sent)))
	}
	for _, e := range events {
		line(shownTime(e.At), fmt.Sprintf("%s by %s", e.Type, e.By))
	}
	return w.Flush()
}

func shownTime(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}
