package sqlstore

import "testing"

// TestPaceRemembersACrowd: what comes after a window that had too many rows is
// not at once as wide again, and later may be.
func TestPaceRemembersACrowd(t *testing.T) {
	const width = 1 << 40
	var p pace
	at := int64(0)
	read := func() (s span) {
		s = span{at, at + p.reach() - 1}
		at = s.to + 1
		return s
	}
	p.width = width
	p.crowded(span{at, at + p.reach() - 1})
	for n, most := range []int64{width / 2, width, 2 * width} {
		p.learn(read(), 1, 0, 100, cost{fixed: textCost, row: 1})
		if p.reach() > most {
			t.Errorf("window %d after %d crowded µs is %d µs wide", n+1, int64(width), p.reach())
		}
	}
	for range 10 {
		p.learn(read(), 1, 0, 100, cost{fixed: textCost, row: 1})
	}
	if p.reach() <= 16*width {
		t.Errorf("%d µs wide at last", p.reach())
	}
}
