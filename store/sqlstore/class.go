package sqlstore

import (
	"time"

	"overgang/rest"
)

// Bits of the instance table's class (migrations/sqlite/00010_lists.sql).
const (
	classArchived = 1 << iota
	classCompleted
	classSoftDeleted
	classHardDeleted
	classConfirmed
	classLag // the first of the bits that hold an index of lags
)

// lags bound how long after an instance was made it was last changed, in
// microseconds. They turn bounds of the one time into bounds of the other.
var lags = [...]struct{ least, most int64 }{
	{0, 0},
	{1, hour},
	{hour + 1, day},
	{day + 1, 4 * day},
	{4*day + 1, 16 * day},
	{16*day + 1, 64 * day},
	{64*day + 1, 256 * day},
	{256*day + 1, farthest},
	{-farthest, -1},
}

const (
	hour = int64(time.Hour / time.Microsecond)
	day  = 24 * hour
)

// classMask says which bits of a class a query fixes, and to what.
func classMask(q rest.Query) (mask, want int64) {
	for _, f := range []struct {
		set *bool
		bit int64
	}{
		{q.Archived, classArchived}, {q.Completed, classCompleted}, {q.SoftDeleted, classSoftDeleted},
		{q.HardDeleted, classHardDeleted}, {q.Confirmed, classConfirmed},
	} {
		if f.set == nil {
			continue
		}
		mask |= f.bit
		if *f.set {
			want |= f.bit
		}
	}
	return mask, want
}

// span is a range of times in microseconds, both ends included.
type span struct{ from, to int64 }

// farthest is a time that no date is beyond, with room to count on from it.
const farthest = 1 << 62

var anyTime = span{-farthest, farthest}

func spanOf(r rest.TimeRange) span {
	s := anyTime
	if !r.From.IsZero() {
		s.from = micros(r.From)
		if r.OpenFrom || r.From.Nanosecond()%1000 != 0 {
			s.from++
		}
	}
	if !r.To.IsZero() {
		s.to = micros(r.To)
		if r.OpenTo && r.To.Nanosecond()%1000 == 0 {
			s.to--
		}
	}
	return s
}

func (s span) and(o span) span { return span{max(s.from, o.from), min(s.to, o.to)} }

func (s span) empty() bool { return s.from > s.to }

// mirrored is the span with time running backwards.
func (s span) mirrored() span { return span{-s.to, -s.from} }

// changedWithin are the times at which an instance of a class may have been
// changed that was made within s.
func changedWithin(s span, class int64) span {
	lag := lags[class/classLag]
	return span{add(s.from, lag.least), add(s.to, lag.most)}
}

// createdWithin are the times at which an instance of a class may have been
// made that was changed within s.
func createdWithin(s span, class int64) span {
	lag := lags[class/classLag]
	return span{subtract(s.from, lag.most), subtract(s.to, lag.least)}
}

// add and subtract stay at the ends of all times instead of passing them. An
// end that is open stays open.
func add(a, b int64) int64 {
	switch {
	case a <= -farthest, b < 0 && a < -farthest-b:
		return -farthest
	case a >= farthest, b > 0 && a > farthest-b:
		return farthest
	}
	return a + b
}

func subtract(a, b int64) int64 { return add(a, -max(b, -farthest)) }
