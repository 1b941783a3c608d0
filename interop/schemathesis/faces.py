"""Gives schemathesis something to talk about in the newer APIs: of the requests
that it makes up within the rules, most name parties, applications and records
that there are. Counts which operations were ever carried out."""

import atexit
import json
import os
import random
import threading
from collections import Counter, defaultdict

import requests
import schemathesis

from rules import filter_case, within_rules  # noqa: F401 (the first is a hook)

BASE = os.environ["OVERGANG_URL"]
APP = os.environ["APP"]
ORG = f"urn:altinn:organization:identifier-no:{os.environ['ORG']}"
OWNER = {"Authorization": f"Bearer {os.environ['REST_TOKEN_OWNER']}"}
USER = {"Authorization": f"Bearer {os.environ['REST_TOKEN_USER']}"}

chance = random.Random(1)
lock = threading.Lock()
answers = defaultdict(Counter)
made = Counter()


def post(path, as_whom, **kwargs):
    answer = requests.post(BASE + path, headers=as_whom, timeout=60, **kwargs)
    answer.raise_for_status()
    return answer.json()


def number(what):
    with lock:
        made[what] += 1
        return made[what]


def case_number():
    """Starts a case."""
    return post("/case/api/v1/case", USER, json={"resourceId": APP, "party": ORG})["number"]


def prefill():
    """Puts prefill under one of a few references, of which a party may not have many."""
    return post("/prefill/api/v1/prefill", OWNER, json={"resourceId": APP, "party": ORG, "reference": f"s-{number('prefill') % 9}", "forms": [FORM]})["id"]


def lookup():
    """Archives an answer."""
    described = {"resourceId": APP, "party": ORG, "key": f"s-{os.getpid()}-{number('lookup')}"}
    files = [("lookup", (None, json.dumps(described), "application/json")), ("content", ("svar.pdf", b"%PDF-1.7", "application/pdf"))]
    return post("/lookup/api/v1/lookup", OWNER, files=files)["lookupId"]


def correspondence():
    """Sends a message to the organisation."""
    content = {"language": "nb", "messageTitle": "Hei"}
    sent = post("/correspondence/api/v1/correspondence", OWNER, json={"recipients": [ORG], "correspondence": {"resourceId": APP, "content": content}})
    return sent["correspondences"][0]["correspondenceId"]


BROKER = {
    "resourceId": os.environ["BROKER_RESOURCE"], "sender": f"0192:{os.environ['ORG']}", "recipients": [f"0192:{os.environ['BROKER_RECIPIENT']}"],
    "fileName": "fil.txt", "sendersFileTransferReference": "s",
}


def transfer():
    """Begins a file transfer."""
    return post("/broker/api/v1/filetransfer", USER, json=BROKER)["fileTransferId"]


def attachment():
    """Describes an attachment, whose content has not come."""
    return post("/correspondence/api/v1/attachment", OWNER, json={"resourceId": APP, "fileName": "brev.txt"})["attachmentId"]


def receipt():
    """Sends a form in, once, and finds its receipt."""
    with lock:
        if not sent:
            described = (None, json.dumps({"reportee": {"organizationNumber": os.environ["ORG"]}}), "application/json")
            with open(os.environ["DEMO_FORM"], "rb") as form:
                i = post(f"/{APP}/instances", USER, files=[("instance", described), ("default", ("skjema.xml", form, "application/xml"))])
            while not i["status"]["isArchived"]:
                requests.put(f"{BASE}/{APP}/instances/{i['id']}/process/next", headers=USER, timeout=60).raise_for_status()
                i = requests.get(f"{BASE}/{APP}/instances/{i['id']}", headers=USER, timeout=60).json()
            sent.append(i["receiptId"])
    return sent[0]


sent = []

SUBJECTS = {
    "number": case_number, "prefillId": prefill, "lookupId": lookup, "correspondenceId": correspondence,
    "fileTransferId": transfer, "attachmentId": attachment, "receiptId": receipt,
}


@schemathesis.hook
def before_call(context, case, **kwargs):
    if chance.random() < 0.2:  # some names stay made up
        return
    path = case.path_parameters or {}
    if path and within_rules(case, "PATH"):
        case.path_parameters = {name: SUBJECTS[name]() if name in SUBJECTS else value for name, value in path.items()}
    if case.query and within_rules(case, "QUERY"):
        for name in ("cursor", "after", "from", "to", "recipient", "lastChangedDateTime"):
            case.query.pop(name, None)  # made up, these are nothing that there is
        if "resourceId" in case.query:
            case.query["resourceId"] = APP
    if case.query and ("referenceType" in case.query) != ("referenceValue" in case.query) and within_rules(case, "QUERY"):
        for name in ("referenceType", "referenceValue"):
            case.query.pop(name, None)
    if case.operation.label in ("GET /inbox", "GET /receipt") and within_rules(case, "QUERY"):
        case.query = {**(case.query or {}), "party": ORG}
        (case.headers or {}).pop("X-Instance-Owner", None)
    elif case.query and "party" in case.query and within_rules(case, "QUERY"):
        case.query["party"] = ORG
    if case.headers and within_rules(case, "HEADER"):
        for name in ("If-Match", "Idempotency-Key", "Range"):
            case.headers.pop(name, None)
    if isinstance(case.body, dict) and within_rules(case, "BODY"):
        body(case.body)


FORM = {"dataFormatId": os.environ["DATA_FORMAT_ID"], "dataFormatVersion": int(os.environ["DATA_FORMAT_VERSION"]), "data": "<a/>"}
FIXED = {"resourceId": APP, "party": ORG, "recipients": [ORG]}


def body(described):
    """Names what there is in place of what was made up."""
    for name, value in FIXED.items():
        if name in described:
            described[name] = value
    if described.get("forms"):
        described.update(forms=[FORM], reference=f"s-{number('prefill') % 9}")
        for name in ("validFrom", "validTo"):
            described.pop(name, None)
    if "sender" in described and "recipients" in described and "fileName" in described:
        described.update(BROKER)
    if "lookup" in described and "content" in described:
        described["lookup"] = {"resourceId": APP, "party": ORG, "key": f"b-{number('lookup')}"}
        described["content"] = b"%PDF-1.7"
    for inner in described.values():
        if isinstance(inner, dict):
            body(inner)


@schemathesis.hook
def after_call(context, case, response):
    with lock:
        answers[case.operation.label][response.status_code] += 1


@atexit.register
def report():
    """Says what was carried out, for the run script to tell."""
    carried = [label for label, seen in answers.items() if any(s < 300 for s in seen)]
    calls = sum(sum(seen.values()) for seen in answers.values())
    with open(os.environ["CARRIED_OUT"], "w", encoding="utf-8") as f:
        f.write(f"{len(carried)} {len(answers)} {calls}\n")
        for label in sorted(set(answers) - set(carried)):
            f.write(f"never carried out: {label} {dict(answers[label])}\n")
