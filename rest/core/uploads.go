package core

import (
	"context"
	"crypto/md5"
	"crypto/sha256"
	"errors"
	"hash"
	"sync"
	"time"

	"overgang/rest"
	"overgang/store"
)

// buffers of InlineLimit bytes, for content that is small, and of a sixteenth of
// that, for content that is smaller still: a message may have a thousand such.
var (
	buffers      = sync.Pool{New: func() any { b := make([]byte, 0, rest.InlineLimit); return &b }}
	smallBuffers = sync.Pool{New: func() any { b := make([]byte, 0, rest.InlineLimit/16); return &b }}
)

// upload implements [rest.Upload].
type upload struct {
	ctx    context.Context
	core   *Core
	limit  int64
	size   int64
	buffer *[]byte          // nil once spilled
	blob   store.BlobWriter // nil until spilled
	sha    hash.Hash        // while spilled
	md5    hash.Hash        // when asked for
	err    error            // sticky
	ended  bool
}

// Upload implements [rest.Uploads].
func (c *Core) Upload(ctx context.Context, opts rest.UploadOptions) (rest.Upload, error) {
	limit := c.cfg.MaxUpload
	if opts.MaxSize > 0 {
		limit = min(limit, opts.MaxSize)
	}
	u := c.newUpload(ctx, limit)
	if opts.MD5 {
		u.md5 = md5.New()
	}
	return u, nil
}

func (c *Core) newUpload(ctx context.Context, limit int64) *upload {
	return &upload{ctx: ctx, core: c, limit: limit, buffer: smallBuffers.Get().(*[]byte)}
}

// Write implements io.Writer.
func (u *upload) Write(p []byte) (int, error) {
	if u.ended {
		return 0, errors.New("core: write to an ended upload")
	}
	if u.err != nil {
		return 0, u.err
	}
	if u.err = u.take(p); u.err != nil {
		return 0, u.err
	}
	return len(p), nil
}

func (u *upload) take(p []byte) error {
	if u.size+int64(len(p)) > u.limit {
		return tooLarge(u.limit)
	}
	if u.blob == nil && u.size+int64(len(p)) > rest.InlineLimit {
		if err := u.spill(); err != nil {
			return uploadFailure(err)
		}
	}
	u.size += int64(len(p))
	if u.md5 != nil {
		u.md5.Write(p)
	}
	if u.blob == nil {
		u.keep(p)
		return nil
	}
	if err := u.ctx.Err(); err != nil {
		return uploadFailure(err)
	}
	u.sha.Write(p)
	_, err := u.blob.Write(p)
	return uploadFailure(err)
}

// keep adds to the buffer, in a larger one if it must be.
func (u *upload) keep(p []byte) {
	if len(*u.buffer)+len(p) > cap(*u.buffer) {
		larger := buffers.Get().(*[]byte)
		*larger = append(*larger, *u.buffer...)
		u.release()
		u.buffer = larger
	}
	*u.buffer = append(*u.buffer, p...)
}

// spill moves what came so far to the blob store.
func (u *upload) spill() error {
	blob, err := u.core.cfg.Blobs.Create(u.ctx)
	if err != nil {
		return err
	}
	u.core.arriving.add(u.ctx, blob.Key())
	u.blob, u.sha = blob, sha256.New()
	u.sha.Write(*u.buffer)
	_, err = blob.Write(*u.buffer)
	u.release()
	return err
}

func (u *upload) release() {
	if u.buffer == nil {
		return
	}
	pool := &smallBuffers
	if cap(*u.buffer) >= rest.InlineLimit {
		pool = &buffers
	}
	*u.buffer = (*u.buffer)[:0]
	pool.Put(u.buffer)
	u.buffer = nil
}

// Settle implements [rest.Upload].
func (u *upload) Settle() error {
	if u.err == nil && u.blob != nil {
		u.err = uploadFailure(u.blob.Settle())
	}
	return u.err
}

// Commit implements [rest.Upload].
func (u *upload) Commit() (rest.Content, error) {
	switch {
	case u.ended:
		return rest.Content{}, errors.New("core: upload ended already")
	case u.err != nil:
		u.Abort()
		return rest.Content{}, u.err
	}
	u.ended = true
	content := rest.Content{Size: u.size}
	if u.md5 != nil {
		content.MD5 = (*[md5.Size]byte)(u.md5.Sum(nil))
	}
	if u.blob == nil {
		content.SHA256 = sha256.Sum256(*u.buffer)
		content.Inline = append(make([]byte, 0, len(*u.buffer)), *u.buffer...)
		u.release()
		return content, nil
	}
	key, err := u.blob.Commit()
	if err != nil {
		u.blob.Abort()
		return rest.Content{}, uploadFailure(err)
	}
	u.sha.Sum(content.SHA256[:0])
	content.Blob = key
	return content, nil
}

// Abort implements [rest.Upload].
func (u *upload) Abort() {
	if u.ended {
		return
	}
	u.ended = true
	u.release()
	if u.blob != nil {
		u.blob.Abort()
	}
}

// uploadFailure is failure for what the blob store cannot take: whatever the
// disk's trouble is, nothing was stored, and the sender may try again.
func uploadFailure(err error) error {
	if err == nil {
		return nil
	}
	e := failure(err)
	switch rest.KindOf(e) {
	case rest.Internal, rest.NotFound, rest.Conflict:
		return unavailable("content", time.Minute, err)
	}
	return e
}

func tooLarge(limit int64) error {
	return rest.Errorf(rest.TooLarge, "content-too-large", "The content is larger than the %d bytes that are allowed.", limit)
}
