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

// UpdateFormData replaces and adds forms of an active form set.
type UpdateFormData struct {
	credential.SYS
	credential.USR
	FormTaskUpdate *FormTaskUpdate
}

// FormTaskUpdate is what to change in which form set.
type FormTaskUpdate struct {
	ExternalShipmentReference string
	FormUpdateList            []FormUpdate
	ReporteeElementId         int32
}

// FormUpdate replaces the form with the id FormId, or adds one when it is 0.
type FormUpdate struct {
	DataFormatId           string
	DataFormatVersion      int32
	EndUserSystemReference string
	FormData               *codec.Large
	FormId                 int32
}

// UpdateFormDataResponse is a receipt with a sub-receipt for each form.
type UpdateFormDataResponse struct{ Result *receipt.V1 }

func (s *service) beginUpdate(ctx context.Context, call *soap.Call, req any) error {
	if err := credential.Begin(s.core)(ctx, call, req); err != nil {
		return err
	}
	if req.(*UpdateFormData).FormTaskUpdate == nil {
		return rest.Errorf(rest.Invalid, "update-missing", "formTaskUpdate is missing")
	}
	return nil
}

// updateSink opens an upload for a form's data.
func (s *service) updateSink(ctx context.Context, _ *soap.Call, _ any, _ string) (codec.Sink, error) {
	return upload.Open(ctx, s.core, formOptions, nil)
}

func (s *service) updateFormData(ctx context.Context, call *soap.Call, req any) (any, error) {
	u := req.(*UpdateFormData).FormTaskUpdate
	var updates []rest.ElementUpdate
	for _, f := range u.FormUpdateList {
		content, err := upload.Content(ctx, s.core, f.FormData, formOptions)
		if err != nil {
			return nil, err
		}
		updates = append(updates, rest.ElementUpdate{Number: f.FormId, Element: rest.NewElement{
			DataFormatID:      strings.TrimSpace(f.DataFormatId),
			DataFormatVersion: f.DataFormatVersion,
			SenderReference:   f.EndUserSystemReference,
			Content:           content,
			Characters:        true,
		}})
	}
	out, err := s.core.UpdateElements(ctx, credential.Of(call), u.ReporteeElementId,
		strings.TrimSpace(u.ExternalShipmentReference), updates)
	if err != nil {
		return nil, err
	}
	return &UpdateFormDataResponse{Result: receipt.AsV1(&out.Receipt)}, nil
}
