package trust

import (
	"context"
	"crypto/x509"
	"errors"
	"log/slog"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"overgang/cmd/overgang/config"
	"overgang/rest/supervise"
	"overgang/soap/wss"
	"overgang/store"
)

// Options of [Open]. All fields but Client and Supervisor are required.
type Options struct {
	Settings config.Trust // checked
	Store    store.Store  // with the registered certificates
	Dir      string       // keeps the lists that were fetched; made if absent
	Now      func() time.Time
	Logger   *slog.Logger
	Client   *http.Client // fetches; nil = one of its own
	// Supervisor is told of what panics here; nil = one that logs.
	Supervisor *supervise.Supervisor
}

// Trust implements [wss.Certificates] and [wss.Trust]. It is safe for
// concurrent use. What it knows stays as it was opened until it runs.
type Trust struct {
	settings   config.Trust
	store      store.Store
	now        func() time.Time
	log        *slog.Logger
	client     *http.Client
	supervisor *supervise.Supervisor

	anchors  atomic.Pointer[anchors]
	register atomic.Pointer[register]
	lists    lists
	answers  answers
	warned   map[string]time.Time // when the log told last of a certificate's end
	wake     chan struct{}        // new addresses to fetch from
}

var (
	_ wss.Certificates = (*Trust)(nil)
	_ wss.Trust        = (*Trust)(nil)
)

// Open reads the anchors, the registered certificates and the lists that are on
// this machine. An anchor that cannot be read is an error.
func Open(ctx context.Context, o Options) (*Trust, error) {
	t := &Trust{
		settings: o.Settings, store: o.Store, now: o.Now, log: o.Logger, client: o.Client, supervisor: o.Supervisor,
		warned: map[string]time.Time{}, wake: make(chan struct{}, 1),
	}
	if t.client == nil {
		t.client = newClient()
	}
	if t.supervisor == nil {
		t.supervisor = &supervise.Supervisor{Logger: t.log}
	}
	a, err := readAnchors(o.Settings.Anchors)
	if err != nil {
		return nil, err
	}
	t.anchors.Store(a)
	if err := t.lists.open(o.Dir); err != nil {
		return nil, err
	}
	if err := t.refresh(ctx); err != nil {
		return nil, err
	}
	t.chooseSources()
	t.readFiles()
	return t, nil
}

// Run keeps everything fresh until ctx ends.
func (t *Trust) Run(ctx context.Context) {
	var running sync.WaitGroup
	running.Go(func() { t.supervisor.Keep(ctx, "follow registered certificates", t.follow) })
	running.Go(func() { t.supervisor.Keep(ctx, "fetch revocation lists", t.fetch) })
	running.Go(func() { t.supervisor.Keep(ctx, "watch certificates", t.watch) })
	running.Wait()
}

// Check implements [wss.Trust]. It fetches nothing.
func (t *Trust) Check(ctx context.Context, cert *x509.Certificate, at time.Time) error {
	return t.anchors.Load().recognise(ctx, t.settings.Pinned, cert, at, t.revoked)
}

// recognise is [Trust.Check] with a question about revocation, or none. What an
// anchor's name stands on is for the anchors to judge, pinned or not.
func (a *anchors) recognise(ctx context.Context, pinned bool, cert *x509.Certificate, at time.Time,
	revoked func(ctx context.Context, cert, issuer *x509.Certificate, at time.Time) error) error {
	if pinned && len(a.named(cert.RawIssuer)) == 0 {
		own := x509.NewCertPool()
		own.AddCert(cert)
		return (&wss.Chain{Roots: own}).Check(ctx, cert, at)
	}
	if len(a.all) == 0 {
		return errNoAnchors
	}
	chain := wss.Chain{Roots: a.roots, Intermediates: a.intermediates, Revoked: revoked}
	return chain.Check(ctx, cert, at)
}

var errNoAnchors = errors.New("no authority is trusted: security.trust.anchors is empty")

// watchEvery is how often files are looked at, and ends of certificates.
const watchEvery = time.Minute

// watch reads anchors and lists again that changed on disk, and tells of
// certificates that expire.
func (t *Trust) watch(ctx context.Context) {
	tick := time.NewTicker(watchEvery)
	defer tick.Stop()
	for {
		t.rereadAnchors()
		t.readFiles()
		t.warn()
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// Recognise says why a certificate would not be trusted, revocation aside: it
// reads the anchors that are configured, and asks nobody.
func Recognise(ctx context.Context, settings config.Trust, cert *x509.Certificate, at time.Time) error {
	a, err := readAnchors(settings.Anchors)
	if err != nil {
		return err
	}
	return a.recognise(ctx, settings.Pinned, cert, at, nil)
}
