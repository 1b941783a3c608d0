package core

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"

	"overgang/rest"
	"overgang/store"
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
	if errors.Is(err, store.ErrNotFound) {
		// A row says that it is there: lost content is no absent element.
		err = &rest.Error{Kind: rest.Internal, Err: fmt.Errorf("core: content is lost: blob %s: %w", content.Blob, err)}
	}
	return r, failure(err)
}
