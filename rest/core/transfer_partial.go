package core

import (
	"context"
	"crypto/md5"
	"crypto/sha256"
	"encoding"
	"errors"
	"fmt"
	"hash"

	"github.com/google/uuid"

	"overgang/rest"
	"overgang/store"
)

// saveEvery is how many bytes of a piece are written before what came is made
// durable: so much, at most, is sent again after a crash.
const saveEvery = 64 << 20

var errNoPartial = rest.Errorf(rest.NotFound, "upload-unknown", "No upload in pieces is open for this transfer.")

// StartPartial implements [rest.PartialUploads].
func (c *Core) StartPartial(ctx context.Context, caller rest.Caller, id uuid.UUID, length int64, o rest.TransferUploadOptions) (*rest.PartialUpload, error) {
	if c.transfers.partials == nil {
		return nil, rest.Errorf(rest.Unsupported, "pieces", "Uploads in pieces are not served here.")
	}
	if length <= 0 {
		return nil, rest.Errorf(rest.Invalid, "content-empty", "The file has no content.")
	}
	p, free, err := c.begin(ctx, caller, id)
	if err != nil {
		return nil, err
	}
	defer free()
	if limit := c.largestFile(p.Transfer); length > limit {
		return nil, tooLarge(limit)
	}
	w, err := c.transfers.partials.Append(ctx, "", 0)
	if err != nil {
		return nil, uploadFailure(err)
	}
	c.arriving.add(ctx, w.Key())
	if err := errors.Join(w.Sync(), w.Close()); err != nil {
		c.dropPartialBlob(ctx, w.Key())
		return nil, uploadFailure(err)
	}
	now := c.now()
	up := rest.PartialUpload{Transfer: id, FileName: cleanFileName(o.FileName), Length: length, Changed: now,
		Expires: now.Add(c.cfg.Transfers.PartialLife), Blob: w.Key()}
	if up.SHA256, up.MD5, err = sumStates(sha256.New(), md5.New()); err != nil {
		return nil, failure(err)
	}
	var left string
	err = c.update(ctx, func(tx store.Tx) error {
		left = ""
		old, err := tx.PartialUpload(id)
		if err == nil {
			left = old.Blob
		} else if !errors.Is(err, store.ErrNotFound) {
			return err
		}
		return tx.PutPartial(up)
	})
	if err != nil {
		return nil, err // the file is swept: no row refers to it
	}
	c.dropPartialBlob(ctx, left)
	return &up, nil
}

// PartialUpload implements [rest.PartialUploads].
func (c *Core) PartialUpload(ctx context.Context, caller rest.Caller, id uuid.UUID) (*rest.PartialUpload, error) {
	p, err := c.partIn(ctx, caller, id, rest.ScopeRead)
	switch {
	case err != nil:
		return nil, err
	case !p.writes:
		return nil, errSenderOnly
	}
	return c.partial(ctx, id)
}

func (c *Core) partial(ctx context.Context, id uuid.UUID) (*rest.PartialUpload, error) {
	var up rest.PartialUpload
	err := c.cfg.Store.View(ctx, func(r store.Reader) (err error) {
		up, err = r.PartialUpload(id)
		return err
	})
	if errors.Is(err, store.ErrNotFound) || err == nil && !c.now().Before(up.Expires) {
		return nil, errNoPartial
	}
	return &up, failure(err)
}

// DropPartial implements [rest.PartialUploads].
func (c *Core) DropPartial(ctx context.Context, caller rest.Caller, id uuid.UUID) error {
	_, free, err := c.begin(ctx, caller, id)
	if err != nil {
		return err
	}
	defer free()
	up, err := c.partial(ctx, id)
	if err != nil {
		return err
	}
	return c.dropPartial(ctx, *up)
}

// dropPartial removes the row first: a file that a crash leaves behind is swept.
func (c *Core) dropPartial(ctx context.Context, up rest.PartialUpload) error {
	err := c.update(ctx, func(tx store.Tx) error {
		now, err := tx.PartialUpload(up.Transfer)
		if errors.Is(err, store.ErrNotFound) || err == nil && now.Blob != up.Blob {
			return nil // another one began meanwhile
		}
		if err != nil {
			return err
		}
		return tx.DeletePartial(up.Transfer)
	})
	if err == nil {
		c.dropPartialBlob(ctx, up.Blob)
	}
	return err
}

// dropPartialBlob removes what no row refers to; what cannot be removed now is swept.
func (c *Core) dropPartialBlob(ctx context.Context, key string) {
	if key == "" || c.transfers.partials == nil {
		return
	}
	if err := c.transfers.partials.DropPartial(context.WithoutCancel(ctx), key); err != nil {
		c.log.WarnContext(ctx, "an upload's pieces are left to the sweeper", "blob", key, "error", err)
	}
}

// partialPiece implements [rest.PartialPiece].
type partialPiece struct {
	core     *Core
	ctx      context.Context
	transfer *rest.Transfer
	up       rest.PartialUpload
	w        store.PartialWriter // nil when every byte is there already
	sha, md5 hash.Hash
	written  int64 // by this piece
	unsaved  int64
	by       string
	free     func()
	whole    bool // to be kept whole or not at all
	err      error
	over     bool
}

// ContinuePartial implements [rest.PartialUploads].
func (c *Core) ContinuePartial(ctx context.Context, caller rest.Caller, id uuid.UUID, offset int64, whole bool) (rest.PartialPiece, error) {
	part, free, err := c.begin(ctx, caller, id)
	if err != nil {
		return nil, err
	}
	p := &partialPiece{core: c, ctx: ctx, transfer: part.Transfer, by: caller.Name(), free: free, whole: whole, sha: sha256.New(), md5: md5.New()}
	if err := p.open(offset); err != nil {
		p.Abort()
		return nil, err
	}
	return p, nil
}

func (p *partialPiece) open(offset int64) error {
	up, err := p.core.partial(p.ctx, p.transfer.ID)
	if err != nil {
		return err
	}
	p.up = *up
	if offset != up.Received {
		return rest.Errorf(rest.Conflict, "upload-offset", "The upload has %d bytes, and the piece begins at %d.", up.Received, offset)
	}
	err = errors.Join(p.sha.(encoding.BinaryUnmarshaler).UnmarshalBinary(up.SHA256), p.md5.(encoding.BinaryUnmarshaler).UnmarshalBinary(up.MD5))
	if err != nil {
		return failure(fmt.Errorf("core: states of a partial upload's sums: %w", err))
	}
	if up.Received == up.Length {
		return nil // all that is missing is to finish it
	}
	p.w, err = p.core.transfers.partials.Append(p.ctx, up.Blob, offset)
	if errors.Is(err, store.ErrNotFound) {
		// The disk has lost what was acknowledged. To begin again is all there is.
		return errors.Join(errNoPartial, p.core.dropPartial(p.ctx, *up))
	}
	return uploadFailure(err)
}

// Write implements [io.Writer].
func (p *partialPiece) Write(b []byte) (int, error) {
	if p.over {
		return 0, errors.New("core: write to an ended piece")
	}
	if p.err == nil {
		p.err = p.take(b)
	}
	if p.err != nil {
		return 0, p.err
	}
	return len(b), nil
}

func (p *partialPiece) take(b []byte) error {
	if p.up.Received+p.written+int64(len(b)) > p.up.Length {
		return tooLarge(p.up.Length)
	}
	if len(b) == 0 {
		return nil
	}
	if _, err := p.w.Write(b); err != nil {
		return uploadFailure(err)
	}
	p.sha.Write(b)
	p.md5.Write(b)
	p.written += int64(len(b))
	p.unsaved += int64(len(b))
	if p.unsaved >= saveEvery && !p.whole {
		return p.save(p.ctx)
	}
	return nil
}

// save makes what was written durable: the bytes first, then the row.
func (p *partialPiece) save(ctx context.Context) error {
	if p.w == nil || p.written == 0 {
		return nil
	}
	if err := p.w.Sync(); err != nil {
		return uploadFailure(err)
	}
	next := p.up
	next.Received += p.written
	next.Changed = p.core.now()
	next.Expires = next.Changed.Add(p.core.cfg.Transfers.PartialLife)
	var err error
	if next.SHA256, next.MD5, err = sumStates(p.sha, p.md5); err != nil {
		return failure(err)
	}
	err = p.core.update(ctx, func(tx store.Tx) error {
		now, err := tx.PartialUpload(next.Transfer)
		switch {
		case errors.Is(err, store.ErrNotFound) || err == nil && now.Blob != next.Blob:
			return errNoPartial
		case err != nil:
			return err
		case now.Received != p.up.Received:
			return errUploadUnderway
		}
		return tx.PutPartial(next)
	})
	if err == nil {
		p.up, p.written, p.unsaved = next, 0, 0
	}
	return err
}

// Keep implements [rest.PartialPiece]. What was written is kept also when the
// sender has gone meanwhile: that is what pieces are for.
func (p *partialPiece) Keep() (*rest.PartialUpload, *rest.Transfer, error) {
	if p.over {
		return nil, nil, errors.New("core: the piece ended already")
	}
	defer p.Abort()
	if p.err != nil {
		return nil, nil, p.err
	}
	ctx := context.WithoutCancel(p.ctx)
	if err := p.save(ctx); err != nil {
		return nil, nil, err
	}
	up := p.up
	if up.Received < up.Length {
		return &up, nil, nil
	}
	t, err := p.finish(ctx)
	return &up, t, err
}

// finish makes the transfer's file of the partial.
func (p *partialPiece) finish(ctx context.Context) (*rest.Transfer, error) {
	content := rest.Content{Size: p.up.Length, Blob: p.up.Blob, MD5: (*[md5.Size]byte)(p.md5.Sum(nil))}
	p.sha.Sum(content.SHA256[:0])
	if err := checkFile(p.transfer.Checksum, content); err != nil {
		return nil, errors.Join(err, p.core.dropPartial(ctx, p.up)) // it will never be another one
	}
	if err := p.core.transfers.partials.Finish(ctx, p.up.Blob); err != nil {
		return nil, uploadFailure(err)
	}
	return p.core.fileArrived(ctx, p.transfer, content, p.up.FileName, p.by)
}

// Abort implements [rest.PartialPiece].
func (p *partialPiece) Abort() {
	if p.over {
		return
	}
	p.over = true
	if p.w != nil {
		p.w.Close()
		p.cut()
	}
	p.free()
}

// cut gives the disk back what came and was not saved: on a full one it would
// stand in everybody's way until the upload goes on or expires. What a crash
// leaves is cut off by the next piece.
func (p *partialPiece) cut() {
	if p.written == 0 && p.err == nil {
		return
	}
	w, err := p.core.transfers.partials.Append(context.WithoutCancel(p.ctx), p.up.Blob, p.up.Received)
	if err == nil {
		err = w.Close()
	}
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		p.core.log.WarnContext(p.ctx, "bytes of an upload in pieces that are not kept stay until it goes on", "blob", p.up.Blob, "error", err)
	}
}

// sumStates are the states of the sums, from which another process goes on.
func sumStates(sha, md hash.Hash) (a, b []byte, err error) {
	a, err = sha.(encoding.BinaryMarshaler).MarshalBinary()
	if err != nil {
		return nil, nil, err
	}
	b, err = md.(encoding.BinaryMarshaler).MarshalBinary()
	return a, b, err
}
