package core

import (
	"context"

	"overgang/rest"
	"overgang/store"
)

// discard removes the content of elements that were uploaded and then not
// taken in: of repetitions, of what was rejected or refused. A sender could
// fill the disk with them until the sweeper comes, to which is left what cannot
// be removed now. Content that a row refers to stays.
func (c *Core) discard(ctx context.Context, elements ...rest.NewElement) {
	ctx = context.WithoutCancel(ctx)
	for i := range elements {
		key := elements[i].Content.Blob
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

// discardIfRefused discards when err says that the core decided against a
// request. After a failure it is not known whether a row refers to the content.
func (c *Core) discardIfRefused(ctx context.Context, err error, elements ...rest.NewElement) {
	if err == nil {
		return
	}
	switch rest.KindOf(err) {
	case rest.Internal, rest.Unavailable:
		return
	}
	c.discard(ctx, elements...)
}
