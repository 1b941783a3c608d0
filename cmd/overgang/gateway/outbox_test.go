package gateway

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"overgang/cmd/overgang/carrier"
	"overgang/cmd/overgang/config"
)

func TestOutboxConfig(t *testing.T) {
	o := config.Default().Outbox
	if c := outboxConfig(o); c.Sender != nil || c.Timeout != 30*time.Second || c.Keep != 720*time.Hour {
		t.Errorf("%+v", c)
	}
	o.Command = " send-message  --from 1234 "
	if diff := cmp.Diff(carrier.Command{Path: "send-message", Args: []string{"--from", "1234"}}, outboxConfig(o).Sender); diff != "" {
		t.Error(diff)
	}
	o.Command, o.URL, o.Token = "", "https://send.example/", "s3cr3t"
	if s, ok := outboxConfig(o).Sender.(*carrier.Service); !ok || s.URL != o.URL || s.Token != "s3cr3t" {
		t.Errorf("%+v", s)
	}
}
