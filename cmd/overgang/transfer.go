package main

import (
	"fmt"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/google/uuid"

	"overgang/rest"
	"overgang/store/blobfs"
)

type transferCommands struct {
	List  transferListCommand  `cmd:"" help:"List file transfers."`
	Show  transferShowCommand  `cmd:"" help:"Show a file transfer and every step of its life."`
	Purge transferPurgeCommand `cmd:"" help:"End a file transfer and remove its file."`
}

type transferListCommand struct {
	Service string `placeholder:"CODE[/EDITION]" help:"Of this service only."`
	Status  string `help:"In this status only, for example Published."`
	Party   string `placeholder:"PARTY" help:"Sent or received by this party only."`
	listFlags
}

// transferPage is how many transfers are read at once.
const transferPage = 500

// Run lists transfers, the oldest first.
func (c *transferListCommand) Run(s *session) error {
	service, err := serviceRef(c.Service)
	if err != nil {
		return err
	}
	if c.Status != "" && !slices.Contains(rest.TransferStatuses, rest.TransferStatus(c.Status)) {
		return usage(fmt.Errorf("%q is no status: write one of %s", c.Status, namesOf(rest.TransferStatuses)))
	}
	return s.inOffice(func(o *office) error {
		party, err := c.party(s, o)
		if err != nil {
			return err
		}
		var rows [][]string
		for after := int32(0); ; {
			list, err := o.Transfers(s.ctx, after, transferPage)
			if err != nil {
				return err
			}
			for i := range list {
				if t := &list[i]; c.selects(t, service, party) {
					rows = append(rows, transferRow(t))
				}
				after = list[i].Number
			}
			if len(list) < transferPage {
				break
			}
		}
		return c.print(s.Stdout, []string{"ID", "SERVICE", "STATUS", "SENDER", "RECIPIENTS", "CONFIRMED", "BYTES", "CREATED", "EXPIRES", "FILE"}, rows)
	})
}

// namesOf lists names in a sentence.
func namesOf[T ~string](names []T) string {
	text := make([]string, len(names))
	for i, name := range names {
		text[i] = string(name)
	}
	return strings.Join(text, ", ")
}

func (c *transferListCommand) party(s *session, o *office) (rest.PartyID, error) {
	if c.Party == "" {
		return 0, nil
	}
	ref, err := partyRef(c.Party)
	if err != nil {
		return 0, err
	}
	p, err := o.Party(s.ctx, ref)
	return p.ID, named(err, "party %s", c.Party)
}

func (c *transferListCommand) selects(t *rest.Transfer, service rest.ServiceRef, party rest.PartyID) bool {
	return (service.Code == "" || t.Service.Code == service.Code && (service.Edition == 0 || t.Service.Edition == service.Edition)) &&
		(c.Status == "" || string(t.Status) == c.Status) &&
		(party == 0 || t.Sender == party || t.Recipient(party) != nil)
}

func transferRow(t *rest.Transfer) []string {
	confirmed := 0
	for _, r := range t.Recipients {
		if r.State == rest.RecipientConfirmed {
			confirmed++
		}
	}
	return []string{t.ID.String(), serviceName(t.Service), string(t.Status), partyID(t.Sender), strconv.Itoa(len(t.Recipients)), strconv.Itoa(confirmed),
		strconv.FormatInt(t.Content.Size, 10), t.Created.Format(time.RFC3339), t.Expires.Format(time.RFC3339), t.FileName}
}

// partyID is how operators name a party whose number the screen need not show.
func partyID(id rest.PartyID) string { return "id:" + strconv.Itoa(int(id)) }

type transferShowCommand struct {
	ID uuid.UUID `arg:"" help:"The file reference."`
}

// Run shows the transfer.
func (c *transferShowCommand) Run(s *session) error {
	return s.inOffice(func(o *office) error {
		t, steps, err := o.Transfer(s.ctx, c.ID)
		if err != nil {
			return absentTransfer(err, c.ID)
		}
		w := tabwriter.NewWriter(s.Stdout, 0, 0, 2, ' ', 0)
		fmt.Fprintf(w, "id\t%s\nservice\t%s\nstatus\t%s\ntext\t%s\nsender\t%s\nreference\t%s\nfile\t%s\nbytes\t%d\nreceipt\t%d\nexpires\t%s\n",
			t.ID, serviceName(t.Service), t.Status, t.Text, partyID(t.Sender), t.Reference, t.FileName, t.Content.Size, t.Receipt, t.Expires.Format(time.RFC3339))
		for _, r := range t.Recipients {
			fmt.Fprintf(w, "recipient %s\t%s, receipt %d\n", partyID(r.Party), r.State, r.Receipt)
		}
		for _, step := range steps {
			what := string(step.Status)
			if step.Recipient != 0 {
				what = partyID(step.Recipient) + " " + string(step.State)
			}
			fmt.Fprintf(w, "%s\t%s, by %s: %s\n", step.At.Format(time.RFC3339), what, step.By, step.Text)
		}
		return w.Flush()
	})
}

type transferPurgeCommand struct {
	ID uuid.UUID `arg:"" help:"The file reference."`
}

// Run ends the transfer and removes its file. What cannot be removed now a
// gateway's sweeper will.
func (c *transferPurgeCommand) Run(s *session) error {
	return s.inOffice(func(o *office) error {
		t, contents, pieces, err := o.PurgeTransfer(s.ctx, c.ID)
		if err != nil {
			return absentTransfer(err, c.ID)
		}
		if len(contents)+len(pieces) > 0 {
			blobs, err := blobfs.Attach(filepath.Join(o.conf.Data, "blobs"))
			if err != nil {
				return err
			}
			for _, key := range contents {
				if err := blobs.Delete(s.ctx, key); err != nil {
					return err
				}
			}
			for _, key := range pieces {
				if err := blobs.DropPartial(s.ctx, key); err != nil {
					return err
				}
			}
		}
		_, err = fmt.Fprintf(s.Stdout, "transfer %s is %s\n", t.ID, t.Status)
		return err
	})
}

// absentTransfer says what is not there.
func absentTransfer(err error, id uuid.UUID) error {
	if rest.KindOf(err) == rest.NotFound {
		return &exitError{exitAbsent, fmt.Errorf("there is no transfer %s", id)}
	}
	return err
}

// describeBroker says in words what a service of file transfers allows.
func describeBroker(b *rest.BrokerService) string {
	var words []string
	if b.MaxSize > 0 {
		words = append(words, fmt.Sprintf("at most %d bytes", b.MaxSize))
	}
	if b.Expiry > 0 {
		words = append(words, fmt.Sprintf("%d days", int(b.Expiry/(24*time.Hour))))
	}
	if len(b.Recipients) > 0 {
		words = append(words, "to "+strings.Join(b.Recipients, ", "))
	}
	if len(words) == 0 {
		return "to everybody"
	}
	return strings.Join(words, ", ")
}
