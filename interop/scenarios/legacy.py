"""A legacy system: its account, and the services it calls in the flavour Basic.
zeep reads each contract from the gateway, once."""

import os
from functools import cache

from zeep import Client

URL = os.environ["OVERGANG_URL"]

SYSTEM = {"systemUserName": os.environ["SYSTEM_USER"], "systemPassword": os.environ["SYSTEM_PASSWORD"]}
# Most operations want a person, too, who logs in with a code from a letter.
LOGIN = {
    **SYSTEM,
    "userSSN": os.environ["PERSON_SSN"],
    "userPassword": os.environ["PERSON_PASSWORD"],
    "userPinCode": os.environ["PERSON_PIN"],
    "authMethod": "AltinnPin",
}


@cache
def service(path):
    """The operations at an address, such as IntermediaryExternal/ReceiptExternalBasic."""
    return Client(f"{URL}/{path}.svc?singleWsdl").service
