package sqlstore

import "math"

// What reading costs, beside the row of an index, which is 1.
const (
	seekCost   = 4   // go to a place in an index
	memberCost = 2   // look whether the owner is one of several
	labelCost  = 3   // look whether there is a label
	readCost   = 8   // read the presentation of those that have all bits of a text
	fetchCost  = 30  // read the instance itself
	textCost   = 300 // run one text
)

// cost is what a window has cost.
type cost struct {
	fixed float64
	row   float64 // for each
}

const (
	// firstReach is the width of a stream's first window, in µs: about five hours.
	firstReach = 1 << 34
	// firstMost and mostRows are how many rows a window has at most: the first, and
	// any whose rows cost no more than reading them.
	firstMost, mostRows = 500, 8000
	// leastRows is how many rows a window is made for at least.
	leastRows = 50.0
	// mostGrows is how much wider a window may be than the one before.
	mostGrows = 16.0
	// fewRows is what an empty window is taken to have.
	fewRows = 0.5
	// manyRows is where counting ends: what has more is as good as any other.
	manyRows = 10_000
)

// pace is what a walk learns about a stream.
type pace struct {
	width  int64   // of the next window, µs
	limit  int     // rows that the next window may have
	shrink int64   // how many times smaller the window becomes that has too many rows
	narrow int64   // the width of the next window at most, since one had too many; 0 = any
	speed  float64 // µs of the list for the price of one row, in windows of a good size; 0 = not known
}

func (p *pace) reach() int64 {
	if p.width == 0 {
		p.width = firstReach
	}
	return p.width
}

func (p *pace) most() int {
	if p.limit == 0 {
		p.limit = firstMost
	}
	return p.limit
}

// crowded makes the next window smaller than one that had too many rows, and
// ever faster: how many there were is not known.
func (p *pace) crowded(read span) {
	p.narrow = (read.to - read.from + 1) / 2
	p.shrink = min(max(8, p.shrink*p.shrink), 1<<20)
	p.width = max(1, (read.to-read.from+1)/p.shrink)
	p.speed = float64(p.width) / float64(p.limit)
}

// learn sets the next window by the last one: rows that it had, those of them
// that matched, how many more are wanted, and what it cost.
func (p *pace) learn(read span, rows, matched, wanted int, c cost) {
	width, n := float64(read.to-read.from)+1, max(fewRows, float64(rows))
	most := max(mostRows/4, mostRows/c.row)
	aim := most / 2
	p.speed = width * aim / n / (c.fixed + c.row*aim)
	if matched > 0 {
		aim = min(aim, max(leastRows, 1.2*float64(wanted)*n/float64(matched)))
	}
	p.limit, p.shrink = int(min(most, max(firstMost, 4*aim))), 0
	p.width = max(1, int64(min(width*min(mostGrows, aim/n), farthest)))
	if p.narrow > 0 { // rows lie closer ahead
		p.width = min(p.width, p.narrow)
		p.narrow = min(2*p.narrow, farthest)
	}
}

// fastest is the stream that is expected to get furthest for what it costs.
// Each is tried once.
func fastest(streams []*stream) (best *stream) {
	for _, s := range streams {
		if s.speed == 0 {
			return s
		}
		if best == nil || s.speed > best.speed {
			best = s
		}
	}
	return best
}

// cost is what reading all of a set costs.
func (s *set) cost() float64 { return textCost + float64(s.read) + float64(s.rows)*fetchCost }

// cheapest is the set that costs the least; nil = there is none.
func cheapest(sets []*set) (best *set) {
	for _, s := range sets {
		if best == nil || s.cost() < best.cost() {
			best = s
		}
	}
	return best
}

// count counts all rows of a list, by the source that has the fewest.
func (r *reader) count(l *listing, from sources) (total int64, err error) {
	add := func(row *row) error { total += row.int(); return nil }
	if s := cheapest(from.sets); s != nil && (len(from.streams) == 0 || s.cost() < manyRows) {
		if s.ranges != nil {
			err := r.total(l, s.ranges, add)
			return total, err
		}
		text, args := s.total(l)
		err := r.text(text, add, args...)
		return total, err
	}
	best, least := from.streams[0], math.MaxInt
	if len(from.streams) > 1 {
		for _, s := range from.streams {
			n, err := r.rows(s, min(least, manyRows))
			if err != nil {
				return 0, err
			}
			if n < least {
				best, least = s, n
			}
		}
	}
	err = r.total(l, best, add)
	return total, err
}

// total counts the rows of a stream that match, group by group.
func (r *reader) total(l *listing, s *stream, add func(*row) error) error {
	for i := range s.groups {
		text, args := s.groups[i].total(l, s.covers)
		if err := r.text(text, add, args...); err != nil {
			return err
		}
	}
	return nil
}

// rows counts the rows of a stream, up to a limit.
func (r *reader) rows(s *stream, limit int) (int, error) {
	n := 0
	for i := range s.groups {
		if n >= limit {
			break
		}
		text, args := s.groups[i].counting(limit - n)
		if err := r.text(text, func(row *row) error { n += int(row.int()); return nil }, args...); err != nil {
			return n, err
		}
	}
	return n, nil
}
