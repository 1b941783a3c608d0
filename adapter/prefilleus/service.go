package prefilleus

import (
	"context"
	"strings"

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
	rest.Prefills
}

type service struct{ core Core }

// Service is the service's table.
func Service(core Core) soap.Service {
	s, begin := &service{core: core}, credential.Begin(core)
	names := func(basic, ws, ec2 string) map[wsdl.Flavour][]string {
		return map[wsdl.Flavour][]string{wsdl.Basic: {basic}, wsdl.WS: {ws}, wsdl.EC2: {ec2}}
	}
	return soap.Service{Name: "PreFillEUSExternal", Operations: []soap.Operation{
		{
			Base: "GetPrefillData", Names: names("GetPrefillDataBasic", "GetPrefillData", "GetPrefillDataEC"),
			Request: (*GetPrefillData)(nil), Response: (*GetPrefillDataResponse)(nil),
			Begin: begin, Handle: s.getPrefillData,
		},
		{
			Base: "GetPrefillDataV2", Names: names("GetPrefillDataBasicV2", "GetPrefillDataV2", "GetPrefillDataECV2"),
			Request: (*GetPrefillDataV2)(nil), Response: (*GetPrefillDataV2Response)(nil),
			Begin: begin, Handle: s.getPrefillDataV2,
		},
		ping.Operation(wsdl.Basic, wsdl.WS, wsdl.EC2),
	}}
}

// Subject is whom and what prefill is asked for.
type Subject struct {
	ReporteeNumber             string
	ExternalServiceCode        string
	ExternalServiceEditionCode int32
}

// find gets the prefill that is valid now, the last put first. What is no
// number of a party or no service is Invalid.
func (s *service) find(ctx context.Context, call *soap.Call, of Subject) (*rest.Application, []rest.Prefill, error) {
	ref, ok := rest.RefByNumber(strings.TrimSpace(of.ReporteeNumber))
	if !ok {
		return nil, nil, rest.Errorf(rest.Invalid, "", "ReporteeNumber is no organisation number or national identity number")
	}
	app, err := s.core.Service(ctx, rest.ServiceRef{Code: strings.TrimSpace(of.ExternalServiceCode), Edition: of.ExternalServiceEditionCode})
	if rest.KindOf(err) == rest.NotFound && err != nil {
		return nil, nil, rest.Errorf(rest.Invalid, "", "There is no service with this ExternalServiceCode and ExternalServiceEditionCode")
	}
	if err != nil {
		return nil, nil, err
	}
	list, err := s.core.Prefills(ctx, credential.Of(call), app.ID, ref)
	return app, list, err
}
