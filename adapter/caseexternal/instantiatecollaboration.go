package caseexternal

import (
	"context"
	"strings"
	"time"

	"overgang/adapter/credential"
	"overgang/rest"
	"overgang/soap"
)

// InstantiateCollaboration starts a case.
type InstantiateCollaboration struct {
	credential.SYS
	credential.USR
	ExternalServiceCode        string
	ExternalServiceEditionCode int32
	ReporteeNumber             string
	ExternalSystemReference    string
	VisibleDateTime            *time.Time
	DueDate                    *time.Time
}

// InstantiateCollaborationResponse is the case's number.
type InstantiateCollaborationResponse struct{ Result int32 }

func (s *service) instantiateCollaboration(ctx context.Context, call *soap.Call, req any) (any, error) {
	in := req.(*InstantiateCollaboration)
	party, ok := rest.RefByNumber(strings.TrimSpace(in.ReporteeNumber))
	if !ok {
		return nil, rest.Errorf(rest.Invalid, CodeReportee, "The reportee is not valid")
	}
	app, err := s.core.Service(ctx, rest.ServiceRef{Code: strings.TrimSpace(in.ExternalServiceCode), Edition: in.ExternalServiceEditionCode})
	if err != nil {
		return nil, coded(err, rest.NotFound, CodeService)
	}
	n := rest.NewCase{App: app.ID, Party: party, Reference: strings.TrimSpace(in.ExternalSystemReference)}
	if in.VisibleDateTime != nil {
		n.Visible = *in.VisibleDateTime
	}
	if in.DueDate != nil {
		n.Due = *in.DueDate
	}
	started, _, err := s.core.StartCase(ctx, credential.Of(call), n)
	if err != nil {
		return nil, coded(err, rest.Forbidden, CodeReportee)
	}
	return &InstantiateCollaborationResponse{Result: started.Number}, nil
}
