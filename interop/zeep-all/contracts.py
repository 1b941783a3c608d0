"""The endpoints of the gateway, as zeep loads them."""

import os
import re
from datetime import datetime, timedelta, timezone

import requests
from lxml import etree
from zeep import Client, Settings
from zeep.transports import Transport
from zeep.wsse.username import UsernameToken
from zeep.wsse.utils import WSU

from schemas import Schemas

ENV = os.environ
WSDL = "{http://schemas.xmlsoap.org/wsdl/}"


class Recording(Transport):
    """Keeps the last message that was sent, and what was answered."""

    def post(self, address, message, headers):
        self.sent = message
        self.answered = super().post(address, message, headers)
        return self.answered


class Stamped(UsernameToken):
    """A UsernameToken after a Timestamp of five minutes, which the policy of WS includes."""

    def apply(self, envelope, headers):
        now = datetime.now(timezone.utc)
        moments = [f"{at:%Y-%m-%dT%H:%M:%S}.{at.microsecond // 1000:03}Z" for at in (now, now + timedelta(minutes=5))]
        self.timestamp_token = WSU.Timestamp(WSU.Created(moments[0]), WSU.Expires(moments[1]))
        return super().apply(envelope, headers)


class Endpoint:
    """One endpoint: its flavour, its operations as zeep binds them and, for comparison, as the document names them."""

    def __init__(self, path, session):
        self.name = path.rsplit("/", 1)[1].removesuffix(".svc")
        self.flavour = "EC2" if "EC2" in path else "Basic" if "Basic" in path or "SystemAuthentication" in path else "WS"
        secured = self.flavour != "Basic"
        self.url = (ENV["OVERGANG_TLS_URL"] if secured else ENV["OVERGANG_URL"]) + path
        self.transport = Recording(session=session)
        token = Stamped(ENV["SYSTEM_USER"], ENV["SYSTEM_PASSWORD"]) if secured else None
        self.client = Client(self.url + "?wsdl", wsse=token, transport=self.transport, settings=Settings(strict=True))
        bindings = [port.binding for service in self.client.wsdl.services.values() for port in service.ports.values()]
        if len(bindings) != 1:
            raise LookupError(f"{self.url} has {len(bindings)} ports")
        self.operations = bindings[0].all()
        self.schemas = Schemas(session, self.url)
        single = etree.fromstring(session.get(self.url + "?singleWsdl").content)
        self.published = {operation.get("name") for operation in single.iter(WSDL + "operation") if operation.getparent().tag == WSDL + "portType"}

    def call(self, name, arguments, headers):
        """The answer, as zeep parses it."""
        return self.client.service[name](**arguments, **({"_soapheaders": headers} if headers else {}))

    def findings(self):
        """What the schemas have against the last call and its answer."""
        answer = self.transport.answered
        return [f"sent: {wrong}" for wrong in self.schemas.findings(self.transport.sent, "text/xml")] + [
            f"answered: {wrong}" for wrong in self.schemas.findings(answer.content, answer.headers["Content-Type"])
        ]


def endpoints():
    """All that the gateway's first page lists, in its order."""
    session = requests.Session()
    session.verify, session.trust_env = ENV["OVERGANG_CA"], False
    page = session.get(ENV["OVERGANG_URL"] + "/").text
    base = re.escape(ENV["OVERGANG_URL"])
    return [Endpoint(path, session) for path in re.findall(rf'href="{base}(/[^"]+\.svc)\?singleWsdl"', page)]
