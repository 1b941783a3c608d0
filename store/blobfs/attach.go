package blobfs

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"overgang/store"
)

// Attach opens a folder that another process may have open: no content is made,
// and uploads under way are let alone. It is for looking, copying, and deleting what
// nobody refers to.
func Attach(dir string) (*Blobs, error) {
	b := &Blobs{tmp: filepath.Join(dir, "tmp"), blobs: filepath.Join(dir, "blobs"), partials: filepath.Join(dir, "partial"),
		random: rand.Reader, shards: make(map[string]bool)}
	if _, err := os.Stat(b.blobs); err != nil {
		return nil, classify(err)
	}
	if err := os.MkdirAll(b.partials, folderMode); err != nil { // folders of earlier versions have none
		return nil, classify(err)
	}
	return b, nil
}

// LinkTo gives a blob to another folder under the same key, durably: as a second
// name of the same file where the file system can, else as a copy. To have it
// there already is no error.
func (b *Blobs) LinkTo(ctx context.Context, key string, to *Blobs) error {
	return b.give(ctx, key, to, os.Link)
}

// CopyTo is LinkTo, but always copies.
func (b *Blobs) CopyTo(ctx context.Context, key string, to *Blobs) error {
	return b.give(ctx, key, to, func(string, string) error { return errors.ErrUnsupported })
}

func (b *Blobs) give(ctx context.Context, key string, to *Blobs, link func(from, to string) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	from, ok := b.path(key)
	if !ok {
		return store.ErrNotFound
	}
	target, _ := to.path(key)
	folder := filepath.Dir(target)
	if err := to.makeShard(folder); err != nil {
		return err
	}
	err := link(from, target)
	switch {
	case err == nil:
		return syncFolder(folder)
	case errors.Is(err, os.ErrExist):
		return nil
	case errors.Is(err, os.ErrNotExist):
		return classify(err)
	}
	return copyFile(from, target)
}

// copyFile copies a file: under another name first, so that what has the right
// name is whole.
func copyFile(from, to string) error {
	in, err := os.Open(from)
	if err != nil {
		return classify(err)
	}
	defer in.Close()
	out, err := os.OpenFile(to+".new", os.O_WRONLY|os.O_CREATE|os.O_TRUNC, fileMode)
	if err != nil {
		return classify(err)
	}
	_, err = io.Copy(out, in)
	if err := errors.Join(err, out.Sync(), out.Close()); err != nil {
		os.Remove(out.Name())
		return classify(fmt.Errorf("copy %s: %w", filepath.Base(from), err))
	}
	if err := os.Rename(out.Name(), to); err != nil {
		return classify(err)
	}
	return syncFolder(filepath.Dir(to))
}
