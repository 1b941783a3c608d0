package gateway

import (
	"os"
	"path/filepath"
	"testing"
)

func TestStartSweepsTemporaryFiles(t *testing.T) {
	dir := t.TempDir()
	left := filepath.Join(dir, tempFolder, "part-1")
	for range 2 { // without the folder, then with something in it
		if err := sweepTemp(dir); err != nil {
			t.Fatal(err)
		}
		if _, err := os.Stat(left); !os.IsNotExist(err) {
			t.Errorf("still there: %v", err)
		}
		if err := os.WriteFile(left, []byte("x"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	info, err := os.Stat(filepath.Join(dir, tempFolder))
	if err != nil || info.Mode().Perm() != 0o700 {
		t.Errorf("%v %v", info, err)
	}
	if err := sweepTemp(filepath.Join(dir, "absent")); err == nil {
		t.Error("no error without a data directory")
	}
}
