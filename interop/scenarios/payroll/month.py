"""A month of a payroll system, by zeep in the flavour Basic. The other side, the
agency that owns the service, uses the HTTP API."""

import os
import uuid
from datetime import date, datetime

import report
from agency import Agency
from legacy import LOGIN, SYSTEM, service
from tale import Tale

ENV = os.environ
ORG = ENV["ORG"]
FORM = {"DataFormatId": ENV["DATA_FORMAT_ID"], "DataFormatVersion": int(ENV["DATA_FORMAT_VERSION"])}
SERVICE = {"ServiceCode": ENV["SERVICE_CODE"], "ServiceEdition": int(ENV["SERVICE_EDITION"])}
BOKMAAL = 1044

MONTH = date.today().strftime("%Y-%m")
SHIPMENT = f"lonn-{MONTH}-{uuid.uuid4().hex[:8]}"  # the payroll system's own name for what it sends


def shipment(form, attachment):
    now = datetime.now()
    return {
        "Reportee": ORG,
        "ExternalShipmentReference": SHIPMENT,
        "FormTasks": {**SERVICE, "Forms": {"Form": [{**FORM, "Completed": True, "EndUserSystemReference": f"{SHIPMENT}-1", "ParentReference": 0, "FormData": form}]}},
        "Attachments": {
            "Attachment": [
                {"Name": "Lønnslister", "FileName": "lister.csv", "EndUserSystemReference": f"{SHIPMENT}-2", "Encrypted": False, "AttachementData": attachment}
            ]
        },
        "Signatures": {
            "EndUserSystemReference": SHIPMENT,
            "EndUserSystemUserId": "sigrun",
            "EndUserSystemLoginDateTime": now,
            "EndUserSystemSignatureDateTime": now,
            "EndUserSystemVersion": "7.2",
            "EndUserSystemSignatureLogId": SHIPMENT,
        },
        "IsUserDelegationLocked": False,
        "UserDefinedNumberOfSignaturesRequired": 0,
    }


def references(receipt):
    return {r.ReferenceType: r.ReferenceValue for r in receipt.References.Reference}


class Payroll:
    """The legacy side: one method for each thing that the system does in a month."""

    receipts = service("IntermediaryExternal/ReceiptExternalBasic")
    inbound = service("IntermediaryExternal/IntermediaryInboundBasic")
    elements = service("ServiceEngineExternal/ReporteeElementListExternalBasic")
    messages = service("ServiceEngineExternal/CorrespondenceExternalBasic")
    archive = service("ArchiveExternal/ReporteeArchiveExternalBasic")

    def challenge(self):
        request = {"AuthMethod": "AltinnPin", "SystemUserName": ENV["SYSTEM_USER"], "UserSSN": ENV["PERSON_SSN"], "UserPassword": ENV["PERSON_PASSWORD"]}
        return service("AuthenticationExternal/SystemAuthentication").GetAuthenticationChallenge(request)

    def prefill(self):
        return service("ServiceEngineExternal/PreFillEUSExternalBasic").GetPrefillDataBasicV2(
            **LOGIN, ReporteeNumber=ORG, ExternalServiceCode=SERVICE["ServiceCode"], ExternalServiceEditionCode=SERVICE["ServiceEdition"], returnAllFormTasks=True
        )

    def submit(self, form, attachment):
        return self.inbound.SubmitFormTaskBasic(**LOGIN, formTaskShipment=shipment(form, attachment))

    def receipt(self):
        search = {"ReceiptId": 0, "References": {"Reference": [{"ReferenceType": "ExternalShipmentReference", "ReferenceValue": SHIPMENT}]}}
        return self.receipts.GetReceiptBasicV2(**SYSTEM, receipt=search)

    def inbox(self, **search):
        """The inbox by element numbers."""
        found = self.elements.GetReporteeElementListBasicV2(
            **LOGIN,
            searchBE={"Reportee": ORG, "CaseID": 0, "CollectionPages": False, "EDialogue": False, "SentAndArchived": False, "ToBeProcessed": False, "ToBeProcessedByOthers": False, **search},
            languageID=BOKMAAL,
        )
        return {e.ReporteeElementId: e for e in found or []}

    def answers(self, archive_reference):
        """The messages that answer to what has the reference."""
        return self.elements.GetCorrespondenceListForArchiveRefBasic(
            **LOGIN, reportee=ORG, archiveReference=archive_reference, fromDate=datetime(2000, 1, 1), toDate=datetime(2100, 1, 1), languageID=BOKMAAL
        )

    def message(self, number):
        return self.messages.GetCorrespondenceForEndUserSystemsBasicV2(**LOGIN, correspondenceID=number, languageID=BOKMAAL)

    def confirm(self, number):
        self.messages.SaveCorrespondenceConfirmationBasic(**LOGIN, reporteeElementID=number)

    def archive_message(self, number):
        return self.messages.ArchiveCorrespondenceForEndUserSystemBasic(**LOGIN, CorrespondenceID=number)

    def archived_forms(self, number):
        return self.archive.GetArchivedFormTaskBasicV2(**LOGIN, reporteeElementId=number, languageID=BOKMAAL)

    def archived_message(self, number):
        return self.archive.GetArchivedCorrespondenceBasic(**LOGIN, archiveId=number)

    def attachment(self, number):
        return self.archive.GetAttachmentDataBasicV2(**LOGIN, attachmentId=number).AttachmentData


def main():
    tale, payroll, agency = Tale("payroll"), Payroll(), Agency()
    lists, letter = b"ansatt;brutto\r\n1;40429,00\r\n2;46456,00\r\n", f"Beregning for {SHIPMENT}: 13 100,70\n".encode()

    offered = agency.offer(ORG, SHIPMENT, report.prefill(ORG))
    tale.step(f"The agency puts prefill {offered['reference']} for {ORG} (REST)")
    found = [t for t in payroll.prefill().PreFillFormTaskBEList.PrefillFormTaskv2 if t.SendersReference == SHIPMENT]
    tale.step(f"The payroll system gets {len(found)} prefilled form of that name (GetPrefillData)")
    tale.that("it is what the agency put, character for character", [f.FormDataXML for t in found for f in t.PreFillForms.PrefillForm] == [report.prefill(ORG)], found)

    challenge = payroll.challenge()
    tale.step(f"Sigrun is asked for a code: {challenge.Message} (GetAuthenticationChallenge)")
    tale.that("the challenge is Ok", challenge.Status == "Ok", challenge)
    form = report.fill(found[0].PreFillForms.PrefillForm[0].FormDataXML, ORG, MONTH, SHIPMENT, datetime.now())
    sent = payroll.submit(form, lists)
    tale.step(f"She signs, the report goes in as {SHIPMENT}: receipt {sent.ReceiptId} (SubmitFormTask)")
    tale.that("the receipt is OK", sent.ReceiptStatusCode == "OK", sent)
    tale.that("sent again, it is the same receipt", payroll.submit(form, lists).ReceiptId == sent.ReceiptId)
    names = references(payroll.receipt())
    archived, number = names["ArchiveReference"], int(names["WorkFlowReference"])
    tale.step(f"The receipt, by the system's own reference: {archived}, element {number} (GetReceipt)")
    tale.that("the inbox has it, archived", payroll.inbox(SentAndArchived=True)[number].Status == "Archive")

    instance, contents = agency.fetch(archived)
    tale.step(f"The agency finds instance {instance['id']} with {len(contents)} files and downloads them (REST)")
    tale.that("the form, byte for byte", form.encode() in contents.values(), list(contents))
    tale.that("the attachment, byte for byte", contents.get("lister.csv") == lists, list(contents))
    agency.acknowledge(instance)
    told = payroll.receipt()
    tale.step(f"The agency confirms it; the receipt says: {told.ReceiptText} (GetReceipt)")
    tale.that("what it said before is in its history", sent.ReceiptText in (told.ReceiptHistory or ""), told)

    reply = agency.answer(ORG, archived, f"Svar på lønnsmelding {MONTH}", letter)
    tale.step(f"The agency answers with message {reply['number']}, to be confirmed (REST)")
    number_of_reply = int(references(payroll.receipt())["ReceiversReference"])
    tale.that("the receipt names the answer", number_of_reply == reply["number"], number_of_reply)
    tale.that("so does a search by the archive reference", [e.ReporteeElementId for e in payroll.answers(archived)] == [reply["number"]])
    waiting = payroll.inbox(ToBeProcessed=True)
    tale.that("the inbox says that it waits for a confirmation", waiting[reply["number"]].Status == "NotOpenedConfirmationReq", waiting.get(reply["number"]))
    message = payroll.message(reply["number"])
    tale.step(f"The payroll system reads it: {message.Correspondence.CorrespondenceTitle} (GetCorrespondence)")
    tale.that("the letter, byte for byte", [a.AttachmentData for a in message.CorrespondenceAttachments.AttachmentBEV2] == [letter], message)
    tale.that("the agency sees that it was read", agency.seen(reply)["status"] == "Read", agency.seen(reply))
    payroll.confirm(reply["number"])
    seen = agency.seen(reply)
    tale.step(f"It is confirmed; the agency sees {seen['status']} by {seen['marks']['confirmed']['by']} (SaveCorrespondenceConfirmation)")
    tale.that("the status is Confirmed", seen["status"] == "Confirmed", seen)
    kept = payroll.archive_message(reply["number"])
    seen = agency.seen(reply)
    tale.step(f"It is archived as {seen['archiveReference']}: receipt {kept.ReceiptId} (ArchiveCorrespondence)")
    tale.that("the agency sees the same receipt", seen["receiptId"] == kept.ReceiptId and seen["status"] == "Archived", seen)

    forms, note = payroll.archived_forms(number), payroll.archived_message(reply["number"])
    tale.step(f"Years later the archive has both: {number} and {note.ArchiveCorrespondenceID} (GetArchivedFormTask, GetArchivedCorrespondence)")
    tale.that("the form is the one that was sent", [f.FormDataXML for f in forms.ArchivedFormList.ArchivedFormBE] == [form], forms)
    attached = [payroll.attachment(a.AttachmentID) for a in forms.ArchivedAttachmentList.ArchivedAttachmentBEV2]
    tale.that("its attachment, too (GetAttachmentData)", attached == [lists], attached)
    tale.that("the message says what it answers to", note.ArchiveReference == archived, note.ArchiveReference)
    tale.that("and has its letter", [a.AttachmentData for a in note.CorrespondenceAttachments.AttachmentBEV2] == [letter], note)
    box = payroll.inbox(SentAndArchived=True)
    tale.that("the inbox has both in the archive", {box[number].Status, box[reply["number"]].Status} == {"Archive"}, box)
    agency.withdraw(offered)
    tale.done()


main()
