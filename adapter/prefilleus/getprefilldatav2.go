package prefilleus

import (
	"context"

	"overgang/adapter/credential"
	"overgang/soap"
)

// GetPrefillDataV2 gets a party's valid prefill of a service: the last, or all,
// for all forms or for those of some data formats.
type GetPrefillDataV2 struct {
	credential.SYS
	credential.USR
	Subject
	PreFillList        []string // DataFormatID
	ReturnAllFormTasks bool
}

// GetPrefillDataV2Response is what was found.
type GetPrefillDataV2Response struct{ Result *PrefillDataV2 }

// PrefillDataV2 is PrefillDataBEv2.
type PrefillDataV2 struct {
	PreFillFormTaskBEList    []FormTask
	PrefillDataFound         bool
	RegisterPrefillDataFound bool // never: the registry is not mapped to fields of forms
	SOPrefillDataFound       bool
}

func (s *service) getPrefillDataV2(ctx context.Context, call *soap.Call, req any) (any, error) {
	in := req.(*GetPrefillDataV2)
	app, list, err := s.find(ctx, call, in.Subject)
	if err != nil {
		return nil, err
	}
	out := &PrefillDataV2{}
	for i := range list {
		task, ok := formTask(app, in.ReporteeNumber, &list[i], in.PreFillList)
		if !ok {
			continue
		}
		out.PreFillFormTaskBEList = append(out.PreFillFormTaskBEList, task)
		out.PrefillDataFound, out.SOPrefillDataFound = true, true
		if !in.ReturnAllFormTasks {
			break
		}
	}
	return &GetPrefillDataV2Response{Result: out}, nil
}
