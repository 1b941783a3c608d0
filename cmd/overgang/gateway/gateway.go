package gateway

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/google/uuid"

	"overgang/cmd/overgang/config"
	"overgang/cmd/overgang/listen"
	"overgang/cmd/overgang/observe"
	"overgang/cmd/overgang/trust"
	"overgang/rest"
	"overgang/rest/api/token"
	"overgang/rest/core"
	"overgang/rest/supervise"
	"overgang/rest/webhook"
	"overgang/store"
	"overgang/store/blobfs"
	"overgang/wsdl"
)

// Options of a gateway.
type Options struct {
	Config  config.Config // checked
	Version string
	Logger  *slog.Logger
	Now     func() time.Time
	// Storage is the data directory, already open; nil = opened from Config.
	// The gateway closes it in either case. Its Blobs, where nil, are opened.
	Storage *Storage
}

// Gateway is a gateway that serves, or is about to.
type Gateway struct {
	config  config.Config
	version string
	log     *slog.Logger
	now     func() time.Time

	lock       *os.File
	storage    *Storage
	contract   *wsdl.Contract
	core       *core.Core
	issuer     *token.Issuer
	ring       *keyRing
	trust      *trust.Trust
	edge       *edge
	tls        *listen.Certificate // nil without it
	metrics    *observe.Metrics
	figures    *observe.Figures
	supervisor *supervise.Supervisor // of everything that runs here beside requests
	health     *observe.Health
	clock      *observe.Clock

	deliverer *webhook.Deliverer

	servers  []*listen.Server // the public ones, then the operators'
	handlers []http.Handler   // of servers
	stopping context.Context  // done when a graceful stop begins: streams end then
	leave    context.CancelFunc
	stop     context.CancelFunc
	running  sync.WaitGroup
}

// Open takes the addresses and puts everything together. Nothing is answered
// before Serve; connections that come earlier wait.
func Open(ctx context.Context, o Options) (_ *Gateway, err error) {
	g := &Gateway{config: o.Config, version: o.Version, log: o.Logger, now: o.Now, storage: o.Storage}
	g.supervisor = &supervise.Supervisor{Logger: g.log}
	g.figures = observe.NewFigures(g.supervisor)
	g.stopping, g.leave = context.WithCancel(context.Background())
	defer func() {
		if err != nil {
			g.abandon()
		}
	}()
	var contractErr error
	var loading sync.WaitGroup
	loading.Go(func() { g.contract, contractErr = wsdl.Load() })
	err = errors.Join(g.listen(ctx), g.openCore(ctx))
	loading.Wait()
	if err := errors.Join(err, contractErr); err != nil {
		return nil, err
	}
	g.observe()
	if err := g.newDeliverer(); err != nil {
		return nil, err
	}
	if err := g.assemble(); err != nil {
		return nil, err
	}
	return g, nil
}

// openCore opens the data directory and the core over it.
func (g *Gateway) openCore(ctx context.Context) (err error) {
	dir := g.config.Data
	if g.storage != nil {
		dir = g.storage.Dir
	}
	if g.lock, err = lock(dir); err != nil {
		return err
	}
	if g.storage == nil {
		if g.storage, err = openStorage(ctx, g.config, g.log, g.supervisor); err != nil {
			return err
		}
	}
	if g.storage.Blobs == nil {
		if g.storage.Blobs, err = blobfs.Open(filepath.Join(g.storage.Dir, "blobs")); err != nil {
			return fmt.Errorf("content directory: %w", err)
		}
	}
	if err := sweepTemp(g.storage.Dir); err != nil {
		return fmt.Errorf("temporary files: %w", err)
	}
	g.core, err = core.New(core.Config{
		Store: g.storage.Store, Blobs: g.storage.Blobs, Secret: g.storage.Secret, Logger: g.log, Supervisor: g.supervisor, Now: g.now,
		MaxUpload: int64(g.config.Limits.Element), MaxAttachments: int64(g.config.Limits.Attachments),
		MaxRepeats: g.config.Limits.IdempotencyKeys,
		Retention:  g.config.Retention,
		Transfers:  transferConfig(g.config.Transfers),
		Outbox:     outboxConfig(g.config.Outbox),
		Hashing:    collectHash,

		CheckEndpoint: webhookPolicy(g.config.Webhooks).Check, MaxSubscriptions: g.config.Webhooks.Subscriptions,
		SecretOverlap: g.config.Webhooks.SecretOverlap, KeepDead: g.config.Webhooks.KeepDead,
	})
	if err != nil {
		return err
	}
	if err := g.openTrust(ctx); err != nil {
		return err
	}
	g.issuer, err = NewIssuer(g.config, g.storage, g.now)
	return err
}

// NewIssuer makes the issuer of a data directory's bearer tokens.
func NewIssuer(c config.Config, s *Storage, now func() time.Time) (*token.Issuer, error) {
	return token.NewIssuer(token.IssuerConfig{Key: s.Key, Issuer: c.Tokens.Issuer, Audience: c.Tokens.Audience, Now: now, NewID: newID})
}

func newID() string { return uuid.Must(uuid.NewRandom()).String() }

// listen takes the addresses that are configured.
func (g *Gateway) listen(ctx context.Context) error {
	l, p := g.config.Listen, g.config.Pace
	options := []listen.Options{
		{Name: "plain", Address: l.Plain.Address, PublicURL: l.Plain.PublicURL},
		{Name: "tls", Address: l.TLS.Address, PublicURL: l.TLS.PublicURL},
		{Name: "admin", Address: l.Admin.Address},
	}
	for _, o := range options {
		if o.Address == "" {
			continue
		}
		if o.Name == "tls" {
			c, err := listen.LoadCertificate(l.TLS.Certificate, l.TLS.Key, g.now, g.log)
			if err != nil {
				return err
			}
			g.tls, o.TLS = c, c.Config()
			if l.ClientCertificates == config.RegisteredCertificates {
				o.TLS.ClientAuth = tls.RequestClientCert // others than callers of EC2 have none
			}
		}
		o.HeaderTimeout, o.IdleTimeout, o.HeaderBytes, o.Logger = p.Header, p.Idle, int(g.config.Limits.HTTPHeader), g.log
		o.Supervisor = g.supervisor
		s, err := listen.Open(ctx, o)
		if err != nil {
			return err
		}
		g.servers = append(g.servers, s)
	}
	return nil
}

// observe makes the figures and the probes.
func (g *Gateway) observe() {
	g.metrics = observe.NewMetrics(g.figures, g.version)
	observe.WatchStore(g.figures, g.storage.Store.Backlog)
	observe.WatchOutbox(g.figures, g.core.OutboxCounts)
	g.figures.MustRegister(g.trust)
	g.edge = newEdge(g.auditLog(), g.figures)
	g.watchServerCertificate()
	started := time.Now()
	g.clock = &observe.Clock{
		Now: g.now, Elapsed: func() time.Duration { return time.Since(started) },
		Drift: g.config.Clock.Drift, Server: g.config.Clock.Server,
		NotBefore: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC), // this program is younger
	}
	g.health = &observe.Health{Timeout: 5 * time.Second, Supervisor: g.supervisor, Probes: []observe.Probe{
		{Name: "store", Check: g.storage.Store.Check},
		{Name: "blobs", Check: g.storage.Blobs.Check},
		{Name: "clock", Check: func(context.Context) error { return g.clock.Check() }},
	}}
}

// assemble gives every listener its handler.
func (g *Gateway) assemble() error {
	zone, err := time.LoadLocation(g.config.Zone)
	if err != nil {
		return err
	}
	legacy, err := g.newSOAP(zone)
	if err != nil {
		return err
	}
	tokens, err := g.newTokens()
	if err != nil {
		return err
	}
	allow := &callerRate{perMinute: g.config.Limits.CallerPerMinute, now: g.now}
	grants := g.newGrants()
	for _, s := range g.servers {
		if s.Name() == "admin" {
			g.handlers = append(g.handlers, adminRoutes(g.health, g.figures, g.config.Listen.Admin.Pprof))
			continue
		}
		page, err := newPage(g.contract, s.URL(), g.version)
		if err != nil {
			return err
		}
		rest, err := g.newAPI(s.URL(), tokens, allow, grants)
		if err != nil {
			return err
		}
		g.handlers = append(g.handlers, g.public(legacy, page, rest, s.Name() == "plain"))
	}
	return nil
}

// Serve begins to answer. failed is called when a listener breaks.
func (g *Gateway) Serve(failed func(error)) {
	ctx, stop := context.WithCancel(context.Background())
	g.stop = stop
	for _, w := range []struct {
		name string
		run  func(context.Context)
	}{
		{"watch the clock", g.clock.Watch}, {"count contents", g.countBlobs}, {"watch the key ring", g.ring.watch},
	} {
		g.running.Go(func() { g.Keep(ctx, w.name, w.run) })
	}
	g.deliverer.Start()
	g.running.Go(func() { g.trust.Run(ctx) })
	for i, s := range g.servers {
		s.Serve(g.handlers[i], failed)
		g.log.Info("listening", "listener", s.Name(), "address", s.Address(), "public_url", s.URL())
	}
}

// Keep runs a worker until it returns. When it panics, that is logged and counted,
// and it is run again after a pause.
func (g *Gateway) Keep(ctx context.Context, worker string, run func(context.Context)) {
	g.supervisor.Keep(ctx, worker, run)
}

// Stop takes nothing more in, finishes what was accepted until ctx ends, and
// closes everything. Its error says what could not be finished.
func (g *Gateway) Stop(ctx context.Context) error {
	g.health.Leave()
	g.log.Info("stopping")
	g.leave()
	var mu sync.Mutex
	var errs []error
	var wg sync.WaitGroup
	wg.Go(func() {
		if err := g.deliverer.Stop(ctx); err != nil {
			g.log.Warn("deliveries cut off; they are made again after the next start", "error", err)
		}
	})
	for _, s := range g.servers {
		stop := func() {
			if err := s.Stop(ctx); err != nil {
				mu.Lock()
				defer mu.Unlock()
				errs = append(errs, fmt.Errorf("listener %s: %w", s.Name(), err))
			}
		}
		if s.Name() == "admin" {
			wg.Wait() // operators see to the end what goes on
			stop()
			continue
		}
		wg.Go(stop)
	}
	wg.Wait()
	g.stop()
	g.running.Wait()
	err := errors.Join(append(errs, g.close())...)
	g.log.Info("stopped")
	return err
}

// close closes the core and what it stands on.
func (g *Gateway) close() error {
	var errs []error
	if g.core != nil {
		errs = append(errs, g.core.Close())
	}
	if g.storage != nil {
		errs = append(errs, g.storage.Close())
	}
	if g.lock != nil {
		errs = append(errs, g.lock.Close())
	}
	return errors.Join(errs...)
}

// abandon undoes an Open that failed half way.
func (g *Gateway) abandon() {
	for _, s := range g.servers {
		s.Abandon()
	}
	_ = g.close()
}

// Server is the listener of that name ("plain", "tls", "admin"), or nil.
func (g *Gateway) Server(name string) *listen.Server {
	for _, s := range g.servers {
		if s.Name() == name {
			return s
		}
	}
	return nil
}

// Core is the gateway's core.
func (g *Gateway) Core() rest.Core { return g.core }

// Refresh makes changes of the registry visible now rather than within a second.
func (g *Gateway) Refresh(ctx context.Context) error {
	return errors.Join(g.core.Refresh(ctx), g.trust.Refresh(ctx))
}

// Contract is what the legacy endpoints promise.
func (g *Gateway) Contract() *wsdl.Contract { return g.contract }

// Storage is the gateway's data directory.
func (g *Gateway) Storage() *Storage { return g.storage }

// Issuer makes bearer tokens that the gateway accepts.
func (g *Gateway) Issuer() *token.Issuer { return g.issuer }

// requestLog is where the lines about requests go.
func (g *Gateway) requestLog() *slog.Logger {
	if g.config.Log.Requests {
		return g.log
	}
	return slog.New(warnings{g.log.Handler()})
}

// countEvery is how often the content outside the database is counted.
const countEvery = 15 * time.Minute

// countBlobs keeps the figures of content until ctx ends.
func (g *Gateway) countBlobs(ctx context.Context) {
	tick := time.NewTicker(countEvery)
	defer tick.Stop()
	for {
		var n, bytes int64
		err := g.storage.Blobs.List(ctx, func(b store.BlobInfo) error {
			n, bytes = n+1, bytes+b.Size
			return ctx.Err()
		})
		if err == nil {
			g.metrics.Stored(n, bytes)
		} else if ctx.Err() == nil {
			g.log.Warn("content not counted", "error", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}
