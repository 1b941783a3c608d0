package soap

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
)

// TestCallerGone: what fails because the caller hung up is not the gateway's fault.
func TestCallerGone(t *testing.T) {
	for name, c := range map[string]struct {
		gone   bool
		err    error
		server bool
	}{
		"hung up":                       {true, fmt.Errorf("storage: %w", context.Canceled), false},
		"hung up, and something failed": {true, errShelf, true},
		"the gateway's own end":         {false, context.Canceled, true},
	} {
		var record Record
		p := &post{}
		services := p.services()
		ctx, hangUp := context.WithCancel(context.Background())
		defer hangUp()
		services[0].Operations[2].Handle = func(context.Context, *Call, any) (any, error) {
			if c.gone {
				hangUp()
			}
			return nil, c.err
		}
		s, err := New(testContract(), services, Options{Observe: func(r Record) { record = r }})
		if err != nil {
			t.Fatal(err)
		}
		r, _ := http.NewRequestWithContext(ctx, "POST", path11, strings.NewReader(body11("<Test/>")))
		r.Header.Set("Content-Type", textXML11)
		s.ServeHTTP(newRecorder(), r)
		if record.Server != c.server || record.Outcome != Faulted || !errors.Is(record.Err, c.err) {
			t.Errorf("%s: %+v", name, record)
		}
	}
}
