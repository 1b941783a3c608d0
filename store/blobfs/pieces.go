package blobfs

import (
	"os"
	"sync"
	"unsafe"
)

const (
	largeFrom = 1 << 20   // bytes of a blob before it counts as large
	pieceSize = 256 << 10 // bytes that are written at once
	alignment = 4 << 10   // of what goes past the page cache: in memory, in the file, in length
)

// pieces writes the rest of a large blob, one piece while the next is filled.
// Where the system can they go past the page cache: copying gigabytes into it
// costs more processor time than anything else about an upload but its sums, and
// drives out what others read.
type pieces struct {
	f      *os.File
	direct bool // f is open for direct transfer
	filled []byte
	spare  []byte
	at     int64      // in the file, of what is in filled
	done   chan error // of the piece under way; nil = none is
}

// free are buffers of pieceSize bytes that begin at a multiple of alignment.
var free = sync.Pool{New: func() any {
	b := make([]byte, pieceSize+alignment)
	skip := -uintptr(unsafe.Pointer(&b[0])) % alignment
	return (*[pieceSize]byte)(b[skip:])
}}

// newPieces goes on with a file at an offset, which is a multiple of alignment.
func newPieces(f *os.File, at int64) *pieces {
	return &pieces{f: f, at: at, direct: setDirect(f, true) == nil,
		filled: free.Get().(*[pieceSize]byte)[:0], spare: free.Get().(*[pieceSize]byte)[:0]}
}

// write takes bytes. An error may be that of a piece before.
func (l *pieces) write(p []byte) error {
	for len(p) > 0 {
		n := copy(l.filled[len(l.filled):pieceSize], p)
		l.filled, p = l.filled[:len(l.filled)+n], p[n:]
		if len(l.filled) == pieceSize {
			if err := l.start(); err != nil {
				return err
			}
		}
	}
	return nil
}

// start has the filled piece written, and makes room for the next one.
func (l *pieces) start() error {
	if err := l.wait(); err != nil {
		return err
	}
	piece, at, done := l.filled, l.at, make(chan error, 1)
	go func() { done <- l.put(piece, at) }()
	l.done = done
	l.at += int64(len(piece))
	l.filled, l.spare = l.spare[:0], piece
	return nil
}

// wait returns when no piece is under way.
func (l *pieces) wait() error {
	if l.done == nil {
		return nil
	}
	err := <-l.done
	l.done = nil
	return err
}

// put writes one piece. A file system may permit direct transfer and then refuse it.
func (l *pieces) put(piece []byte, at int64) error {
	_, err := l.f.WriteAt(piece, at)
	if err != nil && l.direct && refusedDirect(err) {
		if err = setDirect(l.f, false); err == nil {
			l.direct = false
			_, err = l.f.WriteAt(piece, at)
		}
	}
	return err
}

// end writes what is left, of any length.
func (l *pieces) end() error {
	err := l.wait()
	if err == nil && l.direct {
		err = setDirect(l.f, false)
		l.direct = false
	}
	if err == nil {
		_, err = l.f.WriteAt(l.filled, l.at)
	}
	l.abandon()
	return err
}

// abandon waits for what is under way and gives the memory back.
func (l *pieces) abandon() {
	_ = l.wait()
	for _, b := range []*[]byte{&l.filled, &l.spare} {
		if *b != nil {
			free.Put((*[pieceSize]byte)((*b)[:pieceSize]))
			*b = nil
		}
	}
}
