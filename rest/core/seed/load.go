package seed

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"syscall"

	"github.com/goccy/go-yaml"
)

// Bounds of what is read, in bytes.
const (
	maxFile       = 16 << 20
	maxReferenced = 64 << 20 // schemas, certificates, form data
)

// Load reads an import file. An unknown key, a value of the wrong type or a
// syntax error is an error that says where. Paths in it are relative to its folder.
func Load(path string) (*File, error) {
	data, err := readFile(path, maxFile)
	if err != nil {
		return nil, fmt.Errorf("seed: %w", err)
	}
	return Parse(path, data)
}

// Parse reads an import file's text; name is its path.
func Parse(name string, data []byte) (*File, error) {
	f := &File{name: filepath.Base(name), dir: filepath.Dir(name)}
	documents := yaml.NewDecoder(bytes.NewReader(data), yaml.Strict(), yaml.DisallowUnknownField())
	err := documents.Decode(f)
	if err == nil {
		var another any
		if err = documents.Decode(&another); err == nil && another != nil {
			err = errors.New("it holds several documents: write everything into one, without a line of ---")
		}
	}
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("seed: %s: %w", f.name, hideSecrets(err))
	}
	return f, nil
}

// hideSecrets keeps the position and the message of a YAML error, but not the
// excerpt of the file around it, which may hold passwords.
func hideSecrets(err error) error {
	var e yaml.Error
	if !errors.As(err, &e) {
		return err
	}
	if t := e.GetToken(); t != nil && t.Position != nil {
		return fmt.Errorf("line %d, column %d: %s", t.Position.Line, t.Position.Column, e.GetMessage())
	}
	return errors.New(e.GetMessage())
}

func readFile(path string, limit int64) ([]byte, error) {
	f, err := os.OpenFile(path, os.O_RDONLY|syscall.O_NONBLOCK, 0) // a pipe is not waited for
	if err != nil {
		return nil, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() || info.Size() > limit {
		return nil, fmt.Errorf("%s is no regular file of at most %d bytes", path, limit)
	}
	data := make([]byte, info.Size())
	_, err = io.ReadFull(f, data)
	return data, err
}

// read reads a file that the import file names.
func (f *File) read(path string) ([]byte, error) {
	if !filepath.IsAbs(path) {
		path = filepath.Join(f.dir, path)
	}
	return readFile(path, maxReferenced)
}
