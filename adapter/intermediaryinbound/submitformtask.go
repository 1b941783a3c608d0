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
	c, err := s.begin(ctx, call, in)
	if err != nil {
		return err
	}
	f := in.FormTaskShipment
	if f == nil {
		return rest.Errorf(rest.Invalid, "shipment-missing", "formTaskShipment is missing")
	}
	app, err := s.mayWrite(ctx, c, f)
	if err != nil {
		return err
	}
	if app != nil {
		sn := sessionOf(call)
		sn.app = app
		if app.MaxAttachments > 0 {
			sn.attachments.Limit = app.MaxAttachments
		}
	}
	return nil
}

// errReportee is one answer for an unknown reportee and for somebody else's.
var errReportee = rest.Errorf(rest.Forbidden, "reportee", "")

// mayWrite checks the right that Submit will ask for again, and returns the
// service's application. An unknown service is not its business (nil): Submit
// answers that with a receipt.
func (s *service) mayWrite(ctx context.Context, c rest.Caller, f *FormTaskShipment) (*rest.Application, error) {
	ref, ok := rest.RefByNumber(strings.TrimSpace(f.Reportee))
	if !ok {
		return nil, errReportee
	}
	party, err := s.core.Party(ctx, ref)
	if err != nil {
		if rest.KindOf(err) == rest.NotFound {
			return nil, errReportee
		}
		return nil, err
	}
	if f.FormTasks == nil {
		return nil, nil
	}
	app, err := s.core.Service(ctx, rest.ServiceRef{Code: f.FormTasks.ServiceCode, Edition: f.FormTasks.ServiceEdition})
	if err != nil {
		if rest.KindOf(err) == rest.NotFound {
			return nil, nil
		}
		return nil, err
	}
	allowed, err := s.core.Allowed(ctx, c, party.ID, app, rest.Write)
	if err != nil {
		return nil, err
	}
	if !allowed {
		return nil, errReportee
	}
	return app, nil
}

// submitSink opens an upload for a form's or an attachment's data.
func (s *service) submitSink(ctx context.Context, call *soap.Call, req any, field string) (codec.Sink, error) {
	sn := sessionOf(call)
	if field == "AttachementData" {
		return upload.Open(ctx, s.core, attachmentOptions, &sn.attachments)
	}
	opts := formOptions
	if forms := req.(*SubmitFormTask).FormTaskShipment.forms(); len(forms) > 0 && sn.app != nil {
		// The form that is being read is the last one so far.
		last := forms[len(forms)-1]
		if t := sn.app.Form(strings.TrimSpace(last.DataFormatId), last.DataFormatVersion); t != nil {
			opts.MaxSize = t.MaxSize
		}
	}
	return upload.Open(ctx, s.core, opts, nil)
}

// Legacy checksums of attachments are mostly MD5. An attachment's type follows
// its data on the wire, so the size that its type allows is the core's to check.
var (
	attachmentOptions = rest.UploadOptions{MD5: true}
	formOptions       = rest.UploadOptions{}
)

func (s *service) submitFormTask(ctx context.Context, call *soap.Call, req any) (any, error) {
	f, c := req.(*SubmitFormTask).FormTaskShipment, sessionOf(call).Caller
	sub, err := s.submission(ctx, f, c)
	if err != nil {
		s.core.Discard(ctx, f.received()...)
		return nil, err
	}
	out, err := s.core.Submit(ctx, c, *sub)
	if err != nil {
		return nil, err
	}
	return &SubmitFormTaskResponse{Result: receipt.AsShipment(&out.Receipt)}, nil
}

// submission is the shipment in the core's words.
func (s *service) submission(ctx context.Context, f *FormTaskShipment, c rest.Caller) (*rest.NewSubmission, error) {
	keys, err := f.keys()
	if err != nil {
		return nil, err
	}
	owner, _ := rest.RefByNumber(strings.TrimSpace(f.Reportee))
	sub := rest.NewSubmission{
		Instance:  rest.NewInstance{Owner: owner, Keys: keys},
		Reference: strings.TrimSpace(f.ExternalShipmentReference),
		Completed: f.completed(),
		Signature: f.Signatures.signature(c), Delegation: f.delegation(),
	}
	if f.CaseID != nil {
		sub.Case = *f.CaseID
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
	return &sub, nil
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
		Characters:        true,
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
		Encrypted:          a.Encrypted,
	}, nil
}
