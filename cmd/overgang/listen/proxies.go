package listen

import (
	"net"
	"net/http"
	"net/netip"
	"strings"
)

// Proxies believes what trusted proxies say of the client, and nobody else.
type Proxies struct {
	Trusted []netip.Prefix
	// Plaintext says that the listener itself has no TLS and is reached from
	// other machines: then only requests that a trusted proxy received over
	// https are served.
	Plaintext bool
}

// Wrap gives next requests whose RemoteAddr is the client's. Those whose
// passwords travelled in the clear get 403, and refused, where given, is called.
func (p Proxies) Wrap(next http.Handler, refused func()) http.Handler {
	if len(p.Trusted) == 0 && !p.Plaintext {
		return next
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		secure := r.TLS != nil
		if p.trusts(r.RemoteAddr) {
			secure = secure || strings.EqualFold(r.Header.Get("X-Forwarded-Proto"), "https")
			if client := p.client(r.Header.Values("X-Forwarded-For")); client.IsValid() {
				said := *r
				said.RemoteAddr = net.JoinHostPort(client.String(), "0")
				r = &said
			}
		}
		if p.Plaintext && !secure {
			if refused != nil {
				refused()
			}
			refusePlaintext(w)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// client is the last address in the chain that is not a trusted proxy's own:
// everything before it the client may have made up.
func (p Proxies) client(headers []string) netip.Addr {
	chain := strings.Split(strings.Join(headers, ","), ",")
	var last netip.Addr
	for i := len(chain) - 1; i >= 0; i-- {
		a, err := netip.ParseAddr(strings.TrimSpace(chain[i]))
		if err != nil {
			break
		}
		last = a.Unmap()
		if !p.contains(last) {
			break
		}
	}
	return last
}

func (p Proxies) trusts(remote string) bool {
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
