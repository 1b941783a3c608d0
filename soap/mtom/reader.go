package mtom

import (
	"errors"
	"io"
	"mime/multipart"
	"strings"
)

// Frame is what a message's Content-Type says of its parts.
type Frame struct {
	Boundary string
	Start    string // the root's Content-ID, with or without brackets; "" = the first part
}

// Reader reads the parts of one message: first the root, then those that it
// refers to. It is not safe for concurrent use.
type Reader struct {
	limits  Limits
	body    *allowance
	parts   *multipart.Reader
	current *multipart.Part // whose content is next on the connection; nil = none
	count   int
	seen    map[string]*io.SectionReader // by Content-ID; nil = not kept, or handed out already
	spool   spool
	ended   bool
}

// NewReader makes a Reader of a body. What must be kept for later goes to
// temporary files in dir; "" = the system's.
func NewReader(body io.Reader, f Frame, l Limits, dir string) (*Reader, error) {
	if err := checkBoundary(f.Boundary); err != nil {
		return nil, err
	}
	l = l.withDefaults()
	a := newAllowance(body)
	return &Reader{
		limits: l, body: a, parts: multipart.NewReader(a, f.Boundary),
		seen: map[string]*io.SectionReader{}, spool: spool{dir: dir, most: l.Spool},
	}, nil
}

// checkBoundary accepts the characters of RFC 2046 §5.1.1 and those that WCF
// and others use beside them.
func checkBoundary(b string) error {
	if b == "" {
		return wrong("the Content-Type names no boundary")
	}
	if len(b) > longestBoundary || strings.HasSuffix(b, " ") {
		return wrong("the boundary is not one")
	}
	for i := range len(b) {
		if b[i] < ' ' || b[i] > '~' || b[i] == '"' || b[i] == '\\' {
			return wrong("the boundary is not one")
		}
	}
	return nil
}

// Root finds the root part and returns its Content-Type and its content, which
// is read before Part is called.
func (r *Reader) Root(f Frame) (contentType string, content io.Reader, err error) {
	start := contentID(f.Start)
	for {
		p, id, err := r.next()
		if err == io.EOF {
			return "", nil, wrong("there is no root part")
		}
		if err != nil {
			return "", nil, err
		}
		if start == "" || id == start {
			return p.Header.Get("Content-Type"), &partContent{r, p}, nil
		}
		if err := r.keep(id, p); err != nil {
			return "", nil, err
		}
	}
}

// Part returns the content of the part that an href leads to. Each part is
// handed out once. What is left of the part before is skipped.
func (r *Reader) Part(href string) (io.Reader, error) {
	written, decoded, err := ParseHref(href)
	if err != nil {
		return nil, err
	}
	for _, id := range []string{written, decoded} {
		kept, seen := r.seen[id]
		if !seen {
			continue
		}
		if kept == nil {
			return nil, wrong("two references lead to one part")
		}
		r.seen[id] = nil
		return kept, nil
	}
	for {
		p, id, err := r.next()
		if err == io.EOF {
			return nil, wrong("a reference leads to a part that the message does not have")
		}
		if err != nil {
			return nil, err
		}
		if id != "" && (id == written || id == decoded) {
			return &partContent{r, p}, nil
		}
		if err := r.keep(id, p); err != nil {
			return nil, err
		}
	}
}

// Finish reads to the message's end, which must be there. Parts that nothing
// refers to are passed over.
func (r *Reader) Finish() error {
	for {
		if _, _, err := r.next(); err == io.EOF {
			return nil
		} else if err != nil {
			return err
		}
	}
}

// Close drops what was kept. It does not read on.
func (r *Reader) Close() error { return r.spool.close() }

// keep puts a part aside.
func (r *Reader) keep(id string, p *multipart.Part) error {
	if id == "" {
		return wrong("a part without a Content-ID")
	}
	kept, err := r.spool.keep(&partContent{r, p})
	if err != nil {
		return err
	}
	r.seen[id] = kept
	return nil
}

// next goes to the next part, past what is left of the current one, and checks
// its headers. io.EOF = the message ended as it should.
func (r *Reader) next() (*multipart.Part, string, error) {
	if r.ended {
		return nil, "", io.EOF
	}
	if r.current != nil {
		if _, err := io.Copy(io.Discard, &partContent{r, r.current}); err != nil {
			return nil, "", err
		}
	}
	r.current = nil
	r.body.limit(r.limits.Headers + parserAhead)
	p, err := r.parts.NextRawPart()
	r.body.lift()
	switch {
	case err == io.EOF:
		r.ended = true
		return nil, "", io.EOF
	case err != nil:
		return nil, "", r.explain(err)
	}
	if r.count++; r.count > r.limits.Parts {
		return nil, "", tooLarge("more than %d parts", r.limits.Parts)
	}
	id, err := r.check(p)
	if err != nil {
		return nil, "", err
	}
	r.current = p
	return p, id, nil
}

// check reads a part's headers.
func (r *Reader) check(p *multipart.Part) (id string, err error) {
	switch e := strings.ToLower(strings.TrimSpace(p.Header.Get("Content-Transfer-Encoding"))); e {
	case "", "binary", "8bit", "7bit":
	default:
		return "", wrong("a part's Content-Transfer-Encoding is %.40q; it must be binary, 8bit or 7bit", e)
	}
	for _, once := range []string{"Content-Type", "Content-Id", "Content-Transfer-Encoding"} {
		if len(p.Header[once]) > 1 {
			return "", wrong("a part has two headers %s", once)
		}
	}
	if media := strings.ToLower(strings.TrimSpace(p.Header.Get("Content-Type"))); strings.HasPrefix(media, "multipart/") || strings.HasPrefix(media, "message/") {
		return "", wrong("a part holds a message of its own")
	}
	id = contentID(p.Header.Get("Content-Id"))
	if len(id) > longestID {
		return "", wrong("a Content-ID of %d bytes", len(id))
	}
	if id == "" {
		return "", nil
	}
	if _, twice := r.seen[id]; twice {
		return "", wrong("two parts have one Content-ID")
	}
	r.seen[id] = nil
	return id, nil
}

// explain tells what the connection did from what the message has wrong.
func (r *Reader) explain(err error) error {
	var ours *Error
	switch {
	case r.body.err != nil:
		return r.body.err
	case errors.As(err, &ours):
		return err
	case errors.Is(err, errAllowance), errors.Is(err, multipart.ErrMessageTooLarge):
		return tooLarge("a part's headers have more than %d bytes", r.limits.Headers)
	case errors.Is(err, errEnd):
		return wrong("the message ends before its last boundary")
	}
	return wrong("the parts are not written as multipart (RFC 2046)")
}

// partContent is what is in a part.
type partContent struct {
	r *Reader
	p *multipart.Part
}

// Read implements io.Reader.
func (c *partContent) Read(b []byte) (int, error) {
	if c.p != c.r.current {
		return 0, io.EOF // passed over
	}
	n, err := c.p.Read(b)
	if err == io.EOF {
		return n, io.EOF
	}
	if err != nil {
		return n, c.r.explain(err)
	}
	return n, nil
}
