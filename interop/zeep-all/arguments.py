"""Arguments for every operation in Basic and WS. As a script it writes them for
other clients, as JSON: one object a call, about subjects that nobody used yet."""

import base64
import json
import sys
from datetime import datetime

from calls import CALLS, EMPTY, base, common
from contracts import endpoints
from filler import Filler
from subjects import Subjects


def arguments(endpoint, operation, filler, subjects):
    """The arguments and headers of a call, and the values of calls.py that have no place in either."""
    message = endpoint.operations[operation].input
    own = CALLS[base(operation)](subjects)
    body, foreign = filler.arguments(message.body.type, own)
    headers, beside = filler.arguments(message.header.type, own)
    return body, headers, sorted(set(foreign) & set(beside))


def as_json(value):
    if isinstance(value, datetime):
        return value.isoformat(timespec="milliseconds")
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    raise TypeError(f"{type(value)} in arguments")


def main():
    served = endpoints()
    subjects = Subjects(served, served[0].transport.session)
    subjects.ready()
    filler = Filler(common())
    calls = []
    for endpoint in served:
        if endpoint.flavour == "EC2":
            continue
        for operation in endpoint.operations:
            body, headers, _ = arguments(endpoint, operation, filler, subjects)
            calls.append({
                "endpoint": endpoint.name, "flavour": endpoint.flavour, "url": endpoint.url, "operation": operation,
                "arguments": body, "headers": headers, "empty": base(operation) in EMPTY,
            })
    json.dump(calls, sys.stdout, default=as_json, ensure_ascii=False, indent=1)


if __name__ == "__main__":
    main()
