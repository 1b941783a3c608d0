package soap

import (
	"context"
	"net/http"
	"testing"
	"time"

	"overgang/soap/wss"
	"overgang/soap/wssc"
)

// BenchmarkSecured is a call with an empty body from the handler's call to its
// return: the header read, proved and answered. Replays are let pass.
func BenchmarkSecured(b *testing.B) {
	for name, path := range map[string]string{"ws": pathWS, "ec2": pathEC2, "token": pathEC2} {
		b.Run(name, func(b *testing.B) {
			s := newSecured(b, noon, func(_ *Options, c *wssc.Config) { c.Requests = 1 << 30 })
			message := userMessage("")
			if path == pathEC2 {
				c := newClient(b, s)
				c.open()
				message = c.write(c.callDraft())
				if name == "token" {
					message = c.write(c.requestDraft(wssc.Issue, entropy32))
				}
			}
			r, _ := http.NewRequest("POST", path, nil)
			r.Header.Set("Content-Type", soapXML12)
			r.RemoteAddr = "192.0.2.1:1"
			body := &again{}
			r.Body = body
			w := &discard{header: http.Header{}}
			for _, ep := range s.endpoints {
				ep.guard.verifier.Replays = forgetful{}
			}
			b.ReportAllocs()
			for b.Loop() {
				body.Reset(message)
				s.ServeHTTP(w, r)
				s.calls, s.logins, s.records = s.calls[:0], s.logins[:0], s.records[:0]
			}
			if w.status != 200 {
				b.Fatal(w.status)
			}
		})
	}
}

// forgetful are Replays that remember nothing.
type forgetful struct{}

func (forgetful) Seen(context.Context, wss.ReplayKind, [32]byte, time.Time) (bool, error) {
	return false, nil
}
