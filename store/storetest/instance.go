package storetest

import (
	"crypto/md5"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"overgang/rest"
	"overgang/store"
)

// full is an instance with every field set that CreateInstance takes.
func full() rest.Instance {
	i := instance(melding, 50001, start)
	form, file := element("default", "<melding/>", start), element("vedlegg", "", start)
	form.Form, form.Title, form.SenderReference = true, "Skjema", "form-1"
	file.Content = rest.Content{Size: 1 << 20, SHA256: [32]byte{9}, MD5: &[md5.Size]byte{7}, Blob: "00ff"}
	file.Locked, file.Encrypted, file.FileName = true, true, "kart æøå.pdf"
	file.Downloaded = []time.Time{start.Add(time.Second), start.Add(time.Minute)}
	file.Confirmed = []time.Time{start.Add(time.Hour)}
	i.Labels, i.Presentation = []string{"gr1", `"quoted"`}, "Byggesøknad 100%"
	i.Due, i.Visible, i.Confirmed = start.Add(24*time.Hour), start.Add(time.Hour), start.Add(2*time.Hour)
	i.Sender, i.Reference = 1023, "ESR-1"
	i.Keys = &rest.EncryptedKeys{Party: "cGFzc29yZA==\r\n", Owners: []rest.OwnerKey{
		{Owner: "TTD", Certificate: 1<<30 - 1, Key: rest.Secret(strings.Repeat("k", 8<<10))}, {Key: "bm9lbg=="}}}
	i.Signatures = []rest.Signature{{
		Person: 50001, System: 1023, At: start, SystemReference: "ref", SystemUser: "user", SystemVersion: "1.2",
		SystemLogID: "log", SystemLogin: start.Add(-time.Hour), SystemSigned: start, Elements: []uuid.UUID{form.ID, file.ID},
		Step: "Signing", Hashes: [][32]byte{form.Content.SHA256, file.Content.SHA256},
	}, {System: 1023, At: start.Add(time.Second), Certificate: []byte{0x30, 0x82, 0, 0xff}}}
	i.Elements = []rest.Element{form, file}
	return i
}

func testInstances(t *testing.T, s store.Store) {
	one, bare := full(), instance(skatt, 50002, start.Add(time.Second))
	create(t, s, &one, &bare)
	if one.Number <= 0 || bare.Number <= one.Number || one.ArchiveReference != "" {
		t.Errorf("assigned numbers %d, %d and archive reference %q", one.Number, bare.Number, one.ArchiveReference)
	}
	view(t, s, func(r store.Reader) error {
		for _, want := range []rest.Instance{one, bare} {
			got, err := r.Instance(want.ID)
			if err != nil {
				return err
			}
			same(t, "Instance", *got, listed(want))
			if got, err = r.InstanceByNumber(want.Number); err != nil {
				return err
			}
			same(t, "InstanceByNumber", *got, listed(want))
		}
		got, err := r.InstanceByReference(1023, "ESR-1")
		if err != nil {
			return err
		}
		same(t, "InstanceByReference", *got, listed(one))
		for name, find := range map[string]func() (*rest.Instance, error){
			"unknown id":                   func() (*rest.Instance, error) { return r.Instance(uuid.New()) },
			"zero id":                      func() (*rest.Instance, error) { return r.Instance(uuid.Nil) },
			"unknown number":               func() (*rest.Instance, error) { return r.InstanceByNumber(bare.Number + 1) },
			"another sender's reference":   func() (*rest.Instance, error) { return r.InstanceByReference(1024, "ESR-1") },
			"empty reference":              func() (*rest.Instance, error) { return r.InstanceByReference(0, "") },
			"reference with a wildcard":    func() (*rest.Instance, error) { return r.InstanceByReference(1023, "ESR-%") },
			"archive reference, not there": func() (*rest.Instance, error) { return r.InstanceByArchive("AR1") },
		} {
			_, err := find()
			wantErr(t, name, err, store.ErrNotFound)
		}
		return nil
	})

	twin := instance(melding, 50001, start)
	twin.Sender, twin.Reference = 1023, "ESR-1"
	wantUpdateErr(t, s, "the reference again", store.ErrExists, func(tx store.Tx) error { return tx.CreateInstance(&twin) })
	again := instance(melding, 50001, start)
	again.ID = one.ID
	wantUpdateErr(t, s, "the id again", store.ErrExists, func(tx store.Tx) error { return tx.CreateInstance(&again) })
	twin.Sender = 1024
	create(t, s, &twin)
	clash := instance(melding, 50001, start)
	clash.Elements = []rest.Element{one.Elements[0]}
	wantUpdateErr(t, s, "an element's id again", store.ErrExists, func(tx store.Tx) error { return tx.CreateInstance(&clash) })
	view(t, s, func(r store.Reader) error {
		_, err := r.Instance(clash.ID)
		wantErr(t, "instance whose element clashed", err, store.ErrNotFound)
		return nil
	})
}

func testInstanceVersions(t *testing.T, s store.Store) {
	i := full()
	create(t, s, &i)
	changed := i
	changed.Version, changed.Changed, changed.ChangedBy = 2, start.Add(time.Hour), "person:50001"
	changed.Labels, changed.Presentation = []string{"new"}, "New text"
	changed.Due, changed.Visible, changed.Confirmed = time.Time{}, start, time.Time{}
	changed.Step, changed.StepAt = "Signing", start.Add(time.Hour)
	changed.SoftDeleted, changed.HardDeleted = start.Add(3*time.Hour), start.Add(4*time.Hour)
	changed.Signatures, changed.Receipt = changed.Signatures[:1], 77
	update(t, s, func(tx store.Tx) error { return tx.UpdateInstance(&changed) })
	view(t, s, func(r store.Reader) error {
		got, err := r.Instance(i.ID)
		if err != nil {
			return err
		}
		same(t, "updated instance", *got, listed(changed))
		return nil
	})
	for _, version := range []int64{1, 2, 4} {
		stale := changed
		stale.Version, stale.Step = version, "Stale"
		wantUpdateErr(t, s, "update of another version", store.ErrNotFound, func(tx store.Tx) error { return tx.UpdateInstance(&stale) })
	}
	unknown := instance(melding, 1, start)
	unknown.Version = 2
	wantUpdateErr(t, s, "update of an unknown instance", store.ErrNotFound, func(tx store.Tx) error { return tx.UpdateInstance(&unknown) })
	back := changed
	back.Version, back.SoftDeleted, back.HardDeleted, back.Labels = 3, time.Time{}, time.Time{}, nil
	update(t, s, func(tx store.Tx) error { return tx.UpdateInstance(&back) })
	view(t, s, func(r store.Reader) error {
		got, err := r.Instance(i.ID)
		if err == nil {
			same(t, "instance taken back", *got, listed(back))
		}
		return err
	})
}

func testArchiveReferences(t *testing.T, s store.Store) {
	active, born := instance(melding, 1, start), instance(melding, 1, start)
	born.Archived = start
	create(t, s, &active, &born)
	if active.ArchiveReference != "" || born.ArchiveReference == "" {
		t.Fatalf("archive references after creation: %q, %q", active.ArchiveReference, born.ArchiveReference)
	}
	active.Version, active.Archived = 2, start.Add(time.Hour)
	update(t, s, func(tx store.Tx) error { return tx.UpdateInstance(&active) })
	if active.ArchiveReference == "" || active.ArchiveReference == born.ArchiveReference {
		t.Fatalf("archive reference %q, another's is %q", active.ArchiveReference, born.ArchiveReference)
	}
	for _, i := range []rest.Instance{active, born} {
		if ref := i.ArchiveReference; len(ref) < 3 || ref[:2] != "AR" {
			t.Errorf("archive reference %q is not AR and digits", ref)
		}
		view(t, s, func(r store.Reader) error {
			got, err := r.InstanceByArchive(i.ArchiveReference)
			if err == nil {
				same(t, "InstanceByArchive", *got, i)
			}
			_, other := r.InstanceByArchive("AR0" + i.ArchiveReference[2:])
			wantErr(t, "the reference with a zero", other, store.ErrNotFound)
			return err
		})
	}
	first := active.ArchiveReference
	active.Version, active.Changed = 3, start.Add(2*time.Hour)
	update(t, s, func(tx store.Tx) error { return tx.UpdateInstance(&active) })
	if active.ArchiveReference != first {
		t.Errorf("archive reference changed from %q to %q", first, active.ArchiveReference)
	}
}

func testElements(t *testing.T, s store.Store) {
	i := full()
	create(t, s, &i)
	added := element("vedlegg", "third", start)
	update(t, s, func(tx store.Tx) error { return tx.AddElement(i.ID, &added) })
	if added.Number <= i.Elements[1].Number {
		t.Errorf("number %d of a later element, %d of an earlier", added.Number, i.Elements[1].Number)
	}
	i.Elements = append(i.Elements, added)
	content := func(id uuid.UUID) (c rest.Content) {
		view(t, s, func(r store.Reader) (err error) { c, err = r.ElementContent(id); return err })
		return c
	}
	check := func(what string) {
		t.Helper()
		view(t, s, func(r store.Reader) error {
			got, err := r.Instance(i.ID)
			if err == nil {
				same(t, what, *got, listed(i))
			}
			return err
		})
		for _, e := range i.Elements {
			same(t, what+": content", content(e.ID), e.Content)
		}
	}
	check("with an added element")

	wantUpdateErr(t, s, "an element of an unknown instance", store.ErrNotFound, func(tx store.Tx) error {
		e := element("default", "x", start)
		return tx.AddElement(uuid.New(), &e)
	})
	wantUpdateErr(t, s, "an element's id again", store.ErrExists, func(tx store.Tx) error { return tx.AddElement(i.ID, &added) })
	view(t, s, func(r store.Reader) error {
		_, err := r.ElementContent(uuid.New())
		wantErr(t, "content of an unknown element", err, store.ErrNotFound)
		return nil
	})

	// Content stays when neither Inline nor Blob is given, and is replaced otherwise.
	e := &i.Elements[0]
	e.Version, e.Locked, e.Downloaded, e.Confirmed = 2, true, []time.Time{start}, []time.Time{start, start}
	update(t, s, func(tx store.Tx) error {
		c := *e
		c.Content = rest.Content{Size: 4711}
		return tx.UpdateElement(&c)
	})
	check("element changed, content kept")
	e.Version, e.Content = 3, rest.Content{Size: 5, SHA256: [32]byte{5}, Inline: []byte("other"), MD5: &[md5.Size]byte{1}}
	update(t, s, func(tx store.Tx) error { return tx.UpdateElement(e) })
	check("content replaced")
	e.Version, e.Content = 4, rest.Content{Size: 1 << 20, SHA256: [32]byte{6}, Blob: "0a0b"}
	update(t, s, func(tx store.Tx) error { return tx.UpdateElement(e) })
	check("content moved to a blob")
	e.Version, e.Content = 5, rest.Content{Inline: []byte{}}
	update(t, s, func(tx store.Tx) error { return tx.UpdateElement(e) })
	check("empty content")
	for _, version := range []int64{1, 5, 7} {
		stale := *e
		stale.Version = version
		wantUpdateErr(t, s, "update of another version", store.ErrNotFound, func(tx store.Tx) error { return tx.UpdateElement(&stale) })
	}
	view(t, s, func(r store.Reader) error {
		for key, want := range map[string]bool{"00ff": true, "0a0b": false, "none": false} {
			if got, err := r.BlobReferred(key); got != want || err != nil {
				t.Errorf("BlobReferred(%q) = %v, %v; want %v", key, got, err, want)
			}
		}
		return nil
	})

	gone := i.Elements[1]
	update(t, s, func(tx store.Tx) error { return tx.DeleteElement(gone.ID) })
	wantUpdateErr(t, s, "deleting twice", store.ErrNotFound, func(tx store.Tx) error { return tx.DeleteElement(gone.ID) })
	i.Elements = append(i.Elements[:1:1], i.Elements[2])
	check("with an element deleted")
	view(t, s, func(r store.Reader) error {
		_, err := r.ElementContent(gone.ID)
		wantErr(t, "content of a deleted element", err, store.ErrNotFound)
		return nil
	})
	last := element("vedlegg", "last", start)
	update(t, s, func(tx store.Tx) error {
		if err := tx.DeleteElement(added.ID); err != nil {
			return err
		}
		return tx.AddElement(i.ID, &last)
	})
	if last.Number <= added.Number {
		t.Errorf("number %d given after %d was deleted", last.Number, added.Number)
	}
}

func testNumbers(t *testing.T, s store.Store) {
	// Several instances, elements and receipts in one update: all differ, all grow.
	a, b := full(), instance(melding, 1, start)
	b.Elements = []rest.Element{element("default", "b", start)}
	var first, second rest.Receipt
	update(t, s, func(tx store.Tx) error {
		first, second = rest.Receipt{Changed: start, Sub: make([]rest.Receipt, 2)}, rest.Receipt{Changed: start}
		for _, i := range []*rest.Instance{&a, &b} {
			if err := tx.CreateInstance(i); err != nil {
				return err
			}
		}
		if err := tx.CreateReceipt(&first); err != nil {
			return err
		}
		return tx.CreateReceipt(&second)
	})
	elements := []int32{a.Elements[0].Number, a.Elements[1].Number, b.Elements[0].Number}
	receipts := []int32{first.ID, first.Sub[0].ID, first.Sub[1].ID, second.ID}
	for _, numbers := range [][]int32{{a.Number, b.Number}, elements, receipts} {
		for n := 1; n < len(numbers); n++ {
			if numbers[n-1] <= 0 || numbers[n] <= numbers[n-1] {
				t.Errorf("numbers %v do not grow", numbers)
			}
		}
	}
	if first.Sub[0].Parent != first.ID {
		t.Errorf("sub-receipt's parent is %d, want %d", first.Sub[0].Parent, first.ID)
	}
}
