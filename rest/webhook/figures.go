package webhook

import (
	"maps"
	"time"

	"overgang/rest"
)

// Figures are how deliveries stand.
type Figures struct {
	// Subscriptions by state; "failing" are active ones whose last round failed.
	Subscriptions map[string]int
	// Lag is the age of the earliest event that a subscription in good health has
	// not been told of yet.
	Lag time.Duration
}

// Figures returns them as they were when last looked at.
func (d *Deliverer) Figures() Figures {
	d.mu.Lock()
	defer d.mu.Unlock()
	f := d.figures
	f.Subscriptions = maps.Clone(f.Subscriptions)
	return f
}

// count brings the figures up to date. Only what the dispatcher owns is read.
func (d *Deliverer) count(now time.Time) {
	f := Figures{Subscriptions: map[string]int{string(rest.Pending): 0, string(rest.Active): 0, string(rest.Disabled): 0, "failing": 0}}
	for _, l := range d.lanes {
		state := string(l.subscription.State)
		if l.subscription.State == rest.Active && l.subscription.Health.Failures > 0 {
			state = "failing"
		}
		f.Subscriptions[state]++
		if state == string(rest.Active) && !l.behind.IsZero() {
			f.Lag = max(f.Lag, now.Sub(l.behind))
		}
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.figures = f
}

// oldest is the time of the last event that was dealt with, which those still
// to come are not older than by much; without one, what it was.
func (r *round) oldest(before time.Time) time.Time {
	for n := len(r.jobs) - 1; n >= 0; n-- {
		if j := r.jobs[n]; j.sent && j.ID == 0 && j.Event.At.After(before) {
			return j.Event.At
		}
	}
	return before
}

// slowest is how long the slowest attempt took.
func (r *round) slowest() (took time.Duration) {
	for _, j := range r.jobs {
		took = max(took, j.result.Took)
	}
	return took
}
