"""What each operation is called with, beside credentials and defaults, and what
it has to answer. Operations go by their names without Basic and External."""

from datetime import timedelta

from filler import OUT
from subjects import ENV, PERSON, STEPS, SYSTEM, form, now, reference

SERVICE, EDITION = ENV["SERVICE_CODE"], int(ENV["SERVICE_EDITION"])
BROKER = {"ExternalServiceCode": ENV["BROKER_SERVICE_CODE"], "ExternalServiceEditionCode": int(ENV["BROKER_SERVICE_EDITION"])}
STEPS_SERVICE = {"externalServiceCode": STEPS["code"], "externalServiceEditionCode": STEPS["edition"]}


def common():
    """Values by the element's name, in lower case, wherever it occurs."""
    return {
        "systemusername": ENV["SYSTEM_USER"],
        "systempassword": ENV["SYSTEM_PASSWORD"],
        **{name.lower(): value for name, value in PERSON.items()},
        "reportee": ENV["ORG"],
        "reporteenumber": ENV["ORG"],
        "externalservicecode": SERVICE,
        "servicecode": SERVICE,
        "externalserviceeditioncode": EDITION,
        "serviceedition": EDITION,
        "dataformatid": ENV["DATA_FORMAT_ID"],
        "dataformatversion": int(ENV["DATA_FORMAT_VERSION"]),
        "formdata": form(),
        "languageid": 1044,
        "fromdate": now() - timedelta(days=365),
        "datefrom": now() - timedelta(days=365),
        "minsentdatetime": now() - timedelta(days=365),
        "todate": now() + timedelta(days=1),
        "dateto": now() + timedelta(days=1),
        "maxsentdatetime": now() + timedelta(days=1),
        "filename": "zeep.txt",
        "referencetype": "SendersReference",
        "referencetypename": "SendersReference",
        "receipttypename": "FormTask",
        "receiptstatus": "OK",
        "receiptstatuscode": "OK",
        "filestatus": "Uploaded",
    }


# What the receipt's searches leave out, so that they are by id.
BY_ID = {"References": OUT}
# What a search for everything of the reportee leaves out: what narrows it.
NARROWING = ("SearchString", "SearchName", "ArchiveReference", "ServiceOwnerCode", "ServiceCodeList", "ToBeProcessed", "ToBeProcessedByOthers", "SentAndArchived")
EVERYTHING = {name: OUT for name in (*NARROWING, "RecievedMessages")}
EVERYTHING_V2 = {name: OUT for name in (*NARROWING, "CaseID", "CollectionPages", "EDialogue")}


def shipment():
    return {
        "Forms/Form/Completed": True, "ParentReference": OUT, "ExternalShipmentReference": reference(),
        "CaseID": OUT, "EncryptedKey": OUT, "Users": OUT, "UserDefinedNumberOfSignaturesRequired": 0,
        "AttachmentTypeName": OUT, "Checksum": OUT,
    }


CALLS = {
    "Test": lambda s: {},
    "GetAuthenticationChallenge": lambda s: {},
    # IntermediaryInbound
    "SubmitFormTask": lambda s: shipment(),
    "GetAltinnSubmissionStatus": lambda s: {},
    "UpdateFormData": lambda s: update(s),
    "CompleteAndSignShipment": lambda s: {"reporteeElementId": s.to_sign()},
    "SubmitAttachmentStreamed": lambda s: {"ReporteeElementId": s.open(), "CheckSum": OUT, "AttachmentTypeName": OUT},
    # ReceiptExternal
    "GetReceipt": lambda s: {"ReceiptId": s.submitted()["ReceiptId"], **BY_ID},
    "GetReceiptV2": lambda s: {"ReceiptId": s.submitted()["ReceiptId"], **BY_ID},
    "GetReceiptList": lambda s: {},
    "GetReceiptListV2": lambda s: {},
    "SaveReceipt": lambda s: changed(s, "ReceiptSaveExternal", "ReceiptStatusCode"),
    "UpdateReceipt": lambda s: changed(s, "ReceiptSave", "ReceiptStatus"),
    # CorrespondenceExternal
    "GetCorrespondenceForEndUserSystems": lambda s: {"correspondenceID": int(ENV["CORRESPONDENCE_ID"])},
    "GetCorrespondenceForEndUserSystemsV2": lambda s: {"correspondenceID": int(ENV["CORRESPONDENCE_ID"])},
    "SaveCorrespondenceConfirmation": lambda s: {"reporteeElementID": s.message(confirm=True)},
    "ArchiveCorrespondenceForEndUserSystem": lambda s: {"CorrespondenceID": s.message()},
    "DeleteCorrespondence": lambda s: {"reporteeElementID": s.message()},
    # BrokerServiceExternal
    "InitiateBrokerService": lambda s: {**BROKER, "PartyNumber": ENV["BROKER_RECIPIENT"], "CheckSum": OUT},
    "GetAvailableFiles": lambda s: {**BROKER, "Reportee": sent_to_recipient(s)},
    "CheckIfAvailableFiles": lambda s: {**BROKER, "string": sent_to_recipient(s)},
    "UploadFileStreamed": lambda s: {"Reference": s.announced()},
    "DownloadFileStreamed": lambda s: {"fileReference": s.sent(), "reportee": ENV["BROKER_RECIPIENT"]},
    "ConfirmDownloaded": lambda s: {"fileReference": s.fetched(), "reportee": ENV["BROKER_RECIPIENT"]},
    # ReporteeArchiveExternal
    "GetArchivedFormTaskV2": lambda s: {"reporteeElementId": int(ENV["ARCHIVED_ID"])},
    "GetArchivedLookup": lambda s: {"reporteeElementId": int(ENV["LOOKUP_ID"])},
    "GetArchivedCorrespondence": lambda s: {"archiveId": s.archived_message()},
    "GetAttachmentDataV2": lambda s: {"attachmentId": int(ENV["ARCHIVED_ATTACHMENT_ID"])},
    "GetAttachmentDataStreamed": lambda s: {"attachmentId": int(ENV["ARCHIVED_ATTACHMENT_ID"])},
    # ReporteeElementList
    "GetReporteeElementList": lambda s: EVERYTHING,
    "GetReporteeElementListV2": lambda s: EVERYTHING_V2,
    "GetFormSetElements": lambda s: {"reporteeElementID": s.open()},
    "GetFormSetElementsV2": lambda s: {"reporteeElementID": s.open()},
    "GetFormSetData": lambda s: {"reporteeElementID": s.open()},
    "GetCorrespondenceListForReportee": lambda s: {},
    "GetCorrespondenceListForArchiveRef": lambda s: {"archiveReference": answered(s)},
    "DeleteReporteeElement": lambda s: {"reporteeElementCode": f"A2E{s.open()}"},
    # ServiceMetaDataExternal
    "GetAvailableServicesV2": lambda s: {},
    "GetAvailableServicesV3": lambda s: {"ServiceOwnerCode": OUT, "ServiceType": OUT},
    "GetFormTaskSchemaDefinitions": lambda s: {},
    "GetSchemaDefinitionsForFormTask": lambda s: {},
    # WorkflowServiceExternal
    "GetAvailableActionsV2": lambda s: {"reporteeElementID": s.to_sign()},
    "GetNextWorkflowStateTypeInProcessFlowV2": lambda s: {"reporteeElementID": s.to_sign()},
    "GetProcessDetailsV2": lambda s: {"reporteeElementID": s.to_sign()},
    "GetProcessDetailsV3": lambda s: {"reporteeElementID": s.to_sign()},
    "GetProcessStepIDForParallelSigning": lambda s: {"reporteeElementID": s.to_name()},
    "GetSigningText": lambda s: {**STEPS_SERVICE, "reporteeElementID": s.to_sign()},
    "PrepareUserControlledSigning": lambda s: {
        "reporteeElementID": s.to_name(), "SSN": ENV["SIGNER_SSN"], "Name": ENV["SIGNER_NAME"],
        "NumberOfSignaturesAllowed": 1, "userDefinedNumberOfSignaturesRequired": 1,
    },
    "DoSigning": lambda s: {"reporteeElementID": s.to_sign(), "selectedForms": OUT, "selectedAttachments": OUT},
    "SetBackToFormFilling": lambda s: {"reporteeElementID": s.to_sign()},
    "DoSendingInAction": lambda s: {"reporteeElementID": s.to_send()},
    # KeyManagement, PreFillEUS
    "GetCertificates": lambda s: STEPS_SERVICE,
    "GetPrefillData": lambda s: {"ExternalServiceCode": STEPS["code"], "ExternalServiceEditionCode": STEPS["edition"]},
    "GetPrefillDataV2": lambda s: {"ExternalServiceCode": STEPS["code"], "ExternalServiceEditionCode": STEPS["edition"], "DataFormatID": STEPS["format"]},
    # Case
    "InstantiateCollaboration": lambda s: {"externalSystemReference": reference(), "dueDate": now() + timedelta(days=30)},
    "GetCaseList": lambda s: {"caseID": s.case()},
    "ArchiveCase": lambda s: {"caseID": s.case()},
}

# Operations whose answers are empty.
EMPTY = {
    "Test", "DoSigning", "DoSendingInAction", "SetBackToFormFilling", "DeleteReporteeElement",
    "ConfirmDownloaded", "DeleteCorrespondence", "SaveCorrespondenceConfirmation", "PrepareUserControlledSigning",
}


def base(operation):
    """An operation's name without its flavour."""
    return operation.replace("Basic", "").replace("External", "")


def changed(s, kind, status):
    """A receipt and one below it, by their ids: their archive reference is the other way to name them."""
    of = s.submitted()
    below = {"ReceiptId": of["SubReceiptId"], status: "OK", "ReceiptText": "zeep"}
    return {"ReceiptId": of["ReceiptId"], "ArchiveReference": OUT, "SubReceipts": {kind: [below]}}


def update(s):
    number = s.open()
    elements = s.services["ReporteeElementListExternalBasic"].GetFormSetElementsBasicV2(**SYSTEM, **PERSON, reporteeElementID=number, languageID=1044)
    return {"ReporteeElementId": number, "FormId": elements[0].ItemID, "DataFormatId": STEPS["format"], "DataFormatVersion": STEPS["version"]}


def sent_to_recipient(s):
    s.sent()
    return ENV["BROKER_RECIPIENT"]


def answered(s):
    archived = s.submitted()["ArchiveReference"]
    s.message(answers=archived)
    return archived
