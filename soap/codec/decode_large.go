package codec

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"unsafe"

	"overgang/soap/xmltok"
)

// base64Strict refuses bits that are not zero where the padding leaves some.
var base64Strict = base64.StdEncoding.Strict()

// larges are the large fields of one body, and the buffers they share.
type larges struct {
	sinks   []Sink // open, in the order of their fields
	packed  bool   // the message is a package
	apart   []Apart
	encoded []byte // base64 without line feeds, not yet decoded
	decoded []byte
}

// encodedBuffer is how much base64 is decoded at once.
const encodedBuffer = 32 << 10

func (l *larges) reset() {
	clear(l.sinks)
	clear(l.apart)
	l.sinks, l.apart, l.packed = l.sinks[:0], l.apart[:0], false
}

// Close closes the sinks, in the order of their fields. When one fails, all the
// others are aborted, those too that are closed, and its error is returned.
func (d *Decoder) Close() error {
	for i, s := range d.sinks {
		if err := s.Close(); err != nil {
			for k, other := range d.sinks {
				if k != i {
					other.Abort()
				}
			}
			d.larges.reset()
			return err
		}
	}
	d.larges.reset()
	return nil
}

// Abort aborts the sinks that are open. After Close it does nothing, so it can
// be deferred.
func (d *Decoder) Abort() {
	sinks := d.sinks
	d.sinks, d.apart = nil, nil
	for _, s := range sinks {
		s.Abort()
	}
}

// decodeLarge streams the current element to a sink.
func (d *Decoder) decodeLarge(p *particle, at unsafe.Pointer) error {
	if len(d.sinks) >= d.limits.Large {
		return &Error{Msg: fmt.Sprintf("is too much: a message may have %d large fields", d.limits.Large)}
	}
	if d.open == nil {
		return fmt.Errorf("codec: nothing takes the large field %s", p.goName)
	}
	sink, err := d.open(p.goName)
	if err != nil {
		return err
	}
	d.sinks = append(d.sinks, sink)
	large := &Large{Sink: sink}
	*(**Large)(at) = large
	apart := len(d.apart)
	if p.value.base64 {
		err = d.streamBase64(large)
	} else {
		err = d.streamText(large)
	}
	if err != nil || len(d.apart) > apart { // it is in a part of its own, which is still to come
		return err
	}
	return sink.Settle()
}

// Write counts what goes to the sink.
func (l *Large) Write(p []byte) (int, error) {
	n, err := l.Sink.Write(p)
	l.Size += int64(n)
	return n, err
}

// streamText copies the text of the current element, or the markup in it: old
// clients send form data as CDATA, escaped, and as raw markup (contracts §6).
// White space in front of markup is dropped, all other is kept.
func (d *Decoder) streamText(to *Large) error {
	d.text = d.text[:0] // white space that may stand in front of markup
	started := false
	for {
		kind, err := d.r.Next()
		if err != nil {
			return err
		}
		switch kind {
		case xmltok.Text:
			piece := d.r.Text()
			if !started && blank(piece) {
				if d.text = append(d.text, piece...); len(d.text) > maxKept {
					return &Error{Msg: "begins with too much white space"}
				}
				continue
			}
			if !started && len(d.text) > 0 {
				if _, err := to.Write(d.text); err != nil {
					return err
				}
			}
			started = true
			if _, err := to.Write(piece); err != nil {
				return err
			}
		case xmltok.Start:
			if started {
				return &Error{Msg: "has text in front of its markup"}
			}
			return d.r.Raw(to)
		case xmltok.End:
			if !started && len(d.text) > 0 {
				_, err = to.Write(d.text)
			}
			return err
		default:
			return errOpen
		}
	}
}

// streamBase64 decodes the text of the current element on the way. White space
// is allowed anywhere; what is not out of proportion does not count against
// the reader's limit of bytes, nor do the digits.
func (d *Decoder) streamBase64(to *Large) error {
	if d.encoded == nil {
		d.encoded = make([]byte, 0, encodedBuffer)
		d.decoded = make([]byte, base64.StdEncoding.DecodedLen(encodedBuffer))
	}
	d.encoded = d.encoded[:0]
	s := base64Stream{d: d, to: to}
	for {
		kind, err := d.r.Next()
		if err != nil {
			return err
		}
		switch kind {
		case xmltok.Text:
			if err := s.take(d.r.Text()); err != nil {
				return err
			}
		case xmltok.End:
			if err := s.flush(); err != nil {
				return err
			}
			if len(d.encoded) > 0 {
				return &Error{Msg: "is not base64: it ends within a group of four"}
			}
			return nil
		case xmltok.Start:
			if d.packed && d.r.Name() == include && to.Size == 0 && len(dropSpace(d.encoded)) == 0 {
				return d.takeInclude(to)
			}
			return &Error{Msg: "has an element where base64 is expected"}
		default:
			return errOpen
		}
	}
}

// base64Stream is one element's base64 under way.
type base64Stream struct {
	d      *Decoder
	to     *Large
	padded bool // the padding came: nothing may follow
	digits int64
	spaces int64 // allowance for white space used up
}

// take adds text, without its line feeds.
func (s *base64Stream) take(text []byte) error {
	all := len(text)
	kept := 0
	for len(text) > 0 {
		line := text
		if i := bytes.IndexByte(text, '\n'); i >= 0 {
			line, text = text[:i], text[i+1:]
		} else {
			text = nil
		}
		kept += len(line)
		for len(line) > 0 {
			n := min(len(line), cap(s.d.encoded)-len(s.d.encoded))
			s.d.encoded = append(s.d.encoded, line[:n]...)
			line = line[n:]
			if len(s.d.encoded) == cap(s.d.encoded) {
				if err := s.flush(); err != nil {
					return err
				}
			}
		}
	}
	s.digits += int64(kept)
	free := min(int64(all-kept), s.digits/16+64-s.spaces)
	free = max(free, 0)
	s.spaces += free
	s.d.r.Uncounted(int64(kept) + free)
	return nil
}

// flush decodes the whole groups of four.
func (s *base64Stream) flush() error {
	b := s.d.encoded
	whole := len(b) &^ 3
	n, err := base64Strict.Decode(s.d.decoded, b[:whole])
	if err != nil {
		// White space other than line feeds is rare: look for it only now.
		b = dropSpace(b)
		whole = len(b) &^ 3
		if n, err = base64Strict.Decode(s.d.decoded, b[:whole]); err != nil {
			return &Error{Msg: "is not base64"}
		}
	}
	if digits := trim(b[:whole]); len(digits) > 0 {
		if s.padded {
			return &Error{Msg: "is not base64: there is more behind its padding"}
		}
		s.padded = digits[len(digits)-1] == '='
	}
	if n > 0 {
		if _, err := s.to.Write(s.d.decoded[:n]); err != nil {
			return err
		}
	}
	s.d.encoded = s.d.encoded[:copy(s.d.encoded, dropSpace(b[whole:]))]
	return nil
}

// dropSpace removes white space in place.
func dropSpace(b []byte) []byte {
	out := b[:0]
	for _, c := range b {
		if !isSpace(c) {
			out = append(out, c)
		}
	}
	return out
}
