package sqlstore

import (
	"context"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"

	"overgang/rest"
	"overgang/store"
)

var _ store.Inspector = (*Store)(nil)

// inspectPage is how many rows are read in one snapshot, so that none stays open
// for long: the log could not be begun anew meanwhile.
const inspectPage = 500

var (
	allElements    = sql("SELECT " + elementColumns + ", bytes FROM element LEFT JOIN content ON content.element = element.number WHERE (instance, number) > (?, ?) ORDER BY instance, number LIMIT ?")
	allInstances   = sql("SELECT " + wholeColumns + " FROM instance WHERE number > ? ORDER BY number LIMIT ?")
	allReceipts    = sql("SELECT " + receiptColumns + " FROM receipt WHERE id > ? ORDER BY id LIMIT ?")
	allTransfers   = sql("SELECT " + transferColumns + ", bytes FROM transfer LEFT JOIN transfer_content ON transfer_content.transfer = transfer.number WHERE transfer.number > ? ORDER BY transfer.number LIMIT ?")
	allAttachments = sql("SELECT attachment.number, id, size, sha256, md5, blob, bytes FROM attachment LEFT JOIN content ON content.element = attachment.number WHERE attachment.number > ? ORDER BY attachment.number LIMIT ?")
	allPartials    = sql("SELECT number, " + partialColumns + " FROM transfer_partial JOIN transfer ON number = transfer WHERE transfer > ? ORDER BY transfer LIMIT ?")
	allJournals    = sql("SELECT instance, id, app, owner, events, visits FROM journal WHERE (instance, id) > (?, ?) ORDER BY instance, id LIMIT ?")
)

// pages reads a table page by page: page is given a reader and says how many
// rows it read. tell then tells of them: that may take long, so nothing is open.
func (s *Store) pages(ctx context.Context, page func(r *reader) (rows int, err error), tell func() error) error {
	for {
		if err := ctx.Err(); err != nil {
			return err
		}
		n := 0
		err := s.View(ctx, func(r store.Reader) (err error) {
			n, err = page(r.(*reader))
			return err
		})
		if err == nil {
			err = tell()
		}
		if err != nil || n < inspectPage {
			return err
		}
	}
}

// Integrity implements [store.Inspector]: SQLite's own checks of the file, and
// every row with packed columns unpacked.
func (s *Store) Integrity(ctx context.Context, read func(int64), fn func(string) error) error {
	rows := int64(0)
	count := func(n int) {
		if rows += int64(n); read != nil {
			read(rows)
		}
	}
	if err := s.checkFile(ctx, fn); err != nil {
		return err
	}
	for _, table := range []struct {
		name string
		st   *statement
		keys int // columns that the next page begins after
		scan func(r *reader, row *row) (what string, keys [2]int64, err error)
	}{
		{"instance", allInstances, 1, func(r *reader, row *row) (string, [2]int64, error) {
			i, err := r.scanInstance(row)
			if err == nil {
				_, err = unpackEncrypted(row.bytes())
			}
			return fmt.Sprintf("instance %d", i.Number), [2]int64{int64(i.Number)}, err
		}},
		{"element", allElements, 2, func(_ *reader, row *row) (string, [2]int64, error) {
			instance, e, err := scanElement(row)
			return fmt.Sprintf("element %d of instance %d", e.Number, instance), [2]int64{int64(instance), int64(e.Number)}, err
		}},
		{"receipt", allReceipts, 1, func(_ *reader, row *row) (string, [2]int64, error) {
			r, err := scanReceipt(row)
			return fmt.Sprintf("receipt %d", r.ID), [2]int64{int64(r.ID)}, err
		}},
		{"transfer", allTransfers, 1, func(r *reader, row *row) (string, [2]int64, error) {
			t, err := r.scanTransfer(row)
			return fmt.Sprintf("transfer %s", t.ID), [2]int64{int64(t.Number)}, err
		}},
		{"correspondence", allCorrespondences, 1, func(r *reader, row *row) (string, [2]int64, error) {
			c, err := r.scanCorrespondence(row)
			return fmt.Sprintf("correspondence %d", c.Number), [2]int64{int64(c.Number)}, err
		}},
		{"journal", allJournals, 2, scanJournal},
	} {
		after, read := [2]int64{math.MinInt64, math.MinInt64}, 0
		var damaged []string
		err := s.pages(ctx, func(r *reader) (n int, err error) {
			args := []any{after[0], after[1], inspectPage}
			if table.keys == 1 {
				args = []any{after[0], inspectPage}
			}
			damaged = damaged[:0]
			err = r.query(table.st, func(row *row) error {
				n++
				what, keys, err := table.scan(r, row)
				if err != nil {
					damaged = append(damaged, fmt.Sprintf("%s: %v", what, err))
				}
				after = keys
				return nil
			}, args...)
			if err != nil {
				return n, fmt.Errorf("table %s: %w", table.name, err)
			}
			read = n
			return n, nil
		}, func() error {
			count(read)
			for _, d := range damaged {
				if err := fn(d); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func scanJournal(r *reader, row *row) (string, [2]int64, error) {
	keys := [2]int64{row.int(), row.int()}
	row.next-- // the events' own columns begin with the id
	err := r.eachEvent(row, func(rest.Event) {})
	if visits := row.bytes(); err == nil && visits != nil {
		u := newUnpacker(visits)
		for u.more() {
			u.text()
			u.time()
			u.time()
			u.text()
		}
		err = u.err
	}
	return fmt.Sprintf("journal row %d of instance %d", keys[1], keys[0]), keys, err
}

// checkFile runs SQLite's own checks.
func (s *Store) checkFile(ctx context.Context, fn func(string) error) error {
	damage, err := s.damage(ctx)
	for _, d := range damage {
		if err == nil {
			err = fn(d)
		}
	}
	return err
}

// damage is what SQLite finds.
func (s *Store) damage(ctx context.Context) (damage []string, err error) {
	c, err := s.acquire(ctx)
	if err != nil {
		return nil, err
	}
	defer func() { s.readers <- c }()
	err = c.queryText("PRAGMA integrity_check", func(r *row) error {
		if text := r.text(); text != "ok" {
			damage = append(damage, "database: "+text)
		}
		return nil
	})
	if err == nil {
		err = c.queryText("PRAGMA foreign_key_check", func(r *row) error {
			damage = append(damage, fmt.Sprintf("database: a row of %s refers to one that is not there", r.text()))
			return nil
		})
	}
	return damage, err
}

// EachContent implements [store.Inspector].
func (s *Store) EachContent(ctx context.Context, fn func(store.StoredContent) error) error {
	for _, table := range []struct {
		st   *statement
		keys int
		scan func(r *reader, row *row) (store.StoredContent, [2]int64, error)
	}{
		{allElements, 2, func(_ *reader, row *row) (store.StoredContent, [2]int64, error) {
			instance, e, err := scanElement(row)
			// What cannot be unpacked is not what its checksum says: so it is told.
			if e.Content.Inline, _ = unpackContent(row.bytes(), e.Content.Size); e.Content.Inline == nil {
				e.Content.Inline = []byte{} // an element always has content, if only none
			}
			return store.StoredContent{Owner: "element " + e.ID.String(), Content: e.Content}, [2]int64{int64(instance), int64(e.Number)}, err
		}},
		{allAttachments, 1, func(_ *reader, row *row) (store.StoredContent, [2]int64, error) {
			number, id := row.int(), row.uuid()
			c := scanContent(row)
			c.Inline, _ = unpackContent(row.bytes(), c.Size)
			return store.StoredContent{Owner: "attachment " + id.String(), Content: c}, [2]int64{number}, nil
		}},
		{allLookups, 1, func(_ *reader, row *row) (store.StoredContent, [2]int64, error) {
			number, id := row.int(), row.uuid()
			c := scanContent(row)
			if c.Inline, _ = unpackContent(row.bytes(), c.Size); c.Inline == nil {
				c.Inline = []byte{} // a lookup always has content
			}
			return store.StoredContent{Owner: "lookup " + id.String(), Content: c}, [2]int64{number}, nil
		}},
		{allTransfers, 1, func(r *reader, row *row) (store.StoredContent, [2]int64, error) {
			t, err := r.scanTransfer(row)
			t.Content.Inline = row.bytes()
			return store.StoredContent{Owner: "transfer " + t.ID.String(), Content: t.Content}, [2]int64{int64(t.Number)}, err
		}},
	} {
		after := [2]int64{math.MinInt64, math.MinInt64}
		var list []store.StoredContent
		err := s.pages(ctx, func(r *reader) (n int, err error) {
			args := []any{after[0], after[1], inspectPage}
			if table.keys == 1 {
				args = []any{after[0], inspectPage}
			}
			list = list[:0]
			err = r.query(table.st, func(row *row) error {
				n++
				c, keys, err := table.scan(r, row)
				after = keys
				if err == nil && (c.Content.Blob != "" || c.Content.Inline != nil) {
					list = append(list, c)
				}
				return nil // what is damaged is Integrity's to tell
			}, args...)
			return n, err
		}, func() error {
			for _, c := range list {
				if err := fn(c); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// EachPartial implements [store.Inspector].
func (s *Store) EachPartial(ctx context.Context, fn func(rest.PartialUpload) error) error {
	after := int64(math.MinInt64)
	var list []rest.PartialUpload
	return s.pages(ctx, func(r *reader) (n int, err error) {
		list = list[:0]
		err = r.query(allPartials, func(row *row) error {
			n++
			after = row.int()
			list = append(list, scanPartial(row))
			return nil
		}, after, inspectPage)
		return n, err
	}, func() error {
		for _, p := range list {
			if err := fn(p); err != nil {
				return err
			}
		}
		return nil
	})
}

// Snapshot implements [store.Inspector]: VACUUM INTO reads one snapshot while
// the store goes on, and the copy needs no log.
func (s *Store) Snapshot(ctx context.Context, path string) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if _, err := os.Lstat(path); err == nil {
		return fmt.Errorf("sqlstore: %s is there already", path)
	}
	c, err := connect(s.opts, readerCache, false)
	if err != nil {
		return err
	}
	err = c.queryText("VACUUM INTO ?", func(*row) error { return nil }, path)
	if err := errors.Join(err, c.close()); err != nil {
		os.Remove(path)
		return err
	}
	o := s.opts
	o.Path = path
	if c, err = connect(o, readerCache, false); err != nil {
		return err
	}
	for _, text := range []string{"DELETE FROM transfer_partial", "PRAGMA wal_checkpoint(TRUNCATE)", "PRAGMA journal_mode = DELETE"} {
		if err == nil {
			err = c.queryText(text, func(*row) error { return nil })
		}
	}
	if err := errors.Join(err, c.close(), os.Chmod(path, 0o600)); err != nil {
		return err
	}
	return syncPath(path, filepath.Dir(path))
}

// syncPath makes a file and its folder's entry durable.
func syncPath(paths ...string) error {
	for _, path := range paths {
		f, err := os.Open(path)
		if err != nil {
			return err
		}
		if err := errors.Join(f.Sync(), f.Close()); err != nil {
			return err
		}
	}
	return nil
}
