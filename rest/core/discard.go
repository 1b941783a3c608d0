package core

import (
	"context"

	"overgang/rest"
	"overgang/store"
)

// discard discards the content of elements that were not taken in: of
// repetitions, of what was rejected or refused.
func (c *Core) discard(ctx context.Context, elements ...rest.NewElement) {
	for i := range elements {
		c.Discard(ctx, elements[i].Content)
	}
}

// Discard implements [rest.Uploads]. A sender could fill the disk with content
// that is not taken in until the sweeper comes, to which is left what cannot be
// removed now.
func (c *Core) Discard(ctx context.Context, contents ...rest.Content) {
	ctx = context.WithoutCancel(ctx)
	for i := range contents {
		key := contents[i].Blob
		if key == "" {
			continue
		}
		referred := true
		err := c.cfg.Store.View(ctx, func(r store.Reader) (err error) {
			referred, err = r.BlobReferred(key)
			return err
		})
		if err == nil && !referred {
			err = c.cfg.Blobs.Delete(ctx, key)
		}
		if err != nil {
			c.log.WarnContext(ctx, "content that was not taken in is left to the sweeper", "blob", key, "error", err)
		}
	}
}

// discardIfRefused discards when err says that nothing was stored: the core
// decided against a request, its sender has gone, the disk is full, the database
// busy. After a failure of another kind it is not known whether a row refers to
// the content.
func (c *Core) discardIfRefused(ctx context.Context, err error, elements ...rest.NewElement) {
	if nothingStored(err) {
		c.discard(ctx, elements...)
	}
}

// discardContentIfRefused is discardIfRefused for contents that are no element's.
func (c *Core) discardContentIfRefused(ctx context.Context, err error, contents ...rest.Content) {
	if nothingStored(err) {
		c.Discard(ctx, contents...)
	}
}

// nothingStored says it of a use case's outcome: a [store.Store] that knows why it
// failed has stored nothing.
func nothingStored(err error) bool { return err != nil && rest.KindOf(err) != rest.Internal }
