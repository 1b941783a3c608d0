package storetest

import (
	"errors"
	"testing"
	"time"

	"github.com/google/uuid"

	"overgang/rest"
	"overgang/store"
)

func testLookups(t *testing.T, s store.Store) {
	before := instance(melding, 50001, start)
	create(t, s, &before)
	inline := rest.Lookup{
		ID: uuid.New(), App: melding, Party: 50001, Key: "k1", Title: "Inntekt", Question: "2025", Language: "nn", Forwarding: true, FileName: "svar.pdf",
		Content: rest.Content{Size: 5, SHA256: [32]byte{1, 2}, Inline: []byte("%PDF-")}, Archived: start.Add(-time.Hour), Created: start, CreatedBy: "ttd",
	}
	blob := rest.Lookup{
		ID: uuid.New(), App: melding, Party: 50001, Key: "k2", Language: "nb", FileName: "b.pdf",
		Content: rest.Content{Size: 100_000, SHA256: [32]byte{3}, Blob: "look1"}, Archived: start, Created: start, CreatedBy: "ttd",
	}
	update(t, s, func(tx store.Tx) error {
		if err := tx.CreateLookup(&inline); err != nil {
			return err
		}
		return tx.CreateLookup(&blob)
	})
	if inline.Number != before.Number+1 || blob.Number != inline.Number+1 || inline.ArchiveReference == "" {
		t.Errorf("instance %d, lookups %d (%s), %d", before.Number, inline.Number, inline.ArchiveReference, blob.Number)
	}
	again := inline
	again.ID = uuid.New()
	wantErr(t, "the same key", s.Update(t.Context(), func(tx store.Tx) error { return tx.CreateLookup(&again) }), store.ErrExists)
	elsewhere := again
	elsewhere.Party = 50002
	update(t, s, func(tx store.Tx) error { return tx.CreateLookup(&elsewhere) })
	if elsewhere.Number != blob.Number+1 {
		t.Errorf("a refused lookup took number %d", elsewhere.Number-1)
	}

	view(t, s, func(r store.Reader) error {
		for _, want := range []rest.Lookup{inline, blob} {
			content := want.Content
			want.Content.Inline = nil
			for name, find := range map[string]func() (*rest.Lookup, error){
				"by id":     func() (*rest.Lookup, error) { return r.Lookup(want.ID) },
				"by number": func() (*rest.Lookup, error) { return r.LookupByNumber(want.Number) },
				"by key":    func() (*rest.Lookup, error) { return r.LookupByKey(melding, 50001, want.Key) },
			} {
				got, err := find()
				if err != nil {
					t.Fatalf("%s: %v", name, err)
				}
				same(t, name, *got, want)
			}
			got, err := r.LookupContent(want.ID)
			if err != nil {
				return err
			}
			same(t, "content", got, content)
		}
		_, err := r.LookupByNumber(before.Number)
		wantErr(t, "an instance's number", err, store.ErrNotFound)
		_, err = r.LookupByKey(skatt, 50001, "k1")
		wantErr(t, "another application's key", err, store.ErrNotFound)
		for key, want := range map[string]bool{"look1": true, "look2": false} {
			if got, err := r.BlobReferred(key); got != want || err != nil {
				t.Errorf("blob %s referred: %v, %v", key, got, err)
			}
		}
		return nil
	})
}

func testLookupsEnd(t *testing.T, s store.Store) {
	one, two, three := lookedUp(melding, 50001, start), lookedUp(melding, 50002, start), lookedUp(melding, 50001, start)
	three.Content = rest.Content{Size: 100_000, SHA256: [32]byte{3}, Blob: "purged"}
	for _, l := range []*rest.Lookup{&one, &two, &three} {
		update(t, s, func(tx store.Tx) error { return tx.CreateLookup(l) })
	}
	listed := func(q store.LookupQuery, want ...int32) {
		t.Helper()
		view(t, s, func(r store.Reader) error {
			list, err := r.Lookups(q)
			var got []int32
			for _, l := range list {
				got = append(got, l.Number)
			}
			same(t, "lookups", got, want)
			return err
		})
	}
	listed(store.LookupQuery{App: melding, Limit: 2}, one.Number, two.Number)
	listed(store.LookupQuery{App: melding, Limit: 2, After: two.Number}, three.Number)
	listed(store.LookupQuery{App: melding, Party: 50001, Limit: 9}, one.Number, three.Number)
	listed(store.LookupQuery{App: skatt, Limit: 9})
	wantUpdateErr(t, s, "one that is not there", store.ErrNotFound, func(tx store.Tx) error { return tx.DeleteLookup(uuid.New(), rest.Mark{At: start}) })
	mark := rest.Mark{At: start.Add(time.Hour), By: "ttd"}
	e := rest.Event{At: mark.At, Type: rest.EventLookupDeleted, App: melding, Owner: 50001, Lookup: three.ID, By: "ttd"}
	update(t, s, func(tx store.Tx) error {
		if err := tx.DeleteLookup(three.ID, mark); err != nil {
			return err
		}
		return tx.AddEvent(&e)
	})
	wantUpdateErr(t, s, "one that is deleted", store.ErrNotFound, func(tx store.Tx) error { return tx.DeleteLookup(three.ID, mark) })
	listed(store.LookupQuery{App: melding, Party: 50001, Limit: 9}, one.Number)
	again := three
	again.ID = uuid.New()
	update(t, s, func(tx store.Tx) error { return tx.CreateLookup(&again) }) // its key is free
	view(t, s, func(r store.Reader) error {
		got, err := r.Lookup(three.ID)
		same(t, "mark", got.Deleted, mark)
		now, err2 := r.PurgeableLookups(mark.At, 9)
		same(t, "purgeable", len(now), 0)
		ids, err3 := r.PurgeableLookups(mark.At.Add(time.Second), 9)
		same(t, "purgeable later", ids, []uuid.UUID{three.ID})
		page, err4 := r.Inbox(store.InboxQuery{Party: 50001, ShownAt: start, Limit: 9})
		if len(page.Entries) != 2 {
			t.Errorf("inbox: %+v", page.Entries)
		}
		return errors.Join(err, err2, err3, err4)
	})
	for id, want := range map[uuid.UUID][]string{three.ID: {"purged"}, one.ID: nil} {
		var blobs []string
		update(t, s, func(tx store.Tx) (err error) { blobs, err = tx.PurgeLookup(id); return err })
		same(t, "blobs", blobs, want)
		wantUpdateErr(t, s, "one that is gone", store.ErrNotFound, func(tx store.Tx) error { _, err := tx.PurgeLookup(id); return err })
	}
	view(t, s, func(r store.Reader) error {
		events, err := r.AppEvents(melding, rest.EventQuery{Limit: 9})
		same(t, "events", events, []rest.Event{e})
		return err
	})
}

func testPartNumbers(t *testing.T, s store.Store) {
	one, two := instance(melding, 50001, start), instance(skatt, 50002, start)
	one.Elements = []rest.Element{element("melding", "en", start), element("vedlegg", "to", start)}
	two.Elements = []rest.Element{element("melding", "tre", start)}
	create(t, s, &one, &two)
	a := attachment("hei", "")
	update(t, s, func(tx store.Tx) error { return tx.CreateAttachment(&a) })
	view(t, s, func(r store.Reader) error {
		for _, i := range []*rest.Instance{&one, &two} {
			for _, e := range i.Elements {
				got, err := r.InstanceByElement(e.Number)
				if err != nil {
					return err
				}
				if got.ID != i.ID || len(got.Elements) != len(i.Elements) {
					t.Errorf("element %d is of instance %d, not %d", e.Number, i.Number, got.Number)
				}
			}
		}
		if got, err := r.AttachmentByNumber(a.Number); got != a.ID || err != nil {
			t.Errorf("attachment %d: %s, %v", a.Number, got, err)
		}
		_, err := r.InstanceByElement(a.Number)
		wantErr(t, "an attachment's number", err, store.ErrNotFound)
		_, err = r.AttachmentByNumber(one.Elements[0].Number)
		wantErr(t, "an element's number", err, store.ErrNotFound)
		return nil
	})
}
