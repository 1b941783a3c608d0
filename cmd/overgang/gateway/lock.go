package gateway

import (
	"fmt"
	"os"
	"path/filepath"
	"syscall"
)

// InUse is a data directory that another gateway serves.
type InUse struct{ Dir string }

// Error implements error.
func (e *InUse) Error() string {
	return fmt.Sprintf("another gateway serves the data directory %s: stop it, or choose another one with --data", e.Dir)
}

// lock makes this process the one that serves the directory, until the file is
// closed or the process is gone, however it ends.
func lock(dir string) (*os.File, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("data directory: %w", err)
	}
	f, err := os.OpenFile(filepath.Join(dir, "serve.lock"), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, err
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		f.Close()
		if err == syscall.EWOULDBLOCK {
			return nil, &InUse{dir}
		}
		return nil, fmt.Errorf("lock %s: %w", f.Name(), err)
	}
	return f, nil
}
