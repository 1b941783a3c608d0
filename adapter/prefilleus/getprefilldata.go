package prefilleus

import (
	"context"
	"time"

	"overgang/adapter/credential"
	"overgang/rest"
	"overgang/soap"
)

// GetPrefillData gets all of a party's valid prefill of a service.
type GetPrefillData struct {
	credential.SYS
	credential.USR
	Subject
}

// GetPrefillDataResponse is what was found.
type GetPrefillDataResponse struct{ Result *PrefillData }

// PrefillData is PrefillDataBE.
type PrefillData struct {
	PreFillFormTaskBEList []DatedFormTask
	Status                Status
}

// DatedFormTask is PrefillFormTask.
type DatedFormTask struct {
	FormTask
	ValidFromDate time.Time
	ValidToDate   time.Time
}

// Status is PrefillStatus. Its fourth value, that only the owner's prefill is
// missing, cannot be: there is no other.
type Status string

// Statuses.
const (
	Invalid  Status = "INVALIDINPUT"
	NotFound Status = "PREFILLDATANOTFOUND"
	Found    Status = "PREFILLDATAFOUND"
)

func (s *service) getPrefillData(ctx context.Context, call *soap.Call, req any) (any, error) {
	in := req.(*GetPrefillData)
	app, list, err := s.find(ctx, call, in.Subject)
	if rest.KindOf(err) == rest.Invalid && err != nil {
		return &GetPrefillDataResponse{Result: &PrefillData{Status: Invalid}}, nil
	}
	if err != nil {
		return nil, err
	}
	out := &PrefillData{Status: NotFound}
	for i := range list {
		p := &list[i]
		task, _ := formTask(app, in.ReporteeNumber, p, nil)
		dated := DatedFormTask{FormTask: task, ValidFromDate: p.ValidFrom, ValidToDate: p.ValidTo}
		if p.ValidTo.IsZero() {
			dated.ValidToDate = always
		}
		out.PreFillFormTaskBEList, out.Status = append(out.PreFillFormTaskBEList, dated), Found
	}
	return &GetPrefillDataResponse{Result: out}, nil
}
