package sqlstore

import "slices"

// Bounds of what is counted to choose between sources.
const (
	// manyRows is where counting ends: what has more is as good as any other.
	manyRows = 10_000
	// fewRows is what one reads without looking for anything better.
	fewRows = 200
	// sampled is how many rows are looked at to see whether a text is common;
	// common is how many of them have it then.
	sampled, common = 500, 5
	// maxGrams is how many runs of three characters of a text are looked at.
	maxGrams = 12
)

// choose picks the source that has the fewest rows.
func (r *reader) choose(l *listing) (*source, error) {
	sources, err := r.sources(l)
	if err != nil {
		return nil, err
	}
	best := sources[0]
	least := manyRows
	if len(sources) > 1 || l.Search != "" {
		least++
		for _, s := range sources {
			n, err := r.rows(s, manyRows)
			if err != nil {
				return nil, err
			}
			if n < least {
				best, least = s, n
			}
			if n <= fewRows {
				break
			}
		}
	}
	if l.Search == "" || least <= fewRows {
		return best, nil
	}
	return r.chooseText(l, best, least)
}

// sources lists what can yield the rows, the best ones first where nothing else decides.
func (r *reader) sources(l *listing) ([]*source, error) {
	var list []*source
	if l.Step != "" {
		list = append(list, l.byStepOf())
	}
	for _, label := range l.Labels {
		list = append(list, l.byLabelOf(label))
	}
	for _, d := range []struct {
		column string
		dates  span
	}{{"due", spanOf(l.Due)}, {"visible", spanOf(l.Visible)}} {
		if d.dates == anyTime {
			continue
		}
		s, err := r.byDate(l, d.column, d.dates)
		if err != nil {
			return nil, err
		}
		list = append(list, s)
	}
	if l.owners != nil {
		s, err := byClass(r, l, "owner", l.owners)
		if err != nil {
			return nil, err
		}
		list = append(list, s)
	}
	// All others but the owners' are of the applications of interest already.
	mask, _ := classMask(l.Query)
	timed := l.created != anyTime || l.changed != anyTime
	if len(list) == 0 || mask != 0 || timed || l.owners != nil && (l.Org != "" || l.App != "") {
		s, err := byClass(r, l, "app", l.apps)
		if err != nil {
			return nil, err
		}
		list = append(list, s)
	}
	other := l.created
	if l.SortCreated {
		other = l.changed
	}
	if other.from != anyTime.from && other.to != anyTime.to {
		s, err := byOtherTime(r, l)
		if err != nil {
			return nil, err
		}
		list = append(list, s)
	}
	return list, nil
}

// rows counts the rows of a source, up to a limit.
func (r *reader) rows(s *source, limit int) (int, error) {
	n := 0
	for i := range s.parts {
		if n >= limit {
			break
		}
		text, args := s.parts[i].counting(limit - n)
		if err := r.text(text, func(row *row) error { n += int(row.int()); return nil }, args...); err != nil {
			return n, err
		}
	}
	return n, nil
}

var countGram = sql("SELECT count(*) FROM (SELECT 1 FROM gram WHERE gram = ? LIMIT ?)")

// chooseText decides how to look for a text: among the rows of a source that
// has few of them, or many that have the text; else among those that have its
// rarest runs of three characters.
func (r *reader) chooseText(l *listing, best *source, least int) (*source, error) {
	grams := gramsOf(l.Search)
	if len(grams) == 0 {
		return best, nil
	}
	for len(grams) > maxGrams {
		grams = slices.Delete(grams, len(grams)/2, len(grams)/2+1)
	}
	counts := make(map[string]int, len(grams))
	fewest := manyRows
	for _, g := range grams {
		err := r.query(countGram, func(row *row) error { counts[g] = int(row.int()); return nil }, g, fewest)
		if err != nil {
			return nil, err
		}
		fewest = min(fewest, counts[g]+1)
	}
	slices.SortStableFunc(grams, func(a, b string) int { return counts[a] - counts[b] })
	if least < counts[grams[0]] {
		return best, nil
	}
	if counts[grams[0]] >= manyRows {
		hits, err := r.sample(l, best)
		if err != nil || hits >= common {
			return best, err
		}
	}
	return l.byGrams(grams[:min(3, len(grams))]), nil
}

// sample counts the rows that have the text among the first ones of a source.
func (r *reader) sample(l *listing, s *source) (hits int, err error) {
	left := sampled
	for i := range s.parts {
		if left <= 0 {
			break
		}
		p := &s.parts[i]
		text, args := p.first(l, left)
		args = append(args, containsPattern(l.Search))
		err := r.text("SELECT count(*), coalesce(sum("+contains("presentation")+"), 0) FROM ("+text+")", func(row *row) error {
			left -= int(row.int())
			hits += int(row.int())
			return nil
		}, append(args[len(args)-1:], args[:len(args)-1]...)...)
		if err != nil {
			return 0, err
		}
	}
	return hits, nil
}
