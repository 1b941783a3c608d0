package correspondence

import (
	"context"
	"net/http"
	"strconv"
	"strings"

	"github.com/google/uuid"

	"overgang/rest"
	"overgang/rest/api"
)

// InitializeCorrespondences implements [StrictServerInterface].
func (s *server) InitializeCorrespondences(ctx context.Context, r InitializeCorrespondencesRequestObject) (InitializeCorrespondencesResponseObject, error) {
	n, err := template(r.Body)
	if err != nil {
		return nil, err
	}
	if len(r.Body.Correspondence.Content.Attachments) > 0 {
		return nil, rest.Errorf(rest.Invalid, "attachments-described", "content.attachments describes files that come with the message: send both to correspondence/upload, or name existingAttachments.")
	}
	return s.send(ctx, n)
}

// UploadCorrespondences implements [StrictServerInterface]. Nothing is kept
// unless everything is sent.
func (s *server) UploadCorrespondences(ctx context.Context, r UploadCorrespondencesRequestObject) (UploadCorrespondencesResponseObject, error) {
	parts := s.face.Parts(r.Body)
	first, err := parts.Next(ctx)
	if err != nil {
		return nil, err
	}
	if first == nil || first.Name != "correspondence" {
		return nil, rest.Errorf(rest.Invalid, "multipart-correspondence", "The first part is named correspondence and holds the message in JSON.")
	}
	var body InitializeCorrespondences
	if err := parts.JSON(first, &body); err != nil {
		return nil, err
	}
	n, err := template(&body)
	if err != nil {
		return nil, err
	}
	described := body.Correspondence.Content.Attachments
	if err := s.receive(ctx, parts, &n, described); err != nil {
		s.discard(ctx, n)
		return nil, err
	}
	if len(described) > len(n.Attachments) {
		s.discard(ctx, n)
		return nil, rest.Errorf(rest.Invalid, "attachments-missing", "%d attachments are described, %d came.", len(described), len(n.Attachments))
	}
	return s.send(ctx, n)
}

// receive takes the files in.
func (s *server) receive(ctx context.Context, parts *api.Parts, n *rest.NewCorrespondence, described []NewFile) error {
	for {
		part, err := parts.Next(ctx)
		if err != nil || part == nil {
			return err
		}
		i := len(n.Attachments)
		switch {
		case part.Name != "attachments":
			return rest.Errorf(rest.Invalid, "multipart-attachments", "The parts after the first are named attachments.")
		case i == s.face.Limits().Elements:
			return rest.Errorf(rest.TooLarge, "attachments-many", "At most %d attachments at once.", i)
		}
		content, err := parts.Receive(ctx, s.core, part, s.face.Limits().Element)
		if err != nil {
			return err
		}
		a := rest.NewAttachment{FileName: part.FileName, ContentType: part.ContentType, Content: &content}
		if i < len(described) {
			a.Title, a.Reference = described[i].DisplayName, described[i].SendersReference
			if described[i].FileName != "" {
				a.FileName = described[i].FileName
			}
		}
		n.Attachments = append(n.Attachments, a)
	}
}

func (s *server) discard(ctx context.Context, n rest.NewCorrespondence) {
	for _, a := range n.Attachments {
		s.core.Discard(ctx, *a.Content)
	}
}

// send sends, and shows what each recipient got.
func (s *server) send(ctx context.Context, n rest.NewCorrespondence) (answer, error) {
	sent, _, err := s.core.SendCorrespondence(ctx, api.CallerOf(ctx), n)
	if err != nil {
		return answer{}, err
	}
	out := InitializedCorrespondences{Correspondences: []InitializedCorrespondence{}, AttachmentIds: []uuid.UUID{}}
	for i := range sent {
		m := &sent[i]
		party, err := s.party(ctx, m.Party)
		if err != nil {
			return answer{}, err
		}
		out.Correspondences = append(out.Correspondences, InitializedCorrespondence{
			CorrespondenceId: m.ID, Number: m.Number, Status: status(m, s.face.Now()), Recipient: recipient(party),
		})
		if i == 0 {
			for _, a := range m.Attachments {
				out.AttachmentIds = append(out.AttachmentIds, a.ID)
			}
		}
	}
	return answer{api.Answer{Status: http.StatusOK, Body: out}}, nil
}

// template reads a message to be sent. What its words mean is the core's to check.
func template(body *InitializeCorrespondences) (rest.NewCorrespondence, error) {
	c := &body.Correspondence
	n := rest.NewCorrespondence{
		Sender: c.MessageSender, Reference: c.SendersReference, Existing: body.ExistingAttachments, Properties: c.PropertyList,
		Confirmation: c.IsConfirmationNeeded, Forwarding: c.AllowForwarding, Answers: c.AnswersTo, Case: c.CaseNumber,
		Publish: c.RequestedPublishTime, Due: c.DueDateTime, DeleteAfter: c.AllowSystemDeleteAfter,
	}
	if body.IdempotentKey != uuid.Nil {
		n.Key = body.IdempotentKey.String()
	}
	var err error
	if n.App, err = resource(c.ResourceId); err != nil {
		return n, err
	}
	for _, name := range body.Recipients {
		ref, err := partyRef(name)
		if err != nil {
			return n, err
		}
		n.Recipients = append(n.Recipients, ref)
	}
	n.Texts = append(n.Texts, rest.MessageText{Language: c.Content.Language, Title: c.Content.MessageTitle, Summary: c.Content.MessageSummary, Body: c.Content.MessageBody})
	for _, t := range c.Translations {
		n.Texts = append(n.Texts, rest.MessageText{Language: t.Language, Title: t.MessageTitle, Summary: t.MessageSummary, Body: t.MessageBody})
	}
	for _, l := range c.Links {
		n.Links = append(n.Links, rest.Link{Kind: rest.LinkKind(l.LinkType), Target: l.Target, Text: l.LinkText, Reply: l.IsReply})
	}
	for _, o := range c.ReplyOptions {
		n.Links = append(n.Links, rest.Link{Kind: rest.LinkURL, Target: o.LinkURL, Text: o.LinkText, Reply: true})
	}
	for _, one := range c.Notifications {
		channel := rest.NotificationChannel(strings.ToLower(one.NotificationChannel))
		if channelNames[channel] != one.NotificationChannel {
			channel = "" // which the core refuses
		}
		n.Notifications = append(n.Notifications, rest.Notification{Channel: channel, To: one.Recipient, Text: one.Text})
	}
	return n, nil
}

// resource reads an application's name.
func resource(id string) (rest.AppID, error) {
	org, app, ok := strings.Cut(id, "/")
	if !ok || org == "" || app == "" || strings.Contains(app, "/") {
		return rest.AppID{}, rest.Errorf(rest.Invalid, "resource-invalid", "resourceId is org/app.")
	}
	return rest.AppID{Org: org, App: app}, nil
}

// partyRef reads how a recipient is named.
func partyRef(name string) (rest.PartyRef, error) {
	number, org := strings.CutPrefix(name, byOrgNumber)
	if org && len(number) == 9 {
		if ref, ok := rest.RefByNumber(number); ok {
			return ref, nil
		}
	}
	number, person := strings.CutPrefix(name, bySSN)
	if person && len(number) == 11 {
		if ref, ok := rest.RefByNumber(number); ok {
			return ref, nil
		}
	}
	if digits, ok := strings.CutPrefix(name, byPartyID); ok {
		if id, err := strconv.ParseInt(digits, 10, 32); err == nil && id > 0 {
			return rest.PartyRef{ID: rest.PartyID(id)}, nil
		}
	}
	return rest.PartyRef{}, rest.Errorf(rest.Invalid, "recipient-invalid", "A recipient is %s with 9 digits, %s with 11, or %s with a party's id.", byOrgNumber, bySSN, byPartyID)
}
