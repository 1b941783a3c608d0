package brokerserviceexternal

import (
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
	s, begin := &service{core: core, zone: zone}, credential.Begin(core) // no operation acts for a person
	names := func(base string) map[wsdl.Flavour][]string {
		return map[wsdl.Flavour][]string{wsdl.Basic: {base + "Basic"}, wsdl.WS: {base}, wsdl.EC2: {base + "EC"}}
	}
	return soap.Service{Name: "BrokerServiceExternal", Operations: []soap.Operation{
		{
			Base: "InitiateBrokerService", Names: names("InitiateBrokerService"),
			Request: (*InitiateBrokerService)(nil), Response: (*InitiateBrokerServiceResponse)(nil),
			Begin: begin, Handle: s.initiateBrokerService,
		},
		{
			Base: "GetAvailableFiles", Names: names("GetAvailableFiles"),
			Request: (*GetAvailableFiles)(nil), Response: (*GetAvailableFilesResponse)(nil),
			Begin: begin, Handle: s.getAvailableFiles,
		},
		{
			Base: "CheckIfAvailableFiles", Names: names("CheckIfAvailableFiles"),
			Request: (*CheckIfAvailableFiles)(nil), Response: (*CheckIfAvailableFilesResponse)(nil),
			Begin: begin, Handle: s.checkIfAvailableFiles,
		},
		{
			Base: "ConfirmDownloaded", Names: names("ConfirmDownloaded"),
			Request: (*ConfirmDownloaded)(nil), Response: (*ConfirmDownloadedResponse)(nil),
			Begin: begin, Handle: s.confirmDownloaded,
		},
		{
			Base: "UploadFileStreamed", Names: names("UploadFileStreamed"),
			Request: (*UploadFileStreamed)(nil), Response: (*UploadFileStreamedResponse)(nil),
			Begin: s.beginUpload, Sink: s.uploadSink, Handle: s.uploadFileStreamed,
		},
		{
			Base: "DownloadFileStreamed", Names: names("DownloadFileStreamed"),
			Request: (*DownloadFileStreamed)(nil), Response: (*DownloadFileStreamedResponse)(nil),
			Begin: begin, Handle: s.downloadFileStreamed,
		},
		ping.Operation(wsdl.Basic, wsdl.WS, wsdl.EC2),
	}}
}
