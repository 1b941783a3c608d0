package blobfs_test

import (
	"io"
	"path/filepath"
	"testing"

	"overgang/store/blobfs"
)

func TestAttachLetsUploadsAlone(t *testing.T) {
	dir := t.TempDir()
	b := open(t, dir)
	w, err := b.Create(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	io.WriteString(w, "under way")
	beside, err := blobfs.Attach(dir)
	if err != nil {
		t.Fatal(err)
	}
	key, err := w.Commit()
	if err != nil {
		t.Fatal(err)
	}
	linked, copied := open(t, filepath.Join(t.TempDir(), "a")), open(t, filepath.Join(t.TempDir(), "b"))
	for range 2 {
		if err := beside.LinkTo(t.Context(), key, linked); err != nil {
			t.Fatal(err)
		}
		if err := beside.CopyTo(t.Context(), key, copied); err != nil {
			t.Fatal(err)
		}
	}
	if err := b.Delete(t.Context(), key); err != nil {
		t.Fatal(err)
	}
	for _, to := range []*blobfs.Blobs{linked, copied} {
		r, err := to.Open(t.Context(), key)
		if err != nil {
			t.Fatal(err)
		}
		if text, err := io.ReadAll(r); string(text) != "under way" || err != nil {
			t.Errorf("%q, %v", text, err)
		}
		r.Close()
	}
	for _, give := range []func(string) error{
		func(key string) error { return beside.LinkTo(t.Context(), key, linked) },
		func(key string) error { return beside.CopyTo(t.Context(), key, copied) },
	} {
		for _, key := range []string{"../x", "00112233445566778899aabbccddeeff"} {
			if err := give(key); err == nil {
				t.Errorf("%s was given", key)
			}
		}
	}
	if _, err := blobfs.Attach(t.TempDir()); err == nil {
		t.Error("a folder without blobs was attached")
	}
}
