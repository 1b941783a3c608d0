package api_test

import (
	"bytes"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

func TestGeneratedCodeIsUpToDate(t *testing.T) {
	committed, err := os.ReadFile("openapi.gen.go")
	if err != nil {
		t.Fatal(err)
	}
	config, err := os.ReadFile("oapi-codegen.yaml")
	if err != nil {
		t.Fatal(err)
	}
	out := filepath.Join(t.TempDir(), "openapi.gen.go")
	other := filepath.Join(t.TempDir(), "oapi-codegen.yaml")
	config = bytes.Replace(config, []byte("output: openapi.gen.go"), []byte("output: "+out), 1)
	if err := os.WriteFile(other, config, 0o600); err != nil {
		t.Fatal(err)
	}
	// The line of generate.go, with another output.
	generate := exec.Command("go", "tool", "oapi-codegen", "-config", other, "openapi.yaml")
	if text, err := generate.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	fresh, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(committed, fresh) {
		t.Error("openapi.gen.go is not what openapi.yaml gives: run go generate ./rest/api")
	}
}

func TestDocumentIsServedToAnybody(t *testing.T) {
	g := newGateway(t)
	text, err := os.ReadFile("openapi.yaml")
	if err != nil {
		t.Fatal(err)
	}
	a := g.do(call{path: "/openapi.yaml"}).want(t, http.StatusOK, "")
	if !bytes.Equal(a.body, text) || a.Header.Get("Content-Type") != "application/yaml" {
		t.Error("another document is served")
	}
	g.do(call{path: "/openapi.yaml", header: header("If-None-Match", a.Header.Get("ETag"))}).want(t, http.StatusNotModified, "")
}
