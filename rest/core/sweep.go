package core

import (
	"context"
	"time"

	"overgang/store"
)

// orphanAge is how old a blob must be before it can be an orphan: an upload's
// row follows within it.
const orphanAge = 24 * time.Hour

// sweep removes the blobs that are older than a day and that no row refers to.
// What an interrupted upload left behind is among them. A clock that jumps makes
// files old, but not those of requests that go on.
func (c *Core) sweep(ctx context.Context) (removed int, err error) {
	before := c.now().Add(-orphanAge)
	err = c.cfg.Blobs.List(ctx, func(b store.BlobInfo) error {
		if err := ctx.Err(); err != nil {
			return err
		}
		if !b.Changed.Before(before) || c.arriving.has(b.Key) {
			return nil
		}
		referenced := true
		err := c.cfg.Store.View(ctx, func(r store.Reader) (err error) {
			referenced, err = r.BlobReferred(b.Key)
			return err
		})
		if err != nil || referenced {
			return err
		}
		if err := c.cfg.Blobs.Delete(ctx, b.Key); err != nil {
			return err
		}
		removed++
		return nil
	})
	return removed, err
}
