package observe

import (
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
)

// Metrics are the gateway's own figures.
type Metrics struct {
	requests *prometheus.CounterVec
	seconds  *prometheus.HistogramVec
	received *prometheus.CounterVec
	sent     *prometheus.CounterVec
	panics   prometheus.Counter
	known    series
	blobs    prometheus.Gauge
	bytes    prometheus.Gauge
}

// Request is one answered request.
type Request struct {
	Service   string // legacy service, "rest", or "page"
	Operation string // base operation or operationId; "" = none such
	Flavour   string // "basic", "ws", "ec2"; "" = not SOAP
	Outcome   string // "ok", or the stable name of what went wrong
	Received  int64  // bytes of body
	Sent      int64
	Duration  time.Duration
}

// buckets in seconds: from a cached receipt to a streamed gigabyte.
var buckets = []float64{.0005, .001, .002, .005, .01, .02, .05, .1, .25, .5, 1, 2.5, 5, 10, 30, 60}

// NewMetrics registers the figures, the runtime's and the process's.
func NewMetrics(r prometheus.Registerer, version string) *Metrics {
	names := []string{"service", "operation", "flavour"}
	m := &Metrics{
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "overgang_requests_total", Help: "Requests answered."}, append(names, "outcome")),
		seconds: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "overgang_request_seconds", Help: "Time from a request's headers to the end of its answer.", Buckets: buckets}, names),
		received: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "overgang_received_bytes_total", Help: "Bytes of request bodies."}, names),
		sent: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "overgang_sent_bytes_total", Help: "Bytes of answers."}, names),
		panics: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "overgang_panics_total", Help: "Requests that ended in a panic, which is always a defect."}),
		blobs: prometheus.NewGauge(prometheus.GaugeOpts{
			Name: "overgang_blobs", Help: "Pieces of content outside the database, as last counted."}),
		bytes: prometheus.NewGauge(prometheus.GaugeOpts{
			Name: "overgang_blob_bytes", Help: "Bytes of content outside the database, as last counted."}),
	}
	build := prometheus.NewGauge(prometheus.GaugeOpts{
		Name: "overgang_build_info", Help: "1, with the version as label.", ConstLabels: prometheus.Labels{"version": version}})
	build.Set(1)
	r.MustRegister(m.requests, m.seconds, m.received, m.sent, m.panics, m.blobs, m.bytes, build,
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

// Backlog is the queue of writes as it is: store.Store's Backlog.
type Backlog func() (waiting int, latency time.Duration)

// WatchStore registers the store's queue.
func WatchStore(r prometheus.Registerer, backlog Backlog) {
	r.MustRegister(
		prometheus.NewGaugeFunc(prometheus.GaugeOpts{
			Name: "overgang_store_waiting", Help: "Writes that wait for the database."},
			func() float64 { n, _ := backlog(); return float64(n) }),
		prometheus.NewGaugeFunc(prometheus.GaugeOpts{
			Name: "overgang_store_latency_seconds", Help: "How long the last writes took until they were durable."},
			func() float64 { _, d := backlog(); return d.Seconds() }))
}

// WatchReplays registers what is remembered of used messages of a kind, and how
// much was forgotten before its time: then the memory is too small.
func WatchReplays(r prometheus.Registerer, kind string, figures func() (kept int, dropped int64)) {
	labels := prometheus.Labels{"kind": kind}
	r.MustRegister(
		prometheus.NewGaugeFunc(prometheus.GaugeOpts{
			Name: "overgang_security_replays_kept", Help: "Signatures, nonces and assertions that are remembered as used.", ConstLabels: labels},
			func() float64 { kept, _ := figures(); return float64(kept) }),
		prometheus.NewCounterFunc(prometheus.CounterOpts{
			Name: "overgang_security_replays_dropped_total", Help: "Signatures and nonces that were forgotten too early, for lack of room.", ConstLabels: labels},
			func() float64 { _, dropped := figures(); return float64(dropped) }))
}

// Observe counts a request.
func (m *Metrics) Observe(r Request) {
	s := m.series(labels{r.Service, r.Operation, r.Flavour, r.Outcome})
	s.requests.Inc()
	s.seconds.Observe(r.Duration.Seconds())
	s.received.Add(float64(r.Received))
	s.sent.Add(float64(r.Sent))
}

// Panicked counts a panic.
func (m *Metrics) Panicked() { m.panics.Inc() }

// Stored sets the content outside the database.
func (m *Metrics) Stored(blobs, bytes int64) {
	m.blobs.Set(float64(blobs))
	m.bytes.Set(float64(bytes))
}
