package c14n

import (
	"cmp"
	"io"
	"slices"
	"strings"
	"sync"
)

// Options of canonicalisation.
type Options struct {
	// Comments are kept: the algorithm "…/xml-exc-c14n#WithComments".
	Comments bool
	// Inclusive lists prefixes that are treated as in inclusive C14N, the
	// InclusiveNamespaces PrefixList. "" and "#default" are the default
	// namespace.
	Inclusive []string
}

// Append appends the exclusive canonical XML 1.0 of an element, with all that
// is in it, to dst. What the element's ancestors declare counts.
func Append(dst []byte, e *Node, options Options) []byte {
	c := canonicalizers.Get().(*canonicalizer)
	c.start(dst, nil, e, options)
	c.element(e)
	return c.finish()
}

// Write writes what Append appends. Its error is w's.
func Write(w io.Writer, e *Node, options Options) error {
	c := canonicalizers.Get().(*canonicalizer)
	c.start(make([]byte, 0, flushAt+flushAt/4), w, e, options)
	c.element(e)
	c.flush()
	err := c.err
	c.finish()
	return err
}

// flushAt is the number of bytes that Write collects.
const flushAt = 16 << 10

var canonicalizers = sync.Pool{New: func() any { return new(canonicalizer) }}

// canonicalizer is one canonicalisation on its way.
type canonicalizer struct {
	out       []byte
	w         io.Writer // nil for Append
	err       error
	comments  bool
	inclusive prefixes
	rendered  rendered
	fresh     []Namespace // what the current element declares
	attrs     []*Attr     // of the current element, sorted
}

func (c *canonicalizer) start(dst []byte, w io.Writer, e *Node, options Options) {
	c.out, c.w, c.err, c.comments = dst, w, nil, options.Comments
	c.inclusive.reset(options.Inclusive)
	if c.inclusive.empty() {
		return
	}
	// At the element itself, listed prefixes bring what its ancestors declare, too.
	c.inclusive.inScope(e, c.render)
}

func (c *canonicalizer) finish() []byte {
	out := c.out
	c.out, c.w, c.err = nil, nil, nil
	c.rendered.leave(0)
	c.inclusive.reset(nil)
	clear(c.fresh[:cap(c.fresh)])
	clear(c.attrs[:cap(c.attrs)])
	c.fresh, c.attrs = c.fresh[:0], c.attrs[:0]
	canonicalizers.Put(c)
	return out
}

func (c *canonicalizer) flush() {
	if c.w != nil && c.err == nil {
		_, c.err = c.w.Write(c.out)
		c.out = c.out[:0]
	}
}

// render notes that the current element needs a declaration, unless the output
// has it already.
func (c *canonicalizer) render(n Namespace) {
	if n.Prefix == "xml" || c.rendered.uri(n.Prefix) == n.URI {
		return
	}
	c.rendered.push(n)
	c.fresh = append(c.fresh, n)
}

// element writes an element. The error of a writer ends the walk.
func (c *canonicalizer) element(e *Node) {
	outer := len(c.rendered.bindings) - len(c.fresh) // fresh is empty but at the apex
	c.startTag(e)
	for n := e.First; n != nil && c.err == nil; n = n.Next {
		switch {
		case n.Kind == Element:
			c.element(n)
		case n.Kind == Text:
			c.out = appendText(c.out, n.Data)
		case n.Kind == Comment && c.comments:
			c.out = append(append(append(c.out, "<!--"...), n.Data...), "-->"...)
		case n.Kind == Instruction:
			c.instruction(n)
		}
		if len(c.out) >= flushAt {
			c.flush()
		}
	}
	c.out = append(appendName(append(c.out, "</"...), e.Prefix, e.Name.Local), '>')
	c.rendered.leave(outer)
}

func (c *canonicalizer) instruction(n *Node) {
	c.out = append(append(c.out, "<?"...), n.Name.Local...)
	if n.Data != "" {
		c.out = append(append(c.out, ' '), n.Data...)
	}
	c.out = append(c.out, "?>"...)
}

// startTag writes a start tag: the declarations that the element and its
// attributes need or the list demands, by prefix, then the attributes, by
// namespace and local name (Exclusive XML Canonicalization 1.0 §3).
func (c *canonicalizer) startTag(e *Node) {
	c.render(Namespace{e.Prefix, e.Name.Space})
	for i := range e.Attrs {
		if a := &e.Attrs[i]; a.Prefix != "" {
			c.render(Namespace{a.Prefix, a.Name.Space})
		}
	}
	if !c.inclusive.empty() {
		for _, d := range e.Declared {
			if c.inclusive.has(d.Prefix) {
				c.render(d)
			}
		}
	}
	c.out = appendName(append(c.out, '<'), e.Prefix, e.Name.Local)
	if len(c.fresh) > 1 {
		slices.SortFunc(c.fresh, func(a, b Namespace) int { return strings.Compare(a.Prefix, b.Prefix) })
	}
	for _, n := range c.fresh {
		c.out = append(c.out, " xmlns"...)
		if n.Prefix != "" {
			c.out = append(append(c.out, ':'), n.Prefix...)
		}
		c.out = append(appendValue(append(c.out, `="`...), n.URI), '"')
	}
	c.fresh = c.fresh[:0]
	c.attributes(e)
	c.out = append(c.out, '>')
}

func (c *canonicalizer) attributes(e *Node) {
	c.attrs = c.attrs[:0]
	for i := range e.Attrs {
		c.attrs = append(c.attrs, &e.Attrs[i])
	}
	if len(c.attrs) > 1 {
		slices.SortFunc(c.attrs, func(a, b *Attr) int {
			return cmp.Or(strings.Compare(a.Name.Space, b.Name.Space), strings.Compare(a.Name.Local, b.Name.Local))
		})
	}
	for _, a := range c.attrs {
		c.out = appendName(append(c.out, ' '), a.Prefix, a.Name.Local)
		c.out = append(appendValue(append(c.out, `="`...), a.Value), '"')
	}
}
