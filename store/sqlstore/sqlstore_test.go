package sqlstore_test

import (
	"path/filepath"
	"testing"

	"overgang/store"
	"overgang/store/sqlstore"
	"overgang/store/storetest"
)

func open(t testing.TB, o sqlstore.Options) *sqlstore.Store {
	t.Helper()
	if o.Path == "" {
		o.Path = filepath.Join(t.TempDir(), "overgang.db")
	}
	s, err := sqlstore.Open(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Errorf("Close: %v", err)
		}
	})
	return s
}

func TestConformance(t *testing.T) {
	storetest.Run(t, func(t *testing.T) store.Store { return open(t, sqlstore.Options{}) })
}
