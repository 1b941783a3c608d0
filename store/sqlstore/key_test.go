package sqlstore

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"overgang/rest"
	"overgang/store"
)

func TestKeysArePackedAndDamageIsSeen(t *testing.T) {
	k := &rest.EncryptedKeys{Party: "p", Owners: []rest.OwnerKey{{Owner: "TTD", Certificate: 1 << 30, Key: "k"}, {Key: "l"}}}
	packed := packEncrypted(k)
	got, err := unpackEncrypted(packed)
	if diff := cmp.Diff(k, got); diff != "" || err != nil {
		t.Error(diff, err)
	}
	for _, damaged := range [][]byte{{9}, packed[:len(packed)-1], packed[:6]} {
		if _, err := unpackEncrypted(damaged); err == nil {
			t.Errorf("% x is read", damaged)
		}
	}
}

// Lists leave keys out, and an instance that is purged takes its keys along.
func TestKeysGoWithTheirInstance(t *testing.T) {
	s, at := openInternal(t), time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	in := rest.Instance{ID: uuid.New(), App: rest.AppID{Org: "ttd", App: "melding"}, Owner: 1, Created: at, Changed: at, Version: 1, HardDeleted: at,
		Keys: &rest.EncryptedKeys{Party: "p"}}
	update := func(fn func(store.Tx) error) {
		t.Helper()
		if err := s.Update(t.Context(), fn); err != nil {
			t.Fatal(err)
		}
	}
	update(func(tx store.Tx) error { return tx.CreateInstance(&in) })
	err := s.View(t.Context(), func(r store.Reader) error {
		page, err := r.Instances(rest.Query{Limit: 10}, nil)
		if err == nil && (len(page.Instances) != 1 || page.Instances[0].Keys != nil) {
			t.Errorf("listed: %+v", page.Instances)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	left := func() (n int64) {
		c, err := s.acquire(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		defer func() { s.readers <- c }()
		err = c.queryText("SELECT count(*) FROM instance_key", func(row *row) error { n = row.int(); return nil })
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	if left() != 1 {
		t.Errorf("%d keys", left())
	}
	update(func(tx store.Tx) error { _, err := tx.PurgeInstance(in.ID); return err })
	if left() != 0 {
		t.Errorf("%d keys after the purge", left())
	}
}
