package sqlstore

import (
	"context"
	dbsql "database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"strconv"
	"syscall"

	"github.com/mattn/go-sqlite3"
	"github.com/pressly/goose/v3"

	"overgang/store"
)

//go:embed migrations/sqlite/*.sql
var migrations embed.FS

// pageSize of new files, in bytes. Measured: see BenchmarkSubmission.
const pageSize = 8192

// cache sizes, in KiB of pages.
const (
	writerCache = 24 << 10
	readerCache = 8 << 10
)

// dsn names the file with the settings that every connection needs. WAL with
// synchronous=FULL syncs the log at every commit: what is acknowledged is on
// disk. Checkpoints are run by checkpointer alone, so autocheckpoint is off.
func dsn(o Options, cache int, readOnly bool) string {
	q := url.Values{
		"_journal_mode":    {"WAL"},
		"_synchronous":     {"FULL"},
		"_foreign_keys":    {"on"},
		"_txlock":          {"immediate"},
		"_mutex":           {"no"},
		"_busy_timeout":    {strconv.FormatInt(o.BusyTimeout.Milliseconds(), 10)},
		"_cache_size":      {strconv.Itoa(-cache)},
		"_stmt_cache_size": {"64"},
	}
	if readOnly {
		q.Set("_query_only", "on")
	}
	return (&url.URL{Scheme: "file", Opaque: url.PathEscape(o.Path), RawQuery: q.Encode()}).String()
}

// connect opens one connection.
func connect(o Options, cache int, readOnly bool) (*conn, error) {
	raw, err := (&sqlite3.SQLiteDriver{}).Open(dsn(o, cache, readOnly))
	if err != nil {
		return nil, classify(err)
	}
	c := &conn{raw: raw.(*sqlite3.SQLiteConn)}
	pragmas := []string{"PRAGMA wal_autocheckpoint = 0", "PRAGMA temp_store = MEMORY", fmt.Sprintf("PRAGMA journal_size_limit = %d", 2*o.LogLimit)}
	if o.MaxSize > 0 && !readOnly {
		pragmas = append(pragmas, fmt.Sprintf("PRAGMA max_page_count = %d", max(1, o.MaxSize/pageSize)))
	}
	for _, p := range pragmas {
		if err := c.queryText(p, func(*row) error { return nil }); err != nil {
			c.close()
			return nil, err
		}
	}
	return c, nil
}

// prepareFile makes the file, readable by its owner only, and brings its schema
// up to date. Processes that start together take turns. Who closes users no
// longer has the file open: until then nobody else changes its schema.
func prepareFile(ctx context.Context, o Options) (users *os.File, err error) {
	turn, err := lockFile(o.Path+".lock", syscall.LOCK_EX)
	if err != nil {
		return nil, err
	}
	defer turn.Close()
	f, err := os.OpenFile(o.Path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, err
	}
	info, err := f.Stat()
	f.Close()
	if err != nil {
		return nil, err
	}
	if info.Size() == 0 {
		if err := setPageSize(o); err != nil {
			return nil, err
		}
	}
	if err := migrate(ctx, o); err != nil {
		return nil, err
	}
	return lockFile(o.Path+usersSuffix, syscall.LOCK_SH)
}

// usersSuffix names the file that everybody holds, together, who has the
// database open. Who would change the schema must have it alone.
const usersSuffix = ".users"

// lockFile locks a file, which is made if absent, until it is closed or the
// process is gone, however it ends.
func lockFile(path string, how int) (*os.File, error) {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, err
	}
	if err := syscall.Flock(int(f.Fd()), how); err != nil {
		f.Close()
		return nil, fmt.Errorf("sqlstore: lock %s: %w", path, err)
	}
	return f, nil
}

// setPageSize fixes the page size of an empty file, before the log is switched on.
func setPageSize(o Options) error {
	raw, err := (&sqlite3.SQLiteDriver{}).Open("file:" + url.PathEscape(o.Path))
	if err != nil {
		return classify(err)
	}
	c := &conn{raw: raw.(*sqlite3.SQLiteConn)}
	defer c.close()
	for _, p := range []string{fmt.Sprintf("PRAGMA page_size = %d", pageSize), "PRAGMA journal_mode = WAL"} {
		if err := c.queryText(p, func(*row) error { return nil }); err != nil {
			return err
		}
	}
	return nil
}

// migrate applies the embedded migrations that the file does not have yet. It
// refuses a file from a newer version, and one from an older version that others
// have open: they know nothing of what the migrations make. The caller has the turn.
func migrate(ctx context.Context, o Options) error {
	dir, err := fs.Sub(migrations, "migrations/sqlite")
	if err != nil {
		return err
	}
	db, err := dbsql.Open("sqlite3", dsn(o, readerCache, false))
	if err != nil {
		return classify(err)
	}
	defer db.Close()
	provider, err := goose.NewProvider(goose.DialectSQLite3, db, dir)
	if err != nil {
		return fmt.Errorf("sqlstore: migrations: %w", err)
	}
	current, target, err := provider.GetVersions(ctx)
	if err != nil {
		return fmt.Errorf("sqlstore: read the schema's version: %w", classify(err))
	}
	if current > target {
		return fmt.Errorf("%w: %s has version %d and this program knows %d: it was made by a newer version of it; use that one, or restore a backup that was made before",
			store.ErrSchema, o.Path, current, target)
	}
	if current == target {
		return nil
	}
	users, err := lockFile(o.Path+usersSuffix, syscall.LOCK_EX|syscall.LOCK_NB)
	if errors.Is(err, syscall.EWOULDBLOCK) {
		return fmt.Errorf("%w: %s has version %d, this program needs %d, and another process has it open: stop the gateway first, and what else uses it, or use the version of this program that they are",
			store.ErrSchema, o.Path, current, target)
	}
	if err != nil {
		return err
	}
	defer users.Close()
	if _, err := provider.Up(ctx); err != nil {
		return fmt.Errorf("sqlstore: migrate %s: %w", o.Path, classify(err))
	}
	return nil
}

// freeSpace is what the file's file system has left for us, in bytes.
func freeSpace(path string) (int64, error) {
	var st syscall.Statfs_t
	if err := syscall.Statfs(path, &st); err != nil {
		return 0, errors.Join(errors.New("sqlstore: file system"), err)
	}
	return int64(st.Bavail) * st.Bsize, nil
}
