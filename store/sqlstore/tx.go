package sqlstore

import (
	"errors"

	"github.com/google/uuid"

	"overgang/store"
)

// tx implements [store.Tx]: one closure's reads and writes inside a group's
// transaction.
type tx struct {
	reader
	n          counters
	generation int64     // before this transaction
	newApps    []appName // short names given in this transaction
	broken     error     // a write failed half way: the closure cannot succeed any more
	pending    journalRow
	made       made
}

// made is the instance that the closure created, so that its events and its
// receipt need not look it up again.
type made struct {
	number    int32
	id        uuid.UUID
	reference string
}

// exec runs a write. A broken uniqueness leaves nothing behind; every other
// error breaks the closure.
func (t *tx) exec(st *statement, args ...any) error {
	err := t.c.exec(st, args...)
	if err != nil && !errors.Is(err, store.ErrExists) {
		t.spoil(err)
	}
	return err
}

// change runs a write that must hit a row: ErrNotFound when it does not.
func (t *tx) change(st *statement, args ...any) error {
	n, err := t.c.change(st, args...)
	switch {
	case err == nil && n == 0:
		return store.ErrNotFound
	case err != nil && !errors.Is(err, store.ErrExists):
		t.spoil(err)
	}
	return err
}

// spoil makes the closure fail with err even if it returns nil: some of what
// belongs together is written, and some is not.
func (t *tx) spoil(err error) error {
	if err != nil && t.broken == nil {
		t.broken = err
	}
	return err
}

// probe is a write that changes nothing anybody sees.
func (t *tx) probe() error {
	t.n.probe++
	return t.n.save(t.c)
}

// flush writes what was put off to the end of the closure.
func (t *tx) flush() error { return t.flushJournal() }
