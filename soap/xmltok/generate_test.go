package xmltok_test

import (
	"fmt"
	"strings"
)

// choose picks a number from 0 to n-1: by chance, or as a property test draws.
type choose func(n int) int

func (c choose) of(from ...string) string { return from[c(len(from))] }

// document is a random document, mostly well-formed, that has about every
// construct there is. Some in three are damaged at one place.
func document(c choose) string {
	g := generator{choose: c}
	g.add(c.of("", "", "", "\uFEFF"))
	g.add(c.of("", "<?xml version=\"1.0\"?>", "<?xml version='1.0' encoding='UTF-8'?>\r\n", "<?xml version='1.0' encoding=\"us-ascii\" standalone='yes' ?>", " "))
	g.misc()
	g.element(0, []string{"xml"})
	g.misc()
	doc := g.String()
	if c(3) == 0 {
		doc = damaged(c, doc)
	}
	return doc
}

type generator struct {
	strings.Builder
	choose
}

func (g *generator) add(s string) { g.WriteString(s) }

func (g *generator) misc() {
	g.add(g.of("", "", "\n", " \t\r\n", "<!-- a - b -->", "\n<!--<&]]>æ--> "))
}

// element writes an element at a depth with the prefixes that are bound.
func (g *generator) element(depth int, prefixes []string) {
	var attrs []string
	for range g.choose(3) {
		switch p := g.of("", "p", "q", "p", "é"); p {
		case "":
			attrs = append(attrs, "xmlns="+g.quoted(g.of("", "urn:a", "urn:b")))
		default:
			attrs = append(attrs, "xmlns:"+p+"="+g.quoted(g.of("urn:a", "urn:b", "urn:&#99;")))
			prefixes = append(prefixes[:len(prefixes):len(prefixes)], p)
		}
	}
	for range g.choose(3) {
		attrs = append(attrs, g.name(prefixes)+g.space()+"="+g.space()+g.value())
	}
	for i := range attrs {
		j := g.choose(i + 1)
		attrs[i], attrs[j] = attrs[j], attrs[i]
	}
	name := g.name(prefixes[min(1, len(prefixes)-1):])
	g.add("<" + name)
	for _, a := range attrs {
		g.add(g.of(" ", " ", "\n", " \t") + a)
	}
	g.add(g.space())
	if g.choose(4) == 0 {
		g.add("/>")
		return
	}
	g.add(">")
	for range g.choose(5) {
		if depth < 4 && g.choose(3) == 0 {
			g.element(depth+1, prefixes)
		} else {
			g.content()
		}
	}
	g.add("</" + name + g.space() + ">")
}

func (g *generator) content() {
	switch g.choose(8) {
	case 0:
		g.add("<!--" + g.of("", " ", "- ", "&<>]]>", "\r\n") + "-->")
	case 1:
		g.add("<![CDATA[")
		for range g.choose(4) {
			g.add(g.of("<a>&amp;</a>", "]", "]]", "> ", "\r", "\r\n", "æøå", "<!-- -->", "\U0001F600"))
		}
		g.add("]]>")
	default:
		for range g.choose(6) {
			g.add(g.of("text", " ", "\n", "\r\n", "\r", "\t", "æ", "€", "\U00010000", "]", "]]", "&lt;", "&gt;", "&amp;",
				"&quot;", "&apos;", "&#13;", "&#x41;", "&#230;", "&#x10FFFF;", "QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVo=", "\"", "'", ">"))
		}
	}
}

func (g *generator) space() string { return g.of("", "", "", "", " ", "\r\n\t") }

func (g *generator) name(prefixes []string) string {
	local := g.of("a", "b", "Name", "_", "æ", "a-1.2", "x\u0301·", "Ω", "xmlnsx", "\U00010000")
	if g.choose(2) == 0 && len(prefixes) > 0 {
		return prefixes[g.choose(len(prefixes))] + ":" + local
	}
	return local
}

func (g *generator) value() string {
	var s string
	for range g.choose(4) {
		s += g.of("v", "w", " ", "\t", "\r\n", "\r", "\n", "&lt;", "&amp;", "&#10;", "&#13;", "&#9;", ">", "æ", "]]>", "&quot;", "&apos;", "\U0010FFFD")
	}
	return g.quoted(s)
}

func (g *generator) quoted(s string) string {
	q := g.of("'", "\"")
	return q + s + q
}

// damaged inserts, drops, doubles or replaces something.
func damaged(c choose, doc string) string {
	i := c(len(doc) + 1)
	j := min(len(doc), i+1+c(3))
	bad := c.of("<", ">", "&", "]]>", "\"", "'", "/", "=", " ", ":", "--", "<!--", "-->", "<![CDATA[", "<a>", "</a>", "<b/>", "x",
		"\x00", "\x0B", "\x1F", "\x7F", "\x80", "\xC3", "\xC0\x80", "\xED\xA0\x80", "\uFFFE", "\uFFFF", "\uFEFF", "\u0085", "\u037E", "×",
		"&#0;", "&#xD800;", "&#xFFFE;", "&#x110000;", "&nbsp;", "&#;", "&lt", "a:b:c", " p:a=''", " xmlns:p=''", " xmlns:xml='urn:a'", " xmlns='http://www.w3.org/2000/xmlns/'")
	switch c(4) {
	case 0:
		return doc[:i] + bad + doc[i:]
	case 1:
		return doc[:i] + doc[j:]
	case 2:
		return doc[:j] + doc[i:]
	}
	return fmt.Sprint(doc[:i], bad, doc[j:])
}
