package main

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/cheggaaa/pb/v3"

	"overgang/rest/core/inspect"
	"overgang/store"
	"overgang/store/blobfs"
)

type verifyCommand struct {
	Repair bool `help:"Remove content that no row refers to, and uploads in pieces that cannot go on."`
}

// Run reads every row and every content. A gateway may serve them meanwhile.
func (c *verifyCommand) Run(s *session) error {
	return s.inOffice(func(o *office) error {
		return s.verify(o.storage.Store, filepath.Join(o.conf.Data, "blobs"), c.Repair)
	})
}

// verify inspects a store with its contents, and prints what is wrong.
func (s *session) verify(db store.Store, dir string, repair bool) error {
	if err := os.MkdirAll(filepath.Join(dir, "blobs"), 0o700); err != nil {
		return err
	}
	blobs, err := blobfs.Attach(dir)
	if err != nil {
		return err
	}
	bar := s.newBar()
	defer bar.end()
	r, err := inspect.Run(s.ctx, inspect.Config{
		Store: db, Blobs: blobs, Now: s.Now, Repair: repair,
		Progress: func(stage inspect.Stage, done, of int64) { bar.show(string(stage), done, of, stage == inspect.Content) },
		Found: func(f inspect.Finding) {
			bar.end()
			repaired := ""
			if f.Repaired {
				repaired = " (removed)"
			}
			fmt.Fprintf(s.Stdout, "%s: %s%s\n", f.Kind, f.What, repaired)
		},
	})
	bar.end()
	if err != nil {
		return err
	}
	fmt.Fprintf(s.Stdout, "rows %d, contents %d, bytes %d, findings %d, of which open %d\n", r.Rows, r.Contents, r.Bytes, len(r.Findings), r.Open())
	if n := r.Open(); n > 0 {
		return &exitError{exitFailed, fmt.Errorf("%d findings are open: restore what is missing or altered from a backup; --repair removes what nobody refers to", n)}
	}
	return nil
}

// bar shows progress on a terminal, and nothing elsewhere.
type bar struct {
	out   *os.File // nil = no terminal
	bar   *pb.ProgressBar
	stage string
}

func (s *session) newBar() *bar {
	f, ok := s.Stderr.(*os.File)
	if !ok {
		return &bar{}
	}
	if info, err := f.Stat(); err != nil || info.Mode()&os.ModeCharDevice == 0 {
		return &bar{}
	}
	return &bar{out: f}
}

// show shows how much of a stage is done; of 0 = unknown.
func (b *bar) show(stage string, done, of int64, bytes bool) {
	if b.out == nil {
		return
	}
	if b.bar == nil || b.stage != stage {
		b.end()
		b.stage = stage
		b.bar = pb.New64(of).SetWriter(b.out).Set(pb.Bytes, bytes).Set("prefix", stage+" ")
		b.bar.Start()
	}
	b.bar.SetCurrent(done)
}

// end takes the bar away, so that other lines can be printed.
func (b *bar) end() {
	if b.bar != nil {
		b.bar.Finish()
		b.bar = nil
	}
}
