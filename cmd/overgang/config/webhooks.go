package config

import (
	"slices"
	"time"
)

// Webhooks is how subscribers are told of events.
type Webhooks struct {
	// Allow are networks that events are sent to although they are not public.
	Allow     []Network `yaml:"allow"`
	Ports     []int     `yaml:"ports"`      // that may be called at public addresses; none = any
	PlainHTTP bool      `yaml:"plain_http"` // http endpoints too
	// Authorities is a PEM file of certificate authorities of receivers, beside the system's.
	Authorities  string        `yaml:"authorities"`
	Timeout      time.Duration `yaml:"timeout"`       // of one attempt
	RetryFirst   time.Duration `yaml:"retry_first"`   // after the first failure; then four times as long each time
	RetryLongest time.Duration `yaml:"retry_longest"` // between two attempts
	RetryFor     time.Duration `yaml:"retry_for"`     // then it becomes a dead letter
	PauseLongest time.Duration `yaml:"pause_longest"` // of a receiver that fails
	DisableAfter time.Duration `yaml:"disable_after"` // of nothing but failures
	ValidateFor  time.Duration `yaml:"validate_for"`  // how long a new endpoint is asked
	KeepDead     time.Duration `yaml:"keep_dead"`     // dead letters
	// SecretOverlap is how long a rotated secret signs along with its successor.
	SecretOverlap time.Duration `yaml:"secret_overlap"`
	Workers       int           `yaml:"workers"`       // requests at once
	InFlight      int           `yaml:"in_flight"`     // of one subscription
	Subscriptions int           `yaml:"subscriptions"` // of one subscriber
}

func defaultWebhooks() Webhooks {
	return Webhooks{
		Allow: []Network{}, Ports: []int{443, 8443}, Timeout: 15 * time.Second,
		RetryFirst: 5 * time.Second, RetryLongest: 6 * time.Hour, RetryFor: 72 * time.Hour, PauseLongest: 15 * time.Minute,
		DisableAfter: 120 * time.Hour, ValidateFor: 24 * time.Hour, KeepDead: 30 * 24 * time.Hour, SecretOverlap: 24 * time.Hour,
		Workers: 64, InFlight: 4, Subscriptions: 100,
	}
}

func (c Config) checkWebhooks(wrong func(key, format string, args ...any)) {
	w := c.Webhooks
	for key, d := range map[string]time.Duration{
		"timeout": w.Timeout, "retry_first": w.RetryFirst, "retry_longest": w.RetryLongest, "retry_for": w.RetryFor, "pause_longest": w.PauseLongest,
		"disable_after": w.DisableAfter, "validate_for": w.ValidateFor, "keep_dead": w.KeepDead, "secret_overlap": w.SecretOverlap,
	} {
		if d <= 0 {
			wrong("webhooks."+key, "must be greater than nothing")
		}
	}
	if w.Workers < 2 || w.InFlight < 1 || w.Subscriptions < 1 {
		wrong("webhooks", "workers must be 2 at least, in_flight and subscriptions 1")
	}
	if slices.ContainsFunc(w.Ports, func(p int) bool { return p < 1 || p > 65535 }) {
		wrong("webhooks.ports", "a port is a number from 1 to 65535; an empty list allows any")
	}
	if w.RetryFirst > w.RetryLongest || w.RetryLongest > w.RetryFor {
		wrong("webhooks", "retry_first must not be longer than retry_longest, nor that than retry_for")
	}
}
