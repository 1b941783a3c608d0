package reporteeelementlist

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
	rest.Inbox
	rest.Instances
	rest.Lifecycle
	rest.Elements
	rest.Correspondences
	rest.Cases
}

type service struct{ core Core }

// Service is the service's table. The first versions were not published in EC2,
// where the names of the second ones have no number.
func Service(core Core) soap.Service {
	s, begin := &service{core: core}, credential.Begin(core)
	row := func(base string, request, response any, handle func(context.Context, *soap.Call, any) (any, error), basic, ws, ec2 string) soap.Operation {
		names := map[wsdl.Flavour][]string{wsdl.Basic: {basic}, wsdl.WS: {ws}}
		if ec2 != "" {
			names[wsdl.EC2] = []string{ec2}
		}
		return soap.Operation{Base: base, Names: names, Request: request, Response: response, Begin: begin, Handle: handle}
	}
	return soap.Service{Name: "ReporteeElementList", Operations: []soap.Operation{
		row("GetReporteeElementList", (*GetReporteeElementList)(nil), (*GetReporteeElementListResponse)(nil), s.getReporteeElementList,
			"GetReporteeElementListBasic", "GetReporteeElementListExternal", ""),
		row("GetReporteeElementListV2", (*GetReporteeElementListV2)(nil), (*GetReporteeElementListV2Response)(nil), s.getReporteeElementListV2,
			"GetReporteeElementListBasicV2", "GetReporteeElementListExternalV2", "GetReporteeElementListEC"),
		row("GetFormSetElements", (*GetFormSetElements)(nil), (*GetFormSetElementsResponse)(nil), s.getFormSetElements,
			"GetFormSetElementsBasic", "GetFormSetElementsExternal", ""),
		row("GetFormSetElementsV2", (*GetFormSetElements)(nil), (*GetFormSetElementsResponse)(nil), s.getFormSetElements,
			"GetFormSetElementsBasicV2", "GetFormSetElementsExternalV2", "GetFormSetElementsEC"),
		row("GetFormSetData", (*GetFormSetData)(nil), (*GetFormSetDataResponse)(nil), s.getFormSetData,
			"GetFormSetDataBasic", "GetFormSetData", "GetFormSetDataEC"),
		row("DeleteReporteeElement", (*DeleteReporteeElement)(nil), (*DeleteReporteeElementResponse)(nil), s.deleteReporteeElement,
			"DeleteReporteeElementBasic", "DeleteReporteeElementExternal", "DeleteReporteeElementEC"),
		row("GetCorrespondenceListForReportee", (*GetCorrespondenceListForReportee)(nil), (*GetCorrespondenceListResponse)(nil), s.getCorrespondenceListForReportee,
			"GetCorrespondenceListForReporteeBasic", "GetCorrespondenceListForReportee", "GetCorrespondenceListForReporteeEC"),
		row("GetCorrespondenceListForArchiveRef", (*GetCorrespondenceListForArchiveRef)(nil), (*GetCorrespondenceListResponse)(nil), s.getCorrespondenceListForArchiveRef,
			"GetCorrespondenceListForArchiveRefBasic", "GetCorrespondenceListForArchiveRef", "GetCorrespondenceListForArchiveRefEC"),
		ping.Operation(wsdl.Basic, wsdl.WS, wsdl.EC2),
	}}
}

// reportee is the party of an official number. What is no number is nobody's.
func reportee(number string) rest.PartyRef {
	ref, _ := rest.RefByNumber(strings.TrimSpace(number))
	return ref
}
