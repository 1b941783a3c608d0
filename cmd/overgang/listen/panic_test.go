package listen

import (
	"log/slog"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"
)

// brittle is a listener that panics.
type brittle struct{ net.Listener }

func (brittle) Accept() (net.Conn, error) { panic("bang") }

// TestListenerPanics: it is broken then, and says so.
func TestListenerPanics(t *testing.T) {
	s, err := Open(t.Context(), Options{Name: "plain", Address: "127.0.0.1:0", Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	s.listener = brittle{s.listener}
	failed := make(chan error, 1)
	s.Serve(http.NotFoundHandler(), func(err error) { failed <- err })
	select {
	case err := <-failed:
		if !strings.Contains(err.Error(), "listener plain: panic: bang") {
			t.Error(err)
		}
	case <-time.After(time.Minute):
		t.Fatal("nobody is told")
	}
	if err := s.Stop(t.Context()); err != nil {
		t.Error(err)
	}
}
