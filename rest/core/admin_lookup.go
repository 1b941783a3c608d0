package core

import (
	"context"

	"github.com/google/uuid"

	"overgang/rest"
	"overgang/store"
)

// byOperator is [rest.Mark.By] of what operators do.
const byOperator = "operator"

// Lookups lists a service's lookups, of one party or with 0 of all, in the order
// of their numbers, after a number.
func (a *Admin) Lookups(ctx context.Context, ref rest.ServiceRef, party rest.PartyID, after int32) (list []rest.Lookup, err error) {
	err = a.view(ctx, func(r store.Reader) error {
		app, err := r.ApplicationByService(ref)
		if err != nil {
			return err
		}
		list, err = r.Lookups(store.LookupQuery{App: app.ID, Party: party, After: after, Limit: largestPage})
		return err
	})
	return list, err
}

// Lookup is the lookup of a number, or else of an id, deleted or not.
func (a *Admin) Lookup(ctx context.Context, number int32, id uuid.UUID) (l *rest.Lookup, err error) {
	err = a.view(ctx, func(r store.Reader) (err error) {
		l, err = lookupOf(r, number, id)
		return err
	})
	return l, err
}

func lookupOf(r store.Reader, number int32, id uuid.UUID) (*rest.Lookup, error) {
	if number != 0 {
		l, err := r.LookupByNumber(number)
		return l, orNotFound(err, "lookup")
	}
	l, err := r.Lookup(id)
	return l, orNotFound(err, "lookup")
}

// RemoveLookup deletes a lookup as its owner would: it is purged after the retention.
func (a *Admin) RemoveLookup(ctx context.Context, number int32, id uuid.UUID) error {
	return a.Apply(ctx, func(tx store.Tx) error {
		l, err := lookupOf(tx, number, id)
		if err != nil {
			return err
		}
		return deleteLookup(tx, l, rest.Mark{At: a.cfg.Now(), By: byOperator})
	})
}
