package gateway

import (
	"bytes"
	"crypto/sha1"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"golang.org/x/time/rate"

	"overgang/cmd/overgang/config"
	"overgang/cmd/overgang/listen"
	"overgang/rest"
	"overgang/rest/api/oauth"
	"overgang/soap/wss"
	"overgang/wsdl"
)

// proxies is whom a public listener believes about its clients.
func (g *Gateway) proxies(plain bool) listen.Proxies {
	l := g.config.Listen
	trusted := make([]netip.Prefix, 0, len(l.TrustedProxies))
	for _, n := range l.TrustedProxies {
		trusted = append(trusted, n.Prefix)
	}
	return listen.Proxies{
		Trusted: trusted, Plaintext: plain && !config.Loopback(l.Plain.Address),
		Standard: l.Forwarded == config.StandardForwarded, CertificateHeader: l.ClientCertificateHeader,
		Refused: g.refused("plaintext"), Stripped: g.edge.stripped, Unreadable: g.edge.unreadable,
	}
}

// edge tells of what strangers and proxies say in headers.
type edge struct {
	log   *slog.Logger // nil = silent
	lines *rate.Limiter
	count prometheus.Counter
}

// edgeLines bounds the lines about headers: strangers can send any number.
const edgeLines = 10

func newEdge(log *slog.Logger, figures prometheus.Registerer) *edge {
	e := &edge{log: log, lines: rate.NewLimiter(rate.Every(time.Minute/edgeLines), edgeLines)}
	e.count = prometheus.NewCounter(prometheus.CounterOpts{
		Name: "overgang_forwarding_headers_stripped_total",
		Help: "Requests from which headers were taken that only trusted proxies may send.",
	})
	figures.MustRegister(e.count)
	return e
}

func (e *edge) stripped(r *http.Request, headers []string) {
	e.count.Inc()
	e.tell(r, "ignored", "forwarding-headers", slog.Any("headers", headers))
}

func (e *edge) unreadable(r *http.Request, err error) {
	e.tell(r, "ignored", "client-certificate-unreadable", slog.String("cause", err.Error()))
}

// tell writes one line, if there were not too many of late.
func (e *edge) tell(r *http.Request, decision, code string, more slog.Attr) {
	if e.log == nil || !e.lines.Allow() {
		return
	}
	address, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		address = r.RemoteAddr
	}
	e.log.LogAttrs(r.Context(), slog.LevelWarn, "access",
		slog.String("decision", decision), slog.String("code", code), slog.String("address", address), more)
}

// certified lets only those call EC2 endpoints, and the token endpoint, whose
// connection was opened with a certificate that is registered and trusted.
func (g *Gateway) certified(next http.Handler) http.Handler {
	if g.config.Listen.ClientCertificates != config.RegisteredCertificates {
		return next
	}
	refused := g.refused("client-certificate")
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		e := g.contract.EndpointAt(r.URL.Path)
		if guarded := r.URL.Path == oauth.TokenPath || e != nil && e.Flavour == wsdl.EC2; !guarded || r.Method == http.MethodGet {
			next.ServeHTTP(w, r)
			return
		}
		if cause := g.recognise(r); cause != "" {
			refused()
			g.edge.tell(r, "denied", "client-certificate", slog.String("cause", cause))
			http.Error(w, "This address takes calls over TLS with a client certificate that is registered here.", http.StatusForbidden)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// recognise says why the connection's certificate is none of ours; "" = it is one.
func (g *Gateway) recognise(r *http.Request) (cause string) {
	cert := listen.ClientCertificate(r)
	if cert == nil {
		return "no client certificate"
	}
	short := sha1.Sum(cert.Raw)
	found, err := g.trust.Find(r.Context(), wss.CertificateReference{Thumbprint: short[:]})
	if err != nil {
		return err.Error()
	}
	for _, known := range found {
		if !bytes.Equal(known.Raw, cert.Raw) {
			continue
		}
		if err := g.trust.Check(r.Context(), known, g.now()); err != nil {
			return err.Error()
		}
		return ""
	}
	return "not registered: " + rest.ThumbprintOf(cert.Raw).String()
}

// watchServerCertificate shows when the TLS listener's certificate expires.
func (g *Gateway) watchServerCertificate() {
	if g.tls == nil {
		return
	}
	g.figures.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{
		Name: "overgang_tls_certificate_expiry_timestamp_seconds", Help: "When the TLS listener's own certificate expires.",
	}, func() float64 { return float64(g.tls.Current().Leaf.NotAfter.Unix()) }))
}
