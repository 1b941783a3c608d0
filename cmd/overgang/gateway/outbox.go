package gateway

import (
	"strings"

	"overgang/cmd/overgang/carrier"
	"overgang/cmd/overgang/config"
	"overgang/rest/core"
)

// outboxConfig is how the core sends text messages and emails.
func outboxConfig(o config.Outbox) core.OutboxConfig {
	c := core.OutboxConfig{Timeout: o.Timeout, AtOnce: o.AtOnce, RetryFirst: o.RetryFirst, RetryLongest: o.RetryLongest, Keep: o.Keep}
	if words := strings.Fields(o.Command); len(words) > 0 {
		c.Sender = carrier.Command{Path: words[0], Args: words[1:]}
	} else if o.URL != "" {
		c.Sender = carrier.NewService(o.URL, o.Token)
	}
	return c
}
