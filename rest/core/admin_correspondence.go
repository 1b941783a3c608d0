package core

import (
	"context"

	"github.com/google/uuid"

	"overgang/rest"
	"overgang/store"
)

// Correspondences lists messages of everybody, or of one party. Unlike callers,
// operators see them before they are published, too.
func (a *Admin) Correspondences(ctx context.Context, q rest.CorrespondenceQuery) (page rest.CorrespondencePage, err error) {
	err = a.view(ctx, func(r store.Reader) (err error) {
		page, err = r.Correspondences(q, nil)
		return err
	})
	return page, err
}

// Correspondence is the message of a number, or else of an id, with its events.
func (a *Admin) Correspondence(ctx context.Context, number int32, id uuid.UUID) (m *rest.Correspondence, events []rest.Event, err error) {
	err = a.view(ctx, func(r store.Reader) (err error) {
		if number != 0 {
			m, err = r.CorrespondenceByNumber(number)
		} else {
			m, err = r.Correspondence(id)
		}
		if err != nil {
			return orNotFound(err, "correspondence")
		}
		events, err = r.CorrespondenceEvents(m.ID)
		return err
	})
	return m, events, err
}
