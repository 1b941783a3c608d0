package stories

import (
	"os"
	"strings"
	"testing"
	"time"

	"overgang/wsdl"
)

func readFile(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

const bokmaal = 1044

// search is one of the inbox that asks for everything.
func search(org string) fields { return fields{"Reportee": org} }

// inbox is the entry of the inbox by its number, or nil.
func (l *legacy) inbox(number string) *answer {
	l.t.Helper()
	return l.call("GetReporteeElementListV2", fields{"searchBE": search(l.town.env.Get("ORG")), "languageID": bokmaal}).one("ReporteeElementBEV2", "ReporteeElementId", number)
}

// receipt is a receipt by one of its references.
func (l *legacy) receipt(kind, value string) *answer {
	l.t.Helper()
	return l.call("GetReceiptV2", fields{"receipt": fields{"ReceiptId": 0,
		"References": fields{"Reference": fields{"ReferenceType": kind, "ReferenceValue": value}}}})
}

// shipment is a form with an attachment for a service.
func shipment(e interface{ Get(string) string }, prefix, reference, form, attachment string, signed bool) fields {
	s := fields{
		"Reportee": e.Get("ORG"), "ExternalShipmentReference": reference,
		"FormTasks": fields{"ServiceCode": e.Get(prefix + "SERVICE_CODE"), "ServiceEdition": e.Get(prefix + "SERVICE_EDITION"), "Forms": fields{"Form": fields{
			"Completed": true, "DataFormatId": e.Get(prefix + "DATA_FORMAT_ID"), "DataFormatVersion": e.Get(prefix + "DATA_FORMAT_VERSION"),
			"EndUserSystemReference": "skjema-1", "ParentReference": 0, "FormData": form}}},
		"Attachments": fields{"Attachment": fields{
			"Name": "lister.csv", "FileName": "lister.csv", "EndUserSystemReference": "vedlegg-1", "Encrypted": false, "AttachementData": []byte(attachment)}},
	}
	if signed {
		now := time.Now()
		s["Signatures"] = fields{"EndUserSystemReference": "signatur-1", "EndUserSystemUserId": "sigrun", "EndUserSystemVersion": "7.2",
			"EndUserSystemSignatureLogId": "logg-1", "EndUserSystemLoginDateTime": now, "EndUserSystemSignatureDateTime": now}
	}
	return s
}

// TestPayroll is interop/scenarios/payroll in every flavour.
func TestPayroll(t *testing.T) {
	everyFlavour(t, func(t *testing.T, town *town, old *legacy) {
		agency := town.agency(t, "APP")
		form, prefill := report(town.env, t)
		lists, letter := "ansatt;brutto\r\n1;40429,00\r\n", "Beregning: 13 100,70\n"

		sending := "lonn-" + string(old.flavour) // the system's own name for it
		agency.offer(sending, prefill)
		offered := old.call("GetPrefillDataV2", fields{"ReporteeNumber|reporteeNumber": town.env.Get("ORG"), "ExternalServiceCode|externalServiceCode": town.env.Get("SERVICE_CODE"),
			"ExternalServiceEditionCode|externalServiceEditionCode": town.env.Get("SERVICE_EDITION"), "returnAllFormTasks": true}).one("PrefillFormTaskv2", "SendersReference", sending)
		if offered == nil || offered.get("FormDataXML") != prefill {
			t.Fatalf("prefill: %v", offered)
		}
		if old.flavour == wsdl.Basic {
			challenge := old.call("GetAuthenticationChallenge", fields{"challengeRequest": fields{"AuthMethod": "AltinnPin", "SystemUserName": town.env.Get("SYSTEM_USER"),
				"UserSSN": town.env.Get("PERSON_SSN"), "UserPassword": town.env.Get("PERSON_PASSWORD")}})
			if challenge.get("Status") != "Ok" {
				t.Error(challenge.text)
			}
		}

		sent := old.call("SubmitFormTask", fields{"formTaskShipment": shipment(town.env, "", sending, form, lists, true)})
		again := old.call("SubmitFormTask", fields{"formTaskShipment": shipment(town.env, "", sending, form, lists, true)})
		receipt := old.receipt("ExternalShipmentReference", sending)
		if sent.status() != "OK" || again.get("ReceiptId") != sent.get("ReceiptId") || receipt.get("ReceiptId") != sent.get("ReceiptId") {
			t.Fatalf("%s\n%s\n%s", sent.text, again.text, receipt.text)
		}
		named := receipt.references()
		archived, number := named["ArchiveReference"], named["WorkFlowReference"]

		instance, content := agency.fetch(archived)
		if content["default"] != form || content["vedlegg"] != lists || instance.text("number") != number {
			t.Errorf("the agency got %v of %v", content, instance)
		}
		agency.acknowledge(instance)
		if told := old.receipt("ArchiveReference", archived); !strings.HasPrefix(told.get("ReceiptText"), "Received and confirmed") || !strings.Contains(told.get("ReceiptHistory"), receipt.get("ReceiptText")) {
			t.Error(told.text)
		}

		reply := agency.answer(archived, "Svar på lønnsmelding", letter)
		answer := reply.text("number")
		if got := old.receipt("ArchiveReference", archived).references()["ReceiversReference"]; got != answer {
			t.Errorf("the receipt names %q, want %s", got, answer)
		}
		old.reads(reply, agency, "Svar på lønnsmelding", letter)

		task := old.call("GetArchivedFormTaskV2", fields{"reporteeElementId": number, "languageID": bokmaal})
		if strings.ReplaceAll(form, "\r\n", "\n") != task.get("FormDataXML") || len(task.all("ArchivedFormTaskSigningStepBEV2")) != 1 {
			t.Error(task.text)
		}
		attachment := task.get("ArchivedAttachmentBEV2/AttachmentID")
		if got := old.call("GetAttachmentDataV2", fields{"attachmentId": attachment}); string(got.bytes("AttachmentData")) != lists {
			t.Error(got.text)
		}
		note := old.call("GetArchivedCorrespondence", fields{"archiveId": answer})
		if note.get("ArchiveReference") != archived || string(note.bytes("AttachmentData")) != letter {
			t.Error(note.text)
		}
		for _, n := range []string{number, answer} {
			if e := old.inbox(n); e == nil || e.get("Status") != "Archive" {
				t.Errorf("%s in the inbox: %v", n, e)
			}
		}
	})
}

// reads reads a message, confirms and archives it, and both sides see it.
func (l *legacy) reads(message object, agency *agency, title, letter string) {
	l.t.Helper()
	number := message.text("number")
	which := fields{"correspondenceID|reporteeElementID": number, "languageID": bokmaal}
	if e := l.inbox(number); e == nil || e.get("Status") != "NotOpenedConfirmationReq" {
		l.t.Fatalf("in the inbox: %v", e)
	}
	read := l.call("GetCorrespondenceForEndUserSystemV2", which)
	if read.get("CorrespondenceTitle") != title || string(read.bytes("AttachmentData")) != letter || agency.seen(message).text("status") != "Read" {
		l.t.Errorf("%s, %v", read.text, agency.seen(message))
	}
	l.call("SaveCorrespondenceConfirmation", fields{"reporteeElementID|correspondenceID": number})
	if got := agency.seen(message); got.text("status") != "Confirmed" {
		l.t.Errorf("confirmed: %v", got)
	}
	kept := l.call("ArchiveCorrespondenceForEndUserSystem", fields{"CorrespondenceID|correspondenceID|reporteeElementID": number})
	if got := agency.seen(message); got.text("status") != "Archived" || got.text("receiptId") != kept.get("ReceiptId") {
		l.t.Errorf("archived: %v, %s", got, kept.text)
	}
}
