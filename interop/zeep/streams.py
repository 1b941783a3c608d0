"""Streamed endpoints, by zeep: an upload inline as base64, with its parameters as
SOAP headers, and a download whose content is in a part of its own."""

import uuid

from zeep import Client
from zeep.exceptions import Fault

BROKER = "/ServiceEngineExternal/BrokerServiceExternalBasic.svc"
STREAMED = "/ServiceEngineExternal/BrokerServiceExternalBasicStreamed.svc"


def run(env, checks):
    who = {"systemUserName": env["SYSTEM_USER"], "systemPassword": env["SYSTEM_PASSWORD"]}
    broker = Client(env["OVERGANG_URL"] + BROKER + "?singleWsdl").service
    streamed = Client(env["OVERGANG_URL"] + STREAMED + "?singleWsdl").service
    content = bytes(range(256)) * 4000
    reference = broker.InitiateBrokerServiceBasic(
        **who,
        brokerServiceInitiation={
            "Manifest": {
                "ExternalServiceCode": env["BROKER_SERVICE_CODE"],
                "ExternalServiceEditionCode": int(env["BROKER_SERVICE_EDITION"]),
                "Reportee": env["ORG"],
                "SendersReference": f"zeep-{uuid.uuid4()}",
            },
            "RecipientList": {"Recipient": [{"PartyNumber": env["BROKER_RECIPIENT"]}]},
        },
    )

    def upload(password):
        return streamed.UploadFileStreamedBasic(
            DataStream=content,
            _soapheaders={
                "FileName": "zeep.bin",
                "Reference": reference,
                "Reportee": env["ORG"],
                "SystemPassword": password,
                "SystemUserName": env["SYSTEM_USER"],
            },
        )

    try:
        checks.that("a wrong password in a header is a fault", False, upload("wrong"))
    except Fault as fault:
        checks.that("a wrong password in a header is a fault", fault.detail is not None, fault)
    receipt = upload(env["SYSTEM_PASSWORD"])
    receipt = getattr(receipt, "body", receipt)
    checks.that("an upload inline, with headers, is OK", receipt.ReceiptStatusCode == "OK", receipt)
    fetched = streamed.DownloadFileStreamedBasic(**who, fileReference=reference, reportee=env["BROKER_RECIPIENT"])
    checks.that("the download, in a part of its own, has the bytes that were sent", fetched == content, len(fetched))
    broker.ConfirmDownloadedBasic(**who, fileReference=reference, reportee=env["BROKER_RECIPIENT"])
