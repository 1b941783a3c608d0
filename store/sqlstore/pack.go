package sqlstore

import (
	"encoding/binary"
	"errors"
	"time"

	"github.com/google/uuid"
)

// packFormat opens every packed column, so that its layout can change later.
const packFormat = 1

var errPacked = errors.New("sqlstore: packed column is damaged")

// packer writes the compact form of columns that are never searched: lists and
// records inside a row. Integers are varints, text has its length before it.
type packer struct{ b []byte }

func newPacker(size int) packer { return packer{b: append(make([]byte, 0, size), packFormat)} }

func (p *packer) int(n int64) { p.b = binary.AppendVarint(p.b, n) }

func (p *packer) text(s string) {
	p.b = binary.AppendUvarint(p.b, uint64(len(s)))
	p.b = append(p.b, s...)
}

// time writes microseconds since 1970, and the zero time apart from all of them.
func (p *packer) time(t time.Time) {
	if t.IsZero() {
		p.b = append(p.b, 0)
		return
	}
	p.b = append(p.b, 1)
	p.int(t.UnixMicro())
}

func (p *packer) uuid(id uuid.UUID) {
	if id == uuid.Nil {
		p.b = append(p.b, 0)
		return
	}
	p.b = append(p.b, 1)
	p.b = append(p.b, id[:]...)
}

// unpacker reads what packer wrote. After the first damage everything reads as
// zero and err is set.
type unpacker struct {
	b   []byte
	err error
}

func newUnpacker(b []byte) *unpacker {
	u := &unpacker{b: b}
	if u.byte() != packFormat {
		u.fail()
	}
	return u
}

func (u *unpacker) fail() { u.b, u.err = nil, errPacked }

func (u *unpacker) more() bool { return u.err == nil && len(u.b) > 0 }

func (u *unpacker) byte() byte {
	if len(u.b) == 0 {
		u.fail()
		return 0
	}
	c := u.b[0]
	u.b = u.b[1:]
	return c
}

func (u *unpacker) int() int64 {
	n, size := binary.Varint(u.b)
	if size <= 0 {
		u.fail()
		return 0
	}
	u.b = u.b[size:]
	return n
}

// count reads a number of entries that each take at least one byte.
func (u *unpacker) count() int {
	n := u.int()
	if n < 0 || n > int64(len(u.b)) {
		u.fail()
		return 0
	}
	return int(n)
}

func (u *unpacker) text() string {
	n, size := binary.Uvarint(u.b)
	if size <= 0 || n > uint64(len(u.b)-size) {
		u.fail()
		return ""
	}
	s := string(u.b[size : size+int(n)])
	u.b = u.b[size+int(n):]
	return s
}

func (u *unpacker) time() time.Time {
	if u.byte() == 0 {
		return time.Time{}
	}
	return time.UnixMicro(u.int()).UTC()
}

func (u *unpacker) uuid() uuid.UUID {
	var id uuid.UUID
	if u.byte() == 0 {
		return id
	}
	if len(u.b) < len(id) {
		u.fail()
		return id
	}
	u.b = u.b[copy(id[:], u.b):]
	return id
}

// packTimes packs a list of times; none is NULL.
func packTimes(times []time.Time) []byte {
	if len(times) == 0 {
		return nil
	}
	p := newPacker(1 + 10*len(times))
	for _, t := range times {
		p.time(t)
	}
	return p.b
}

func unpackTimes(b []byte) ([]time.Time, error) {
	if len(b) == 0 {
		return nil, nil
	}
	var times []time.Time
	u := newUnpacker(b)
	for u.more() {
		times = append(times, u.time())
	}
	return times, u.err
}
