package soap

import (
	"net/http"
	"strings"
)

// nowhere is a Sink that keeps nothing.
type nowhere struct{}

func (nowhere) Write(p []byte) (int, error) { return len(p), nil }
func (nowhere) Close() error                { return nil }
func (nowhere) Settle() error               { return nil }
func (nowhere) Abort()                      {}

// again is a body that can be sent once more.
type again struct{ strings.Reader }

func (*again) Close() error { return nil }

// discard is a response writer that keeps the status only.
type discard struct {
	header http.Header
	status int
}

func (d *discard) Header() http.Header         { return d.header }
func (d *discard) WriteHeader(status int)      { d.status = status }
func (d *discard) Write(p []byte) (int, error) { return len(p), nil }
