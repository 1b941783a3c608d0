package core

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"

	"overgang/rest"
	"overgang/store"
)

// endGroup is how many transfers one look of the job lists.
const endGroup = 100

// CancelTransfer implements [rest.Transfers].
func (c *Core) CancelTransfer(ctx context.Context, caller rest.Caller, id uuid.UUID) (*rest.Transfer, error) {
	p, err := c.partIn(ctx, caller, id, rest.ScopeWrite)
	switch {
	case err != nil:
		return nil, err
	case !p.writes:
		return nil, errSenderOnly
	case p.Status == rest.TransferCancelled:
		return p.shown(), nil
	}
	t, err := c.endTransfer(ctx, id, caller.Name(), func(t *rest.Transfer, l *transferLog) error {
		switch t.Status {
		case rest.TransferInitialized, rest.TransferUploadStarted, rest.TransferProcessing, rest.TransferPublished:
		default:
			return rest.Errorf(rest.Conflict, "transfer-over", "The transfer is over already: %s.", t.Status)
		}
		return errors.Join(
			l.status(rest.TransferCancelled, textCancelled, rest.EventTransferCancelled),
			l.tell(rest.StatusRejected, textCancelled), l.tellRecipients(rest.StatusRejected, textCancelled, notConfirmed))
	})
	return t, err
}

// errNotDue says that there is nothing to do, any more or yet.
var errNotDue = errors.New("core: the transfer is not due")

// endTransfer ends a transfer in whatever way, and removes its file: the rows
// first, so that what a crash leaves behind is an orphan, and swept.
func (c *Core) endTransfer(ctx context.Context, id uuid.UUID, by string, end func(t *rest.Transfer, l *transferLog) error) (*rest.Transfer, error) {
	var blob, pieces string
	t, err := c.changeTransfer(ctx, id, by, func(tx store.Tx, t *rest.Transfer, l *transferLog) error {
		blob, pieces = t.Content.Blob, ""
		if err := end(t, l); err != nil {
			return err
		}
		t.Due = time.Time{}
		t.Content.Blob, t.Content.Inline = "", nil
		partial, err := tx.PartialUpload(id)
		if err == nil {
			pieces = partial.Blob
			err = tx.DeletePartial(id)
		} else if errors.Is(err, store.ErrNotFound) {
			err = nil
		}
		if err != nil {
			return err
		}
		return tx.DropTransferContent(id)
	})
	if err != nil {
		return nil, err
	}
	if blob != "" {
		if err := c.cfg.Blobs.Delete(context.WithoutCancel(ctx), blob); err != nil {
			c.log.WarnContext(ctx, "an ended transfer's file is left to the sweeper", "transfer", id.String(), "blob", blob, "error", err)
		}
	}
	c.dropPartialBlob(ctx, pieces)
	return t, nil
}

// endDue ends what is due: transfers whose file never came or has expired, and
// those that all recipients have confirmed.
func (c *Core) endDue(ctx context.Context) (ended int, err error) {
	for {
		var ids []uuid.UUID
		err := c.cfg.Store.View(ctx, func(r store.Reader) (err error) {
			ids, err = r.DueTransfers(c.now().Add(time.Microsecond), false, endGroup)
			return err
		})
		if err != nil || len(ids) == 0 {
			return ended, err
		}
		var failed []error
		for _, id := range ids {
			if err := c.endOne(ctx, id); err == nil {
				ended++
			} else if failed = append(failed, fmt.Errorf("transfer %s: %w", id, err)); ctx.Err() != nil {
				break
			}
		}
		if len(failed) > 0 { // the others are ended; these are tried again next time
			return ended, errors.Join(failed...)
		}
	}
}

func (c *Core) endOne(ctx context.Context, id uuid.UUID) error {
	t, err := c.endTransfer(ctx, id, byGateway, func(t *rest.Transfer, l *transferLog) error {
		if t.Due.IsZero() || t.Due.After(l.now) {
			return errNotDue
		}
		return endOfTime(t, l)
	})
	if errors.Is(err, errNotDue) {
		return nil // another one was faster
	}
	if err != nil {
		return err
	}
	c.log.InfoContext(ctx, "transfer ended", "transfer", id.String(), "status", string(t.Status), "text", t.Text)
	return nil
}

// endOfTime is what becomes of a transfer whose time is up.
func endOfTime(t *rest.Transfer, l *transferLog) error {
	fail := func(text string) error {
		return errors.Join(
			l.status(rest.TransferFailed, text, rest.EventTransferFailed),
			l.tell(rest.StatusRejected, text), l.tellRecipients(rest.StatusRejected, text, everybody))
	}
	switch t.Status {
	case rest.TransferInitialized, rest.TransferUploadStarted:
		return fail(textNeverCame)
	case rest.TransferProcessing:
		return fail(textNotScanned)
	case rest.TransferAllConfirmed:
		return errors.Join(l.status(rest.TransferPurged, textPurged, rest.EventTransferPurged), l.tell("", textPurged))
	case rest.TransferPublished:
		return errors.Join(
			l.status(rest.TransferPurged, textExpired, rest.EventTransferExpired),
			l.tell("", textExpired), l.tellRecipients(rest.StatusRejected, textExpiredHere, notConfirmed))
	}
	return errNotDue
}

// expirePartials drops uploads in pieces that made no progress for too long.
func (c *Core) expirePartials(ctx context.Context) (dropped int, err error) {
	for {
		var list []rest.PartialUpload
		err := c.cfg.Store.View(ctx, func(r store.Reader) (err error) {
			list, err = r.ExpiredPartials(c.now(), endGroup)
			return err
		})
		before := dropped
		for _, up := range list {
			is, err := c.expirePartial(ctx, up)
			if err != nil {
				return dropped, err
			}
			if is {
				dropped++
			}
		}
		if err != nil || dropped == before {
			return dropped, err
		}
	}
}

// expirePartial drops an upload in pieces, but not while a request is at it, nor
// when one was since it was listed.
func (c *Core) expirePartial(ctx context.Context, up rest.PartialUpload) (dropped bool, err error) {
	if !c.transfers.underway.take(up.Transfer) {
		return false, nil
	}
	defer c.transfers.underway.free(up.Transfer)
	if _, err := c.partial(ctx, up.Transfer); !errors.Is(err, errNoPartial) {
		return false, err
	}
	return true, c.dropPartial(ctx, up)
}

// sweepPartials removes pieces that are older than a day and that no row refers to.
func (c *Core) sweepPartials(ctx context.Context) (removed int, err error) {
	if c.transfers.partials == nil {
		return 0, nil
	}
	before := c.now().Add(-orphanAge)
	err = c.transfers.partials.ListPartials(ctx, func(b store.BlobInfo) error {
		if !b.Changed.Before(before) || c.arriving.has(b.Key) {
			return nil
		}
		referred := true
		err := c.cfg.Store.View(ctx, func(r store.Reader) (err error) {
			referred, err = r.BlobReferred(b.Key)
			return err
		})
		if err != nil || referred {
			return err
		}
		removed++
		return c.transfers.partials.DropPartial(ctx, b.Key)
	})
	return removed, err
}
