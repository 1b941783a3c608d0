package api

import (
	"bytes"
	"crypto/sha256"
	"hash"
	"io"
	"mime"
	"net/http"
	"strconv"
)

// fingerprint tells whether two requests are the same: it takes in what the
// request asks for, and its body as it goes by. The boundary of a multipart
// body counts for nothing: clients choose another one when they send again.
type fingerprint struct {
	io.ReadCloser
	sum      hash.Hash
	boundary []byte // "--" and the boundary; nil = none
	held     []byte // the end of what was read, which may be the beginning of a boundary
}

// newFingerprint begins the fingerprint of a request and puts itself before its body.
func newFingerprint(r *http.Request) *fingerprint {
	f := &fingerprint{ReadCloser: r.Body, sum: sha256.New()}
	contentType := r.Header.Get("Content-Type")
	if kind, params, err := mime.ParseMediaType(contentType); err == nil {
		if params["boundary"] != "" {
			f.boundary = []byte("--" + params["boundary"])
			delete(params, "boundary")
		}
		contentType = mime.FormatMediaType(kind, params)
	}
	for _, text := range []string{r.Method, r.URL.EscapedPath(), r.URL.RawQuery, contentType,
		r.Header.Get("Content-Disposition"), r.Header.Get("Prefer"), r.Header.Get("If-Match"), r.Header.Get("X-Instance-Owner"), strconv.FormatBool(wantsLater(r))} {
		io.WriteString(f.sum, strconv.Itoa(len(text))+":"+text)
	}
	r.Body = f
	return f
}

// Read implements io.Reader.
func (f *fingerprint) Read(p []byte) (int, error) {
	n, err := f.ReadCloser.Read(p)
	f.take(p[:n])
	return n, err
}

func (f *fingerprint) take(p []byte) {
	if f.boundary == nil {
		f.sum.Write(p)
		return
	}
	f.held = append(f.held, p...)
	for {
		before, after, found := bytes.Cut(f.held, f.boundary)
		if !found {
			break
		}
		f.sum.Write(before)
		f.sum.Write([]byte("--"))
		f.held = append(f.held[:0], after...)
	}
	if n := len(f.held) - len(f.boundary) + 1; n > 0 {
		f.sum.Write(f.held[:n])
		f.held = append(f.held[:0], f.held[n:]...)
	}
}

// end is the fingerprint, once the body was read.
func (f *fingerprint) end() []byte {
	f.sum.Write(f.held)
	f.held = nil
	return f.sum.Sum(nil)
}
