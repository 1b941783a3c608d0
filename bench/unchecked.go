package main

import (
	"context"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"time"
)

// unchecked registers a service whose forms are stored unseen, as a service
// without a schema is, and returns the environment that names it. What is left
// of W1 is what the gateway itself costs.
func unchecked(ctx context.Context, s settings, g *gateway) (environment, error) {
	env := maps.Clone(g.env)
	env["SERVICE_CODE"], env["SERVICE_EDITION"] = "9901", "1"
	env["DATA_FORMAT_ID"], env["DATA_FORMAT_VERSION"] = "9901", "1"
	file := filepath.Join(benchDir, "unchecked.yaml")
	text := fmt.Sprintf(`services:
  - app: bench/unchecked
    code: "9901"
    edition: 1
    validation: off
    dataTypes:
      - {id: default, dataFormatId: "9901", dataFormatVersion: 1, contentTypes: [application/xml]}
grants:
  - {system: %s, party: "%s", rights: [read, write]}
`, env["SYSTEM_USER"], env["ORG"])
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		return nil, err
	}
	out, err := exec.CommandContext(ctx, s.binary, "import", file, "--data", g.data).CombinedOutput()
	if err != nil {
		return nil, fmt.Errorf("import: %w\n%s", err, out)
	}
	time.Sleep(time.Second) // a running gateway sees it within half a second
	return env, nil
}
