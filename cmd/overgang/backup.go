package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"overgang/cmd/overgang/backup"
	"overgang/store"
	"overgang/store/sqlstore"
)

type backupCommand struct {
	Target string `arg:"" help:"Folder that is not there yet or is empty, or a file whose name ends in .tar."`
	Copy   bool   `help:"Copy contents also where they could be second names of the same files."`
}

// Run backs up the data directory. A gateway may serve it meanwhile.
func (c *backupCommand) Run(s *session) error {
	return s.inOffice(func(o *office) error {
		rows, ok := o.storage.Store.(store.Inspector)
		if !ok {
			return errors.New("this store is backed up with its own tools")
		}
		if err := os.MkdirAll(filepath.Join(o.conf.Data, "blobs", "blobs"), 0o700); err != nil {
			return err
		}
		bar := s.newBar()
		defer bar.end()
		m, err := backup.Make(s.ctx, backup.Source{Dir: o.conf.Data, Store: rows, Now: s.Now, Version: buildVersion(),
			Progress: func(done, of int64) { bar.show("content", done, of, true) }}, c.Target, c.Copy)
		bar.end()
		if err != nil {
			return err
		}
		_, err = fmt.Fprintf(s.Stdout, "backup %s: contents %d, bytes %d\n", c.Target, m.Contents, m.Bytes)
		return err
	})
}

type restoreCommand struct {
	Source string `arg:"" help:"What overgang backup made."`
}

// Run makes the data directory, which is not there yet or is empty, of a backup
// that it verifies first.
func (c *restoreCommand) Run(s *session) error {
	conf, _, err := s.settings()
	if err != nil {
		return err
	}
	m, err := backup.Restore(s.ctx, c.Source, conf.Data, s.verifyDirectory)
	if errors.Is(err, fs.ErrNotExist) {
		return &exitError{exitAbsent, err}
	}
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(s.Stdout, "restored to %s: contents %d, bytes %d, as of %s\n", conf.Data, m.Contents, m.Bytes, m.Made.Format("2006-01-02T15:04:05Z"))
	return err
}

// verifyDirectory is verify for a data directory that nobody uses yet.
func (s *session) verifyDirectory(ctx context.Context, dir string) error {
	db, err := sqlstore.Open(ctx, sqlstore.Options{Path: filepath.Join(dir, "overgang.db")})
	if err != nil {
		return fmt.Errorf("the backup's database: %w", err)
	}
	if err := errors.Join(s.verify(db, filepath.Join(dir, "blobs"), false), db.Close()); err != nil {
		return fmt.Errorf("nothing was restored: %w", err)
	}
	return nil
}
