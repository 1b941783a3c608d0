package sqlstore_test

import (
	dbsql "database/sql"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	_ "github.com/mattn/go-sqlite3"
	"github.com/pressly/goose/v3"

	"overgang/store"
	"overgang/store/sqlstore"
)

// schema opens a database's migrations.
func schema(t *testing.T, path string) (*goose.Provider, *dbsql.DB) {
	t.Helper()
	db, err := dbsql.Open("sqlite3", "file:"+path+"?_busy_timeout=60000")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	p, err := goose.NewProvider(goose.DialectSQLite3, db, os.DirFS("migrations/sqlite"))
	if err != nil {
		t.Fatal(err)
	}
	return p, db
}

// TestNobodyMigratesUnderOthers: while a store of an older version is open, the
// schema stays, and who needs a newer one is told; once it is closed, it comes.
func TestNobodyMigratesUnderOthers(t *testing.T) {
	path := filepath.Join(t.TempDir(), "overgang.db")
	older := open(t, sqlstore.Options{Path: path})
	migrations, _ := schema(t, path)
	current, err := migrations.GetDBVersion(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := migrations.Down(t.Context()); err != nil {
		t.Fatal(err)
	}
	before, err := migrations.GetDBVersion(t.Context())
	if err != nil || before >= current {
		t.Fatalf("version %d after %d, %v", before, current, err)
	}

	for range 2 { // who was refused is not in the way of the next
		s, err := sqlstore.Open(t.Context(), sqlstore.Options{Path: path})
		if err == nil {
			s.Close()
		}
		if !errors.Is(err, store.ErrSchema) || !strings.Contains(err.Error(), "stop the gateway") {
			t.Errorf("opened beside an older version: %v, want ErrSchema and what to do", err)
		}
	}
	if now, err := migrations.GetDBVersion(t.Context()); err != nil || now != before {
		t.Errorf("the schema was changed under a process that has it open: version %d, %v, want %d", now, err, before)
	}

	if err := older.Close(); err != nil {
		t.Fatal(err)
	}
	newer := open(t, sqlstore.Options{Path: path})
	open(t, sqlstore.Options{Path: path}) // beside it, as commands are
	if now, err := migrations.GetDBVersion(t.Context()); err != nil || now != current {
		t.Errorf("version %d, %v, want %d", now, err, current)
	}
	if err := newer.Update(t.Context(), func(tx store.Tx) error { return tx.PutLockout(store.Lockout{Key: "after"}) }); err != nil {
		t.Error(err)
	}
}

// TestNewerSchema: a program that is older than the database leaves it alone.
func TestNewerSchema(t *testing.T) {
	path := filepath.Join(t.TempDir(), "overgang.db")
	if err := open(t, sqlstore.Options{Path: path}).Close(); err != nil {
		t.Fatal(err)
	}
	_, db := schema(t, path)
	if _, err := db.ExecContext(t.Context(), "INSERT INTO goose_db_version (version_id, is_applied) VALUES (99999, 1)"); err != nil {
		t.Fatal(err)
	}
	s, err := sqlstore.Open(t.Context(), sqlstore.Options{Path: path})
	if err == nil {
		s.Close()
	}
	if !errors.Is(err, store.ErrSchema) || !strings.Contains(err.Error(), "newer version") {
		t.Errorf("a database of a newer version: %v, want ErrSchema and what to do", err)
	}
}
