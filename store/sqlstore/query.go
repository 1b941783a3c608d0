package sqlstore

import (
	"cmp"
	"errors"
	"slices"
	"strings"

	"overgang/rest"
	"overgang/store"
)

// maxPage is the most instances that one page has.
const maxPage = 1000

// What a stream of rows may vouch for, so that it need not be looked at again.
const (
	byApp   = "app"
	byOwner = "owner"
	byFlags = "flags" // all of the class
	byStep  = "step"
	byText  = "text"
	byLabel = "label " // and the label
)

// condition is a part of a WHERE clause over the row of an index, called i: it
// asks only for what every index of lists has: app, owner, class, lagged, created,
// changed, due, visible, at_step, bits.
type condition struct {
	about string
	text  string
	args  []any
	cost  float64 // beside that of reading the row of an index, which is 1
}

// listing is a query made ready.
type listing struct {
	rest.Query
	apps         []int64        // of interest; all there are where byApp is not asked for
	owners       []rest.PartyID // nil = any
	created      span
	changed      span
	due, visible span
	text         *wanted // nil = no text is searched for
	conditions   []condition
}

func (l *listing) add(about, text string, args ...any) {
	l.conditions = append(l.conditions, condition{about: about, text: text, args: args})
}

// within narrows to a range of times. A column without a value is in no range.
func (l *listing) within(column string, r rest.TimeRange) span {
	s := spanOf(r)
	if s != anyTime {
		l.add(column, column+" BETWEEN ? AND ?", s.from, s.to)
	}
	return s
}

// rest are the conditions that a stream does not vouch for. Each is taken to
// spare half of the rows the next one.
func (l *listing) rest(covers []string) (text string, args []any, cost float64) {
	var b strings.Builder
	share := 1.0
	for _, c := range l.conditions {
		if !slices.Contains(covers, c.about) {
			b.WriteString(" AND ")
			b.WriteString(c.text)
			args = append(args, c.args...)
			cost += c.cost * share
			share /= 2
		}
	}
	return b.String(), args, cost
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
		if len(l.owners) == 1 {
			l.add(byOwner, "i.owner = ?", int32(l.owners[0]))
		} else {
			l.conditions = append(l.conditions, condition{about: byOwner, text: memberOf("i.owner"), args: []any{memberList(l.owners)}, cost: memberCost})
		}
	}
	if err := r.findApps(l); err != nil || len(l.apps) == 0 {
		return l, true, err
	}
	for _, label := range q.Labels {
		l.conditions = append(l.conditions, condition{about: byLabel + label, text: hasLabel, args: []any{label}, cost: labelCost})
	}
	if q.Step != "" {
		l.add(byStep, "i.at_step = ?", q.Step)
	}
	if mask, want := classMask(q); mask != 0 {
		l.add(byFlags, "i.class & ? = ?", mask, want)
	}
	l.created = l.within("i.created", q.Created)
	l.changed = l.within("i.changed", q.Changed)
	l.due = l.within("i.due", q.Due)
	l.visible = l.within("i.visible", q.Visible)
	if !q.ShownAt.IsZero() {
		l.add("shown", "(i.visible IS NULL OR i.visible <= ?)", q.ShownAt)
	}
	for _, w := range referred(q) {
		l.conditions = append(l.conditions, condition{about: "reference", text: w.condition, args: []any{w.value}, cost: readCost})
	}
	if q.Search == "" {
		return l, false, nil
	}
	if l.text, err = r.look(q.Search); err != nil {
		return nil, false, err
	}
	if l.text.absent() && len(l.text.numbers) == 0 {
		return l, true, nil
	}
	bits, contained := "i.bits & ? = ?", []any{containsPattern(q.Search)}
	if len(l.text.numbers) == 0 {
		l.conditions = append(l.conditions, condition{about: byText, text: bits, args: []any{l.text.bits, l.text.bits}},
			condition{about: byText, text: presentationContains, args: contained, cost: readCost})
	} else {
		l.conditions = append(l.conditions, condition{
			about: byText, text: "(" + bits + " AND " + presentationContains + " OR " + memberOf("i.number") + ")",
			args: []any{l.text.bits, l.text.bits, contained[0], memberList(l.text.numbers)}, cost: readCost,
		})
	}
	slices.SortStableFunc(l.conditions, func(a, b condition) int { return cmp.Compare(a.cost, b.cost) })
	return l, false, nil
}

// hasLabel is the condition that the row of an index has a label.
const hasLabel = "EXISTS (SELECT 1 FROM label WHERE label.label = ? AND label.app = i.app AND label.lagged = i.lagged AND label.changed = i.changed AND label.number = i.number)"

// presentationContains reads the instance.
var presentationContains = "EXISTS (SELECT 1 FROM instance t WHERE t.number = i.number AND " + contains("t.presentation") + ")"

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
	if q.Archive != "" || q.Number != 0 {
		return r.numberedPage(page, q, owners)
	}
	l, none, err := r.listing(q, owners)
	if none || err != nil {
		return page, err
	}
	sources, err := r.sources(l)
	if err != nil {
		return page, err
	}
	if q.Count {
		if page.Total, err = r.count(l, sources); err != nil {
			return page, err
		}
	}
	offset := max(0, q.Offset)
	places, err := r.places(l, sources, offset+q.Limit+1)
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

// numberedPage lists the one instance that has a number or an archive reference,
// if it fits the rest of the query.
func (r *reader) numberedPage(page rest.Page, q rest.Query, owners []rest.PartyID) (rest.Page, error) {
	n := q.Number
	if q.Archive != "" {
		archived, ok := archiveNumber(q.Archive)
		if !ok || n != 0 && n != archived {
			return page, nil
		}
		n = archived
	}
	l, none, err := r.listing(q, owners)
	if none || err != nil {
		return page, err
	}
	if q.Archive != "" {
		l.add("archived", "i.archive IS NOT NULL")
	}
	one := sources{sets: []*set{numbered([]int32{n})}}
	if q.Count {
		if page.Total, err = r.count(l, one); err != nil {
			return page, err
		}
	}
	places, err := r.places(l, one, max(0, q.Offset)+1)
	if err != nil {
		return page, err
	}
	page.Instances, err = r.instancesAt(places[min(max(0, q.Offset), len(places)):])
	return page, err
}

var selectInstancesAt = sql("SELECT " + instanceColumns + " FROM instance WHERE " + memberOf("number"))

// numbersAt are the numbers of places, and at which of them each is.
func numbersAt(places []place) (numbers []int32, index map[int32]int) {
	numbers = make([]int32, len(places))
	index = make(map[int32]int, len(places))
	for n, p := range places {
		numbers[n], index[p.number] = p.number, n
	}
	return numbers, index
}

// instancesAt reads the instances of a page, in its order, with their elements.
func (r *reader) instancesAt(places []place) ([]rest.Instance, error) {
	list, err := r.instanceRowsAt(places)
	if len(list) == 0 || err != nil {
		return nil, err
	}
	numbers, index := numbersAt(places)
	return list, r.query(selectElementsOf, func(row *row) error {
		instance, e, err := scanElement(row)
		i := &list[index[instance]]
		i.Elements = append(i.Elements, e)
		return err
	}, memberList(numbers))
}

// instanceRowsAt reads the instances of a page, in its order.
func (r *reader) instanceRowsAt(places []place) ([]rest.Instance, error) {
	return rowsAt(r, selectInstancesAt, places, r.scanInstance, func(i *rest.Instance) int32 { return i.Number })
}

// rowsAt reads the rows of a page, in its order, by their numbers.
func rowsAt[T any](r *reader, st *statement, places []place, scan func(*row) (T, error), number func(*T) int32) ([]T, error) {
	if len(places) == 0 {
		return nil, nil
	}
	numbers, index := numbersAt(places)
	list := make([]T, len(places))
	found := 0
	err := r.query(st, func(row *row) error {
		one, err := scan(row)
		list[index[number(&one)]] = one
		found++
		return err
	}, memberList(numbers))
	if err != nil {
		return nil, err
	}
	if found != len(places) {
		return nil, errInconsistent
	}
	return list, nil
}

var errInconsistent = errors.Join(errors.New("sqlstore: an index names an instance that is not there"), store.ErrBusy)
