package config

import (
	"net/url"
	"os/exec"
	"strings"
	"time"

	"overgang/rest"
)

// Outbox is how text messages and emails leave; without command and url they
// wait until an operator settles them.
type Outbox struct {
	// Command is a program and its arguments, separated by spaces: see carrier.Command.
	Command      string        `yaml:"command"`
	URL          string        `yaml:"url"`             // of a service: see carrier.Service
	Token        rest.Secret   `yaml:"token,omitempty"` // that the service gets, as a bearer token; empty = none
	Timeout      time.Duration `yaml:"timeout"`
	AtOnce       int           `yaml:"at_once"`
	RetryFirst   time.Duration `yaml:"retry_first"`   // after the first failure; then twice as long each time
	RetryLongest time.Duration `yaml:"retry_longest"` // between two attempts
	Keep         time.Duration `yaml:"keep"`          // what was sent or given up
}

func defaultOutbox() Outbox {
	return Outbox{Timeout: 30 * time.Second, AtOnce: 4, RetryFirst: 10 * time.Second, RetryLongest: time.Hour, Keep: 30 * 24 * time.Hour}
}

func (c Config) checkOutbox(wrong func(key, format string, args ...any)) {
	o := c.Outbox
	for key, n := range map[string]int64{
		"timeout": int64(o.Timeout), "at_once": int64(o.AtOnce), "retry_first": int64(o.RetryFirst), "retry_longest": int64(o.RetryLongest), "keep": int64(o.Keep),
	} {
		if n <= 0 {
			wrong("outbox."+key, "must be greater than nothing")
		}
	}
	if o.Command != "" && o.URL != "" {
		wrong("outbox", "command and url exclude each other")
	}
	if words := strings.Fields(o.Command); o.Command != "" {
		if len(words) == 0 {
			wrong("outbox.command", "is blank: write a program and its arguments, or leave it out")
		} else if _, err := exec.LookPath(words[0]); err != nil {
			wrong("outbox.command", "%v", err)
		}
	}
	if text := o.URL; text != "" {
		if u, err := url.Parse(text); err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.Host == "" {
			wrong("outbox.url", "%q is no address: write it as in http://127.0.0.1:8025/send", text)
		}
	}
	if o.Token != "" && o.URL == "" {
		wrong("outbox.token", "is for outbox.url, which is not set")
	}
}
