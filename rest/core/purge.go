package core

import (
	"context"
	"errors"

	"github.com/google/uuid"

	"overgang/store"
)

// purgeGroup is how many instances one look of the purge job lists.
const purgeGroup = 100

// purge removes the instances that were marked for hard deletion longer ago
// than the retention, with their blobs. One that was sent in waits for its
// application's owner to confirm it.
func (c *Core) purge(ctx context.Context) (purged int, err error) {
	before := c.now().Add(-c.cfg.Retention)
	for {
		var ids []uuid.UUID
		err := c.cfg.Store.View(ctx, func(r store.Reader) (err error) {
			ids, err = r.Purgeable(before, purgeGroup)
			return err
		})
		if err != nil || len(ids) == 0 {
			return purged, err
		}
		for _, id := range ids {
			if err := c.purgeOne(ctx, id); err != nil {
				return purged, err
			}
			purged++
		}
	}
}

// purgeOne removes the row first: a blob that is left behind by a crash in
// between is an orphan, and swept.
func (c *Core) purgeOne(ctx context.Context, id uuid.UUID) error {
	var blobs []string
	err := c.cfg.Store.Update(ctx, func(tx store.Tx) (err error) {
		blobs, err = tx.PurgeInstance(id)
		return err
	})
	if errors.Is(err, store.ErrNotFound) {
		return nil // another gateway was faster
	}
	if err != nil {
		return err
	}
	for _, key := range blobs {
		if err := c.cfg.Blobs.Delete(ctx, key); err != nil {
			return err
		}
	}
	c.log.InfoContext(ctx, "instance purged", "instance", id.String(), "blobs", len(blobs))
	return nil
}
