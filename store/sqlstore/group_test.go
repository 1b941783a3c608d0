package sqlstore

import (
	"context"
	"errors"
	"path/filepath"
	"sync"
	"testing"

	"overgang/rest"
	"overgang/store"
)

// together runs updates in one group, in the order given.
func together(t *testing.T, s *Store, updates ...func(store.Tx) error) []error {
	t.Helper()
	var all sync.WaitGroup
	begun, goOn := make(chan struct{}), make(chan struct{})
	all.Go(func() {
		first := true
		s.Update(context.Background(), func(store.Tx) error {
			if first {
				first = false
				close(begun)
				<-goOn
			}
			return nil
		})
	})
	<-begun
	outcomes := make([]error, len(updates))
	for i, fn := range updates {
		all.Go(func() { outcomes[i] = s.Update(context.Background(), fn) })
		for waiting := 0; waiting < i+2; waiting, _ = s.Backlog() {
		}
	}
	close(goOn)
	all.Wait()
	return outcomes
}

func openGroup(t *testing.T) *Store {
	t.Helper()
	s, err := Open(t.Context(), Options{Path: filepath.Join(t.TempDir(), "overgang.db")})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

func putOrganisation(number string) func(store.Tx) error {
	return func(tx store.Tx) error {
		return tx.PutParty(&rest.Party{Kind: rest.OrganisationParty, OrgNumber: number, Name: number})
	}
}

func organisations(t *testing.T, s *Store) (numbers []string) {
	t.Helper()
	err := s.View(t.Context(), func(r store.Reader) error {
		list, err := r.Parties(0, 10)
		for _, p := range list {
			numbers = append(numbers, p.OrgNumber)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return numbers
}

// What the database refuses of one update is that one's alone.
func TestRefusedRowsAreOneUpdatesOwn(t *testing.T) {
	s := openGroup(t)
	outcomes := together(t, s,
		putOrganisation("310000019"),
		func(tx store.Tx) error {
			return tx.PutDelivery(&rest.Delivery{Subscription: 99, Kind: rest.TestDelivery})
		},
		putOrganisation("310000027"),
	)
	if outcomes[0] != nil || outcomes[1] == nil || outcomes[2] != nil {
		t.Errorf("outcomes %v", outcomes)
	}
	if got := organisations(t, s); len(got) != 2 {
		t.Errorf("stored %v", got)
	}
}

// Some errors of the disk end SQLite's transaction. What comes after them in the
// group must not be stored on its own, for its callers are told that it failed.
func TestLostTransactionLosesTheGroup(t *testing.T) {
	s := openGroup(t)
	lost := errors.New("the disk had a moment")
	outcomes := together(t, s,
		putOrganisation("310000019"),
		func(x store.Tx) error { return errors.Join(x.(*tx).c.query(rollback, nil), lost) },
		putOrganisation("310000027"),
	)
	for i, err := range outcomes {
		if err == nil {
			t.Errorf("update %d was acknowledged", i)
		}
	}
	if got := organisations(t, s); len(got) != 0 {
		t.Errorf("stored %v", got)
	}
	if err := s.Update(t.Context(), putOrganisation("310000019")); err != nil {
		t.Errorf("afterwards: %v", err)
	}
}
