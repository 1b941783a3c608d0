package core

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"

	"overgang/rest"
	"overgang/store"
)

// What an application owner downloads and confirms is kept with the element and
// makes a new version, but leaves Changed as it is: an owner that pages through
// what changed, and confirms as it goes, must not meet the same instances again.

// Downloaded implements [rest.Elements].
func (c *Core) Downloaded(ctx context.Context, caller rest.Caller, instance uuid.UUID, of *rest.Element) error {
	if caller.Owner == "" {
		return nil
	}
	if _, err := c.Element(ctx, caller, instance, of.ID); err != nil {
		return err
	}
	return c.update(ctx, func(tx store.Tx) error {
		in, err := c.again(tx, instance)
		if err != nil {
			return err
		}
		e := elementOf(in, of.ID)
		if e == nil {
			return notFound("element")
		}
		if e.Content.SHA256 != of.Content.SHA256 {
			return nil
		}
		now := c.now()
		e.Downloaded = appendBounded(e.Downloaded, now)
		e.Version++
		if err := tx.UpdateElement(e); err != nil {
			return err
		}
		in.Version++
		if err := tx.UpdateInstance(in); err != nil {
			return err
		}
		return addEvent(tx, in, rest.EventElementDownloaded, e.ID, caller.Name(), now)
	})
}

// maxDownloads bounds the log of one element; its first entry is kept.
const maxDownloads = 100

func appendBounded(log []time.Time, at time.Time) []time.Time {
	if len(log) >= maxDownloads {
		log = append(log[:1:1], log[2:]...)
	}
	return append(log, at)
}

// ConfirmElement implements [rest.Elements].
func (c *Core) ConfirmElement(ctx context.Context, caller rest.Caller, instance, element uuid.UUID, match int64) (*rest.Instance, error) {
	return c.confirm(ctx, caller, instance, element, match, false)
}

// ConfirmInstance implements [rest.Instances].
func (c *Core) ConfirmInstance(ctx context.Context, caller rest.Caller, id uuid.UUID, match int64) (*rest.Instance, error) {
	return c.confirm(ctx, caller, id, uuid.Nil, match, true)
}

// confirm confirms one element or all of them, and the instance when whole.
func (c *Core) confirm(ctx context.Context, caller rest.Caller, id, element uuid.UUID, match int64, whole bool) (*rest.Instance, error) {
	if caller.Owner == "" {
		return nil, rest.Errorf(rest.Forbidden, "owner", "Downloads are confirmed by the application's owner only.")
	}
	_, err := c.instanceFor(ctx, caller, rest.Write, func(r store.Reader) (*rest.Instance, error) { return r.Instance(id) })
	if err != nil {
		return nil, err
	}
	var out *rest.Instance
	err = c.update(ctx, func(tx store.Tx) error {
		in, err := c.again(tx, id)
		switch {
		case err != nil:
			return err
		case match != 0 && match != in.Version:
			return errVersion
		}
		now := c.now()
		n, err := confirmElements(tx, in, element, caller.Name(), now)
		if err != nil {
			return err
		}
		out = in
		newlyWhole := whole && in.Confirmed.IsZero()
		if n == 0 && !newlyWhole {
			return nil
		}
		if newlyWhole {
			in.Confirmed = now
			if err := addEvent(tx, in, rest.EventInstanceConfirmed, uuid.Nil, caller.Name(), now); err != nil {
				return err
			}
		}
		in.Version++
		if err := tx.UpdateInstance(in); err != nil {
			return err
		}
		return tellReceipt(tx, in, confirmationText(in, caller.Owner), now)
	})
	return out, err
}

// confirmElements confirms what is downloaded and not confirmed since; the zero
// element means all of them. It returns how many were.
func confirmElements(tx store.Tx, in *rest.Instance, element uuid.UUID, by string, now time.Time) (int, error) {
	if element != uuid.Nil && elementOf(in, element) == nil {
		return 0, notFound("element")
	}
	n := 0
	for i := range in.Elements {
		e := &in.Elements[i]
		if element != uuid.Nil && e.ID != element {
			continue
		}
		switch {
		case len(e.Downloaded) == 0:
			return 0, rest.Errorf(rest.Conflict, "not-downloaded", "The element %s was never downloaded.", e.ID)
		case confirmed(e):
			continue
		}
		e.Confirmed = appendBounded(e.Confirmed, now)
		e.Version++
		if err := tx.UpdateElement(e); err != nil {
			return 0, err
		}
		if err := addEvent(tx, in, rest.EventDownloadConfirmed, e.ID, by, now); err != nil {
			return 0, err
		}
		n++
	}
	return n, nil
}

// confirmed says whether the last download was confirmed.
func confirmed(e *rest.Element) bool {
	return len(e.Confirmed) > 0 && !e.Confirmed[len(e.Confirmed)-1].Before(e.Downloaded[len(e.Downloaded)-1])
}

// confirmationText is what the instance's receipt tells its sender.
func confirmationText(in *rest.Instance, owner string) string {
	if !in.Confirmed.IsZero() {
		return fmt.Sprintf("Received and confirmed by %s.", owner)
	}
	n := 0
	for i := range in.Elements {
		if len(in.Elements[i].Confirmed) > 0 {
			n++
		}
	}
	return fmt.Sprintf("Download confirmed by %s: %d of %d elements.", owner, n, len(in.Elements))
}
