package sqlstore

import (
	"database/sql/driver"
	"time"

	"github.com/google/uuid"
)

// row is one result row, read column by column from left to right. NULL reads
// as the zero value.
type row struct {
	values []driver.Value
	next   int
}

func (r *row) value() driver.Value {
	v := r.values[r.next]
	r.next++
	return v
}

func (r *row) int() int64 {
	n, _ := r.value().(int64)
	return n
}

func (r *row) int32() int32 { return int32(r.int()) }

func (r *row) bool() bool { return r.int() != 0 }

func (r *row) text() string {
	s, _ := r.value().(string)
	return s
}

// bytes returns a copy that the caller owns, nil for NULL.
func (r *row) bytes() []byte {
	b, _ := r.value().([]byte)
	return b
}

func (r *row) time() time.Time {
	n, ok := r.value().(int64)
	if !ok {
		return time.Time{}
	}
	return time.UnixMicro(n).UTC()
}

func (r *row) uuid() uuid.UUID {
	var id uuid.UUID
	copy(id[:], r.bytes())
	return id
}

// micros is a time as stored: microseconds since 1970.
func micros(t time.Time) int64 { return t.UnixMicro() }

// null is text as stored where the empty string means none.
func null(s string) any {
	if s == "" {
		return nil
	}
	return s
}
