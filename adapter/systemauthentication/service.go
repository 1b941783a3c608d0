package systemauthentication

import (
	"time"

	"overgang/adapter/ping"
	"overgang/rest"
	"overgang/soap"
	"overgang/wsdl"
)

type service struct {
	core rest.Accounts
	zone *time.Location
}

// Service is the service's table. Challenges write dates in zone; nil = UTC.
func Service(core rest.Accounts, zone *time.Location) soap.Service {
	if zone == nil {
		zone = time.UTC
	}
	s := &service{core: core, zone: zone}
	return soap.Service{Name: "SystemAuthentication", Operations: []soap.Operation{
		{
			Base:     "GetAuthenticationChallenge",
			Names:    map[wsdl.Flavour][]string{wsdl.Basic: {"GetAuthenticationChallenge"}},
			Request:  (*GetAuthenticationChallenge)(nil),
			Response: (*GetAuthenticationChallengeResponse)(nil),
			Handle:   s.getAuthenticationChallenge,
		},
		ping.Operation(wsdl.Basic),
	}}
}
