package core

import (
	"context"
	"crypto/md5"
	"errors"

	"github.com/google/uuid"

	"overgang/rest"
	"overgang/store"
)

// awaiting reads a transfer that the caller may upload the file of now.
func (c *Core) awaiting(ctx context.Context, caller rest.Caller, id uuid.UUID) (*part, error) {
	p, err := c.partIn(ctx, caller, id, rest.ScopeWrite)
	switch {
	case err != nil:
		return nil, err
	case !p.writes:
		return nil, errSenderOnly
	}
	return p, waits(p.Transfer)
}

// waits is nil for a transfer that waits for its file.
func waits(t *rest.Transfer) error {
	switch {
	case t.Status.Awaits():
		return nil
	case t.Status == rest.TransferProcessing, t.Status.Open():
		return errFileThere
	}
	return errTransferEnded
}

// largestFile is the size that a file of the service may have, in bytes.
func (c *Core) largestFile(t *rest.Transfer) int64 {
	limit := c.cfg.Transfers.MaxSize
	if a := c.registry.now().apps[t.App]; a != nil && a.Broker != nil && a.Broker.MaxSize > 0 {
		limit = min(limit, a.Broker.MaxSize)
	}
	return limit
}

// begin takes a transfer for one upload; the returned function frees it.
func (c *Core) begin(ctx context.Context, caller rest.Caller, id uuid.UUID) (*part, func(), error) {
	// Who may not even see it does not learn that it is being uploaded.
	if _, err := c.awaiting(ctx, caller, id); err != nil {
		return nil, nil, err
	}
	if !c.transfers.underway.take(id) {
		return nil, nil, errUploadUnderway
	}
	free := func() { c.transfers.underway.free(id) }
	p, err := c.awaiting(ctx, caller, id) // once more: the last upload may just have ended
	if err == nil && p.Status == rest.TransferInitialized {
		_, err = c.changeTransfer(ctx, id, caller.Name(), func(_ store.Tx, t *rest.Transfer, l *transferLog) error {
			if err := waits(t); err != nil {
				return err
			}
			return l.status(rest.TransferUploadStarted, "", "")
		})
	}
	if err != nil {
		free()
		return nil, nil, err
	}
	return p, free, nil
}

// transferUpload implements [rest.TransferUpload].
type transferUpload struct {
	*upload
	transfer *rest.Transfer
	fileName string
	checksum string // beside the transfer's own
	by       string
	free     func()
	over     bool
}

// UploadTransfer implements [rest.Transfers].
func (c *Core) UploadTransfer(ctx context.Context, caller rest.Caller, id uuid.UUID, o rest.TransferUploadOptions) (rest.TransferUpload, error) {
	sum, err := checksum(o.Checksum)
	if err != nil {
		return nil, err
	}
	p, free, err := c.begin(ctx, caller, id)
	if err != nil {
		return nil, err
	}
	limit := c.largestFile(p.Transfer)
	if o.Size > limit {
		free()
		return nil, tooLarge(limit)
	}
	up := c.newUpload(ctx, limit)
	up.md5 = md5.New()
	return &transferUpload{upload: up, transfer: p.Transfer, fileName: cleanFileName(o.FileName), checksum: sum, by: caller.Name(), free: free}, nil
}

// Commit implements [rest.TransferUpload].
func (u *transferUpload) Commit() (*rest.Transfer, error) {
	if u.over {
		return nil, errors.New("core: upload ended already")
	}
	defer u.Abort()
	if u.upload.err == nil && u.upload.size == 0 {
		return nil, rest.Errorf(rest.Invalid, "content-empty", "The file has no content.")
	}
	content, err := u.upload.Commit()
	if err != nil {
		return nil, err
	}
	if err := checkFile(u.checksum, content); err != nil {
		u.core.Discard(u.ctx, content)
		return nil, err
	}
	return u.core.fileArrived(u.ctx, u.transfer, content, u.fileName, u.by)
}

// Abort implements [rest.TransferUpload].
func (u *transferUpload) Abort() {
	if u.over {
		return
	}
	u.over = true
	u.upload.Abort()
	u.free()
}

// fileArrived hands a file on that is whole and safe on disk. What is refused is
// removed at once.
func (c *Core) fileArrived(ctx context.Context, t *rest.Transfer, content rest.Content, fileName, by string) (*rest.Transfer, error) {
	out, left, err := c.takeFile(ctx, t, content, fileName, by)
	if err != nil {
		c.discardContentIfRefused(ctx, err, content)
		return nil, err
	}
	c.dropPartialBlob(ctx, left)
	if out.Status == rest.TransferProcessing {
		c.transfers.wakeScanner()
	}
	return out, nil
}

// takeFile gives a transfer its file; left is a partial upload's that is of no
// use any more. Of two uploads that end at once the second is refused.
func (c *Core) takeFile(ctx context.Context, t *rest.Transfer, content rest.Content, fileName, by string) (out *rest.Transfer, left string, err error) {
	if err := checkFile(t.Checksum, content); err != nil {
		return nil, "", err
	}
	out, err = c.changeTransfer(ctx, t.ID, by, func(tx store.Tx, t *rest.Transfer, l *transferLog) error {
		if err := waits(t); err != nil {
			return err
		}
		left = ""
		partial, err := tx.PartialUpload(t.ID)
		switch {
		case errors.Is(err, store.ErrNotFound):
		case err != nil:
			return err
		default:
			if partial.Blob != content.Blob {
				left = partial.Blob
			}
			if err := tx.DeletePartial(t.ID); err != nil {
				return err
			}
		}
		t.Content = content
		if fileName != "" {
			t.FileName = fileName
		}
		if c.cfg.Transfers.Scanner == nil {
			return c.publishFile(t, l)
		}
		t.Due = l.now
		return errors.Join(
			l.status(rest.TransferProcessing, textProcessing, rest.EventTransferProcessing),
			l.tell("", textProcessing), l.tellRecipients("", textProcessing, everybody))
	})
	return out, left, err
}

// publishFile lets the recipients have the file.
func (c *Core) publishFile(t *rest.Transfer, l *transferLog) error {
	t.Published = l.now
	var app *rest.Application
	if a := c.registry.now().apps[t.App]; a != nil {
		app = a.Application
	}
	t.Expires = l.now.Add(c.expiry(app))
	t.Due = t.Expires
	text := textUploaded(t.FileName)
	return errors.Join(
		l.status(rest.TransferPublished, text, rest.EventTransferPublished),
		l.tell(rest.StatusOK, text), l.tellRecipients(rest.StatusOK, textAvailable, everybody))
}
