"""Subscribes to the demo's applications, submits over SOAP and over REST, and
expects the events, signed. Expects the variables of demo.env."""

import json
import os
import sys
import time
import urllib.error
import urllib.request
import uuid

from receiver import Receiver, genuine

ENV = os.environ
SUBSCRIPTIONS = "/events/api/v1/subscriptions"
SHIPMENT = "http://www.altinn.no/services/Intermediary/Shipment/IntermediaryInbound/2009/10"


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
        print(f"webhook: {self.passed} passed, {self.failed} failed")
        sys.exit(1 if self.failed else 0)


def call(method, path, body=None, token="REST_TOKEN_OWNER", headers=None):
    """Makes a call and returns the status and the decoded answer."""
    data = body if isinstance(body, bytes) or body is None else json.dumps(body).encode()
    request = urllib.request.Request(ENV["OVERGANG_URL"] + path, data=data, method=method)
    if token:
        request.add_header("Authorization", "Bearer " + ENV[token])
    if data is not None:
        request.add_header("Content-Type", "application/json")
    for name, value in (headers or {}).items():
        request.add_header(name, value)
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            status, text = answer.status, answer.read()
    except urllib.error.HTTPError as refused:
        status, text = refused.code, refused.read()
    try:
        return status, json.loads(text)
    except ValueError:
        return status, text


def shown(address, ready):
    """Asks for the subscription until it is as it will be."""
    end = time.monotonic() + 60
    while True:
        status, one = call("GET", address)
        if status != 200 or ready(one) or time.monotonic() > end:
            return one
        time.sleep(0.05)


def submit_by_soap(form):
    envelope = f"""<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body><SubmitFormTaskBasic xmlns="{SHIPMENT}">
<systemUserName>{ENV['SYSTEM_USER']}</systemUserName><systemPassword>{ENV['SYSTEM_PASSWORD']}</systemPassword>
<formTaskShipment><Reportee>{ENV['ORG']}</Reportee><ExternalShipmentReference>{uuid.uuid4()}</ExternalShipmentReference>
<FormTasks><ServiceCode>{ENV['SERVICE_CODE']}</ServiceCode><ServiceEdition>{ENV['SERVICE_EDITION']}</ServiceEdition><Forms><Form><Completed>true</Completed>
<DataFormatId>{ENV['DATA_FORMAT_ID']}</DataFormatId><DataFormatVersion>{ENV['DATA_FORMAT_VERSION']}</DataFormatVersion>
<EndUserSystemReference>f</EndUserSystemReference><ParentReference>0</ParentReference><FormData><![CDATA[{form}]]></FormData></Form></Forms></FormTasks>
</formTaskShipment></SubmitFormTaskBasic></s:Body></s:Envelope>"""
    return call(
        "POST", "/IntermediaryExternal/IntermediaryInboundBasic.svc", envelope.encode(), token=None,
        headers={"Content-Type": "text/xml; charset=utf-8", "SOAPAction": f'"{SHIPMENT}/IIntermediaryInboundExternalBasic/SubmitFormTaskBasic"'},
    )


def main():
    checks = Checks()
    org, app = ENV["APP"].split("/")
    with open(ENV["DEMO_FORM"], encoding="utf-8") as file:
        form = file.read()
    form = form[form.index("?>") + 2 :] if form.startswith("<?xml") else form
    receiver = Receiver()

    status, problem = call("POST", SUBSCRIPTIONS, {"endPoint": "https://169.254.169.254/latest/meta-data/"})
    checks.that("an address inside is refused", status == 400 and problem["code"] == "endpoint-forbidden", problem)

    status, made = call("POST", SUBSCRIPTIONS, {"endPoint": receiver.url, "resourceFilter": f"urn:altinn:resource:app_{org}_{app}", "typeFilter": "app.instance.created"})
    checks.that("subscribed", status == 201 and made["secret"].startswith("whsec_") and not made["validated"], made)
    secret, address = made["secret"], f"{SUBSCRIPTIONS}/{made['id']}"
    asked = receiver.wait("platform.events.validatesubscription")
    checks.that("the validation event came, signed", len(asked) == 1 and genuine(secret, asked[0][1], asked[0][2]), receiver.got)
    checks.that("it names the subscription", asked and asked[0][0]["source"].endswith(address), asked)
    one = shown(address, lambda s: s["validated"])
    checks.that("validated", one["state"] == "active", one)

    status, receipt = submit_by_soap(form)
    checks.that("submitted over SOAP", status == 200 and b"<ReceiptId>" in receipt or b"ReceiptId>" in receipt, receipt)
    came = receiver.wait("app.instance.created")
    checks.that("the event came, signed", len(came) == 1 and genuine(secret, came[0][1], came[0][2]), receiver.got)
    event, headers, body = came[0]
    print(f"     {body.decode()}")
    checks.that("a CloudEvent in JSON", headers["content-type"] == "application/cloudevents+json" and event["specversion"] == "1.0", event)
    checks.that("not genuine when changed", not genuine(secret, headers, body + b" "))
    status, instance = call("GET", "/storage/instances/" + event["resourceinstance"])
    checks.that("its instance can be read", status == 200 and instance["id"] == event["resourceinstance"], instance)

    status, rotated = call("POST", address + "/secret")
    checks.that("a new secret", status == 200 and rotated["secret"] != secret, status)
    status, _ = call("POST", f"/{ENV['APP']}/instances", {"reportee": {"organizationNumber": ENV["ORG"]}}, token="REST_TOKEN_USER")
    checks.that("created over REST", status == 201, status)
    came = receiver.wait("app.instance.created", 2)
    both = len(came) == 2 and all(genuine(s, came[1][1], came[1][2]) for s in (secret, rotated["secret"]))
    checks.that("its event is signed with both secrets", both, receiver.got)
    checks.that("under an id of its own", len({g[1]["webhook-id"] for g in came}) == 2, came)

    status, _ = call("GET", address, token="REST_TOKEN_USER")
    checks.that("nobody else's to see", status == 404, status)
    shown(address, lambda s: s["delivered"] == 2)  # what came is noted a moment later
    status, last = call("DELETE", address)
    checks.that("unsubscribed", status == 200 and last["delivered"] == 2 and last["deadLetters"] == 0, last)
    receiver.close()
    checks.done()


main()
