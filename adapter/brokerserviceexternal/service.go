package brokerserviceexternal

import (
	"context"
	"time"

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
	rest.Transfers
	rest.Receipts
}

type service struct {
	core Core
	zone *time.Location
}

// Service is the service's table. zone is the zone of the times in receipts of
// uploads, which are text; nil = UTC.
func Service(core Core, zone *time.Location) soap.Service {
	if zone == nil {
		zone = time.UTC
	}
	s := &service{core: core, zone: zone}
	names := func(base string) map[wsdl.Flavour][]string {
		return map[wsdl.Flavour][]string{wsdl.Basic: {base + "Basic"}, wsdl.WS: {base}, wsdl.EC2: {base + "EC"}}
	}
	return soap.Service{Name: "BrokerServiceExternal", Operations: []soap.Operation{
		{
			Base: "InitiateBrokerService", Names: names("InitiateBrokerService"),
			Request: (*InitiateBrokerService)(nil), Response: (*InitiateBrokerServiceResponse)(nil),
			Begin: s.begin, Handle: s.initiateBrokerService,
		},
		{
			Base: "GetAvailableFiles", Names: names("GetAvailableFiles"),
			Request: (*GetAvailableFiles)(nil), Response: (*GetAvailableFilesResponse)(nil),
			Begin: s.begin, Handle: s.getAvailableFiles,
		},
		{
			Base: "CheckIfAvailableFiles", Names: names("CheckIfAvailableFiles"),
			Request: (*CheckIfAvailableFiles)(nil), Response: (*CheckIfAvailableFilesResponse)(nil),
			Begin: s.begin, Handle: s.checkIfAvailableFiles,
		},
		{
			Base: "ConfirmDownloaded", Names: names("ConfirmDownloaded"),
			Request: (*ConfirmDownloaded)(nil), Response: (*ConfirmDownloadedResponse)(nil),
			Begin: s.begin, Handle: s.confirmDownloaded,
		},
		{
			Base: "UploadFileStreamed", Names: names("UploadFileStreamed"),
			Request: (*UploadFileStreamed)(nil), Response: (*UploadFileStreamedResponse)(nil),
			Begin: s.beginUpload, Sink: s.uploadSink, Handle: s.uploadFileStreamed,
		},
		{
			Base: "DownloadFileStreamed", Names: names("DownloadFileStreamed"),
			Request: (*DownloadFileStreamed)(nil), Response: (*DownloadFileStreamedResponse)(nil),
			Begin: s.begin, Handle: s.downloadFileStreamed,
		},
		ping.Operation(wsdl.Basic, wsdl.WS, wsdl.EC2),
	}}
}

// begin authenticates the system or enterprise user. No operation of this
// service acts for a person.
func (s *service) begin(ctx context.Context, call *soap.Call, req any) error {
	user, password := req.(interface{ System() (string, rest.Secret) }).System()
	c, err := credential.System(ctx, s.core, call, user, password)
	if err != nil {
		return err
	}
	call.Caller = &credential.Session{Caller: c}
	return nil
}
