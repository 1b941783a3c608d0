package observe

import (
	"context"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"overgang/rest"
)

// outboxMessages is read when figures are asked for.
var outboxMessages = prometheus.NewDesc("overgang_outbox_messages",
	"Text messages and emails in the outbox, by state: those that wait, and those that could not be sent and are kept.", []string{"channel", "state"}, nil)

// outboxFigures collects what is in the outbox.
type outboxFigures struct {
	counts func(context.Context, rest.OutboxState) (map[rest.NotificationChannel]int, error)
}

// WatchOutbox registers how many messages wait, and how many failed.
func WatchOutbox(r prometheus.Registerer, counts func(context.Context, rest.OutboxState) (map[rest.NotificationChannel]int, error)) {
	r.MustRegister(&outboxFigures{counts})
}

// Describe implements prometheus.Collector.
func (f *outboxFigures) Describe(out chan<- *prometheus.Desc) { out <- outboxMessages }

// Collect implements prometheus.Collector.
func (f *outboxFigures) Collect(out chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	for _, state := range []rest.OutboxState{rest.OutboxPending, rest.OutboxFailed} {
		counts, err := f.counts(ctx, state)
		if err != nil {
			return
		}
		for _, channel := range []rest.NotificationChannel{rest.BySMS, rest.ByEmail} {
			out <- prometheus.MustNewConstMetric(outboxMessages, prometheus.GaugeValue, float64(counts[channel]), string(channel), string(state))
		}
	}
}
