"""A team moves from SOAP to HTTP, one operation at a time. The same month is
played again and again; each time one operation more goes over HTTP. After each,
everything that is to be seen of the month must be as it was in the first, over
SOAP and over HTTP."""

import difflib
import os
import uuid
from datetime import datetime

import new
import old
import report
import views
from agency import Agency
from tale import Tale

ORG = os.environ["ORG"]
OPERATIONS = ["prefill", "submit", "confirmed", "inbox", "read", "confirm", "archive", "archived_form", "attachment"]


class Team:
    """The team's program, in which some operations have moved."""

    def __init__(self, moved):
        for name in OPERATIONS:
            setattr(self, name, getattr(new if name in moved else old, name))


def month(tale, team, agency):
    """Plays the month; returns the archive reference that it is found by."""
    reference = f"forslag-{uuid.uuid4().hex[:8]}"
    lists, letter = b"ansatt;brutto\r\n1;40429,00\r\n", b"Beregning: 13 100,70\n"
    offered = agency.offer(ORG, reference, report.prefill(ORG))
    form = report.fill(team.prefill(reference), ORG, "2026-10", "oktober", datetime(2026, 11, 5, 8))
    archived = team.submit(form, "lister.csv", lists)
    instance, contents = agency.fetch(archived)
    tale.that("the agency gets form and attachment, byte for byte", sorted(contents.values()) == sorted([form.encode(), lists]), list(contents))
    before = team.confirmed(archived)
    agency.acknowledge(instance)
    tale.that("the team sees the agency's confirmation", (before, team.confirmed(archived)) == (False, True))
    agency.answer(ORG, archived, "Svar på lønnsmelding", letter)
    waiting = [("Correspondence", "NotOpenedConfirmationReq", "Svar på lønnsmelding"), ("FormTask", "Archive", "Lønnsmelding (oppdiktet)")]
    tale.that("the inbox has the answer", team.inbox(archived) == waiting, team.inbox(archived))
    tale.that("the letter is the agency's", team.read(archived) == ("Svar på lønnsmelding", letter))
    team.confirm(archived)
    team.archive(archived)
    tale.that("the archive has what was sent", (team.archived_form(archived), team.attachment(archived)) == (form, lists))
    agency.withdraw(offered)
    return archived


def same(tale, what, first, now):
    """Every line as in the first month."""
    diff = [line for line in difflib.unified_diff(first, now, lineterm="", n=0) if line[:2] not in ("--", "++", "@@")]
    tale.that(f"{what}: as in the first month, {len(now)} lines", not diff, diff)


def main():
    tale, agency, moved, first = Tale("migration"), Agency(), [], None
    for operation in [None, *OPERATIONS]:
        if operation:
            moved.append(operation)
        archived = month(tale, Team(moved), agency)
        tale.step(f"{archived}: {operation} has moved, {len(moved)} of {len(OPERATIONS)} are over HTTP" if operation else f"{archived}: all over SOAP")
        over_soap, over_rest = views.soap(archived), views.rest(archived)
        different = [(what, a, b) for what, a, b in views.agree(over_soap, over_rest) if a != b]
        tale.that("SOAP and HTTP tell the same", not different, different)
        seen = [views.masked(v) for v in (over_soap, over_rest)]
        first = first or seen
        same(tale, "over SOAP", first[0], seen[0])
        same(tale, "over HTTP", first[1], seen[1])
    tale.done()


main()
