"""The main job, by zeep: submit a form as an old SOAP 1.1 client would, then
read it as a REST client would. Expects the variables of demo.env."""

import os
import re
import sys
import uuid
from datetime import datetime

import requests
from zeep import Client
from zeep.exceptions import Fault
from zeep.wsse.username import UsernameToken

import streams

ENV = os.environ
ATTACHMENT = bytes(range(256)) * 40


class Checks:
    """Counts checks and prints one line for each."""

    def __init__(self):
        self.passed = self.failed = 0

    def that(self, what, ok, seen=None):
        if ok:
            self.passed += 1
            print(f"ok   {what}")
        else:
            self.failed += 1
            print(f"FAIL {what}: {seen!r}")

    def done(self):
        print(f"zeep: {self.passed} passed, {self.failed} failed")
        sys.exit(1 if self.failed else 0)


def client(path, query):
    return Client(f"{ENV['OVERGANG_URL']}{path}?{query}")


def shipment(form, reference):
    return {
        "Reportee": ENV["ORG"],
        "ExternalShipmentReference": reference,
        "FormTasks": {
            "ServiceCode": ENV["SERVICE_CODE"],
            "ServiceEdition": int(ENV["SERVICE_EDITION"]),
            "Forms": {
                "Form": [
                    {
                        "Completed": True,
                        "DataFormatId": ENV["DATA_FORMAT_ID"],
                        "DataFormatVersion": int(ENV["DATA_FORMAT_VERSION"]),
                        "EndUserSystemReference": "form-1",
                        "ParentReference": 0,
                        "FormData": form,
                    }
                ]
            },
        },
        "Attachments": {
            "Attachment": [
                {
                    "Name": "Vedlegg",
                    "EndUserSystemReference": "attachment-1",
                    "FileName": "vedlegg.bin",
                    "Encrypted": False,
                    "AttachementData": ATTACHMENT,
                }
            ]
        },
        "Signatures": {
            "EndUserSystemReference": "signature-1",
            "EndUserSystemUserId": "zeep",
            "EndUserSystemLoginDateTime": datetime.now(),
            "EndUserSystemSignatureDateTime": datetime.now(),
            "EndUserSystemVersion": "1.0",
            "EndUserSystemSignatureLogId": "log-1",
        },
        "IsUserDelegationLocked": False,
        "UserDefinedNumberOfSignaturesRequired": 0,
    }


def references(receipt):
    return {r.ReferenceType: r.ReferenceValue for r in receipt.References.Reference}


def every_document(checks):
    """Loads each endpoint's WSDL, in whatever flavour, in both forms."""
    page = requests.get(ENV["OVERGANG_URL"] + "/").text
    urls = re.findall(r'href="([^"]+\.svc\?(?:wsdl|singleWsdl))"', page)
    failed = []
    for url in urls:
        try:
            bindings = [port.binding for service in Client(url).wsdl.services.values() for port in service.ports.values()]
            if len(bindings) != 1 or len(bindings[0].all()) < 2:
                failed.append(url)
        except Exception as error:
            failed.append(f"{url}: {error}")
    checks.that(f"{len(urls)} documents load", len(urls) >= 14 and not failed, failed)


def usernametoken(checks, receipt):
    """Finds the receipt in WS: SOAP 1.2, WS-Addressing, the system in a UsernameToken."""
    url = f"{ENV['OVERGANG_URL']}/IntermediaryExternal/ReceiptExternal.svc?singleWsdl"
    search = {"ReceiptId": receipt.ReceiptId}
    ws = Client(url, wsse=UsernameToken(ENV["SYSTEM_USER"], ENV["SYSTEM_PASSWORD"])).service
    checks.that("WS finds the receipt", ws.GetReceiptV2(receipt=search).ReceiptId == receipt.ReceiptId)
    for what, token in {"a wrong password": UsernameToken(ENV["SYSTEM_USER"], "wrong"), "no token": None}.items():
        try:
            Client(url, wsse=token).service.GetReceiptV2(receipt=search)
            checks.that(f"WS refuses {what}", False)
        except Fault as fault:
            checks.that(f"WS refuses {what}", bool(fault.subcodes), (fault.code, fault.subcodes))


def main():
    checks = Checks()
    system = {"systemUserName": ENV["SYSTEM_USER"], "systemPassword": ENV["SYSTEM_PASSWORD"]}
    person = {
        "userSSN": ENV["PERSON_SSN"],
        "userPassword": ENV["PERSON_PASSWORD"],
        "userPinCode": ENV["PERSON_PIN"],
        "authMethod": "AltinnPin",
    }
    with open(ENV["DEMO_FORM"], "rb") as f:
        form = f.read()

    authentication = client("/AuthenticationExternal/SystemAuthentication.svc", "wsdl")
    challenge = authentication.service.GetAuthenticationChallenge(
        {
            "AuthMethod": "AltinnPin",
            "SystemUserName": ENV["SYSTEM_USER"],
            "UserPassword": ENV["PERSON_PASSWORD"],
            "UserSSN": ENV["PERSON_SSN"],
        }
    )
    checks.that("challenge is Ok", challenge.Status == "Ok", challenge)
    checks.that("challenge names a code", challenge.Message.split()[2].isdigit(), challenge.Message)
    authentication.service.Test()
    checks.that("Test answers", True)

    intermediary = client("/IntermediaryExternal/IntermediaryInboundBasic.svc", "singleWsdl")
    reference = f"zeep-{uuid.uuid4()}"
    body = shipment(form.decode(), reference)
    receipt = intermediary.service.SubmitFormTaskBasic(**system, **person, formTaskShipment=body)
    checks.that("submission is OK", receipt.ReceiptStatusCode == "OK", receipt)
    found = {r.ReferenceTypeName: r.ReferenceValue for r in receipt.References.ReferenceBE}
    wanted = {"ExternalShipmentReference", "OwnerPartyReference", "PartyReference", "WorkFlowReference", "ArchiveReference"}
    checks.that("receipt is final: it has every reference", wanted <= found.keys(), found)
    checks.that("a sub-receipt per form and attachment", len(receipt.SubReceipts.ReceiptExternalBE) == 2, receipt.SubReceipts)

    again = intermediary.service.SubmitFormTaskBasic(**system, **person, formTaskShipment=body)
    checks.that("a repeated submission gets the same receipt", again.ReceiptId == receipt.ReceiptId, again)
    minutes = intermediary.service.GetAltinnSubmissionStatusBasic(**system)
    checks.that("submission status is in minutes", isinstance(minutes, int) and minutes >= 0, minutes)

    receipts = client("/IntermediaryExternal/ReceiptExternalBasic.svc", "wsdl").service
    by_id = receipts.GetReceiptBasicV2(**system, receipt={"ReceiptId": receipt.ReceiptId})
    checks.that("receipt by id", by_id.ReceiptId == receipt.ReceiptId and by_id.ReceiptStatus == "OK", by_id)
    checks.that("same references by V2", references(by_id) == found, references(by_id))
    for kind, value in found.items():
        search = {"ReceiptId": 0, "References": {"Reference": [{"ReferenceType": kind, "ReferenceValue": value}]}}
        seen = receipts.GetReceiptBasicV2(**system, receipt=search)
        checks.that(f"receipt by {kind}", seen.ReceiptId == receipt.ReceiptId, seen)

    usernametoken(checks, receipt)
    every_document(checks)

    try:
        receipts.GetReceiptBasicV2(systemUserName=ENV["SYSTEM_USER"], systemPassword="wrong", receipt={"ReceiptId": receipt.ReceiptId})
        checks.that("a wrong password is refused", False)
    except Fault as fault:
        detail = fault.detail[0] if fault.detail is not None and len(fault.detail) else None
        names = [] if detail is None else [e.tag.split("}")[1] for e in detail]
        checks.that("a wrong password is an AltinnFault", "ErrorID" in names and "AltinnErrorMessage" in names, names)

    rest = requests.Session()
    rest.headers["Authorization"] = f"Bearer {ENV['REST_TOKEN_OWNER']}"
    base = ENV["OVERGANG_URL"]
    page = rest.get(f"{base}/storage/instances", params={"appId": ENV["APP"], "archiveReference": found["ArchiveReference"]})
    listed = page.json()["_embedded"]["instances"] if page.ok else []
    checks.that("REST lists the instance", len(listed) == 1, page.text)
    instance = rest.get(listed[0]["selfLinks"]["platform"]).json()
    checks.that("REST shows it archived", instance["status"]["isArchived"], instance)
    contents = {"attachment" if e["fileName"] == "vedlegg.bin" else "form": rest.get(e["dataLinks"]["platform"]).content for e in instance["data"]}
    checks.that("the form downloads byte for byte", contents["form"] == form, len(contents["form"]))
    checks.that("the attachment downloads byte for byte", contents["attachment"] == ATTACHMENT, len(contents["attachment"]))
    confirmed = rest.post(f"{instance['selfLinks']['platform']}/confirmDownload")
    checks.that("REST confirms the download", confirmed.status_code == 200, confirmed.text)

    told = receipts.GetReceiptBasicV2(**system, receipt={"ReceiptId": receipt.ReceiptId})
    checks.that("the receipt tells of the confirmation", told.ReceiptText != by_id.ReceiptText and by_id.ReceiptText in (told.ReceiptHistory or ""), told)
    streams.run(ENV, checks)
    checks.done()


main()
