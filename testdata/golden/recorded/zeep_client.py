"""What record has zeep do: WS with a UsernameToken, as text, with nonce and
time, and with a Timestamp; a wrong password."""

import datetime
import os

from zeep import Client
from zeep.exceptions import Fault
from zeep.wsse import utils
from zeep.wsse.username import UsernameToken

ENV = os.environ
URL = ENV["OVERGANG_TLS_URL"] + "/IntermediaryExternal/ReceiptExternal.svc?singleWsdl"


def service(*token, **more):
    client = Client(URL, wsse=UsernameToken(*token, **more))
    (binding,) = client.wsdl.bindings
    return client.create_service(binding, URL.partition("?")[0])


def stamp():
    element = utils.WSU.Timestamp()
    now = datetime.datetime.now(datetime.timezone.utc)
    for name, at in (("Created", now), ("Expires", now + datetime.timedelta(minutes=5))):
        element.append(getattr(utils.WSU, name)(at.strftime("%Y-%m-%dT%H:%M:%SZ")))
    return element


user = (ENV["SYSTEM_USER"], ENV["SYSTEM_PASSWORD"])
service(*user).Test()
service(*user, timestamp_token=stamp()).Test()
for search in ({"ReceiptId": 1}, {"References": {"Reference": [{"ReferenceType": "ArchiveReference", "ReferenceValue": "AR1"}]}, "ReceiptId": 0}):
    try:
        service(*user, nonce="c2l4dGVlbiBieXRlcyBpdA==", created=datetime.datetime.now(datetime.timezone.utc)).GetReceiptV2(receipt=search)
        raise SystemExit("a receipt that is not there")
    except Fault as fault:
        print("ok  ", fault.message)
try:
    service(user[0], "wrong").Test()
    raise SystemExit("a wrong password")
except Fault as fault:
    print("ok  ", fault.message)
