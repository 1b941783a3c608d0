//go:build libxml2

package c14n_test

import (
	"bytes"
	"os"
	"os/exec"
	"testing"
)

// TestAgainstLibxml2 makes other documents than those that are kept.
func TestAgainstLibxml2(t *testing.T) {
	make := exec.Command("../../testdata/c14n/make.py", "2", "10000")
	make.Stderr = os.Stderr
	out, err := make.Output()
	if err != nil {
		t.Fatal(err)
	}
	if n := againstLibxml2(t, bytes.NewReader(out)); n != 10_000 {
		t.Errorf("%d documents", n)
	}
}
