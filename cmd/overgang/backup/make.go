package backup

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"overgang/rest"
	"overgang/store"
	"overgang/store/blobfs"
	"overgang/store/sqlstore"
)

const (
	manifestFile = "backup.json"
	databaseFile = "overgang.db"
	blobFolder   = "blobs"
	stagePrefix  = ".backup-"
	format       = 1
	// attempts to find everything that a snapshot refers to. One fails when
	// content came, was referred to by the snapshot, and was purged, all between
	// two looks at the files: rare but while files are cancelled without end.
	attempts = 20
)

// Manifest says what a backup is.
type Manifest struct {
	Format   int       `json:"format"`
	Made     time.Time `json:"made"`
	Version  string    `json:"version"` // of the program that made it
	Contents int64     `json:"contents"`
	Bytes    int64     `json:"bytes"` // of the contents
}

// Source is what is backed up.
type Source struct {
	Dir      string // data directory
	Store    store.Inspector
	Now      func() time.Time
	Version  string
	Progress func(done, of int64) // bytes of content; may be nil
}

// Make backs up to a folder that is not there yet or is empty, or to a file whose
// name ends in ".tar". In a folder on the same file system contents are second
// names of the same files, unless copies are asked for.
func Make(ctx context.Context, s Source, target string, copies bool) (m Manifest, err error) {
	if err := free(target); err != nil {
		return m, err
	}
	blobs, err := blobfs.Attach(filepath.Join(s.Dir, blobFolder))
	if err != nil {
		return m, fmt.Errorf("content directory: %w", err)
	}
	if err := sweep(s.Dir); err != nil {
		return m, err
	}
	// The stage is on the data directory's own file system: what is linked there
	// stays, whatever the gateway removes meanwhile.
	stage, err := os.MkdirTemp(s.Dir, stagePrefix)
	if err != nil {
		return m, err
	}
	defer os.RemoveAll(stage)
	held, ok, err := hold(stage)
	if err == nil && !ok {
		err = fmt.Errorf("%s was taken by another backup", stage)
	}
	if err != nil {
		return m, err
	}
	defer held.Close()
	if m, err = s.stage(ctx, blobs, stage); err != nil {
		return m, err
	}
	if strings.HasSuffix(target, ".tar") {
		return m, pack(ctx, stage, target, m, s.Progress)
	}
	if err := s.moveTo(ctx, stage, target, m, copies); err != nil {
		return m, errors.Join(err, undo(target)) // half a backup would only take the room of a whole one
	}
	return m, syncFolder(filepath.Dir(target))
}

// hold locks a stage for as long as this process lives, however it ends. ok =
// false when another process holds it.
func hold(stage string) (held *os.File, ok bool, err error) {
	if held, err = os.Open(stage); err != nil {
		return nil, false, err
	}
	err = syscall.Flock(int(held.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	if err == nil {
		return held, true, nil
	}
	held.Close()
	if err == syscall.EWOULDBLOCK {
		err = nil
	}
	return nil, false, err
}

// sweep removes what killed processes left behind: stages that nobody holds.
// Their second names would keep content on the disk that is purged.
func sweep(dir string) error {
	stages, err := filepath.Glob(filepath.Join(dir, stagePrefix+"*"))
	if err != nil {
		return err
	}
	for _, stage := range stages {
		held, ok, err := hold(stage)
		if errors.Is(err, fs.ErrNotExist) || err == nil && !ok {
			continue
		}
		if err == nil {
			err = errors.Join(os.RemoveAll(stage), held.Close())
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// undo removes what was made in a target, which was not there or empty before.
func undo(target string) error {
	entries, err := os.ReadDir(target)
	for _, e := range entries {
		err = errors.Join(err, os.RemoveAll(filepath.Join(target, e.Name())))
	}
	return err
}

// free says that nothing is lost when a target is made.
func free(target string) error {
	entries, err := os.ReadDir(target)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err == nil && len(entries) == 0:
		return nil
	case err == nil:
		return rest.Errorf(rest.Conflict, "target", "%s is not empty: choose another place", target)
	}
	if _, stat := os.Lstat(target); stat == nil {
		return rest.Errorf(rest.Conflict, "target", "%s is there already: choose another place", target)
	}
	return err
}

// stage gathers a whole backup but for its manifest. What may be purged is linked
// before the snapshot is taken, and what came between both after it.
func (s Source) stage(ctx context.Context, blobs *blobfs.Blobs, stage string) (m Manifest, err error) {
	staged, err := blobfs.Open(filepath.Join(stage, blobFolder))
	if err != nil {
		return m, err
	}
	m = Manifest{Format: format, Made: s.Now().UTC(), Version: s.Version}
	for n := 1; ; n++ {
		if err := linkAll(ctx, blobs, staged); err != nil {
			return m, err
		}
		path := filepath.Join(stage, databaseFile)
		if err := s.Store.Snapshot(ctx, path); err != nil {
			return m, err
		}
		m.Contents, m.Bytes, err = complete(ctx, path, blobs, staged)
		if err == nil {
			break
		}
		if !errors.Is(err, errGone) || n == attempts {
			return m, err
		}
		if err := os.Remove(path); err != nil {
			return m, err
		}
	}
	return m, copyKeys(s.Dir, stage)
}

// linkAll gives everything that is there a second name.
func linkAll(ctx context.Context, blobs, staged *blobfs.Blobs) error {
	return blobs.List(ctx, func(b store.BlobInfo) error {
		if err := blobs.LinkTo(ctx, b.Key, staged); err != nil && !errors.Is(err, store.ErrNotFound) {
			return err
		}
		return nil
	})
}

// errGone says that a snapshot refers to content that was purged after it was taken.
var errGone = errors.New("content is not there")

// complete makes the staged contents those that a snapshot refers to.
func complete(ctx context.Context, path string, blobs, staged *blobfs.Blobs) (n, bytes int64, err error) {
	db, err := sqlstore.Open(ctx, sqlstore.Options{Path: path})
	if err != nil {
		return 0, 0, err
	}
	wanted := map[string]bool{}
	err = db.EachContent(ctx, func(c store.StoredContent) error {
		key := c.Content.Blob
		if key == "" || wanted[key] {
			return nil
		}
		wanted[key] = true
		n, bytes = n+1, bytes+c.Content.Size
		if err := blobs.LinkTo(ctx, key, staged); errors.Is(err, store.ErrNotFound) {
			if r, err := staged.Open(ctx, key); err == nil {
				return r.Close()
			}
			return fmt.Errorf("%w: %s of %s", errGone, key, c.Owner)
		} else if err != nil {
			return err
		}
		return nil
	})
	if err := errors.Join(err, db.Close()); err != nil {
		return 0, 0, err
	}
	for _, suffix := range []string{"-wal", "-shm", ".lock", ".users"} {
		if err := os.Remove(path + suffix); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return 0, 0, err
		}
	}
	return n, bytes, staged.List(ctx, func(b store.BlobInfo) error {
		if wanted[b.Key] {
			return nil
		}
		return staged.Delete(ctx, b.Key)
	})
}

// copyKeys copies the plain files of a data directory: keys above all.
func copyKeys(dir, stage string) error {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return err
	}
	for _, e := range entries {
		name := e.Name()
		if !e.Type().IsRegular() || strings.HasPrefix(name, databaseFile) || strings.HasPrefix(name, ".") || name == "serve.lock" || name == manifestFile {
			continue
		}
		if err := copyFile(filepath.Join(dir, name), filepath.Join(stage, name)); err != nil {
			return err
		}
	}
	return nil
}

// copyFile copies a file with its mode, durably.
func copyFile(from, to string) error {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	info, err := in.Stat()
	if err != nil {
		return err
	}
	out, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_EXCL, info.Mode().Perm())
	if err != nil {
		return err
	}
	_, err = io.Copy(out, in)
	return errors.Join(err, out.Sync(), out.Close())
}

// moveTo makes a folder of the stage. The manifest comes last.
func (s Source) moveTo(ctx context.Context, stage, target string, m Manifest, copies bool) error {
	if err := os.MkdirAll(target, 0o700); err != nil {
		return err
	}
	from, err := blobfs.Attach(filepath.Join(stage, blobFolder))
	if err != nil {
		return err
	}
	to, err := blobfs.Open(filepath.Join(target, blobFolder))
	if err != nil {
		return err
	}
	give, done := from.LinkTo, int64(0)
	if copies {
		give = from.CopyTo
	}
	err = from.List(ctx, func(b store.BlobInfo) error {
		done += b.Size
		if s.Progress != nil {
			s.Progress(done, m.Bytes)
		}
		return give(ctx, b.Key, to)
	})
	if err != nil {
		return err
	}
	if err := copyFile(filepath.Join(stage, databaseFile), filepath.Join(target, databaseFile)); err != nil {
		return err
	}
	if err := copyKeys(stage, target); err != nil {
		return err
	}
	return writeManifest(target, m)
}

func writeManifest(dir string, m Manifest) error {
	text, err := json.MarshalIndent(m, "", "  ")
	if err != nil {
		return err
	}
	f, err := os.OpenFile(filepath.Join(dir, manifestFile), os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(append(text, '\n'))
	if err := errors.Join(err, f.Sync(), f.Close()); err != nil {
		return err
	}
	return syncFolder(dir)
}

// syncFolder makes a folder's entries durable.
func syncFolder(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
