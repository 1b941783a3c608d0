package correspondence

import (
	"encoding/hex"
	"slices"
	"strconv"
	"strings"
	"time"

	"overgang/rest"
)

// Prefixes of how recipients are named.
const (
	byOrgNumber = "urn:altinn:organization:identifier-no:"
	bySSN       = "urn:altinn:person:identifier-no:"
	byPartyID   = "urn:altinn:party:id:"
)

// statuses names what messages have come to, beside those that depend on the
// time or on who did it.
var statuses = map[rest.CorrespondenceStatus]string{
	rest.MessageSent: "Published", rest.MessageRead: "Read", rest.MessageReplied: "Replied",
	rest.MessageConfirmed: "Confirmed", rest.MessageArchived: "Archived", rest.MessageDeleted: "PurgedByRecipient",
}

// status is a message's status in this API's words.
func status(m *rest.Correspondence, now time.Time) string {
	switch s := m.Status(); {
	case s == rest.MessageDeleted && m.Deleted.By == rest.ByGateway:
		return "PurgedByAltinn"
	case s == rest.MessageSent && m.Published.After(now):
		return "ReadyForPublish"
	default:
		return statuses[s]
	}
}

// statusText is the status for people.
var statusText = map[string]string{
	"ReadyForPublish": "To be published", "Published": "Published", "Read": "Read by the recipient", "Replied": "Replied to by the recipient",
	"Confirmed": "Confirmed by the recipient", "Archived": "Archived by the recipient", "PurgedByRecipient": "Deleted", "PurgedByAltinn": "Deleted as its sender allowed",
}

// recipient names a party. Persons are named by party id: identity numbers stay
// where they came from.
func recipient(p rest.Party) string {
	if p.Kind == rest.OrganisationParty && p.OrgNumber != "" {
		return byOrgNumber + p.OrgNumber
	}
	return byPartyID + strconv.Itoa(int(p.ID))
}

// message shows a message in a language.
func message(m *rest.Correspondence, party rest.Party, language string, now time.Time) Correspondence {
	s := status(m, now)
	out := Correspondence{
		CorrespondenceId: m.ID, Number: m.Number, ResourceId: m.App.String(), SendersReference: m.Reference, MessageSender: m.Sender,
		Recipient: recipient(party), Content: content(m, language), Created: m.Created, Published: m.Published,
		AllowSystemDeleteAfter: m.DeleteAfter, DueDateTime: m.Due, Status: s, StatusText: statusText[s], StatusChanged: m.StatusAt(),
		PropertyList: m.Properties, IsConfirmationNeeded: m.Confirmation, AllowForwarding: m.Forwarding,
		AnswersTo: m.Answers, CaseNumber: m.Case, Reply: m.Reply, ArchiveReference: m.ArchiveReference, ReceiptId: m.Receipt,
		ReplyOptions: []ReplyOption{}, Links: []Link{}, Notifications: []Notification{},
		Marks: Marks{Read: Mark(m.Read), Replied: Mark(m.Replied), Confirmed: Mark(m.Confirmed), Archived: Mark(m.Archived), Deleted: Mark(m.Deleted)},
	}
	if m.Published.After(m.Created) {
		out.RequestedPublishTime = m.Published
	}
	for _, l := range m.Links {
		if l.Reply && l.Kind == rest.LinkURL {
			out.ReplyOptions = append(out.ReplyOptions, ReplyOption{LinkURL: l.Target, LinkText: l.Text})
		} else {
			out.Links = append(out.Links, Link{LinkType: string(l.Kind), Target: l.Target, LinkText: l.Text, IsReply: l.Reply})
		}
	}
	for _, n := range m.Notifications {
		out.Notifications = append(out.Notifications, Notification{
			NotificationChannel: channelNames[n.Channel], Text: n.Text, IsSent: !n.Sent.IsZero(), SentTime: n.Sent,
		})
	}
	return out
}

var channelNames = map[rest.NotificationChannel]string{rest.BySMS: "Sms", rest.ByEmail: "Email"}

func content(m *rest.Correspondence, language string) Content {
	t := m.Text(language)
	out := Content{Language: t.Language, MessageTitle: t.Title, MessageSummary: t.Summary, MessageBody: t.Body, Attachments: []MessageAttachment{}}
	for _, one := range m.Texts {
		out.Languages = append(out.Languages, one.Language)
	}
	for i := range m.Attachments {
		a := &m.Attachments[i]
		out.Attachments = append(out.Attachments, MessageAttachment{
			AttachmentId: a.ID, Number: a.Number, FileName: a.FileName, DisplayName: a.Title, SendersReference: a.Reference,
			DataType: a.ContentType, Size: a.Content.Size, Checksum: checksum(a), Created: a.Created,
		})
	}
	return out
}

func checksum(a *rest.Attachment) string {
	if a.Uploaded.IsZero() {
		return ""
	}
	return hex.EncodeToString(a.Content.SHA256[:])
}

// eventNames are what happened to a message, as its history tells it.
var eventNames = map[rest.EventType]string{
	rest.EventMessageSent: "Initialized", rest.EventMessagePublished: "Published", rest.EventMessageNotified: "Notified", rest.EventMessageRead: "Read",
	rest.EventMessageReplied: "Replied", rest.EventMessageConfirmed: "Confirmed", rest.EventMessageArchived: "Archived",
	rest.EventMessageDeleted: "PurgedByRecipient", rest.EventMessageExpired: "PurgedByAltinn",
}

func history(events []rest.Event) []StatusEvent {
	list := []StatusEvent{}
	for _, e := range events {
		name := eventNames[e.Type]
		text := statusText[name]
		if text == "" {
			text = name
		}
		list = append(list, StatusEvent{Status: name, StatusText: text, StatusChanged: e.At, By: e.By})
	}
	return list
}

// language is what a request asks for: the parameter, else the first of
// Accept-Language (RFC 9110 §12.5.4) that messages are written in; "" = the
// message's first.
func language(parameter, header string) (string, error) {
	if parameter != "" {
		if !slices.Contains(languages, parameter) {
			return "", rest.Errorf(rest.Invalid, "language", "language is one of %s.", strings.Join(languages, ", "))
		}
		return parameter, nil
	}
	best, weight := "", 0.0
	for _, entry := range strings.Split(header, ",") {
		tag, params, _ := strings.Cut(strings.TrimSpace(entry), ";")
		q := 1.0
		if value, ok := strings.CutPrefix(strings.ReplaceAll(params, " ", ""), "q="); ok {
			q, _ = strconv.ParseFloat(value, 64) // one that does not parse weighs nothing
		}
		primary, _, _ := strings.Cut(strings.ToLower(tag), "-")
		if primary == "no" {
			primary = "nb"
		}
		if q > weight && slices.Contains(languages, primary) {
			best, weight = primary, q
		}
	}
	return best, nil
}

var languages = []string{"nb", "nn", "se", "en"}
