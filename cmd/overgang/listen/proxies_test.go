package listen

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"encoding/pem"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"
)

// clientCertificate is a certificate as a client has one.
func clientCertificate(t testing.TB, name string) *x509.Certificate {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: name}, NotAfter: time.Now().Add(time.Hour)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return cert
}

// forms are how proxies write a certificate.
func forms(cert *x509.Certificate) map[string]string {
	text := string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: cert.Raw}))
	b64 := base64.StdEncoding.EncodeToString(cert.Raw)
	return map[string]string{
		"RFC 9440":            ":" + b64 + ":",
		"nginx":               strings.ReplaceAll(url.QueryEscape(text), "+", "%20"),
		"PEM, plus unescaped": url.PathEscape(text),
		"HAProxy":             b64,
		"Traefik":             url.QueryEscape(b64),
		"Envoy":               `By=spiffe://gateway;Hash=` + strings.Repeat("ab", 32) + `;Cert="` + strings.ReplaceAll(url.QueryEscape(text), "+", "%20") + `";Subject="CN=\"Havbris, avd; 2\",O=x";URI=`,
		"encoded as a form":   url.QueryEscape(text),
		"Envoy, unquoted":     `hash=` + strings.Repeat("ab", 32) + `;cert=` + strings.ReplaceAll(url.QueryEscape(text), "+", "%20"),
	}
}

// behind sends one request through Wrap and returns what the handler got.
func behind(p Proxies, set func(*http.Request)) (got *http.Request, status int, stripped []string, unreadable error) {
	p.Trusted = []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("2001:db8::/32")}
	p.Stripped = func(_ *http.Request, headers []string) { stripped = headers }
	p.Unreadable = func(_ *http.Request, err error) { unreadable = err }
	h := p.Wrap(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { got = r }))
	r := httptest.NewRequest("POST", "/", nil)
	r.RemoteAddr = "10.0.0.9:5"
	set(r)
	rec := httptest.NewRecorder()
	h.ServeHTTP(rec, r)
	return got, rec.Code, stripped, unreadable
}

func TestCertificateOfATrustedProxy(t *testing.T) {
	cert := clientCertificate(t, "Havbris")
	for name, value := range forms(cert) {
		got, _, stripped, err := behind(Proxies{CertificateHeader: "x-client-CERT"}, func(r *http.Request) { r.Header.Set("X-Client-Cert", value) })
		if c := ClientCertificate(got); err != nil || c == nil || !c.Equal(cert) {
			t.Errorf("%s: %v, %v", name, c, err)
		}
		if stripped != nil || got.Header.Get("X-Client-Cert") != "" {
			t.Errorf("%s: told of %v; the handler sees %q", name, stripped, got.Header.Get("X-Client-Cert"))
		}
	}
}

func TestCertificateIsNotBelieved(t *testing.T) {
	cert, other := clientCertificate(t, "Havbris"), clientCertificate(t, "Proxy")
	all := forms(cert)
	stranger := func(r *http.Request) { r.RemoteAddr = "198.51.100.7:5" }
	for name, c := range map[string]struct {
		header string // configured
		set    func(*http.Request)
		want   *x509.Certificate
		broken bool
	}{
		"from a stranger": {"X-Client-Cert", func(r *http.Request) { stranger(r); r.Header.Set("X-Client-Cert", all["nginx"]) }, nil, false},
		"from a stranger, in a chain": {"X-Client-Cert", func(r *http.Request) {
			stranger(r)
			r.Header.Set("X-Client-Cert", all["nginx"])
			r.Header.Set("X-Forwarded-For", "10.0.0.9")
		}, nil, false},
		"in another header": {"X-Client-Cert", func(r *http.Request) {
			r.Header.Set("Client-Cert", all["RFC 9440"])
			r.Header.Set("X-Forwarded-Client-Cert", all["Envoy"])
		}, nil, false},
		"with nothing configured": {"", func(r *http.Request) { r.Header.Set("X-Client-Cert", all["nginx"]) }, nil, false},
		"twice": {"X-Client-Cert", func(r *http.Request) {
			r.Header.Add("X-Client-Cert", all["nginx"])
			r.Header.Add("X-Client-Cert", all["nginx"])
		}, nil, true},
		"two of Envoy's":  {"X-Client-Cert", func(r *http.Request) { r.Header.Set("X-Client-Cert", all["Envoy"]+","+all["Envoy"]) }, nil, true},
		"a hash only":     {"X-Client-Cert", func(r *http.Request) { r.Header.Set("X-Client-Cert", "Hash="+strings.Repeat("ab", 32)) }, nil, false},
		"nonsense":        {"X-Client-Cert", func(r *http.Request) { r.Header.Set("X-Client-Cert", "Havbris") }, nil, true},
		"half a sequence": {"X-Client-Cert", func(r *http.Request) { r.Header.Set("X-Client-Cert", ":AAAA") }, nil, true},
		"a key in PEM form": {"X-Client-Cert", func(r *http.Request) {
			r.Header.Set("X-Client-Cert", "-----BEGIN%20PRIVATE%20KEY-----%0AAAAA%0A-----END%20PRIVATE%20KEY-----%0A")
		}, nil, true},
		"empty": {"X-Client-Cert", func(r *http.Request) { r.Header.Set("X-Client-Cert", "") }, nil, false},
		"the proxy's own": {"X-Client-Cert", func(r *http.Request) {
			r.TLS = &tls.ConnectionState{PeerCertificates: []*x509.Certificate{other}}
		}, nil, false},
		"a stranger's own, beside a made-up one": {"X-Client-Cert", func(r *http.Request) {
			stranger(r)
			r.TLS = &tls.ConnectionState{PeerCertificates: []*x509.Certificate{other}}
			r.Header.Set("X-Client-Cert", all["nginx"])
		}, other, false},
	} {
		got, _, _, err := behind(Proxies{CertificateHeader: c.header}, c.set)
		if cert := ClientCertificate(got); cert != c.want {
			t.Errorf("%s: believed %v", name, cert.Subject)
		}
		if (err != nil) != c.broken {
			t.Errorf("%s: told %v", name, err)
		}
	}
}

// Nothing that a stranger says of itself reaches anybody, and it is told of.
func TestStrangersHeadersAreTakenAway(t *testing.T) {
	for _, plaintext := range []bool{false, true} {
		got, status, stripped, _ := behind(Proxies{Plaintext: plaintext, CertificateHeader: "X-Our-Cert"}, func(r *http.Request) {
			r.RemoteAddr = "198.51.100.7:5"
			for _, name := range append(slices.Clone(forwarding), "X-Our-Cert") {
				r.Header.Set(name, "https")
			}
			r.Header.Set("Forwarded", "for=203.0.113.1;proto=https")
			r.Header.Set("X-Other", "stays")
		})
		if want := append(slices.Clone(forwarding), "X-Our-Cert"); !slices.Equal(stripped, want) {
			t.Errorf("told of %v, want %v", stripped, want)
		}
		if plaintext {
			if got != nil || status != http.StatusForbidden {
				t.Errorf("a stranger's https is believed: %d", status)
			}
			continue
		}
		if len(got.Header) != 1 || got.Header.Get("X-Other") != "stays" || got.RemoteAddr != "198.51.100.7:5" {
			t.Errorf("the handler sees %v from %s", got.Header, got.RemoteAddr)
		}
	}
	if _, _, stripped, _ := behind(Proxies{}, func(r *http.Request) { r.Header.Set("X-Forwarded-For", "203.0.113.1") }); stripped != nil {
		t.Errorf("told of a trusted proxy's %v", stripped)
	}
}

func TestForwarded(t *testing.T) {
	for name, c := range map[string]struct {
		headers []string
		client  string // "" = the proxy itself
		https   bool
	}{
		"one hop":                       {[]string{`for=203.0.113.1;proto=https`}, "203.0.113.1", true},
		"plain":                         {[]string{`for=203.0.113.1;proto=http`}, "203.0.113.1", false},
		"nothing about the protocol":    {[]string{`for=203.0.113.1`}, "203.0.113.1", false},
		"quoted, with a port":           {[]string{`For="203.0.113.1:4711"; Proto="HTTPS";by=10.0.0.9;host="a;b,c"`}, "203.0.113.1", true},
		"IPv6":                          {[]string{`for="[2001:db9::1]:4711";proto=https`}, "2001:db9::1", true},
		"IPv6 without a port":           {[]string{`for="[2001:db9::1]";proto=https`}, "2001:db9::1", true},
		"IPv4 in IPv6":                  {[]string{`for="[::ffff:203.0.113.1]";proto=https`}, "203.0.113.1", true},
		"two proxies, plain between":    {[]string{`for=203.0.113.1;proto=https, for=10.0.0.8;proto=http`}, "203.0.113.1", true},
		"two proxies, plain outside":    {[]string{`for=203.0.113.1;proto=http`, `for=10.0.0.8;proto=https`}, "203.0.113.1", false},
		"client made up the start":      {[]string{`for=1.1.1.1;proto=https, for=203.0.113.1;proto=http`}, "203.0.113.1", false},
		"made up in a quoted string":    {[]string{`for="1.1.1.1, for=203.0.113.9;proto=https`, `for=203.0.113.1;proto=http`}, "", false},
		"hidden":                        {[]string{`for=_hidden;proto=https`}, "", true},
		"unknown behind a proxy's word": {[]string{`for=203.0.113.1;proto=https, for=unknown;proto=http`}, "", false},
		"absent":                        {nil, "", false},
		"only proxies":                  {[]string{`for=10.0.0.7;proto=https`}, "10.0.0.7", true},
	} {
		got, status, _, _ := behind(Proxies{Standard: true, Plaintext: true}, func(r *http.Request) {
			r.Header["Forwarded"] = c.headers
			r.Header.Set("X-Forwarded-Proto", "https") // of the client's making: another header is configured
			r.Header.Set("X-Forwarded-For", "1.2.3.4")
		})
		if (status == http.StatusForbidden) == c.https {
			t.Errorf("%s: status %d", name, status)
		}
		if got == nil {
			continue
		}
		want := c.client
		if want == "" {
			want = "10.0.0.9"
		}
		if host, _, _ := net.SplitHostPort(got.RemoteAddr); host != want {
			t.Errorf("%s: client %s, want %s", name, host, want)
		}
	}
}

func TestForwardedProtoOfSeveralHops(t *testing.T) {
	for name, c := range map[string]struct {
		values []string
		ok     bool
	}{
		"https":                          {[]string{"https"}, true},
		"capitals":                       {[]string{"HTTPS"}, true},
		"https all the way":              {[]string{"https, https"}, true},
		"made up, then the proxy's":      {[]string{"https, http"}, false},
		"made up in a line of its own":   {[]string{"https", "http"}, false},
		"plain outside":                  {[]string{"http,https"}, false},
		"nothing":                        {nil, false},
		"empty":                          {[]string{""}, false},
		"the standard's, not configured": {nil, false},
	} {
		_, status, _, _ := behind(Proxies{Plaintext: true}, func(r *http.Request) {
			r.Header["X-Forwarded-Proto"] = c.values
			r.Header.Set("Forwarded", "for=203.0.113.1;proto=https")
		})
		if (status != http.StatusForbidden) != c.ok {
			t.Errorf("%s: status %d", name, status)
		}
	}
}

// FuzzProxyHeaders: whatever a proxy hands on, nobody panics, and a client's
// address is never made of nothing.
func FuzzProxyHeaders(f *testing.F) {
	cert := clientCertificate(f, "Havbris")
	for _, value := range forms(cert) {
		f.Add(value, `for="203.0.113.1:4711";proto=https, for=_x`)
	}
	f.Add(`Cert="\`, `for="`)
	f.Add(`By=;Cert=%zz`, `;;=,for=`)
	p := Proxies{Trusted: []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")}}
	f.Fuzz(func(t *testing.T, certificate, forwarded string) {
		if got, err := readCertificate([]string{certificate}); got != nil && err != nil {
			t.Errorf("a certificate and an error: %v", err)
		}
		client, _ := p.forwarded([]string{forwarded})
		if client.IsValid() && !strings.Contains(strings.ToLower(forwarded), "for") {
			t.Errorf("client %v of %q", client, forwarded)
		}
	})
}
