"""What the hooks of all documents share."""

import schemathesis


def within_rules(case, name):
    """Says whether a part of a request was made up within the rules."""
    for place, component in (case.meta.components if case.meta else {}).items():
        if place.name == name:
            return component.mode.is_positive
    return True


@schemathesis.hook
def filter_case(context, case):
    """Leaves out requests that break the document by a header that it does not name: HTTP has no such rule."""
    return "x-schemathesis-unknown-property" not in (case.headers or {})
