package gateway

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"overgang/cmd/overgang/config"
	"overgang/rest"
)

// serve starts a gateway on free ports until the test ends.
func serve(t *testing.T, set func(*config.Config)) *Gateway {
	t.Helper()
	c := config.Default()
	c.Data = t.TempDir()
	c.Listen.Plain.Address, c.Listen.Admin.Address = "127.0.0.1:0", "127.0.0.1:0"
	set(&c)
	if err := c.Check(); err != nil {
		t.Fatal(err)
	}
	g, err := Open(t.Context(), Options{Config: c, Version: "test", Logger: slog.New(slog.DiscardHandler), Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	g.Serve(func(err error) { t.Error(err) })
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
		defer cancel()
		if err := g.Stop(ctx); err != nil {
			t.Errorf("stop: %v", err)
		}
	})
	return g
}

// ask sends a request to a listener, wherever it says it is reached.
func ask(t *testing.T, g *Gateway, listener, method, path string, header ...string) (int, string) {
	t.Helper()
	address := g.Server(listener).Address()
	req, err := http.NewRequest(method, "http://127.0.0.1"+address[strings.LastIndex(address, ":"):]+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res.StatusCode, string(text)
}

const wsdlPath = "/IntermediaryExternal/IntermediaryInboundBasic.svc?wsdl"

func TestConfiguredAddressIsPublished(t *testing.T) {
	g := serve(t, func(c *config.Config) { c.Listen.Plain.PublicURL = "https://gateway.example.org" })
	_, text := ask(t, g, "plain", "GET", wsdlPath, "Host", "evil.example", "X-Forwarded-Host", "evil.example")
	if !strings.Contains(text, `"https://gateway.example.org/IntermediaryExternal/IntermediaryInboundBasic.svc"`) || strings.Contains(text, "evil") {
		t.Errorf("published contract:\n%.800s", text)
	}
	_, text = ask(t, g, "plain", "GET", "/")
	if !strings.Contains(text, `href="https://gateway.example.org/openapi.yaml"`) || !strings.Contains(text, `href="https://gateway.example.org/docs"`) {
		t.Errorf("page:\n%s", text)
	}
}

func TestRoutes(t *testing.T) {
	g := serve(t, func(*config.Config) {})
	for _, tt := range []struct {
		listener, method, path string
		status                 int
	}{
		{"plain", "GET", "/", 200},
		{"plain", "POST", "/", 405},
		{"plain", "GET", "/INTERMEDIARYEXTERNAL/intermediaryinboundbasic.SVC?wsdl", 200},
		{"plain", "GET", "/openapi.yaml", 200},
		{"plain", "GET", "/docs", 200},
		{"plain", "GET", "/docs/style.css", 200},
		{"plain", "GET", "/docsx", 404},
		{"plain", "GET", "/storage/instances", 401},
		{"plain", "GET", "/metrics", 404},
		{"plain", "GET", "/health/live", 404},
		{"plain", "GET", "/debug/pprof/", 404},
		{"plain", "GET", "/../../etc/passwd", 404},
		{"admin", "GET", "/health/live", 200},
		{"admin", "GET", "/health/ready", 200},
		{"admin", "GET", "/metrics", 200},
		{"admin", "GET", "/debug/pprof/", 404},
		{"admin", "GET", wsdlPath, 404},
	} {
		if status, text := ask(t, g, tt.listener, tt.method, tt.path); status != tt.status {
			t.Errorf("%s %s on %s: %d, want %d\n%.200s", tt.method, tt.path, tt.listener, status, tt.status, text)
		}
	}
}

func TestProfilesAreServedWhenAsked(t *testing.T) {
	g := serve(t, func(c *config.Config) { c.Listen.Admin.Pprof = true })
	if status, _ := ask(t, g, "admin", "GET", "/debug/pprof/"); status != http.StatusOK {
		t.Errorf("status %d", status)
	}
}

func TestPlaintextIsServedBehindATrustedProxyOnly(t *testing.T) {
	g := serve(t, func(c *config.Config) {
		c.Listen.Plain.Address = "0.0.0.0:0"
		c.Listen.TrustedProxies = make([]config.Network, 1)
		if err := c.Listen.TrustedProxies[0].UnmarshalText([]byte("127.0.0.1")); err != nil {
			t.Fatal(err)
		}
	})
	if status, text := ask(t, g, "plain", "GET", wsdlPath); status != http.StatusForbidden || !strings.Contains(text, "TLS is required") {
		t.Errorf("without https: %d %.200s", status, text)
	}
	if status, _ := ask(t, g, "plain", "GET", wsdlPath, "X-Forwarded-Proto", "https", "X-Forwarded-For", "203.0.113.5"); status != http.StatusOK {
		t.Errorf("with https: %d", status)
	}
	if _, text := ask(t, g, "admin", "GET", "/metrics"); !strings.Contains(text, `outcome="plaintext",service="edge"} 1`) {
		t.Error("the refusal is not counted")
	}
}

func TestReadinessFollowsTheDisk(t *testing.T) {
	var dir string
	g := serve(t, func(c *config.Config) { dir = c.Data })
	if err := os.RemoveAll(filepath.Join(dir, "blobs")); err != nil {
		t.Fatal(err)
	}
	status, text := ask(t, g, "admin", "GET", "/health/ready")
	if status != http.StatusServiceUnavailable || !strings.Contains(text, `"store":"ok"`) || strings.Contains(text, `"blobs":"ok"`) {
		t.Errorf("%d %s", status, text)
	}
}

func TestRequestLog(t *testing.T) {
	for _, on := range []bool{true, false} {
		var out bytes.Buffer
		g := &Gateway{config: config.Config{Log: config.Log{Requests: on}}, log: NewLogger(config.Log{Level: "info"}, &out)}
		log := g.requestLog().With("a", 1).WithGroup("g")
		log.Info("a request")
		log.Error("a failure")
		if strings.Contains(out.String(), "a request") != on || !strings.Contains(out.String(), "a failure") {
			t.Errorf("requests %v: %s", on, out.String())
		}
	}
}

// pieces counts writes.
type pieces struct {
	mu   sync.Mutex
	n    int
	text strings.Builder
}

func (p *pieces) Write(b []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.n++
	return p.text.Write(b)
}

func TestLogBufferKeepsEveryLine(t *testing.T) {
	var p pieces
	b := NewLogBuffer(&p)
	line := strings.Repeat("x", 99) + "\n"
	var writers sync.WaitGroup
	for range 8 {
		writers.Go(func() {
			for range 500 {
				io.WriteString(b, line)
			}
		})
	}
	writers.Wait()
	io.WriteString(b, "alone\n")
	for begun := time.Now(); ; time.Sleep(5 * time.Millisecond) {
		p.mu.Lock()
		written := strings.HasSuffix(p.text.String(), "alone\n")
		p.mu.Unlock()
		if written {
			break
		}
		if time.Since(begun) > time.Minute {
			t.Fatal("a line alone is not written on")
		}
	}
	io.WriteString(b, "last\n")
	b.Close()
	if got, want := p.text.String(), strings.Repeat(line, 4000)+"alone\nlast\n"; got != want {
		t.Errorf("%d bytes written, want %d", len(got), len(want))
	}
	if p.n > 100 {
		t.Errorf("%d writes for 4002 lines", p.n)
	}
}

func TestCallerRate(t *testing.T) {
	now := time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC)
	r := &callerRate{perMinute: 60, now: func() time.Time { return now }}
	kari, ola := rest.Caller{Person: 1}, rest.Caller{Person: 2}
	for n := range 60 {
		if err := r.Allow(t.Context(), kari); err != nil {
			t.Fatalf("request %d: %v", n, err)
		}
	}
	err, _ := r.Allow(t.Context(), kari).(*rest.Error)
	if err == nil || err.Kind != rest.RateLimited || err.RetryAfter <= 0 || err.RetryAfter > time.Second {
		t.Errorf("61st request: %+v", err)
	}
	if err := r.Allow(t.Context(), ola); err != nil {
		t.Errorf("another caller: %v", err)
	}
	now = now.Add(time.Second)
	if err := r.Allow(t.Context(), kari); err != nil {
		t.Errorf("a second later: %v", err)
	}
	for n := range 3 * callersKept {
		r.Allow(t.Context(), rest.Caller{Person: rest.PartyID(n + 10)})
	}
	if n := len(r.new) + len(r.old); n > 2*callersKept {
		t.Errorf("%d callers are kept", n)
	}
}

func TestKeysAreMadeOnceAndKept(t *testing.T) {
	path := filepath.Join(t.TempDir(), "secret")
	var wg sync.WaitGroup
	got := make([]string, 16)
	for i := range got {
		wg.Go(func() {
			text, err := keep(path, newSecret)
			if err != nil {
				t.Error(err)
			}
			got[i] = string(text)
		})
	}
	wg.Wait()
	for _, text := range got {
		if text != got[0] || len(text) < 32 {
			t.Fatalf("different secrets: %q", got)
		}
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, %v", info.Mode(), err)
	}
	if err := os.WriteFile(path, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := keep(path, newSecret); err == nil || !strings.Contains(err.Error(), "restore it") {
		t.Errorf("an empty secret: %v", err)
	}
}
