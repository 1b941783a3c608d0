package blobfs

import (
	"context"
	"errors"
	"os"
	"path/filepath"

	"overgang/store"
)

// writer is a blob on its way in. It is used by one goroutine.
type writer struct {
	b      *Blobs
	ctx    context.Context
	key    string
	f      *os.File
	size   int64   // bytes that Write took
	large  *pieces // once there are more than largeFrom; nil before
	failed error   // what spoiled it, or errEnded
	closed bool    // the file is, until it is committed
}

var errEnded = errors.New("blobfs: the upload has ended")

// Create implements [store.Blobs].
func (b *Blobs) Create(ctx context.Context) (store.BlobWriter, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	key, err := b.newKey()
	if err != nil {
		return nil, err
	}
	f, err := os.OpenFile(filepath.Join(b.tmp, key), os.O_WRONLY|os.O_CREATE|os.O_EXCL, fileMode)
	if err != nil {
		return nil, classify(err)
	}
	return &writer{b: b, ctx: ctx, key: key, f: f}, nil
}

// Key implements [store.BlobWriter].
func (w *writer) Key() string { return w.key }

// Write implements [io.Writer]. The first failure removes the file; what
// follows gets the same error.
func (w *writer) Write(p []byte) (int, error) {
	if w.failed == nil {
		w.failed = w.ctx.Err()
		if w.failed == nil {
			if w.failed = w.write(p); w.failed == nil {
				return len(p), nil
			}
			w.failed = classify(w.failed)
		}
		w.drop()
	}
	return 0, w.failed
}

// write puts the beginning into the page cache, and what is behind largeFrom on
// its way to the disk.
func (w *writer) write(p []byte) error {
	if w.large == nil {
		n, err := w.f.Write(p[:min(int64(len(p)), largeFrom-w.size)])
		w.size += int64(n)
		if p = p[n:]; err != nil || len(p) == 0 {
			return err
		}
		w.large = newPieces(w.f, w.size)
	}
	w.size += int64(len(p))
	return w.large.write(p)
}

// Settle implements [store.BlobWriter].
func (w *writer) Settle() error {
	if w.failed != nil || w.closed {
		return w.failed
	}
	if w.failed = w.settle(); w.failed != nil {
		w.failed = classify(w.failed)
		w.drop()
	}
	return w.failed
}

func (w *writer) settle() error {
	if w.large != nil {
		if err := w.large.end(); err != nil {
			return err
		}
		w.large = nil
	}
	w.closed = true
	return w.f.Close()
}

// Commit implements [store.BlobWriter].
func (w *writer) Commit() (string, error) {
	if w.failed != nil {
		return "", w.failed
	}
	err := w.commit()
	if err != nil {
		w.failed = err
		w.drop()
		return "", err
	}
	w.failed = errEnded
	return w.key, nil
}

func (w *writer) commit() error {
	if err := w.ctx.Err(); err != nil {
		return err
	}
	if w.closed {
		f, err := os.OpenFile(w.f.Name(), os.O_WRONLY, 0) // whichever file is synced, the data are
		if err != nil {
			return classify(err)
		}
		w.f, w.closed = f, false
	}
	if w.large != nil {
		if err := w.large.end(); err != nil {
			return classify(err)
		}
	}
	if err := w.f.Sync(); err != nil {
		return classify(err)
	}
	if err := w.f.Close(); err != nil {
		return classify(err)
	}
	path, _ := w.b.path(w.key)
	folder := filepath.Dir(path)
	if err := w.b.makeShard(folder); err != nil {
		return err
	}
	if err := os.Rename(w.f.Name(), path); err != nil {
		return classify(err)
	}
	if err := syncFolder(folder); err != nil {
		os.Remove(path) // not known to be durable: as if it had never been there
		return err
	}
	return nil
}

// makeShard makes a folder for blobs, once, and makes its entry durable.
func (b *Blobs) makeShard(folder string) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.shards[folder] {
		return nil
	}
	if err := os.Mkdir(folder, folderMode); err != nil && !errors.Is(err, os.ErrExist) {
		return classify(err)
	}
	if err := syncFolder(b.blobs); err != nil {
		return err
	}
	b.shards[folder] = true
	return nil
}

// Abort implements [store.BlobWriter].
func (w *writer) Abort() {
	if w.failed == nil {
		w.failed = errEnded
		w.drop()
	}
}

// drop removes the file. Where even that fails, the next Open sweeps it.
func (w *writer) drop() {
	if w.large != nil {
		w.large.abandon()
	}
	w.f.Close()
	os.Remove(w.f.Name())
}
