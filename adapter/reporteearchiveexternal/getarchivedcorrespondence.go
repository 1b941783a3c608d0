package reporteearchiveexternal

import (
	"cmp"
	"context"
	"time"

	"overgang/adapter/attachment"
	"overgang/adapter/credential"
	"overgang/adapter/language"
	"overgang/adapter/optional"
	"overgang/soap"
	"overgang/soap/codec"
)

// GetArchivedCorrespondence gets an archived message.
type GetArchivedCorrespondence struct {
	credential.SYS
	credential.USR
	ArchiveID int32 // the message's number
}

// GetArchivedCorrespondenceResponse is the message.
type GetArchivedCorrespondenceResponse struct{ Result *Correspondence }

// Correspondence is ArchivedCorrespondence. The operation asks for no language:
// the texts are in the message's own.
type Correspondence struct {
	AllowForwarding           bool
	ArchiveCorrespondenceID   int32
	ArchiveReference          *string // of what the message answers to
	CaseId                    *int32
	ConfirmationDate          *time.Time
	CorrespondenceSubject     string
	CorrespondenceSummary     string
	CorrespondenceText        string
	CorrespondenceTitle       string
	CustomMessageData         *string
	DateSent                  time.Time // when it was archived, as documented
	DueDate                   *time.Time
	ExternalSystemReference   *string
	SentBy                    string
	ServiceName               string
	CorrespondenceAttachments []attachment.V2
	CorrespondenceLinks       []Link
}

// Link is CorrespondenceLink.
type Link struct {
	LinkText string
	LinkType string
	LinkURL  string
}

func (s *service) getArchivedCorrespondence(ctx context.Context, call *soap.Call, req any) (any, error) {
	m, err := s.core.CorrespondenceByNumber(ctx, credential.Of(call), req.(*GetArchivedCorrespondence).ArchiveID)
	if err != nil {
		return nil, err
	}
	if !m.Archived.Done() {
		return nil, errNotArchived
	}
	titles, err := s.titles(ctx, m.App)
	if err != nil {
		return nil, err
	}
	t := m.Text("")
	out := &Correspondence{
		AllowForwarding: m.Forwarding, ArchiveCorrespondenceID: m.Number, ArchiveReference: optional.Of(m.Answers), CaseId: optional.Of(m.Case),
		ConfirmationDate: optional.Of(m.Confirmed.At), CorrespondenceSubject: t.Title, CorrespondenceSummary: t.Summary, CorrespondenceText: t.Body,
		CorrespondenceTitle: t.Title, CustomMessageData: optional.Of(m.Properties["CustomMessageData"]), DateSent: m.Archived.At, DueDate: optional.Of(m.Due),
		ExternalSystemReference: optional.Of(m.Reference), SentBy: cmp.Or(m.Sender, m.App.Org),
		ServiceName:               cmp.Or(titles[t.Language], language.Pick(titles, 0)),
		CorrespondenceAttachments: []attachment.V2{}, CorrespondenceLinks: []Link{},
	}
	for _, l := range m.Links {
		out.CorrespondenceLinks = append(out.CorrespondenceLinks, Link{LinkText: l.Text, LinkType: string(l.Kind), LinkURL: l.Target})
	}
	for i := range m.Attachments {
		f := s.belonging(ctx, call, m, &m.Attachments[i])
		f.attachment.AttachmentData = &codec.Inline{Size: f.size, Open: f.open}
		out.CorrespondenceAttachments = append(out.CorrespondenceAttachments, f.attachment)
	}
	return &GetArchivedCorrespondenceResponse{Result: out}, nil
}
