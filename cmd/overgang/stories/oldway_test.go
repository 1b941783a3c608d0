package stories

import (
	"strings"
	"time"
)

// way is how a month's operations are carried out. What was sent in is known by its
// archive reference, over SOAP and over HTTP; answer is the message that answers it.
type way interface {
	prefill(reference string) string
	submit(form, lists string) (archived string)
	confirmed(archived string) bool
	inbox(archived string) string // title and status of what was sent in, and of the answer
	read(archived string) (title, letter string)
	confirm(archived string)
	archive(archived string)
	form(archived string) string
	attachment(archived string) string
}

// oldWay is SOAP, in one of the flavours.
type oldWay struct{ *legacy }

func (o oldWay) prefill(reference string) string {
	e := o.town.env
	return o.call("GetPrefillDataV2", fields{"ReporteeNumber|reporteeNumber": e.Get("ORG"), "ExternalServiceCode|externalServiceCode": e.Get("SERVICE_CODE"),
		"ExternalServiceEditionCode|externalServiceEditionCode": e.Get("SERVICE_EDITION"), "returnAllFormTasks": true}).one("PrefillFormTaskv2", "SendersReference", reference).get("FormDataXML")
}

func (o oldWay) submit(form, lists string) string {
	sent := o.call("SubmitFormTask", fields{"formTaskShipment": shipment(o.town.env, "", "maaned-"+time.Now().Format(time.RFC3339Nano), form, lists, false)})
	return sent.references()["ArchiveReference"]
}

func (o oldWay) confirmed(archived string) bool {
	return strings.HasPrefix(o.receipt("ArchiveReference", archived).get("ReceiptText"), "Received and confirmed")
}

// number is the element's, which its receipt has.
func (o oldWay) number(archived string) string {
	return o.receipt("ArchiveReference", archived).references()["WorkFlowReference"]
}

// answer is the number of the message that answers.
func (o oldWay) answer(archived string) string {
	found := o.call("GetCorrespondenceListForArchiveRef", fields{"reportee": o.town.env.Get("ORG"), "archiveReference": archived, "languageID": bokmaal,
		"fromDate": time.Now().AddDate(-1, 0, 0), "toDate": time.Now().AddDate(1, 0, 0)})
	return found.get("ReporteeElementId")
}

func (o oldWay) inbox(archived string) string {
	list := o.call("GetReporteeElementListV2", fields{"searchBE": search(o.town.env.Get("ORG")), "languageID": bokmaal})
	sent := list.one("ReporteeElementBEV2", "ReporteeElementId", o.number(archived))
	got := list.one("ReporteeElementBEV2", "ReporteeElementId", o.answer(archived))
	return sent.get("Title") + ", " + sent.get("Status") + "; " + got.get("Title") + ", " + got.get("Status")
}

func (o oldWay) read(archived string) (title, letter string) {
	got := o.call("GetCorrespondenceForEndUserSystemV2", fields{"correspondenceID|reporteeElementID": o.answer(archived), "languageID": bokmaal})
	return got.get("CorrespondenceTitle"), string(got.bytes("AttachmentData"))
}

func (o oldWay) confirm(archived string) {
	o.call("SaveCorrespondenceConfirmation", fields{"reporteeElementID|correspondenceID": o.answer(archived)})
}

func (o oldWay) archive(archived string) {
	o.call("ArchiveCorrespondenceForEndUserSystem", fields{"CorrespondenceID|correspondenceID|reporteeElementID": o.answer(archived)})
}

func (o oldWay) task(archived string) *answer {
	return o.call("GetArchivedFormTaskV2", fields{"reporteeElementId": o.number(archived), "languageID": bokmaal})
}

func (o oldWay) form(archived string) string { return o.task(archived).get("FormDataXML") }

func (o oldWay) attachment(archived string) string {
	number := o.task(archived).get("ArchivedAttachmentBEV2/AttachmentID")
	return string(o.call("GetAttachmentDataV2", fields{"attachmentId": number}).bytes("AttachmentData"))
}
