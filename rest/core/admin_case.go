package core

import (
	"context"

	"github.com/google/uuid"

	"overgang/rest"
	"overgang/store"
)

// Cases lists a party's open cases of a service, in the order of their numbers,
// after a number.
func (a *Admin) Cases(ctx context.Context, ref rest.ServiceRef, party rest.PartyID, after int32) (list []rest.Case, err error) {
	err = a.view(ctx, func(r store.Reader) error {
		app, err := r.ApplicationByService(ref)
		if err != nil {
			return err
		}
		list, err = r.Cases(store.CaseQuery{App: app.ID, Party: party, VisibleAt: a.cfg.Now(), After: after, Limit: mostCases})
		return err
	})
	return list, err
}

// Case is a case in any state, with what is in it.
func (a *Admin) Case(ctx context.Context, number int32) (file *rest.Case, in rest.CaseMembers, err error) {
	err = a.view(ctx, func(r store.Reader) (err error) {
		if file, err = r.Case(number); err != nil {
			return orNotFound(err, "case")
		}
		instances, messages, err := r.CaseMembers(file, a.cfg.Now(), rest.MostInCase)
		in = rest.CaseMembers{Instances: idsOf(instances), Messages: idsOf(messages)}
		return err
	})
	return file, in, err
}

func idsOf(members []store.CaseMember) (ids []uuid.UUID) {
	for _, m := range members {
		ids = append(ids, m.ID)
	}
	return ids
}
