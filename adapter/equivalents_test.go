package adapter_test

import (
	"strings"
	"testing"

	"github.com/goccy/go-yaml"

	"overgang/rest/api"
	"overgang/rest/api/broker"
	"overgang/rest/api/cases"
	"overgang/rest/api/correspondence"
	"overgang/rest/api/events"
	"overgang/rest/api/inbox"
	"overgang/rest/api/lookup"
	"overgang/rest/api/prefill"
	"overgang/rest/api/receipt"
)

// Paths of instances, as the party that owns them calls.
const (
	ofApp      = " /{org}/{app}/instances"
	ofInstance = ofApp + "/{owner}/{guid}"
	ofMessage  = " /correspondence/api/v1/correspondence/{correspondenceId}"
	ofTransfer = " /broker/api/v1/filetransfer/{fileTransferId}"
	messages   = "GET /correspondence/api/v1/correspondence"
	inboxes    = "GET /inbox/api/v1/inbox"
	receipts   = "GET /receipt/api/v1/receipt"
)

// equivalents are, by service and base operation, what a client calls instead
// once it migrates: methods and paths of the HTTP API, in the order of calling.
// One entry that begins with a dash is the reason why there is nothing to call.
var equivalents = map[string][]string{
	"IntermediaryInbound.SubmitFormTask":           {"POST" + ofApp},
	"IntermediaryInbound.UpdateFormData":           {"PUT" + ofInstance + "/data/{dataGuid}", "POST" + ofInstance + "/data"},
	"IntermediaryInbound.CompleteAndSignShipment":  {"PUT" + ofInstance + "/process/next"},
	"IntermediaryInbound.SubmitAttachmentStreamed": {"POST" + ofInstance + "/data"},
	"IntermediaryInbound.GetAltinnSubmissionStatus": {
		"– submissions over HTTP are final when they are answered"},

	"ReceiptExternal.GetReceipt":       {receipts + "/{receiptId}", receipts},
	"ReceiptExternal.GetReceiptV2":     {receipts + "/{receiptId}", receipts},
	"ReceiptExternal.GetReceiptList":   {receipts},
	"ReceiptExternal.GetReceiptListV2": {receipts},
	"ReceiptExternal.UpdateReceipt":    {"– a receipt's text is a note among old clients; what happens to an instance is in its events"},
	"ReceiptExternal.SaveReceipt":      {"– a receipt's text is a note among old clients; what happens to an instance is in its events"},

	"CorrespondenceExternal.GetCorrespondenceForEndUserSystem":     {"GET" + ofMessage + "/content", "GET" + ofMessage + "/attachment/{attachmentId}/download"},
	"CorrespondenceExternal.GetCorrespondenceForEndUserSystemV2":   {"GET" + ofMessage + "/content", "GET" + ofMessage + "/attachment/{attachmentId}/download"},
	"CorrespondenceExternal.SaveCorrespondenceConfirmation":        {"POST" + ofMessage + "/confirm"},
	"CorrespondenceExternal.ArchiveCorrespondenceForEndUserSystem": {"POST" + ofMessage + "/archive"},
	"CorrespondenceExternal.DeleteCorrespondence":                  {"DELETE" + ofMessage + "/purge"},

	"BrokerServiceExternal.InitiateBrokerService": {"POST /broker/api/v1/filetransfer"},
	"BrokerServiceExternal.UploadFileStreamed":    {"POST" + ofTransfer + "/upload"},
	"BrokerServiceExternal.GetAvailableFiles":     {"GET /broker/api/v1/filetransfer", "GET" + ofTransfer},
	"BrokerServiceExternal.CheckIfAvailableFiles": {"GET /broker/api/v1/filetransfer", "POST /events/api/v1/subscriptions"},
	"BrokerServiceExternal.DownloadFileStreamed":  {"GET" + ofTransfer + "/download"},
	"BrokerServiceExternal.ConfirmDownloaded":     {"POST" + ofTransfer + "/confirmdownload"},

	"ReporteeArchiveExternal.GetArchivedFormTaskV2":     {"GET" + ofInstance, "GET" + ofInstance + "/data/{dataGuid}", "GET" + ofInstance + "/process/history"},
	"ReporteeArchiveExternal.GetAttachmentDataV2":       {"GET" + ofInstance + "/data/{dataGuid}"},
	"ReporteeArchiveExternal.GetAttachmentDataStreamed": {"GET" + ofInstance + "/data/{dataGuid}"},
	"ReporteeArchiveExternal.GetArchivedCorrespondence": {"GET" + ofMessage + "/details", "GET" + ofMessage + "/content"},
	"ReporteeArchiveExternal.GetArchivedLookup":         {"GET /lookup/api/v1/lookup/{lookupId}", "GET /lookup/api/v1/lookup/{lookupId}/content"},

	"ReporteeElementList.GetReporteeElementList":             {inboxes},
	"ReporteeElementList.GetReporteeElementListV2":           {inboxes},
	"ReporteeElementList.GetFormSetElements":                 {"GET" + ofInstance, "GET" + ofInstance + "/validate"},
	"ReporteeElementList.GetFormSetElementsV2":               {"GET" + ofInstance, "GET" + ofInstance + "/validate"},
	"ReporteeElementList.GetFormSetData":                     {"GET" + ofInstance + "/data", "GET" + ofInstance + "/data/{dataGuid}"},
	"ReporteeElementList.GetCorrespondenceListForReportee":   {messages},
	"ReporteeElementList.GetCorrespondenceListForArchiveRef": {messages},
	"ReporteeElementList.DeleteReporteeElement":              {"DELETE" + ofInstance, "DELETE" + ofMessage + "/purge"},

	"ServiceMetaDataExternal.GetAvailableServicesV2":       {"GET /storage/applications"},
	"ServiceMetaDataExternal.GetAvailableServicesV3":       {"GET /storage/applications", "GET /storage/applications/{org}/{app}"},
	"ServiceMetaDataExternal.GetFormTaskSchemaDefinitions": {"GET /storage/applications/{org}/{app}/schemas/{dataType}"},

	"SystemAuthentication.GetAuthenticationChallenge": {"– bearer tokens take the place of one-time codes"},

	"WorkflowServiceExternal.DoSendingInAction":                       {"PUT" + ofInstance + "/process/next"},
	"WorkflowServiceExternal.DoSigning":                               {"PUT" + ofInstance + "/process/next"},
	"WorkflowServiceExternal.SetBackToFormFilling":                    {"PUT" + ofInstance + "/process/next"},
	"WorkflowServiceExternal.GetAvailableActionsV2":                   {"GET" + ofInstance + "/process"},
	"WorkflowServiceExternal.GetNextWorkflowStateTypeInProcessFlowV2": {"GET" + ofInstance + "/process"},
	"WorkflowServiceExternal.GetProcessDetailsV2":                     {"GET" + ofInstance + "/process/history"},
	"WorkflowServiceExternal.GetProcessDetailsV3":                     {"GET" + ofInstance + "/process/history"},
	"WorkflowServiceExternal.GetSigningText":                          {"GET /storage/applications/{org}/{app}/texts/{language}"},
	"WorkflowServiceExternal.PrepareUserControlledSigning":            {"PUT" + ofInstance + "/process/signers"},
	"WorkflowServiceExternal.GetProcessStepIDForParallelSigning":      {"GET" + ofInstance + "/process"},

	"KeyManagement.GetCertificates": {"GET /storage/applications/{org}/{app}"},

	"PreFillEUSExternal.GetPrefillData":   {"GET /prefill/api/v1/prefill"},
	"PreFillEUSExternal.GetPrefillDataV2": {"GET /prefill/api/v1/prefill"},

	"Case.GetCaseList":              {"GET /case/api/v1/case", "GET /case/api/v1/case/{number}"},
	"Case.InstantiateCollaboration": {"POST /case/api/v1/case"},
	"Case.ArchiveCase":              {"POST /case/api/v1/case/{number}/archive"},
}

// nothing is the equivalent of the operation that every service has.
const nothing = "– it asks whether the service is there"

// equivalentOf is how the documents show it.
func equivalentOf(service, base string) string {
	if base == "Test" {
		return nothing
	}
	var shown []string
	for _, e := range equivalents[service+"."+base] {
		if !strings.HasPrefix(e, "–") {
			e = "`" + e + "`"
		}
		shown = append(shown, e)
	}
	return strings.Join(shown, ", ")
}

// apis are the documents of the HTTP API's faces.
var apis = map[string][]byte{
	"storage": api.Document(), "broker": broker.Document(), "case": cases.Document(),
	"correspondence": correspondence.Document(), "events": events.Document(), "inbox": inbox.Document(), "lookup": lookup.Document(), "prefill": prefill.Document(),
	"receipt": receipt.Document(),
}

// documentedCalls are the methods and paths of every face.
func documentedCalls(t *testing.T) map[string]bool {
	t.Helper()
	calls := map[string]bool{}
	for name, raw := range apis {
		var document struct {
			Servers []struct{ URL string }
			Paths   map[string]map[string]any
		}
		if err := yaml.Unmarshal(raw, &document); err != nil || len(document.Servers) == 0 || len(document.Paths) == 0 {
			t.Fatalf("%s: %v", name, err)
		}
		base := strings.TrimSuffix(document.Servers[0].URL, "/")
		for path, methods := range document.Paths {
			for method := range methods {
				calls[strings.ToUpper(method)+" "+base+path] = true
			}
		}
	}
	return calls
}

// TestEquivalentsAreDocumented: what a migrating client is sent to is there, and
// no entry is about an operation that is not.
func TestEquivalentsAreDocumented(t *testing.T) {
	calls := documentedCalls(t)
	known := map[string]bool{}
	eachOperation(func(service, base string) { known[service+"."+base] = true })
	for operation, list := range equivalents {
		if !known[operation] {
			t.Errorf("%s: no such operation", operation)
		}
		for _, call := range list {
			if !strings.HasPrefix(call, "– ") && !calls[call] {
				t.Errorf("%s: %s is in no OpenAPI document", operation, call)
			}
		}
	}
}
