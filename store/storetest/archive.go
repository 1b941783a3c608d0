package storetest

import (
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
