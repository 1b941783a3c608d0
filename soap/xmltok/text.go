package xmltok

import (
	"fmt"
	"unicode/utf8"
)

// A piece of text is assembled where it lies: references and line ends are
// never longer resolved than written, so what follows one moves forward in the
// buffer, and a run without any is not copied at all. While raw markup is being
// captured the buffer stays as it is, and text is checked only.

// charData reads character data from pos up to markup or to what ends the
// buffer, production [14]. found is false if there was none.
func (r *Reader) charData() (found bool, err error) {
	p := r.startPiece()
	for {
		i := scanText(r.buf[:r.end], r.pos)
		p.keep(r, i)
		if i == r.end || r.buf[i] == '<' {
			return p.finish(r), nil
		}
		var n int
		var c rune
		switch r.buf[i] {
		case '&':
			n, c, err = r.reference(i)
		case ']':
			n, c, err = r.bracket(i)
		case '\r':
			n, c = r.lineEnd(i)
		default:
			err = r.notPlain(i)
		}
		switch {
		case (n == 0 || err != nil) && p.out > p.start:
			return p.finish(r), nil // the rest, or the error, comes with the next piece
		case err != nil:
			return false, err
		case n == 0:
			r.mark = r.pos
			if err := r.more(); err != nil {
				return false, r.cutSequence(err)
			}
			p = r.startPiece()
		default:
			p.put(r, n, c)
		}
	}
}

// cdata reads the text of a CDATA section from pos, production [20].
func (r *Reader) cdata() (found bool, err error) {
	p := r.startPiece()
	for {
		i := scanUntil(r.buf[:r.end], r.pos, ']')
		p.keep(r, i)
		var n int
		var c rune
		if i < r.end {
			switch r.buf[i] {
			case ']':
				n = len("]]>")
				if n = min(n, r.end-i); string(r.buf[i:i+n]) != "]]>"[:n] {
					n, c = 1, ']'
				} else if n < len("]]>") {
					n = 0
				} else {
					found = p.finish(r)
					r.pos += len("]]>")
					r.inCDATA = false
					return found, nil
				}
			case '\r':
				n, c = r.lineEnd(i)
			default:
				err = r.notPlain(i)
			}
		}
		switch {
		case (n == 0 || err != nil) && p.out > p.start:
			return p.finish(r), nil
		case err != nil:
			return false, err
		case n == 0:
			r.mark = r.pos
			if err := r.more(); err != nil {
				return false, r.cutSequence(err)
			}
			p = r.startPiece()
		default:
			p.put(r, n, c)
		}
	}
}

// piece is the Text being assembled, in buf[start:out].
type piece struct{ start, out int }

func (r *Reader) startPiece() piece { return piece{r.pos, r.pos} }

// keep takes the bytes from pos up to index i as they are.
func (p *piece) keep(r *Reader, i int) {
	if p.out != r.pos && r.raw.to == nil {
		copy(r.buf[p.out:], r.buf[r.pos:i])
	}
	p.out += i - r.pos
	r.pos = i
}

// put takes n bytes as the character c, whose encoding is no longer.
func (p *piece) put(r *Reader, n int, c rune) {
	r.pos += n
	if r.raw.to != nil {
		p.out++
		return
	}
	if c < 0x80 {
		r.buf[p.out] = byte(c)
		p.out++
		return
	}
	p.out += utf8.EncodeRune(r.buf[p.out:], c)
}

// finish makes the piece the current text; it reports whether there is any.
func (p *piece) finish(r *Reader) bool {
	if r.raw.to == nil {
		r.text = r.buf[p.start:p.out]
	}
	return p.out > p.start
}

// bracket judges a ']' in character data: "]]>" is not allowed there.
func (r *Reader) bracket(i int) (n int, c rune, err error) {
	const closing = "]]>"
	n = min(len(closing), r.end-i)
	switch {
	case string(r.buf[i:i+n]) != closing[:n]:
		return 1, ']', nil
	case n < len(closing):
		return 0, 0, nil
	}
	return 0, 0, r.syntax(i, "\"]]>\" in character data")
}

// lineEnd reads a carriage return and a line feed behind it as one line feed,
// XML 1.0 §2.11. n is 0 if it takes more bytes to tell.
func (r *Reader) lineEnd(i int) (n int, c rune) {
	if i+1 == r.end {
		return 0, 0
	}
	if r.buf[i+1] == '\n' {
		return 2, '\n'
	}
	return 1, '\n'
}

// notPlain judges a byte at which the scanners stop for its own sake: nil if it
// begins a UTF-8 sequence that the buffer holds in part.
func (r *Reader) notPlain(i int) error {
	if c := r.buf[i]; c < 0x80 {
		return r.syntax(i, fmt.Sprintf("the character U+%04X is not allowed", c))
	}
	switch sequence(r.buf[i:r.end]) {
	case incomplete:
		return nil
	case notChar:
		return r.syntax(i, "the characters U+FFFE and U+FFFF are not allowed")
	}
	return r.syntax(i, "not UTF-8")
}

// cutSequence replaces the error for a document that ends within a UTF-8
// sequence at pos.
func (r *Reader) cutSequence(err error) error {
	if _, ok := err.(*SyntaxError); ok && r.pos < r.end && r.buf[r.pos] >= 0x80 {
		return r.syntax(r.pos, "not UTF-8")
	}
	return err
}
