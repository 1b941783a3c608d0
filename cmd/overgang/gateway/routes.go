package gateway

import (
	"crypto/rand"
	"net/http"
	"path/filepath"
	"time"

	"overgang/adapter"
	"overgang/cmd/overgang/listen"
	"overgang/cmd/overgang/observe"
	"overgang/rest/api"
	"overgang/soap"
)

// newSOAP makes the handler of all legacy endpoints.
func (g *Gateway) newSOAP(zone *time.Location) (*soap.Server, error) {
	l := g.config.Limits
	security, err := g.newSecurity()
	if err != nil {
		return nil, err
	}
	services := adapter.Services(adapter.Config{Core: g.core, Zone: zone, MaxAttachments: int64(l.Attachments)})
	return soap.New(g.contract, services, soap.Options{
		Limits: soap.Limits{
			Message: int64(l.Message), Envelope: int64(l.Envelope), Header: int64(l.Header),
			Package: int64(l.Package), Parts: l.Parts, Spool: int64(l.Spool),
			Depth: l.Depth, Attributes: l.Attributes, Namespaces: l.Namespaces,
			CallerConcurrent: l.CallerAtOnce, CallerPerMinute: l.CallerPerMinute,
		},
		BaseURL:     listen.Base,
		Logger:      g.requestLog(),
		Observe:     newSOAPFigures(g.metrics, g.contract, services).observe,
		FaultFor:    adapter.FaultFor,
		FaultDetail: (*adapter.AltinnFault)(nil),
		Security:    security,
		Audit:       g.auditLog(),
		Zone:        zone,
		Now:         g.now,
		TempDir:     filepath.Join(g.storage.Dir, tempFolder),
	})
}

// newAPI makes the HTTP API of a listener whose links begin with base, and the
// pages that describe it.
func (g *Gateway) newAPI(base string, tokens api.Tokens, allow *callerRate, grants *grants) (http.Handler, error) {
	pages, err := newReference(base, g.grantReferences()...)
	if err != nil {
		return nil, err
	}
	shared := api.Config{
		Core: g.core, Tokens: tokens, AppsURL: base, PlatformURL: base,
		Secret: []byte(g.storage.Secret.Reveal()), Rand: rand.Reader, Now: g.now, NewID: newID, Logger: g.requestLog(),
		Limits: api.Limits{Element: int64(g.config.Limits.Element), Create: int64(g.config.Limits.Element),
			Streams: g.config.Limits.Streams, CallerStreams: g.config.Limits.CallerStreams},
		Stopping: g.stopping.Done(), Audit: g.auditLog(),
		Allow: allow.Allow, Observe: restFigures(g.metrics),
	}
	h, err := api.New(shared)
	if err != nil {
		return nil, err
	}
	if h, err = g.besideBroker(shared, h); err != nil {
		return nil, err
	}
	if h, err = g.besideCorrespondences(shared, h); err != nil {
		return nil, err
	}
	if h, err = g.besideFaces(shared, h); err != nil {
		return nil, err
	}
	if h, err = g.besideEvents(shared, h); err != nil {
		return nil, err
	}
	if h, err = g.besideGrants(shared, grants, h); err != nil {
		return nil, err
	}
	return besideReference(pages, h), nil
}

// public is the way of a public request: past the edge's checks to the legacy
// endpoints, the page or the HTTP API.
func (g *Gateway) public(legacy *soap.Server, page, rest http.Handler, plain bool) http.Handler {
	route := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case legacy.Handles(r.URL.Path):
			legacy.ServeHTTP(w, r)
		case r.URL.Path == "/":
			page.ServeHTTP(w, r)
		default:
			rest.ServeHTTP(w, r)
		}
	})
	p := g.config.Pace
	paced := listen.Pace{Rate: int64(p.MinimumRate), Window: p.Window}.Wrap(g.certified(route))
	bounded := listen.AtOnce(g.config.Limits.AtOnce, paced, g.refused("too-many-at-once"))
	return g.proxies(plain).Wrap(bounded)
}

// refused counts requests that the edge turns away.
func (g *Gateway) refused(outcome string) func() {
	return func() { g.metrics.Observe(observe.Request{Service: "edge", Outcome: outcome}) }
}
