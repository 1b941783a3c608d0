package correspondence

import (
	"context"
	"net/http"

	"overgang/rest"
	"overgang/rest/api"
)

// show shows a message in the language that the request asks for.
func (s *server) show(ctx context.Context, m *rest.Correspondence, parameter string) (Correspondence, error) {
	l, err := language(parameter, api.RequestOf(ctx).Header.Get("Accept-Language"))
	if err != nil {
		return Correspondence{}, err
	}
	party, err := s.party(ctx, m.Party)
	if err != nil {
		return Correspondence{}, err
	}
	return message(m, party, l, s.face.Now()), nil
}

// party is a message's recipient. One that is registered no more is named by its id.
func (s *server) party(ctx context.Context, id rest.PartyID) (rest.Party, error) {
	p, err := s.core.Party(ctx, rest.PartyRef{ID: id})
	if rest.KindOf(err) == rest.NotFound && err != nil {
		return rest.Party{ID: id}, nil
	}
	return p, err
}

// shown answers with a message that was changed.
func (s *server) shown(ctx context.Context, m *rest.Correspondence, err error) (answer, error) {
	if err != nil {
		return answer{}, err
	}
	body, err := s.show(ctx, m, "")
	if err != nil {
		return answer{}, err
	}
	return answer{api.Answer{Status: http.StatusOK, Body: body, ETag: api.VersionTag(m.Version)}}, nil
}

// tagOf is the ETag of a message in a language: the words differ, and so does
// what the status says once the time to publish has come.
func tagOf(m *rest.Correspondence, shown Correspondence) string {
	tag := api.VersionTag(m.Version)
	if first := m.Text(""); shown.Content.Language != first.Language {
		tag = tag[:len(tag)-1] + "-" + shown.Content.Language + `"`
	}
	if shown.Status == "ReadyForPublish" {
		tag = tag[:len(tag)-1] + `-ahead"`
	}
	return tag
}

// GetCorrespondence implements [StrictServerInterface].
func (s *server) GetCorrespondence(ctx context.Context, r GetCorrespondenceRequestObject) (GetCorrespondenceResponseObject, error) {
	m, err := s.core.Correspondence(ctx, api.CallerOf(ctx), r.CorrespondenceId)
	if err != nil {
		return nil, err
	}
	body, err := s.show(ctx, m, r.Params.Language)
	if err != nil {
		return nil, err
	}
	return answer{api.OK(ctx, body, tagOf(m, body))}, nil
}

// GetCorrespondenceDetails implements [StrictServerInterface].
func (s *server) GetCorrespondenceDetails(ctx context.Context, r GetCorrespondenceDetailsRequestObject) (GetCorrespondenceDetailsResponseObject, error) {
	m, err := s.core.Correspondence(ctx, api.CallerOf(ctx), r.CorrespondenceId)
	if err != nil {
		return nil, err
	}
	body, err := s.show(ctx, m, r.Params.Language)
	if err != nil {
		return nil, err
	}
	events, err := s.core.CorrespondenceEvents(ctx, api.CallerOf(ctx), m.ID)
	if err != nil {
		return nil, err
	}
	return answer{api.OK(ctx, details(body, history(events)), tagOf(m, body))}, nil
}

func details(c Correspondence, h []StatusEvent) CorrespondenceDetails {
	return CorrespondenceDetails{
		AllowForwarding: c.AllowForwarding, AllowSystemDeleteAfter: c.AllowSystemDeleteAfter, AnswersTo: c.AnswersTo, ArchiveReference: c.ArchiveReference,
		CaseNumber: c.CaseNumber, Content: c.Content, CorrespondenceId: c.CorrespondenceId, Created: c.Created, DueDateTime: c.DueDateTime,
		IsConfirmationNeeded: c.IsConfirmationNeeded, Links: c.Links, Marks: c.Marks, MessageSender: c.MessageSender, Notifications: c.Notifications,
		Number: c.Number, PropertyList: c.PropertyList, Published: c.Published, ReceiptId: c.ReceiptId, Recipient: c.Recipient, Reply: c.Reply,
		ReplyOptions: c.ReplyOptions, RequestedPublishTime: c.RequestedPublishTime, ResourceId: c.ResourceId, SendersReference: c.SendersReference,
		Status: c.Status, StatusChanged: c.StatusChanged, StatusHistory: h, StatusText: c.StatusText,
	}
}

// GetCorrespondenceContent implements [StrictServerInterface]. That the
// recipient gets the text marks the message as read.
func (s *server) GetCorrespondenceContent(ctx context.Context, r GetCorrespondenceContentRequestObject) (GetCorrespondenceContentResponseObject, error) {
	l, err := language(r.Params.Language, api.RequestOf(ctx).Header.Get("Accept-Language"))
	if err != nil {
		return nil, err
	}
	m, err := s.core.MarkCorrespondenceRead(ctx, api.CallerOf(ctx), r.CorrespondenceId)
	if err != nil {
		return nil, err
	}
	t := m.Text(l)
	return text{t.Language, t.Body}, nil
}

// DownloadCorrespondenceAttachment implements [StrictServerInterface].
func (s *server) DownloadCorrespondenceAttachment(ctx context.Context, r DownloadCorrespondenceAttachmentRequestObject) (DownloadCorrespondenceAttachmentResponseObject, error) {
	a, content, err := s.core.CorrespondenceContent(ctx, api.CallerOf(ctx), r.CorrespondenceId, r.AttachmentId)
	if err != nil {
		return nil, err
	}
	f, err := api.NewFile(ctx, content, a.Content, a.FileName, a.ContentType, nil)
	if err != nil {
		return nil, err
	}
	return file{f}, nil
}
