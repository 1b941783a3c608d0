package observe

import (
	"context"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"overgang/rest/webhook"
)

// WatchWebhooks registers the figures of deliveries to subscribers and returns
// what is to be told of every attempt.
func WatchWebhooks(r prometheus.Registerer, figures func() webhook.Figures, dead func(context.Context) (int, error)) func(webhook.Outcome) {
	attempts := prometheus.NewCounterVec(prometheus.CounterOpts{
		Name: "overgang_webhook_attempts_total", Help: "Attempts to deliver to subscribers, by what was delivered and how it went."}, []string{"kind", "outcome"})
	seconds := prometheus.NewHistogram(prometheus.HistogramOpts{
		Name: "overgang_webhook_attempt_seconds", Help: "Time that attempts to deliver took.", Buckets: buckets})
	given := prometheus.NewCounter(prometheus.CounterOpts{
		Name: "overgang_webhook_given_up_total", Help: "Events that became dead letters."})
	r.MustRegister(attempts, seconds, given, &webhookFigures{figures, dead})
	return func(o webhook.Outcome) {
		attempts.WithLabelValues(string(o.Kind), o.Outcome).Inc()
		seconds.Observe(o.Took.Seconds())
		if o.GivenUp {
			given.Inc()
		}
	}
}

// webhookFigures collects what is read when figures are asked for.
type webhookFigures struct {
	figures func() webhook.Figures
	dead    func(context.Context) (int, error)
}

var (
	webhookLag = prometheus.NewDesc("overgang_webhook_lag_seconds",
		"Age of the earliest event that a subscription in good health has not been told of.", nil, nil)
	webhookSubscriptions = prometheus.NewDesc("overgang_webhook_subscriptions",
		"Subscriptions that this gateway delivers to, by state; failing ones are active but failed last time.", []string{"state"}, nil)
	webhookDead = prometheus.NewDesc("overgang_webhook_dead_letters", "Events that could not be delivered and are kept.", nil, nil)
)

// Describe implements prometheus.Collector.
func (f *webhookFigures) Describe(out chan<- *prometheus.Desc) {
	out <- webhookLag
	out <- webhookSubscriptions
	out <- webhookDead
}

// Collect implements prometheus.Collector. A store that does not answer in time
// leaves its figure out.
func (f *webhookFigures) Collect(out chan<- prometheus.Metric) {
	now := f.figures()
	out <- prometheus.MustNewConstMetric(webhookLag, prometheus.GaugeValue, now.Lag.Seconds())
	for state, n := range now.Subscriptions {
		out <- prometheus.MustNewConstMetric(webhookSubscriptions, prometheus.GaugeValue, float64(n), state)
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	if n, err := f.dead(ctx); err == nil {
		out <- prometheus.MustNewConstMetric(webhookDead, prometheus.GaugeValue, float64(n))
	}
}
