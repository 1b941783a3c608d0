package sqlstore

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/google/uuid"
	"github.com/mattn/go-sqlite3"

	"overgang/store"
)

// conn is one connection to the database with its prepared statements, used by
// one goroutine at a time. It speaks to the driver directly: database/sql's
// pool, locks and conversions cost more than most of our statements.
type conn struct {
	raw      *sqlite3.SQLiteConn
	prepared []prepared // by statement.slot
	args     []driver.NamedValue
	writes   int    // statements that changed something, see exec and change
	packed   []byte // room for content, see packContent
}

type prepared struct {
	stmt *sqlite3.SQLiteStmt
	dest []driver.Value
}

// Statements of transactions.
var (
	beginRead    = sql("BEGIN")
	beginWrite   = sql("BEGIN IMMEDIATE")
	commit       = sql("COMMIT")
	rollback     = sql("ROLLBACK")
	savepoint    = sql("SAVEPOINT one")
	release      = sql("RELEASE one")
	rollbackToIt = sql("ROLLBACK TO one")
)

// errStop ends a query early without being an error.
var errStop = errors.New("sqlstore: enough rows")

// exec runs a statement that returns no rows.
func (c *conn) exec(st *statement, args ...any) error {
	p, err := c.prepare(st)
	if err != nil {
		return err
	}
	// Query binds all arguments and takes the first step, which is the whole
	// statement, in one crossing into C; Exec crosses once for each argument.
	rows, err := p.stmt.QueryContext(context.Background(), c.bind(args))
	if err != nil {
		return classify(err)
	}
	c.writes++
	return classify(rows.Close())
}

// change runs a statement and returns how many rows it changed.
func (c *conn) change(st *statement, args ...any) (int64, error) {
	p, err := c.prepare(st)
	if err != nil {
		return 0, err
	}
	res, err := p.stmt.ExecContext(context.Background(), c.bind(args))
	if err != nil {
		return 0, classify(err)
	}
	n, err := res.RowsAffected()
	if n > 0 {
		c.writes++
	}
	return n, err
}

// query calls each for every row. A statement is not run again from inside its own each.
func (c *conn) query(st *statement, each func(*row) error, args ...any) error {
	p, err := c.prepare(st)
	if err != nil {
		return err
	}
	rows, err := p.stmt.QueryContext(context.Background(), c.bind(args))
	if err != nil {
		return classify(err)
	}
	if p.dest == nil {
		p.dest = make([]driver.Value, len(rows.Columns()))
	}
	return visit(rows, p.dest, each)
}

// queryText is query for a text that is put together from the caller's filters.
func (c *conn) queryText(text string, each func(*row) error, args ...any) error {
	rows, err := c.raw.QueryContext(context.Background(), unseen(text), c.bind(args))
	if err != nil {
		return classify(err)
	}
	return visit(rows, make([]driver.Value, len(rows.Columns())), each)
}

// one calls each for the first row. ErrNotFound when there is none.
func (c *conn) one(st *statement, each func(*row) error, args ...any) error {
	found := false
	err := c.query(st, func(r *row) error {
		found = true
		if err := each(r); err != nil {
			return err
		}
		return errStop
	}, args...)
	if err == nil && !found {
		err = store.ErrNotFound
	}
	return err
}

func visit(rows driver.Rows, dest []driver.Value, each func(*row) error) error {
	r := row{values: dest}
	var failed error
	for failed == nil {
		err := rows.Next(dest)
		if err != nil {
			if err != io.EOF {
				failed = classify(err)
			}
			break
		}
		r.next = 0
		failed = each(&r)
	}
	err := rows.Close()
	switch {
	case failed == errStop:
		return nil
	case failed != nil:
		return failed
	}
	return classify(err)
}

func (c *conn) prepare(st *statement) (*prepared, error) {
	if c.prepared == nil {
		c.prepared = make([]prepared, len(statements))
	}
	p := &c.prepared[st.slot]
	if p.stmt == nil {
		s, err := c.raw.Prepare(unseen(st.text))
		if err != nil {
			return nil, fmt.Errorf("sqlstore: prepare %q: %w", st.text, classify(err))
		}
		p.stmt = s.(*sqlite3.SQLiteStmt)
	}
	return p, nil
}

// unseen hides the arguments' values from the planner. A plan that was made
// after a look at one (LIMIT ?, column = ?) expires when it is bound anew, which
// the driver does at every run: such a text would be parsed and planned again
// each time. SQLite doesn't look through a plus, which changes no value.
func unseen(text string) string { return strings.ReplaceAll(text, "?", "+?") }

// bind turns arguments into the driver's values. The result is valid until the
// next call.
func (c *conn) bind(args []any) []driver.NamedValue {
	if cap(c.args) < len(args) {
		c.args = make([]driver.NamedValue, len(args), 2*len(args))
	}
	c.args = c.args[:len(args)]
	for i, a := range args {
		var v driver.Value
		switch a := a.(type) {
		case int32:
			v = int64(a)
		case int:
			v = int64(a)
		case time.Time:
			if !a.IsZero() {
				v = micros(a)
			}
		case uuid.UUID:
			v = a[:]
		default:
			v = a
		}
		c.args[i] = driver.NamedValue{Ordinal: i + 1, Value: v}
	}
	return c.args
}

func (c *conn) close() error {
	for i := range c.prepared {
		if s := c.prepared[i].stmt; s != nil {
			s.Close()
		}
	}
	c.prepared = nil
	return c.raw.Close()
}

// classify turns the driver's errors into the store's.
func classify(err error) error {
	var e sqlite3.Error
	if err == nil || !errors.As(err, &e) {
		return err
	}
	switch {
	case e.ExtendedCode == sqlite3.ErrConstraintUnique, e.ExtendedCode == sqlite3.ErrConstraintPrimaryKey, e.ExtendedCode == sqlite3.ErrConstraintRowID:
		return fmt.Errorf("%w: %w", store.ErrExists, err)
	case e.Code == sqlite3.ErrFull, e.SystemErrno == syscall.ENOSPC, e.SystemErrno == syscall.EDQUOT:
		return fmt.Errorf("%w: %w", store.ErrFull, err)
	case e.Code == sqlite3.ErrBusy, e.Code == sqlite3.ErrLocked:
		return fmt.Errorf("%w: %w", store.ErrBusy, err)
	}
	return &driverError{e}
}

// driverError is an error of SQLite that the store has no word for.
type driverError struct{ err sqlite3.Error }

func (e *driverError) Error() string { return "sqlstore: " + e.err.Error() }
func (e *driverError) Unwrap() error { return e.err }

// isGrave says that an error is the database's, not the closure's: the whole
// transaction is lost, whatever the closure made of it. What the database refuses
// of a row is the closure's.
func isGrave(err error) bool {
	var e *driverError
	if errors.As(err, &e) {
		switch e.err.Code {
		case sqlite3.ErrConstraint, sqlite3.ErrTooBig, sqlite3.ErrMismatch:
			return false
		}
		return true
	}
	return errors.Is(err, store.ErrFull) || errors.Is(err, store.ErrBusy)
}

// inTransaction says whether a transaction is open. SQLite ends one by itself
// after some errors of the disk.
func (c *conn) inTransaction() bool { return !c.raw.AutoCommit() }

// memberOf is the condition that a column's integer is in a list; memberList
// makes its argument.
func memberOf(column string) string {
	return column + " IN (SELECT value FROM json_each(?))"
}

func memberList[N ~int32 | ~int64](numbers []N) string {
	b := []byte{'['}
	for i, n := range numbers {
		if i > 0 {
			b = append(b, ',')
		}
		b = strconv.AppendInt(b, int64(n), 10)
	}
	return string(append(b, ']'))
}

// contains is the condition that a text has another in it, ASCII letters in
// either case; containsPattern makes its argument.
func contains(expression string) string { return expression + ` LIKE ? ESCAPE '\'` }

var likeEscaper = strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`)

func containsPattern(text string) string { return "%" + likeEscaper.Replace(text) + "%" }
