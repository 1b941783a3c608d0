package adapter_test

import (
	"bytes"
	"log/slog"
	"net/http"
	"testing"

	"github.com/google/uuid"

	"overgang/rest"
	"overgang/rest/api"
	"overgang/rest/api/cases"
)

// answer answers a request of a golden case.
func (s *stack) answer(t *testing.T, w http.ResponseWriter, r *http.Request) {
	t.Helper()
	if s.server.Handles(r.URL.Path) {
		s.server.ServeHTTP(w, r)
		return
	}
	s.http(t).ServeHTTP(w, r)
}

// http is what a golden case calls at addresses that are no legacy service's:
// the cases of the HTTP API, as the person of state.yaml ("Bearer kari"). What
// only new clients can do happens there.
func (s *stack) http(t *testing.T) http.Handler {
	t.Helper()
	kari, err := s.core.Party(t.Context(), rest.PartyRef{SSN: "01817010055"})
	if err != nil {
		t.Fatal(err)
	}
	h, err := cases.New(cases.Config{Core: s.core, API: api.Config{
		Core:    s.core,
		Tokens:  everybody{"kari": {Person: kari.ID, Scopes: []string{rest.ScopeRead, rest.ScopeWrite}}},
		AppsURL: "https://apps.example.org", PlatformURL: "https://platform.example.org", Secret: bytes.Repeat([]byte{1}, 32),
		Rand: s.random, Now: s.clock.now, NewID: uuid.NewString, Logger: slog.New(slog.DiscardHandler),
	}})
	if err != nil {
		t.Fatal(err)
	}
	return h
}
