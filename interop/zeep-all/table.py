"""Calls every operation of every endpoint in Basic and WS with arguments for all
that it takes, and tells of each what came: an answer that zeep parsed and the
served schemas accept. Fails on faults, on operations that it does not know, and
on those it knows but are not served."""

import sys
from collections import Counter

from zeep.exceptions import Fault

from arguments import arguments
from calls import CALLS, EMPTY, base, common
from contracts import endpoints
from filler import Filler
from subjects import Subjects


# What answers tell of success, and how they do.
STATUSES = ("ReceiptStatusCode", "ReceiptStatus", "Status")
ACCEPTED = ("OK", "Ok", "PREFILLDATAFOUND")


class Row:
    """One operation of one endpoint, and what came of it."""

    def __init__(self, endpoint, operation):
        self.endpoint, self.operation = endpoint, operation
        self.outcome, self.wrong = "", []

    def call(self, filler, subjects):
        name = base(self.operation)
        if name not in CALLS:
            self.wrong.append("calls.py has no call of it")
            return
        body, headers, foreign = arguments(self.endpoint, self.operation, filler, subjects)
        if foreign:
            self.wrong.append(f"has no {', '.join(foreign)}")
        try:
            self.judge(name, self.endpoint.call(self.operation, body, headers))
        except Fault as fault:
            self.refused(fault)
        self.wrong += self.endpoint.findings()

    def judge(self, name, answer):
        self.outcome = f"answer: {shown(answer)}"
        if (answer in (None, [], b"", "")) != (name in EMPTY):
            self.wrong.append("an answer that is empty, or should be")
        for field in STATUSES:
            if getattr(answer, field, None) not in (None, *ACCEPTED):
                self.wrong.append(f"{field} is {answer[field]}")

    def refused(self, fault):
        detail = fault.detail[0] if fault.detail is not None and len(fault.detail) else None
        values = {} if detail is None else {e.tag.split("}")[1]: e.text for e in detail}
        self.outcome = f"fault {values.get('ErrorID')}: {values.get('AltinnLocalizedErrorMessage') or fault.message}"
        self.wrong.append("has to be an answer")

    def __str__(self):
        verdict = "FAIL" if self.wrong else "ok  "
        line = f"{verdict} {self.endpoint.flavour:5} {self.endpoint.name:38} {self.operation:46} {self.outcome}"
        return "\n".join([line, *(f"     {wrong}" for wrong in self.wrong)])


def shown(answer):
    """The kind of an answer, and how much is in it."""
    answer = getattr(answer, "body", answer)
    if isinstance(answer, (list, bytes, str)):
        return f"{type(answer).__name__} of {len(answer)}"
    return type(answer).__name__


def main():
    served = endpoints()
    subjects = Subjects(served, served[0].transport.session)
    subjects.ready()
    filler = Filler(common())
    rows = []
    for endpoint in served:
        bound = set(endpoint.operations)
        if bound != endpoint.published:
            rows.append(row := Row(endpoint, "*"))
            row.wrong.append(f"zeep binds {sorted(bound)}, published are {sorted(endpoint.published)}")
        if endpoint.flavour == "EC2":
            continue  # zeep makes no session of WS-SecureConversation: it loads them
        for operation in endpoint.operations:
            rows.append(row := Row(endpoint, operation))
            row.call(filler, subjects)
    for row in rows:
        print(row)
    called = {base(row.operation) for row in rows}
    unserved = sorted(CALLS.keys() - called)
    if unserved:
        print(f"FAIL nothing serves {', '.join(unserved)}")
    failed = sum(1 for row in rows if row.wrong) + len(unserved)
    counted = Counter(row.endpoint.flavour for row in rows)
    published = Counter()
    for endpoint in served:
        published[endpoint.flavour] += len(endpoint.published)
    for flavour in ("Basic", "WS"):
        print(f"{flavour}: {counted[flavour]} of {published[flavour]} operations called")
        failed += counted[flavour] != published[flavour]
    print(f"EC2: {published['EC2']} operations loaded")
    print(f"zeep-all: {len(rows) - failed} passed, {failed} failed")
    sys.exit(1 if failed else 0)


main()
