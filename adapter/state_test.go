package adapter_test

import (
	"os"
	"path/filepath"
	"testing"

	"overgang/rest/core"
	"overgang/rest/core/seed"
	"overgang/store"
)

// importState imports state.yaml and, on top of it, the case's own state. It
// returns all that was imported, for the search for secrets.
func importState(t *testing.T, s *stack, st store.Store, random *source, own []byte) []byte {
	t.Helper()
	path := filepath.Join(golden, "state.yaml")
	common, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	admin, err := core.NewAdmin(core.AdminConfig{Store: st, Secret: goldenSecret, Now: s.clock.now, Rand: random, PasswordCost: cheap})
	if err != nil {
		t.Fatal(err)
	}
	for _, text := range [][]byte{common, own} {
		f, err := seed.Parse(path, text)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := f.Apply(t.Context(), admin); err != nil {
			t.Fatal(err)
		}
		if err := s.core.Refresh(t.Context()); err != nil {
			t.Fatal(err)
		}
		if _, err := f.Bring(t.Context(), s.core); err != nil {
			t.Fatal(err)
		}
	}
	s.states = [2][]byte{common, own}
	return append(append([]byte{}, common...), own...)
}
