package reporteeelementlist

import (
	"context"

	"overgang/adapter/credential"
	"overgang/adapter/formdata"
	"overgang/soap"
)

// GetFormSetData gets the data of an element's forms.
type GetFormSetData struct {
	credential.SYS
	credential.USR
	ReporteeElementID int32
	LanguageID        int32 // read and unused: data has no language
}

// GetFormSetDataResponse is the forms.
type GetFormSetDataResponse struct{ Result []FormData }

// FormData is FormSetDataBE.
type FormData struct {
	DataFormatID      string
	DataFormatVersion int32
	FormData          string
	FormID            int32
}

func (s *service) getFormSetData(ctx context.Context, call *soap.Call, req any) (any, error) {
	c := credential.Of(call)
	in, err := s.core.InstanceByNumber(ctx, c, req.(*GetFormSetData).ReporteeElementID)
	if err != nil {
		return nil, err
	}
	app, err := s.application(ctx, in.App)
	if err != nil {
		return nil, err
	}
	list, size := []FormData{}, int64(0)
	for n := range in.Elements {
		e := &in.Elements[n]
		if !e.Form {
			continue
		}
		if size += e.Content.Size; size > formdata.Most {
			return nil, formdata.ErrTooLarge
		}
		f := FormData{FormID: e.Number}
		if d := app.Type(e.Type); d != nil {
			f.DataFormatID, f.DataFormatVersion = d.DataFormatID, d.DataFormatVersion
		}
		if f.FormData, err = formdata.Read(ctx, s.core, c, in, e); err != nil {
			return nil, err
		}
		list = append(list, f)
	}
	return &GetFormSetDataResponse{list}, nil
}
