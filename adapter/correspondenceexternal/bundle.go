package correspondenceexternal

import (
	"cmp"
	"context"
	"time"

	"overgang/adapter/actor"
	"overgang/adapter/attachment"
	"overgang/adapter/credential"
	"overgang/adapter/language"
	"overgang/adapter/optional"
	"overgang/rest"
	"overgang/soap"
)

// Bundle is CorrespondenceForEndUserSystem, and its V2: a message with what
// belongs to it. Lists are always there, if empty: clients walk them without
// looking.
type Bundle struct {
	Correspondence              *Message
	CorrespondenceAttachments   []attachment.V2
	CorrespondenceLinks         []Link
	CorrespondenceNotifications []Notification

	beforeArchive status
}

// Message is Correspondence, and CorrespondenceV2.
type Message struct {
	AllowForwarding         bool // V2
	ArchiveReference        *string
	AuthenticatedUser       *int32 // who confirmed
	CaseID                  *int32 // V2
	ConfirmationDate        *time.Time
	CorrespondenceID        int32
	CorrespondenceName      string // the service's
	CorrespondenceStatus    status
	CorrespondenceSubject   string
	CorrespondenceSummary   string
	CorrespondenceTitle     string
	CorrespondenceTxt       string
	CustomMessageData       *string
	DateSent                time.Time
	Description             string // the service owner's name
	DueDate                 *time.Time
	ExternalSystemReference *string
	Header                  string
	IsConfirmationNeeded    bool
	LanguageID              string
	Reportee                int32
	SentBy                  string
	SentTo                  int32
	UserID                  *int32 // who confirmed
}

// status is CorrespondenceStatusType, and V2, which alone knows Archived.
type status string

const statusArchived status = "Archived"

// statuses are the wire's names.
var statuses = map[rest.CorrespondenceStatus]status{
	rest.MessageSent: "Created", rest.MessageRead: "Read", rest.MessageReplied: "Replied", rest.MessageConfirmed: "Confirmed",
	rest.MessageArchived: statusArchived, rest.MessageDeleted: "DeletedByUser",
}

// told are the languages of answers.
var told = map[string]string{"en": "English", "nb": "NorwegianNO", "se": "Sami", "nn": "NorwegianNN"}

// bundle gets a message for a reader, who has read it then. A language that is
// none, as 0 and the 1 that some clients send, asks for the message's own.
func (s *service) bundle(ctx context.Context, call *soap.Call, number, languageID int32) (*Bundle, error) {
	m, err := s.find(ctx, call, number)
	if err != nil {
		return nil, err
	}
	if m, err = s.core.MarkCorrespondenceRead(ctx, credential.Of(call), m.ID); err != nil {
		return nil, err
	}
	titles, err := s.titles(ctx, m)
	if err != nil {
		return nil, err
	}
	b := &Bundle{
		Correspondence:            message(m, language.Tag(languageID), titles),
		CorrespondenceAttachments: []attachment.V2{}, CorrespondenceLinks: []Link{}, CorrespondenceNotifications: []Notification{},
	}
	before := *m
	before.Archived = rest.Mark{}
	b.beforeArchive = statuses[before.Status()]
	for _, l := range m.Links {
		b.CorrespondenceLinks = append(b.CorrespondenceLinks, Link{LinkText: l.Text, LinkType: string(l.Kind), LinkURL: l.Target})
	}
	for _, n := range m.Notifications {
		b.CorrespondenceNotifications = append(b.CorrespondenceNotifications, notification(m, n))
	}
	for i := range m.Attachments {
		a := attachment.OfMessage(m, &m.Attachments[i])
		a.AttachmentData = s.data(ctx, call, m, &m.Attachments[i])
		b.CorrespondenceAttachments = append(b.CorrespondenceAttachments, a)
	}
	return b, nil
}

// titles are the service's; one that is no longer registered has none.
func (s *service) titles(ctx context.Context, m *rest.Correspondence) (map[string]string, error) {
	app, err := s.core.Application(ctx, m.App)
	switch {
	case err == nil:
		return app.Titles, nil
	case rest.KindOf(err) == rest.NotFound:
		return nil, nil
	}
	return nil, err
}

func message(m *rest.Correspondence, tag string, titles map[string]string) *Message {
	t := m.Text(tag)
	out := &Message{
		AllowForwarding: m.Forwarding, CorrespondenceID: m.Number, CorrespondenceName: cmp.Or(titles[t.Language], titles["nb"]), CorrespondenceStatus: statuses[m.Status()],
		CorrespondenceSubject: t.Title, CorrespondenceSummary: t.Summary, CorrespondenceTitle: t.Title, CorrespondenceTxt: t.Body, Header: t.Title,
		DateSent: m.Published, Description: m.App.Org, IsConfirmationNeeded: m.Confirmation, LanguageID: told[t.Language],
		Reportee: int32(m.Party), SentBy: m.Sender, SentTo: int32(m.Party),
		ArchiveReference: optional.Of(m.ArchiveReference), CaseID: optional.Of(m.Case), DueDate: optional.Of(m.Due), ExternalSystemReference: optional.Of(m.Reference),
		CustomMessageData: optional.Of(m.Properties["CustomMessageData"]), ConfirmationDate: optional.Of(m.Confirmed.At),
	}
	if out.SentBy == "" {
		out.SentBy = m.App.Org
	}
	out.UserID = optional.Of(actor.Person(m.Confirmed.By))
	out.AuthenticatedUser = out.UserID
	return out
}
