package api_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"testing"
	"time"

	"overgang/rest"
	"overgang/rest/api"
)

// TestAudit: one line a decision, that tells denied from allowed and names ids
// only.
func TestAudit(t *testing.T) {
	out := &syncBuffer{}
	rate := errors.New("")
	g := newGateway(t, func(c *api.Config) {
		c.Audit = slog.New(slog.NewJSONHandler(out, nil))
		c.Allow = func(context.Context, rest.Caller) error {
			if rate.Error() != "" {
				return rate
			}
			return nil
		}
	})
	i := g.create(person)
	guid := i.Id[len("50001/"):]
	last := func() map[string]any {
		t.Helper()
		lines := bytes.Split(bytes.TrimSpace([]byte(out.String())), []byte("\n"))
		var line map[string]any
		if err := json.Unmarshal(lines[len(lines)-1], &line); err != nil {
			t.Fatal(err)
		}
		if line["msg"] != "access" || line["request"] == "" || line["address"] != "127.0.0.1" {
			t.Errorf("%v", line)
		}
		return line
	}
	has := func(line map[string]any, pairs ...any) {
		t.Helper()
		for n := 0; n < len(pairs); n += 2 {
			if got := line[pairs[n].(string)]; got != pairs[n+1] {
				t.Errorf("%v: %v, want %v", pairs[n], got, pairs[n+1])
			}
		}
	}
	has(last(), "decision", "allowed", "operation", "createInstance", "caller", "person:50001", "org", "ttd", "app", "melding", "level", "INFO")
	g.do(call{path: "/storage/instances/" + i.Id, as: asOther}).want(t, 404, "instance-unknown")
	has(last(), "decision", "denied", "operation", "getInstance", "caller", "nav", "party", "50001", "instance", guid, "code", "instance-unknown", "level", "WARN")
	g.do(call{path: "/storage/instances/" + i.Id, as: asNobody}).want(t, 401, "token-missing")
	has(last(), "decision", "denied", "caller", "", "code", "token-missing")
	g.do(call{path: "/storage/instances/" + i.Id, as: asScopeless}).want(t, 403, "scope-missing")
	has(last(), "decision", "denied", "cause", "missing scope instances.read")
	g.do(call{path: "/storage/instances/" + personSSN + "/" + guid, as: asUser, unlisted: true})
	if bytes.Contains([]byte(out.String()), []byte(personSSN)) {
		t.Error("the audit shows an identity number")
	}
	rate = &rest.Error{Kind: rest.RateLimited, Code: "rate", RetryAfter: time.Second}
	g.do(call{path: "/storage/instances", as: asUser}).want(t, 429, "rate")
	has(last(), "decision", "denied", "code", "rate")
}
