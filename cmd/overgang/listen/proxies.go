package listen

import (
	"net"
	"net/http"
	"net/netip"
	"slices"
)

// Proxies believes what trusted proxies say of the client, and nobody else.
type Proxies struct {
	Trusted []netip.Prefix
	// Plaintext says that the listener itself has no TLS and is reached from
	// other machines: then only requests that a trusted proxy received over
	// https are served.
	Plaintext bool
	// Standard reads the header Forwarded (RFC 7239); else X-Forwarded-For and
	// X-Forwarded-Proto are read. A proxy that writes one passes the other on as
	// the client sent it, so only one is ever believed.
	Standard bool
	// CertificateHeader is where the proxies put the certificate that the client
	// proved to them; "" = nowhere. See [readCertificate] for its forms.
	CertificateHeader string

	// Refused, where given, is called for a request that must come over TLS.
	Refused func()
	// Stripped, where given, is called with the names of the headers that
	// somebody else than a trusted proxy sent, and that are gone.
	Stripped func(r *http.Request, headers []string)
	// Unreadable, where given, is called when a trusted proxy's certificate
	// header says nothing that is understood. The request goes on without one.
	Unreadable func(r *http.Request, err error)
}

// forwarding are the headers in which proxies of all makes speak of the client.
// Nothing behind Wrap sees them.
var forwarding = []string{
	"Forwarded", "X-Forwarded-For", "X-Forwarded-Proto", "X-Forwarded-Host", "X-Forwarded-Port", "X-Forwarded-Ssl", "X-Real-Ip",
	"Client-Cert", "Client-Cert-Chain", "X-Client-Cert", "X-Forwarded-Client-Cert", "X-Forwarded-Tls-Client-Cert", "X-Ssl-Client-Cert",
	"Ssl-Client-Cert", "X-Ssl-Cert",
}

// Wrap gives next requests whose RemoteAddr is the client's, and whose
// [ClientCertificate] is. Those whose passwords travelled in the clear get 403.
func (p Proxies) Wrap(next http.Handler) http.Handler {
	names := slices.Clone(forwarding)
	header := http.CanonicalHeaderKey(p.CertificateHeader)
	if header != "" && !slices.Contains(names, header) {
		names = append(names, header)
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		trusted, secure := p.trusts(r.RemoteAddr), r.TLS != nil
		if trusted {
			client, https := p.said(r.Header)
			secure = secure || https
			r = p.certified(r, header)
			if client.IsValid() {
				said := *r
				said.RemoteAddr = net.JoinHostPort(client.String(), "0")
				r = &said
			}
		}
		if had := present(r.Header, names); len(had) > 0 {
			if !trusted && p.Stripped != nil {
				p.Stripped(r, had)
			}
			r = without(r, had)
		}
		if p.Plaintext && !secure {
			if p.Refused != nil {
				p.Refused()
			}
			refusePlaintext(w)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// certified remembers the client's certificate that a trusted proxy speaks of.
// The proxy's own, with which it may have opened the connection, is not it.
func (p Proxies) certified(r *http.Request, header string) *http.Request {
	if header == "" {
		return r
	}
	cert, err := readCertificate(r.Header.Values(header))
	if err != nil && p.Unreadable != nil {
		p.Unreadable(r, err)
	}
	return r.WithContext(withCertificate(r.Context(), cert))
}

// said is the client's address, where it is known, and whether it came over https.
func (p Proxies) said(h http.Header) (client netip.Addr, https bool) {
	if p.Standard {
		return p.forwarded(h.Values("Forwarded"))
	}
	return p.client(h.Values("X-Forwarded-For")), allHTTPS(h.Values("X-Forwarded-Proto"))
}

// present lists those of the names that a request has.
func present(h http.Header, names []string) (had []string) {
	for _, name := range names {
		if _, ok := h[name]; ok {
			had = append(had, name)
		}
	}
	return had
}

// without is the request without some headers.
func without(r *http.Request, names []string) *http.Request {
	bare := *r
	bare.Header = make(http.Header, len(r.Header))
	for name, values := range r.Header {
		if !slices.Contains(names, name) {
			bare.Header[name] = values
		}
	}
	return &bare
}

func (p Proxies) trusts(remote string) bool {
	if len(p.Trusted) == 0 {
		return false
	}
	a, err := netip.ParseAddrPort(remote)
	return err == nil && p.contains(a.Addr().Unmap())
}

func (p Proxies) contains(a netip.Addr) bool {
	for _, prefix := range p.Trusted {
		if prefix.Contains(a) {
			return true
		}
	}
	return false
}

// refusePlaintext answers requests that must come over TLS. What they carried
// is not read.
func refusePlaintext(w http.ResponseWriter) {
	w.Header().Set("Connection", "close")
	http.Error(w, "TLS is required: call the https address of this service.", http.StatusForbidden)
}
