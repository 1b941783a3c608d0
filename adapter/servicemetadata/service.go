package servicemetadata

import (
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
	s, begin := &service{core: core}, credential.Begin(core)
	names := func(basic, ws string) map[wsdl.Flavour][]string {
		return map[wsdl.Flavour][]string{wsdl.Basic: {basic}, wsdl.WS: {ws}}
	}
	return soap.Service{Name: "ServiceMetaDataExternal", Operations: []soap.Operation{
		{
			Base: "GetAvailableServicesV2", Names: names("GetAvailableServicesBasicV2", "GetAvailableServicesV2"),
			Request: (*GetAvailableServicesV2)(nil), Response: (*GetAvailableServicesV2Response)(nil),
			Begin: begin, Handle: s.getAvailableServicesV2,
		},
		{
			Base: "GetAvailableServicesV3", Names: names("GetAvailableServicesBasicV3", "GetAvailableServicesV3"),
			Request: (*GetAvailableServicesV3)(nil), Response: (*GetAvailableServicesV3Response)(nil),
			Begin: begin, Handle: s.getAvailableServicesV3,
		},
		{
			Base: "GetFormTaskSchemaDefinitions", Names: names("GetFormTaskSchemaDefinitionsBasic", "GetSchemaDefinitionsForFormTask"),
			Request: (*GetFormTaskSchemaDefinitions)(nil), Response: (*GetFormTaskSchemaDefinitionsResponse)(nil),
			Begin: begin, Handle: s.getFormTaskSchemaDefinitions,
		},
		ping.Operation(wsdl.Basic, wsdl.WS),
	}}
}
