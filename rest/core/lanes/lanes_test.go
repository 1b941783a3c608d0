package lanes

import (
	"crypto/md5"
	"hash"
	"sync"
	"testing"

	"pgregory.net/rapid"
)

// content is what a stream sends: another one for each seed.
func content(seed, size int) []byte {
	b := make([]byte, size)
	x := uint32(seed)*2654435761 + 1
	for i := range b {
		x = x*1664525 + 1013904223
		b[i] = byte(x >> 24)
	}
	return b
}

// TestSumsAreThoseOfTheStdlib: streams of any lengths, in pieces of any lengths,
// that meet in any order, have the sums that they have alone.
func TestSumsAreThoseOfTheStdlib(t *testing.T) { checkSums(t) }

// TestWithoutVectors: the same where the processor has none.
func TestWithoutVectors(t *testing.T) {
	had := leastLanes
	t.Cleanup(func() { leastLanes = had })
	leastLanes = func() int { return width + 1 }
	checkSums(t)
}

func checkSums(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var l Lanes
		sums := make([]*Sum, rapid.IntRange(1, 2*width+1).Draw(t, "streams"))
		want := make([]hash.Hash, len(sums))
		for i := range sums {
			sums[i], want[i] = l.New(), md5.New()
		}
		length := rapid.OneOf(rapid.IntRange(0, 200), rapid.IntRange(smallest-1, smallest+130), rapid.Just(64<<10), rapid.IntRange(0, 100_000))
		for round := range rapid.IntRange(1, 6).Draw(t, "rounds") {
			order := rapid.Permutation(indexes(len(sums))).Draw(t, "order")
			here := order[:rapid.IntRange(0, len(order)).Draw(t, "here")]
			for _, i := range here {
				p := content(i+100*round, length.Draw(t, "length"))
				want[i].Write(p)
				sums[i].Begin(p)
			}
			for _, i := range rapid.Permutation(here).Draw(t, "ends") {
				sums[i].End()
			}
		}
		for i := range sums {
			if got := sums[i].Sum(); got != [md5.Size]byte(want[i].Sum(nil)) {
				t.Errorf("stream %d: %x, want %x", i, got, want[i].Sum(nil))
			}
		}
		if len(l.waiting) != 0 {
			t.Errorf("%d pieces wait for nobody", len(l.waiting))
		}
	})
}

func indexes(n int) (list []int) {
	for i := range n {
		list = append(list, i)
	}
	return list
}

// TestVectorsAreUsed wherever they can be had: what proves them at start accepts them.
func TestVectorsAreUsed(t *testing.T) {
	in := make([]lane, width)
	for i := range in {
		in[i].rest = make([]byte, md5.BlockSize)
	}
	if can := advance(in, 1); can != (leastLanes() <= width) {
		t.Errorf("the processor has vectors: %t; used from %d streams on", can, leastLanes())
	}
}

// TestOneSumsForAll: the first that waits sums what is there, and the others only
// fetch it; what does not fit is left to those who come next.
func TestOneSumsForAll(t *testing.T) {
	if leastLanes() > width {
		t.Log("this processor sums one stream after the other")
		return
	}
	for _, c := range []struct{ streams, done int }{{1, 0}, {2, 0}, {3, 2}, {8, 7}, {11, 7}} {
		var l Lanes
		sums := make([]*Sum, c.streams)
		for i := range sums {
			sums[i] = l.New()
			sums[i].Begin(content(i, smallest))
		}
		sums[0].End()
		done := 0
		for _, s := range sums[1:] {
			done += len(s.done)
		}
		if done != c.done || len(l.waiting) != c.streams-1-c.done {
			t.Errorf("%d streams: %d were summed with the first and %d are left, want %d", c.streams, done, len(l.waiting), c.done)
		}
		for i, s := range sums {
			s.End()
			if want := md5.Sum(content(i, smallest)); s.Sum() != want {
				t.Errorf("%d streams: stream %d has the sum %x, want %x", c.streams, i, s.Sum(), want)
			}
		}
	}
}

// TestNobodyWaitsForTheSlow: streams go on to their end beside one whose sender
// sends no more, one that was dropped, and one that has brought a piece and waits
// for its disk.
func TestNobodyWaitsForTheSlow(t *testing.T) {
	var l Lanes
	silent, dropped, stuck := l.New(), l.New(), l.New()
	for _, s := range []*Sum{silent, dropped} {
		s.Begin(content(1, smallest))
		s.End()
	}
	stuck.Begin(content(2, smallest))
	var wg sync.WaitGroup
	for i := range 2 * width {
		wg.Go(func() {
			s, want := l.New(), md5.New()
			for n := range 50 {
				p := content(i+n, smallest+i)
				want.Write(p)
				s.Begin(p)
				s.End()
			}
			if got := s.Sum(); got != [md5.Size]byte(want.Sum(nil)) {
				t.Errorf("stream %d: %x, want %x", i, got, want.Sum(nil))
			}
		})
	}
	wg.Wait() // or the test never ends
	stuck.End()
	silent.Begin(content(3, smallest))
	silent.End()
	if want := md5.Sum(content(2, smallest)); stuck.Sum() != want {
		t.Errorf("the one that was stuck has the sum %x, want %x", stuck.Sum(), want)
	}
	if want := md5.Sum(append(content(1, smallest), content(3, smallest)...)); silent.Sum() != want {
		t.Errorf("the silent one has the sum %x, want %x", silent.Sum(), want)
	}
}
