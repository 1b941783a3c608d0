package inbox

import (
	"overgang/rest"
	"overgang/rest/api"
)

// kinds and states are the core's, by their names here.
var (
	kinds = map[string]rest.InboxKind{
		"instance": rest.InboxInstance, "correspondence": rest.InboxMessage, "lookup": rest.InboxLookup, "case": rest.InboxCase,
	}
	states = map[string]rest.InboxState{
		"open": rest.InboxOpen, "elsewhere": rest.InboxElsewhere, "received": rest.InboxReceived, "archived": rest.InboxArchived,
	}
)

// query reads the filters.
func query(p ListInboxParams) (q rest.InboxQuery, err error) {
	q = rest.InboxQuery{Org: p.Org, Services: p.ServiceCode, Archive: p.ArchiveReference, Case: p.CaseNumber, Search: p.Search}
	if q.Party, err = party(p); err != nil {
		return q, err
	}
	for _, name := range p.Kind {
		kind, ok := kinds[name]
		if !ok {
			return q, rest.Errorf(rest.Invalid, "kind-invalid", "kind is instance, correspondence, lookup or case.")
		}
		q.Kinds = append(q.Kinds, kind)
	}
	for _, name := range p.State {
		state, ok := states[name]
		if !ok {
			return q, rest.Errorf(rest.Invalid, "state-invalid", "state is open, elsewhere, received or archived.")
		}
		q.States = append(q.States, state)
	}
	if p.CaseNumber < 0 {
		return q, rest.Errorf(rest.Invalid, "case-invalid", "caseNumber is a number from 1.")
	}
	if q.Changed, err = api.DateRange("lastChangedDateTime", p.LastChangedDateTime); err != nil {
		return q, err
	}
	if q.Limit, err = api.PageSize(p.Size); err != nil {
		return q, err
	}
	switch p.Sort {
	case "", "-lastChangedDateTime":
		q.Descending = true
	case "lastChangedDateTime":
	default:
		return q, rest.Errorf(rest.Invalid, "sort-invalid", "sort is lastChangedDateTime or -lastChangedDateTime.")
	}
	return q, nil
}

// party is named in the address or in the header.
func party(p ListInboxParams) (rest.PartyRef, error) {
	ref, err := api.PartyOfList(p.Party, p.XInstanceOwner)
	if err == nil && ref == (rest.PartyRef{}) {
		err = rest.Errorf(rest.Invalid, "party-missing", "Name the party by party or by the header X-Instance-Owner.")
	}
	return ref, err
}

// language is the one that titles are wanted in.
func language(name string) (string, error) {
	switch name {
	case "":
		return "nb", nil
	case "nb", "nn", "se", "en":
		return name, nil
	}
	return "", rest.Errorf(rest.Invalid, "language-invalid", "language is nb, nn, se or en.")
}
