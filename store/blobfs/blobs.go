package blobfs

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"syscall"

	"overgang/store"
)

const (
	folderMode = 0o700
	fileMode   = 0o600
	keyBytes   = 16 // random bytes in a key
	shardChars = 2  // of the key name the folder
)

// Blobs is a [store.Blobs] in a folder. It is safe for concurrent use.
type Blobs struct {
	tmp, blobs, partials string
	random               io.Reader

	mu     sync.Mutex
	shards map[string]bool // folders that exist and whose entry is durable
}

var _ store.Blobs = (*Blobs)(nil)

// Open prepares the folder, making it where needed, and removes what uploads
// that never ended left behind. One process at a time has a folder open.
func Open(dir string) (*Blobs, error) {
	b := &Blobs{tmp: filepath.Join(dir, "tmp"), blobs: filepath.Join(dir, "blobs"), partials: filepath.Join(dir, "partial"),
		random: rand.Reader, shards: make(map[string]bool)}
	for _, d := range []string{dir, b.tmp, b.blobs, b.partials} {
		if err := os.MkdirAll(d, folderMode); err != nil {
			return nil, classify(err)
		}
	}
	if err := syncFolder(dir); err != nil {
		return nil, err
	}
	left, err := os.ReadDir(b.tmp)
	if err != nil {
		return nil, classify(err)
	}
	for _, e := range left {
		if err := os.RemoveAll(filepath.Join(b.tmp, e.Name())); err != nil {
			return nil, classify(err)
		}
	}
	return b, nil
}

func (b *Blobs) newKey() (string, error) {
	var raw [keyBytes]byte
	if _, err := io.ReadFull(b.random, raw[:]); err != nil {
		return "", fmt.Errorf("blobfs: random key: %w", err)
	}
	return hex.EncodeToString(raw[:]), nil
}

// path is where a blob lies. ok = false for what is no key: nothing a caller
// passes can name a file outside the folder.
func (b *Blobs) path(key string) (path string, ok bool) {
	raw, err := hex.DecodeString(key)
	if err != nil || len(raw) != keyBytes || hex.EncodeToString(raw) != key {
		return "", false
	}
	return filepath.Join(b.blobs, key[:shardChars], key), true
}

// Open implements [store.Blobs].
func (b *Blobs) Open(ctx context.Context, key string) (io.ReadSeekCloser, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	path, ok := b.path(key)
	if !ok {
		return nil, store.ErrNotFound
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, classify(err)
	}
	return f, nil
}

// Delete implements [store.Blobs]. Those who have the blob open read on.
func (b *Blobs) Delete(ctx context.Context, key string) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	path, ok := b.path(key)
	if !ok {
		return nil
	}
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return classify(err)
	}
	return nil
}

// List implements [store.Blobs]. Blobs that come or go meanwhile may be missed.
func (b *Blobs) List(ctx context.Context, fn func(store.BlobInfo) error) error {
	shards, err := os.ReadDir(b.blobs)
	if err != nil {
		return classify(err)
	}
	for _, shard := range shards {
		if err := b.listFolder(ctx, filepath.Join(b.blobs, shard.Name()), fn); err != nil {
			return err
		}
	}
	return nil
}

func (b *Blobs) listFolder(ctx context.Context, folder string, fn func(store.BlobInfo) error) error {
	entries, err := os.ReadDir(folder)
	if err != nil {
		return classify(err)
	}
	for _, e := range entries {
		if err := ctx.Err(); err != nil {
			return err
		}
		if _, ok := b.path(e.Name()); !ok {
			continue
		}
		info, err := e.Info()
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return classify(err)
		}
		if err := fn(store.BlobInfo{Key: e.Name(), Size: info.Size(), Changed: info.ModTime().UTC()}); err != nil {
			return err
		}
	}
	return nil
}

// Check implements [store.Blobs]: it stores a small blob and deletes it.
func (b *Blobs) Check(ctx context.Context) error {
	w, err := b.Create(ctx)
	if err != nil {
		return err
	}
	defer w.Abort()
	if _, err := w.Write(make([]byte, 4<<10)); err != nil {
		return err
	}
	key, err := w.Commit()
	if err != nil {
		return err
	}
	return b.Delete(ctx, key)
}

// syncFolder makes a folder's entries durable.
func syncFolder(path string) error {
	d, err := os.Open(path)
	if err != nil {
		return classify(err)
	}
	err = d.Sync()
	if e := d.Close(); err == nil {
		err = e
	}
	return classify(err)
}

// classify turns the system's errors into the store's.
func classify(err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("%w: %w", store.ErrNotFound, err)
	case errors.Is(err, syscall.ENOSPC), errors.Is(err, syscall.EDQUOT), errors.Is(err, syscall.EFBIG):
		return fmt.Errorf("%w: %w", store.ErrFull, err)
	}
	return fmt.Errorf("blobfs: %w", err)
}
