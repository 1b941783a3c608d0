"""Files between enterprises, some of which have moved to the HTTP API and some
have not. Havbris and Nordlys speak SOAP (zeep, Basic), Vidde speaks REST. The
receipts tell each of them what became of a file."""

import hashlib
import os
import time
import uuid

from legacy import SYSTEM, service
from modern import Modern
from tale import Tale

ENV = os.environ
HAVBRIS, NORDLYS, VIDDE = ENV["ORG"], ENV["BROKER_RECIPIENT"], ENV["OTHER_ORG"]
SERVICE = {"ExternalServiceCode": ENV["BROKER_SERVICE_CODE"], "ExternalServiceEditionCode": int(ENV["BROKER_SERVICE_EDITION"])}
VIDDE_SYSTEM = {"systemUserName": ENV["OTHER_SYSTEM_USER"], "systemPassword": ENV["OTHER_SYSTEM_PASSWORD"]}


class Soap:
    """An enterprise with an old system."""

    files = service("ServiceEngineExternal/BrokerServiceExternalBasic")
    streams = service("ServiceEngineExternal/BrokerServiceExternalBasicStreamed")
    receipts = service("IntermediaryExternal/ReceiptExternalBasic")

    def __init__(self, party, system=SYSTEM):
        self.party, self.system = party, system

    def open(self, reference, *recipients):
        """Announces a file; returns its reference, which is the transfer's id over HTTP."""
        return self.files.InitiateBrokerServiceBasic(
            **self.system,
            brokerServiceInitiation={
                "Manifest": {**SERVICE, "Reportee": self.party, "SendersReference": reference},
                "RecipientList": {"Recipient": [{"PartyNumber": r} for r in recipients]},
            },
        )

    def upload(self, file, name, content):
        # Parameters travel as SOAP headers. zeep writes the content as base64;
        # clients that write MTOM send it in a part of its own.
        headers = {"FileName": name, "Reference": file, "Reportee": self.party, "SystemUserName": self.system["systemUserName"], "SystemPassword": self.system["systemPassword"]}
        receipt = self.streams.UploadFileStreamedBasic(DataStream=content, _soapheaders=headers)
        return getattr(receipt, "body", receipt)

    def waiting(self):
        """Whether there is something to fetch: cheap, to be asked often."""
        return self.files.CheckIfAvailableFilesBasic(**self.system, pollParameters={**SERVICE, "Recipients": {"string": [self.party]}})

    def list(self):
        found = self.files.GetAvailableFilesBasic(**self.system, searchParameters={**SERVICE, "Reportee": self.party, "FileStatus": "Uploaded"})
        return {f.FileReference: f for f in found or []}

    def download(self, file):
        return self.streams.DownloadFileStreamedBasic(**self.system, fileReference=file, reportee=self.party)

    def confirm(self, file):
        self.files.ConfirmDownloadedBasic(**self.system, fileReference=file, reportee=self.party)

    def receipt(self, reference):
        """The receipt by the sender's own reference: the sender's, or a recipient's below it."""
        search = {"ReceiptId": 0, "References": {"Reference": [{"ReferenceType": "SendersReference", "ReferenceValue": reference}]}}
        return self.receipts.GetReceiptBasicV2(**self.system, receipt=search)


class Rest:
    """An enterprise that has moved: a person of it with a token."""

    api = "/broker/api/v1/filetransfer"

    def __init__(self, party, token):
        self.party, self.http = party, Modern(token)

    def open(self, reference, *recipients):
        body = {
            "resourceId": ENV["BROKER_RESOURCE"],
            "fileName": f"{reference}.bin",
            "sendersFileTransferReference": reference,
            "sender": f"0192:{self.party}",
            "recipients": [f"0192:{r}" for r in recipients],
        }
        return self.http.post(self.api, body)["fileTransferId"]

    def upload(self, file, content):
        self.http.send("POST", f"{self.api}/{file}/upload", data=content, headers={"Content-Type": "application/octet-stream"})

    def waiting(self):
        return self.http.get(self.api, role="Recipient", recipientStatus="Initialized", resourceId=ENV["BROKER_RESOURCE"])

    def download(self, file):
        return self.http.content(f"{self.api}/{file}/download")

    def confirm(self, file):
        self.http.post(f"{self.api}/{file}/confirmdownload")

    def overview(self, file):
        return self.http.get(f"{self.api}/{file}")

    def history(self, file):
        return self.http.get(f"{self.api}/{file}/details")


def below(receipt, party):
    """A recipient's receipt below the sender's."""
    for r in receipt.SubReceipts.Receipt:
        if any(n.ReferenceType == "PartyReference" and n.ReferenceValue == party for n in r.References.Reference):
            return r
    raise LookupError(party)


def told(receipt):
    """What a receipt has told so far, the oldest first."""
    history = [line.split(" ", 1)[1] for line in reversed((receipt.ReceiptHistory or "").splitlines())]
    return [*history, receipt.ReceiptText]


def in_order(story, *words):
    """Each line has its word."""
    return len(story) == len(words) and all(word in line for word, line in zip(words, story))


def soon(done):
    for _ in range(600):
        if done():
            return True
        time.sleep(0.1)
    return False


def there(tale, havbris, nordlys, vidde):
    """Havbris sends to two: Vidde fetches over REST, Nordlys over SOAP."""
    reference, content = f"tegning-{uuid.uuid4().hex[:8]}", os.urandom(200_000)
    file = havbris.open(reference, VIDDE, NORDLYS)
    tale.step(f"Havbris announces {reference} to Vidde and Nordlys: file {file} (InitiateBrokerService)")
    tale.that("nobody sees it before it is there", file not in vidde.waiting() and file not in nordlys.list())
    sent = havbris.upload(file, "tegning.dwg", content)
    tale.step(f"Havbris uploads {len(content)} bytes: receipt {sent.ReceiptId} (UploadFileStreamed)")
    tale.that("the receipt is OK", sent.ReceiptStatusCode == "OK", sent)

    tale.step(f"Vidde finds it in its list (REST): {vidde.overview(file)['fileTransferStatus']}")
    tale.that("it is there", file in vidde.waiting())
    others = [r["recipient"] for r in vidde.overview(file)["recipients"]]
    tale.that("Vidde does not see who else got it", others == [f"0192:{VIDDE}"], others)
    tale.that("the bytes are the same", vidde.download(file) == content)
    # A download is noted once its last byte is out, which may be a moment after it was read.
    noted = soon(lambda: "downloaded" in below(havbris.receipt(reference), VIDDE).ReceiptText)
    tale.that("Havbris is told of the download", noted, havbris.receipt(reference))
    vidde.confirm(file)
    receipt = havbris.receipt(reference)
    tale.step(f"Vidde confirms (REST); its line of the receipt: {below(receipt, VIDDE).ReceiptText}")
    tale.that("Havbris still waits for Nordlys", "All recipients" not in receipt.ReceiptText, receipt.ReceiptText)

    tale.step(f"Nordlys polls: {nordlys.waiting()}, and lists {nordlys.list()[file].FileName} (CheckIfAvailableFiles, GetAvailableFiles)")
    tale.that("the bytes are the same (DownloadFileStreamed)", nordlys.download(file) == content)
    tale.that("Havbris is told of this download, too", soon(lambda: "downloaded" in below(havbris.receipt(reference), NORDLYS).ReceiptText))
    nordlys.confirm(file)
    receipt = havbris.receipt(reference)
    tale.step(f"Nordlys confirms; the receipt: {receipt.ReceiptText} (ConfirmDownloaded, GetReceipt)")
    story = told(receipt)
    tale.that("Havbris can read the whole story", in_order(story, "initiated", "Upload", "All recipients"), story)
    for party in (VIDDE, NORDLYS):
        story = told(below(receipt, party))
        tale.that(f"so it can of {party}", in_order(story, "initiated", "available", "downloaded by", "confirmed"), story)
    return reference, receipt


def back(tale, havbris, vidde, system):
    """Vidde answers over REST, Havbris fetches over SOAP."""
    reference, content = f"svar-{uuid.uuid4().hex[:8]}", os.urandom(150_000)
    file = vidde.open(reference, HAVBRIS)
    vidde.upload(file, content)
    tale.step(f"Vidde sends {reference} to Havbris: file {file} (REST)")
    tale.that("Havbris's next poll says that there is something", havbris.waiting())
    listed = havbris.list()[file]
    tale.that("the list has its name, size and reference", (listed.FileName, listed.FileSize, listed.SendersReference) == (f"{reference}.bin", len(content), reference), listed)
    tale.that("the bytes are the same (DownloadFileStreamed)", havbris.download(file) == content)
    havbris.confirm(file)
    over = vidde.history(file)
    tale.step(f"Havbris confirms (ConfirmDownloaded); Vidde sees {over['fileTransferStatus']} (REST)")
    tale.that("it has gone its whole way", [s["fileTransferStatus"] for s in over["fileTransferStatusHistory"]][-1] == "AllConfirmedDownloaded", over)
    tale.that("the checksum is the file's", over["checksum"] == hashlib.md5(content).hexdigest(), over["checksum"])
    receipt = system.receipt(reference)
    tale.that("Vidde's old system, which it still has, finds the receipt of it", "All recipients" in receipt.ReceiptText, receipt)


def main():
    tale = Tale("brokers")
    havbris, nordlys, vidde = Soap(HAVBRIS), Soap(NORDLYS), Rest(VIDDE, ENV["REST_TOKEN_SIGNER"])
    old_vidde = Soap(VIDDE, VIDDE_SYSTEM)
    reference, receipt = there(tale, havbris, nordlys, vidde)
    own = old_vidde.receipt(reference)
    tale.step(f"Vidde's old system asks for {reference}: receipt {own.ReceiptId}, below {own.ParentReceiptId} (GetReceipt)")
    tale.that("it gets its own line, and no other", own.ParentReceiptId == receipt.ReceiptId and own.ReceiptId == below(receipt, VIDDE).ReceiptId and own.SubReceipts is None, own)
    back(tale, havbris, vidde, old_vidde)
    tale.done()


main()
