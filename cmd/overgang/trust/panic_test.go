package trust

import (
	"context"
	"net/http"
	"testing"
	"time"

	"overgang/cmd/overgang/config"
	"overgang/rest/supervise"
)

// brittle panics at the first request.
type brittle struct {
	http.RoundTripper
	asked int
}

func (b *brittle) RoundTrip(r *http.Request) (*http.Response, error) {
	if b.asked++; b.asked == 1 {
		panic("an answer that nobody thought of")
	}
	return b.RoundTripper.RoundTrip(r)
}

// TestFetchingGoesOn: when fetching a list panics, it is fetched again.
func TestFetchingGoesOn(t *testing.T) {
	root := newAuthority(t, nil, "Root", rootKey, nil)
	site := newWeb(t)
	site.put("/root.crl", root.crl(1, noon, 3*time.Hour, nil))
	w := newWorld(t, func(w *world, s *config.Trust) {
		s.Anchors = []string{w.pemFile("root.pem", root)}
		s.RevocationLists = []string{site.URL + "/root.crl"}
	})
	panicked := make(chan string, 10)
	w.client = &http.Client{Transport: &brittle{RoundTripper: http.DefaultTransport}}
	w.supervisor = &supervise.Supervisor{Pause: time.Millisecond, Panicked: func(worker string) { panicked <- worker }}
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() { defer close(ended); w.Run(ctx) }()
	defer func() { cancel(); <-ended }()
	good := root.issue(leafKey, nil)
	for begun := time.Now(); w.check(good) != nil; time.Sleep(time.Millisecond) {
		if time.Since(begun) > time.Minute {
			t.Fatalf("the list is not fetched: %v", w.check(good))
		}
	}
	select {
	case worker := <-panicked:
		if worker != "fetch revocation lists" {
			t.Errorf("%q panicked", worker)
		}
	default:
		t.Error("nobody is told of the panic")
	}
}
