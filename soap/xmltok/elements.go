package xmltok

import "fmt"

// startTag reads the start tag or empty-element tag at pos, productions [40]
// and [44].
func (r *Reader) startTag() (Kind, error) {
	switch {
	case r.stage == epilog:
		return EOF, r.syntax(r.pos, "a second root element")
	case len(r.open) >= r.limits.Depth:
		return EOF, r.limit(r.pos, "depth", r.limits.Depth)
	case r.elements >= r.limits.Elements:
		return EOF, r.limit(r.pos, "elements", r.limits.Elements)
	}
	r.pos++
	q, err := r.qualifiedName()
	if err != nil {
		return EOF, err
	}
	outer := len(r.scope.bindings)
	r.attrNames = r.attrNames[:0]
	if err := r.attributes(outer); err != nil {
		return EOF, err
	}
	if r.pos-r.mark > r.limits.Tag {
		return EOF, r.limit(r.mark+r.limits.Tag, "tag", r.limits.Tag)
	}
	name := Name{Local: q.local}
	if q.prefix == "" {
		name.Space = r.defaultSpace(q.hash)
	} else if name.Space, err = r.resolve(q, r.mark+1); err != nil {
		return EOF, err
	}
	if err := r.resolveAttributes(); err != nil {
		return EOF, err
	}
	r.elements++
	r.stage = content
	r.name = name
	r.open = append(r.open, element{name, q, outer})
	if r.raw.to != nil {
		return Start, r.declareInCopy()
	}
	return Start, nil
}

// endTag reads the end tag at pos, production [42].
func (r *Reader) endTag() (Kind, error) {
	if len(r.open) == 0 {
		return EOF, r.syntax(r.pos, "an end tag outside the root element")
	}
	if len(r.open) == r.raw.parent && r.raw.to != nil {
		if err := r.endRaw(r.pos); err != nil {
			return EOF, err
		}
	}
	q := r.open[len(r.open)-1].q
	rest, n := r.buf[r.pos+2:r.end], len(q.raw)
	if len(rest) > n && rest[n] == '>' && string(rest[:n]) == q.raw {
		r.pos += n + len("</>")
		return r.closed(), nil
	}
	r.pos += len("</")
	found, err := r.qualifiedName()
	if err != nil {
		return EOF, err
	}
	if found.raw != q.raw {
		return EOF, r.syntax(r.mark, fmt.Sprintf("the end tag of %s where %s is open", quoted(found.raw), quoted(q.raw)))
	}
	c, _, err := r.space()
	if err != nil {
		return EOF, err
	}
	if c != '>' {
		return EOF, r.syntax(r.pos, "an end tag with more than a name")
	}
	r.pos++
	if r.pos-r.mark > r.limits.Tag {
		return EOF, r.limit(r.mark+r.limits.Tag, "tag", r.limits.Tag)
	}
	return r.closed(), nil
}

// closed closes the innermost element. Its declarations stay in scope until the
// next token.
func (r *Reader) closed() Kind {
	last := &r.open[len(r.open)-1]
	r.name, r.scope.keep = last.name, last.outer
	r.open = r.open[:len(r.open)-1]
	if len(r.open) == 0 {
		r.stage = epilog
	}
	return End
}
