package main

import (
	"os"
	"strings"
	"testing"

	"overgang/cmd/overgang/config"
)

// TestEverySettingIsDocumented keeps docs/configuration.md whole.
func TestEverySettingIsDocumented(t *testing.T) {
	text, err := os.ReadFile("../../docs/configuration.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range config.Paths() {
		if !strings.Contains(string(text), "`"+path+"`") {
			t.Errorf("docs/configuration.md does not tell of %s", path)
		}
	}
}
