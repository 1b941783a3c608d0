package blobfs_test

import (
	"testing"

	"overgang/store/blobfs"
	"overgang/store/storetest"
)

func TestPartials(t *testing.T) {
	storetest.RunPartials(t, func(t *testing.T) storetest.PartialBlobs { return open(t, t.TempDir()) })
}

// TestPartialsOutliveTheProcess: opening the folder again sweeps uploads that
// never ended, and leaves partials.
func TestPartialsOutliveTheProcess(t *testing.T) {
	dir := t.TempDir()
	b := open(t, dir)
	w, err := b.Append(t.Context(), "", 0)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Write([]byte("half")); err != nil {
		t.Fatal(err)
	}
	if err := w.Sync(); err != nil {
		t.Fatal(err)
	}
	if _, err := b.Create(t.Context()); err != nil {
		t.Fatal(err)
	}
	b, err = blobfs.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	again, err := b.Append(t.Context(), w.Key(), 4)
	if err != nil {
		t.Fatal(err)
	}
	if err := again.Close(); err != nil {
		t.Fatal(err)
	}
	if got := files(t, dir); len(got) != 1 {
		t.Errorf("files %v", got)
	}
}
