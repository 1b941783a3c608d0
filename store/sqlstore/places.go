package sqlstore

import (
	"slices"
	"time"
)

// place is where a row stands in a list.
type place struct {
	at     int64 // µs
	number int32
}

func (p place) time() time.Time { return time.UnixMicro(p.at).UTC() }

func (p place) before(o place, descending bool) bool {
	if descending {
		p, o = o, p
	}
	return p.at < o.at || p.at == o.at && p.number < o.number
}

// text runs a text that is put together from the caller's filters, unless the
// caller has gone. Values are arguments throughout.
func (r *reader) text(text string, each func(*row) error, args ...any) error {
	if err := r.ctx.Err(); err != nil {
		return err
	}
	if r.seen != nil {
		r.seen(text, args)
	}
	return r.c.queryText(text, each, args...)
}

// rows is FROM and WHERE of a part's rows within times, both ends included.
func (p *part) rows(s span) (text string, args []any) {
	s = s.and(p.within)
	return " FROM " + p.from + " WHERE " + p.where + " AND " + p.key + " BETWEEN ? AND ?", append(slices.Clone(p.args), s.from, s.to)
}

// order is the ORDER BY clause of a part's rows.
func (p *part) order(l *listing) string {
	direction := ""
	if l.Descending {
		direction = " DESC"
	}
	return " ORDER BY " + p.key + direction + ", " + p.number + direction + " LIMIT ?"
}

// listing is the text that reads a part's places within times.
func (p *part) listing(l *listing, covers []string, s span, limit int) (string, []any) {
	text, args := p.rows(s)
	more, values := l.rest(covers...)
	return "SELECT " + p.key + ", " + p.number + text + more + p.order(l), append(append(args, values...), limit)
}

// ties is the text that reads the places of the rows that share a place's time
// and come after it.
func (p *part) ties(l *listing, covers []string, after place, limit int) (string, []any) {
	more, values := l.rest(covers...)
	op := " > ?"
	if l.Descending {
		op = " < ?"
	}
	args := append(append(slices.Clone(p.args), after.at, after.number), values...)
	return "SELECT " + p.key + ", " + p.number + " FROM " + p.from + " WHERE " + p.where + " AND " + p.key + " = ? AND " + p.number + op +
		more + p.order(l), append(args, limit)
}

// counting is the text that counts a part's rows, up to a limit.
func (p part) counting(limit int) (string, []any) {
	if p.alone != "" {
		p.from = p.alone
	}
	text, args := p.rows(anyTime)
	return "SELECT count(*) FROM (SELECT 1" + text + " LIMIT ?)", append(args, limit)
}

// first is the text that reads the presentations of a part's first rows.
func (p *part) first(l *listing, limit int) (string, []any) {
	text, args := p.rows(anyTime)
	return "SELECT i.presentation AS presentation" + text + p.order(l), append(args, limit)
}

// total is the text that counts those rows of a part that match.
func (p *part) total(l *listing, covers []string) (string, []any) {
	text, args := p.rows(anyTime)
	more, values := l.rest(covers...)
	return "SELECT count(*)" + text + more, append(args, values...)
}

// places are the first ones of a list, over all parts of its source. A part is
// read no further than to the last place that the parts before it leave.
func (r *reader) places(l *listing, s *source, want int) ([]place, error) {
	var best, read, merged []place
	collect := func(row *row) error {
		read = append(read, place{row.int(), row.int32()})
		return nil
	}
	for i := range s.parts {
		p := &s.parts[i]
		left := anyTime
		if len(best) == want {
			left = left.upTo(best[want-1].at, l.Descending)
		}
		read = read[:0]
		if l.After != nil {
			after := place{micros(l.After.At), l.After.Number}
			if left.has(after.at) && p.within.has(after.at) {
				text, args := p.ties(l, s.covers, after, want)
				if err := r.text(text, collect, args...); err != nil {
					return nil, err
				}
			}
			left = left.beyond(after.at, l.Descending)
		}
		if within := left.and(p.within); within.from <= within.to && len(read) < want {
			text, args := p.listing(l, s.covers, left, want-len(read))
			if err := r.text(text, collect, args...); err != nil {
				return nil, err
			}
		}
		if len(read) > 0 {
			merged = merge(merged[:0], best, read, l.Descending, want)
			best, merged = merged, best
		}
	}
	return best, nil
}

// merge appends the first places of two ordered lists.
func merge(to, a, b []place, descending bool, limit int) []place {
	for len(to) < limit && (len(a) > 0 || len(b) > 0) {
		if len(b) == 0 || len(a) > 0 && a[0].before(b[0], descending) {
			to, a = append(to, a[0]), a[1:]
		} else {
			to, b = append(to, b[0]), b[1:]
		}
	}
	return to
}

// count counts all rows of a list.
func (r *reader) count(l *listing, s *source) (total int64, err error) {
	for i := range s.parts {
		text, args := s.parts[i].total(l, s.covers)
		if err := r.text(text, func(row *row) error { total += row.int(); return nil }, args...); err != nil {
			return 0, err
		}
	}
	return total, nil
}
