package observe

import (
	"sync"

	"github.com/prometheus/client_golang/prometheus"
)

// labels are what requests are counted by. They are bounded: everything comes
// from contracts, routes and error codes.
type labels struct{ service, operation, flavour, outcome string }

// figures are the ones of one set of labels.
type figures struct {
	requests, received, sent prometheus.Counter
	seconds                  prometheus.Observer
}

// series keeps the figures by their labels, because looking each of them up
// for every request costs more than counting.
type series struct {
	mu  sync.RWMutex
	all map[labels]*figures
}

func (m *Metrics) series(l labels) *figures {
	m.known.mu.RLock()
	f := m.known.all[l]
	m.known.mu.RUnlock()
	if f != nil {
		return f
	}
	f = &figures{
		requests: m.requests.WithLabelValues(l.service, l.operation, l.flavour, l.outcome),
		received: m.received.WithLabelValues(l.service, l.operation, l.flavour),
		sent:     m.sent.WithLabelValues(l.service, l.operation, l.flavour),
		seconds:  m.seconds.WithLabelValues(l.service, l.operation, l.flavour),
	}
	m.known.mu.Lock()
	defer m.known.mu.Unlock()
	if m.known.all == nil {
		m.known.all = map[labels]*figures{}
	}
	m.known.all[l] = f
	return f
}
