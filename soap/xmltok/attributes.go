package xmltok

import "fmt"

// attrName is an attribute's name as written and where in the tag it stands.
type attrName struct {
	q  *qname
	at int // relative to mark
}

// fewAttributes is the number up to which duplicates are looked for pair by pair.
const fewAttributes = 8

// attributes reads the rest of a start tag behind its name: declarations into
// scope, attributes into attrs with unresolved names.
func (r *Reader) attributes(outer int) error {
	for {
		c, spaced, err := r.space()
		if err != nil {
			return err
		}
		switch {
		case c == '>':
			r.pos++
			return nil
		case c == '/':
			if err := r.ended(r.need(2)); err != nil {
				return err
			}
			if r.buf[r.pos+1] != '>' {
				return r.syntax(r.pos, "\"/\" within a start tag")
			}
			r.pos += len("/>")
			r.emptied = true
			return nil
		case !spaced:
			return r.syntax(r.pos, "a start tag's name or attribute runs into something else")
		}
		if err := r.attribute(outer); err != nil {
			return err
		}
	}
}

// attribute reads the attribute or namespace declaration at pos, production [41].
func (r *Reader) attribute(outer int) error {
	at := r.pos - r.mark
	q, err := r.qualifiedName()
	if err != nil {
		return err
	}
	if q.kind == plainName && len(r.attrs) >= r.limits.Attrs {
		return r.limit(r.mark+at, "attributes", r.limits.Attrs)
	}
	c, _, err := r.space()
	if err != nil {
		return err
	}
	if c != '=' {
		return r.syntax(r.pos, fmt.Sprintf("no \"=\" behind the attribute's name %s", quoted(q.raw)))
	}
	r.pos++
	quote, _, err := r.space()
	if err != nil {
		return err
	}
	if quote != '"' && quote != '\'' {
		return r.syntax(r.pos, fmt.Sprintf("the value of the attribute %s is not quoted", quoted(q.raw)))
	}
	r.pos++
	value, err := r.value(quote)
	if err != nil {
		return err
	}
	if q.kind != plainName {
		return r.declare(q, r.uris.get(r.seed, r.vocabulary, value), r.mark+at, outer)
	}
	r.attrs = append(r.attrs, Attr{Name{Local: q.local}, r.values.get(r.seed, r.vocabulary, value)})
	r.attrNames = append(r.attrNames, attrName{q, at})
	return nil
}

// resolveAttributes gives the attributes their namespaces, once all the
// element's declarations are known, and looks for duplicates.
func (r *Reader) resolveAttributes() error {
	for i := range r.attrs {
		q := r.attrNames[i].q
		if q.prefix == "" {
			continue // the default namespace is not for attributes
		}
		space, err := r.resolve(q, r.mark+r.attrNames[i].at)
		if err != nil {
			return err
		}
		r.attrs[i].Name.Space = space
	}
	if len(r.attrs) <= fewAttributes {
		for i := range r.attrs {
			for j := range i {
				if r.attrs[i].Name == r.attrs[j].Name {
					return r.duplicate(i)
				}
			}
		}
		return nil
	}
	if r.seen == nil {
		r.seen = make(map[Name]struct{})
	}
	clear(r.seen)
	for i := range r.attrs {
		r.seen[r.attrs[i].Name] = struct{}{}
		if len(r.seen) == i {
			return r.duplicate(i)
		}
	}
	return nil
}

func (r *Reader) duplicate(i int) error {
	a := r.attrNames[i]
	return r.syntax(r.mark+a.at, fmt.Sprintf("the attribute %s appears twice", quoted(a.q.raw)))
}
