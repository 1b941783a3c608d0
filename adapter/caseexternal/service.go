package caseexternal

import (
	"context"

	"overgang/adapter/credential"
	"overgang/adapter/ping"
	"overgang/rest"
	"overgang/soap"
	"overgang/wsdl"
)

// Core is what the service needs of the core.
type Core interface {
	rest.Accounts
	rest.Registry
	rest.Cases
}

type service struct{ core Core }

// Codes of errors, by which the fault table finds the documented error ids.
const (
	CodeInvalid  = "case-invalid"  // 60001
	CodeWhich    = "case-which"    // 60002
	CodeReportee = "case-reportee" // 60012
	CodeArchived = "case-archived" // 60014
	CodeDeleted  = "case-deleted"  // 60015
	CodeService  = "case-service"
	// Those of the core.
	CodeMessages  = "case-messages"  // 60006
	CodeInstances = "case-instances" // 60007
	CodeClosed    = "case-closed"    // 60013
)

// Service is the service's table.
func Service(core Core) soap.Service {
	s := &service{core: core}
	names := func(base string) map[wsdl.Flavour][]string {
		return map[wsdl.Flavour][]string{wsdl.Basic: {base + "ExternalBasic"}, wsdl.WS: {base + "External"}, wsdl.EC2: {base + "EC"}}
	}
	return soap.Service{Name: "Case", Operations: []soap.Operation{
		{
			Base: "GetCaseList", Names: names("GetCaseList"),
			Request: (*GetCaseList)(nil), Response: (*GetCaseListResponse)(nil), Begin: s.begin, Handle: s.getCaseList,
		},
		{
			Base: "InstantiateCollaboration", Names: names("InstantiateCollaboration"),
			Request: (*InstantiateCollaboration)(nil), Response: (*InstantiateCollaborationResponse)(nil), Begin: s.begin, Handle: s.instantiateCollaboration,
		},
		{
			Base: "ArchiveCase", Names: names("ArchiveCase"),
			Request: (*ArchiveCase)(nil), Response: (*ArchiveCaseResponse)(nil), Begin: s.begin, Handle: s.archiveCase,
		},
		ping.Operation(wsdl.Basic, wsdl.WS, wsdl.EC2),
	}}
}

// begin authenticates the system and, where the call names one, the person. In
// EC2 the enterprise user's password is named as a person's is elsewhere.
func (s *service) begin(ctx context.Context, call *soap.Call, req any) error {
	in := req.(interface {
		System() (string, rest.Secret)
		Person() rest.PersonLogin
	})
	user, password := in.System()
	login := in.Person()
	if call.Endpoint != nil && call.Endpoint.Flavour == wsdl.EC2 {
		password, login = login.Password, rest.PersonLogin{}
	}
	return credential.Authenticate(ctx, s.core, call, user, password, login)
}

// coded gives an error of a kind the code of a documented error id.
func coded(err error, kind rest.Kind, code string) error {
	if err != nil && rest.KindOf(err) == kind {
		return &rest.Error{Kind: kind, Code: code, Err: err}
	}
	return err
}
