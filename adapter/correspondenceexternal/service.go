package correspondenceexternal

import (
	"context"
	"io"

	"overgang/adapter/credential"
	"overgang/adapter/ping"
	"overgang/rest"
	"overgang/soap"
	"overgang/soap/codec"
	"overgang/wsdl"
)

// Core is what the service needs of the core.
type Core interface {
	rest.Accounts
	rest.Registry
	rest.Correspondences
}

type service struct{ core Core }

// names are an operation's in each flavour; "" = it was not published there.
func names(basic []string, ws, ec2 string) map[wsdl.Flavour][]string {
	m := map[wsdl.Flavour][]string{wsdl.Basic: basic, wsdl.WS: {ws}}
	if ec2 != "" {
		m[wsdl.EC2] = []string{ec2}
	}
	return m
}

// Service is the service's table. EC2 has but one way to get a message, with
// the second version's answer, and none to delete one.
func Service(core Core) soap.Service {
	s, begin := &service{core: core}, credential.Begin(core)
	return soap.Service{Name: "CorrespondenceExternal", Operations: []soap.Operation{
		{
			Base:    "GetCorrespondenceForEndUserSystem",
			Names:   names([]string{"GetCorrespondenceForEndUserSystemsBasic"}, "GetCorrespondenceForEndUserSystemsExternal", ""),
			Request: (*GetCorrespondence)(nil), Response: (*GetCorrespondenceResponse)(nil), Begin: begin, Handle: s.getCorrespondence,
		},
		{
			Base: "GetCorrespondenceForEndUserSystemV2",
			Names: names([]string{"GetCorrespondenceForEndUserSystemsBasicV2", "GetCorrespondenceForEndUserSystemBasicV2"},
				"GetCorrespondenceForEndUserSystemsExternalV2", "GetCorrespondenceForEndUserSystemsEC"),
			Request: (*GetCorrespondenceV2)(nil), Response: (*GetCorrespondenceV2Response)(nil), Begin: begin, Handle: s.getCorrespondenceV2,
		},
		{
			Base: "ArchiveCorrespondenceForEndUserSystem",
			Names: names([]string{"ArchiveCorrespondenceForEndUserSystemBasic"},
				"ArchiveCorrespondenceForEndUserSystemExternal", "ArchiveCorrespondenceForEndUserSystemEC"),
			Request: (*ArchiveCorrespondence)(nil), Response: (*ArchiveCorrespondenceResponse)(nil), Begin: begin, Handle: s.archiveCorrespondence,
		},
		{
			Base: "SaveCorrespondenceConfirmation",
			Names: names([]string{"SaveCorrespondenceConfirmationBasic"},
				"SaveCorrespondenceConfirmationExternal", "SaveCorrespondenceConfirmationEC"),
			Request: (*SaveConfirmation)(nil), Response: (*SaveConfirmationResponse)(nil), Begin: begin, Handle: s.saveConfirmation,
		},
		{
			Base:    "DeleteCorrespondence",
			Names:   names([]string{"DeleteCorrespondenceBasic"}, "DeleteCorrespondenceExternal", ""),
			Request: (*DeleteCorrespondence)(nil), Response: (*DeleteCorrespondenceResponse)(nil), Begin: begin, Handle: s.deleteCorrespondence,
		},
		ping.Operation(wsdl.Basic, wsdl.WS, wsdl.EC2),
	}}
}

// find is the message of a number. Old numbers are 32 bits; none is 0.
func (s *service) find(ctx context.Context, call *soap.Call, number int32) (*rest.Correspondence, error) {
	return s.core.CorrespondenceByNumber(ctx, credential.Of(call), number)
}

// data is an attachment's content, opened once the answer comes to it.
func (s *service) data(ctx context.Context, call *soap.Call, m *rest.Correspondence, a *rest.Attachment) *codec.Inline {
	message, attachment, caller := m.ID, a.ID, credential.Of(call)
	return &codec.Inline{Size: a.Content.Size, Open: func() (io.ReadCloser, error) {
		_, r, err := s.core.CorrespondenceContent(ctx, caller, message, attachment)
		return r, err
	}}
}
