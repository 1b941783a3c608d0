"""Tells what happens, step by step, and counts what was checked."""

import sys


class Tale:
    def __init__(self, name):
        self.name, self.steps, self.passed, self.failed = name, 0, 0, 0

    def step(self, text):
        """Says what was just done, with the ids that one would look for."""
        self.steps += 1
        print(f"{self.steps:3}. {text}")

    def that(self, what, ok, seen=None):
        """One line for a check; a failed one shows what was seen instead."""
        if ok:
            self.passed += 1
            print(f"     ok   {what}")
        else:
            self.failed += 1
            print(f"     FAIL {what}: {seen!r}")

    def done(self):
        print(f"{self.name}: {self.passed} passed, {self.failed} failed")
        sys.exit(1 if self.failed else 0)
