package main

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/google/uuid"

	"overgang/rest"
	"overgang/store"
)

// discard is a store that, once begun, forgets the instances, receipts and
// events it is given. Everything else goes to the store below.
type discard struct {
	store.Store
	begun  atomic.Bool
	number atomic.Int32
}

func (d *discard) begin() {
	d.number.Store(2_000_000)
	d.begun.Store(true)
}

// Update runs fn without a transaction. When fn writes what is kept, it runs
// again over the store below.
func (d *discard) Update(ctx context.Context, fn func(store.Tx) error) error {
	if !d.begun.Load() {
		return d.Store.Update(ctx, fn)
	}
	tx := forgetful{next: func() int32 { return d.number.Add(1) }}
	err := fn(tx)
	if errors.Is(err, errKept) {
		return d.Store.Update(ctx, fn)
	}
	return err
}

// errKept is what is written or read that is not forgotten.
var errKept = errors.New("not forgotten")

// forgetful assigns numbers, finds nothing, and keeps nothing.
type forgetful struct {
	store.Reader               // nil: whatever else is read is a mistake in what is measured
	store.CorrespondenceWriter // nil as well: nobody measures messages here
	store.TransferWriter       // nor files
	store.ArchiveWriter        // nor lookups
	store.OutboxWriter         // nor what goes out
	store.DelegationWriter     // nor who is named to sign
	kept
	next func() int32
}

func (tx forgetful) InstanceByReference(rest.SystemID, string) (*rest.Instance, error) {
	return nil, store.ErrNotFound
}

func (tx forgetful) CreateInstance(i *rest.Instance) error {
	i.Number = tx.next()
	for e := range i.Elements {
		i.Elements[e].Number = tx.next()
	}
	if !i.Archived.IsZero() {
		i.ArchiveReference = fmt.Sprintf("AR%d", i.Number)
	}
	return nil
}

func (tx forgetful) CreateReceipt(r *rest.Receipt) error {
	r.ID = tx.next()
	for s := range r.Sub {
		r.Sub[s].ID, r.Sub[s].Parent = tx.next(), r.ID
	}
	return nil
}

func (forgetful) UpdateInstance(*rest.Instance) error                    { return nil }
func (forgetful) AddElement(uuid.UUID, *rest.Element) error              { return nil }
func (forgetful) UpdateElement(*rest.Element) error                      { return nil }
func (forgetful) DeleteElement(uuid.UUID) error                          { return nil }
func (forgetful) PurgeInstance(uuid.UUID) ([]string, error)              { return nil, errKept }
func (forgetful) Enter(uuid.UUID, rest.Visit) error                      { return nil }
func (forgetful) AddEvent(*rest.Event) error                             { return nil }
func (forgetful) UpdateReceipt(*rest.Receipt) error                      { return nil }
func (forgetful) Sessions(rest.PartyID, string) ([]store.Session, error) { return nil, errKept }
func (forgetful) Lockout(string) (store.Lockout, error)                  { return store.Lockout{}, errKept }
func (forgetful) Letter(rest.PartyID) (store.Letter, error)              { return store.Letter{}, errKept }
func (forgetful) Account(rest.Subject) (store.Account, error)            { return store.Account{}, errKept }

// kept are the writes that go to the store below. There are no subscriptions.
type kept struct{ store.SubscriptionWriter }

func (kept) PutParty(*rest.Party) error                                    { return errKept }
func (kept) DeleteParty(rest.PartyID) error                                { return errKept }
func (kept) PutApplication(*rest.Application) error                        { return errKept }
func (kept) DeleteApplication(rest.AppID) error                            { return errKept }
func (kept) PutAccount(*store.Account) error                               { return errKept }
func (kept) DeleteAccount(rest.Subject) error                              { return errKept }
func (kept) PutGrant(rest.Grant) error                                     { return errKept }
func (kept) DeleteGrant(rest.Subject, rest.PartyID, rest.ServiceRef) error { return errKept }
func (kept) PutLetter(store.Letter) error                                  { return errKept }
func (kept) PutSession(store.Session) error                                { return errKept }
func (kept) UseCode(rest.PartyID, int) error                               { return errKept }
func (kept) PutLockout(store.Lockout) error                                { return errKept }
func (kept) DeleteLockout(string) error                                    { return errKept }
func (kept) PutRepeat(store.Repeat) error                                  { return errKept }
func (kept) DropRepeats(time.Time, int) (int, error)                       { return 0, errKept }
func (kept) CreateCase(*rest.Case) error                                   { return errKept }
func (kept) UpdateCase(*rest.Case) error                                   { return errKept }
func (kept) AddToCase(int32, int32) error                                  { return errKept }
func (kept) PutPrefill(*rest.Prefill) error                                { return errKept }
func (kept) DeletePrefill(uuid.UUID) error                                 { return errKept }
func (kept) DropPrefills(time.Time, int) (int, error)                      { return 0, errKept }
func (kept) PutEnterprise(*rest.Enterprise) error                          { return errKept }
func (kept) DeleteEnterprise(rest.EnterpriseID) error                      { return errKept }
func (kept) PutCertificate(rest.Certificate) error                         { return errKept }
func (kept) DeleteCertificate(rest.EnterpriseID, rest.Thumbprint) error    { return errKept }
