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

// SubmitFormTask sends in a form set with its attachments. The system alone
// may call; a person is needed to sign where the service has a signing step.
type SubmitFormTask struct {
	credential.SYS
	credential.USR
	FormTaskShipment *FormTaskShipment
}

// SubmitFormTaskResponse is the final receipt: processing is synchronous.
type SubmitFormTaskResponse struct{ Result *receipt.V1 }

// beginSubmit authenticates and refuses a reportee that is not the caller's
// before the first form is taken in.
func (s *service) beginSubmit(ctx context.Context, call *soap.Call, req any) error {
	in := req.(*SubmitFormTask)
	c, err := s.begin(ctx, call, &in.SYS, &in.USR)
	if err != nil {
		return err
	}
	f := in.FormTaskShipment
	if f == nil {
		return rest.Errorf(rest.Invalid, "shipment-missing", "formTaskShipment is missing")
	}
	return s.mayWrite(ctx, c, f)
}

// errReportee is one answer for an unknown reportee and for somebody else's.
var errReportee = rest.Errorf(rest.Forbidden, "reportee", "")

// mayWrite checks the right that Submit will ask for again. An unknown service
// is not its business: Submit answers that with a receipt.
func (s *service) mayWrite(ctx context.Context, c rest.Caller, f *FormTaskShipment) error {
	ref, ok := rest.RefByNumber(strings.TrimSpace(f.Reportee))
	if !ok {
		return errReportee
	}
	party, err := s.core.Party(ctx, ref)
	if err != nil {
		if rest.KindOf(err) == rest.NotFound {
			return errReportee
		}
		return err
	}
	if f.FormTasks == nil {
		return nil
	}
	app, err := s.core.Service(ctx, rest.ServiceRef{Code: f.FormTasks.ServiceCode, Edition: f.FormTasks.ServiceEdition})
	if err != nil {
		if rest.KindOf(err) == rest.NotFound {
			return nil
		}
		return err
	}
	allowed, err := s.core.Allowed(ctx, c, party.ID, app, rest.Write)
	if err != nil {
		return err
	}
	if !allowed {
		return errReportee
	}
	return nil
}

// submitSink opens an upload for a form's or an attachment's data.
func (s *service) submitSink(ctx context.Context, call *soap.Call, _ any, field string) (codec.Sink, error) {
	if strings.EqualFold(field, "AttachementData") {
		return upload.Open(ctx, s.core, attachmentOptions, &sessionOf(call).attachments)
	}
	return upload.Open(ctx, s.core, formOptions, nil)
}

// Legacy checksums of attachments are mostly MD5. Sizes per type are checked
// by the core: on the wire an attachment's type follows its data.
var (
	attachmentOptions = rest.UploadOptions{MD5: true}
	formOptions       = rest.UploadOptions{}
)

func (s *service) submitFormTask(ctx context.Context, call *soap.Call, req any) (any, error) {
	f, c := req.(*SubmitFormTask).FormTaskShipment, sessionOf(call).Caller
	if err := f.unsupported(); err != nil {
		return nil, err
	}
	owner, _ := rest.RefByNumber(strings.TrimSpace(f.Reportee))
	sub := rest.NewSubmission{
		Instance:  rest.NewInstance{Owner: owner},
		Reference: strings.TrimSpace(f.ExternalShipmentReference),
		Completed: f.completed(),
		Signature: f.Signatures.signature(c),
	}
	if f.FormTasks != nil {
		sub.Service = rest.ServiceRef{Code: f.FormTasks.ServiceCode, Edition: f.FormTasks.ServiceEdition}
	}
	for _, form := range f.forms() {
		e, err := s.formElement(ctx, form)
		if err != nil {
			return nil, err
		}
		sub.Instance.Elements = append(sub.Instance.Elements, e)
	}
	for _, a := range f.Attachments {
		e, err := s.attachmentElement(ctx, a)
		if err != nil {
			return nil, err
		}
		sub.Instance.Elements = append(sub.Instance.Elements, e)
	}
	out, err := s.core.Submit(ctx, c, sub)
	if err != nil {
		return nil, err
	}
	return &SubmitFormTaskResponse{Result: receipt.AsShipment(&out.Receipt)}, nil
}

func (s *service) formElement(ctx context.Context, f Form) (rest.NewElement, error) {
	content, err := upload.Content(ctx, s.core, f.FormData, formOptions)
	if err != nil {
		return rest.NewElement{}, err
	}
	return rest.NewElement{
		DataFormatID:      strings.TrimSpace(f.DataFormatId),
		DataFormatVersion: f.DataFormatVersion,
		SenderReference:   f.EndUserSystemReference,
		Content:           content,
	}, nil
}

func (s *service) attachmentElement(ctx context.Context, a Attachment) (rest.NewElement, error) {
	content, err := upload.Content(ctx, s.core, a.AttachementData, attachmentOptions)
	if err != nil {
		return rest.NewElement{}, err
	}
	if err := upload.Verify(content, a.Checksum, a.FileName); err != nil {
		return rest.NewElement{}, err
	}
	return rest.NewElement{
		AttachmentTypeName: strings.TrimSpace(a.AttachmentTypeName),
		FileName:           a.FileName,
		Title:              a.Name,
		SenderReference:    a.EndUserSystemReference,
		Content:            content,
	}, nil
}
