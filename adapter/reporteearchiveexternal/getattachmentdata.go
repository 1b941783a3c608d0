package reporteearchiveexternal

import (
	"cmp"
	"context"
	"io"
	"slices"

	"overgang/adapter/actor"
	"overgang/adapter/attachment"
	"overgang/adapter/credential"
	"overgang/adapter/optional"
	"overgang/rest"
	"overgang/soap"
	"overgang/soap/codec"
)

// GetAttachmentData gets an attachment of an archived form set or message, in
// the answer (V2) or beside it (streamed).
type GetAttachmentData struct {
	credential.SYS
	credential.USR
	AttachmentID int32
}

// GetAttachmentDataV2Response is the attachment with its bytes.
type GetAttachmentDataV2Response struct{ Result *attachment.V2 }

// GetAttachmentDataStreamedResponse is the attachment's bytes.
type GetAttachmentDataStreamedResponse struct{ Result *codec.Part }

// found is an attachment, and how its content is opened.
type found struct {
	attachment attachment.V2
	size       int64
	open       func() (io.ReadCloser, error)
}

func (s *service) getAttachmentDataV2(ctx context.Context, call *soap.Call, req any) (any, error) {
	f, err := s.find(ctx, call, req.(*GetAttachmentData).AttachmentID)
	if err != nil {
		return nil, err
	}
	f.attachment.AttachmentData = &codec.Inline{Size: f.size, Open: f.open}
	return &GetAttachmentDataV2Response{Result: &f.attachment}, nil
}

func (s *service) getAttachmentDataStreamed(ctx context.Context, call *soap.Call, req any) (any, error) {
	f, err := s.find(ctx, call, req.(*GetAttachmentData).AttachmentID)
	if err != nil {
		return nil, err
	}
	content, err := f.open()
	if err != nil {
		return nil, err
	}
	return &GetAttachmentDataStreamedResponse{Result: &codec.Part{Content: content, Size: f.size}}, nil
}

// find finds an attachment by its number, which form sets' and messages' are
// counted by together.
func (s *service) find(ctx context.Context, call *soap.Call, number int32) (*found, error) {
	f, err := s.ofFormTask(ctx, call, number)
	if rest.KindOf(err) == rest.NotFound {
		return s.ofMessage(ctx, call, number)
	}
	return f, err
}

func (s *service) ofFormTask(ctx context.Context, call *soap.Call, number int32) (*found, error) {
	caller := credential.Of(call)
	i, err := s.core.InstanceByElement(ctx, caller, number)
	if err != nil {
		return nil, err
	}
	n := slices.IndexFunc(i.Elements, func(e rest.Element) bool { return e.Number == number && !e.Form })
	if n < 0 || i.Archived.IsZero() {
		return nil, errNotArchived
	}
	e := &i.Elements[n]
	return &found{
		attachment: attachment.V2{
			AttachmentFunctionTypeID: attachment.Unspecified, AttachmentID: e.Number, AttachmentName: cmp.Or(e.Title, e.FileName),
			AttachmentTypeID: attachment.FileType(e.ContentType, e.FileName), CreatedByUserID: actor.Person(e.CreatedBy), CreatedDateTime: e.Created,
			DestinationType: attachment.ShowToAll, FileName: e.FileName, IsAssociatedToFormSet: true, IsEncrypted: e.Encrypted, ReporteeElementID: i.Number,
			SendersReference: optional.Of(e.SenderReference),
		},
		size: e.Content.Size,
		open: func() (io.ReadCloser, error) {
			_, content, err := s.core.Content(ctx, caller, i.ID, e.ID)
			return content, err
		},
	}, nil
}

func (s *service) ofMessage(ctx context.Context, call *soap.Call, number int32) (*found, error) {
	m, err := s.core.CorrespondenceByAttachment(ctx, credential.Of(call), number)
	if err != nil {
		return nil, err
	}
	n := slices.IndexFunc(m.Attachments, func(a rest.Attachment) bool { return a.Number == number })
	if n < 0 || !m.Archived.Done() {
		return nil, errNotArchived
	}
	return s.belonging(ctx, call, m, &m.Attachments[n]), nil
}

// belonging is an attachment of a message.
func (s *service) belonging(ctx context.Context, call *soap.Call, m *rest.Correspondence, a *rest.Attachment) *found {
	message, id, caller := m.ID, a.ID, credential.Of(call)
	return &found{
		attachment: attachment.OfMessage(m, a),
		size:       a.Content.Size,
		open: func() (io.ReadCloser, error) {
			_, content, err := s.core.CorrespondenceContent(ctx, caller, message, id)
			return content, err
		},
	}
}
