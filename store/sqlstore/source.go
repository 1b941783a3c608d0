package sqlstore

import (
	"slices"
	"strings"
)

// source is one way to come by a query's rows: an index, as parts that do not
// overlap. Inside a part the index has the list's order; byGrams alone has none.
type source struct {
	name   string
	covers []string // conditions it vouches for
	parts  []part
}

// part is a range of an index: equalities on its first columns, then bounds of
// the time that the list is ordered by.
type part struct {
	from   string // FROM clause; the instance is i
	alone  string // the same without what only conditions need, to count by; "" = from
	where  string // equalities
	args   []any
	key    string // the time the list is ordered by
	number string
	within span
}

// ordered names the column and the index that a list is ordered by.
func (l *listing) ordered() (key, suffix string, within span) {
	if l.SortCreated {
		return "i.created", "_created", l.created
	}
	return "i.changed", "", l.changed
}

// single is the instance of one number, if it is archived.
func (l *listing) single(number int32) *source {
	key, _, _ := l.ordered()
	return &source{name: "number", parts: []part{{
		from: "instance i", where: "i.number = ? AND i.archive IS NOT NULL", args: []any{number}, key: key, number: "i.number", within: anyTime,
	}}}
}

// classesOf lists the classes that there are, one seek each.
func classesOf(column string) *statement {
	return sql(strings.ReplaceAll(`WITH RECURSIVE c (x) AS (
		SELECT min(class) FROM instance WHERE @ = ?1
		UNION ALL SELECT (SELECT min(class) FROM instance WHERE @ = ?1 AND class > c.x) FROM c WHERE c.x IS NOT NULL
		) SELECT x FROM c WHERE x IS NOT NULL`, "@", column))
}

var (
	selectClassesOfApp   = classesOf("app")
	selectClassesOfOwner = classesOf("owner")
)

// byClass are the rows of applications or of parties.
func byClass[N ~int32 | ~int64](r *reader, l *listing, column string, ids []N) (*source, error) {
	st, about := selectClassesOfApp, byApp
	if column == "owner" {
		st, about = selectClassesOfOwner, byOwner
	}
	s := &source{name: column, covers: []string{about, byFlags, "i.changed"}}
	if l.SortCreated {
		s.covers[2] = "i.created"
	}
	mask, want := classMask(l.Query)
	for _, id := range ids {
		err := r.query(st, func(row *row) error {
			if class := row.int(); class&mask == want {
				s.parts = append(s.parts, l.classPart(column, int64(id), class))
			}
			return nil
		}, int64(id))
		if err != nil {
			return nil, err
		}
	}
	return s, nil
}

// classPart is one class of one application's or party's rows.
func (l *listing) classPart(column string, id, class int64) part {
	p := part{
		from: "instance i INDEXED BY instance_by_" + column, where: "i." + column + " = ? AND i.class = ?",
		args: []any{id, class}, key: "i.changed", number: "i.number", within: l.changed.and(changedWithin(l.created, class)),
	}
	if !l.SortCreated {
		return p
	}
	p.within = l.created.and(createdWithin(l.changed, class))
	if class >= classLag { // else both times are the same
		p.from, p.key = p.from+"_created", "i.created"
		p.where = "i.changed <> i.created AND " + p.where
	}
	return p
}

// byOtherTime are the rows of applications whose other time, not the one that
// the list is ordered by, is in a range that has two ends. They come unordered.
func byOtherTime(r *reader, l *listing) (*source, error) {
	other := *l
	other.SortCreated = !l.SortCreated
	s, err := byClass(r, &other, "app", l.apps)
	if err != nil {
		return nil, err
	}
	key, _, _ := l.ordered()
	s.name, s.covers = "other", []string{byApp, byFlags}
	for i := range s.parts {
		p := &s.parts[i]
		if p.args[1].(int64) < classLag {
			continue // both times are the same: this part is in order
		}
		p.where += " AND " + p.key + " BETWEEN ? AND ?"
		p.args = append(p.args, p.within.from, p.within.to)
		p.key, p.within = key, anyTime
	}
	return s, nil
}

// byStepOf are the rows at a step that is not the last.
func (l *listing) byStepOf() *source {
	key, suffix, within := l.ordered()
	s := &source{name: byStep, covers: []string{byApp, byStep, key}}
	for _, app := range l.apps {
		s.parts = append(s.parts, part{
			from: "instance i INDEXED BY instance_by_step" + suffix, where: "i.step <> 'Archived' AND i.app = ? AND i.step = ?",
			args: []any{app, l.Step}, key: key, number: "i.number", within: within,
		})
	}
	return s
}

// byLabelOf are the rows that have a label.
func (l *listing) byLabelOf(label string) *source {
	key, _, within := l.ordered()
	s := &source{name: byLabel + label, covers: []string{byApp, byLabel + label, key}}
	alone := "label g"
	if l.SortCreated {
		alone += " INDEXED BY label_by_created"
	}
	from := alone + " CROSS JOIN instance i ON i.number = g.instance"
	for _, app := range l.apps {
		s.parts = append(s.parts, part{
			from: from, alone: alone, where: "g.label = ? AND g.app = ?",
			args: []any{label, app}, key: "g" + key[1:], number: "g.instance", within: within,
		})
	}
	return s
}

// spansOf lists the spans of 2^41 µs in which a date falls, one seek each.
func spansOf(column string) *statement {
	return sql(strings.ReplaceAll(`WITH RECURSIVE c (x) AS (
		SELECT min(@ >> 41) FROM instance INDEXED BY instance_by_@ WHERE @ IS NOT NULL AND app = ?1 AND @ >> 41 >= ?2
		UNION ALL SELECT (SELECT min(@ >> 41) FROM instance INDEXED BY instance_by_@ WHERE @ IS NOT NULL AND app = ?1 AND @ >> 41 > c.x) FROM c WHERE c.x < ?3
		) SELECT x FROM c WHERE x <= ?3`, "@", column))
}

const spanBits = 41

var selectSpans = map[string]*statement{"due": spansOf("due"), "visible": spansOf("visible")}

// byDate are the rows whose due or visible date is in a range.
func (r *reader) byDate(l *listing, column string, dates span) (*source, error) {
	key, suffix, within := l.ordered()
	s := &source{name: column, covers: []string{byApp, key}}
	for _, app := range l.apps {
		err := r.query(selectSpans[column], func(row *row) error {
			s.parts = append(s.parts, part{
				from:  "instance i INDEXED BY instance_by_" + column + suffix,
				where: "i." + column + " IS NOT NULL AND i.app = ? AND i." + column + " >> 41 = ?",
				args:  []any{app, row.int()}, key: key, number: "i.number", within: within,
			})
			return nil
		}, app, dates.from>>spanBits, dates.to>>spanBits)
		if err != nil {
			return nil, err
		}
	}
	return s, nil
}

// gramsOf are the runs of three characters of a text, in the case of the index.
func gramsOf(text string) []string {
	lower := []rune(strings.Map(func(c rune) rune {
		if 'A' <= c && c <= 'Z' {
			c += 'a' - 'A'
		}
		return c
	}, text))
	var grams []string
	for n := 0; n+3 <= len(lower); n++ {
		if g := string(lower[n : n+3]); !slices.Contains(grams, g) {
			grams = append(grams, g)
		}
	}
	return grams
}

// byGrams are the rows that a text may be in: those that have all the grams,
// and those whose sender's or archive reference it is.
func (l *listing) byGrams(grams []string) *source {
	key, _, within := l.ordered()
	number, _ := archiveNumber(l.Search)
	from, args := "(SELECT instance AS number FROM gram WHERE gram = ?", []any{grams[0]}
	for _, g := range grams[1:] {
		from += " AND EXISTS (SELECT 1 FROM gram o WHERE o.gram = ? AND o.instance = gram.instance)"
		args = append(args, g)
	}
	from += " UNION ALL SELECT number FROM instance INDEXED BY instance_by_reference WHERE reference = ?" +
		" AND NOT (" + contains("presentation") + ")" +
		" UNION ALL SELECT number FROM instance WHERE number = ? AND archive IS NOT NULL AND reference IS NOT ? AND NOT (" + contains("presentation") + ")"
	pattern := containsPattern(l.Search)
	args = append(args, l.Search, pattern, number, l.Search, pattern)
	return &source{name: byText, covers: []string{key}, parts: []part{{
		from: from + ") g CROSS JOIN instance i ON i.number = g.number", where: "1", args: args, key: key, number: "i.number", within: within,
	}}}
}
