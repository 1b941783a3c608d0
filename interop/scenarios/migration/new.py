"""The operations of a month, over HTTP, by the same names."""

import os
import uuid
from base64 import b64encode

from modern import Modern, organisation

ENV = os.environ
ORG, APP = ENV["ORG"], ENV["APP"]
MESSAGES = "/correspondence/api/v1/correspondence"

http = Modern(ENV["REST_TOKEN_USER"])


def base64(content):
    return b64encode(content).decode()


def prefill(reference):
    """GET /prefill/api/v1/prefill."""
    found = http.get("/prefill/api/v1/prefill", resourceId=APP, party=organisation(ORG))["prefill"]
    (offered,) = [p for p in found if p["reference"] == reference]
    return offered["forms"][0]["data"]


def submit(form, name, content):
    """POST /{org}/{app}/instances, then PUT …/process/next until it is archived."""
    data = [
        {"formId": "default", "contentType": "application/xml", "content": base64(form.encode()), "sendersReference": "1"},
        {"formId": "vedlegg", "contentType": "text/csv", "fileName": name, "content": base64(content), "sendersReference": "2"},
    ]
    made = http.post(
        f"/{APP}/instances",
        {"reportee": {"organizationNumber": ORG}, "externalShipmentReference": f"maaned-{uuid.uuid4()}", "data": data},
    )
    while not http.get(f"/{APP}/instances/{made['id']}/process")["isCompleted"]:
        http.put(f"/{APP}/instances/{made['id']}/process/next", {})
    return http.get(f"/{APP}/instances/{made['id']}")["archiveReference"]


def find(archived):
    (instance,) = http.get("/storage/instances", appId=APP, archiveReference=archived)["_embedded"]["instances"]
    return instance


def confirmed(archived):
    """GET /storage/instances?archiveReference=: whether the agency has confirmed it."""
    return bool(http.get("/storage/instances", appId=APP, archiveReference=archived, confirmed="true")["_embedded"]["instances"])


def inbox(archived):
    """GET /storage/instances and GET /correspondence, in the words of the old inbox."""
    instance, message = find(archived), answer(archived)
    titles = http.get(f"/storage/applications/{APP}")["titles"]
    statuses = {"Published": "NotOpenedConfirmationReq", "Read": "OpenedNotConfirmed", "Confirmed": "Confirmed", "Archived": "Archive"}
    return sorted(
        [
            ("FormTask", "Archive" if instance["status"]["isArchived"] else "FillIn", titles["nb"]),
            ("Correspondence", statuses[message["status"]], message["content"]["messageTitle"]),
        ]
    )


def answer(archived):
    """GET /correspondence?answersTo=: the message that answers."""
    (found,) = http.get(MESSAGES, answersTo=archived)["ids"]
    return http.get(f"{MESSAGES}/{found}")


def read(archived):
    """POST …/markasread, then the attachment."""
    message = answer(archived)
    path = f"{MESSAGES}/{message['correspondenceId']}"
    http.post(f"{path}/markasread")
    return message["content"]["messageTitle"], http.content(f"{path}/attachment/{message['content']['attachments'][0]['attachmentId']}/download")


def confirm(archived):
    """POST …/confirm."""
    http.post(f"{MESSAGES}/{answer(archived)['correspondenceId']}/confirm")


def archive(archived):
    """POST …/archive."""
    http.post(f"{MESSAGES}/{answer(archived)['correspondenceId']}/archive")


def archived_form(archived):
    """GET /storage/…/data/{id}: the form."""
    return element(archived, "default").decode()


def attachment(archived):
    """GET /storage/…/data/{id}: the attachment."""
    return element(archived, "vedlegg")


def element(archived, kind):
    (found,) = [e for e in find(archived)["data"] if e["formId"] == kind]
    return http.content(found["dataLinks"]["platform"])
