"""The operations of a month, over SOAP: the flavour Basic."""

import os
import uuid
from datetime import datetime

from legacy import LOGIN, SYSTEM, service

ENV = os.environ
ORG = ENV["ORG"]
BOKMAAL = 1044
EVER = {"fromDate": datetime(2000, 1, 1), "toDate": datetime(2100, 1, 1)}

receipts = service("IntermediaryExternal/ReceiptExternalBasic")
inbound = service("IntermediaryExternal/IntermediaryInboundBasic")
elements = service("ServiceEngineExternal/ReporteeElementListExternalBasic")
messages = service("ServiceEngineExternal/CorrespondenceExternalBasic")
archives = service("ArchiveExternal/ReporteeArchiveExternalBasic")
prefills = service("ServiceEngineExternal/PreFillEUSExternalBasic")


def prefill(reference):
    """GetPrefillData: the prefilled form of a name."""
    found = prefills.GetPrefillDataBasicV2(
        **LOGIN, ReporteeNumber=ORG, ExternalServiceCode=ENV["SERVICE_CODE"], ExternalServiceEditionCode=int(ENV["SERVICE_EDITION"]), returnAllFormTasks=True
    )
    (task,) = [t for t in found.PreFillFormTaskBEList.PrefillFormTaskv2 if t.SendersReference == reference]
    return task.PreFillForms.PrefillForm[0].FormDataXML


def submit(form, name, content):
    """SubmitFormTask: sends a form with an attachment; returns the archive reference."""
    task = {
        "ServiceCode": ENV["SERVICE_CODE"],
        "ServiceEdition": int(ENV["SERVICE_EDITION"]),
        "Forms": {
            "Form": [
                {"Completed": True, "DataFormatId": ENV["DATA_FORMAT_ID"], "DataFormatVersion": int(ENV["DATA_FORMAT_VERSION"]), "EndUserSystemReference": "1", "ParentReference": 0, "FormData": form}
            ]
        },
    }
    attachment = {"Name": name, "FileName": name, "EndUserSystemReference": "2", "Encrypted": False, "AttachementData": content}
    receipt = inbound.SubmitFormTaskBasic(
        **LOGIN,
        formTaskShipment={
            "Reportee": ORG,
            "ExternalShipmentReference": f"maaned-{uuid.uuid4()}",
            "FormTasks": task,
            "Attachments": {"Attachment": [attachment]},
            "IsUserDelegationLocked": False,
            "UserDefinedNumberOfSignaturesRequired": 0,
        },
    )
    return {r.ReferenceTypeName: r.ReferenceValue for r in receipt.References.ReferenceBE}["ArchiveReference"]


def get_receipt(archived):
    search = {"ReceiptId": 0, "References": {"Reference": [{"ReferenceType": "ArchiveReference", "ReferenceValue": archived}]}}
    return receipts.GetReceiptBasicV2(**SYSTEM, receipt=search)


def confirmed(archived):
    """GetReceipt: whether the agency has confirmed it."""
    return "confirmed" in get_receipt(archived).ReceiptText


def inbox(archived):
    """GetReporteeElementList: what belongs to the reference, (type, status, title)."""
    search = {"Reportee": ORG, "CaseID": 0}
    search |= dict.fromkeys(["CollectionPages", "EDialogue", "SentAndArchived", "ToBeProcessed", "ToBeProcessedByOthers"], False)
    wanted = {answer_number(archived), number_of(archived)}
    found = elements.GetReporteeElementListBasicV2(**LOGIN, searchBE=search, languageID=BOKMAAL)
    return sorted((e.ReporteeElementType, e.Status, e.Title) for e in found if e.ReporteeElementId in wanted)


def number_of(archived):
    """The element number: the receipt has it."""
    (number,) = [r.ReferenceValue for r in get_receipt(archived).References.Reference if r.ReferenceType == "WorkFlowReference"]
    return int(number)


def answer_number(archived):
    """GetCorrespondenceListForArchiveRef: the number of the message that answers."""
    (answer,) = elements.GetCorrespondenceListForArchiveRefBasic(**LOGIN, reportee=ORG, archiveReference=archived, **EVER, languageID=BOKMAAL)
    return answer.ReporteeElementId


def read(archived):
    """GetCorrespondence: the answer's title and letter; it has been read then."""
    message = messages.GetCorrespondenceForEndUserSystemsBasicV2(**LOGIN, correspondenceID=answer_number(archived), languageID=BOKMAAL)
    return message.Correspondence.CorrespondenceTitle, message.CorrespondenceAttachments.AttachmentBEV2[0].AttachmentData


def confirm(archived):
    """SaveCorrespondenceConfirmation."""
    messages.SaveCorrespondenceConfirmationBasic(**LOGIN, reporteeElementID=answer_number(archived))


def archive(archived):
    """ArchiveCorrespondence."""
    messages.ArchiveCorrespondenceForEndUserSystemBasic(**LOGIN, CorrespondenceID=answer_number(archived))


def archived_form(archived):
    """GetArchivedFormTask: the form."""
    task = archives.GetArchivedFormTaskBasicV2(**LOGIN, reporteeElementId=number_of(archived), languageID=BOKMAAL)
    return task.ArchivedFormList.ArchivedFormBE[0].FormDataXML


def attachment(archived):
    """GetAttachmentData: the attachment."""
    task = archives.GetArchivedFormTaskBasicV2(**LOGIN, reporteeElementId=number_of(archived), languageID=BOKMAAL)
    number = task.ArchivedAttachmentList.ArchivedAttachmentBEV2[0].AttachmentID
    return archives.GetAttachmentDataBasicV2(**LOGIN, attachmentId=number).AttachmentData
