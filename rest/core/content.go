package core

import (
	"bytes"
	"context"
	"io"

	"overgang/rest"
)

// inlineReader reads content that came with its row.
type inlineReader struct{ *bytes.Reader }

// Close implements io.Closer.
func (inlineReader) Close() error { return nil }

// open opens content, wherever it lives.
func (c *Core) open(ctx context.Context, content rest.Content) (io.ReadSeekCloser, error) {
	if content.Blob == "" {
		return inlineReader{bytes.NewReader(content.Inline)}, nil
	}
	r, err := c.cfg.Blobs.Open(ctx, content.Blob)
	return r, failure(err)
}
