#!/usr/bin/env python3
"""Random documents and what libxml2 makes of them: make.py [SEED [COUNT]]

Prints one JSON object a line: a document, which of its elements is meant (by
the order of the document, from 0), the PrefixList, whether comments are kept,
and the exclusive canonical XML by libxml2, base64.

    testdata/c14n/make.py 1 3000 | gzip -9n > testdata/c14n/documents.jsonl.gz

Needs Debian's libxml2 only; it is called directly, as xmlsec does it, with the
node set of the element's subtree, so that ancestors' declarations count.
"""
import base64
import ctypes
import ctypes.util
import json
import random
import sys

xml = ctypes.CDLL(ctypes.util.find_library("xml2") or "libxml2.so.2")
P, I, S = ctypes.c_void_p, ctypes.c_int, ctypes.c_char_p
for name, result, arguments in [
    ("xmlReadMemory", P, [S, I, S, S, I]),
    ("xmlFreeDoc", None, [P]),
    ("xmlXPathNewContext", P, [P]),
    ("xmlXPathFreeContext", None, [P]),
    ("xmlXPathEvalExpression", P, [S, P]),
    ("xmlXPathFreeObject", None, [P]),
    ("xmlC14NDocDumpMemory", I, [P, P, I, ctypes.POINTER(S), I, ctypes.POINTER(P)]),
]:
    function = getattr(xml, name)
    function.restype, function.argtypes = result, arguments

SILENT, NONET, HUGE, EXCLUSIVE = 1 << 5 | 1 << 6, 1 << 11, 1 << 19, 1
SUBTREE = "{0}/descendant-or-self::node() | {0}/descendant-or-self::*/@* | {0}/descendant-or-self::*/namespace::*"


class XPathObject(ctypes.Structure):
    _fields_ = [("type", I), ("nodes", P)]


def canonical(doc, element, inclusive, comments):
    """Exclusive canonical XML of an element."""
    raw = doc.encode()
    tree = xml.xmlReadMemory(raw, len(raw), None, None, SILENT | NONET | HUGE)
    if not tree:
        raise SystemExit("libxml2 does not read %r" % doc)
    context = xml.xmlXPathNewContext(tree)
    found = xml.xmlXPathEvalExpression(SUBTREE.format("(//*)[%d]" % (element + 1)).encode(), context)
    prefixes = (S * (len(inclusive) + 1))(*[p.encode() for p in inclusive], None)
    out = P()
    size = xml.xmlC14NDocDumpMemory(tree, ctypes.cast(found, ctypes.POINTER(XPathObject)).contents.nodes,
                                    EXCLUSIVE, prefixes, comments, ctypes.byref(out))
    if size < 0:
        raise SystemExit("libxml2 does not canonicalise %r" % doc)
    result = ctypes.string_at(out, size)
    xml.xmlXPathFreeObject(found)
    xml.xmlXPathFreeContext(context)
    xml.xmlFreeDoc(tree)
    return result


PREFIXES = ["a", "b", "c", "wsu", "é", "a-b", "A"]
# No "&" in a namespace name: libxml2 writes it as it is (2.14) or as "&#38;" (2.9), which is no canonical XML.
SPACES = ["urn:a", "urn:b", "http://www.w3.org/ns?x=&#x31;;y='2'", "urn:%F0%9F", "urn:c", "URN:A"]
LOCALS = ["x", "y", "Z", "Body", "a.b", "æ", "x1", "X"]
TEXT = ["t", " ", "\n", "\r\n", "\r", "\t", "&#13;", "&#xA;", "&#9;", "&amp;", "&lt;", "&gt;", ">", "'", '"', "&quot;", "&apos;",
        "<![CDATA[<a>&amp;]]>", "<![CDATA[]]>", "<![CDATA[<!--x-->]]]]>", "<![CDATA[\r\n>]]>", "é", "\U0001F600", "&#x1F600;", "]]", "\u2028", "&#133;"]
VALUE = ["v", " ", "  ", "\n", "\r\n", "\r", "\t", "&#13;", "&#xA;", "&#9;", "&amp;", "&lt;", "&gt;", ">", "&quot;", "&apos;", "é", "\U0001F600"]


class Generator:
    def __init__(self, rng):
        self.rng = rng
        self.elements = 0

    def few(self, most):
        return range(self.rng.choice([0, 0, 1, 1, 2, most]))

    def value(self):
        text = "".join(self.rng.choice(VALUE) for _ in self.few(4))
        quote = self.rng.choice("'\"")
        return quote + text + quote

    def aside(self):
        return self.rng.choice(["<!--c-->", "<!-- a - b\r\n -->", "<!---->", "<?pi?>", "<?pi some 'data' ?>", "<?p-i  <&\r\n?>"])

    def element(self, depth, scope):
        self.elements += 1
        declared, attributes = {}, {}
        for _ in self.few(4):
            declared[self.rng.choice(PREFIXES)] = self.rng.choice(SPACES)
        for _ in self.few(1):
            declared[""] = self.rng.choice(SPACES + ["", ""])
        scope = {**scope, **declared}
        prefixes = [p for p in scope if p]
        for _ in self.few(5):
            prefix = self.rng.choice(["", ""] + prefixes)
            local = self.rng.choice(LOCALS)
            attributes.setdefault((scope[prefix] if prefix else None, local), (prefix + ":" if prefix else "") + local)
        if self.rng.random() < 0.1:
            attributes[("xml", "xml")] = "xml:" + self.rng.choice(["lang", "space", "base", "x"])
        parts = ["xmlns%s=%s" % (p and ":" + p, '"%s"' % u) for p, u in declared.items()]
        parts += [name + self.rng.choice(["", "", " ", "\n"]) + "=" + self.rng.choice(["", " "]) + self.value() for name in attributes.values()]
        self.rng.shuffle(parts)
        prefix = self.rng.choice(["", ""] + prefixes)
        name = (prefix + ":" if prefix else "") + self.rng.choice(LOCALS)
        tag = "<" + name + "".join(self.rng.choice([" ", " ", "\n", "\r\n\t"]) + p for p in parts)
        if self.rng.random() < 0.2:
            return tag + self.rng.choice(["", " "]) + "/>"
        content = []
        for _ in range(self.rng.randrange(5)):
            kind = self.rng.random()
            if kind < 0.5 and depth < 4 and self.elements < 12:
                content.append(self.element(depth + 1, scope))
            elif kind < 0.65:
                content.append(self.aside())
            else:
                content.append("".join(self.rng.choice(TEXT) for _ in range(self.rng.randrange(4))))
        return tag + ">" + "".join(content) + "</" + name + self.rng.choice(["", " "]) + ">"

    def document(self):
        head = self.rng.choice(["", "", '<?xml version="1.0" encoding="utf-8"?>\n', "<!--before-->\n"])
        return head + self.element(0, {}) + self.rng.choice(["", "\n", "<!--behind-->"])


def main(seed=1, count=3000):
    rng = random.Random(int(seed))
    made = 0
    while made < int(count):
        g = Generator(rng)
        doc = g.document()
        if not balanced(doc):
            continue
        element = rng.randrange(g.elements)
        inclusive = rng.sample(PREFIXES + ["#default"], rng.choice([0, 0, 1, 2, 4]))
        comments = rng.random() < 0.5
        want = canonical(doc, element, inclusive, comments)
        json.dump({"doc": doc, "element": element, "inclusive": inclusive, "comments": comments,
                   "canonical": base64.b64encode(want).decode()}, sys.stdout)
        print()
        made += 1


def balanced(doc):
    """Whether every "]]>" ends a CDATA section: pieces of text can make another."""
    at = 0
    while True:
        start, end = doc.find("<![CDATA[", at), doc.find("]]>", at)
        if end < 0:
            return True
        if start < 0 or end < start:
            return False
        at = doc.find("]]>", start) + 3


if __name__ == "__main__":
    main(*sys.argv[1:])
