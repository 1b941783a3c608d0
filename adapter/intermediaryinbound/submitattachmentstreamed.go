package intermediaryinbound

import (
	"context"
	"strings"

	"overgang/adapter/credential"
	"overgang/adapter/receipt"
	"overgang/adapter/upload"
	"overgang/rest"
	"overgang/soap"
	"overgang/soap/codec"
)

// SubmitAttachmentStreamed adds an attachment to an active form set. All but
// DataStream are SOAP headers; EndUserSystemreference is so spelled.
type SubmitAttachmentStreamed struct {
	credential.SYS
	credential.USR
	AttachmentTypeName     string
	CheckSum               string
	EndUserSystemreference string
	FileName               string
	Name                   string
	ReporteeElementId      int32
	DataStream             *codec.Large
}

// typeName is the attachment's type, as SubmitFormTask reads it.
func (a *SubmitAttachmentStreamed) typeName() string { return strings.TrimSpace(a.AttachmentTypeName) }

// SubmitAttachmentStreamedResponse is the attachment's receipt.
type SubmitAttachmentStreamedResponse struct{ receipt.Streamed }

// beginAttachment finds the form set, and whether the caller may add to it, before
// anything of the attachment is read.
func (s *service) beginAttachment(ctx context.Context, call *soap.Call, req any) error {
	in := req.(*SubmitAttachmentStreamed)
	c, err := s.begin(ctx, call, in)
	if err != nil {
		return err
	}
	set, err := s.core.InstanceByNumber(ctx, c, in.ReporteeElementId)
	if err != nil {
		return err
	}
	app, err := s.core.Application(ctx, set.App)
	if err != nil {
		return err
	}
	sessionOf(call).app = app
	switch ok, err := s.core.Allowed(ctx, c, set.Owner, app, rest.Write); {
	case err != nil:
		return err
	case !ok: // as the core says it, before the attachment instead of after
		return rest.Errorf(rest.Forbidden, "right", "You lack the right to write this instance.")
	}
	return nil
}

// attachmentSink opens an upload that ends where the attachment's type does.
func (s *service) attachmentSink(ctx context.Context, call *soap.Call, req any, _ string) (codec.Sink, error) {
	opts := attachmentOptions
	if t := sessionOf(call).app.Attachment(req.(*SubmitAttachmentStreamed).typeName()); t != nil {
		opts.MaxSize = t.MaxSize
	}
	return upload.Open(ctx, s.core, opts, nil)
}

func (s *service) submitAttachmentStreamed(ctx context.Context, call *soap.Call, req any) (any, error) {
	in := req.(*SubmitAttachmentStreamed)
	content, err := upload.Content(ctx, s.core, in.DataStream, attachmentOptions)
	if err != nil {
		return nil, err
	}
	if err := upload.Verify(content, in.CheckSum, in.FileName); err != nil {
		s.core.Discard(ctx, content)
		return nil, err
	}
	out, err := s.core.Attach(ctx, sessionOf(call).Caller, in.ReporteeElementId, rest.NewElement{
		AttachmentTypeName: in.typeName(),
		FileName:           in.FileName,
		Title:              in.Name,
		SenderReference:    in.EndUserSystemreference,
		Content:            content,
	})
	if err != nil {
		return nil, err
	}
	return &SubmitAttachmentStreamedResponse{receipt.AsStreamed(&out.Receipt, s.zone)}, nil
}
