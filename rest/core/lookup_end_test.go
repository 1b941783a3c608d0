package core

import (
	"testing"
	"time"

	"overgang/rest"
)

// TestLookupsEnd: what its owner takes back is gone at once, and removed with
// its content after the retention.
func TestLookupsEnd(t *testing.T) {
	w := newWorld(t)
	n := w.answer("k1")
	n.Content = w.content("%PDF-" + string(make([]byte, 100_000)))
	l, _, err := w.AddLookup(w.ctx, w.owner, n)
	if err != nil {
		t.Fatal(err)
	}
	list := func(c rest.Caller, q rest.LookupQuery) int {
		t.Helper()
		q.App = l.App
		got, _, err := w.Lookups(w.ctx, c, q)
		if err != nil {
			t.Fatal(err)
		}
		return len(got)
	}
	ofParty := rest.LookupQuery{Party: rest.PartyRef{ID: w.org.ID}}
	if list(w.owner, rest.LookupQuery{}) != 1 || list(w.owner, ofParty) != 1 || list(w.system, ofParty) != 1 {
		t.Error("it is not listed")
	}
	_, _, err = w.Lookups(w.ctx, w.system, rest.LookupQuery{App: l.App, Party: rest.PartyRef{ID: w.other.ID}})
	wantKind(t, err, rest.Forbidden)
	wantKind(t, w.DeleteLookup(w.ctx, w.system, l.ID), rest.NotFound)
	for range 2 { // the second time changes nothing
		if err := w.DeleteLookup(w.ctx, w.owner, l.ID); err != nil {
			t.Fatal(err)
		}
	}
	if list(w.owner, rest.LookupQuery{}) != 0 || list(w.system, ofParty) != 0 {
		t.Error("it is listed")
	}
	_, err = w.LookupByNumber(w.ctx, w.system, l.Number)
	wantKind(t, err, rest.Gone)
	_, err = w.Lookup(w.ctx, rest.Caller{System: 4711}, l.ID)
	wantKind(t, err, rest.NotFound)
	events, err := w.AppEvents(w.ctx, w.owner, l.App, rest.EventQuery{})
	if err != nil || len(events) != 2 || events[0].Type != rest.EventLookupAdded || events[1].Type != rest.EventLookupDeleted || events[1].Lookup != l.ID {
		t.Errorf("%+v, %v", events, err)
	}
	purge := func(want int) {
		t.Helper()
		if n, err := w.purgeLookups(w.ctx); n != want || err != nil {
			t.Errorf("purged %d, %v; want %d", n, err, want)
		}
	}
	purge(0)
	w.clock.add(w.cfg.Retention + time.Hour)
	purge(1)
	_, err = w.Lookup(w.ctx, w.owner, l.ID)
	wantKind(t, err, rest.NotFound)
	if _, err := w.blobs.Open(w.ctx, l.Content.Blob); err == nil {
		t.Error("its content is there")
	}
}

// TestPermitsLookups: a person is told of a lookup that it may read, also that
// it was deleted; others are not.
func TestPermitsLookups(t *testing.T) {
	w := newWorld(t)
	n := w.answer("k1")
	n.Party = rest.PartyRef{ID: w.person.ID}
	own, _, err := w.AddLookup(w.ctx, w.owner, n)
	if err != nil {
		t.Fatal(err)
	}
	others, _, err := w.AddLookup(w.ctx, w.owner, w.answer("k2"))
	if err != nil {
		t.Fatal(err)
	}
	want := func(what string, subscriber rest.Subject, kind rest.EventType, l *rest.Lookup, permitted bool) {
		t.Helper()
		e := rest.Event{ID: 1, Type: kind, App: l.App, Owner: l.Party, Lookup: l.ID}
		if ok, err := w.Permits(w.ctx, &rest.Subscription{Subscriber: subscriber}, &e); ok != permitted || err != nil {
			t.Errorf("%s: %v, %v, want %v", what, ok, err, permitted)
		}
	}
	person := rest.PersonSubject(w.person.ID)
	want("its own", person, rest.EventLookupAdded, own, true)
	want("another's", person, rest.EventLookupAdded, others, false)
	want("the owner", rest.OwnerSubject("ttd"), rest.EventLookupAdded, others, true)
	want("another owner", rest.OwnerSubject("skd"), rest.EventLookupAdded, others, false)
	if err := w.DeleteLookup(w.ctx, w.owner, own.ID); err != nil {
		t.Fatal(err)
	}
	want("its own, which is deleted", person, rest.EventLookupDeleted, own, true)
	want("one that never was", person, rest.EventLookupDeleted, &rest.Lookup{App: own.App}, false)
}
