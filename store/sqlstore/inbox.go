package sqlstore

import (
	"slices"

	"overgang/rest"
	"overgang/store"
)

// entry is a place of an inbox, and whose it is.
type entry struct {
	place
	kind rest.InboxKind
}

// Inbox implements [store.InboxReader]. Each part is read from an index in the
// list's order, up to the page's end; the page is their merger.
func (r *reader) Inbox(q store.InboxQuery) (rest.InboxPage, error) {
	var page rest.InboxPage
	if q.Limit < 1 || q.Limit > maxPage {
		q.Limit = maxPage
	}
	f, none, err := r.inboxFilter(q)
	if none || err != nil {
		return page, err
	}
	var entries []entry
	add := func(kind rest.InboxKind, read func(*inboxFilter) ([]place, error)) error {
		if len(q.Kinds) > 0 && !slices.Contains(q.Kinds, kind) {
			return nil
		}
		places, err := read(f)
		for _, p := range places {
			entries = append(entries, entry{p, kind})
		}
		return err
	}
	if err := add(rest.InboxInstance, r.inboxSigned); err != nil {
		return page, err
	}
	if q.SignerOnly {
		add = func(rest.InboxKind, func(*inboxFilter) ([]place, error)) error { return nil }
	}
	if err := add(rest.InboxInstance, r.inboxInstances); err != nil {
		return page, err
	}
	if err := add(rest.InboxMessage, r.inboxMessages); err != nil {
		return page, err
	}
	if err := add(rest.InboxLookup, r.inboxLookups); err != nil {
		return page, err
	}
	if err := add(rest.InboxCase, r.inboxCases); err != nil {
		return page, err
	}
	slices.SortFunc(entries, func(a, b entry) int {
		if q.Descending {
			a, b = b, a
		}
		return a.compare(b.place)
	})
	entries = slices.Compact(entries) // what a text and its service's name both find
	if len(entries) > q.Limit {
		entries = entries[:q.Limit]
		last := entries[q.Limit-1]
		page.Next = &rest.Position{At: last.time(), Number: last.number}
	}
	page.Entries, err = r.inboxEntries(entries)
	return page, err
}

// inboxEntries reads the entries of a page, in its order.
func (r *reader) inboxEntries(entries []entry) ([]rest.InboxEntry, error) {
	at := map[rest.InboxKind][]place{}
	for _, e := range entries {
		at[e.kind] = append(at[e.kind], e.place)
	}
	instances, err := r.instanceRowsAt(at[rest.InboxInstance])
	if err != nil {
		return nil, err
	}
	messages, err := r.messageRowsAt(at[rest.InboxMessage])
	if err != nil {
		return nil, err
	}
	lookups, err := r.lookupRowsAt(at[rest.InboxLookup])
	if err != nil {
		return nil, err
	}
	cases, err := r.caseRowsAt(at[rest.InboxCase])
	if err != nil {
		return nil, err
	}
	list := make([]rest.InboxEntry, len(entries))
	for i, e := range entries {
		switch e.kind {
		case rest.InboxMessage:
			list[i].Message, messages = &messages[0], messages[1:]
		case rest.InboxLookup:
			list[i].Lookup, lookups = &lookups[0], lookups[1:]
		case rest.InboxCase:
			list[i].Case, cases = &cases[0], cases[1:]
		default:
			list[i].Instance, instances = &instances[0], instances[1:]
		}
	}
	return list, nil
}

// readInbox reads the places of one kind: each part under each of the ranges in
// which the page lies.
func (r *reader) readInbox(f *inboxFilter, column string, parts []inboxPart, also inboxPart) (places []place, err error) {
	order := " ORDER BY " + column + ", number LIMIT ?"
	if f.Descending {
		order = " ORDER BY " + column + " DESC, number DESC LIMIT ?"
	}
	for _, p := range parts {
		for _, at := range f.spans(column) {
			err := r.text("SELECT "+column+", number FROM "+p.from+" WHERE "+p.where+" AND "+at.where+also.where+order, func(row *row) error {
				places = append(places, place{row.int(), row.int32()})
				return nil
			}, slices.Concat(p.args, at.args, also.args, []any{f.Limit + 1})...)
			if err != nil {
				return nil, err
			}
		}
	}
	return places, nil
}

// inboxInstances reads the places of instances.
func (r *reader) inboxInstances(f *inboxFilter) ([]place, error) {
	open, archived := f.in(rest.InboxOpen, rest.InboxElsewhere), f.in(rest.InboxArchived)
	if !open && !archived || f.archive != nil && !archived {
		return nil, nil
	}
	if f.Search == "" {
		return r.readInstances(f, open, archived, f.apps)
	}
	var places []place
	if len(f.named) > 0 {
		var err error
		if places, err = r.readInstances(f, open, archived, f.named); err != nil {
			return nil, err
		}
	}
	found, err := r.searchInstances(f, open, archived)
	return append(places, found...), err
}

func (r *reader) readInstances(f *inboxFilter, open, archived bool, apps []int64) ([]place, error) {
	var also inboxPart
	also.and("(i.visible IS NULL OR i.visible <= ?)", micros(f.ShownAt))
	if apps != nil {
		also.and(memberOf("i.app"), memberList(apps))
	}
	if !archived && f.Case == 0 {
		return r.readInbox(f, "i.changed", []inboxPart{{
			"instance i INDEXED BY instance_active", "i.owner = ? AND i.archived IS NULL AND i.soft_deleted IS NULL AND i.hard_deleted IS NULL", []any{int32(f.Party)},
		}}, also)
	}
	mask, want := int64(classSoftDeleted|classHardDeleted), int64(0)
	switch {
	case !archived:
		mask |= classArchived
	case !open || f.archive != nil:
		mask, want = mask|classArchived, classArchived
	}
	also.and("i.class & ? = ?", mask, want)
	if f.archive != nil && !f.archive.narrow() {
		also.and(f.archive.condition("i.number"))
	}
	return r.readInbox(f, "i.changed", f.instanceParts(), also)
}

const instancesInCase = "SELECT instance FROM case_instance WHERE case_number = ?"

func (f *inboxFilter) instanceParts() (parts []inboxPart) {
	if f.archive != nil && f.archive.narrow() {
		for _, s := range f.archive.ranges() {
			parts = append(parts, inboxPart{"instance i", "i.number BETWEEN ? AND ? AND +i.owner = ?", []any{s.from, s.to, int32(f.Party)}})
		}
		if f.Case != 0 {
			for i := range parts {
				parts[i].and("i.number IN ("+instancesInCase+")", f.Case)
			}
		}
		return parts
	}
	if f.Case != 0 {
		return []inboxPart{{"case_instance m CROSS JOIN instance i ON i.number = m.instance", "m.case_number = ? AND +i.owner = ?", []any{f.Case, int32(f.Party)}}}
	}
	for lagged := range 2 { // the index has what was never changed and what was apart
		parts = append(parts, inboxPart{"instance i INDEXED BY instance_by_owner", "i.owner = ? AND i.lagged = ?", []any{int32(f.Party), lagged}})
	}
	return parts
}

// searchInstances reads the places of instances that a text is in, by whichever
// source has the fewest.
func (r *reader) searchInstances(f *inboxFilter, open, archived bool) ([]place, error) {
	no := false
	q := rest.Query{Owner: f.Party, Changed: f.Changed, SoftDeleted: &no, HardDeleted: &no, Search: f.Search, ShownAt: f.ShownAt,
		Descending: f.Descending, Limit: f.Limit, After: f.After}
	if open != archived || f.archive != nil {
		only := archived
		q.Archived = &only
	}
	l, none, err := r.listing(q, nil)
	if none || err != nil {
		return nil, err
	}
	if f.apps != nil {
		l.apps = f.apps
		l.add(byApp, memberOf("i.app"), memberList(f.apps))
	}
	if f.archive != nil {
		text, pattern := f.archive.condition("i.number")
		l.add("archive", text, pattern)
	}
	if f.Case != 0 {
		l.add("case", "i.number IN ("+instancesInCase+")", f.Case)
	}
	from, err := r.sources(l)
	if err != nil {
		return nil, err
	}
	return r.places(l, from, f.Limit+1)
}

// inboxMessages reads the places of messages.
func (r *reader) inboxMessages(f *inboxFilter) ([]place, error) {
	apps := f.apps
	if f.Search != "" {
		apps = f.named
	}
	received, archived := f.in(rest.InboxReceived), f.in(rest.InboxArchived)
	unconfirmed := f.in(rest.InboxOpen) && !received
	var statuses []rest.CorrespondenceStatus
	for _, s := range openStatuses {
		if s == rest.MessageArchived && archived || f.archive == nil && s != rest.MessageArchived && (received || unconfirmed && s < rest.MessageConfirmed) {
			statuses = append(statuses, s)
		}
	}
	if len(statuses) == 0 || f.Search != "" && len(apps) == 0 {
		return nil, nil
	}
	var also inboxPart
	also.and("published <= ?", micros(f.ShownAt))
	if unconfirmed {
		also.and("(confirmation = 1 OR status = ?)", int(rest.MessageArchived))
	}
	if apps != nil {
		also.and("+"+memberOf("app"), memberList(apps))
	}
	if f.Case != 0 {
		also.and("+case_number = ?", f.Case)
	}
	if f.archive != nil && !f.archive.narrow() {
		also.and(f.archive.condition("number"))
	}
	return r.readInbox(f, "shown", f.messageParts(statuses), also)
}

func (f *inboxFilter) messageParts(statuses []rest.CorrespondenceStatus) (parts []inboxPart) {
	among := memberList(intsOf(statuses))
	switch {
	case f.archive != nil && f.archive.narrow():
		for _, s := range f.archive.ranges() {
			parts = append(parts, inboxPart{"correspondence", "number BETWEEN ? AND ? AND +party = ? AND +" + memberOf("status"), []any{s.from, s.to, int32(f.Party), among}})
		}
	case f.Case != 0:
		parts = []inboxPart{{"correspondence INDEXED BY correspondence_by_case", "case_number = ? AND +party = ? AND +" + memberOf("status"), []any{f.Case, int32(f.Party), among}}}
	default:
		for _, s := range statuses {
			parts = append(parts, inboxPart{"correspondence INDEXED BY correspondence_by_shown", "party = ? AND status < 6 AND status = ?", []any{int32(f.Party), int(s)}})
		}
	}
	return parts
}

// inboxLookups reads the places of lookups, which are few and always archived.
func (r *reader) inboxLookups(f *inboxFilter) ([]place, error) {
	apps := f.apps
	if f.Search != "" {
		apps = f.named
	}
	if !f.in(rest.InboxArchived) || f.Case != 0 || f.Search != "" && len(apps) == 0 {
		return nil, nil
	}
	var also inboxPart
	also.and("archived <= ?", micros(f.ShownAt))
	if apps != nil {
		also.and("+"+memberOf("app"), memberList(apps))
	}
	if f.archive != nil {
		also.and(f.archive.condition("number"))
	}
	return r.readInbox(f, "archived", []inboxPart{{"lookup INDEXED BY lookup_by_party", "party = ? AND deleted IS NULL", []any{int32(f.Party)}}}, also)
}

// inboxCases reads the places of cases, which are in no case and have no
// archive reference.
func (r *reader) inboxCases(f *inboxFilter) ([]place, error) {
	apps := f.apps
	if f.Search != "" {
		apps = f.named
	}
	open, archived := f.in(rest.InboxOpen), f.in(rest.InboxArchived)
	if !open && !archived || f.Case != 0 || f.archive != nil || f.Search != "" && len(apps) == 0 {
		return nil, nil
	}
	var also inboxPart
	also.and("visible <= ?", micros(f.ShownAt))
	if !archived {
		also.and("archived IS NULL")
	}
	if !open {
		also.and("archived IS NOT NULL")
	}
	if apps != nil {
		also.and("+"+memberOf("app"), memberList(apps))
	}
	return r.readInbox(f, "shown", []inboxPart{{"case_file INDEXED BY case_by_shown", "party = ? AND deleted IS NULL", []any{int32(f.Party)}}}, also)
}
