package intermediaryinbound

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
	rest.Uploads
	rest.Submissions
	rest.Instances
}

// Config is what the service needs.
type Config struct {
	Core           Core
	MaxAttachments int64 // bytes together in one SubmitFormTask; 0 = 30 MB
	// Zone is the zone of the times in receipts of streamed attachments, which
	// are text; nil = UTC.
	Zone *time.Location
}

// maxAttachments is the documented limit for the attachments of one SubmitFormTask.
const maxAttachments = 30 << 20

type service struct {
	core           Core
	maxAttachments int64
	zone           *time.Location
}

// Service is the service's table.
func Service(c Config) soap.Service {
	s, begin := &service{core: c.Core, maxAttachments: c.MaxAttachments, zone: c.Zone}, credential.Begin(c.Core)
	if s.zone == nil {
		s.zone = time.UTC
	}
	if s.maxAttachments == 0 {
		s.maxAttachments = maxAttachments
	}
	names := func(base string) map[wsdl.Flavour][]string {
		return map[wsdl.Flavour][]string{wsdl.Basic: {base + "Basic"}, wsdl.WS: {base}, wsdl.EC2: {base + "EC"}}
	}
	return soap.Service{Name: "IntermediaryInbound", Operations: []soap.Operation{
		{
			Base: "SubmitFormTask", Names: names("SubmitFormTask"),
			Request: (*SubmitFormTask)(nil), Response: (*SubmitFormTaskResponse)(nil),
			Begin: s.beginSubmit, Sink: s.submitSink, Handle: s.submitFormTask,
		},
		{
			Base: "UpdateFormData", Names: names("UpdateFormData"),
			Request: (*UpdateFormData)(nil), Response: (*UpdateFormDataResponse)(nil),
			Begin: s.beginUpdate, Sink: s.updateSink, Handle: s.updateFormData,
		},
		{
			Base: "CompleteAndSignShipment", Names: names("CompleteAndSignShipment"),
			Request: (*CompleteAndSignShipment)(nil), Response: (*CompleteAndSignShipmentResponse)(nil),
			Begin: begin, Handle: s.completeAndSignShipment,
		},
		{
			Base: "GetAltinnSubmissionStatus", Names: names("GetAltinnSubmissionStatus"),
			Request: (*GetAltinnSubmissionStatus)(nil), Response: (*GetAltinnSubmissionStatusResponse)(nil),
			Begin: begin, Handle: s.getAltinnSubmissionStatus,
		},
		{
			Base: "SubmitAttachmentStreamed", Names: names("SubmitAttachmentStreamed"),
			Request: (*SubmitAttachmentStreamed)(nil), Response: (*SubmitAttachmentStreamedResponse)(nil),
			Begin: s.beginAttachment, Sink: s.attachmentSink, Handle: s.submitAttachmentStreamed,
		},
		ping.Operation(wsdl.Basic, wsdl.WS, wsdl.EC2),
	}}
}
