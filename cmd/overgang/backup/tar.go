package backup

import (
	"archive/tar"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"overgang/rest"
)

// pack writes the stage as a tar file: under another name first, so that what
// has the right name is whole.
func pack(ctx context.Context, stage, target string, m Manifest, progress func(done, of int64)) error {
	if err := writeManifest(stage, m); err != nil {
		return err
	}
	out, err := os.OpenFile(target+".new", os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	defer os.Remove(out.Name())
	w := tar.NewWriter(out)
	done := int64(0)
	add := func(path string, d fs.DirEntry, err error) error {
		if err := errors.Join(err, ctx.Err()); err != nil || !d.Type().IsRegular() {
			return err
		}
		name, err := filepath.Rel(stage, path)
		if err != nil || name == manifestFile {
			return err
		}
		n, err := addFile(w, path, name)
		if done += n; progress != nil {
			progress(min(done, m.Bytes), m.Bytes)
		}
		return err
	}
	err = filepath.WalkDir(stage, add)
	if err == nil {
		_, err = addFile(w, filepath.Join(stage, manifestFile), manifestFile)
	}
	if err := errors.Join(err, w.Close(), out.Sync(), out.Close()); err != nil {
		return err
	}
	if err := os.Rename(out.Name(), target); err != nil {
		return err
	}
	return syncFolder(filepath.Dir(target))
}

func addFile(w *tar.Writer, path, name string) (int64, error) {
	f, err := os.Open(path)
	if err != nil {
		return 0, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return 0, err
	}
	err = w.WriteHeader(&tar.Header{Typeflag: tar.TypeReg, Name: filepath.ToSlash(name), Size: info.Size(), Mode: int64(info.Mode().Perm()), ModTime: info.ModTime(), Format: tar.FormatPAX})
	if err != nil {
		return 0, err
	}
	return io.Copy(w, f)
}

// unpack makes a folder of a tar file. Names lead nowhere else.
func unpack(ctx context.Context, path, dir string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	for r := tar.NewReader(f); ; {
		h, err := r.Next()
		if err == io.EOF {
			return nil
		}
		if err == nil {
			name := filepath.FromSlash(h.Name)
			if h.Typeflag != tar.TypeReg || !filepath.IsLocal(name) {
				return rest.Errorf(rest.Invalid, "backup", "%s is no backup: it holds %q.", path, h.Name)
			}
			err = extract(r, filepath.Join(dir, name), fs.FileMode(h.Mode)&0o700|0o600)
		}
		if errors.Is(err, tar.ErrHeader) || errors.Is(err, io.ErrUnexpectedEOF) {
			return rest.Errorf(rest.Invalid, "backup", "%s is no whole backup: %v.", path, err)
		}
		if err := errors.Join(err, ctx.Err()); err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
	}
}

func extract(r io.Reader, path string, mode fs.FileMode) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, mode&0o600)
	if err != nil {
		return err
	}
	_, err = io.Copy(f, r)
	return errors.Join(err, f.Sync(), f.Close())
}

// readManifest reads what a folder says of itself. Without a manifest it is none.
func readManifest(dir string) (m Manifest, err error) {
	text, err := os.ReadFile(filepath.Join(dir, manifestFile))
	if errors.Is(err, fs.ErrNotExist) {
		return m, rest.Errorf(rest.Invalid, "backup", "It is no whole backup: %s is missing.", manifestFile)
	}
	if err != nil {
		return m, err
	}
	if err := json.Unmarshal(text, &m); err != nil || m.Format != format {
		return m, rest.Errorf(rest.Invalid, "backup", "%s is not of this format (%d).", manifestFile, format)
	}
	return m, nil
}
