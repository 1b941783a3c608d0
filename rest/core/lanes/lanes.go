package lanes

import (
	"crypto/md5"
	"hash"
	"runtime"
	"slices"
	"sync"
)

const (
	width    = 8        // lanes
	smallest = 16 << 10 // bytes of a piece that is worth the trouble
	turns    = 3        // that others get before pieces are summed
)

// Lanes is where streams meet. The zero value is ready. It is safe for
// concurrent use.
type Lanes struct {
	mu      sync.Mutex
	waiting []*Sum // whose pieces nobody has taken yet, the oldest first
	last    *Sum   // who came last
}

// Sum is the MD5 of one stream. It is used by one goroutine, and may be dropped
// at any time between End and Begin.
type Sum struct {
	lanes  *Lanes
	md5    hash.Hash
	length uint64        // bytes that md5 has
	state  []byte        // of md5, while in a lane
	piece  []byte        // between Begin and End
	done   chan struct{} // somebody else summed the piece

	waiting bool // guarded by lanes.mu: the piece is nobody's yet
}

// New begins a sum.
func (l *Lanes) New() *Sum {
	return &Sum{lanes: l, md5: md5.New(), done: make(chan struct{}, 1)}
}

// Begin adds the next piece of the stream, which must not change before End
// returns. Nothing waits in Begin.
func (s *Sum) Begin(p []byte) {
	if len(p) < smallest || leastLanes() > width || !s.queue(p) {
		s.md5.Write(p)
		s.length += uint64(len(p))
	}
}

// queue offers the piece to whoever sums next. false = there is no other stream.
func (s *Sum) queue(p []byte) bool {
	l := s.lanes
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.last == s {
		return false
	}
	l.last = s
	s.piece, s.waiting = p, true
	l.waiting = append(l.waiting, s)
	return true
}

// End returns when the piece of Begin is summed: by the caller, together with
// others that are there, or by one of them.
func (s *Sum) End() {
	if s.piece == nil {
		return
	}
	s.gather()
	var taken [width]*Sum
	switch n := s.take(&taken); n {
	case 0:
		<-s.done
	case 1:
		s.md5.Write(s.piece)
	default:
		together(taken[:n])
		for _, other := range taken[1:n] {
			other.done <- struct{}{}
		}
	}
	s.length += uint64(len(s.piece))
	s.piece = nil
}

// gather lets those go on that can, for as long as that brings pieces, and not for
// long: on a busy machine its turn comes late. Who waits for a sender is not waited for.
func (s *Sum) gather() {
	l := s.lanes
	before := 0
	for range turns {
		runtime.Gosched()
		l.mu.Lock()
		n, waiting := len(l.waiting), s.waiting
		l.mu.Unlock()
		if !waiting || n == before || n >= width {
			return
		}
		before = n
	}
}

// take takes the sum's own piece and those that have waited longest, or the own
// one only if that is faster. 0 = somebody else has the own one.
func (s *Sum) take(taken *[width]*Sum) int {
	l := s.lanes
	l.mu.Lock()
	defer l.mu.Unlock()
	if !s.waiting {
		return 0
	}
	n, together := 1, len(l.waiting) >= leastLanes()
	taken[0] = s
	l.waiting = slices.DeleteFunc(l.waiting, func(other *Sum) bool {
		if other != s && together && n < width {
			taken[n] = other
			n++
		} else if other != s {
			return false
		}
		other.waiting = false
		return true
	})
	return n
}

// Sum returns the MD5 of everything so far.
func (s *Sum) Sum() [md5.Size]byte { return [md5.Size]byte(s.md5.Sum(nil)) }
