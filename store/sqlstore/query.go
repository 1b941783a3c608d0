package sqlstore

import (
	"errors"
	"strings"

	"overgang/rest"
	"overgang/store"
)

// maxPage is the most instances that one page has.
const maxPage = 1000

// filter collects a WHERE clause and its arguments.
type filter struct {
	conditions []string
	args       []any
}

func (f *filter) add(condition string, args ...any) {
	f.conditions = append(f.conditions, condition)
	f.args = append(f.args, args...)
}

func (f *filter) where() string {
	if len(f.conditions) == 0 {
		return ""
	}
	return " WHERE " + strings.Join(f.conditions, " AND ")
}

// set narrows to rows whose column has a value, or has none.
func (f *filter) set(column string, want *bool) {
	switch {
	case want == nil:
	case *want:
		f.add(column + " IS NOT NULL")
	default:
		f.add(column + " IS NULL")
	}
}

// within narrows to a range of times. A column without a value is in no range.
func (f *filter) within(column string, r rest.TimeRange) {
	if !r.From.IsZero() {
		op := " >= ?"
		if r.OpenFrom {
			op = " > ?"
		}
		f.add(column+op, r.From)
	}
	if !r.To.IsZero() {
		op := " <= ?"
		if r.OpenTo {
			op = " < ?"
		}
		f.add(column+op, r.To)
	}
}

// instanceFilter turns a query into conditions. none says that nothing can match.
func (r *reader) instanceFilter(q rest.Query, owners []rest.PartyID) (f filter, none bool, err error) {
	if owners != nil {
		if len(owners) == 0 {
			return f, true, nil
		}
		f.add(memberOf("owner"), memberList(owners))
	}
	if q.Owner != 0 {
		f.add("owner = ?", int32(q.Owner))
	}
	if none, err := r.filterApp(&f, q); none || err != nil {
		return f, none, err
	}
	for _, label := range q.Labels {
		f.add(hasLabel("labels"), label)
	}
	if q.Step != "" {
		f.add("step = ?", q.Step)
	}
	if q.Completed != nil {
		op := "step <> ?"
		if *q.Completed {
			op = "step = ?"
		}
		f.add(op, rest.Archived)
	}
	f.within("created", q.Created)
	f.within("changed", q.Changed)
	f.within("due", q.Due)
	f.within("visible", q.Visible)
	if !q.ShownAt.IsZero() {
		f.add("(visible IS NULL OR visible <= ?)", q.ShownAt)
	}
	f.set("archived", q.Archived)
	f.set("soft_deleted", q.SoftDeleted)
	f.set("hard_deleted", q.HardDeleted)
	f.set("confirmed", q.Confirmed)
	if q.Archive != "" {
		n, ok := archiveNumber(q.Archive)
		if !ok {
			return f, true, nil
		}
		f.add("number = ? AND archive IS NOT NULL", n)
	}
	if q.Search != "" {
		pattern := containsPattern(q.Search)
		f.add("("+contains("presentation")+" OR "+contains("reference")+" OR "+contains("'"+archivePrefix+"' || archive")+")", pattern, pattern, pattern)
	}
	return f, false, nil
}

var (
	selectAppsOfOrg  = sql("SELECT id FROM app WHERE org = ?")
	selectAppsByName = sql("SELECT id FROM app WHERE name = ?")
)

// filterApp narrows to one application, to an owner's, or to those of a name.
func (r *reader) filterApp(f *filter, q rest.Query) (none bool, err error) {
	var apps []int64
	add := func(row *row) error { apps = append(apps, row.int()); return nil }
	switch {
	case q.Org != "" && q.App != "":
		n, err := r.s.apps.number(r, rest.AppID{Org: q.Org, App: q.App})
		if err != nil {
			return errors.Is(err, store.ErrNotFound), ignoreNotFound(err)
		}
		apps = append(apps, n)
	case q.Org != "":
		err = r.query(selectAppsOfOrg, add, q.Org)
	case q.App != "":
		err = r.query(selectAppsByName, add, q.App)
	default:
		return false, nil
	}
	switch {
	case err != nil || len(apps) == 0:
		return true, err
	case len(apps) == 1:
		f.add("app = ?", apps[0])
	default:
		f.add(memberOf("app"), memberList(apps))
	}
	return false, nil
}

// list is a query made ready: its texts, and their arguments.
type list struct {
	text, count string
	args        []any // of text; those of count come first
	countArgs   int
	limit       int
	none        bool // nothing can match
}

// instanceList puts a query together. Values are arguments throughout.
func (r *reader) instanceList(q rest.Query, owners []rest.PartyID) (l list, err error) {
	f, none, err := r.instanceFilter(q, owners)
	if none || err != nil {
		return list{none: none}, err
	}
	l.count, l.countArgs = "SELECT count(*) FROM instance"+f.where(), len(f.args)
	by, after, direction := "changed", ">", ""
	if q.SortCreated {
		by = "created"
	}
	if q.Descending {
		after, direction = "<", " DESC"
	}
	if q.After != nil {
		f.add("("+by+", number) "+after+" (?, ?)", micros(q.After.At), q.After.Number)
	}
	l.limit = q.Limit
	if l.limit < 1 || l.limit > maxPage {
		l.limit = maxPage
	}
	l.text = "SELECT " + instanceColumns + " FROM instance" + f.where() +
		" ORDER BY " + by + direction + ", number" + direction + " LIMIT ? OFFSET ?"
	l.args = append(f.args, l.limit+1, max(0, q.Offset))
	return l, nil
}

// Instances implements [store.InstanceReader].
func (r *reader) Instances(q rest.Query, owners []rest.PartyID) (rest.Page, error) {
	page := rest.Page{Total: -1}
	if q.Count {
		page.Total = 0
	}
	l, err := r.instanceList(q, owners)
	if l.none || err != nil {
		return page, err
	}
	if err := r.ctx.Err(); err != nil {
		return page, err
	}
	if q.Count {
		err := r.c.queryText(l.count, func(row *row) error { page.Total = row.int(); return nil }, l.args[:l.countArgs]...)
		if err != nil {
			return page, err
		}
	}
	err = r.c.queryText(l.text, func(row *row) error {
		i, err := r.scanInstance(row)
		page.Instances = append(page.Instances, i)
		return err
	}, l.args...)
	if err != nil {
		return page, err
	}
	if len(page.Instances) > l.limit {
		page.Instances = page.Instances[:l.limit]
		last := &page.Instances[l.limit-1]
		page.Next = &rest.Position{At: last.Changed, Number: last.Number}
		if q.SortCreated {
			page.Next.At = last.Created
		}
	}
	return page, r.addElements(page.Instances)
}

// addElements reads the elements of a page's instances.
func (r *reader) addElements(instances []rest.Instance) error {
	if len(instances) == 0 {
		return nil
	}
	numbers := make([]int32, len(instances))
	index := make(map[int32]*rest.Instance, len(instances))
	for n := range instances {
		numbers[n] = instances[n].Number
		index[instances[n].Number] = &instances[n]
	}
	return r.query(selectElementsOf, func(row *row) error {
		instance, e, err := scanElement(row)
		if i := index[instance]; i != nil {
			i.Elements = append(i.Elements, e)
		}
		return err
	}, memberList(numbers))
}
