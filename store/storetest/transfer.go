package storetest

import (
	"slices"
	"testing"
	"time"

	"github.com/google/uuid"

	"overgang/rest"
	"overgang/store"
)

var filer = rest.AppID{Org: "ttd", App: "filer"}

// transfer is a transfer that waits for its file, not stored yet.
func transfer(app rest.AppID, sender rest.PartyID, at time.Time, recipients ...rest.PartyID) rest.Transfer {
	t := rest.Transfer{
		ID: uuid.New(), App: app, Service: rest.ServiceRef{Code: "4600", Edition: 1}, Sender: sender, Status: rest.TransferInitialized,
		Changed: at, Created: at, CreatedBy: "system:1", Expires: at.Add(time.Hour), Version: 1,
	}
	for _, p := range recipients {
		t.Recipients = append(t.Recipients, rest.Recipient{Party: p, State: rest.RecipientInitialized, Changed: at})
	}
	return t
}

func createTransfer(t testing.TB, s store.Store, tr *rest.Transfer) {
	t.Helper()
	update(t, s, func(tx store.Tx) error { return tx.CreateTransfer(tr) })
}

// publish makes a transfer's file fetchable.
func publish(t testing.TB, s store.Store, tr *rest.Transfer) {
	t.Helper()
	tr.Version++
	tr.Status, tr.Published = rest.TransferPublished, tr.Created.Add(time.Minute)
	update(t, s, func(tx store.Tx) error { return tx.UpdateTransfer(tr) })
}

func testTransfers(t *testing.T, s store.Store) {
	tr := transfer(filer, 50001, start, 50003, 50002)
	tr.System, tr.Reference, tr.Checksum, tr.Due, tr.Receipt = 1023, "S-1", "00ff", start.Add(time.Hour), 77
	tr.Properties = []rest.Property{{Key: "b", Value: "2"}, {Key: "a", Value: "1"}}
	tr.Files = []rest.TransferFile{{Name: "a.xml", Checksum: "x"}, {Name: "b.xml"}}
	other := transfer(filer, 50001, start, 50002)
	createTransfer(t, s, &tr)
	createTransfer(t, s, &other)
	if tr.Number == 0 || other.Number <= tr.Number {
		t.Errorf("numbers %d, %d", tr.Number, other.Number)
	}
	wantUpdateErr(t, s, "an id twice", store.ErrExists, func(tx store.Tx) error { again := tr; return tx.CreateTransfer(&again) })
	read := func() (got rest.Transfer) {
		t.Helper()
		view(t, s, func(r store.Reader) error {
			one, err := r.Transfer(tr.ID)
			if err == nil {
				got = *one
			}
			return err
		})
		return got
	}
	same(t, "as created", read(), tr)

	tr.Version, tr.Status, tr.Text, tr.Changed, tr.FileName = 2, rest.TransferPublished, "Ready.", start.Add(time.Second), "a.zip"
	tr.Published, tr.Expires, tr.Due = start.Add(time.Second), start.Add(2*time.Hour), start.Add(2*time.Hour)
	tr.Content = rest.Content{Size: 3, SHA256: [32]byte{1}, MD5: &[16]byte{2}, Inline: []byte("abc")}
	update(t, s, func(tx store.Tx) error { return tx.UpdateTransfer(&tr) })
	wantUpdateErr(t, s, "an old version", store.ErrNotFound, func(tx store.Tx) error { return tx.UpdateTransfer(&tr) })
	tr.Recipients[1].State, tr.Recipients[1].Changed = rest.RecipientConfirmed, start.Add(3*time.Second)
	tr.Recipients[1].Downloaded, tr.Recipients[1].Confirmed, tr.Recipients[1].Receipt = start.Add(2*time.Second), start.Add(3*time.Second), 79
	update(t, s, func(tx store.Tx) error { return tx.UpdateRecipient(tr.ID, tr.Recipients[1]) })
	wantUpdateErr(t, s, "nobody's part", store.ErrNotFound, func(tx store.Tx) error { return tx.UpdateRecipient(tr.ID, rest.Recipient{Party: 9}) })
	bare := tr
	bare.Content.Inline = nil
	same(t, "as updated", read(), bare)
	content := func() (c rest.Content) {
		t.Helper()
		view(t, s, func(r store.Reader) (err error) { c, err = r.TransferContent(tr.ID); return err })
		return c
	}
	same(t, "content", content(), tr.Content)

	again := bare
	again.Version = 3
	update(t, s, func(tx store.Tx) error { return tx.UpdateTransfer(&again) })
	same(t, "content that was not given", content(), tr.Content)
	tr.Version, tr.Content.Inline, tr.Content.Blob = 4, nil, "00ee"
	update(t, s, func(tx store.Tx) error { return tx.UpdateTransfer(&tr) })
	if got := content(); got.Blob != "00ee" {
		t.Errorf("content in a blob: %+v", got)
	}
	referred := func() (is bool) {
		t.Helper()
		view(t, s, func(r store.Reader) (err error) { is, err = r.BlobReferred("00ee"); return err })
		return is
	}
	if !referred() {
		t.Error("the file's blob is not referred to")
	}
	tr.Version = 5
	update(t, s, func(tx store.Tx) error { return tx.UpdateTransfer(&tr) })
	if !referred() {
		t.Error("a change of the transfer took its file away")
	}
	tr.Content.Blob = ""
	update(t, s, func(tx store.Tx) error { return tx.DropTransferContent(tr.ID) })
	same(t, "dropped content", content(), tr.Content)
	if referred() {
		t.Error("a purged file's blob is referred to")
	}
	view(t, s, func(r store.Reader) error {
		got, err := r.TransferOfReceipt(77)
		if err != nil || got.ID != tr.ID {
			t.Errorf("of receipt 77: %v, %v", got, err)
		}
		list, err := r.AllTransfers(got.Number, 5)
		if err != nil || len(list) != 1 || list[0].ID != other.ID || len(list[0].Recipients) != 1 {
			t.Errorf("after %d: %+v, %v", got.Number, list, err)
		}
		_, err = r.TransferOfReceipt(78)
		wantErr(t, "another receipt", err, store.ErrNotFound)
		_, err = r.Transfer(uuid.New())
		wantErr(t, "another id", err, store.ErrNotFound)
		has, err := r.HasTransfers(filer)
		none, err2 := r.HasTransfers(melding)
		if !has || none || err != nil || err2 != nil {
			t.Errorf("has %v, another %v: %v, %v", has, none, err, err2)
		}
		due, err := r.DueTransfers(start.Add(3*time.Hour), false, 10)
		same(t, "due", due, []uuid.UUID{tr.ID})
		processed, err2 := r.DueTransfers(start.Add(3*time.Hour), true, 10)
		if len(processed) > 0 || err2 != nil {
			t.Errorf("processed: %v, %v", processed, err2)
		}
		return err
	})
}

func testTransferSteps(t *testing.T, s store.Store) {
	tr := transfer(filer, 50001, start, 50002)
	createTransfer(t, s, &tr)
	steps := []rest.TransferStep{
		{At: start, Status: rest.TransferInitialized, Text: "one", By: "system:1"},
		{At: start, Recipient: 50002, State: rest.RecipientInitialized, By: "system:1"},
		{At: start.Add(time.Second), Status: rest.TransferFailed, Text: "two", By: "system"},
	}
	for _, step := range steps {
		update(t, s, func(tx store.Tx) error { return tx.AddTransferStep(tr.ID, step) })
	}
	wantUpdateErr(t, s, "no such transfer", store.ErrNotFound, func(tx store.Tx) error { return tx.AddTransferStep(uuid.New(), steps[0]) })
	event := rest.Event{At: start, Type: rest.EventTransferPublished, App: filer, Owner: 50001, Transfer: tr.ID, Step: string(rest.TransferPublished), By: "system"}
	i := instance(filer, 50001, start)
	create(t, s, &i)
	update(t, s, func(tx store.Tx) error {
		e := rest.Event{At: start, Type: rest.EventCreated, App: filer, Owner: 50001, Instance: i.ID, By: "ttd"}
		if err := tx.AddEvent(&e); err != nil {
			return err
		}
		return tx.AddEvent(&event)
	})
	view(t, s, func(r store.Reader) error {
		got, err := r.TransferSteps(tr.ID)
		same(t, "steps", got, steps)
		if err != nil {
			return err
		}
		feed, err := r.AppEvents(filer, rest.EventQuery{Limit: 10})
		if len(feed) != 2 || feed[0].Instance != i.ID || feed[0].Transfer != uuid.Nil {
			t.Errorf("feed: %+v", feed)
		} else {
			same(t, "event", feed[1], event)
		}
		return err
	})
}

// testTransferLists compares pages with what a plain filter over everything gives.
func testTransferLists(t *testing.T, s store.Store) {
	var all []rest.Transfer
	apps := []rest.AppID{filer, {Org: "ttd", App: "andre"}}
	for n := range 60 {
		at := start.Add(time.Duration(n/4) * time.Second) // ties
		tr := transfer(apps[n%2], rest.PartyID(1+n%3), at, rest.PartyID(1+(n+1)%3), rest.PartyID(10+n%2))
		tr.Reference = []string{"", "odd"}[n%2]
		createTransfer(t, s, &tr)
		if n%3 > 0 {
			publish(t, s, &tr)
		}
		if n%5 == 0 {
			tr.Recipients[0].State = rest.RecipientConfirmed
			update(t, s, func(tx store.Tx) error { return tx.UpdateRecipient(tr.ID, tr.Recipients[0]) })
		}
		if n%7 == 0 {
			tr.Version++
			tr.Status = rest.TransferPurged
			update(t, s, func(tx store.Tx) error { return tx.UpdateTransfer(&tr) })
		}
		all = append(all, tr)
	}
	one, two := store.TransferParty{Party: 1, App: apps[0]}, store.TransferParty{Party: 2, App: apps[1]}
	for name, l := range map[string]store.TransferList{
		"sent":             {Senders: []store.TransferParty{one, two}},
		"received":         {Recipients: []store.TransferParty{one, two, {Party: 10, App: apps[0]}}},
		"either":           {Senders: []store.TransferParty{one, two}, Recipients: []store.TransferParty{one, two, {Party: 10, App: apps[0]}}},
		"by status":        {Senders: []store.TransferParty{one}, Recipients: []store.TransferParty{two}, Status: []rest.TransferStatus{rest.TransferPublished, rest.TransferPurged}},
		"by state":         {Senders: []store.TransferParty{one}, Recipients: []store.TransferParty{one, two}, States: []rest.RecipientState{rest.RecipientInitialized}},
		"by reference":     {Senders: []store.TransferParty{one, two}, Recipients: []store.TransferParty{one, two}, Reference: "odd"},
		"and by status":    {Senders: []store.TransferParty{one, two}, Reference: "odd", Status: []rest.TransferStatus{rest.TransferPublished, rest.TransferPurged}},
		"and by state":     {Senders: []store.TransferParty{one, two}, Recipients: []store.TransferParty{one, two}, Reference: "odd", States: []rest.RecipientState{rest.RecipientInitialized}},
		"by time":          {Senders: []store.TransferParty{one, two}, From: start.Add(3 * time.Second), To: start.Add(9 * time.Second)},
		"an unknown app":   {Senders: []store.TransferParty{{Party: 1, App: melding}}, Recipients: []store.TransferParty{{Party: 1, App: melding}}},
		"nobody":           {},
		"a stranger":       {Recipients: []store.TransferParty{{Party: 99, App: apps[0]}}},
		"status and state": {Recipients: []store.TransferParty{one, two}, Status: []rest.TransferStatus{rest.TransferPublished}, States: []rest.RecipientState{rest.RecipientConfirmed}},
	} {
		for _, down := range []bool{false, true} {
			l.Descending = down
			var want []uuid.UUID
			for _, tr := range all {
				if selects(l, tr) {
					want = append(want, tr.ID)
				}
			}
			if down {
				slices.Reverse(want)
			}
			same(t, name, walkTransfers(t, s, l), want)
		}
	}
}

// selects is what a list means.
func selects(l store.TransferList, t rest.Transfer) bool {
	sent := len(l.States) == 0 && slices.ContainsFunc(l.Senders, func(p store.TransferParty) bool { return p.Party == t.Sender && p.App == t.App })
	received := l.Reference == "" && !t.Published.IsZero() && slices.ContainsFunc(l.Recipients, func(p store.TransferParty) bool {
		r := t.Recipient(p.Party)
		return r != nil && p.App == t.App && (len(l.States) == 0 || slices.Contains(l.States, r.State))
	})
	return (sent || received) && (len(l.Status) == 0 || slices.Contains(l.Status, t.Status)) && (l.Reference == "" || l.Reference == t.Reference) &&
		!t.Created.Before(l.From) && (l.To.IsZero() || t.Created.Before(l.To))
}

// walkTransfers pages through a list, three at a time.
func walkTransfers(t testing.TB, s store.Store, l store.TransferList) (ids []uuid.UUID) {
	t.Helper()
	l.Limit = 3
	for range 100 {
		var page []rest.Transfer
		view(t, s, func(r store.Reader) (err error) { page, err = r.Transfers(l); return err })
		for i, tr := range page[:min(3, len(page))] {
			ids = append(ids, tr.ID)
			if len(tr.Recipients) != 2 {
				t.Errorf("entry %d has %d recipients", i, len(tr.Recipients))
			}
		}
		if len(page) <= 3 {
			return ids
		}
		l.After = &rest.Position{At: page[2].Created, Number: page[2].Number}
	}
	t.Fatal("the list does not end")
	return nil
}

func testTransferWaiting(t *testing.T, s store.Store) {
	tr := transfer(filer, 1, start, 2, 3)
	createTransfer(t, s, &tr)
	waiting := func(parties ...rest.PartyID) (is bool) {
		t.Helper()
		view(t, s, func(r store.Reader) (err error) {
			is, err = r.TransferWaiting(parties, []rest.AppID{melding, filer})
			return err
		})
		return is
	}
	want := func(when string, two, three bool) {
		t.Helper()
		if got := [2]bool{waiting(2), waiting(9, 3)}; got != [2]bool{two, three} {
			t.Errorf("%s: %v, want %v", when, got, [2]bool{two, three})
		}
		if waiting(1) || waiting() {
			t.Errorf("%s: it waits for its sender, or for nobody", when)
		}
	}
	want("before publishing", false, false)
	publish(t, s, &tr)
	want("published", true, true)
	tr.Recipients[0].State = rest.RecipientDownloaded
	update(t, s, func(tx store.Tx) error { return tx.UpdateRecipient(tr.ID, tr.Recipients[0]) })
	want("downloaded", true, true)
	tr.Recipients[0].State = rest.RecipientConfirmed
	update(t, s, func(tx store.Tx) error { return tx.UpdateRecipient(tr.ID, tr.Recipients[0]) })
	want("confirmed by one", false, true)
	tr.Version++
	tr.Status = rest.TransferPurged
	update(t, s, func(tx store.Tx) error { return tx.UpdateTransfer(&tr) })
	want("purged", false, false)
}

func testPartialUploads(t *testing.T, s store.Store) {
	tr := transfer(filer, 1, start, 2)
	createTransfer(t, s, &tr)
	p := rest.PartialUpload{Transfer: tr.ID, FileName: "a.zip", Length: 10, Changed: start, Expires: start.Add(time.Hour), Blob: "00dd", SHA256: []byte{1}, MD5: []byte{2}}
	read := func() (got rest.PartialUpload, err error) {
		view(t, s, func(r store.Reader) error { got, err = r.PartialUpload(tr.ID); return nil })
		return got, err
	}
	_, err := read()
	wantErr(t, "none yet", err, store.ErrNotFound)
	for range 2 {
		p.Received += 4
		update(t, s, func(tx store.Tx) error { return tx.PutPartial(p) })
		got, err := read()
		if err != nil {
			t.Fatal(err)
		}
		same(t, "partial upload", got, p)
	}
	stray := p
	stray.Transfer = uuid.New()
	wantUpdateErr(t, s, "of no transfer", store.ErrNotFound, func(tx store.Tx) error { return tx.PutPartial(stray) })
	view(t, s, func(r store.Reader) error {
		if is, err := r.BlobReferred("00dd"); !is || err != nil {
			t.Errorf("referred %v, %v", is, err)
		}
		for before, want := range map[time.Duration]int{time.Hour: 0, time.Hour + time.Microsecond: 1} {
			list, err := r.ExpiredPartials(start.Add(before), 5)
			if len(list) != want || err != nil {
				t.Errorf("expired before %v: %v, %v", before, list, err)
			}
		}
		return nil
	})
	for range 2 {
		update(t, s, func(tx store.Tx) error { return tx.DeletePartial(tr.ID) })
	}
	_, err = read()
	wantErr(t, "deleted", err, store.ErrNotFound)
}
