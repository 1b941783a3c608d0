package storetest

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/google/uuid"

	"overgang/rest"
	"overgang/store"
)

// mark stores one instance that is marked for hard deletion at a time.
func mark(t *testing.T, s store.Store, at time.Time, change func(*rest.Instance)) rest.Instance {
	t.Helper()
	i := full()
	i.Reference, i.Confirmed, i.HardDeleted = "", time.Time{}, at
	for k := range i.Elements {
		i.Elements[k].ID = uuid.New()
	}
	change(&i)
	create(t, s, &i)
	return i
}

func testPurge(t *testing.T, s store.Store) {
	draft := mark(t, s, start.Add(time.Hour), func(*rest.Instance) {})
	sent := mark(t, s, start, func(i *rest.Instance) { i.Archived, i.Confirmed, i.Reference = start, start, "ESR-P" })
	mark(t, s, start, func(i *rest.Instance) { i.Archived = start })                                           // not confirmed
	mark(t, s, start, func(i *rest.Instance) { i.HardDeleted, i.SoftDeleted = i.Due.AddDate(9, 0, 0), start }) // later
	stays := full()
	stays.ID, stays.Reference = uuid.New(), ""
	for k := range stays.Elements {
		stays.Elements[k].ID = uuid.New()
	}
	stays.Elements[1].Content.Blob = "11ff"
	create(t, s, &stays)

	before := start.Add(time.Hour + time.Microsecond)
	purgeable := func(before time.Time, limit int) (list []uuid.UUID) {
		view(t, s, func(r store.Reader) (err error) { list, err = r.Purgeable(before, limit); return err })
		return list
	}
	same(t, "Purgeable", purgeable(before, 10), []uuid.UUID{sent.ID, draft.ID})
	same(t, "Purgeable, one", purgeable(before, 1), []uuid.UUID{sent.ID})
	if got := purgeable(start, 10); len(got) != 0 {
		t.Errorf("purgeable at the very time of the mark: %v", got)
	}

	receipt := rest.Receipt{Kind: rest.ReceiptFormTask, Status: rest.StatusOK, Changed: start, Sender: 1023, Party: 50001, Instance: sent.Number,
		References: []rest.Reference{{Type: rest.RefShipment, Value: "ESR-P"}, {Type: rest.RefArchive, Value: sent.ArchiveReference}}}
	update(t, s, func(tx store.Tx) error {
		if err := tx.AddEvent(&rest.Event{At: start, Type: rest.EventDeleted, App: sent.App, Owner: sent.Owner, Instance: sent.ID}); err != nil {
			return err
		}
		if err := tx.Enter(sent.ID, rest.Visit{Step: "FormFilling", Entered: start}); err != nil {
			return err
		}
		return tx.CreateReceipt(&receipt)
	})
	var blobs []string
	update(t, s, func(tx store.Tx) (err error) { blobs, err = tx.PurgeInstance(sent.ID); return err })
	if diff := cmp.Diff([]string{"00ff"}, blobs, cmpopts.SortSlices(func(a, b string) bool { return a < b })); diff != "" {
		t.Errorf("blobs: %s", diff)
	}
	wantUpdateErr(t, s, "purging again", store.ErrNotFound, func(tx store.Tx) error { _, err := tx.PurgeInstance(sent.ID); return err })
	view(t, s, func(r store.Reader) error {
		for name, find := range map[string]func() error{
			"by id":        func() error { _, err := r.Instance(sent.ID); return err },
			"by number":    func() error { _, err := r.InstanceByNumber(sent.Number); return err },
			"by reference": func() error { _, err := r.InstanceByReference(1023, "ESR-P"); return err },
			"by archive":   func() error { _, err := r.InstanceByArchive(sent.ArchiveReference); return err },
			"content":      func() error { _, err := r.ElementContent(sent.Elements[0].ID); return err },
		} {
			wantErr(t, "purged, "+name, find(), store.ErrNotFound)
		}
		events, err1 := r.InstanceEvents(sent.ID, rest.EventQuery{Limit: 100})
		visits, err2 := r.Visits(sent.ID)
		feed, err3 := r.AppEvents(sent.App, rest.EventQuery{Limit: 100})
		if len(events)+len(visits) != 0 || err1 != nil || err2 != nil || err3 != nil {
			t.Errorf("left: events %v, visits %v", events, visits)
		}
		// What the feed told it goes on to tell.
		if len(feed) != 1 || feed[0].Instance != sent.ID || feed[0].Type != rest.EventDeleted {
			t.Errorf("the feed: %+v", feed)
		}
		for _, ref := range receipt.References {
			found, err := r.ReceiptsByReference(ref, 5)
			if err != nil || len(found) != 1 || found[0].ID != receipt.ID {
				t.Errorf("the receipt by %v: %v, %v", ref, found, err)
			}
		}
		got, err := r.Instance(stays.ID)
		if err == nil {
			same(t, "its neighbour", *got, listed(stays))
		}
		content, err2 := r.ElementContent(stays.Elements[0].ID)
		same(t, "its neighbour's content", content, stays.Elements[0].Content)
		if err == nil {
			err = err2
		}
		return err
	})
	next := instance(melding, 50001, start)
	next.Elements = []rest.Element{element("default", "x", start)}
	create(t, s, &next)
	if next.Number <= stays.Number || next.Elements[0].Number <= stays.Elements[1].Number {
		t.Errorf("numbers %d, %d given again", next.Number, next.Elements[0].Number)
	}
	// Even the latest numbers are not given again.
	next.HardDeleted, next.Version = start, 2
	update(t, s, func(tx store.Tx) error {
		if err := tx.UpdateInstance(&next); err != nil {
			return err
		}
		_, err := tx.PurgeInstance(next.ID)
		return err
	})
	last := instance(melding, 50001, start)
	create(t, s, &last)
	if last.Number <= next.Number {
		t.Errorf("number %d after the purged %d", last.Number, next.Number)
	}
}
