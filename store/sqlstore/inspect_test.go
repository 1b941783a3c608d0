package sqlstore

import (
	"context"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/uuid"

	"overgang/rest"
	"overgang/store"
)

var damageInstances = sql("UPDATE instance SET signatures = x'ff'")

// What an inspection does with what it is told, such as reading a gigabyte, keeps
// no snapshot open: the log could not be begun anew meanwhile.
func TestInspectionKeepsNoSnapshotOpen(t *testing.T) {
	s, err := Open(t.Context(), Options{Path: filepath.Join(t.TempDir(), "overgang.db"), Readers: 1})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	now := time.Date(2026, 11, 22, 10, 0, 0, 0, time.UTC)
	transfer := rest.Transfer{ID: uuid.New(), App: rest.AppID{Org: "ttd", App: "filer"}, Status: rest.TransferInitialized, Created: now, Changed: now, Version: 1}
	err = s.Update(t.Context(), func(tx store.Tx) error {
		if err := tx.CreateTransfer(&transfer); err != nil {
			return err
		}
		if err := tx.PutPartial(rest.PartialUpload{Transfer: transfer.ID, Blob: "b", Changed: now, Expires: now, SHA256: []byte{}, MD5: []byte{}}); err != nil {
			return err
		}
		in := rest.Instance{ID: uuid.New(), App: transfer.App, Created: now, Changed: now, Version: 1,
			Elements: []rest.Element{{ID: uuid.New(), Content: rest.Content{Inline: []byte("hei"), Size: 3}, Created: now, Changed: now, Version: 1}}}
		return tx.CreateInstance(&in)
	})
	if err == nil { // one that a packed column is damaged of
		_, err = s.writer.c.change(damageInstances)
	}
	if err != nil {
		t.Fatal(err)
	}
	told := map[string]bool{}
	look := func(what string) error {
		told[what] = true
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if err := s.View(ctx, func(store.Reader) error { return nil }); err != nil {
			t.Errorf("%s: the one reader is taken: %v", what, err)
		}
		return nil
	}
	for _, err := range []error{
		s.Integrity(t.Context(), nil, func(string) error { return look("damage") }),
		s.EachContent(t.Context(), func(store.StoredContent) error { return look("content") }),
		s.EachPartial(t.Context(), func(rest.PartialUpload) error { return look("partial") }),
	} {
		if err != nil {
			t.Error(err)
		}
	}
	if len(told) != 3 {
		t.Errorf("told of %v only", told)
	}
}
