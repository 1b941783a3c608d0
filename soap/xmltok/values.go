package xmltok

import "unicode/utf8"

// value reads an attribute's value behind its opening quote, production [10],
// and normalises it, XML 1.0 §3.3.3. The bytes are valid until the next read.
func (r *Reader) value(quote byte) ([]byte, error) {
	from := r.pos - r.mark
	for {
		b, i := r.buf[:r.end], r.pos
		for i < len(b) && class[b[i]]&valueByte != 0 {
			i++
		}
		r.pos = i
		if err := r.withinValue(from); err != nil {
			return nil, err
		}
		if i < len(b) {
			break
		}
		if err := r.more(); err != nil {
			return nil, err
		}
	}
	value := r.buf[r.mark+from : r.pos]
	if r.buf[r.pos] == quote {
		r.pos++
		return value, nil
	}
	r.scratch = append(r.scratch[:0], value...)
	return r.normalised(quote, from)
}

// normalised reads on a value, whose beginning is in scratch, at a byte that
// does not stand for itself. from is the value's start relative to mark.
func (r *Reader) normalised(quote byte, from int) ([]byte, error) {
	for {
		if err := r.withinValue(from); err != nil {
			return nil, err
		}
		if r.pos == r.end {
			if err := r.more(); err != nil {
				return nil, err
			}
		}
		c := r.buf[r.pos]
		switch {
		case c == quote:
			r.pos++
			return r.scratch, nil
		case class[c]&valueByte != 0, c == '"', c == '\'':
			r.scratch = append(r.scratch, c)
			r.pos++
		case c == '<':
			return nil, r.syntax(r.pos, "\"<\" in an attribute's value")
		case c == '\t', c == '\n':
			r.scratch = append(r.scratch, ' ')
			r.pos++
		default:
			if err := r.normalisedSpecial(c); err != nil {
				return nil, err
			}
		}
	}
}

// normalisedSpecial reads what may take more bytes than the buffer holds: a
// reference, a line end, a UTF-8 sequence.
func (r *Reader) normalisedSpecial(c byte) error {
	for {
		var n int
		var err error
		switch {
		case c == '&':
			var char rune
			if n, char, err = r.reference(r.pos); n > 0 {
				r.scratch = utf8.AppendRune(r.scratch, char)
			}
		case c == '\r':
			if n, _ = r.lineEnd(r.pos); n > 0 {
				r.scratch = append(r.scratch, ' ')
			}
		default:
			if c >= 0x80 {
				n = sequence(r.buf[r.pos:r.end])
			}
			if n > 0 {
				r.scratch = append(r.scratch, r.buf[r.pos:r.pos+n]...)
			} else {
				n, err = 0, r.notPlain(r.pos)
			}
		}
		if err != nil {
			return err
		}
		if n > 0 {
			r.pos += n
			return nil
		}
		if err := r.more(); err != nil {
			return r.cutSequence(err)
		}
	}
}

// withinValue checks Limits.Value for a value that began at from and has been
// read up to pos.
func (r *Reader) withinValue(from int) error {
	if r.pos-r.mark-from > r.limits.Value {
		return r.limit(r.mark+from+r.limits.Value, "value", r.limits.Value)
	}
	return nil
}
