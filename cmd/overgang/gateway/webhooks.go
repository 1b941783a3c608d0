package gateway

import (
	"crypto/x509"
	"fmt"
	"net/http"
	"os"
	"strings"

	"overgang/cmd/overgang/config"
	"overgang/cmd/overgang/observe"
	"overgang/rest/api"
	"overgang/rest/api/events"
	"overgang/rest/api/reference"
	"overgang/rest/webhook"
)

// webhookHolder is this gateway's name among those that deliver. One process
// serves a data directory at a time, so a new one is the old one's heir.
const webhookHolder = "serve"

// webhookPolicy says where events may be sent.
func webhookPolicy(c config.Webhooks) *webhook.Policy {
	p := &webhook.Policy{Ports: c.Ports, PlainHTTP: c.PlainHTTP}
	for _, n := range c.Allow {
		p.Allow = append(p.Allow, n.Prefix)
	}
	return p
}

// newDeliverer makes what delivers events, without starting it.
func (g *Gateway) newDeliverer() error {
	c := g.config.Webhooks
	roots, err := webhookAuthorities(c.Authorities)
	if err != nil {
		return err
	}
	base := g.eventBase()
	var observed func(webhook.Outcome)
	g.deliverer, err = webhook.New(webhook.Config{
		Core: g.core, Holder: webhookHolder, Render: events.URLs{Apps: base, Platform: base}.Render,
		Policy: *webhookPolicy(c), Roots: roots,
		Retry:       webhook.Schedule{First: c.RetryFirst, Longest: c.RetryLongest, For: c.RetryFor, Pause: c.PauseLongest},
		ValidateFor: c.ValidateFor, DisableAfter: c.DisableAfter, Timeout: c.Timeout, Workers: c.Workers, InFlight: c.InFlight,
		Agent: "Overgang/" + g.version, Now: g.now, Logger: g.log, Supervisor: g.supervisor,
		Observe: func(o webhook.Outcome) { observed(o) },
	})
	if err != nil {
		return err
	}
	observed = observe.WatchWebhooks(g.figures, g.deliverer.Figures, g.core.DeadLetterCount)
	return nil
}

// eventBase is the public address that links in events begin with: the one with
// TLS, if there is one.
func (g *Gateway) eventBase() string {
	for _, name := range []string{"tls", "plain"} {
		if s := g.Server(name); s != nil {
			return s.URL()
		}
	}
	return ""
}

// webhookAuthorities are the system's certificate authorities and those of a
// file; nil = the system's alone.
func webhookAuthorities(path string) (*x509.CertPool, error) {
	if path == "" {
		return nil, nil
	}
	pem, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("webhooks.authorities: %w", err)
	}
	pool, err := x509.SystemCertPool()
	if err != nil {
		return nil, fmt.Errorf("the system's certificate authorities: %w", err)
	}
	if !pool.AppendCertsFromPEM(pem) {
		return nil, fmt.Errorf("webhooks.authorities: %s holds no certificate in PEM", path)
	}
	return pool, nil
}

// besideEvents puts the events API beside another.
func (g *Gateway) besideEvents(c api.Config, other http.Handler) (http.Handler, error) {
	face, err := events.New(c, g.core)
	if err != nil {
		return nil, err
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.URL.Path, "/events/") {
			face.ServeHTTP(w, r)
			return
		}
		other.ServeHTTP(w, r)
	}), nil
}

// eventsReference is the events API among the pages at /docs.
func eventsReference() reference.Document {
	d := reference.Document{Name: "events", Text: events.Document(), Address: "/events/openapi.yaml"}
	for _, c := range events.ProblemCodes() {
		d.Codes = append(d.Codes, reference.Code(c))
	}
	return d
}
