package core

import (
	"context"
	"errors"
	"time"

	"github.com/google/uuid"

	"overgang/rest"
	"overgang/store"
)

const textRemoved = "The file was removed by an operator."

// Transfers lists everybody's file transfers by Number, after the given one.
func (a *Admin) Transfers(ctx context.Context, after int32, limit int) (list []rest.Transfer, err error) {
	err = a.view(ctx, func(r store.Reader) (err error) {
		list, err = r.AllTransfers(after, limit)
		return err
	})
	return list, err
}

// Transfer is one transfer with its steps, oldest first.
func (a *Admin) Transfer(ctx context.Context, id uuid.UUID) (t *rest.Transfer, steps []rest.TransferStep, err error) {
	err = a.view(ctx, func(r store.Reader) (err error) {
		if t, err = r.Transfer(id); err != nil {
			return orNotFound(err, "transfer")
		}
		steps, err = r.TransferSteps(id)
		return err
	})
	return t, steps, err
}

// PurgeTransfer ends a transfer whatever its state and takes its file away. The
// keys are of content that nobody refers to any more: the caller deletes it, or a
// gateway's sweeper will. Conflict when the transfer has ended already.
func (a *Admin) PurgeTransfer(ctx context.Context, id uuid.UUID) (t *rest.Transfer, blobs, pieces []string, err error) {
	err = a.Apply(ctx, func(tx store.Tx) error {
		blobs, pieces = nil, nil
		var err error
		if t, err = tx.Transfer(id); err != nil {
			return orNotFound(err, "transfer")
		}
		switch t.Status {
		case rest.TransferPurged, rest.TransferCancelled, rest.TransferFailed:
			return rest.Errorf(rest.Conflict, "transfer-over", "The transfer is over already: %s.", t.Status)
		}
		if t.Content.Blob != "" {
			blobs = append(blobs, t.Content.Blob)
		}
		partial, err := tx.PartialUpload(id)
		if err == nil {
			pieces = append(pieces, partial.Blob)
			err = tx.DeletePartial(id)
		} else if errors.Is(err, store.ErrNotFound) {
			err = nil
		}
		if err != nil {
			return err
		}
		l := &transferLog{tx: tx, t: t, by: byGateway, now: a.cfg.Now().UTC().Truncate(time.Microsecond)}
		t.Due, t.Content.Blob, t.Content.Inline = time.Time{}, "", nil
		return errors.Join(
			l.status(rest.TransferPurged, textRemoved, rest.EventTransferPurged),
			l.tell("", textRemoved), l.tellRecipients(rest.StatusRejected, textRemoved, notConfirmed),
			l.end(), tx.DropTransferContent(id))
	})
	return t, blobs, pieces, err
}
