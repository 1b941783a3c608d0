package backup

import (
	"context"
	"errors"
	"os"
	"path/filepath"

	"overgang/store"
	"overgang/store/blobfs"
)

// Restore makes a data directory of a backup, which is copied and stays. The
// directory is not there yet or is empty; check looks at it before it gets its
// name: its error means that nothing was restored.
func Restore(ctx context.Context, source, dir string, check func(ctx context.Context, dir string) error) (m Manifest, err error) {
	if err := free(dir); err != nil {
		return m, err
	}
	if dir, err = filepath.Abs(dir); err != nil {
		return m, err
	}
	if err := os.MkdirAll(filepath.Dir(dir), 0o755); err != nil {
		return m, err
	}
	stage, err := os.MkdirTemp(filepath.Dir(dir), ".restore-")
	if err != nil {
		return m, err
	}
	defer os.RemoveAll(stage)
	info, err := os.Stat(source)
	if err != nil {
		return m, err
	}
	if info.IsDir() {
		if m, err = readManifest(source); err == nil {
			err = copyFolder(ctx, source, stage)
		}
	} else if err = unpack(ctx, source, stage); err == nil {
		m, err = readManifest(stage)
	}
	if err != nil {
		return m, err
	}
	if err := os.Remove(filepath.Join(stage, manifestFile)); err != nil && !errors.Is(err, os.ErrNotExist) {
		return m, err
	}
	if err := check(ctx, stage); err != nil {
		return m, err
	}
	if err := os.Rename(stage, dir); err != nil {
		return m, err
	}
	return m, syncFolder(filepath.Dir(dir))
}

// copyFolder copies a backup that is a folder; contents are never second names
// of a backup's own.
func copyFolder(ctx context.Context, source, stage string) error {
	from, err := blobfs.Attach(filepath.Join(source, blobFolder))
	if err != nil {
		return err
	}
	to, err := blobfs.Open(filepath.Join(stage, blobFolder))
	if err != nil {
		return err
	}
	err = from.List(ctx, func(b store.BlobInfo) error { return from.CopyTo(ctx, b.Key, to) })
	if err != nil {
		return err
	}
	if err := copyFile(filepath.Join(source, databaseFile), filepath.Join(stage, databaseFile)); err != nil {
		return err
	}
	return copyKeys(source, stage)
}
