package api

import (
	"bytes"
	"io"
	"mime"
	"strings"
)

// tail watches a multipart body go by. To mime/multipart a body that ends
// within a part's headers looks like one that ends properly; the tail knows
// whether the closing delimiter was there.
type tail struct {
	io.ReadCloser
	last  []byte
	ended bool
}

// keep is how much of the end is kept: more than mime/multipart reads ahead,
// which is 4 KiB.
const keep = 8 << 10

// Read implements io.Reader.
func (t *tail) Read(p []byte) (int, error) {
	n, err := t.ReadCloser.Read(p)
	t.last = append(t.last, p[:n]...)
	if len(t.last) > keep {
		t.last = append(t.last[:0], t.last[len(t.last)-keep:]...)
	}
	t.ended = t.ended || err == io.EOF
	return n, err
}

// closed says whether the body that mime/multipart has read to its end had the
// closing delimiter (RFC 2046 §5.1.1). One that was not read to its last byte had.
func (t *tail) closed(contentType string) bool {
	if !t.ended {
		return true
	}
	_, params, err := mime.ParseMediaType(contentType)
	delimiter := "--" + strings.TrimSpace(params["boundary"]) + "--"
	return err == nil && (bytes.Contains(t.last, []byte("\n"+delimiter)) || bytes.HasPrefix(t.last, []byte(delimiter)))
}

// rest reads what follows the closing delimiter: only with it the body is as
// long as was told.
func (t *tail) rest() error {
	if _, err := io.Copy(io.Discard, t); err != nil {
		return bodyError(err)
	}
	return nil
}
