package sqlstore

import (
	"slices"
	"strings"

	"overgang/rest"
)

// messagePart is a range of an index of messages: equalities on its first
// columns, after which it has the list's order; where is the rest of a text.
type messagePart struct {
	index string
	where string
	args  []any
}

// openStatuses are those that a list shows unless it is asked for others.
var openStatuses = []rest.CorrespondenceStatus{rest.MessageSent, rest.MessageRead, rest.MessageReplied, rest.MessageConfirmed, rest.MessageArchived}

// Correspondences implements [store.CorrespondenceReader]. Each part is read in
// its index's order up to the page's end; the page is their merger.
func (r *reader) Correspondences(q rest.CorrespondenceQuery, parties []rest.PartyID) (rest.CorrespondencePage, error) {
	var page rest.CorrespondencePage
	if q.Limit < 1 || q.Limit > maxPage {
		q.Limit = maxPage
	}
	parts, err := r.messageParts(q, parties)
	if err != nil || len(parts) == 0 {
		return page, err
	}
	var places []place
	for _, p := range parts {
		err := r.text("SELECT published, number FROM correspondence INDEXED BY "+p.index+" WHERE "+p.where, func(row *row) error {
			places = append(places, place{row.int(), row.int32()})
			return nil
		}, p.args...)
		if err != nil {
			return page, err
		}
	}
	slices.SortFunc(places, func(a, b place) int {
		switch {
		case a.before(b, q.Descending):
			return -1
		case b.before(a, q.Descending):
			return 1
		}
		return 0
	})
	if len(places) > q.Limit {
		places = places[:q.Limit]
		last := places[q.Limit-1]
		page.Next = &rest.Position{At: last.time(), Number: last.number}
	}
	page.Messages, err = r.messagesAt(places)
	return page, err
}

// messageParts chooses the index. Values are arguments throughout.
func (r *reader) messageParts(q rest.CorrespondenceQuery, parties []rest.PartyID) (parts []messagePart, err error) {
	if q.Party != 0 {
		if parties != nil && !slices.Contains(parties, q.Party) {
			return nil, nil
		}
		parties = []rest.PartyID{q.Party}
	}
	statuses := q.Status
	if len(statuses) == 0 {
		statuses = openStatuses
	}
	statuses = slices.Compact(slices.Sorted(slices.Values(statuses)))
	l := &listing{Query: rest.Query{Org: q.Org, App: q.App}}
	if err := r.findApps(l); err != nil {
		return nil, err
	}
	var b strings.Builder
	var args []any
	add := func(text string, values ...any) { b.WriteString(" AND " + text); args = append(args, values...) }
	byParty, byApp := parties != nil, parties == nil
	switch {
	case q.Answers != "":
		parts, byParty, byApp = []messagePart{{"correspondence_by_answers", "answers = ?", []any{q.Answers}}}, false, false
	case q.Case != 0:
		parts, byParty, byApp = []messagePart{{"correspondence_by_case", "case_number = ?", []any{q.Case}}}, false, false
	case q.Reference != "":
		parts, byParty, byApp = []messagePart{{"correspondence_by_reference", "reference <> '' AND reference = ?", []any{q.Reference}}}, false, false
	case byParty:
		for _, p := range slices.Compact(slices.Sorted(slices.Values(parties))) {
			for _, s := range statuses {
				parts = append(parts, messagePart{"correspondence_by_party", "party = ? AND status = ?", []any{int32(p), int(s)}})
			}
		}
	default:
		for _, app := range l.apps {
			for _, s := range statuses {
				parts = append(parts, messagePart{"correspondence_by_app", "app = ? AND status = ?", []any{app, int(s)}})
			}
		}
	}
	if !byParty && !byApp {
		add("+"+memberOf("status"), memberList(intsOf(statuses)))
	}
	if !byParty && parties != nil {
		add("+"+memberOf("party"), memberList(parties))
	}
	if !byApp && (q.Org != "" || q.App != "") {
		add("+"+memberOf("app"), memberList(l.apps))
	}
	for _, f := range []struct {
		text, value string
		given       bool
	}{{"answers = ?", q.Answers, q.Answers != ""}, {"reference = ?", q.Reference, q.Reference != ""}} {
		if f.given {
			add("+"+f.text, f.value)
		}
	}
	if q.Case != 0 {
		add("+case_number = ?", q.Case)
	}
	order := " ORDER BY published, number LIMIT ?"
	if q.Descending {
		order = " ORDER BY published DESC, number DESC LIMIT ?"
	}
	args = append(args, q.Limit+1)
	var out []messagePart
	for _, p := range parts {
		for _, place := range placesAfter(q) {
			out = append(out, messagePart{p.index, p.where + " AND " + place.where + b.String() + order, slices.Concat(p.args, place.args, args)})
		}
	}
	return out, nil
}

// placesAfter are the ranges of a part in which a page lies: from its beginning,
// or behind the place where the last one ended, which is first among the
// messages of the same time.
func placesAfter(q rest.CorrespondenceQuery) []messagePart {
	s := spanOf(q.Published)
	if q.After == nil {
		return []messagePart{{where: "published BETWEEN ? AND ?", args: []any{s.from, s.to}}}
	}
	at := micros(q.After.At)
	op, beyond := ">", span{from: at + 1, to: anyTime.to}
	if q.Descending {
		op, beyond = "<", span{from: anyTime.from, to: at - 1}
	}
	beyond = beyond.and(s)
	list := []messagePart{{where: "published BETWEEN ? AND ?", args: []any{beyond.from, beyond.to}}}
	if s.from <= at && at <= s.to {
		list = append(list, messagePart{where: "published = ? AND number " + op + " ?", args: []any{at, q.After.Number}})
	}
	return list
}

func intsOf(statuses []rest.CorrespondenceStatus) []int32 {
	list := make([]int32, len(statuses))
	for i, s := range statuses {
		list[i] = int32(s)
	}
	return list
}

// messagesAt reads the messages of a page, in its order, with their attachments.
func (r *reader) messagesAt(places []place) ([]rest.Correspondence, error) {
	list, err := r.messageRowsAt(places)
	if len(list) == 0 || err != nil {
		return nil, err
	}
	numbers, index := numbersAt(places)
	return list, r.attachmentsOf(numbers, func(message int32, a rest.Attachment) {
		c := &list[index[message]]
		c.Attachments = append(c.Attachments, a)
	})
}

// messageRowsAt reads the messages of a page, in its order.
func (r *reader) messageRowsAt(places []place) ([]rest.Correspondence, error) {
	return rowsAt(r, selectCorrespondencesAt, places, r.scanCorrespondence, func(c *rest.Correspondence) int32 { return c.Number })
}
