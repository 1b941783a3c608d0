package blobfs

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
)

// TestDirectRefused: a file system that takes no direct transfer gets the bytes
// through its cache. Here it is the offset that it does not take.
func TestDirectRefused(t *testing.T) {
	f, err := os.Create(filepath.Join(t.TempDir(), "f"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if _, err := f.Write([]byte{'x'}); err != nil {
		t.Fatal(err)
	}
	l := newPieces(f, 1)
	content := bytes.Repeat([]byte("0123456789"), pieceSize/4)
	if err := l.write(content); err != nil {
		t.Fatal(err)
	}
	if err := l.end(); err != nil {
		t.Fatal(err)
	}
	if l.direct {
		t.Error("still to be written past the cache")
	}
	got, err := os.ReadFile(f.Name())
	if err != nil || !bytes.Equal(got, append([]byte{'x'}, content...)) {
		t.Errorf("%d bytes, %v", len(got), err)
	}
}
