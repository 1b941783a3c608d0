package mtom

import (
	"io"
	"os"
)

// spool keeps parts that came before they were asked for, in one temporary
// file. The file loses its name at once where the system permits, so that
// nothing stays behind whatever becomes of the process.
type spool struct {
	dir     string
	most    int64
	file    *os.File
	unnamed bool
	size    int64
}

// keep reads a part to its end and returns it from the file.
func (s *spool) keep(r io.Reader) (*io.SectionReader, error) {
	if s.file == nil {
		f, err := os.CreateTemp(s.dir, "part-*")
		if err != nil {
			return nil, &SpoolError{err}
		}
		s.file, s.unnamed = f, os.Remove(f.Name()) == nil
	}
	from := s.size
	n, err := io.Copy(keeper{s.file}, io.LimitReader(r, s.most-from+1))
	s.size += n
	switch {
	case err != nil:
		return nil, err
	case s.size > s.most:
		return nil, tooLarge("the parts that precede what refers to them have more than %d bytes", s.most)
	}
	return io.NewSectionReader(s.file, from, n), nil
}

// keeper tells the file's failures from those of what is read.
type keeper struct{ file *os.File }

// Write implements io.Writer.
func (k keeper) Write(p []byte) (int, error) {
	n, err := k.file.Write(p)
	if err != nil {
		err = &SpoolError{err}
	}
	return n, err
}

// close drops the file.
func (s *spool) close() error {
	if s.file == nil {
		return nil
	}
	name := s.file.Name()
	err := s.file.Close()
	if !s.unnamed {
		err = os.Remove(name)
	}
	s.file = nil
	return err
}
