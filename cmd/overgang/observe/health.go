package observe

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"sync"
	"time"

	"overgang/rest/supervise"
)

// Probe is one thing that must hold for the gateway to be ready. Its error
// says what is wrong; operators read it.
type Probe struct {
	Name  string
	Check func(ctx context.Context) error
}

// Health answers whether the gateway lives and whether it is ready.
type Health struct {
	Probes  []Probe
	Timeout time.Duration // for all probes
	// Supervisor is told of probes that panic, which is not ready either.
	Supervisor *supervise.Supervisor

	mu      sync.Mutex
	leaving bool
}

// Leave makes it unready for good: it is about to stop.
func (h *Health) Leave() {
	h.mu.Lock()
	h.leaving = true
	h.mu.Unlock()
}

// Live answers 200 as long as the process answers at all.
func (h *Health) Live(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	fmt.Fprintln(w, `{"status":"live"}`)
}

// Ready answers 200 when all probes hold, else 503; either way it says how each did.
func (h *Health) Ready(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithTimeout(r.Context(), h.Timeout)
	defer cancel()
	answer := struct {
		Status string            `json:"status"`
		Probes map[string]string `json:"probes"`
	}{"ready", map[string]string{}}
	status := http.StatusOK
	for name, err := range h.probe(ctx) {
		answer.Probes[name] = "ok"
		if err != nil {
			answer.Probes[name], answer.Status, status = err.Error(), "not ready", http.StatusServiceUnavailable
		}
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	json.NewEncoder(w).Encode(answer)
}

// probe asks all at once: one that hangs does not hide the others.
func (h *Health) probe(ctx context.Context) map[string]error {
	results := make([]error, len(h.Probes))
	var wg sync.WaitGroup
	for i, p := range h.Probes {
		wg.Go(func() {
			results[i] = h.Supervisor.Try("probe "+p.Name, func() error { return p.Check(ctx) })
		})
	}
	wg.Wait()
	outcome := map[string]error{}
	for i, p := range h.Probes {
		outcome[p.Name] = results[i]
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.leaving {
		outcome["stop"] = fmt.Errorf("the gateway is stopping")
	}
	return outcome
}
