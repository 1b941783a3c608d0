package reporteearchiveexternal

import (
	"cmp"
	"context"

	"overgang/adapter/credential"
	"overgang/adapter/formdata"
	"overgang/adapter/optional"
	"overgang/rest"
	"overgang/soap"
)

// Form is ArchivedFormBE.
type Form struct {
	DataFormatId               string
	DataFormatVersion          int32
	FormDataXML                string
	FormID                     int32
	FormName                   string
	FormPaymentInfo            *string // nothing is paid for here
	FormPresentationFieldValue *string
	FormSummary                *string // not kept
	ParentReference            *int32  // forms have no order among themselves
	PaymentInformationE2B      *string
	PaymentInformationHTML     *string
}

// forms are the form set's, with their data. title is the service's.
func (s *service) forms(ctx context.Context, call *soap.Call, i *rest.Instance, app *rest.Application, title string) ([]Form, error) {
	list, size := []Form{}, int64(0)
	for n := range i.Elements {
		e := &i.Elements[n]
		if !e.Form {
			continue
		}
		if size += e.Content.Size; size > formdata.Most {
			return nil, formdata.ErrTooLarge
		}
		f := Form{FormID: e.Number, FormName: cmp.Or(e.Title, title, e.Type)}
		if d := app.Type(e.Type); d != nil {
			f.DataFormatId, f.DataFormatVersion = d.DataFormatID, d.DataFormatVersion
		}
		if len(list) == 0 {
			f.FormPresentationFieldValue = optional.Of(i.Presentation)
		}
		var err error
		if f.FormDataXML, err = formdata.Read(ctx, s.core, credential.Of(call), i, e); err != nil {
			return nil, err
		}
		list = append(list, f)
	}
	return list, nil
}
