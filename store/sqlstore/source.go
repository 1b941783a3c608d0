package sqlstore

import (
	"strings"
)

// sources are the ways to come by a query's rows. Each has all rows that match,
// and others.
type sources struct {
	streams []*stream // in the list's order
	sets    []*set    // all at once; those that are small enough
}

// stream reads an index in the list's order, window by window.
type stream struct {
	name   string
	covers []string // conditions it vouches for
	groups []group
	pace
}

// group is one index, read under every combination of the first keys.
type group struct {
	keys   string // what lists them, in SQL
	lists  []any  // its arguments
	index  string // FROM clause; the instance, or its label, is i
	where  string // equalities with the keys
	more   []any  // its arguments
	key    string // the time the list is ordered by
	within span
	seeks  int // how many combinations there are
}

// set is a few rows in no order: numbers of instances, or ranges of an index.
type set struct {
	from   string // yields column number
	args   []any
	ranges *stream // instead
	read   int     // rows of an index behind it
	rows   int     // instances that are read, about
}

// numbered are instances by number.
func numbered(numbers []int32) *set {
	return &set{from: "(SELECT value AS number FROM json_each(?))", args: []any{memberList(numbers)}, rows: len(numbers)}
}

// ordered names the time that a list is ordered by, and bounds of it.
func (l *listing) ordered() (column string, within span) {
	if l.SortCreated {
		return "i.created", l.created
	}
	return "i.changed", l.changed
}

// selectClasses lists the classes that there are, one seek each.
var selectClasses = sql(`WITH RECURSIVE c (x) AS (
	SELECT min(class) FROM instance INDEXED BY instance_by_app WHERE app = ?1
	UNION ALL SELECT (SELECT min(class) FROM instance INDEXED BY instance_by_app WHERE app = ?1 AND class > c.x) FROM c WHERE c.x IS NOT NULL
	) SELECT x FROM c WHERE x IS NOT NULL`)

// byApps are the rows of applications, class by class. A class bounds how far
// the two times are apart, so a range of the one is a range of the other.
func (r *reader) byApps(l *listing) (*stream, error) {
	s := &stream{name: byApp, covers: []string{byApp, byFlags, timeOf(l)}}
	mask, want := classMask(l.Query)
	classes := map[int64]bool{}
	for _, app := range l.apps {
		err := r.query(selectClasses, func(row *row) error {
			if class := row.int(); class&mask == want {
				classes[class] = true
			}
			return nil
		}, app)
		if err != nil {
			return nil, err
		}
	}
	type alike struct {
		span span
		late bool // the index by creation has them
	}
	groups := map[alike][]int64{}
	for class := range classes {
		a := alike{span: l.changed.and(changedWithin(l.created, class))}
		if l.SortCreated {
			a = alike{l.created.and(createdWithin(l.changed, class)), class >= classLag}
		}
		groups[a] = append(groups[a], class)
	}
	apps := memberList(l.apps)
	for a, classes := range groups {
		g := group{
			keys: "json_each(?) a CROSS JOIN json_each(?) b", lists: []any{apps, memberList(classes)}, index: "instance i INDEXED BY instance_by_app",
			where: "i.app = a.value AND i.class = b.value", key: "i.changed", within: a.span, seeks: len(l.apps) * len(classes),
		}
		if a.late {
			g.index, g.key, g.where = g.index+"_created", "i.created", g.where+" AND i.changed <> i.created"
		}
		s.groups = append(s.groups, g)
	}
	return s, nil
}

// timeOf is the condition that a list's own order takes care of.
func timeOf(l *listing) string {
	column, _ := l.ordered()
	return column
}

// changedFirst is an index whose keys are followed by whether the row was ever
// changed and by when; beside it is one by creation that has changed rows only.
func (l *listing) changedFirst(name string, covers []string, g group) *stream {
	g.key, g.within = l.ordered()
	keys, index, where := g.keys, g.index, g.where
	g.keys += " CROSS JOIN json_each('[0,1]') z"
	g.where += " AND i.lagged = z.value"
	g.seeks *= 2
	s := &stream{name: name, covers: append(covers, timeOf(l)), groups: []group{g}}
	if l.SortCreated {
		still, late := g, g
		still.keys, still.where, still.key, still.seeks = keys, where+" AND i.lagged = 0", "i.changed", g.seeks/2
		late.keys, late.index, late.where, late.seeks = keys, index+"_created", where+" AND i.changed <> i.created", g.seeks/2
		s.groups = []group{still, late}
	}
	return s
}

// byOwners are the rows of parties.
func (l *listing) byOwners() *stream {
	return l.changedFirst(byOwner, []string{byOwner}, group{
		keys: "json_each(?) a", lists: []any{memberList(l.owners)}, index: "instance i INDEXED BY instance_by_owner",
		where: "i.owner = a.value", seeks: len(l.owners),
	})
}

// byStepOf are the rows at a step that is not the last.
func (l *listing) byStepOf() *stream {
	return l.changedFirst(byStep, []string{byApp, byStep}, group{
		keys: "json_each(?) a", lists: []any{memberList(l.apps)}, index: "instance i INDEXED BY instance_by_step",
		where: "i.app = a.value AND i.at_step = ?", more: []any{l.Step}, seeks: len(l.apps),
	})
}

// byLabelOf are the rows that have a label.
func (l *listing) byLabelOf(label string) *stream {
	g := group{
		keys: "json_each(?) a", lists: []any{memberList(l.apps)}, index: "label i",
		where: "i.app = a.value AND i.label = ?", more: []any{label}, seeks: len(l.apps),
	}
	s := l.changedFirst(byLabel+label, []string{byApp, byLabel + label}, g)
	if l.SortCreated {
		late := &s.groups[1]
		late.index, late.where = "label i INDEXED BY label_by_created", g.where+" AND i.lagged = 1"
	}
	return s
}

// spansOf lists the spans of 2^41 µs in which a date falls, one seek each.
func spansOf(column string) *statement {
	return sql(strings.ReplaceAll(`WITH RECURSIVE c (x) AS (
		SELECT min(@_span) FROM instance INDEXED BY instance_by_@ WHERE @ IS NOT NULL AND app = ?1 AND @_span >= ?2
		UNION ALL SELECT (SELECT min(@_span) FROM instance INDEXED BY instance_by_@ WHERE @ IS NOT NULL AND app = ?1 AND @_span > c.x) FROM c WHERE c.x < ?3
		) SELECT x FROM c WHERE x <= ?3`, "@", column))
}

const spanBits = 41

var selectSpans = map[string]*statement{"due": spansOf("due"), "visible": spansOf("visible")}

// byDate are the rows whose due or visible date is in a range.
func (r *reader) byDate(l *listing, column string, dates span) (*stream, error) {
	spans := map[int64]bool{}
	for _, app := range l.apps {
		err := r.query(selectSpans[column], func(row *row) error { spans[row.int()] = true; return nil }, app, dates.from>>spanBits, dates.to>>spanBits)
		if err != nil {
			return nil, err
		}
	}
	list := make([]int64, 0, len(spans))
	for s := range spans {
		list = append(list, s)
	}
	return l.changedFirst(column, []string{byApp}, group{
		keys: "json_each(?) a CROSS JOIN json_each(?) b", lists: []any{memberList(l.apps), memberList(list)},
		index: "instance i INDEXED BY instance_by_" + column,
		where: "i.app = a.value AND i." + column + "_span = b.value AND i." + column + " IS NOT NULL", seeks: len(l.apps) * len(list),
	}), nil
}

// byText are the rows that a text may be in: those that have its rarest gram
// and all its bits, and those that have it as a reference.
func (l *listing) byText() *set {
	w := l.text
	s := numbered(w.numbers)
	if w.absent() {
		return s
	}
	s.read, s.rows = w.rows, s.rows+w.hits
	if isPrefix(w.gram) {
		s.from = "(SELECT instance AS number FROM gram WHERE gram BETWEEN ? AND ? UNION SELECT value FROM json_each(?))"
		s.args = append([]any{w.gram, w.gram + lastCharacter}, s.args...)
		return s
	}
	s.from = "(SELECT instance AS number FROM gram WHERE gram = ? AND bits & ? = ? AND instance NOT IN (SELECT value FROM json_each(?)) UNION ALL SELECT value FROM json_each(?))"
	s.args = []any{w.gram, w.bits, w.bits, s.args[0], s.args[0]}
	return s
}

const lastCharacter = "\U0010FFFF"

// sources lists the ways to come by a query's rows.
func (r *reader) sources(l *listing) (found sources, err error) {
	for _, w := range referred(l.Query) {
		s, err := r.byReference(w)
		if err != nil {
			return found, err
		}
		if s != nil {
			if found.sets = append(found.sets, s); s.rows <= fewReferred {
				return sources{sets: []*set{s}}, nil
			}
		}
	}
	if l.text != nil {
		if l.text.absent() {
			return sources{sets: []*set{l.byText()}}, nil
		}
		if !l.text.common {
			found.sets = append(found.sets, l.byText())
		}
	}
	keep := func(s *stream, err error) error {
		if err == nil {
			found.streams = append(found.streams, s)
		}
		return err
	}
	for _, label := range l.Labels {
		keep(l.byLabelOf(label), nil)
	}
	if l.Step != "" {
		keep(l.byStepOf(), nil)
	}
	if l.owners != nil {
		keep(l.byOwners(), nil)
	}
	if l.due != anyTime {
		if err := keep(r.byDate(l, "due", l.due)); err != nil {
			return found, err
		}
	}
	if l.visible != anyTime {
		if err := keep(r.byDate(l, "visible", l.visible)); err != nil {
			return found, err
		}
	}
	other, err := r.byOtherTime(l)
	if err != nil {
		return found, err
	}
	if other != nil {
		found.sets = append(found.sets, other)
	}
	// A class may be rarer than everything else that is asked for.
	mask, _ := classMask(l.Query)
	timed := l.created != anyTime || l.changed != anyTime
	if len(found.streams) == 0 || mask != 0 || timed || l.owners != nil && (l.Org != "" || l.App != "") {
		err = keep(r.byApps(l))
	}
	return found, err
}

// byOtherTime are the rows whose other time, not the one that the list is
// ordered by, is in a range. nil = there is no range, or too many rows are in it.
func (r *reader) byOtherTime(l *listing) (s *set, err error) {
	other := *l
	other.SortCreated = !l.SortCreated
	if _, within := other.ordered(); within == anyTime {
		return nil, nil
	}
	s = &set{}
	if l.owners != nil {
		s.ranges = other.byOwners()
	} else if s.ranges, err = r.byApps(&other); err != nil {
		return nil, err
	}
	s.read, err = r.rows(s.ranges, manyRows)
	if err != nil || s.read >= manyRows {
		return nil, err
	}
	return s, nil
}
