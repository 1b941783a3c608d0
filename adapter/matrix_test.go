package adapter_test

import (
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"overgang/adapter"
)

// Markers around the operation matrix in the README.
const (
	matrixBegin = "<!-- operations -->\n"
	matrixEnd   = "<!-- /operations -->"
)

// TestMatrixInREADME keeps the README's operation matrix what the tables say;
// -update writes it.
func TestMatrixInREADME(t *testing.T) {
	const path = "../README.md"
	want := adapter.Matrix(adapter.Services(adapter.Config{}))
	if !strings.Contains(want, "| [SystemAuthentication](docs/operations.md#systemauthentication) | GetAuthenticationChallenge, Test | 2 | – | – |") {
		t.Errorf("matrix lacks SystemAuthentication:\n%s", want)
	}
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	head, rest, ok := strings.Cut(string(raw), matrixBegin)
	if !ok {
		t.Fatalf("README.md has no %q", strings.TrimSpace(matrixBegin))
	}
	got, tail, ok := strings.Cut(rest, matrixEnd)
	if !ok {
		t.Fatalf("README.md has %q without %q", strings.TrimSpace(matrixBegin), matrixEnd)
	}
	if *update {
		if err := os.WriteFile(path, []byte(head+matrixBegin+want+matrixEnd+tail), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("README.md's operation matrix is out of date (go test ./adapter -update):\n%s", diff)
	}
}
