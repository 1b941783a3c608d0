package gateway

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
)

// tempFolder is where, in the data directory, parts of requests wait that came
// before they were asked for: on the disk that has room for content, and that
// health watches, not on the system's, which may be memory.
const tempFolder = "tmp"

// sweepTemp makes the folder and removes what a process left there that was cut
// off. The data directory is locked.
func sweepTemp(dir string) error {
	folder := filepath.Join(dir, tempFolder)
	if err := os.Mkdir(folder, 0o700); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	left, err := os.ReadDir(folder)
	if err != nil {
		return err
	}
	for _, entry := range left {
		if err := os.RemoveAll(filepath.Join(folder, entry.Name())); err != nil {
			return err
		}
	}
	return nil
}
