package caseexternal

import (
	"context"
	"strings"
	"time"

	"overgang/adapter/credential"
	"overgang/adapter/language"
	"overgang/rest"
	"overgang/soap"
)

// GetCaseList gets the open cases of a party at a service, or one case.
type GetCaseList struct {
	credential.SYS
	credential.USR
	CaseID                     int32 // 0 = those of the service
	ExternalServiceCode        string
	ExternalServiceEditionCode int32
	LanguageID                 int32
	ReporteeNumber             string
}

// GetCaseListResponse is what was found, in the order of the numbers.
type GetCaseListResponse struct{ Result []Case }

// Case is CaseBE.
type Case struct {
	CaseID                   int32
	CaseName                 string // the service's title
	Comments                 *string
	CurrentStateFriendlyName string
	CurrentStateID           int32
	CurrentStateName         string
	DueDate                  *time.Time
	Notice                   *string
	NoticeTemplateID         *string
	VisibleDateTime          *time.Time
}

// The only state of a case that lists show.
const (
	stateID   = 1
	stateName = "Active"
)

var friendly = map[string]string{"nb": "Aktiv", "nn": "Aktiv", "en": "Active", "se": "Aktiiva"}

func (s *service) getCaseList(ctx context.Context, call *soap.Call, req any) (any, error) {
	in := req.(*GetCaseList)
	party, ok := rest.RefByNumber(strings.TrimSpace(in.ReporteeNumber))
	if !ok {
		return nil, rest.Errorf(rest.Invalid, CodeReportee, "The reportee is not valid")
	}
	if in.CaseID != 0 {
		return s.one(ctx, call, in, party)
	}
	code := strings.TrimSpace(in.ExternalServiceCode)
	if code == "" || in.ExternalServiceEditionCode == 0 {
		return nil, rest.Errorf(rest.Invalid, CodeWhich, "Give either externalServiceCode and externalServiceEditionCode, or caseID")
	}
	app, err := s.core.Service(ctx, rest.ServiceRef{Code: code, Edition: in.ExternalServiceEditionCode})
	if err != nil {
		return nil, coded(err, rest.NotFound, CodeService)
	}
	out := &GetCaseListResponse{Result: []Case{}}
	q := rest.CaseQuery{App: app.ID, Party: party, Limit: 1000}
	for more := true; more; {
		var list []rest.Case
		list, more, err = s.core.Cases(ctx, credential.Of(call), q)
		if err != nil {
			return nil, coded(err, rest.Forbidden, CodeReportee)
		}
		for i := range list {
			out.Result = append(out.Result, shown(&list[i], app, language.For(call, in.LanguageID)))
			q.After = list[i].Number
		}
	}
	return out, nil
}

// one gets one case, which must be the party's and open.
func (s *service) one(ctx context.Context, call *soap.Call, in *GetCaseList, ref rest.PartyRef) (any, error) {
	file, err := s.core.Case(ctx, credential.Of(call), in.CaseID)
	if err != nil {
		return nil, coded(err, rest.NotFound, CodeInvalid)
	}
	party, err := s.core.Party(ctx, ref)
	switch {
	case rest.KindOf(err) == rest.NotFound, err == nil && party.ID != file.Party: // alike: nobody learns who is registered
		return nil, &rest.Error{Kind: rest.NotFound, Code: CodeInvalid, Err: err}
	case err != nil:
		return nil, err
	case file.Deleted.Done():
		return nil, rest.Errorf(rest.Gone, CodeDeleted, "The case is deleted")
	case file.Archived.Done():
		return nil, rest.Errorf(rest.Conflict, CodeArchived, "The case is archived")
	}
	app, err := s.core.Application(ctx, file.App)
	if err != nil {
		return nil, coded(err, rest.NotFound, CodeService)
	}
	return &GetCaseListResponse{Result: []Case{shown(file, app, language.For(call, in.LanguageID))}}, nil
}

func shown(c *rest.Case, app *rest.Application, languageID int32) Case {
	out := Case{
		CaseID: c.Number, CaseName: language.Pick(app.Titles, languageID), VisibleDateTime: &c.Visible,
		CurrentStateID: stateID, CurrentStateName: stateName, CurrentStateFriendlyName: language.Pick(friendly, languageID),
	}
	if out.CaseName == "" {
		out.CaseName = app.ID.App
	}
	if !c.Due.IsZero() {
		out.DueDate = &c.Due
	}
	return out
}
