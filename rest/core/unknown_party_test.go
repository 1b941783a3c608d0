package core

import (
	"reflect"
	"testing"

	"overgang/rest"
)

// TestOwnersAreNotToldOfParties: what an owner lists of a party that is unknown
// is what it lists of one that has nothing, and only who has something of the
// owner's applications can be found by number.
func TestOwnersAreNotToldOfParties(t *testing.T) {
	w := newWorld(t)
	app := rest.AppID{Org: "ttd", App: "melding"}
	nothing, unknown := rest.PartyRef{OrgNumber: orgB}, rest.PartyRef{OrgNumber: "310000035"}
	type told struct {
		answer any
		err    error
	}
	for name, ask := range map[string]func(rest.PartyRef) told{
		"cases": func(ref rest.PartyRef) told {
			list, more, err := w.Cases(w.ctx, w.owner, rest.CaseQuery{App: app, Party: ref})
			return told{[]any{list, more}, err}
		},
		"lookups": func(ref rest.PartyRef) told {
			list, more, err := w.Lookups(w.ctx, w.owner, rest.LookupQuery{App: app, Party: ref})
			return told{[]any{list, more}, err}
		},
		"prefill": func(ref rest.PartyRef) told {
			list, err := w.Prefills(w.ctx, w.owner, app, ref)
			return told{list, err}
		},
		"subject": func(ref rest.PartyRef) told {
			id, err := w.SubjectByNumber(w.ctx, w.owner, ref)
			return told{id, err}
		},
	} {
		a, b := ask(nothing), ask(unknown)
		if a.err != nil || !reflect.DeepEqual(a, b) {
			t.Errorf("%s: %+v, of an unknown party %+v", name, a, b)
		}
	}
	for _, id := range []rest.PartyID{w.other.ID, 4711} {
		f, err := w.checkFilter(w.ctx, w.owner, rest.EventFilter{Party: id})
		if err != nil || f.Party != id {
			t.Errorf("party %d: %+v, %v", id, f, err)
		}
	}
	_, err := w.checkFilter(w.ctx, w.owner, rest.EventFilter{Party: rest.Nobody})
	wantKind(t, err, rest.Forbidden)
	n := w.letter()
	n.Recipients = []rest.PartyRef{nothing}
	w.send(n)
	if id, err := w.SubjectByNumber(w.ctx, w.owner, nothing); err != nil || id != w.other.ID {
		t.Errorf("after a message: %d, %v", id, err)
	}
	w.submit(w.shipment("R"))
	if id, err := w.SubjectByNumber(w.ctx, w.owner, rest.PartyRef{OrgNumber: orgA}); err != nil || id != w.org.ID {
		t.Errorf("after an instance: %d, %v", id, err)
	}
	_, err = w.SubjectByNumber(w.ctx, rest.Caller{Owner: "ttd"}, nothing)
	wantKind(t, err, rest.Forbidden) // no scope
}
