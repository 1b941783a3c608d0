package observe

import (
	"context"
	"encoding/binary"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"overgang/rest"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

func TestMetricsShowRequestsAndBacklog(t *testing.T) {
	registry := prometheus.NewRegistry()
	m := NewMetrics(registry, "1.2.3")
	WatchStore(registry, func() (int, time.Duration) { return 7, 1500 * time.Millisecond })
	WatchOutbox(registry, func(_ context.Context, state rest.OutboxState) (map[rest.NotificationChannel]int, error) {
		return map[rest.NotificationChannel]int{rest.BySMS: len(state)}, nil
	})
	m.Observe(Request{Service: "IntermediaryInbound", Operation: "SubmitFormTask", Flavour: "basic", Outcome: "ok", Received: 100, Sent: 50, Duration: 3 * time.Millisecond})
	m.Panicked()
	m.Stored(3, 4096)
	rec := httptest.NewRecorder()
	promhttp.HandlerFor(registry, promhttp.HandlerOpts{}).ServeHTTP(rec, httptest.NewRequest("GET", "/metrics", nil))
	for _, line := range []string{
		`overgang_requests_total{flavour="basic",operation="SubmitFormTask",outcome="ok",service="IntermediaryInbound"} 1`,
		`overgang_request_seconds_bucket{flavour="basic",operation="SubmitFormTask",service="IntermediaryInbound",le="0.002"} 0`,
		`overgang_request_seconds_bucket{flavour="basic",operation="SubmitFormTask",service="IntermediaryInbound",le="0.005"} 1`,
		`overgang_received_bytes_total{flavour="basic",operation="SubmitFormTask",service="IntermediaryInbound"} 100`,
		`overgang_store_waiting 7`, `overgang_store_latency_seconds 1.5`, `overgang_panics_total 1`,
		`overgang_outbox_messages{channel="sms",state="pending"} 7`, `overgang_outbox_messages{channel="email",state="failed"} 0`,
		`overgang_blobs 3`, `overgang_blob_bytes 4096`, `overgang_build_info{version="1.2.3"} 1`,
	} {
		if !strings.Contains(rec.Body.String(), line+"\n") {
			t.Errorf("metrics lack %s", line)
		}
	}
}

func TestReadySaysWhatIsWrong(t *testing.T) {
	var broken error
	h := &Health{Timeout: time.Minute, Probes: []Probe{
		{"store", func(context.Context) error { return broken }},
		{"blobs", func(context.Context) error { return nil }},
	}}
	ask := func() (int, string) {
		rec := httptest.NewRecorder()
		h.Ready(rec, httptest.NewRequest("GET", "/health/ready", nil))
		body, _ := io.ReadAll(rec.Body)
		return rec.Code, string(body)
	}
	if code, body := ask(); code != http.StatusOK || !strings.Contains(body, `"store":"ok"`) {
		t.Errorf("all well: %d %s", code, body)
	}
	broken = errors.New("disk is full")
	if code, body := ask(); code != http.StatusServiceUnavailable || !strings.Contains(body, "disk is full") || !strings.Contains(body, `"blobs":"ok"`) {
		t.Errorf("broken store: %d %s", code, body)
	}
	broken = nil
	h.Leave()
	if code, body := ask(); code != http.StatusServiceUnavailable || !strings.Contains(body, "stopping") {
		t.Errorf("stopping: %d %s", code, body)
	}
}

func TestClockJumps(t *testing.T) {
	wall, elapsed := time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC), time.Duration(0)
	c := &Clock{Now: func() time.Time { return wall }, Elapsed: func() time.Duration { return elapsed }, Drift: 30 * time.Second,
		NotBefore: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)}
	pass := func(d, jump time.Duration) error {
		elapsed += d
		wall = wall.Add(d + jump)
		return c.Check()
	}
	if err := pass(0, 0); err != nil {
		t.Fatal(err)
	}
	if err := pass(time.Hour, 20*time.Second); err != nil {
		t.Errorf("small correction: %v", err)
	}
	if err := pass(10*time.Second, -time.Minute); err == nil || !strings.Contains(err.Error(), "-1m0s") {
		t.Errorf("jump back: %v", err)
	}
	if err := pass(4*time.Minute, 0); err == nil {
		t.Error("forgiven too early")
	}
	if err := pass(2*time.Minute, 0); err != nil {
		t.Errorf("not forgiven: %v", err)
	}
	wall = time.Date(1970, 1, 1, 0, 5, 0, 0, time.UTC)
	if err := c.Check(); err == nil || !strings.Contains(err.Error(), "set it") {
		t.Errorf("a clock without battery: %v", err)
	}
}

// ntpServer answers with the true time, and with what else it is told to say.
func ntpServer(t *testing.T, truth func() time.Time, spoil func([]byte)) string {
	t.Helper()
	conn, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	go func() {
		for b := make([]byte, 100); ; {
			n, from, err := conn.ReadFrom(b)
			if err != nil {
				return
			}
			answer := make([]byte, n)
			answer[0], answer[1] = 4<<3|4, 2
			copy(answer[24:32], b[40:48])
			for _, at := range []int{32, 40} {
				since := truth().Sub(time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)).Seconds() + 3155673600
				binary.BigEndian.PutUint64(answer[at:], uint64(since*(1<<32)))
			}
			if spoil != nil {
				spoil(answer)
			}
			conn.WriteTo(answer, from)
		}
	}()
	return conn.LocalAddr().String()
}

func TestClockAsksAServer(t *testing.T) {
	now := time.Date(2026, 11, 1, 12, 0, 0, 250_000_000, time.UTC)
	tests := []struct {
		name  string
		off   time.Duration // of our clock
		spoil func([]byte)
		says  string // "" = fine
	}{
		{"right", 0, nil, ""},
		{"a little fast", 20 * time.Second, nil, ""},
		{"fast", 45 * time.Second, nil, "off by 45s"},
		{"slow", -time.Hour, nil, "off by -1h0m0s"},
		{"server does not know", time.Hour, func(b []byte) { b[1] = 0 }, ""},
		{"answer to somebody else", time.Hour, func(b []byte) { b[24]++ }, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c := &Clock{Now: func() time.Time { return now.Add(tt.off) }, Drift: 30 * time.Second,
				Server: ntpServer(t, func() time.Time { return now }, tt.spoil)}
			err := c.ask(t.Context())
			if tt.says == "" && err != nil || tt.says != "" && (err == nil || !strings.Contains(err.Error(), tt.says)) {
				t.Errorf("error %v, want %q", err, tt.says)
			}
		})
	}
}
