package core

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/google/uuid"

	"overgang/rest"
	"overgang/store"
)

// Housekeeping of messages.
const (
	messageGroup = 100                 // how many one look of a job lists
	unusedAge    = 30 * 24 * time.Hour // of attachments that no message has
)

// later is the later of two times.
func later(a, b time.Time) time.Time {
	if a.Before(b) {
		return b
	}
	return a
}

// publish announces the messages whose time has come.
func (c *Core) publish(ctx context.Context) (published int, err error) {
	return c.eachMessage(ctx, func(r store.Reader) ([]uuid.UUID, error) {
		return r.UnannouncedCorrespondences(c.now(), messageGroup)
	}, c.publishOne)
}

func (c *Core) publishOne(ctx context.Context, id uuid.UUID) error {
	return c.settle(ctx, id, func(tx store.Tx, m *rest.Correspondence, now time.Time) ([]rest.EventType, error) {
		if m.Announced || m.Published.After(now) {
			return nil, nil
		}
		if m.Deleted.Done() { // its sender took it back
			m.Announced = true
			return nil, tx.UpdateCorrespondence(next(m, now))
		}
		party, err := tx.Party(rest.PartyRef{ID: m.Party})
		if err != nil && !errors.Is(err, store.ErrNotFound) {
			return nil, err
		}
		events, err := announce(tx, m, party, now)
		if err != nil {
			return nil, err
		}
		if err := tx.UpdateCorrespondence(next(m, now)); err != nil {
			return nil, err
		}
		return events, tellSubmission(tx, m, now)
	})
}

// next makes the next version of a message.
func next(m *rest.Correspondence, now time.Time) *rest.Correspondence {
	m.Changed = now
	m.Version++
	return m
}

// expire deletes the messages that their senders let go by now.
func (c *Core) expire(ctx context.Context) (expired int, err error) {
	return c.eachMessage(ctx, func(r store.Reader) ([]uuid.UUID, error) {
		return r.ExpiredCorrespondences(c.now(), messageGroup)
	}, func(ctx context.Context, id uuid.UUID) error {
		return c.settle(ctx, id, func(tx store.Tx, m *rest.Correspondence, now time.Time) ([]rest.EventType, error) {
			if m.Deleted.Done() || m.Archived.Done() || unconfirmed(m) {
				return nil, nil
			}
			m.Deleted = rest.Mark{At: now, By: rest.ByGateway}
			return []rest.EventType{rest.EventMessageExpired}, tx.UpdateCorrespondence(next(m, now))
		})
	})
}

// settle changes a message on nobody's behalf. One that is gone is no error:
// another gateway was faster.
func (c *Core) settle(ctx context.Context, id uuid.UUID, change func(store.Tx, *rest.Correspondence, time.Time) ([]rest.EventType, error)) error {
	err := c.cfg.Store.Update(ctx, func(tx store.Tx) error {
		m, err := tx.Correspondence(id)
		if err != nil {
			return err
		}
		now := c.now()
		events, err := change(tx, m, now)
		if err != nil {
			return err
		}
		return messageEvents(tx, m, events, rest.Mark{At: now, By: rest.ByGateway})
	})
	return ignoreAbsent(err)
}

// purgeMessages removes the messages that were deleted longer ago than the
// retention, and the attachments that nobody has any more or ever had.
func (c *Core) purgeMessages(ctx context.Context) (purged int, err error) {
	expired, err := c.expire(ctx)
	if err != nil {
		return 0, err
	}
	before := c.now().Add(-c.cfg.Retention)
	gone, err := c.eachMessage(ctx, func(r store.Reader) ([]uuid.UUID, error) {
		return r.PurgeableCorrespondences(before, messageGroup)
	}, func(ctx context.Context, id uuid.UUID) error {
		return c.removeWithBlobs(ctx, func(tx store.Tx) ([]string, error) { return tx.PurgeCorrespondence(id) })
	})
	if err != nil {
		return gone, err
	}
	unused, err := c.eachMessage(ctx, func(r store.Reader) ([]uuid.UUID, error) {
		return r.UnusedAttachments(c.now().Add(-unusedAge), messageGroup)
	}, func(ctx context.Context, id uuid.UUID) error {
		return c.removeWithBlobs(ctx, func(tx store.Tx) ([]string, error) {
			blob, err := tx.DeleteAttachment(id)
			if blob == "" || err != nil {
				return nil, err
			}
			return []string{blob}, nil
		})
	})
	return expired + gone + unused, err
}

// eachMessage runs work for everything that list gives, until it gives nothing
// new: what work leaves as it is waits for the next time.
func (c *Core) eachMessage(ctx context.Context, list func(store.Reader) ([]uuid.UUID, error), work func(context.Context, uuid.UUID) error) (done int, err error) {
	for last := []uuid.UUID(nil); ; {
		var ids []uuid.UUID
		err := c.cfg.Store.View(ctx, func(r store.Reader) (err error) {
			ids, err = list(r)
			return err
		})
		if err != nil || slices.Equal(ids, last) {
			return done, err
		}
		for _, id := range ids {
			if err := work(ctx, id); err != nil {
				return done, err
			}
			done++
		}
		if len(ids) < messageGroup {
			return done, nil
		}
		last = ids
	}
}

// removeWithBlobs removes rows first, and then their blobs: what is left behind
// by a crash in between is an orphan, and swept.
func (c *Core) removeWithBlobs(ctx context.Context, remove func(store.Tx) ([]string, error)) error {
	var blobs []string
	err := c.cfg.Store.Update(ctx, func(tx store.Tx) (err error) {
		blobs, err = remove(tx)
		return err
	})
	if errors.Is(err, store.ErrNotFound) || errors.Is(err, store.ErrExists) {
		return nil // another gateway was faster, or a message has it by now
	}
	if err != nil {
		return err
	}
	for _, key := range blobs {
		if err := c.cfg.Blobs.Delete(ctx, key); err != nil {
			return err
		}
	}
	return nil
}
