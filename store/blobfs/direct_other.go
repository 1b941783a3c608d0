//go:build !linux

package blobfs

import (
	"errors"
	"os"
)

// setDirect is for Linux only.
func setDirect(_ *os.File, direct bool) error {
	if direct {
		return errors.ErrUnsupported
	}
	return nil
}

func refusedDirect(error) bool { return false }
