package storetest

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"pgregory.net/rapid"

	"overgang/rest"
	"overgang/store"
)

// drawTime draws one of few times, so that they tie often; with or without
// steps of days and months, which a driver may keep apart.
func drawTime(r *rapid.T, name string) time.Time {
	return start.Add(time.Duration(rapid.IntRange(0, 3).Draw(r, name)) * rapid.SampledFrom([]time.Duration{time.Microsecond, time.Minute, 20 * time.Hour, 400 * time.Hour, 2000 * time.Hour}).Draw(r, name+" step"))
}

// drawDate draws a date that may be missing.
func drawDate(r *rapid.T, name string) time.Time {
	if rapid.Bool().Draw(r, "no "+name) {
		return time.Time{}
	}
	return drawTime(r, name)
}

var (
	drawnLabels = []string{"red", "blue", `quo"te`}
	drawnTexts  = []string{"Melding om flom", "MELDING om snø", "flomvarsel 100%", "æøå", "ab"}
	drawnSteps  = []string{"FormFilling", "Signing", rest.Archived}
)

// drawState draws everything of an instance that may change.
func drawState(r *rapid.T, i *rest.Instance) {
	i.Changed = drawTime(r, "changed")
	i.Step = rapid.SampledFrom(drawnSteps).Draw(r, "step")
	i.Archived, i.SoftDeleted, i.HardDeleted = drawDate(r, "archived"), drawDate(r, "soft deleted"), drawDate(r, "hard deleted")
	i.Confirmed, i.Due, i.Visible = drawDate(r, "confirmed"), drawDate(r, "due"), drawDate(r, "visible")
	i.Labels = nil
	for _, l := range drawnLabels {
		if rapid.Bool().Draw(r, l) {
			i.Labels = append(i.Labels, l)
		}
	}
	i.Presentation = rapid.SampledFrom(drawnTexts).Draw(r, "presentation")
}

var (
	drawnReferences = []string{"", "januar", "februar"}
	senders         rest.SystemID // each reference has another sender
)

func drawInstance(r *rapid.T) rest.Instance {
	i := instance(rapid.SampledFrom([]rest.AppID{melding, skatt, {Org: "ttd", App: "annet"}}).Draw(r, "app"),
		rest.PartyID(rapid.Int32Range(1, 3).Draw(r, "owner")), drawTime(r, "created"))
	senders++
	i.Sender, i.Reference = senders, rapid.SampledFrom(drawnReferences).Draw(r, "reference")
	for n := range rapid.IntRange(0, 2).Draw(r, "elements") {
		e := element("default", fmt.Sprint(n), i.Created)
		e.SenderReference = rapid.SampledFrom(drawnReferences).Draw(r, "element's reference")
		i.Elements = append(i.Elements, e)
	}
	drawState(r, &i)
	return i
}

func drawRange(r *rapid.T, name string) (t rest.TimeRange) {
	switch rapid.IntRange(0, 5).Draw(r, name) {
	case 0:
		t.From = drawTime(r, name+" from")
	case 1:
		t.To = drawTime(r, name+" to")
	case 2:
		t.From, t.To = drawTime(r, name+" from"), drawTime(r, name+" to")
	}
	t.OpenFrom, t.OpenTo = rapid.Bool().Draw(r, name+" open"), rapid.Bool().Draw(r, name+" open too")
	return t
}

func drawFlag(r *rapid.T, name string) *bool {
	return rapid.SampledFrom([]*bool{nil, nil, nil, new(bool), func() *bool { b := true; return &b }()}).Draw(r, name)
}

// drawQuery draws filters, mostly few of them, and an order.
func drawQuery(r *rapid.T) rest.Query {
	var q rest.Query
	for range rapid.IntRange(0, 3).Draw(r, "filters") {
		switch rapid.IntRange(0, 13).Draw(r, "filter") {
		case 0:
			q.Org = rapid.SampledFrom([]string{"ttd", "skd"}).Draw(r, "org")
		case 1:
			q.Org, q.App = "ttd", rapid.SampledFrom([]string{"melding", "annet"}).Draw(r, "app")
		case 2:
			q.Owner = rest.PartyID(rapid.Int32Range(1, 4).Draw(r, "owner"))
		case 3:
			q.Labels = append(q.Labels, rapid.SampledFrom(drawnLabels).Draw(r, "label"))
		case 4:
			q.Step = rapid.SampledFrom(drawnSteps).Draw(r, "step")
		case 5:
			q.Created = drawRange(r, "created")
		case 6:
			q.Changed = drawRange(r, "changed")
		case 7:
			q.Due, q.Visible = drawRange(r, "due"), drawRange(r, "visible")
		case 8:
			q.Archived, q.Completed, q.Confirmed = drawFlag(r, "archived"), drawFlag(r, "completed"), drawFlag(r, "confirmed")
		case 9:
			q.SoftDeleted, q.HardDeleted = drawFlag(r, "soft deleted"), drawFlag(r, "hard deleted")
		case 10:
			q.Search = rapid.SampledFrom([]string{"Melding", "FLOM", "100%", "æøå", "ab", "b"}).Draw(r, "search")
		case 11:
			q.Reference = rapid.SampledFrom([]string{"januar", "februar", "mars"}).Draw(r, "wanted reference")
		case 12:
			q.SenderReference = rapid.SampledFrom([]string{"januar", "februar", "mars"}).Draw(r, "wanted element's reference")
		case 13:
			q.Number = rapid.Int32Range(1_000_001, 1_000_100).Draw(r, "wanted number")
		}
	}
	if rapid.IntRange(0, 4).Draw(r, "shown") == 0 {
		q.ShownAt = drawTime(r, "shown at")
	}
	q.SortCreated, q.Descending = rapid.Bool().Draw(r, "by creation"), rapid.Bool().Draw(r, "descending")
	return q
}

func within(at time.Time, r rest.TimeRange) bool {
	if r.From.IsZero() && r.To.IsZero() {
		return true
	}
	return !at.IsZero() && (r.From.IsZero() || at.After(r.From) || !r.OpenFrom && at.Equal(r.From)) &&
		(r.To.IsZero() || at.Before(r.To) || !r.OpenTo && at.Equal(r.To))
}

func flagged(at bool, want *bool) bool { return want == nil || *want == at }

// matches is what a query means, word for word.
func matches(q rest.Query, i *rest.Instance) bool {
	return (q.Org == "" || q.Org == i.App.Org) && (q.App == "" || q.App == i.App.App) && (q.Owner == 0 || q.Owner == i.Owner) &&
		!slices.ContainsFunc(q.Labels, func(l string) bool { return !slices.Contains(i.Labels, l) }) &&
		(q.Step == "" || q.Step == i.Step) && flagged(i.Step == rest.Archived, q.Completed) &&
		within(i.Created, q.Created) && within(i.Changed, q.Changed) && within(i.Due, q.Due) && within(i.Visible, q.Visible) &&
		flagged(!i.Archived.IsZero(), q.Archived) && flagged(!i.SoftDeleted.IsZero(), q.SoftDeleted) &&
		flagged(!i.HardDeleted.IsZero(), q.HardDeleted) && flagged(!i.Confirmed.IsZero(), q.Confirmed) &&
		(q.ShownAt.IsZero() || !i.Visible.After(q.ShownAt)) && (q.Number == 0 || q.Number == i.Number) &&
		(q.Reference == "" || q.Reference == i.Reference) &&
		(q.SenderReference == "" || slices.ContainsFunc(i.Elements, func(e rest.Element) bool { return e.SenderReference == q.SenderReference })) &&
		strings.Contains(strings.ToLower(i.Presentation), strings.ToLower(q.Search))
}

// order compares as a list does.
func order(q rest.Query, a, b *rest.Instance) int {
	n := cmp.Or(a.Changed.Compare(b.Changed), cmp.Compare(a.Number, b.Number))
	if q.SortCreated {
		n = cmp.Or(a.Created.Compare(b.Created), cmp.Compare(a.Number, b.Number))
	}
	if q.Descending {
		return -n
	}
	return n
}

// testLists compares lists by drawn queries with what the queries mean: whole,
// in pages and counted.
func testLists(t *testing.T, s store.Store) {
	var stored []*rest.Instance
	rapid.Check(t, func(r *rapid.T) {
		for range rapid.IntRange(1, 4).Draw(r, "more") {
			i := drawInstance(r)
			create(t, s, &i)
			stored = append(stored, &i)
		}
		i := rapid.SampledFrom(stored).Draw(r, "one to change")
		drawState(r, i)
		i.Version++
		update(t, s, func(tx store.Tx) error { return tx.UpdateInstance(i) })

		q := drawQuery(r)
		q.Limit, q.Count = rapid.IntRange(1, 30).Draw(r, "limit"), rapid.Bool().Draw(r, "count")
		var want []string
		matching := slices.DeleteFunc(slices.Clone(stored), func(i *rest.Instance) bool { return !matches(q, i) })
		slices.SortFunc(matching, func(a, b *rest.Instance) int { return order(q, a, b) })
		for _, i := range matching {
			want = append(want, fmt.Sprint(i.Number, " version ", i.Version))
		}
		list, err := walk(s, q)
		if err != nil {
			r.Fatal(err)
		}
		var got []string
		for _, i := range list {
			got = append(got, fmt.Sprint(i.Number, " version ", i.Version))
		}
		if !slices.Equal(got, want) {
			r.Fatalf("%+v:\n got %v\nwant %v", q, got, want)
		}
		var page rest.Page
		q.Offset = rapid.IntRange(0, 5).Draw(r, "offset")
		view(t, s, func(tx store.Reader) (err error) { page, err = tx.Instances(q, nil); return err })
		if q.Count && page.Total != int64(len(want)) {
			r.Fatalf("%+v: total %d, want %d", q, page.Total, len(want))
		}
		if n := min(q.Limit, max(0, len(want)-q.Offset)); len(page.Instances) != n {
			r.Fatalf("%+v: a page of %d, want %d", q, len(page.Instances), n)
		}
	})
}

// testWalkBetweenWrites walks lists while, between one page and the next, rows
// are added and changed, at times that tie with others and with the page's end.
// A row that nobody touched and that matches comes exactly once; no state of a
// row comes twice; a row that came to stand behind the page's end comes.
func testWalkBetweenWrites(t *testing.T, s store.Store) {
	round := 0
	rapid.Check(t, func(r *rapid.T) {
		round++
		org := fmt.Sprint("org", round) // apart from the rounds before
		var stored []*rest.Instance
		for range rapid.IntRange(1, 20).Draw(r, "at first") {
			i := drawInstance(r)
			i.App.Org = org
			create(t, s, &i)
			stored = append(stored, &i)
		}
		q := drawQuery(r)
		q.Org = org
		q.Limit = rapid.IntRange(1, 7).Draw(r, "limit")
		must := map[uuid.UUID]bool{}
		for _, i := range stored {
			must[i.ID] = matches(q, i)
		}
		seen := map[string]bool{}
		for pages := 0; ; pages++ {
			var page rest.Page
			err := s.View(context.Background(), func(tx store.Reader) (err error) { page, err = tx.Instances(q, nil); return err })
			if err != nil {
				r.Fatal(err)
			}
			for n := range page.Instances {
				i := &page.Instances[n]
				state := fmt.Sprint(i.ID, i.Version)
				if seen[state] || !matches(q, i) {
					r.Fatalf("%+v: %s came twice, or does not match", q, state)
				}
				seen[state] = true
				delete(must, i.ID)
			}
			if page.Next == nil {
				break
			}
			q.After = page.Next
			end := &rest.Instance{Number: page.Next.Number, Changed: page.Next.At, Created: page.Next.At}
			for range rapid.IntRange(0, max(0, 3-pages/4)).Draw(r, "writes") { // ever fewer, so that the walk ends
				var i *rest.Instance
				if rapid.Bool().Draw(r, "add") {
					added := drawInstance(r)
					added.App.Org = org
					if rapid.Bool().Draw(r, "at the page's end") {
						added.Created, added.Changed = page.Next.At, page.Next.At
					}
					i = &added
					create(t, s, i)
					stored = append(stored, i)
				} else {
					i = rapid.SampledFrom(stored).Draw(r, "changed one")
					drawState(r, i)
					if rapid.Bool().Draw(r, "to the page's end") {
						i.Changed = page.Next.At
					}
					i.Version++
					update(t, s, func(tx store.Tx) error { return tx.UpdateInstance(i) })
				}
				must[i.ID] = matches(q, i) && order(q, end, i) < 0
			}
		}
		for id, m := range must {
			if m {
				r.Fatalf("%+v: %s was lost", q, id)
			}
		}
	})
}
