package blobfs

import (
	"errors"
	"os"
	"syscall"
)

// setDirect lets a file be written past the page cache, or not (open(2), O_DIRECT).
// Not every file system can.
func setDirect(f *os.File, direct bool) error {
	conn, err := f.SyscallConn()
	if err != nil {
		return err
	}
	var failed syscall.Errno
	err = conn.Control(func(fd uintptr) {
		flags, _, e := syscall.Syscall(syscall.SYS_FCNTL, fd, syscall.F_GETFL, 0)
		if failed = e; e != 0 {
			return
		}
		flags &^= syscall.O_DIRECT
		if direct {
			flags |= syscall.O_DIRECT
		}
		_, _, failed = syscall.Syscall(syscall.SYS_FCNTL, fd, syscall.F_SETFL, flags)
	})
	if err == nil && failed != 0 {
		err = failed
	}
	return err
}

// refusedDirect says whether a write failed because it was to go past the page cache.
func refusedDirect(err error) bool { return errors.Is(err, syscall.EINVAL) }
