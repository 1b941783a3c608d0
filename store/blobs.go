package store

import (
	"context"
	"io"
	"time"
)

// Blobs keeps content that is too large for a row. Keys are random and say
// nothing; content is immutable.
type Blobs interface {
	// Create begins a blob. Nothing is visible under a key until Commit.
	Create(ctx context.Context) (BlobWriter, error)
	// Open opens a blob for reading. ErrNotFound when there is none.
	Open(ctx context.Context, key string) (io.ReadSeekCloser, error)
	// Delete removes a blob; removing an absent one is no error.
	Delete(ctx context.Context, key string) error
	// List calls fn for every blob, in any order, until fn returns an error,
	// which List returns.
	List(ctx context.Context, fn func(BlobInfo) error) error
	// Check proves that a write would succeed. ErrFull when it would not.
	Check(ctx context.Context) error
}

// BlobWriter is a blob on its way in. Exactly one of Commit and Abort ends it;
// Abort after Commit does nothing.
type BlobWriter interface {
	io.Writer
	// Key is where Commit will make the blob visible.
	Key() string
	// Settle says that nothing more is written before Commit or Abort, which
	// may be long in coming: memory and open files are let go of.
	Settle() error
	// Commit makes the blob durable (data and directory fsynced) and returns its Key.
	Commit() (key string, err error)
	Abort()
}

// BlobInfo is one stored blob.
type BlobInfo struct {
	Key     string
	Size    int64
	Changed time.Time
}
