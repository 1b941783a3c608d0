package observe

import (
	"github.com/prometheus/client_golang/prometheus"

	"overgang/rest/supervise"
)

// Figures is a registry that goes on when a figure panics while it is read,
// which the registry does in goroutines of its own: the figure is left out.
type Figures struct {
	*prometheus.Registry
	supervisor *supervise.Supervisor
}

// NewFigures makes a registry, and has it count the supervisor's panics.
func NewFigures(s *supervise.Supervisor) *Figures {
	f := &Figures{prometheus.NewRegistry(), s}
	panics := prometheus.NewCounterVec(prometheus.CounterOpts{
		Name: "overgang_worker_panics_total", Help: "Panics of the gateway's own work, by worker, each of which is a defect. The worker goes on after a pause."}, []string{"worker"})
	f.Registry.MustRegister(panics)
	s.Panicked = func(worker string) { panics.WithLabelValues(worker).Inc() }
	return f
}

// Register implements [prometheus.Registerer].
func (f *Figures) Register(c prometheus.Collector) error {
	return f.Registry.Register(supervised{c, f.supervisor})
}

// MustRegister implements [prometheus.Registerer].
func (f *Figures) MustRegister(all ...prometheus.Collector) {
	for _, c := range all {
		f.Registry.MustRegister(supervised{c, f.supervisor})
	}
}

// supervised is a collector whose panics end with it.
type supervised struct {
	prometheus.Collector
	supervisor *supervise.Supervisor
}

// Collect implements [prometheus.Collector].
func (c supervised) Collect(out chan<- prometheus.Metric) {
	_ = c.supervisor.Try("read figures", func() error { c.Collector.Collect(out); return nil })
}
