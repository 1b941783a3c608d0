package main

import (
	"bufio"
	"bytes"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// rooms says what each folder may import: folders of ours by prefix, and what
// it must not know of beside. The longest matching prefix holds.
var rooms = map[string]struct {
	ours   []string // our packages, each with what is below it
	others []string // modules of others; nil = any
	never  []string // packages of anybody
}{
	"wsdl":             {others: []string{"github.com/beevik/etree"}, never: []string{"net/http", "database/sql"}},
	"soap":             {ours: []string{"wsdl", "soap"}, never: []string{"database/sql", "encoding/xml"}},
	"rest":             {others: []string{"github.com/google/uuid"}, never: []string{"net/http", "database/sql", "encoding/xml", "os"}},
	"rest/api":         {ours: []string{"rest", "rest/api", "rest/api/rule"}, never: []string{"database/sql", "encoding/xml"}},
	"rest/api/apitest": {ours: []string{""}}, // imported by tests only
	"rest/api/rule":    {},                   // what documents demand of fields
	"rest/client":      {others: []string{"github.com/oapi-codegen/runtime"}, never: []string{"database/sql", "encoding/xml", "os"}},
	"rest/core": {ours: []string{"rest", "rest/core", "store"},
		never: []string{"net/http", "database/sql", "overgang/store/sqlstore", "overgang/store/blobfs"}},
	"rest/webhook": {ours: []string{"rest"}, others: []string{"github.com/google/uuid"},
		never: []string{"database/sql", "encoding/xml", "os"}},
	"adapter": {ours: []string{"rest", "soap", "wsdl", "adapter"}, others: []string{"github.com/google/uuid"},
		never: []string{"database/sql", "encoding/xml", "overgang/rest/api", "overgang/rest/core"}},
	"store":   {ours: []string{"rest", "store"}, never: []string{"net/http", "encoding/xml", "overgang/rest/api", "overgang/rest/core"}},
	"cmd":     {ours: []string{""}},
	"bench":   {ours: []string{""}},
	"interop": {ours: []string{""}},
}

func room(folder string) (name string) {
	for prefix := range rooms {
		if within(folder, prefix) && len(prefix) > len(name) {
			name = prefix
		}
	}
	return name
}

func within(folder, prefix string) bool {
	return prefix == "" || folder == prefix || strings.HasPrefix(folder, prefix+"/")
}

// breaks says which rule an import breaks; "" = none.
func breaks(folder, imported string) string {
	r := rooms[room(folder)]
	for _, never := range r.never {
		if imported == never {
			return "never"
		}
	}
	ours, isOurs := strings.CutPrefix(imported, "overgang/")
	switch {
	case isOurs:
		for _, prefix := range append(r.ours, room(folder)) {
			// rest/core and rest/api are rooms of their own, not parts of rest.
			if within(ours, prefix) && (prefix == "" || room(ours) == room(prefix)) {
				return ""
			}
		}
		return "not among its rooms"
	case strings.Contains(strings.SplitN(imported, "/", 2)[0], ".") && r.others != nil:
		for _, module := range r.others {
			if within(imported, module) {
				return ""
			}
		}
		return "not among its modules"
	}
	return ""
}

// TestLayers keeps the arrows of docs and README: HTTP → envelope → decode →
// adapter → core → store, never the other way round.
func TestLayers(t *testing.T) {
	cmd := exec.Command("go", "list", "-f", `{{.ImportPath}}{{range .Imports}} {{.}}{{end}}`, "./...")
	cmd.Dir = "../.."
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go list: %v\n%s", err, stderr.String())
	}
	seen := 0
	for line := range strings.Lines(string(out)) {
		fields := strings.Fields(line)
		folder, _ := strings.CutPrefix(fields[0], "overgang/")
		if room(folder) == "" {
			t.Errorf("folder %s is in no room: add it to the table and to the design", folder)
			continue
		}
		seen++
		for _, imported := range fields[1:] {
			if why := breaks(folder, imported); why != "" {
				t.Errorf("%s imports %s: %s", folder, imported, why)
			}
		}
	}
	if seen < 10 {
		t.Errorf("only %d packages seen", seen)
	}
}

// TestLayersBite proves that the table forbids something.
func TestLayersBite(t *testing.T) {
	for _, tt := range [][2]string{
		{"wsdl", "net/http"}, {"wsdl", "overgang/soap"}, {"soap/codec", "overgang/rest"}, {"rest", "overgang/store"}, {"rest", "overgang/rest/core"},
		{"rest/core", "overgang/soap"}, {"rest/core", "overgang/rest/api"}, {"rest/core/seed", "overgang/store/sqlstore"}, {"rest/api", "overgang/store"},
		{"rest/webhook", "overgang/rest/core"}, {"rest/webhook", "overgang/rest/api"}, {"rest/core", "overgang/rest/webhook"},
		{"adapter/receipt", "overgang/store"}, {"adapter", "overgang/rest/core"}, {"adapter", "github.com/beevik/etree"},
		{"store/sqlstore", "overgang/rest/core"}, {"store", "overgang/adapter"}, {"rest", "github.com/labstack/echo/v4"},
	} {
		if breaks(tt[0], tt[1]) == "" {
			t.Errorf("%s may import %s", tt[0], tt[1])
		}
	}
	for _, tt := range [][2]string{
		{"rest/core/seed", "overgang/rest/core"}, {"store/sqlstore", "overgang/store"}, {"adapter/receipt", "overgang/soap/codec"},
		{"cmd/overgang/gateway", "overgang/store/sqlstore"}, {"rest", "github.com/google/uuid"},
	} {
		if why := breaks(tt[0], tt[1]); why != "" {
			t.Errorf("%s must not import %s: %s", tt[0], tt[1], why)
		}
	}
}

var generated = regexp.MustCompile(`(?m)^// Code generated .* DO NOT EDIT\.$`)

// TestFilesAreShort keeps every file that people read under 600 lines.
func TestFilesAreShort(t *testing.T) {
	err := filepath.WalkDir("../..", func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if name := d.Name(); d.IsDir() && path != "../.." && (strings.HasPrefix(name, ".") || name == "node_modules") {
			return filepath.SkipDir
		}
		if d.IsDir() || filepath.Ext(path) != ".go" {
			return nil
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		lines := 0
		for s := bufio.NewScanner(bytes.NewReader(text)); s.Scan(); {
			lines++
		}
		if lines > 600 && !generated.Match(text) {
			t.Errorf("%s has %d lines: one concept a file, 600 at the very most", path, lines)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
