#!/usr/bin/env python3
"""Sends recorded SOAP messages again, in the order of their names, and compares
what is answered with what was recorded: replay.py DIRECTORY [ANSWERS]

docs/replay.md tells what is in the directory. The gateway is the one at
OVERGANG_TLS_URL, else OVERGANG_URL; its authority is in the file OVERGANG_CA.
Needs nothing but Python 3.9."""

import difflib
import os
import re
import ssl
import sys
import tempfile
import urllib.error
import urllib.request
from datetime import datetime, timedelta, timezone
from pathlib import Path
from xml.etree import ElementTree

# Headers that belong to the recorded connection.
CONNECTION = {"host", "content-length", "connection", "expect", "accept-encoding", "transfer-encoding", "user-agent"}
# What is of one run only, in every text.
PASSING = [
    (re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)?"), "(time)"),
    (re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"), "(guid)"),
]


def lines(path):
    """The lines of a file that say something, split at spaces; none when there is no file."""
    text = path.read_text(encoding="utf-8") if path.exists() else ""
    return [line.split() for line in text.splitlines() if line.strip() and not line.startswith("#")]


def stand_in(new, answers):
    """What a line of replace.txt puts in: $VARIABLE, MESSAGE/Element of an earlier answer, or itself."""
    if new.startswith("$"):
        return os.environ[new[1:]]
    message, slash, element = new.partition("/")
    if not slash or not (answers / f"{message}.xml").exists():
        return new
    for found in body(answers / f"{message}.xml").iter():
        if local(found.tag) == element:
            return found.text or ""
    raise LookupError(f"the answer to {message} has no {element}")


def renewed(message):
    """A message of WS with its times moved to now, and without its nonce, which was used."""
    now = datetime.now(timezone.utc)
    for name, at in (("Created", now), ("Expires", now + timedelta(minutes=5))):
        moment = at.strftime("%Y-%m-%dT%H:%M:%SZ").encode()
        message = re.sub(rb"(<(?:\w+:)?%s(?:\s[^>]*)?>)[^<]*<" % name.encode(), rb"\g<1>" + moment + b"<", message)
    return re.sub(rb"<(\w+:)?Nonce(\s[^>]*)?>[^<]*</(\w+:)?Nonce>", b"", message)


def send(message):
    """Sends a recorded HTTP request and returns the status and the body of the answer."""
    end = re.search(rb"\r?\n\r?\n", message)
    first, *headers = message[: end.start()].decode("utf-8").splitlines()
    method, path = first.split()[:2]
    base = os.environ.get("OVERGANG_TLS_URL") or os.environ["OVERGANG_URL"]
    request = urllib.request.Request(base + path, data=message[end.end() :], method=method)
    for name, value in (header.split(":", 1) for header in headers):
        if name.lower() not in CONNECTION:
            request.add_header(name, value.strip())
    context = ssl.create_default_context(cafile=os.environ.get("OVERGANG_CA")) if base.startswith("https:") else None
    try:
        with urllib.request.urlopen(request, context=context) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as refusal:  # SOAP faults are 500
        return refusal.code, refusal.read()


def local(tag):
    return tag.rsplit("}", 1)[-1]


def body(path):
    """The SOAP body of an answer; of one in parts, that of its first part."""
    text = path.read_bytes()
    start = text.index(b"<") if not text.lstrip().startswith(b"--") else text.index(b"<", text.index(b"\r\n\r\n"))
    end = re.search(rb"</(?:\w+:)?Envelope\s*>", text).end()
    envelope = ElementTree.fromstring(text[start:end])
    return next(child for child in envelope if local(child.tag) == "Body")


def meaning(element, ignored, indent=""):
    """Elements by their local names, and texts: no prefixes, namespaces, times, GUIDs, and nothing of what is ignored."""
    name, text = local(element.tag), (element.text or "").strip()
    for pattern, sign in PASSING:
        text = pattern.sub(sign, text)
    yield f"{indent}{name}: {'(ignored)' if name in ignored else text}\n"
    for child in element:
        yield from meaning(child, ignored, indent + "  ")


def main(directory, answers):
    directory, answers = Path(directory), Path(answers)
    answers.mkdir(parents=True, exist_ok=True)
    ignored = {name for line in lines(directory / "ignore.txt") for name in line}
    failed = False
    for request in sorted(directory.glob("*.http")):
        message = renewed(request.read_bytes())
        for old, new in lines(directory / "replace.txt"):
            message = message.replace(old.encode(), stand_in(new, answers).encode())
        status, content = send(message)
        answer, recorded = answers / f"{request.stem}.xml", request.with_suffix(".xml")
        answer.write_bytes(content)
        if not recorded.exists():
            print(f"     {request.stem}: {status}, {answer}")
            continue
        changes = list(difflib.unified_diff(*(list(meaning(body(path), ignored)) for path in (recorded, answer)), "recorded", "answered"))
        failed = failed or bool(changes)
        print(f"{'FAIL' if changes else 'ok  '} {request.stem}: {status}, {'not ' if changes else ''}as recorded")
        sys.stdout.writelines(changes)
    return failed


if __name__ == "__main__":
    if len(sys.argv) not in (2, 3):
        sys.exit(__doc__)
    sys.exit(main(sys.argv[1], sys.argv[2] if len(sys.argv) == 3 else tempfile.mkdtemp(prefix="answers-")))
