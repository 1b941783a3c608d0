package mtom

import (
	"bufio"
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

// allowance is a body of which, while part headers are read, only so many bytes
// are handed out: mime/multipart itself takes headers of 10 MiB.
type allowance struct {
	r     *bufio.Reader
	bound bool
	left  int
	err   error // of the connection
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
	n, err := a.r.Read(p)
	if a.bound {
		a.left -= n
	}
	if err != nil && err != io.EOF {
		a.err = err
	}
	return n, err
}
