package rest

import (
	"context"
	"crypto/md5"
	"crypto/sha256"
	"io"
)

// InlineLimit is the size in bytes up to which content lives in the database;
// larger content lives in the blob store.
const InlineLimit = 64 << 10

// Content is immutable bytes that were received whole and are safe on disk or
// small enough to travel with their row.
type Content struct {
	Size   int64
	SHA256 [sha256.Size]byte
	MD5    *[md5.Size]byte // only when asked for at the start of the upload
	Inline []byte          // the bytes when Size <= InlineLimit
	Blob   string          // else the blob store's key
}

// Upload is content on its way in. Writes go to memory first and spill to the
// blob store above [InlineLimit]. It is used by one goroutine. Exactly one of
// Commit and Abort ends it; Abort after Commit does nothing, so it can be deferred.
type Upload interface {
	io.Writer
	// Settle says that all of the content was written, though it is not known
	// yet whether it will be committed: no file is held open for it any more.
	Settle() error
	// Commit makes the content durable (file and directory fsynced) and
	// returns it. Until a row refers to it, a sweeper may remove it after a day.
	Commit() (Content, error)
	// Abort drops what was written.
	Abort()
}

// UploadOptions of [Uploads].Upload.
type UploadOptions struct {
	MaxSize int64 // bytes; a Write beyond it fails with TooLarge; 0 = the gateway's limit
	MD5     bool  // also compute an MD5, for legacy checksums
}

// Uploads takes content in, for whatever use case then refers to it.
type Uploads interface {
	Upload(ctx context.Context, opts UploadOptions) (Upload, error)
	// Discard removes committed content that no use case will be given: what
	// its receiver refused. Content that a row refers to stays.
	Discard(ctx context.Context, contents ...Content)
}
