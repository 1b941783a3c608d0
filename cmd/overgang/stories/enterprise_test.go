package stories

import (
	"strings"
	"testing"
)

// TestEnterprise is interop/scenarios/enterprise, in every flavour: a form that must
// be signed, and an attachment that comes back in a part of its own. In EC2 the
// certificate signs, in the others a person does.
func TestEnterprise(t *testing.T) {
	everyFlavour(t, func(t *testing.T, town *town, old *legacy) {
		agency := town.agency(t, "SIGNED_APP")
		form := readFile(t, town.env.Get("SIGNED_DEMO_FORM"))
		measured := strings.Repeat("\x00måling\xff", 30_000)
		signed := shipment(town.env, "SIGNED_", "energi-"+string(old.flavour), form, measured, true)
		sent := old.call("SubmitFormTask", fields{"formTaskShipment": signed})
		if sent.status() != "OK" {
			t.Fatal(sent.text)
		}
		named := old.call("GetReceiptV2", fields{"receipt": fields{"ReceiptId": sent.get("ReceiptId")}}).references()
		archived, number := named["ArchiveReference"], named["WorkFlowReference"]
		if _, content := agency.fetch(archived); content["default"] != form || content["vedlegg"] != measured {
			t.Errorf("the agency got %d and %d bytes", len(content["default"]), len(content["vedlegg"]))
		}

		waiting := fields{"searchBE": fields{"Reportee": town.env.Get("ORG"), "ToBeProcessed": true}, "languageID": bokmaal}
		before := len(old.call("GetReporteeElementListV2", waiting).all("ReporteeElementBEV2"))
		message := agency.answer(archived, "Svar på energistatistikk", "Takk.\n")
		if after := len(old.call("GetReporteeElementListV2", waiting).all("ReporteeElementBEV2")); after != before+1 {
			t.Errorf("%d elements wait after the answer, %d before", after, before)
		}
		old.reads(message, agency, "Svar på energistatistikk", "Takk.\n")

		task := old.call("GetArchivedFormTaskV2", fields{"reporteeElementId": number, "languageID": bokmaal})
		step := task.all("ArchivedFormTaskSigningStepBEV2")
		if len(step) != 1 || step[0].get("IsSigningAllRequired") != "YES" {
			t.Error(task.text)
		}
		attachment := fields{"attachmentId": task.get("ArchivedAttachmentBEV2/AttachmentID")}
		if got := old.call("GetAttachmentDataV2", attachment).bytes("AttachmentData"); string(got) != measured {
			t.Errorf("%d bytes of the attachment", len(got))
		}
		if got := old.call("GetAttachmentDataStreamed", attachment).file; string(got) != measured {
			t.Errorf("%d bytes of the attachment in a part of its own", len(got))
		}
	})
}
