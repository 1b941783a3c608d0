package xmltok

import "bytes"

// markup reads what begins with the '<' at pos. Its kind is Text, without a
// token, for what yields none by itself: a comment or the start of a CDATA
// section.
func (r *Reader) markup() (Kind, error) {
	if err := r.ended(r.need(2)); err != nil {
		return EOF, err
	}
	switch r.buf[r.pos+1] {
	case '/':
		return r.endTag()
	case '!':
		return Text, r.declared()
	case '?':
		return Text, r.instruction()
	}
	return r.startTag()
}

// declared reads what begins with "<!".
func (r *Reader) declared() error {
	for _, d := range [...]struct {
		mark string
		read func(*Reader) error
	}{
		{"<!--", (*Reader).comment},
		{"<![CDATA[", (*Reader).startCDATA},
		{"<!DOCTYPE", (*Reader).doctype},
	} {
		found, err := r.literal(d.mark)
		if err != nil {
			return err
		}
		if found {
			return d.read(r)
		}
	}
	return r.syntax(r.pos, "neither a comment nor a CDATA section behind \"<!\"")
}

// literal reports whether s stands at pos. It waits for no more bytes than it
// takes to tell.
func (r *Reader) literal(s string) (bool, error) {
	for {
		n := min(r.end-r.pos, len(s))
		if string(r.buf[r.pos:r.pos+n]) != s[:n] {
			return false, nil
		}
		if n == len(s) {
			return true, nil
		}
		if err := r.more(); err != nil {
			return false, err
		}
	}
}

func (r *Reader) startCDATA() error {
	if r.stage != content {
		return r.syntax(r.pos, "a CDATA section outside the root element")
	}
	r.pos += len("<![CDATA[")
	r.inCDATA = true
	return nil
}

func (r *Reader) doctype() error {
	return r.refused(r.pos, Doctype, "document type declarations are not allowed")
}

func (r *Reader) instruction() error {
	// The target tells a misplaced XML declaration; the message waits for no more.
	if err := r.need(len("<?xml ")); err == nil {
		target := r.buf[r.pos+2 : r.pos+6]
		if bytes.HasPrefix(target, []byte("xml")) && class[target[3]]&spaceByte != 0 {
			return r.refused(r.pos, Malformed, "the XML declaration is not at the very start")
		}
	}
	return r.refused(r.pos, Instruction, "processing instructions are not allowed")
}

// comment skips a comment, production [15].
func (r *Reader) comment() error {
	r.pos += len("<!--")
	for {
		r.pos = scanUntil(r.buf[:r.end], r.pos, '-')
		r.mark = r.pos
		if r.pos == r.end {
			if err := r.more(); err != nil {
				return err
			}
			continue
		}
		switch c := r.buf[r.pos]; {
		case c == '\r':
			r.pos++
		case c != '-':
			if err := r.notPlain(r.pos); err != nil {
				return err
			}
			if err := r.more(); err != nil {
				return r.cutSequence(err)
			}
		default:
			if err := r.ended(r.need(2)); err != nil {
				return err
			}
			if r.buf[r.pos+1] != '-' {
				r.pos++
				continue
			}
			if err := r.ended(r.need(3)); err != nil {
				return err
			}
			if r.buf[r.pos+2] != '>' {
				return r.syntax(r.pos, "\"--\" within a comment")
			}
			r.pos += len("-->")
			return nil
		}
	}
}
