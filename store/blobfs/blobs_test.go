package blobfs_test

import (
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"overgang/store"
	"overgang/store/blobfs"
	"overgang/store/storetest"
)

func open(t testing.TB, dir string) *blobfs.Blobs {
	t.Helper()
	b, err := blobfs.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// files lists what is in a folder and below, but for folders.
func files(t testing.TB, dir string) (list []string) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := e.Info()
		if err != nil {
			return err
		}
		if want := map[bool]fs.FileMode{true: 0o700, false: 0o600}[e.IsDir()]; path != dir && info.Mode().Perm() != want {
			t.Errorf("%s has mode %o, want %o", path, info.Mode().Perm(), want)
		}
		if !e.IsDir() {
			list = append(list, path)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return list
}

func TestConformance(t *testing.T) {
	storetest.RunBlobs(t, func(t *testing.T) store.Blobs {
		dir := t.TempDir()
		t.Cleanup(func() {
			for _, f := range files(t, filepath.Join(dir, "tmp")) {
				t.Errorf("left behind: %s", f)
			}
		})
		return open(t, dir)
	})
}

func TestOpenSweepsWhatACrashLeft(t *testing.T) {
	dir := t.TempDir()
	b := open(t, dir)
	done, err := b.Create(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := done.Write([]byte("kept")); err != nil {
		t.Fatal(err)
	}
	key, err := done.Commit()
	if err != nil {
		t.Fatal(err)
	}
	lost, err := b.Create(t.Context()) // neither committed nor aborted, as after kill -9
	if err != nil {
		t.Fatal(err)
	}
	if _, err := lost.Write([]byte("lost")); err != nil {
		t.Fatal(err)
	}
	if n := len(files(t, dir)); n != 2 {
		t.Fatalf("%d files before the sweep, want 2", n)
	}
	open(t, dir)
	left := files(t, dir)
	if len(left) != 1 || filepath.Base(left[0]) != key {
		t.Errorf("after the sweep: %v, want %s only", left, key)
	}
}

// TestFull runs in a child process whose files may not grow past a limit: the
// kernel refuses the write as it does on a full disk.
func TestFull(t *testing.T) {
	if dir := os.Getenv("BLOBFS_TEST_FULL"); dir != "" {
		limit := syscall.Rlimit{Cur: 64 << 10, Max: 64 << 10}
		if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &limit); err != nil {
			t.Fatal(err)
		}
		b := open(t, dir)
		w, err := b.Create(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		defer w.Abort()
		for range 32 {
			if _, err = w.Write(make([]byte, 16<<10)); err != nil {
				break
			}
		}
		if !errors.Is(err, store.ErrFull) {
			t.Fatalf("writing past the limit: %v, want ErrFull", err)
		}
		if _, err := w.Commit(); !errors.Is(err, store.ErrFull) {
			t.Fatalf("Commit of what did not fit: %v, want ErrFull", err)
		}
		if err := b.Check(t.Context()); err != nil {
			t.Fatalf("Check after the file was removed: %v", err)
		}
		return
	}
	dir := t.TempDir()
	cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestFull$", "-test.v")
	cmd.Env = append(os.Environ(), "BLOBFS_TEST_FULL="+dir)
	out, err := cmd.CombinedOutput()
	if err != nil || !strings.Contains(string(out), "PASS: TestFull") {
		t.Fatalf("child: %v\n%s", err, out)
	}
	if left := files(t, dir); len(left) != 0 {
		t.Errorf("left behind: %v", left)
	}
}
