"""Arguments for an operation, from zeep's model of its message: every element,
also the optional ones, gets a value."""

from datetime import datetime, timezone
from decimal import Decimal

OUT = object()  # in place of a value: the element is left out


class Filler:
    """Fills by the element's name, else by its type.

    common holds values by name in lower case. An operation's own values go
    before them, by name or by a path such as Forms/Form/Completed: the longest
    end of the element's path that has a value wins.
    """

    def __init__(self, common):
        self.common = common

    def arguments(self, message_type, own):
        self.used = set()
        filled = self.children(message_type, (), own, ())
        return filled, sorted(own.keys() - self.used)

    def children(self, kind, path, own, inside):
        filled = {}
        for name, element in kind.elements:
            value = self.value(element, (*path, name), own, (*inside, kind))
            if value is not OUT:
                filled[name] = value
        return filled

    def value(self, element, path, own, inside):
        for start in range(len(path)):
            key = "/".join(path[start:])
            if key in own:
                self.used.add(key)
                return own[key]
        if hasattr(element.type, "elements"):
            if element.type in inside:
                return OUT  # a type within itself
            value = self.children(element.type, path, own, inside)
        elif path[-1].lower() in self.common:
            value = self.common[path[-1].lower()]
        else:
            value = by_type(element.type)
        if value is not OUT and element.accepts_multiple:
            return [value]
        return value


def by_type(kind):
    """Some value of a simple type; of an enumeration zeep knows no values, so they need a name."""
    name = kind.accepted_types[0] if kind.accepted_types else None
    if kind.name == "base64Binary" or name is bytes:
        return b"zeep"
    if kind.name in ("StreamBody",):
        return b"zeep"
    if name is bool:
        return False
    if name in (int, Decimal) or kind.name in ("int", "unsignedInt", "long", "short"):
        return 1
    if kind.name == "dateTime":
        return datetime.now(timezone.utc)
    if kind.name == "string":
        return "zeep"
    raise LookupError(f"no value for the type {kind.name}")
