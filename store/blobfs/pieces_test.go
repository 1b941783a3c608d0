package blobfs_test

import (
	"bytes"
	"errors"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"

	"overgang/store"
)

// TestLarge writes blobs around the sizes at which they are written otherwise,
// in pieces of any length.
func TestLarge(t *testing.T) {
	const largeFrom, piece = 1 << 20, 256 << 10
	b := open(t, t.TempDir())
	random := rand.NewChaCha8([32]byte{1})
	for _, size := range []int{largeFrom - 1, largeFrom, largeFrom + 1, largeFrom + piece, largeFrom + 2*piece + 1, largeFrom + 5*piece - 1, 3*largeFrom + 12345} {
		content := make([]byte, size)
		random.Read(content)
		for _, at := range []int{size, 1 << 20, piece, 4096, 1000} {
			w, err := b.Create(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			for left := content; len(left) > 0; {
				n := min(at, len(left))
				if n, err := w.Write(left[:n]); n == 0 || err != nil {
					t.Fatalf("%d, %v", n, err)
				}
				left = left[n:]
			}
			key, err := w.Commit()
			if err != nil {
				t.Fatal(err)
			}
			r, err := b.Open(t.Context(), key)
			if err != nil {
				t.Fatal(err)
			}
			if got, err := io.ReadAll(r); err != nil || !bytes.Equal(got, content) {
				t.Errorf("%d bytes, %d at once: %d bytes came back (%v)", size, at, len(got), err)
			}
			r.Close()
		}
	}
}

// TestLargeAborted: an upload may end while a piece is being written.
func TestLargeAborted(t *testing.T) {
	dir := t.TempDir()
	b := open(t, dir)
	for range 20 {
		w, err := b.Create(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write(make([]byte, 2<<20)); err != nil {
			t.Fatal(err)
		}
		w.Abort()
		if _, err := w.Write([]byte{1}); err == nil {
			t.Error("written after the end")
		}
	}
	if left := files(t, dir); len(left) != 0 {
		t.Errorf("left behind: %v", left)
	}
}

// TestLargeFull is TestFull for a disk that fills up behind the first megabyte.
func TestLargeFull(t *testing.T) {
	if dir := os.Getenv("BLOBFS_TEST_LARGE_FULL"); dir != "" {
		limit := syscall.Rlimit{Cur: 2 << 20, Max: 2 << 20}
		if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &limit); err != nil {
			t.Fatal(err)
		}
		b := open(t, dir)
		for _, size := range []int{3 << 20, 2<<20 + 1} { // the second fails with its last byte
			w, err := b.Create(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			if _, err = w.Write(make([]byte, size)); err == nil {
				_, err = w.Commit()
			}
			if !errors.Is(err, store.ErrFull) {
				t.Fatalf("%d bytes: %v, want ErrFull", size, err)
			}
			w.Abort()
		}
		return
	}
	dir := t.TempDir()
	cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestLargeFull$", "-test.v")
	cmd.Env = append(os.Environ(), "BLOBFS_TEST_LARGE_FULL="+dir)
	out, err := cmd.CombinedOutput()
	if err != nil || !strings.Contains(string(out), "PASS: TestLargeFull") {
		t.Fatalf("child: %v\n%s", err, out)
	}
	if left := files(t, dir); len(left) != 0 {
		t.Errorf("left behind: %v", left)
	}
}
