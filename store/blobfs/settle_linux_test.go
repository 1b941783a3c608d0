package blobfs_test

import (
	"os"
	"strings"
	"testing"

	"overgang/store"
)

// TestSettledFilesAreClosed: a message may have a thousand files, of which none
// is committed before the last has come.
func TestSettledFilesAreClosed(t *testing.T) {
	dir := t.TempDir()
	b := open(t, dir)
	held := func() (n int) {
		fds, err := os.ReadDir("/proc/self/fd")
		if err != nil {
			t.Fatal(err)
		}
		for _, fd := range fds {
			if target, err := os.Readlink("/proc/self/fd/" + fd.Name()); err == nil && strings.HasPrefix(target, dir) {
				n++
			}
		}
		return n
	}
	var writers []store.BlobWriter
	for range 20 {
		w, err := b.Create(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		defer w.Abort()
		if _, err := w.Write(make([]byte, 2<<20)); err != nil {
			t.Fatal(err)
		}
		writers = append(writers, w)
	}
	if held() != len(writers) {
		t.Fatalf("%d files are open before", held())
	}
	for _, w := range writers {
		if err := w.Settle(); err != nil {
			t.Fatal(err)
		}
	}
	if n := held(); n != 0 {
		t.Errorf("%d files are open", n)
	}
	for _, w := range writers {
		if _, err := w.Commit(); err != nil {
			t.Fatal(err)
		}
	}
	if n := held(); n != 0 {
		t.Errorf("%d files are open afterwards", n)
	}
}
