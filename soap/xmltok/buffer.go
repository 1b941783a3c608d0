package xmltok

import "io"

const (
	bufferSize = 32 << 10 // where a Reader starts; only a long tag makes it grow
	bufferKeep = 64 << 10 // a larger buffer is dropped by Reset
	minRead    = 4 << 10  // room that a read is given, if need be by moving what is kept
	emptyReads = 100      // reads of nothing in a row before io.ErrNoProgress
)

// buffer is a window on the source. Bytes before pos are read, those from mark
// on stay in the window until mark moves.
type buffer struct {
	src    io.Reader
	srcErr error // what the source ended with; io.EOF at its end
	buf    []byte
	mark   int // start of the construct being read
	pos    int // next byte to read
	end    int // behind the last byte there is
	base   int64
	ascii  bool // US-ASCII was declared: a byte from 0x80 on ends the source
}

func (b *buffer) reset(src io.Reader) {
	buf := b.buf
	if len(buf) < bufferSize || len(buf) > bufferKeep {
		buf = make([]byte, bufferSize)
	}
	*b = buffer{src: src, buf: buf}
	if src == nil {
		b.srcErr = io.EOF
	}
}

// read gets more bytes behind end, and moves all positions when it has to make
// room: indices survive it only relative to mark. Without an error there is at
// least one byte more. Its error is the source's.
func (b *buffer) read() error {
	if b.srcErr != nil {
		return b.srcErr
	}
	b.makeRoom()
	before := b.end
	for range emptyReads {
		n, err := b.src.Read(b.buf[b.end:])
		b.srcErr = err
		b.end += n
		if n > 0 {
			if b.ascii {
				b.checkASCII(b.end - n)
			}
			if b.end == before {
				return b.srcErr
			}
			return nil
		}
		if err != nil {
			return err
		}
	}
	b.srcErr = io.ErrNoProgress
	return b.srcErr
}

// makeRoom drops what lies before mark, and doubles the buffer if that is not
// enough.
func (b *buffer) makeRoom() {
	if len(b.buf)-b.end >= minRead && b.mark < b.end {
		return
	}
	if b.mark > 0 {
		copy(b.buf, b.buf[b.mark:b.end])
		b.base += int64(b.mark)
		b.pos -= b.mark
		b.end -= b.mark
		b.mark = 0
	}
	if b.end == len(b.buf) {
		larger := make([]byte, 2*len(b.buf))
		copy(larger, b.buf)
		b.buf = larger
	}
}

// checkASCII ends the source at the first byte from index i on that is not
// US-ASCII.
func (b *buffer) checkASCII(i int) {
	for ; i < b.end; i++ {
		if b.buf[i] >= 0x80 {
			b.srcErr = &SyntaxError{
				Offset: b.base + int64(i),
				Reason: Encoding,
				Msg:    "a byte outside the declared encoding US-ASCII",
			}
			b.end = i
			return
		}
	}
}

// fill reads more of the source, within the limits. Its error is the source's,
// io.EOF among them, or a *LimitError.
func (r *Reader) fill() error {
	if err := r.withinBytes(); err != nil {
		return err
	}
	if r.end-r.mark >= r.limits.Tag {
		return r.limit(r.mark+r.limits.Tag, "tag", r.limits.Tag)
	}
	if r.raw.to != nil {
		if err := r.flushRaw(r.mark); err != nil {
			return err
		}
	}
	before := r.mark
	err := r.read()
	r.raw.from -= before - r.mark
	return err
}

// more is fill where the document cannot end.
func (r *Reader) more() error { return r.ended(r.fill()) }

// need makes n bytes available from pos on. Its error is that of fill.
func (r *Reader) need(n int) error {
	for r.end-r.pos < n {
		if err := r.fill(); err != nil {
			return err
		}
	}
	return nil
}

// withinBytes checks Limits.Bytes for what has been read up to pos.
func (r *Reader) withinBytes() error {
	if r.Offset()-r.uncounted > r.limits.Bytes {
		return &LimitError{Offset: r.uncounted + r.limits.Bytes, What: "bytes", Limit: r.limits.Bytes}
	}
	return nil
}

// space skips white space and reports the byte behind it, which stays unread,
// and whether there was any.
func (r *Reader) space() (next byte, skipped bool, err error) {
	for {
		for r.pos < r.end {
			c := r.buf[r.pos]
			if class[c]&spaceByte == 0 {
				return c, skipped, nil
			}
			skipped = true
			r.pos++
		}
		if err := r.more(); err != nil {
			return 0, skipped, err
		}
	}
}
