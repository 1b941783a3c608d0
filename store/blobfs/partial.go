package blobfs

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"overgang/store"
)

// Partials are files of their own folder: unlike uploads that are made in one
// go, they outlive the process.

var _ store.Partials = (*Blobs)(nil)

func (b *Blobs) partialPath(key string) (path string, ok bool) {
	if _, ok := b.path(key); !ok {
		return "", false
	}
	return filepath.Join(b.partials, key), true
}

// partialWriter implements [store.PartialWriter].
type partialWriter struct {
	b   *Blobs
	ctx context.Context
	key string
	f   *os.File
	new bool // its folder entry is not durable yet
}

// Append implements [store.Partials].
func (b *Blobs) Append(ctx context.Context, key string, offset int64) (store.PartialWriter, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	w := &partialWriter{b: b, ctx: ctx, key: key, new: key == ""}
	flags := os.O_WRONLY
	if w.new {
		var err error
		if w.key, err = b.newKey(); err != nil {
			return nil, err
		}
		flags |= os.O_CREATE | os.O_EXCL
	}
	path, ok := b.partialPath(w.key)
	if !ok {
		return nil, store.ErrNotFound
	}
	var err error
	if w.f, err = os.OpenFile(path, flags, fileMode); err != nil {
		return nil, classify(err)
	}
	if err := w.cut(offset); err != nil {
		w.f.Close()
		return nil, err
	}
	return w, nil
}

// cut makes the file end at the offset and goes there.
func (w *partialWriter) cut(offset int64) error {
	info, err := w.f.Stat()
	switch {
	case err != nil:
		return classify(err)
	case info.Size() < offset:
		return fmt.Errorf("%w: the partial has %d bytes, not %d", store.ErrNotFound, info.Size(), offset)
	case info.Size() > offset:
		if err := w.f.Truncate(offset); err != nil {
			return classify(err)
		}
	}
	_, err = w.f.Seek(offset, io.SeekStart)
	return classify(err)
}

// Key implements [store.PartialWriter].
func (w *partialWriter) Key() string { return w.key }

// Write implements [io.Writer].
func (w *partialWriter) Write(p []byte) (int, error) {
	if err := w.ctx.Err(); err != nil {
		return 0, err
	}
	n, err := w.f.Write(p)
	return n, classify(err)
}

// Sync implements [store.PartialWriter].
func (w *partialWriter) Sync() error {
	if err := w.f.Sync(); err != nil {
		return classify(err)
	}
	if w.new {
		if err := syncFolder(w.b.partials); err != nil {
			return err
		}
		w.new = false
	}
	return nil
}

// Close implements [store.PartialWriter].
func (w *partialWriter) Close() error { return classify(w.f.Close()) }

// Finish implements [store.Partials].
func (b *Blobs) Finish(ctx context.Context, key string) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	from, ok := b.partialPath(key)
	if !ok {
		return store.ErrNotFound
	}
	to, _ := b.path(key)
	folder := filepath.Dir(to)
	if err := b.makeShard(folder); err != nil {
		return err
	}
	err := os.Rename(from, to)
	if errors.Is(err, fs.ErrNotExist) {
		if _, err := os.Stat(to); err != nil {
			return classify(err)
		}
		err = nil // finished before: of a process that was killed then, the folder may not be durable
	}
	if err != nil {
		return classify(err)
	}
	return errors.Join(syncFolder(folder), syncFolder(b.partials))
}

// DropPartial implements [store.Partials].
func (b *Blobs) DropPartial(ctx context.Context, key string) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	path, ok := b.partialPath(key)
	if !ok {
		return nil
	}
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return classify(err)
	}
	return nil
}

// ListPartials implements [store.Partials].
func (b *Blobs) ListPartials(ctx context.Context, fn func(store.BlobInfo) error) error {
	return b.listFolder(ctx, b.partials, fn)
}
