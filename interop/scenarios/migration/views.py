"""Everything that is to be seen of a month, over SOAP and over HTTP."""

import hashlib
import json
import re

import new
import old
from zeep.helpers import serialize_object

# What tells one run from another: times, and numbers that are given one after the other.
PASSING = [
    (r"https?://[^/\"]+", "URL"),
    (r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d+)?(Z|\+00:00)?", "TIME"),
    (r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", "ID"),
    (r"\bAR1\d{6}\b", "AR"),
    (r"\b1\d{6}\b", "NUMBER"),
]


def masked(value):
    """The value as lines, without what is of one run only."""
    text = json.dumps(comparable(value), indent=1, ensure_ascii=False, sort_keys=True, default=shown)
    for pattern, name in PASSING:
        text = re.sub(pattern, name, text)
    return text.splitlines()


def shown(value):
    return f"{len(value)} bytes, {hashlib.sha256(value).hexdigest()}" if isinstance(value, bytes) else str(value)


def comparable(value):
    """Without what is told over SOAP only: the sender's number."""
    if isinstance(value, dict):
        return {k: comparable(v) for k, v in value.items() if k != "EndUserSystemID"}
    return [comparable(v) for v in value] if isinstance(value, list) else value


def soap(archived):
    """The receipt, the inbox, the archive."""
    number, answer = old.number_of(archived), old.answer_number(archived)
    search = {"Reportee": old.ORG, "CaseID": 0} | dict.fromkeys(["CollectionPages", "EDialogue", "SentAndArchived", "ToBeProcessed", "ToBeProcessedByOthers"], False)
    box = old.elements.GetReporteeElementListBasicV2(**old.LOGIN, searchBE=search, languageID=old.BOKMAAL)
    seen = {
        "receipt": old.get_receipt(archived),
        "inbox": [e for e in box if e.ReporteeElementId in (number, answer)],
        "elements": old.elements.GetFormSetElementsBasicV2(**old.LOGIN, reporteeElementID=number, languageID=old.BOKMAAL),
        "message": old.messages.GetCorrespondenceForEndUserSystemsBasicV2(**old.LOGIN, correspondenceID=answer, languageID=old.BOKMAAL),
        "archived form set": old.archives.GetArchivedFormTaskBasicV2(**old.LOGIN, reporteeElementId=number, languageID=old.BOKMAAL),
        "archived message": old.archives.GetArchivedCorrespondenceBasic(**old.LOGIN, archiveId=answer),
        "attachment": old.attachment(archived),
    }
    return serialize_object(seen, dict)


def rest(archived):
    """The instance with its history and content, and the message with its own."""
    instance, message = new.find(archived), new.answer(archived)
    path = f"{new.MESSAGES}/{message['correspondenceId']}"
    return {
        "instance": instance,
        "process": new.http.get(f"/storage/instances/{instance['id']}/process"),
        "content": {e["formId"]: new.http.content(e["dataLinks"]["platform"]) for e in instance["data"]},
        "message": new.http.get(f"{path}/details"),
        "letter": new.http.content(f"{path}/attachment/{message['content']['attachments'][0]['attachmentId']}/download"),
    }


def digest(content):
    return hashlib.sha256(content).hexdigest()


def agree(over_soap, over_rest):
    """What both faces tell, each in its own words, brought together: (what, over SOAP, over HTTP)."""
    receipt, instance, message = over_soap["receipt"], over_rest["instance"], over_rest["message"]
    named = {r["ReferenceType"]: r["ReferenceValue"] for r in receipt["References"]["Reference"]}
    form_set, archived = over_soap["archived form set"], over_soap["archived message"]
    box = {e["ReporteeElementType"]: e for e in over_soap["inbox"]}
    mail = over_soap["message"]["Correspondence"]
    yield "the element's number", int(named["WorkFlowReference"]), instance["number"]
    yield "its archive reference", named["ArchiveReference"], instance["archiveReference"]
    yield "that it is archived", box["FormTask"]["Status"] == "Archive", instance["status"]["isArchived"]
    yield "that the agency confirmed it", receipt["ReceiptText"].startswith("Received and confirmed"), all(e["applicationOwner"]["downloadConfirmed"] for e in instance["data"])
    yield "how many files came", len(receipt["SubReceipts"]["Receipt"]), len(instance["data"])
    yield "the form", digest(form_set["ArchivedFormList"]["ArchivedFormBE"][0]["FormDataXML"].encode()), digest(over_rest["content"]["default"])
    yield "the attachment", digest(over_soap["attachment"]), digest(over_rest["content"]["vedlegg"])
    yield "the answer's number", int(named["ReceiversReference"]), message["number"]
    yield "its title", mail["CorrespondenceTitle"], message["content"]["messageTitle"]
    yield "its status", mail["CorrespondenceStatus"], message["status"]
    yield "its archive reference", mail["ArchiveReference"], message["archiveReference"]
    yield "what it answers to", archived["ArchiveReference"], message["answersTo"]
    yield "its letter", digest(archived["CorrespondenceAttachments"]["AttachmentBEV2"][0]["AttachmentData"]), digest(over_rest["letter"])
