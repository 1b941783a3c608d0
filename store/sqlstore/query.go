package sqlstore

import (
	"errors"
	"slices"
	"strings"

	"overgang/rest"
	"overgang/store"
)

// maxPage is the most instances that one page has.
const maxPage = 1000

// What a source of rows may vouch for, so that it need not be looked at again.
const (
	byApp   = "app"
	byOwner = "owner"
	byFlags = "flags" // all of the class
	byStep  = "step"
	byText  = "text"
	byLabel = "label " // and the label
)

// condition is a part of a WHERE clause over the instance, called i.
type condition struct {
	about string
	text  string
	args  []any
}

// listing is a query made ready.
type listing struct {
	rest.Query
	apps       []int64        // of interest; all there are where byApp is not asked for
	owners     []rest.PartyID // nil = any
	created    span
	changed    span
	conditions []condition
}

func (l *listing) add(about, text string, args ...any) {
	l.conditions = append(l.conditions, condition{about, text, args})
}

// set narrows to rows whose column has a value, or has none.
func (l *listing) set(column string, want *bool) {
	switch {
	case want == nil:
	case *want:
		l.add(byFlags, column+" IS NOT NULL")
	default:
		l.add(byFlags, column+" IS NULL")
	}
}

// within narrows to a range of times. A column without a value is in no range.
// The plus keeps SQLite from seeking by it: a source's own range is narrower.
func (l *listing) within(column string, r rest.TimeRange) span {
	s := spanOf(r)
	if s.from != anyTime.from {
		l.add(column, "+"+column+" >= ?", s.from)
	}
	if s.to != anyTime.to {
		l.add(column, "+"+column+" <= ?", s.to)
	}
	return s
}

// rest is the WHERE clause's part that a source does not vouch for.
func (l *listing) rest(covers ...string) (text string, args []any) {
	var b strings.Builder
	for _, c := range l.conditions {
		if !slices.Contains(covers, c.about) {
			b.WriteString(" AND ")
			b.WriteString(c.text)
			args = append(args, c.args...)
		}
	}
	return b.String(), args
}

// listing turns a query into conditions. none says that nothing can match.
func (r *reader) listing(q rest.Query, owners []rest.PartyID) (l *listing, none bool, err error) {
	if q.Step == rest.Archived { // the last step is what a class knows as completed
		if q.Completed != nil && !*q.Completed {
			return nil, true, nil
		}
		completed := true
		q.Step, q.Completed = "", &completed
	}
	l = &listing{Query: q, owners: owners}
	if q.Owner != 0 {
		if owners != nil && !slices.Contains(owners, q.Owner) {
			return l, true, nil
		}
		l.owners = []rest.PartyID{q.Owner}
	}
	if l.owners != nil {
		if len(l.owners) == 0 {
			return l, true, nil
		}
		l.owners = slices.Clone(l.owners)
		slices.Sort(l.owners)
		l.owners = slices.Compact(l.owners)
		l.add(byOwner, memberOf("i.owner"), memberList(l.owners))
	}
	if err := r.findApps(l); err != nil || len(l.apps) == 0 {
		return l, true, err
	}
	for _, label := range q.Labels {
		l.add(byLabel+label, hasLabel("i.labels"), label)
	}
	if q.Step != "" {
		l.add(byStep, "i.step = ?", q.Step)
	}
	if q.Completed != nil {
		op := "i.step <> ?"
		if *q.Completed {
			op = "i.step = ?"
		}
		l.add(byFlags, op, rest.Archived)
	}
	l.created = l.within("i.created", q.Created)
	l.changed = l.within("i.changed", q.Changed)
	l.within("i.due", q.Due)
	l.within("i.visible", q.Visible)
	if !q.ShownAt.IsZero() {
		l.add("shown", "(i.visible IS NULL OR i.visible <= ?)", q.ShownAt)
	}
	l.set("i.archived", q.Archived)
	l.set("i.soft_deleted", q.SoftDeleted)
	l.set("i.hard_deleted", q.HardDeleted)
	l.set("i.confirmed", q.Confirmed)
	if strings.ContainsRune(q.Search, 0) {
		return l, true, nil // LIKE would end at it, and no text has one
	}
	if q.Search != "" {
		number, _ := archiveNumber(q.Search)
		l.add(byText, "("+contains("i.presentation")+" OR i.reference = ? OR i.archive = ?)", containsPattern(q.Search), q.Search, number)
	}
	return l, false, nil
}

var (
	selectApps       = sql("SELECT id FROM app")
	selectAppsOfOrg  = sql("SELECT id FROM app WHERE org = ?")
	selectAppsByName = sql("SELECT id FROM app WHERE name = ?")
)

// findApps narrows to one application, to an owner's, or to those of a name.
func (r *reader) findApps(l *listing) error {
	add := func(row *row) error { l.apps = append(l.apps, row.int()); return nil }
	var err error
	switch {
	case l.Org != "" && l.App != "":
		n, err := r.s.apps.number(r, rest.AppID{Org: l.Org, App: l.App})
		if err != nil {
			return ignoreNotFound(err)
		}
		l.apps = append(l.apps, n)
	case l.Org != "":
		err = r.query(selectAppsOfOrg, add, l.Org)
	case l.App != "":
		err = r.query(selectAppsByName, add, l.App)
	default:
		return r.query(selectApps, add)
	}
	l.add(byApp, memberOf("i.app"), memberList(l.apps))
	return err
}

// Instances implements [store.InstanceReader].
func (r *reader) Instances(q rest.Query, owners []rest.PartyID) (rest.Page, error) {
	page := rest.Page{Total: -1}
	if q.Count {
		page.Total = 0
	}
	if q.Limit < 1 || q.Limit > maxPage {
		q.Limit = maxPage
	}
	if q.Archive != "" {
		return r.archivedPage(page, q, owners)
	}
	l, none, err := r.listing(q, owners)
	if none || err != nil {
		return page, err
	}
	s, err := r.choose(l)
	if err != nil {
		return page, err
	}
	if q.Count {
		if page.Total, err = r.count(l, s); err != nil {
			return page, err
		}
	}
	offset := max(0, q.Offset)
	places, err := r.places(l, s, offset+q.Limit+1)
	if err != nil {
		return page, err
	}
	places = places[min(offset, len(places)):]
	if len(places) > q.Limit {
		places = places[:q.Limit]
		last := places[q.Limit-1]
		page.Next = &rest.Position{At: last.time(), Number: last.number}
	}
	page.Instances, err = r.instancesAt(places)
	return page, err
}

// archivedPage lists the one instance that has an archive reference, if it fits
// the rest of the query.
func (r *reader) archivedPage(page rest.Page, q rest.Query, owners []rest.PartyID) (rest.Page, error) {
	l, none, err := r.listing(q, owners)
	n, ok := archiveNumber(q.Archive)
	if none || err != nil || !ok {
		return page, err
	}
	places, err := r.places(l, l.single(n), max(0, q.Offset)+1)
	if err != nil {
		return page, err
	}
	if q.Count {
		page.Total, err = r.count(l, l.single(n))
		if err != nil {
			return page, err
		}
	}
	page.Instances, err = r.instancesAt(places[min(max(0, q.Offset), len(places)):])
	return page, err
}

var selectInstancesAt = sql("SELECT " + instanceColumns + " FROM instance WHERE " + memberOf("number"))

// instancesAt reads the instances of a page, in its order, with their elements.
func (r *reader) instancesAt(places []place) ([]rest.Instance, error) {
	if len(places) == 0 {
		return nil, nil
	}
	numbers := make([]int32, len(places))
	index := make(map[int32]int, len(places))
	for n, p := range places {
		numbers[n], index[p.number] = p.number, n
	}
	list := make([]rest.Instance, len(places))
	among := memberList(numbers)
	found := 0
	err := r.query(selectInstancesAt, func(row *row) error {
		i, err := r.scanInstance(row)
		list[index[i.Number]] = i
		found++
		return err
	}, among)
	if err != nil {
		return nil, err
	}
	if found != len(places) {
		return nil, errInconsistent
	}
	return list, r.query(selectElementsOf, func(row *row) error {
		instance, e, err := scanElement(row)
		i := &list[index[instance]]
		i.Elements = append(i.Elements, e)
		return err
	}, among)
}

var errInconsistent = errors.Join(errors.New("sqlstore: an index names an instance that is not there"), store.ErrBusy)
