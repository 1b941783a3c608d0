package mtom

import (
	"bufio"
	"bytes"
	"errors"
	"io"
)

// readAhead is how much of the connection is read at once, in bytes. The parser
// behind it reads in pieces of 4 KiB.
const readAhead = 64 << 10

// parserAhead is more than what mime/multipart reads beyond what it returns.
const parserAhead = 8 << 10

// errAllowance is the end of an allowance.
var errAllowance = errors.New("allowance used up")

// errEnd is the end of the body, in place of io.EOF: mime/multipart returns that
// both behind the last boundary and where the headers of a part break off.
var errEnd = errors.New("the body has ended")

// allowance is a body of which, while part headers are read, only so many bytes
// are handed out: mime/multipart itself takes headers of 10 MiB. One more line end
// follows the body, as many senders leave it out behind the last boundary.
type allowance struct {
	r      *bufio.Reader
	bound  bool
	left   int
	err    error  // of the connection
	first  []byte // line end of the body; nil until one came
	before byte   // the last one that came, until then
	tail   []byte // what is still to follow the body; nil before its end
}

func newAllowance(r io.Reader) *allowance {
	return &allowance{r: bufio.NewReaderSize(r, readAhead)}
}

// limit allows n bytes from here on; lift allows all.
func (a *allowance) limit(n int) { a.bound, a.left = true, n }
func (a *allowance) lift()       { a.bound = false }

// Read implements io.Reader.
func (a *allowance) Read(p []byte) (int, error) {
	if a.bound {
		if a.left <= 0 {
			return 0, errAllowance
		}
		p = p[:min(len(p), a.left)]
	}
	n, err := a.read(p)
	if a.bound {
		a.left -= n
	}
	return n, err
}

// read reads the body, and then what follows it.
func (a *allowance) read(p []byte) (n int, err error) {
	if a.tail == nil {
		n, err = a.r.Read(p)
		a.noteLineEnd(p[:n])
		if err == io.EOF {
			if a.tail = a.first; a.tail == nil {
				a.tail = []byte("\r\n")
			}
			return n, nil
		}
		if err != nil {
			a.err = err
		}
		return n, err
	}
	if len(a.tail) == 0 {
		return 0, errEnd
	}
	n = copy(p, a.tail)
	a.tail = a.tail[n:]
	return n, nil
}

// noteLineEnd finds out which line ends the body has, by its first one.
func (a *allowance) noteLineEnd(b []byte) {
	if a.first != nil || len(b) == 0 {
		return
	}
	i := bytes.IndexByte(b, '\n')
	if i > 0 {
		a.before = b[i-1]
	}
	switch {
	case i < 0:
		a.before = b[len(b)-1]
	case a.before == '\r':
		a.first = []byte("\r\n")
	default:
		a.first = []byte("\n")
	}
}
