package core

import (
	"context"
	"crypto/md5"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"overgang/rest"
	"overgang/store"
)

// Bounds of what a sender tells of a file.
const (
	maxFileRecipients = 1000
	maxFileProperties = 100
	maxPropertyKey    = 255  // bytes
	maxPropertyValue  = 4000 // bytes
	maxListedFiles    = 1000
)

// errRecipients is the one answer for recipients that are unknown and for those
// that may not be sent to: which party is known is nobody's business.
var errRecipients = rest.Errorf(rest.Invalid, "recipient-unknown", "One or more of the recipients are unknown, or may not receive files of this service.")

// InitiateTransfer implements [rest.Transfers].
func (c *Core) InitiateTransfer(ctx context.Context, caller rest.Caller, n rest.NewTransfer) (*rest.Transfer, error) {
	if err := needScope(caller, rest.ScopeWrite); err != nil {
		return nil, err
	}
	app, err := c.brokerService(n.App, n.Service)
	if err != nil {
		return nil, err
	}
	sender, err := c.transferSender(ctx, caller, app, n.Sender)
	if err != nil {
		return nil, err
	}
	recipients, err := c.transferRecipients(ctx, app, n.Recipients)
	if err != nil {
		return nil, err
	}
	now := c.now()
	t := rest.Transfer{
		ID: c.cfg.NewID(), App: app.ID, Service: app.Service, Sender: sender.ID, System: caller.System,
		Reference: cleanLine(n.Reference, maxReference), FileName: cleanFileName(n.FileName),
		Status: rest.TransferInitialized, Text: textInitiated, Changed: now, Created: now, CreatedBy: caller.Name(), Version: 1,
	}
	t.Expires = now.Add(c.expiry(app))
	t.Due = t.Expires
	if t.Checksum, err = checksum(n.Checksum); err != nil {
		return nil, err
	}
	if err := manifestOf(&t, n); err != nil {
		return nil, err
	}
	for _, p := range recipients {
		t.Recipients = append(t.Recipients, rest.Recipient{Party: p.ID, State: rest.RecipientInitialized, Changed: now})
	}
	var out rest.Transfer
	err = c.update(ctx, func(tx store.Tx) error {
		made := t
		made.Recipients = slices.Clone(t.Recipients)
		receipt := newTransferReceipt(&made, sender, recipients, now)
		if err := tx.CreateReceipt(receipt); err != nil {
			return err
		}
		made.Receipt = receipt.ID
		for i := range made.Recipients {
			made.Recipients[i].Receipt = receipt.Sub[i].ID
		}
		if err := tx.CreateTransfer(&made); err != nil {
			return err
		}
		out = made
		l := transferLog{tx: tx, t: &made, by: made.CreatedBy, now: now}
		return errors.Join(
			tx.AddTransferStep(made.ID, rest.TransferStep{At: now, Status: made.Status, Text: made.Text, By: made.CreatedBy}),
			l.event(rest.EventTransferInitialized))
	})
	if err != nil {
		return nil, err
	}
	return &out, nil
}

// expiry is how long a file of the service is kept.
func (c *Core) expiry(app *rest.Application) time.Duration {
	if app != nil && app.Broker != nil && app.Broker.Expiry > 0 {
		return app.Broker.Expiry
	}
	return c.cfg.Transfers.Expiry
}

// transferSender is the party that sends, for which the caller may write.
func (c *Core) transferSender(ctx context.Context, caller rest.Caller, app *rest.Application, ref rest.PartyRef) (rest.Party, error) {
	s := c.registry.now()
	p, err := c.party(ctx, s, ref)
	if errors.Is(err, store.ErrNotFound) || caller.Owner != "" {
		return p, notYourParty()
	}
	if err != nil {
		return p, failure(err)
	}
	ok, err := c.allowed(ctx, s, caller, targetOf(p.ID, app), rest.Write)
	if err == nil && !ok {
		err = notYourParty()
	}
	return p, failure(err)
}

// transferRecipients are the parties that are sent to: each of them once, and
// every one allowed.
func (c *Core) transferRecipients(ctx context.Context, app *rest.Application, refs []rest.PartyRef) ([]rest.Party, error) {
	switch {
	case len(refs) == 0:
		return nil, rest.Errorf(rest.Invalid, "recipients-missing", "Name at least one recipient.")
	case len(refs) > maxFileRecipients:
		return nil, rest.Errorf(rest.Invalid, "recipients-many", "A file is sent to %d recipients at most.", maxFileRecipients)
	}
	s := c.registry.now()
	var list []rest.Party
	for _, ref := range refs {
		p, err := c.party(ctx, s, ref)
		if errors.Is(err, store.ErrNotFound) {
			return nil, errRecipients
		}
		if err != nil {
			return nil, failure(err)
		}
		if only := app.Broker.Recipients; len(only) > 0 && (p.OrgNumber == "" || !slices.Contains(only, p.OrgNumber)) {
			return nil, errRecipients
		}
		if slices.ContainsFunc(list, func(o rest.Party) bool { return o.ID == p.ID }) {
			return nil, rest.Errorf(rest.Invalid, "recipient-twice", "A recipient is named twice.")
		}
		list = append(list, p)
	}
	return list, nil
}

// checksum brings a declared checksum into its one form: lower-case hexadecimal.
func checksum(text string) (string, error) {
	text = strings.TrimSpace(text)
	if text == "" {
		return "", nil
	}
	for _, decode := range []func(string) ([]byte, error){hex.DecodeString, base64.StdEncoding.DecodeString} {
		if sum, err := decode(text); err == nil && (len(sum) == md5.Size || len(sum) == sha256.Size) {
			return hex.EncodeToString(sum), nil
		}
	}
	return "", rest.Errorf(rest.Invalid, "checksum-malformed", "A checksum is an MD5 or a SHA-256, in hexadecimal or base64.")
}

// checkFile compares a file with the checksum that was declared for it.
func checkFile(declared string, content rest.Content) error {
	if declared == "" || declared == hex.EncodeToString(content.SHA256[:]) || content.MD5 != nil && declared == hex.EncodeToString(content.MD5[:]) {
		return nil
	}
	return rest.Errorf(rest.Invalid, "checksum-mismatch", "The file has another checksum than was declared. It was not taken in; send it again.")
}

// manifestOf takes over what the sender tells of the file. The gateway hands it
// on as it is; it must only be text that every face can show.
func manifestOf(t *rest.Transfer, n rest.NewTransfer) error {
	switch {
	case len(n.Properties) > maxFileProperties:
		return rest.Errorf(rest.Invalid, "properties-many", "A transfer has %d properties at most.", maxFileProperties)
	case len(n.Files) > maxListedFiles:
		return rest.Errorf(rest.Invalid, "files-many", "A transfer lists %d files at most.", maxListedFiles)
	}
	for _, p := range n.Properties {
		if p.Key == "" || !fits(p.Key, maxPropertyKey) || !fits(p.Value, maxPropertyValue) {
			return rest.Errorf(rest.Invalid, "property", "A property has a key of 1 to %d bytes and a value of up to %d, both without control characters.", maxPropertyKey, maxPropertyValue)
		}
		t.Properties = append(t.Properties, p)
	}
	for _, f := range n.Files {
		if !fits(f.Name, maxPropertyValue) || !fits(f.Checksum, maxPropertyKey) {
			return rest.Errorf(rest.Invalid, "file-listed", "A listed file has a name of up to %d bytes and a checksum of up to %d, both without control characters.", maxPropertyValue, maxPropertyKey)
		}
		t.Files = append(t.Files, f)
	}
	return nil
}

// fits says that a text is short enough and can be shown anywhere.
func fits(s string, limit int) bool {
	return len(s) <= limit && utf8.ValidString(s) && !strings.ContainsFunc(s, func(r rune) bool {
		return r < ' ' && r != '\t' && r != '\n' && r != '\r' || r == 0x7f || r == '\ufffe' || r == '\uffff'
	})
}
