package observe

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"overgang/rest"
	"overgang/rest/supervise"
)

// TestFiguresGoOn: a figure that panics is left out, and counted; so is a probe.
func TestFiguresGoOn(t *testing.T) {
	s := &supervise.Supervisor{}
	f := NewFigures(s)
	WatchOutbox(f, func(context.Context, rest.OutboxState) (map[rest.NotificationChannel]int, error) { panic("bang") })
	if err := f.Register(prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: "good", Help: "Does not."}, func() float64 { return 7 })); err != nil {
		t.Fatal(err)
	}
	health := &Health{Timeout: time.Minute, Supervisor: s, Probes: []Probe{
		{"bad", func(context.Context) error { panic("bang") }}, {"good", func(context.Context) error { return nil }},
	}}
	answer := httptest.NewRecorder()
	health.Ready(answer, httptest.NewRequest("GET", "/health/ready", nil))
	if text := answer.Body.String(); answer.Code != http.StatusServiceUnavailable || !strings.Contains(text, `"bad":"panic: bang"`) || !strings.Contains(text, `"good":"ok"`) {
		t.Errorf("%d %s", answer.Code, text)
	}
	scrape := func() string {
		answer := httptest.NewRecorder()
		promhttp.HandlerFor(f, promhttp.HandlerOpts{}).ServeHTTP(answer, httptest.NewRequest("GET", "/metrics", nil))
		return answer.Body.String()
	}
	scrape() // what panics now is counted in the next one at the latest
	text := scrape()
	for _, want := range []string{"good 7\n", `overgang_worker_panics_total{worker="probe bad"} 1`, `overgang_worker_panics_total{worker="read figures"} `} {
		if !strings.Contains(text, want) {
			t.Errorf("no %q in\n%s", want, text)
		}
	}
}
