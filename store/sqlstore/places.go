package sqlstore

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"
)

// place is where a row stands in a list.
type place struct {
	at     int64 // µs
	number int32
}

func (p place) time() time.Time { return time.UnixMicro(p.at).UTC() }

func (p place) compare(o place) int {
	return cmp.Or(cmp.Compare(p.at, o.at), cmp.Compare(p.number, o.number))
}

func (p place) before(o place, descending bool) bool {
	if descending {
		p, o = o, p
	}
	return p.compare(o) < 0
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

// walk goes along a list from a place to the end of the page. A list that goes
// backwards is walked with times and numbers mirrored at zero, so that it goes
// forwards too.
type walk struct {
	r    *reader
	l    *listing
	want int
	// Up to at everything is found. Its number is lastNumber when that moment is done with.
	at    place
	found []place
	spent float64 // in rows of an index read
}

// Before and behind all numbers; either can be mirrored.
const firstNumber, lastNumber = -math.MaxInt32, math.MaxInt32

// mirrored is a place in the list's own direction, and back.
func (l *listing) mirrored(p place) place {
	if l.Descending {
		return place{-p.at, -p.number}
	}
	return p
}

func (l *listing) mirroredSpan(s span) span {
	if l.Descending {
		return s.mirrored()
	}
	return s
}

// places are the first ones of a list. Each step reads a window of the stream
// that is likely to get furthest; whichever reads, everything in its window
// that matches is found. When that has cost more than the set would, the set
// ends it.
func (r *reader) places(l *listing, from sources, want int) ([]place, error) {
	w := &walk{r: r, l: l, want: want, at: place{-farthest - 1, lastNumber}}
	if l.After != nil {
		w.at = l.mirrored(place{micros(l.After.At), l.After.Number})
	}
	for done := false; !done && len(w.found) < want; {
		var err error
		if t := l.text; t != nil && t.due(w.spent) {
			if err := r.countGrams(t); err != nil {
				return nil, err
			}
			if !t.common {
				from.sets = append(from.sets, l.byText())
			}
		}
		if set := cheapest(from.sets); set != nil && (len(from.streams) == 0 || w.spent >= set.cost()) {
			done, err = true, w.all(set)
		} else {
			done, err = w.window(fastest(from.streams))
		}
		if err != nil {
			return nil, err
		}
	}
	w.found = w.found[:min(want, len(w.found))]
	for i, p := range w.found {
		w.found[i] = l.mirrored(p)
	}
	return w.found, nil
}

// window reads one window of a stream. done says that no row is left.
func (w *walk) window(s *stream) (done bool, err error) {
	all := span{farthest, -farthest}
	for _, g := range s.groups {
		if within := w.l.mirroredSpan(g.within); !within.empty() {
			all = span{min(all.from, within.from), max(all.to, within.to)}
		}
	}
	if w.at.at < all.from-1 {
		w.at = place{all.from - 1, lastNumber}
	}
	if w.at.at < -farthest { // nowhere yet
		return w.skip(s)
	}
	if w.at.number != lastNumber {
		return false, w.ties(s)
	}
	if w.at.at >= all.to {
		return true, nil
	}
	read := span{w.at.at + 1, min(all.to, w.at.at+s.reach())}
	before := len(w.found)
	rows, each, over, err := w.read(s, read, nil)
	switch {
	case err != nil:
		return false, err
	case over:
		if read.from == read.to {
			w.at = place{read.from, firstNumber} // more than enough in one microsecond
		}
		s.crowded(read)
		return false, nil
	}
	w.at = place{read.to, lastNumber}
	s.learn(read, rows, len(w.found)-before, w.want-len(w.found), each)
	if rows > 0 || read.to == all.to {
		return false, nil
	}
	return w.skip(s)
}

// ties reads on inside one moment, by number.
func (w *walk) ties(s *stream) error {
	for last := int64(lastNumber); ; {
		numbers := span{int64(w.at.number) + 1, last}
		_, _, over, err := w.read(s, span{w.at.at, w.at.at}, &numbers)
		if err != nil {
			return err
		}
		if !over {
			w.at.number = int32(last)
			return nil
		}
		last = numbers.from + (last-numbers.from)/16
	}
}

// read finds what matches in a window of a stream. over says that it has more
// rows than are read at once: then nothing was found.
func (w *walk) read(s *stream, times span, numbers *span) (rows int, cost cost, over bool, err error) {
	before, most := len(w.found), s.most()
	for i := range s.groups {
		g := &s.groups[i]
		real := w.l.mirroredSpan(times).and(g.within)
		if real.empty() {
			continue
		}
		text, args, each := g.window(w.l, s.covers, real, numbers, most-rows+1)
		read := 0
		err := w.r.text(text, func(row *row) error {
			read = int(row.int())
			return w.take(row.text())
		}, args...)
		rows += read
		cost.fixed += float64(g.seeks)*seekCost + textCost
		cost.row = 1 + each
		if err != nil {
			return 0, cost, false, err
		}
		if rows > most {
			w.found, over = w.found[:before], true
			break
		}
	}
	w.spent += cost.fixed + cost.row*float64(rows)
	slices.SortFunc(w.found[before:], place.compare)
	return rows, cost, over, nil
}

// take reads places as a window's text has them.
func (w *walk) take(text string) error {
	for len(text) > 0 {
		var one string
		one, text, _ = strings.Cut(text, ",")
		at, number, ok := strings.Cut(one, " ")
		a, err := strconv.ParseInt(at, 10, 64)
		n, err2 := strconv.ParseInt(number, 10, 32)
		if !ok || err != nil || err2 != nil {
			return fmt.Errorf("sqlstore: %q is no place", one)
		}
		w.found = append(w.found, w.l.mirrored(place{a, int32(n)}))
	}
	return nil
}

// skip goes to the next row of a stream, however far it is.
func (w *walk) skip(s *stream) (done bool, err error) {
	next := int64(farthest)
	for i := range s.groups {
		g := &s.groups[i]
		real := w.l.mirroredSpan(span{w.at.at + 1, farthest}).and(g.within)
		if real.empty() {
			continue
		}
		text, args := g.next(w.l, real)
		w.spent += float64(g.seeks)*seekCost + textCost
		err := w.r.text(text, func(row *row) error {
			if row.values[0] != nil {
				next = min(next, w.l.mirrored(place{at: row.int()}).at)
			}
			return nil
		}, args...)
		if err != nil {
			return false, err
		}
	}
	w.at = place{next - 1, lastNumber}
	return next == farthest, nil
}

// all reads a set from where the walk is, to the end.
func (w *walk) all(s *set) error {
	before := len(w.found)
	take := func(row *row) error {
		w.found = append(w.found, w.l.mirrored(place{row.int(), row.int32()}))
		return nil
	}
	if s.ranges == nil {
		text, args := s.listing(w.l, w.at, w.want-len(w.found))
		return w.r.text(text, take, args...)
	}
	for i := range s.ranges.groups {
		text, args := s.ranges.groups[i].listing(w.l, s.ranges.covers, w.at, w.want-before)
		if err := w.r.text(text, take, args...); err != nil {
			return err
		}
	}
	slices.SortFunc(w.found[before:], place.compare)
	return nil
}

// window is the text that counts a group's rows in a range and collects those that match.
func (g *group) window(l *listing, covers []string, times span, numbers *span, limit int) (text string, args []any, cost float64) {
	more, args, cost := l.rest(covers)
	var b strings.Builder
	b.WriteString("SELECT count(*), group_concat(place) FILTER (WHERE place IS NOT NULL) FROM (SELECT CASE WHEN 1" + more +
		" THEN " + g.key + " || ' ' || i.number END AS place FROM " + g.keys + " CROSS JOIN " + g.index + " WHERE " + g.where + " AND " + g.key)
	args = append(append(args, g.lists...), g.more...)
	if numbers == nil {
		b.WriteString(" BETWEEN ? AND ?")
		args = append(args, times.from, times.to)
	} else {
		b.WriteString(" = ? AND i.number BETWEEN ? AND ?")
		n := l.mirroredSpan(*numbers)
		args = append(args, times.from, n.from, n.to)
	}
	b.WriteString(" LIMIT ?)")
	return b.String(), append(args, limit), cost
}

// tested are conditions that are asked of a row that was found otherwise: the
// planner is not to look for rows by them.
func tested(conditions string) string {
	if conditions == "" {
		return ""
	}
	return " AND CASE WHEN 1" + conditions + " THEN 1 END"
}

// next is the text that finds a group's first row in a range.
func (g *group) next(l *listing, times span) (text string, args []any) {
	first, order := "min", ""
	if l.Descending {
		first, order = "max", " DESC"
	}
	return "SELECT " + first + "((SELECT " + g.key + " FROM " + g.index + " WHERE " + g.where + " AND " + g.key + " BETWEEN ? AND ? ORDER BY " + g.key + order +
		" LIMIT 1)) FROM " + g.keys, append(append(slices.Clone(g.more), times.from, times.to), g.lists...)
}

// total is the text that counts those rows of a group that match.
func (g *group) total(l *listing, covers []string) (text string, args []any) {
	more, values, _ := l.rest(covers)
	args = append(append(slices.Clone(g.lists), g.more...), g.within.from, g.within.to)
	return "SELECT count(*) FROM " + g.keys + " CROSS JOIN " + g.index + " WHERE " + g.where + " AND " + g.key + " BETWEEN ? AND ?" + tested(more), append(args, values...)
}

// counting is the text that counts a group's rows, up to a limit.
func (g *group) counting(limit int) (text string, args []any) {
	return "SELECT count(*) FROM (SELECT 1 FROM " + g.keys + " CROSS JOIN " + g.index + " WHERE " + g.where + " AND " + g.key + " BETWEEN ? AND ? LIMIT ?)",
		append(append(slices.Clone(g.lists), g.more...), g.within.from, g.within.to, limit)
}

// listing is the text that reads places of a group after one, in order.
func (g *group) listing(l *listing, covers []string, after place, limit int) (text string, args []any) {
	more, values, _ := l.rest(covers)
	args = append(append(slices.Clone(g.lists), g.more...), g.within.from, g.within.to)
	tail, last := l.after(after, limit)
	return l.places() + g.keys + " CROSS JOIN " + g.index + " WHERE " + g.where + " AND " + g.key + " BETWEEN ? AND ?" + tested(more) + tail,
		append(append(args, values...), last...)
}

// listing is the text that reads a set's places after one, in order.
func (s *set) listing(l *listing, after place, limit int) (text string, args []any) {
	more, values, _ := l.rest(nil)
	tail, last := l.after(after, limit)
	return l.places() + s.from + " g CROSS JOIN instance i ON i.number = g.number WHERE 1" + tested(more) + tail,
		append(append(slices.Clone(s.args), values...), last...)
}

// places begins a text that reads places.
func (l *listing) places() string {
	key, _ := l.ordered()
	return "SELECT " + key + ", i.number FROM "
}

// after is a text's end that takes the first places after one, in order.
func (l *listing) after(p place, limit int) (text string, args []any) {
	key, _ := l.ordered()
	op, order := ">", ""
	if l.Descending {
		op, order = "<", " DESC"
	}
	p = l.mirrored(p)
	return " AND (" + key + " " + op + " ? OR " + key + " = ? AND i.number " + op + " ?) ORDER BY " + key + order + ", i.number" + order + " LIMIT ?",
		[]any{p.at, p.at, p.number, limit}
}

// total is the text that counts those rows of a set that match.
func (s *set) total(l *listing) (text string, args []any) {
	more, values, _ := l.rest(nil)
	return "SELECT count(*) FROM " + s.from + " g CROSS JOIN instance i ON i.number = g.number WHERE 1" + tested(more), append(slices.Clone(s.args), values...)
}
