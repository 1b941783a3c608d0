package config

import (
	"net/url"
	"os/exec"
	"strings"
	"time"
)

// Transfers is how files that are sent through the gateway are handled.
type Transfers struct {
	MaxSize Size          `yaml:"max_size"` // one file; a service may set less
	Expiry  time.Duration `yaml:"expiry"`   // from publishing on, where the service does not say
	Grace   time.Duration `yaml:"grace"`    // how long a file is kept once all recipients have confirmed it
	Pause   time.Duration `yaml:"pause"`    // how long a resumable upload may make no progress
	Scan    Scan          `yaml:"scan"`
}

// Scan is the virus scanner that files must pass; without command and url they
// are published at once.
type Scan struct {
	// Command is a program and its arguments, separated by spaces: see scan.Command.
	Command string        `yaml:"command"`
	URL     string        `yaml:"url"`     // of a service: see scan.Service
	Timeout time.Duration `yaml:"timeout"` // of one file
	Retry   time.Duration `yaml:"retry"`   // after a scan that failed
	AtOnce  int           `yaml:"at_once"`
}

func defaultTransfers() Transfers {
	return Transfers{
		MaxSize: 1 << 30, Expiry: 30 * 24 * time.Hour, Grace: 24 * time.Hour, Pause: 24 * time.Hour,
		Scan: Scan{Timeout: 10 * time.Minute, Retry: 30 * time.Second, AtOnce: 2},
	}
}

func (c Config) checkTransfers(wrong func(key, format string, args ...any)) {
	t := c.Transfers
	for key, n := range map[string]int64{
		"transfers.max_size": int64(t.MaxSize), "transfers.expiry": int64(t.Expiry), "transfers.grace": int64(t.Grace), "transfers.pause": int64(t.Pause),
		"transfers.scan.timeout": int64(t.Scan.Timeout), "transfers.scan.retry": int64(t.Scan.Retry), "transfers.scan.at_once": int64(t.Scan.AtOnce),
	} {
		if n <= 0 {
			wrong(key, "must be greater than nothing")
		}
	}
	if t.Scan.Command != "" && t.Scan.URL != "" {
		wrong("transfers.scan", "command and url exclude each other")
	}
	if words := strings.Fields(t.Scan.Command); t.Scan.Command != "" {
		if len(words) == 0 {
			wrong("transfers.scan.command", "is blank: write a program and its arguments, or leave it out")
		} else if _, err := exec.LookPath(words[0]); err != nil {
			wrong("transfers.scan.command", "%v", err)
		}
	}
	if text := t.Scan.URL; text != "" {
		if u, err := url.Parse(text); err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.Host == "" {
			wrong("transfers.scan.url", "%q is no address: write it as in http://127.0.0.1:3310/scan", text)
		}
	}
}
