package listen

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"io"
	"log/slog"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"os"
	"path/filepath"
	"testing"
	"time"
)

var quiet = slog.New(slog.DiscardHandler)

// start serves h on a free port until the test ends.
func start(t *testing.T, h http.Handler, o Options) *Server {
	t.Helper()
	o.Address, o.Logger, o.HeaderBytes = "127.0.0.1:0", quiet, 64<<10
	if o.HeaderTimeout == 0 {
		o.HeaderTimeout, o.IdleTimeout = 5*time.Second, time.Minute
	}
	s, err := Open(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	s.Serve(h, func(err error) { t.Error(err) })
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
		defer cancel()
		s.Stop(ctx)
	})
	return s
}

// drain reads the body and says how much came.
var drain = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
	n, err := io.Copy(io.Discard, r.Body)
	if err != nil {
		w.WriteHeader(http.StatusBadRequest)
		fmt.Fprintf(w, "a fault of the handler: %v", err)
		return
	}
	fmt.Fprintf(w, "%d bytes", n)
})

func TestBaseIsNotTheHostHeader(t *testing.T) {
	s := start(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { io.WriteString(w, Base(r)) }), Options{Name: "plain"})
	req, _ := http.NewRequest("GET", "http://"+s.Address()+"/", nil)
	req.Host = "evil.example"
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if body, _ := io.ReadAll(res.Body); string(body) != "http://"+s.Address() || s.URL() != string(body) {
		t.Errorf("base %q, want the listener's address %s", body, s.Address())
	}
}

func TestSlowHeadersAreCutOff(t *testing.T) {
	t.Parallel()
	s := start(t, drain, Options{HeaderTimeout: 300 * time.Millisecond, IdleTimeout: time.Minute})
	c, err := net.Dial("tcp", s.Address())
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	io.WriteString(c, "POST / HTTP/1.1\r\nHost:")
	c.SetReadDeadline(time.Now().Add(time.Minute))
	if _, err := io.Copy(io.Discard, c); err != nil {
		t.Errorf("connection was not closed: %v", err)
	}
}

func TestAtOnce(t *testing.T) {
	entered, leave := make(chan struct{}), make(chan struct{})
	refusals := 0
	h := AtOnce(1, http.HandlerFunc(func(http.ResponseWriter, *http.Request) { entered <- struct{}{}; <-leave }), func() { refusals++ })
	go h.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("GET", "/", nil))
	<-entered
	rec := httptest.NewRecorder()
	h.ServeHTTP(rec, httptest.NewRequest("GET", "/", nil))
	if rec.Code != http.StatusServiceUnavailable || refusals != 1 || rec.Header().Get("Retry-After") != "1" {
		t.Errorf("second request: %d, Retry-After %q", rec.Code, rec.Header().Get("Retry-After"))
	}
	close(leave)
}

func TestProxies(t *testing.T) {
	tests := []struct {
		name, remote, proto string
		forwarded           []string
		plaintext           bool
		want                string // the address the handler sees; "" = refused
	}{
		{"no proxy, loopback listener", "127.0.0.1:5", "", nil, false, "127.0.0.1"},
		{"stranger's word is not believed", "198.51.100.7:5", "https", []string{"203.0.113.1"}, false, "198.51.100.7"},
		{"stranger on a plain listener", "198.51.100.7:5", "https", nil, true, ""},
		{"proxy that received https", "10.0.0.9:5", "https", []string{"203.0.113.1"}, true, "203.0.113.1"},
		{"proxy that received http", "10.0.0.9:5", "http", []string{"203.0.113.1"}, true, ""},
		{"client made up the start of the chain", "10.0.0.9:5", "https", []string{"1.1.1.1, 203.0.113.1", "10.0.0.8"}, true, "203.0.113.1"},
		{"proxy says nonsense", "10.0.0.9:5", "https", []string{"unknown"}, true, "10.0.0.9"},
		{"IPv4 in IPv6", "[::ffff:10.0.0.9]:5", "https", []string{"203.0.113.1"}, true, "203.0.113.1"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p := Proxies{Trusted: []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")}, Plaintext: tt.plaintext}
			refused := 0
			p.Refused = func() { refused++ }
			seen := ""
			h := p.Wrap(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { seen, _, _ = net.SplitHostPort(r.RemoteAddr) }))
			r := httptest.NewRequest("POST", "/", nil)
			r.RemoteAddr = tt.remote
			r.Header.Set("X-Forwarded-Proto", tt.proto)
			for _, f := range tt.forwarded {
				r.Header.Add("X-Forwarded-For", f)
			}
			rec := httptest.NewRecorder()
			h.ServeHTTP(rec, r)
			if seen != tt.want || (tt.want == "") != (rec.Code == http.StatusForbidden) || (tt.want == "") != (refused == 1) {
				t.Errorf("handler saw %q (status %d), want %q", seen, rec.Code, tt.want)
			}
		})
	}
}

// issue writes a new self-signed certificate for localhost.
func issue(t *testing.T, cert, key string, serial int64, modified time.Time) {
	t.Helper()
	k, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(serial), Subject: pkix.Name{CommonName: "localhost"},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour), DNSNames: []string{"localhost"},
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, k.Public(), k)
	if err != nil {
		t.Fatal(err)
	}
	kder, err := x509.MarshalPKCS8PrivateKey(k)
	if err != nil {
		t.Fatal(err)
	}
	for path, block := range map[string]*pem.Block{cert: {Type: "CERTIFICATE", Bytes: der}, key: {Type: "PRIVATE KEY", Bytes: kder}} {
		if err := os.WriteFile(path, pem.EncodeToMemory(block), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Chtimes(path, modified, modified); err != nil {
			t.Fatal(err)
		}
	}
}

func TestCertificateIsReadAgain(t *testing.T) {
	dir := t.TempDir()
	cert, key := filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem")
	now := time.Now()
	issue(t, cert, key, 1, now)
	c, err := LoadCertificate(cert, key, func() time.Time { return now }, quiet)
	if err != nil {
		t.Fatal(err)
	}
	s := start(t, drain, Options{Name: "tls", TLS: c.Config()})
	serial := func() int64 {
		conn, err := tls.Dial("tcp", s.Address(), &tls.Config{InsecureSkipVerify: true, NextProtos: []string{"h2"}})
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		if p := conn.ConnectionState().NegotiatedProtocol; p != "h2" {
			t.Errorf("negotiated %q, want h2", p)
		}
		return conn.ConnectionState().PeerCertificates[0].SerialNumber.Int64()
	}
	if n := serial(); n != 1 {
		t.Fatalf("serial %d, want 1", n)
	}
	issue(t, cert, key, 2, now.Add(time.Minute))
	now = now.Add(2 * time.Second)
	if n := serial(); n != 2 {
		t.Errorf("serial %d after the change, want 2", n)
	}
	if err := os.WriteFile(cert, []byte("half a file"), 0o600); err != nil {
		t.Fatal(err)
	}
	now = now.Add(2 * time.Second)
	if n := serial(); n != 2 {
		t.Errorf("serial %d while the file is broken, want 2", n)
	}
}

func TestStopFinishesWhatWasAccepted(t *testing.T) {
	entered, leave := make(chan struct{}), make(chan struct{})
	s := start(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		close(entered)
		<-leave
		io.WriteString(w, "finished")
	}), Options{})
	answer := make(chan string)
	go func() {
		res, err := http.Get("http://" + s.Address() + "/")
		if err != nil {
			answer <- err.Error()
			return
		}
		defer res.Body.Close()
		body, _ := io.ReadAll(res.Body)
		answer <- string(body)
	}()
	<-entered
	stopped := make(chan error)
	go func() { stopped <- s.Stop(t.Context()) }()
	for begun := time.Now(); ; time.Sleep(time.Millisecond) {
		c, err := net.Dial("tcp", s.Address())
		if err != nil {
			break // no new connection is taken
		}
		c.Close()
		if time.Since(begun) > time.Minute {
			t.Fatal("new connections are taken while stopping")
		}
	}
	close(leave)
	if a := <-answer; a != "finished" {
		t.Errorf("accepted request got %q", a)
	}
	if err := <-stopped; err != nil {
		t.Errorf("stop: %v", err)
	}
}
