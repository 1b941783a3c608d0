package main

import (
	"bytes"
	dbsql "database/sql"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/pressly/goose/v3"

	"overgang/store/sqlstore"
)

// TestOtherVersionsSchema: no command changes the schema under a gateway of an
// older version, and none works on the schema of a newer one.
func TestOtherVersionsSchema(t *testing.T) {
	data := t.TempDir()
	path := filepath.Join(data, "overgang.db")
	gateway, err := sqlstore.Open(t.Context(), sqlstore.Options{Path: path})
	if err != nil {
		t.Fatal(err)
	}
	defer gateway.Close()
	db, err := dbsql.Open("sqlite3", "file:"+path+"?_busy_timeout=60000")
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	migrations, err := goose.NewProvider(goose.DialectSQLite3, db, os.DirFS("../../store/sqlstore/migrations/sqlite"))
	if err != nil {
		t.Fatal(err)
	}
	version := func() int64 {
		t.Helper()
		n, err := migrations.GetDBVersion(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	ours := version()
	if _, err := migrations.Down(t.Context()); err != nil {
		t.Fatal(err)
	}
	older := version()

	file := filepath.Join(t.TempDir(), "import.yaml")
	if err := os.WriteFile(file, []byte("parties:\n  - orgNumber: \"310000007\"\n    name: Bygg AS\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	commands := [][]string{
		{"party", "list"}, {"import", file}, {"verify"}, {"backup", filepath.Join(t.TempDir(), "backup")}, {"outbox", "status"},
		{"serve", "--listen", "127.0.0.1:0", "--listen-tls", "off", "--listen-admin", "off"},
	}
	run := func(want int, says string, args []string) {
		t.Helper()
		var out, complaints bytes.Buffer
		m := &Main{Args: append([]string{"--data", data}, args...), Now: time.Now, Stdin: strings.NewReader(""), Stdout: &out, Stderr: &complaints,
			Signals: make(chan os.Signal, 2)}
		if code := m.Run(t.Context()); code != want || !strings.Contains(complaints.String(), says) {
			t.Errorf("%v: exit code %d, want %d, with %q:\n%s%s", args, code, want, says, out.String(), complaints.String())
		}
	}
	for _, args := range commands {
		run(exitRefused, "another process has it open: stop the gateway first", args)
	}
	if now := version(); now != older {
		t.Fatalf("the schema was brought from version %d to %d under a gateway", older, now)
	}

	if err := gateway.Close(); err != nil {
		t.Fatal(err)
	}
	run(exitOK, "", commands[0])
	if now := version(); now != ours {
		t.Errorf("version %d, want %d", now, ours)
	}

	if _, err := db.ExecContext(t.Context(), "INSERT INTO goose_db_version (version_id, is_applied) VALUES (99999, 1)"); err != nil {
		t.Fatal(err)
	}
	for _, args := range commands {
		run(exitRefused, "it was made by a newer version", args)
	}
}
