package gateway

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"

	"overgang/cmd/overgang/config"
	"overgang/rest"
	"overgang/rest/api/token"
	"overgang/rest/supervise"
	"overgang/store"
	"overgang/store/sqlstore"
)

// Storage is an open data directory.
type Storage struct {
	Dir    string
	Store  store.Store
	Blobs  store.Blobs // nil until a gateway serves: one process at a time has it
	Secret rest.Secret // keys what is hashed and signed; see config.Config
	Key    []byte      // PEM, signs the embedded issuer's tokens
}

// HasStorage says whether there is a database in the data directory.
func HasStorage(c config.Config) (bool, error) {
	_, err := os.Stat(filepath.Join(c.Data, database))
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	return err == nil, err
}

// database is the name of the database's file.
const database = "overgang.db"

// OpenStorage opens the data directory's database and keys and makes what is
// not there yet. Other processes may have them open too.
func OpenStorage(ctx context.Context, c config.Config, log *slog.Logger) (*Storage, error) {
	return openStorage(ctx, c, log, nil)
}

func openStorage(ctx context.Context, c config.Config, log *slog.Logger, supervisor *supervise.Supervisor) (*Storage, error) {
	if err := os.MkdirAll(c.Data, 0o700); err != nil {
		return nil, fmt.Errorf("data directory: %w", err)
	}
	s := &Storage{Dir: c.Data, Secret: c.Secret}
	if s.Secret == "" {
		text, err := keep(filepath.Join(c.Data, "secret"), newSecret)
		if err != nil {
			return nil, err
		}
		s.Secret = rest.Secret(text)
	}
	var err error
	if s.Key, err = keep(filepath.Join(c.Data, "token.key"), func() ([]byte, error) { return token.NewKey(rand.Reader) }); err != nil {
		return nil, err
	}
	if s.Store, err = sqlstore.Open(ctx, sqlstore.Options{Path: filepath.Join(c.Data, database), Logger: log, Supervisor: supervisor}); err != nil {
		return nil, fmt.Errorf("database in %s: %w", c.Data, err)
	}
	return s, nil
}

// Close finishes what the store accepted.
func (s *Storage) Close() error { return s.Store.Close() }

func newSecret() ([]byte, error) {
	var b [48]byte
	rand.Read(b[:])
	return base64.RawURLEncoding.AppendEncode(nil, b[:]), nil
}

// keep reads a small file that only its owner may read; when there is none, it
// is made. Of two processes that make it at once, both get the same content.
func keep(path string, create func() ([]byte, error)) ([]byte, error) {
	text, err := os.ReadFile(path)
	if !errors.Is(err, fs.ErrNotExist) {
		if err == nil && len(text) == 0 {
			err = fmt.Errorf("%s is empty: restore it from a backup; without it, codes and tokens that were given out are void", path)
		}
		return text, err
	}
	if text, err = create(); err != nil {
		return nil, err
	}
	f, err := os.CreateTemp(filepath.Dir(path), ".new-*") // mode 0600
	if err != nil {
		return nil, err
	}
	defer os.Remove(f.Name())
	_, err = f.Write(text)
	if err := errors.Join(err, f.Sync(), f.Close()); err != nil {
		return nil, err
	}
	// A link, unlike a rename, does not replace what another process has made meanwhile.
	if err := os.Link(f.Name(), path); errors.Is(err, fs.ErrExist) {
		return os.ReadFile(path)
	} else if err != nil {
		return nil, err
	}
	// What was given out under a key must not be void after the power fails.
	d, err := os.Open(filepath.Dir(path))
	if err != nil {
		return nil, err
	}
	return text, errors.Join(d.Sync(), d.Close())
}
