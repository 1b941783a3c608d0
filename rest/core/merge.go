package core

import "overgang/rest"

// lane is a part of a list that is read in the list's order, a few rows at a time.
type lane[T any] struct {
	// read lists up to limit rows behind a place; next is nil when there are no more.
	read func(after *rest.Position, limit int) (rows []T, next *rest.Position, err error)

	rows  []T
	after *rest.Position
	over  bool
}

// head is the lane's next row; nil when there is none left.
func (l *lane[T]) head(step int) (*T, error) {
	for len(l.rows) == 0 && !l.over {
		rows, next, err := l.read(l.after, step)
		if err != nil {
			return nil, err
		}
		l.rows, l.after, l.over = rows, next, next == nil
	}
	if len(l.rows) == 0 {
		return nil, nil
	}
	return &l.rows[0], nil
}

// leastStep is how many rows a lane reads at once, at least.
const leastStep = 10

// merge makes one list of lanes that have no row in common: up to limit rows
// behind so many that are skipped, and whether there are more. What it reads is
// bounded by what it passes and one step of each lane.
func merge[T any](lanes []*lane[T], skip, limit int, before func(a, b *T) bool) (list []T, more bool, err error) {
	step := max(leastStep, limit/max(1, len(lanes))+1)
	for {
		var first *lane[T]
		var least *T
		for _, l := range lanes {
			row, err := l.head(step)
			if err != nil {
				return nil, false, err
			}
			if row != nil && (least == nil || before(row, least)) {
				first, least = l, row
			}
		}
		switch {
		case first == nil:
			return list, false, nil
		case skip > 0:
			skip--
		case len(list) == limit:
			return list, true, nil
		default:
			list = append(list, *least)
		}
		first.rows = first.rows[1:]
	}
}

// precedes says whether one place comes before another in a list's direction.
func precedes(a, b rest.Position, descending bool) bool {
	if descending {
		a, b = b, a
	}
	if c := a.At.Compare(b.At); c != 0 {
		return c < 0
	}
	return a.Number < b.Number
}
