package codec

import (
	"strconv"

	"overgang/wsdl"
)

const xsiSpace = "http://www.w3.org/2001/XMLSchema-instance"

// prefixes gives out the prefixes of a plan. The root's namespace is the
// default one, i is the schema instance namespace, s stays with the envelope.
type prefixes struct {
	defaultSpace string
	spaces       []string // in the order of their prefixes
	xsi          bool
}

// of returns the prefix of a namespace with its colon.
func (p *prefixes) of(space string) string {
	if space == p.defaultSpace {
		return ""
	}
	for i, s := range p.spaces {
		if s == space {
			return prefixName(i) + ":"
		}
	}
	p.spaces = append(p.spaces, space)
	return prefixName(len(p.spaces)-1) + ":"
}

// prefixName is a, b, … h, then n8, n9, ….
func prefixName(i int) string {
	if i < 8 {
		return string(rune('a' + i))
	}
	return "n" + strconv.Itoa(i)
}

// tags returns what an element starts, ends and is nil with.
func (p *prefixes) tags(name wsdl.Name, nillable bool) (open, close, null []byte) {
	qname := p.of(name.Space) + name.Local
	if nillable {
		p.xsi = true
		null = []byte("<" + qname + ` i:nil="true"/>`)
	}
	return []byte("<" + qname + ">"), []byte("</" + qname + ">"), null
}

// rootTags returns the root's tags; the first declares every prefix.
func (p *prefixes) rootTags(local string) (open, close []byte) {
	open = appendAttr([]byte("<"+local), "xmlns", p.defaultSpace)
	for i, s := range p.spaces {
		open = appendAttr(open, "xmlns:"+prefixName(i), s)
	}
	if p.xsi {
		open = appendAttr(open, "xmlns:i", xsiSpace)
	}
	return append(open, '>'), []byte("</" + local + ">")
}

func appendAttr(b []byte, name, value string) []byte {
	b = append(b, ' ')
	b = append(b, name...)
	b = append(b, '=', '"')
	b = AppendEscaped(b, value)
	return append(b, '"')
}
