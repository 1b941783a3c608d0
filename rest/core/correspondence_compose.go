package core

import (
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"overgang/rest"
)

// Bounds of what one message has.
const (
	maxRecipients         = 100 // of one sending
	maxMessageAttachments = 100
	maxLinks              = 50
	maxProperties         = 50
	maxNotifications      = 6
	maxSummary            = 10_000  // bytes
	maxBody               = 1 << 20 // bytes
	maxNotification       = 1000    // bytes
)

// languages are those that messages are written in.
var languages = []string{"nb", "nn", "se", "en"}

// compose checks and cleans what the sender wrote.
func (s *sending) compose(n rest.NewCorrespondence) error {
	m := &s.template
	*m = rest.Correspondence{
		App: n.App, Sender: cleanLine(n.Sender, maxTitle), Reference: cleanLine(n.Reference, maxReference), Key: n.Key,
		Confirmation: n.Confirmation, Forwarding: n.Forwarding, Answers: archiveReferenceOf(n.Answers), Case: n.Case,
		Created: s.now, CreatedBy: s.caller.Name(), Changed: s.now, Version: 1,
		Published: s.now, Due: n.Due.UTC(), DeleteAfter: n.DeleteAfter.UTC(),
	}
	if n.Publish.After(s.now) {
		m.Published = n.Publish.UTC()
	}
	switch {
	case len(n.Key) > maxReference:
		return rest.Errorf(rest.Invalid, "key", "A key has %d bytes at most.", maxReference)
	case n.Case < 0:
		return rest.Errorf(rest.Invalid, "case", "A case's number is positive.")
	case !n.Due.IsZero() && n.Due.Before(m.Published):
		return rest.Errorf(rest.Invalid, "due", "The message would be due before it is published.")
	case !n.DeleteAfter.IsZero() && !n.DeleteAfter.After(later(m.Published, m.Due)):
		return rest.Errorf(rest.Invalid, "delete-after", "The message would be deleted before it is due or published.")
	}
	for _, f := range []func(rest.NewCorrespondence) error{s.write, s.link, s.note, s.notify} {
		if err := f(n); err != nil {
			return err
		}
	}
	return nil
}

// write checks the texts.
func (s *sending) write(n rest.NewCorrespondence) error {
	if len(n.Texts) == 0 {
		return rest.Errorf(rest.Invalid, "text-missing", "A message needs a text.")
	}
	seen := map[string]bool{}
	for _, t := range n.Texts {
		out := rest.MessageText{Language: t.Language, Title: cleanLine(t.Title, maxTitle), Summary: cleanText(t.Summary), Body: cleanText(t.Body)}
		switch {
		case !slices.Contains(languages, t.Language):
			return rest.Errorf(rest.Invalid, "language", "The language %.20q is not one of %s.", t.Language, strings.Join(languages, ", "))
		case seen[t.Language]:
			return rest.Errorf(rest.Invalid, "language-twice", "There are two texts in %s.", t.Language)
		case out.Title == "":
			return rest.Errorf(rest.Invalid, "title-missing", "A message needs a title.")
		case len(out.Summary) > maxSummary:
			return rest.Errorf(rest.TooLarge, "summary-long", "A summary has %d bytes at most.", maxSummary)
		case len(out.Body) > maxBody:
			return rest.Errorf(rest.TooLarge, "body-long", "A message's text has %d bytes at most: send what is longer as an attachment.", maxBody)
		}
		seen[t.Language] = true
		s.template.Texts = append(s.template.Texts, out)
	}
	return nil
}

// cleanText keeps what XML and JSON can both carry: no control characters but
// tabs and ends of lines.
func cleanText(s string) string {
	if !utf8.ValidString(s) {
		s = strings.ToValidUTF8(s, "\uFFFD")
	}
	return strings.Map(func(r rune) rune {
		if r < ' ' && r != '\t' && r != '\n' && r != '\r' || r == 0x7f || r == '\uFFFE' || r == '\uFFFF' {
			return -1
		}
		return r
	}, s)
}

// link checks the links and ways to reply.
func (s *sending) link(n rest.NewCorrespondence) error {
	if len(n.Links) > maxLinks {
		return rest.Errorf(rest.Invalid, "links-many", "A message has %d links at most.", maxLinks)
	}
	for _, l := range n.Links {
		l.Target, l.Text = cleanLine(l.Target, 4*maxReference), cleanLine(l.Text, maxTitle)
		switch l.Kind {
		case rest.LinkURL:
			u, err := url.Parse(l.Target)
			if err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" {
				return rest.Errorf(rest.Invalid, "link", "A link leads to an address that begins with https:// or http://.")
			}
		case rest.LinkService:
			code, edition, _ := strings.Cut(l.Target, "/")
			if n, err := strconv.ParseInt(edition, 10, 32); code == "" || err != nil || n <= 0 {
				return rest.Errorf(rest.Invalid, "link", "A link to a service names its code and edition, as in 4501/1.")
			}
		case rest.LinkArchive:
			if l.Target = archiveReferenceOf(l.Target); l.Target == "" {
				return rest.Errorf(rest.Invalid, "link", "A link to the archive names an archive reference.")
			}
		default:
			return rest.Errorf(rest.Invalid, "link", "A link of the kind %.40q is unknown.", string(l.Kind))
		}
		s.template.Links = append(s.template.Links, l)
	}
	return nil
}

// note checks the sender's own properties.
func (s *sending) note(n rest.NewCorrespondence) error {
	if len(n.Properties) > maxProperties {
		return rest.Errorf(rest.Invalid, "properties-many", "A message has %d properties at most.", maxProperties)
	}
	for name, value := range n.Properties {
		if cleanLine(name, maxReference) != name || name == "" || cleanText(value) != value || len(value) > maxText {
			return rest.Errorf(rest.Invalid, "property", "A property has a name of at most %d bytes and a value of at most %d, without control characters.", maxReference, maxText)
		}
		if s.template.Properties == nil {
			s.template.Properties = map[string]string{}
		}
		s.template.Properties[name] = value
	}
	return nil
}

// notify checks the notifications.
func (s *sending) notify(n rest.NewCorrespondence) error {
	if len(n.Notifications) > maxNotifications {
		return rest.Errorf(rest.Invalid, "notifications-many", "A message has %d notifications at most.", maxNotifications)
	}
	for _, one := range n.Notifications {
		one = rest.Notification{Channel: one.Channel, To: cleanLine(one.To, maxReference), Text: cleanText(one.Text)}
		switch {
		case one.Channel != rest.BySMS && one.Channel != rest.ByEmail:
			return rest.Errorf(rest.Invalid, "notification", "A notification goes by sms or email.")
		case one.Channel == rest.ByEmail && !strings.Contains(one.To, "@"):
			return rest.Errorf(rest.Invalid, "notification", "A notification by email needs an address.")
		case strings.TrimSpace(one.Text) == "" || len(one.Text) > maxNotification:
			return rest.Errorf(rest.Invalid, "notification", "A notification has a text of 1 to %d bytes.", maxNotification)
		}
		s.template.Notifications = append(s.template.Notifications, one)
	}
	return nil
}
