package config

import (
	"strings"
	"testing"
	"time"
)

func TestCheckOutbox(t *testing.T) {
	for want, change := range map[string]func(*Outbox){
		"":                                   func(o *Outbox) { o.Command = "sh -c true" },
		"outbox.url: \"mail\" is no address": func(o *Outbox) { o.URL = "mail" },
		"outbox: command and url exclude":    func(o *Outbox) { o.Command, o.URL = "sh", "https://send.example" },
		"outbox.command: is blank":           func(o *Outbox) { o.Command = " " },
		"outbox.command: exec":               func(o *Outbox) { o.Command = "/nowhere/sender" },
		"outbox.token: is for outbox.url":    func(o *Outbox) { o.Token = "x" },
		"outbox.at_once: must be greater":    func(o *Outbox) { o.AtOnce = 0 },
		"outbox.keep: must be greater":       func(o *Outbox) { o.Keep = -time.Hour },
	} {
		c := Default()
		change(&c.Outbox)
		err := c.Check()
		if want == "" && err != nil || want != "" && (err == nil || !strings.Contains(err.Error(), want)) {
			t.Errorf("%q: %v", want, err)
		}
	}
}
