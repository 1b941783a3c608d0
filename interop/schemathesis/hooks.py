"""Gives schemathesis something to talk about: of the requests that it makes up
within the rules, most get the ids of instances that there are, and lose what no
schema can forbid, such as two names for one thing. What it makes up against the
rules is left as it is. Counts which operations were ever carried out."""

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
ORG, APP = os.environ["APP"].split("/")
OWNER = os.environ["ORG"]
AUTHORIZATION = {"Authorization": f"Bearer {os.environ['REST_TOKEN_OWNER']}"}

chance = random.Random(1)
lock = threading.Lock()
answers = defaultdict(Counter)
kept = []  # instances that reading requests share

with open(os.environ["DEMO_FORM"], "rb") as f:
    FORM = f.read()

# Twice the same thing, by one name of either vocabulary: the API wants one of them.
TWINS = [
    ("dueDateTime", "dueBefore"), ("visibleDateTime", "visibleAfter"), ("instanceOwnerId", "instanceOwner.partyId"),
    ("workflow.currentStep", "process.currentTask"), ("workflow.isCompleted", "process.isComplete"),
    ("status.isMarkedForHardDelete", "status.isHardDeleted"), ("search", "searchString"),
]


def instance():
    """Makes an instance with a form and an attachment, as the application's owner."""
    files = [
        ("instance", (None, json.dumps({"reportee": {"organizationNumber": OWNER}}), "application/json")),
        ("vedlegg", ("a.txt", b"hei", "text/plain")),
        ("default", ("skjema.xml", FORM, "application/xml")),
    ]
    answer = requests.post(f"{BASE}/{ORG}/{APP}/instances", files=files, headers=AUTHORIZATION, timeout=60)
    answer.raise_for_status()
    return answer.json()


def confirmable(i):
    for element in i["data"]:
        requests.get(f"{BASE}/storage/instances/{i['id']}/data/{element['id']}", headers=AUTHORIZATION, timeout=60)
    return i


def subject(case):
    """Finds the instance for a request: its own for one that changes it."""
    if case.method.upper() != "GET":
        i = instance()
        return confirmable(i) if case.path.endswith(("/complete", "/confirmDownload")) else i
    with lock:
        if len(kept) < 3:
            kept.append(instance())
        return chance.choice(kept)


def single(values):
    for one, other in TWINS:
        if one in values and other in values:
            del values[chance.choice((one, other))]


@schemathesis.hook
def before_call(context, case, **kwargs):
    if chance.random() < 0.2:  # some ids stay made up
        return
    path = case.path_parameters or {}
    if path and within_rules(case, "PATH"):
        fixed = {"org": ORG, "app": APP, "language": "nb", "dataType": "default"}
        if "guid" in path:
            i = subject(case)
            fixed["owner"], fixed["guid"] = i["id"].split("/")
            fixed["dataGuid"] = i["data"][0]["id"]
        case.path_parameters = {name: fixed.get(name, value) for name, value in path.items()}
    if case.query and within_rules(case, "QUERY"):
        single(case.query)
        if case.path.endswith("/data") and case.method.upper() == "POST":
            case.query = {"formId": "vedlegg"}
        for name in ("cursor", "continuationToken", "page", "org", "appId", "after"):
            case.query.pop(name, None)  # made up, these are nothing that there is
        if case.headers:
            for name in ("X-Instance-Owner", "X-Ai-InstanceOwnerIdentifier"):
                if "instanceOwnerId" in case.query or "instanceOwner.partyId" in case.query or name == "X-Ai-InstanceOwnerIdentifier":
                    case.headers.pop(name, None)
    if case.headers and within_rules(case, "HEADER") and chance.random() < 0.8:
        for name in ("If-Match", "Idempotency-Key", "Prefer"):
            case.headers.pop(name, None)
    if within_rules(case, "BODY"):
        body(case)


def body(case):
    """Mends what no schema can forbid."""
    if isinstance(case.body, dict):
        single(case.body)
        described = case.body.get("instance") if isinstance(case.body.get("instance"), dict) else case.body
        if case.path.endswith("/instances"):
            for name in ("reportee", "instanceOwner", "instanceOwnerId", "data", "externalShipmentReference"):
                described.pop(name, None)
            single(described)
            described["reportee"] = {"organizationNumber": OWNER}
        if case.path.endswith("/process/next"):
            case.body = {"action": "complete"}
    elif case.media_type == "*/*":
        case.body = case.body or b"x"


@schemathesis.hook
def after_call(context, case, response):
    with lock:
        answers[case.operation.label][response.status_code] += 1


@atexit.register
def report():
    """Says what was carried out, for the run script to judge."""
    carried = [label for label, seen in answers.items() if any(s < 300 for s in seen)]
    calls = sum(sum(seen.values()) for seen in answers.values())
    done = sum(n for seen in answers.values() for s, n in seen.items() if s < 300)
    with open(os.environ["CARRIED_OUT"], "w", encoding="utf-8") as f:
        f.write(f"{len(carried)} {len(answers)} {done} {calls}\n")
        for label in sorted(set(answers) - set(carried)):
            f.write(f"never carried out: {label} {dict(answers[label])}\n")
