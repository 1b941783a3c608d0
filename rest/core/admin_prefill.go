package core

import (
	"context"
	"errors"

	"github.com/google/uuid"

	"overgang/rest"
	"overgang/store"
)

// PutPrefill is the change that puts a prefill as if by the application's owner.
func (a *Admin) PutPrefill(n rest.NewPrefill) Change {
	id := uuid.New()
	return func(tx store.Tx) error {
		app, err := tx.Application(n.App)
		if errors.Is(err, store.ErrNotFound) {
			return rest.Errorf(rest.Invalid, "application-unknown", "There is no application %s.", n.App)
		}
		if err != nil {
			return err
		}
		party, err := tx.Party(n.Party)
		if errors.Is(err, store.ErrNotFound) {
			return rest.Errorf(rest.Invalid, "party-unknown", "There is no such party here.")
		}
		if err != nil {
			return err
		}
		p, err := composePrefill(app, n, id, a.cfg.Now())
		if err != nil {
			return err
		}
		p.Party = party.ID
		return putPrefill(tx, p)
	}
}

// Prefills lists a party's prefills of an application without their forms' data,
// also those that are not valid now.
func (a *Admin) Prefills(ctx context.Context, ref rest.ServiceRef, party rest.PartyID) (list []rest.Prefill, err error) {
	err = a.view(ctx, func(r store.Reader) error {
		app, err := r.ApplicationByService(ref)
		if err != nil {
			return err
		}
		return r.Prefills(app.ID, party, nil, func(p rest.Prefill, _ rest.Position) bool {
			for i := range p.Forms {
				p.Forms[i].Data = ""
			}
			list = append(list, p)
			return true
		})
	})
	return list, err
}

// RemovePrefill deletes a prefill.
func (a *Admin) RemovePrefill(ctx context.Context, id uuid.UUID) error {
	return a.Apply(ctx, func(tx store.Tx) error { return tx.DeletePrefill(id) })
}
