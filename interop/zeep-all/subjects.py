"""What operations are called about: form sets at each step, messages, cases and
files, made anew for each call, over SOAP in Basic and over HTTP."""

import os
import time
import uuid
from datetime import datetime, timedelta, timezone

from zeep.exceptions import Fault

ENV = os.environ
SYSTEM = {"systemUserName": ENV["SYSTEM_USER"], "systemPassword": ENV["SYSTEM_PASSWORD"]}
PERSON = {"userSSN": ENV["PERSON_SSN"], "userPassword": ENV["PERSON_PASSWORD"], "userPinCode": ENV["PERSON_PIN"], "authMethod": "AltinnPin"}
# The services of registry.yaml: one to be signed, one that a person has to send in.
STEPS = {"code": "4590", "edition": 1, "format": "5901", "version": 1}
SENDING = {**STEPS, "code": "4591"}
DEMO = {
    "code": ENV["SERVICE_CODE"], "edition": int(ENV["SERVICE_EDITION"]),
    "format": ENV["DATA_FORMAT_ID"], "version": int(ENV["DATA_FORMAT_VERSION"]), "form": ENV["DEMO_FORM"],
}
# The demonstration's service that those sign whom the sender names.
TAX = {
    "code": ENV["TAX_SERVICE_CODE"], "edition": int(ENV["TAX_SERVICE_EDITION"]),
    "format": ENV["TAX_DATA_FORMAT_ID"], "version": int(ENV["TAX_DATA_FORMAT_VERSION"]), "form": ENV["TAX_DEMO_FORM"],
}


def now():
    return datetime.now(timezone.utc)


def reference():
    return f"zeep-{uuid.uuid4()}"


def form(service=DEMO):
    if "form" not in service:
        return "<skjema/>"
    with open(service["form"], encoding="utf-8") as f:
        return f.read()


class Subjects:
    def __init__(self, endpoints, session):
        self.session = session
        self.services = {e.name: e.client.service for e in endpoints if e.flavour == "Basic"}

    def ready(self):
        """Waits until the gateway knows the service of registry.yaml."""
        metadata = self.services["ServiceMetaDataExternalBasic"]
        for _ in range(600):
            try:
                return metadata.GetFormTaskSchemaDefinitionsBasic(**SYSTEM, externalServiceCode=STEPS["code"], externalServiceEditionCode=STEPS["edition"])
            except Fault:
                time.sleep(0.1)
        raise TimeoutError("the gateway does not know the imported service")

    def submitted(self, service=DEMO, completed=True):
        """Sends a form in, without a person, and returns the references of its receipt by name, and its id and that
        of the receipt below it as ReceiptId and SubReceiptId."""
        one = {
            "Completed": completed, "DataFormatId": service["format"], "DataFormatVersion": service["version"],
            "EndUserSystemReference": "form-1", "ParentReference": 0, "FormData": form(service),
        }
        receipt = self.services["IntermediaryInboundBasic"].SubmitFormTaskBasic(
            **SYSTEM,
            formTaskShipment={
                "Reportee": ENV["ORG"], "ExternalShipmentReference": reference(),
                "FormTasks": {"ServiceCode": service["code"], "ServiceEdition": service["edition"], "Forms": {"Form": [one]}},
                "IsUserDelegationLocked": False, "UserDefinedNumberOfSignaturesRequired": 0,
            },
        )
        if receipt.ReceiptStatusCode != "OK":
            raise ValueError(receipt.ReceiptText)
        found = {r.ReferenceTypeName: r.ReferenceValue for r in receipt.References.ReferenceBE}
        return {"ReceiptId": receipt.ReceiptId, "SubReceiptId": receipt.SubReceipts.ReceiptExternalBE[0].ReceiptId, **found}

    def open(self):
        """The number of a form set that is being filled in."""
        return int(self.submitted(STEPS, completed=False)["WorkFlowReference"])

    def to_sign(self):
        """The number of a form set that waits for a signature."""
        return int(self.submitted(STEPS)["WorkFlowReference"])

    def to_name(self):
        """The number of a form set whose signers are to be named."""
        return int(self.submitted(TAX)["WorkFlowReference"])

    def to_send(self):
        """The number of a form set that waits for a person to send it in."""
        return int(self.submitted(SENDING)["WorkFlowReference"])

    def message(self, answers="", confirm=False):
        """A message's number."""
        sent = self.http("POST", "/correspondence/api/v1/correspondence", {
            "recipients": [f"urn:altinn:organization:identifier-no:{ENV['ORG']}"],
            "correspondence": {
                "resourceId": ENV["APP"], "sendersReference": reference(), "answersTo": answers, "isConfirmationNeeded": confirm,
                "content": {"language": "nb", "messageTitle": "Vedtak", "messageSummary": "Kort", "messageBody": "Langt"},
            },
        })
        return sent["correspondences"][0]["number"]

    def archived_message(self):
        number = self.message()
        self.services["CorrespondenceExternalBasic"].ArchiveCorrespondenceForEndUserSystemBasic(**SYSTEM, **PERSON, CorrespondenceID=number)
        return number

    def case(self):
        return self.services["CaseExternalBasic"].InstantiateCollaborationExternalBasic(
            **SYSTEM, **PERSON, externalServiceCode=ENV["SERVICE_CODE"], externalServiceEditionCode=int(ENV["SERVICE_EDITION"]),
            reporteeNumber=ENV["ORG"], externalSystemReference=reference(), visibleDateTime=now(), dueDate=now() + timedelta(days=30),
        )

    def announced(self):
        """The reference of a file that is not sent yet."""
        return self.services["BrokerServiceExternalBasic"].InitiateBrokerServiceBasic(
            **SYSTEM,
            brokerServiceInitiation={
                "Manifest": {
                    "ExternalServiceCode": ENV["BROKER_SERVICE_CODE"], "ExternalServiceEditionCode": int(ENV["BROKER_SERVICE_EDITION"]),
                    "Reportee": ENV["ORG"], "SendersReference": reference(),
                },
                "RecipientList": {"Recipient": [{"PartyNumber": ENV["BROKER_RECIPIENT"]}]},
            },
        )

    def sent(self):
        """The reference of a file that waits for its recipient."""
        of = self.announced()
        self.services["BrokerServiceExternalBasicStreamed"].UploadFileStreamedBasic(
            DataStream=b"zeep" * 1000,
            _soapheaders={
                "FileName": "zeep.bin", "Reference": of, "Reportee": ENV["ORG"],
                "SystemPassword": ENV["SYSTEM_PASSWORD"], "SystemUserName": ENV["SYSTEM_USER"],
            },
        )
        return of

    def fetched(self):
        """The reference of a file that its recipient downloaded."""
        of = self.sent()
        self.services["BrokerServiceExternalBasicStreamed"].DownloadFileStreamedBasic(**SYSTEM, fileReference=of, reportee=ENV["BROKER_RECIPIENT"])
        return of

    def http(self, method, path, body):
        answer = self.session.request(method, ENV["OVERGANG_URL"] + path, json=body, headers={"Authorization": f"Bearer {ENV['REST_TOKEN_OWNER']}"})
        if not answer.ok:
            raise ValueError(f"{method} {path}: {answer.status_code} {answer.text}")
        return answer.json()
