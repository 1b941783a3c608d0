package core

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"overgang/rest"
	"overgang/rest/core/formsig"
	"overgang/rest/core/xsdform"
	"overgang/store"
)

// Bounds of the registry's caches, in entries.
const (
	cachedParties  = 20_000
	cachedAccounts = 10_000
	cachedGrants   = 10_000
	cachedUsers    = 10_000 // enterprise users
)

// registry keeps what operators manage at hand. It holds one snapshot per
// generation; a change anywhere replaces the whole snapshot, so nothing stale
// outlives one poll.
type registry struct {
	store   store.Store
	schemas xsdform.Compiler
	log     *slog.Logger

	refreshing sync.Mutex
	current    atomic.Pointer[snapshot]
}

// snapshot is the registry at one generation. Applications are all in it,
// compiled; the rest is read on demand.
type snapshot struct {
	generation int64
	apps       map[rest.AppID]*application
	services   map[rest.ServiceRef]*application
	list       []*rest.Application
	compiled   map[[sha256.Size]byte]xsdform.Validator

	parties  *recent[rest.PartyRef, rest.Party]
	accounts *recent[rest.Subject, store.Account]
	grants   *recent[rest.Subject, []rest.Grant]
	users    *recent[string, enterpriseUser] // by user name, and by subject
	actsFor  *recent[rest.EnterpriseID, rest.PartyID]
}

// application is a registered application with its schemas compiled. It is
// shared and never changed.
type application struct {
	*rest.Application
	steps   []rest.Step
	schemas map[string]xsdform.Validator // by data type
	signers *formsig.Verifier            // nil unless signatures are verified
	broken  error                        // why it cannot take anything in
}

func (r *registry) now() *snapshot { return r.current.Load() }

// follow refreshes until ctx ends. A store that does not answer leaves the last
// snapshot standing, and is logged once.
func (r *registry) follow(ctx context.Context, every time.Duration) {
	tick := time.NewTicker(every)
	defer tick.Stop()
	failing := false
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		err := r.refresh(ctx)
		if err != nil && !failing && ctx.Err() == nil {
			r.log.ErrorContext(ctx, "registry not refreshed", "error", err)
		}
		failing = err != nil
	}
}

// refresh loads a new snapshot if the registry changed.
func (r *registry) refresh(ctx context.Context) error {
	r.refreshing.Lock()
	defer r.refreshing.Unlock()
	// The generation is read first: what changes while loading is loaded again
	// at the next poll.
	generation, err := r.store.Generation(ctx)
	if err != nil {
		return fmt.Errorf("core: registry generation: %w", err)
	}
	last := r.current.Load()
	if last != nil && last.generation == generation {
		return nil
	}
	var apps []*rest.Application
	err = r.store.View(ctx, func(tx store.Reader) (err error) {
		apps, err = tx.Applications()
		return err
	})
	if err != nil {
		return fmt.Errorf("core: registry: %w", err)
	}
	r.current.Store(r.build(ctx, generation, apps, last))
	return nil
}

func (r *registry) build(ctx context.Context, generation int64, apps []*rest.Application, last *snapshot) *snapshot {
	s := &snapshot{
		generation: generation,
		apps:       make(map[rest.AppID]*application, len(apps)),
		services:   make(map[rest.ServiceRef]*application, len(apps)),
		list:       apps,
		compiled:   map[[sha256.Size]byte]xsdform.Validator{},
		parties:    newRecent[rest.PartyRef, rest.Party](cachedParties),
		accounts:   newRecent[rest.Subject, store.Account](cachedAccounts),
		grants:     newRecent[rest.Subject, []rest.Grant](cachedGrants),
		users:      newRecent[string, enterpriseUser](cachedUsers),
		actsFor:    newRecent[rest.EnterpriseID, rest.PartyID](cachedUsers),
	}
	known := map[[sha256.Size]byte]xsdform.Validator{}
	if last != nil {
		known = last.compiled
	}
	for _, a := range apps {
		app := compileApplication(ctx, r.schemas, a, known, s.compiled)
		if app.broken != nil {
			r.log.ErrorContext(ctx, "application unusable", "app", a.ID.String(), "error", app.broken)
		}
		s.apps[a.ID] = app
		if a.Service.Code != "" {
			s.services[a.Service] = app
		}
	}
	return s
}

// compileApplication compiles what an application is checked with, reusing
// schemas that are known and adding those it uses to kept.
func compileApplication(ctx context.Context, schemas xsdform.Compiler, a *rest.Application, known, kept map[[sha256.Size]byte]xsdform.Validator) *application {
	app := &application{Application: a, steps: a.Steps(), schemas: map[string]xsdform.Validator{}}
	for _, d := range a.DataTypes {
		if len(d.Schema) == 0 || a.Validation == rest.ValidationOff || a.Validation == "" {
			continue
		}
		key := sha256.Sum256(d.Schema)
		v := kept[key]
		if v == nil {
			v = known[key]
		}
		if v == nil {
			var err error
			if v, err = schemas.Compile(ctx, a.ID.String()+"/"+d.ID, d.Schema); err != nil {
				app.broken = errors.Join(app.broken, err)
				continue
			}
		}
		app.schemas[d.ID], kept[key] = v, v
	}
	if a.VerifySignatures {
		v, err := formsig.New(a.TrustedSigners)
		if err != nil {
			app.broken = errors.Join(app.broken, err)
		}
		app.signers = v
	}
	return app
}
