package correspondence

import (
	"context"
	"net/http"

	"github.com/google/uuid"

	"overgang/rest"
	"overgang/rest/api"
)

func attachment(a *rest.Attachment, uses []uuid.UUID) answer {
	out := Attachment{
		AttachmentId: a.ID, Number: a.Number, ResourceId: a.App.String(), FileName: a.FileName, DisplayName: a.Title, SendersReference: a.Reference,
		DataType: a.ContentType, Size: a.Content.Size, Checksum: checksum(a), Created: a.Created,
		Status: "Initialized", StatusText: "Waiting for its content", StatusChanged: a.Created, CorrespondenceIds: uses,
	}
	if !a.Uploaded.IsZero() {
		out.Status, out.StatusText, out.StatusChanged = "Published", "Ready for messages", a.Uploaded
	}
	if out.CorrespondenceIds == nil {
		out.CorrespondenceIds = []uuid.UUID{}
	}
	return answer{api.Answer{Status: http.StatusOK, Body: out}}
}

// InitializeAttachment implements [StrictServerInterface].
func (s *server) InitializeAttachment(ctx context.Context, r InitializeAttachmentRequestObject) (InitializeAttachmentResponseObject, error) {
	app, err := resource(r.Body.ResourceId)
	if err != nil {
		return nil, err
	}
	a, err := s.core.AddAttachment(ctx, api.CallerOf(ctx), rest.NewAttachment{
		App: app, FileName: r.Body.FileName, Title: r.Body.DisplayName, Reference: r.Body.SendersReference, ContentType: r.Body.ContentType,
	})
	if err != nil {
		return nil, err
	}
	return attachment(a, nil), nil
}

// UploadAttachment implements [StrictServerInterface]. Who may not fill the
// attachment is told so before the content is taken in.
func (s *server) UploadAttachment(ctx context.Context, r UploadAttachmentRequestObject) (UploadAttachmentResponseObject, error) {
	if _, _, err := s.core.Attachment(ctx, api.CallerOf(ctx), r.AttachmentId); err != nil {
		return nil, err
	}
	content, err := api.Receive(ctx, s.core, r.Body, s.face.Limits().Element)
	if err != nil {
		return nil, err
	}
	a, err := s.core.FillAttachment(ctx, api.CallerOf(ctx), r.AttachmentId, content)
	if err != nil {
		return nil, err
	}
	return attachment(a, nil), nil
}

// GetAttachment implements [StrictServerInterface].
func (s *server) GetAttachment(ctx context.Context, r GetAttachmentRequestObject) (GetAttachmentResponseObject, error) {
	a, uses, err := s.core.Attachment(ctx, api.CallerOf(ctx), r.AttachmentId)
	if err != nil {
		return nil, err
	}
	return attachment(a, uses), nil
}

// DownloadAttachment implements [StrictServerInterface].
func (s *server) DownloadAttachment(ctx context.Context, r DownloadAttachmentRequestObject) (DownloadAttachmentResponseObject, error) {
	a, content, err := s.core.AttachmentContent(ctx, api.CallerOf(ctx), r.AttachmentId)
	if err != nil {
		return nil, err
	}
	f, err := api.NewFile(ctx, content, a.Content, a.FileName, a.ContentType, nil)
	if err != nil {
		return nil, err
	}
	return file{f}, nil
}

// PurgeAttachment implements [StrictServerInterface].
func (s *server) PurgeAttachment(ctx context.Context, r PurgeAttachmentRequestObject) (PurgeAttachmentResponseObject, error) {
	if err := s.core.RemoveAttachment(ctx, api.CallerOf(ctx), r.AttachmentId); err != nil {
		return nil, err
	}
	return answer{api.Answer{Status: http.StatusNoContent}}, nil
}
