package webhook

import (
	"crypto/x509"
	"errors"
	"log/slog"
	"math/rand/v2"
	"net"
	"time"

	"overgang/rest"
	"overgang/rest/supervise"
)

// Config of a deliverer. Core, Render and Holder are required.
type Config struct {
	Core rest.Deliveries
	// Render writes the CloudEvent (JSON) of a delivery: an event, or the notice
	// of a validation or test, which has an id and a time of its own.
	Render func(d *rest.Delivery, id string, at time.Time) ([]byte, error)
	// Holder names this gateway among those that share the store. One that
	// starts anew under its old name goes on at once with what it held.
	Holder string

	Policy   Policy
	Roots    *x509.CertPool // authorities of receivers; nil = the system's
	Resolver *net.Resolver  // nil = the system's

	Retry        Schedule      // 5 s, 6 h, 72 h, 15 min
	ValidateFor  time.Duration // how long a validation is tried; 24 h
	DisableAfter time.Duration // of nothing but failures; 120 h
	Timeout      time.Duration // of one attempt; 15 s
	Workers      int           // requests at once; 64. Receivers that are slow or fail share half of them
	InFlight     int           // of one subscription, each for another instance; 4
	Lease        time.Duration // how long a gateway that died keeps its subscriptions; 1 min
	Poll         time.Duration // how often to look for what other processes did; 1 s

	Agent  string // User-Agent; "Overgang"
	Now    func() time.Time
	Chance func() float64 // from 0 to 1, for jitter
	Logger *slog.Logger
	// Supervisor is told of what panics here; nil = one that logs.
	Supervisor *supervise.Supervisor
	Observe    func(Outcome) // told of every attempt; nil = nobody is
}

// Outcome is one attempt, for figures.
type Outcome struct {
	Kind    rest.DeliveryKind
	Outcome string // "delivered", or the name of a failure
	Took    time.Duration
	GivenUp bool // it became a dead letter
}

func (c *Config) complete() error {
	if c.Core == nil || c.Render == nil || c.Holder == "" {
		return errors.New("webhook: Config needs Core, Render and Holder")
	}
	set := func(d *time.Duration, value time.Duration) {
		if *d == 0 {
			*d = value
		}
	}
	set(&c.Retry.First, 5*time.Second)
	set(&c.Retry.Longest, 6*time.Hour)
	set(&c.Retry.For, 72*time.Hour)
	set(&c.Retry.Pause, 15*time.Minute)
	set(&c.ValidateFor, 24*time.Hour)
	set(&c.DisableAfter, 120*time.Hour)
	set(&c.Timeout, 15*time.Second)
	set(&c.Lease, time.Minute)
	set(&c.Poll, time.Second)
	if c.Workers == 0 {
		c.Workers = 64
	}
	if c.InFlight == 0 {
		c.InFlight = 4
	}
	if c.Workers < 2 || c.InFlight < 1 {
		return errors.New("webhook: Workers must be 2 or more, InFlight 1 or more")
	}
	if c.Agent == "" {
		c.Agent = "Overgang"
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Chance == nil {
		c.Chance = rand.Float64
	}
	if c.Logger == nil {
		c.Logger = slog.New(slog.DiscardHandler)
	}
	if c.Supervisor == nil {
		c.Supervisor = &supervise.Supervisor{Logger: c.Logger}
	}
	if c.Observe == nil {
		c.Observe = func(Outcome) {}
	}
	return nil
}
