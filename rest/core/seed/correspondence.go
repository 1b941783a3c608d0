package seed

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"reflect"
	"strings"
	"time"

	"overgang/rest"
)

// Correspondence is one message to one party. It is sent as if by the service's
// owner, so it obeys every rule; its key makes it repeatable.
type Correspondence struct {
	App          string          `yaml:"app"` // org/app: the org sends it
	Party        rest.NationalID `yaml:"party"`
	Key          string          `yaml:"key"`
	Reference    string          `yaml:"reference"` // the sender's own
	Sender       string          `yaml:"sender"`    // shown instead of the org
	Texts        []Text          `yaml:"texts"`     // the first is the default
	Confirmation bool            `yaml:"confirmation"`
	Forwarding   bool            `yaml:"forwarding"`
	Answers      string          `yaml:"answers"` // archive reference
	Case         int32           `yaml:"case"`
	// CaseReference is, instead of Case, the reference of one of Cases.
	CaseReference string            `yaml:"caseReference"`
	Publish       time.Time         `yaml:"publish"`
	Due           time.Time         `yaml:"due"`
	DeleteAfter   time.Time         `yaml:"deleteAfter"`
	Links         []Link            `yaml:"links"`
	Attachments   []Attachment      `yaml:"attachments"` // without type, not encrypted
	Properties    map[string]string `yaml:"properties"`
	Notifications []Notification    `yaml:"notifications"`
}

// Text is what a message says in one language.
type Text struct {
	Language string `yaml:"language"` // nb, nn, se, en
	Title    string `yaml:"title"`
	Summary  string `yaml:"summary"`
	Body     string `yaml:"body"`
}

// Link is a link of a message: exactly one of URL, Service and Archive.
type Link struct {
	URL     string `yaml:"url"`
	Service string `yaml:"service"` // code/edition
	Archive string `yaml:"archive"` // archive reference
	Text    string `yaml:"text"`
	Reply   bool   `yaml:"reply"` // it is a way to reply
}

// Notification tells somebody of a message by another channel.
type Notification struct {
	Channel rest.NotificationChannel `yaml:"channel"` // sms, email
	To      string                   `yaml:"to"`      // empty = the party's telephone, with sms
	Text    string                   `yaml:"text"`
}

// Only says that the file has the named list, by the name of its field, and
// nothing else.
func (f *File) Only(name string) bool {
	lists := reflect.ValueOf(f).Elem()
	for i := range lists.NumField() {
		if list := lists.Field(i); list.Kind() == reflect.Slice && (list.Len() > 0) != (lists.Type().Field(i).Name == name) {
			return false
		}
	}
	return true
}

// Send sends the file's messages, in order. Those that were sent already, by
// their keys, are recognised and not counted. The core must have seen the
// registry that Apply left.
func (f *File) Send(ctx context.Context, core rest.Core) (sent int, err error) {
	for i, m := range f.Correspondences {
		repeated, err := f.send(ctx, core, m)
		if err != nil {
			return sent, f.wrong("correspondences", i, err)
		}
		if !repeated {
			sent++
		}
	}
	return sent, nil
}

func (f *File) send(ctx context.Context, core rest.Core, m Correspondence) (repeated bool, err error) {
	org, app, _ := strings.Cut(m.App, "/")
	party, ok := rest.RefByNumber(m.Party.Reveal())
	switch {
	case m.Key == "":
		return false, errors.New("a message needs a key, or every import would send it again")
	case org == "" || app == "":
		return false, errors.New("a message needs an app, as in ttd/melding")
	case !ok:
		return false, errors.New("party is no organisation number or national identity number")
	case m.Case != 0 && m.CaseReference != "":
		return false, errors.New("give either case or caseReference")
	}
	if m.CaseReference != "" {
		if m.Case, err = f.caseOf(m.Party, m.CaseReference); err != nil {
			return false, err
		}
	}
	n := rest.NewCorrespondence{
		App: rest.AppID{Org: org, App: app}, Recipients: []rest.PartyRef{party}, Sender: m.Sender, Reference: m.Reference, Key: m.Key,
		Properties: m.Properties, Confirmation: m.Confirmation, Forwarding: m.Forwarding, Answers: m.Answers, Case: m.Case,
		Publish: m.Publish, Due: m.Due, DeleteAfter: m.DeleteAfter,
	}
	for _, t := range m.Texts {
		n.Texts = append(n.Texts, rest.MessageText(t))
	}
	for _, one := range m.Notifications {
		n.Notifications = append(n.Notifications, rest.Notification{Channel: one.Channel, To: one.To, Text: one.Text})
	}
	for _, l := range m.Links {
		link, err := l.link()
		if err != nil {
			return false, err
		}
		n.Links = append(n.Links, link)
	}
	for _, a := range m.Attachments {
		if a.Type != "" || a.Encrypted {
			return false, errors.New("attachments of messages have no type, and are not encrypted")
		}
		content, err := f.content(ctx, core, a.File, a.Text)
		if err != nil {
			return false, err
		}
		name := a.FileName
		if name == "" {
			name = filepath.Base(a.File)
		}
		n.Attachments = append(n.Attachments, rest.NewAttachment{FileName: name, Title: a.Title, Reference: a.Reference, Content: &content})
	}
	_, repeated, err = core.SendCorrespondence(ctx, ownerOf(org), n)
	return repeated, err
}

func (l Link) link() (rest.Link, error) {
	out := rest.Link{Text: l.Text, Reply: l.Reply}
	n := 0
	for kind, target := range map[rest.LinkKind]string{rest.LinkURL: l.URL, rest.LinkService: l.Service, rest.LinkArchive: l.Archive} {
		if target != "" {
			out.Kind, out.Target = kind, target
			n++
		}
	}
	if n != 1 {
		return out, fmt.Errorf("a link has exactly one of url, service and archive, not %d", n)
	}
	return out, nil
}
