package servicemetadata

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
}

type service struct{ core Core }

// Service is the service's table. It was never published in EC2.
func Service(core Core) soap.Service {
	s := &service{core: core}
	names := func(basic, ws string) map[wsdl.Flavour][]string {
		return map[wsdl.Flavour][]string{wsdl.Basic: {basic}, wsdl.WS: {ws}}
	}
	return soap.Service{Name: "ServiceMetaDataExternal", Operations: []soap.Operation{
		{
			Base: "GetAvailableServicesV2", Names: names("GetAvailableServicesBasicV2", "GetAvailableServicesV2"),
			Request: (*GetAvailableServicesV2)(nil), Response: (*GetAvailableServicesV2Response)(nil),
			Begin: s.begin, Handle: s.getAvailableServicesV2,
		},
		{
			Base: "GetAvailableServicesV3", Names: names("GetAvailableServicesBasicV3", "GetAvailableServicesV3"),
			Request: (*GetAvailableServicesV3)(nil), Response: (*GetAvailableServicesV3Response)(nil),
			Begin: s.begin, Handle: s.getAvailableServicesV3,
		},
		{
			Base: "GetFormTaskSchemaDefinitions", Names: names("GetFormTaskSchemaDefinitionsBasic", "GetSchemaDefinitionsForFormTask"),
			Request: (*GetFormTaskSchemaDefinitions)(nil), Response: (*GetFormTaskSchemaDefinitionsResponse)(nil),
			Begin: s.begin, Handle: s.getFormTaskSchemaDefinitions,
		},
		ping.Operation(wsdl.Basic, wsdl.WS),
	}}
}

// begin authenticates the system.
func (s *service) begin(ctx context.Context, call *soap.Call, req any) error {
	user, password := req.(interface{ System() (string, rest.Secret) }).System()
	c, err := credential.System(ctx, s.core, call, user, password)
	if err != nil {
		return err
	}
	call.Caller = &credential.Session{Caller: c}
	return nil
}
