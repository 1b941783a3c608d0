package core

import (
	"context"

	"github.com/google/uuid"

	"overgang/rest"
	"overgang/store"
)

// InstanceByElement implements [rest.Archive].
func (c *Core) InstanceByElement(ctx context.Context, caller rest.Caller, number int32) (*rest.Instance, error) {
	return c.instanceFor(ctx, caller, rest.Read, func(r store.Reader) (*rest.Instance, error) { return r.InstanceByElement(number) })
}

// CorrespondenceByAttachment implements [rest.Archive].
func (c *Core) CorrespondenceByAttachment(ctx context.Context, caller rest.Caller, number int32) (*rest.Correspondence, error) {
	if err := needScope(caller, rest.ScopeRead); err != nil {
		return nil, err
	}
	var uses []uuid.UUID
	err := c.view(ctx, func(r store.Reader) error {
		id, err := r.AttachmentByNumber(number)
		if err != nil {
			return orNotFound(err, "attachment")
		}
		uses, err = r.AttachmentUses(id)
		return err
	})
	if err != nil {
		return nil, err
	}
	var found *rest.Correspondence
	for _, id := range uses {
		m, err := c.Correspondence(ctx, caller, id)
		switch rest.KindOf(err) {
		case rest.NotFound, rest.Gone:
			continue
		}
		if err != nil {
			return nil, err
		}
		if m.Archived.Done() {
			return m, nil
		}
		found = m
	}
	if found == nil {
		return nil, withheld("attachment")
	}
	return found, nil
}
