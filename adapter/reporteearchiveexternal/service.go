package reporteearchiveexternal

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
	rest.Instances
	rest.Elements
	rest.Correspondences
	rest.Archive
}

type service struct{ core Core }

// Service is the service's table, for both services' endpoints. EC2 names only
// the last version of an operation.
func Service(core Core) soap.Service {
	s, begin := &service{core: core}, credential.Begin(core)
	names := func(basic, ws string, ec2 ...string) map[wsdl.Flavour][]string {
		return map[wsdl.Flavour][]string{wsdl.Basic: {basic}, wsdl.WS: {ws}, wsdl.EC2: ec2}
	}
	return soap.Service{Name: "ReporteeArchiveExternal", Operations: []soap.Operation{
		{
			Base: "GetArchivedFormTaskV2", Names: names("GetArchivedFormTaskBasicV2", "GetArchivedFormTaskExternalV2", "GetArchivedFormTaskEC"),
			Request: (*GetArchivedFormTaskV2)(nil), Response: (*GetArchivedFormTaskV2Response)(nil), Begin: begin, Handle: s.getArchivedFormTaskV2,
		},
		{
			Base: "GetAttachmentDataV2", Names: names("GetAttachmentDataBasicV2", "GetAttachmentDataExternalV2", "GetAttachmentDataEC"),
			Request: (*GetAttachmentData)(nil), Response: (*GetAttachmentDataV2Response)(nil), Begin: begin, Handle: s.getAttachmentDataV2,
		},
		{
			Base: "GetArchivedLookup", Names: names("GetArchivedLookupBasic", "GetArchivedLookupExternal", "GetArchivedLookupEC"),
			Request: (*GetArchivedLookup)(nil), Response: (*GetArchivedLookupResponse)(nil), Begin: begin, Handle: s.getArchivedLookup,
		},
		{
			Base:    "GetArchivedCorrespondence",
			Names:   names("GetArchivedCorrespondenceBasic", "GetArchivedCorrespondence", "GetArchivedCorrespondenceEC"),
			Request: (*GetArchivedCorrespondence)(nil), Response: (*GetArchivedCorrespondenceResponse)(nil),
			Begin: begin, Handle: s.getArchivedCorrespondence,
		},
		{
			Base: "GetAttachmentDataStreamed",
			Names: names("GetAttachmentDataStreamedBasic", "GetAttachmentDataExternalStreamed",
				"GetAttachmentDataECStreamed", "GetAttachmentDataStreamedEC"),
			Request: (*GetAttachmentData)(nil), Response: (*GetAttachmentDataStreamedResponse)(nil), Begin: begin, Handle: s.getAttachmentDataStreamed,
		},
		ping.Operation(wsdl.Basic, wsdl.WS, wsdl.EC2),
	}}
}

// errNotArchived says of what is not archived yet that it is not in the archive.
var errNotArchived = rest.Errorf(rest.NotFound, "not-archived", "There is no such element in the archive.")

// owner is how a service's owner is shown: by its code, as there are no names of
// owners.
func owner(app rest.AppID) string { return strings.ToUpper(app.Org) }

// titles are a service's; one that is no longer registered has none.
func (s *service) titles(ctx context.Context, id rest.AppID) (map[string]string, error) {
	app, err := s.core.Application(ctx, id)
	switch {
	case err == nil:
		return app.Titles, nil
	case rest.KindOf(err) == rest.NotFound:
		return nil, nil
	}
	return nil, err
}
