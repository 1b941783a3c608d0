package keymanagement

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
	rest.Keys
}

type service struct{ core Core }

// Service is the service's table. The published table has Basic's and WS's
// names the wrong way round, so each answers to both.
func Service(core Core) soap.Service {
	s, begin := &service{core: core}, credential.Begin(core)
	return soap.Service{Name: "KeyManagement", Operations: []soap.Operation{
		{
			Base: "GetCertificates",
			Names: map[wsdl.Flavour][]string{
				wsdl.Basic: {"GetCertificatesExternal", "GetCertificatesBasic"},
				wsdl.WS:    {"GetCertificatesBasic", "GetCertificatesExternal"},
				wsdl.EC2:   {"GetCertificatesEC"},
			},
			Request: (*GetCertificates)(nil), Response: (*GetCertificatesResponse)(nil),
			Begin: begin, Handle: s.getCertificates,
		},
		ping.Operation(wsdl.Basic, wsdl.WS, wsdl.EC2),
	}}
}
