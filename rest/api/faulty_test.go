package api_test

import (
	"context"
	"errors"
	"sync/atomic"

	"overgang/rest"
	"overgang/rest/core"
	"overgang/store"
)

// fault is what the database answers to everything, and what happens before
// each of its transactions; nil = nothing.
type fault struct {
	err    atomic.Pointer[error]
	meddle atomic.Pointer[func()]
}

// errBlobs ails the place of contents instead of the database.
var errBlobs = errors.New("input/output error")

func (f *fault) clear() {
	f.err.Store(nil)
	f.meddle.Store(nil)
}

func (f *fault) is() error {
	if err := f.err.Load(); err != nil && *err != errBlobs {
		return *err
	}
	return nil
}

// faultyStore is a database that fails on demand.
type faultyStore struct {
	store.Store
	fault *fault
}

func (s faultyStore) Update(ctx context.Context, fn func(store.Tx) error) error {
	if err := s.fault.is(); err != nil {
		return err
	}
	if meddle := s.fault.meddle.Load(); meddle != nil {
		(*meddle)()
	}
	return s.Store.Update(ctx, fn)
}

func (s faultyStore) View(ctx context.Context, fn func(store.Reader) error) error {
	if err := s.fault.is(); err != nil {
		return err
	}
	return s.Store.View(ctx, fn)
}

// faultyBlobs is a place of contents that fails on demand.
type faultyBlobs struct {
	store.Blobs
	fault *fault
}

func (b faultyBlobs) Create(ctx context.Context) (store.BlobWriter, error) {
	if err := b.fault.err.Load(); err != nil {
		return nil, *err
	}
	return b.Blobs.Create(ctx)
}

// faultyRegistry fails with the database. The real one answers from memory.
type faultyRegistry struct {
	*core.Core
	fault *fault
}

// failure is how the core puts what ails the database: any read tells.
func (r faultyRegistry) failure(ctx context.Context) error {
	_, err := r.Core.Party(ctx, rest.PartyRef{ID: other})
	return err
}

func (r faultyRegistry) Application(ctx context.Context, id rest.AppID) (*rest.Application, error) {
	if r.fault.is() != nil {
		return nil, r.failure(ctx)
	}
	return r.Core.Application(ctx, id)
}

func (r faultyRegistry) Applications(ctx context.Context) ([]*rest.Application, error) {
	if r.fault.is() != nil {
		return nil, r.failure(ctx)
	}
	return r.Core.Applications(ctx)
}
