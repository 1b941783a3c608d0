//go:build libxml2

package wsdl

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestLibxml2 has libxml2 compile the served schemas of each endpoint and
// validate every message against them. It needs xmllint.
func TestLibxml2(t *testing.T) {
	c := load(t)
	for _, e := range c.Endpoints {
		t.Run(e.Name, func(t *testing.T) {
			dir := t.TempDir()
			write := func(name string, text []byte) string {
				file := filepath.Join(dir, name)
				if err := os.WriteFile(file, text, 0o600); err != nil {
					t.Fatal(err)
				}
				return file
			}
			all := `<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="urn:all">`
			src, err := c.source(e)
			if err != nil {
				t.Fatal(err)
			}
			for i, s := range src.schemas {
				body, ok := c.Document(e, "xsd="+schemaName(i), testBase)
				if !ok {
					t.Fatalf("no schema %d", i)
				}
				write(schemaName(i), []byte(strings.ReplaceAll(string(body), testBase+e.Paths[0]+"?xsd=", "")))
				all += fmt.Sprintf(`<xs:import namespace=%q schemaLocation=%q/>`, s.space, schemaName(i))
			}
			schema := write("all.xsd", []byte(all+`</xs:schema>`))
			lint := func(message []byte) (string, error) {
				out, err := exec.CommandContext(t.Context(), "xmllint", "--nonet", "--noout", "--schema", schema, write("message.xml", message)).CombinedOutput()
				return string(out), err
			}
			for _, m := range messages(e) {
				for _, full := range []bool{true, false} {
					if out, err := lint(sample(m, full, false)); err != nil {
						t.Errorf("%s: %v: %s", m.Name, err, out)
					}
				}
				if len(m.Type.Fields) > 1 {
					if out, err := lint(sample(m, true, true)); err == nil {
						t.Errorf("%s: accepted with its fields exchanged: %s", m.Name, out)
					}
				}
			}
		})
	}
}
