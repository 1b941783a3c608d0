package storetest

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/uuid"

	"overgang/rest"
	"overgang/store"
)

// message is a message with everything set, not stored yet.
func message(app rest.AppID, party rest.PartyID, at time.Time) rest.Correspondence {
	return rest.Correspondence{
		ID: uuid.New(), App: app, Party: party, Sender: "Testdirektoratet", Reference: "SAK-1", Version: 1,
		Texts:      []rest.MessageText{{Language: "nb", Title: "Vedtak", Summary: "Kort", Body: "Langt"}, {Language: "en", Title: "Decision"}},
		Links:      []rest.Link{{Kind: rest.LinkURL, Target: "https://example.org", Text: "Les mer"}, {Kind: rest.LinkService, Target: "4501/1", Reply: true}},
		Properties: map[string]string{"a": "1", "b": "2"}, Confirmation: true, Forwarding: true, Answers: "AR7", Case: 12,
		Created: at, CreatedBy: "ttd", Published: at, Due: at.Add(time.Hour), DeleteAfter: at.Add(2 * time.Hour), Changed: at, Announced: true,
		Notifications: []rest.Notification{{Channel: rest.BySMS, To: "+4799999999", Text: "Du har post"}},
	}
}

func attachment(text, blob string) rest.Attachment {
	a := rest.Attachment{
		ID: uuid.New(), App: melding, FileName: "vedtak.pdf", Title: "Vedtak", Reference: "V1", ContentType: "application/pdf",
		Content: rest.Content{Size: int64(len(text)), SHA256: [32]byte{4, 5}, Inline: []byte(text)}, Created: start, CreatedBy: "ttd", Uploaded: start,
	}
	if blob != "" {
		a.Content.Inline, a.Content.Blob = nil, blob
	}
	return a
}

// sent stores a message.
func sent(t *testing.T, s store.Store, c *rest.Correspondence) {
	t.Helper()
	update(t, s, func(tx store.Tx) error { return tx.CreateCorrespondence(c) })
}

// bare is a message as reads return it.
func bare(c rest.Correspondence) rest.Correspondence {
	c.Attachments = slices.Clone(c.Attachments)
	for i := range c.Attachments {
		c.Attachments[i].Content.Inline = nil
	}
	return c
}

func testCorrespondences(t *testing.T, s store.Store) {
	before := instance(melding, 50001, start)
	create(t, s, &before)
	inline, blob := attachment("hei", ""), attachment("stor", "ab12")
	update(t, s, func(tx store.Tx) error {
		if err := tx.CreateAttachment(&inline); err != nil {
			return err
		}
		return tx.CreateAttachment(&blob)
	})
	c := message(melding, 50001, start)
	c.Key, c.Attachments = "k1", []rest.Attachment{blob, inline}
	sent(t, s, &c)
	if c.Number != before.Number+1 || inline.Number == 0 || blob.Number != inline.Number+1 {
		t.Errorf("numbers: instance %d, message %d, attachments %d, %d", before.Number, c.Number, inline.Number, blob.Number)
	}
	minimal := rest.Correspondence{ID: uuid.New(), App: skatt, Party: 50002, Texts: []rest.MessageText{{Language: "nb", Title: "x"}}, Version: 1,
		Created: start, CreatedBy: "skd", Published: start.Add(time.Hour), Changed: start}
	sent(t, s, &minimal)

	view(t, s, func(r store.Reader) error {
		for name, find := range map[string]func() (*rest.Correspondence, error){
			"by id":     func() (*rest.Correspondence, error) { return r.Correspondence(c.ID) },
			"by number": func() (*rest.Correspondence, error) { return r.CorrespondenceByNumber(c.Number) },
			"by key":    func() (*rest.Correspondence, error) { return r.CorrespondenceByKey(melding, 50001, "k1") },
		} {
			got, err := find()
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			same(t, name, *got, bare(c))
		}
		got, err := r.Correspondence(minimal.ID)
		if err != nil {
			return err
		}
		same(t, "minimal", *got, minimal)
		content, err := r.AttachmentContent(inline.ID)
		same(t, "inline content", content, inline.Content)
		if err != nil {
			return err
		}
		content, err = r.AttachmentContent(blob.ID)
		same(t, "blob content", content, blob.Content)
		if err != nil {
			return err
		}
		uses, err := r.AttachmentUses(blob.ID)
		same(t, "uses", uses, []uuid.UUID{c.ID})
		referred, err2 := r.BlobReferred("ab12")
		if !referred || err2 != nil {
			t.Errorf("the blob is referred: %v, %v", referred, err2)
		}
		for name, find := range map[string]func() error{
			"another's key": func() error { _, err := r.CorrespondenceByKey(melding, 50002, "k1"); return err },
			"an instance":   func() error { _, err := r.CorrespondenceByNumber(before.Number); return err },
			"a message":     func() error { _, err := r.InstanceByNumber(c.Number); return err },
			"attachment":    func() error { _, err := r.Attachment(c.ID); return err },
		} {
			wantErr(t, name, find(), store.ErrNotFound)
		}
		return err
	})
	again := message(melding, 50001, start)
	again.Key = "k1"
	wantUpdateErr(t, s, "the same key", store.ErrExists, func(tx store.Tx) error { return tx.CreateCorrespondence(&again) })
	again.Key, again.Attachments = "k2", []rest.Attachment{{ID: uuid.New()}}
	wantUpdateErr(t, s, "an attachment that is not there", store.ErrNotFound, func(tx store.Tx) error { return tx.CreateCorrespondence(&again) })
	again.Attachments = nil
	sent(t, s, &again)
}

func testCorrespondenceMarks(t *testing.T, s store.Store) {
	c := message(melding, 50001, start)
	c.Announced = false
	sent(t, s, &c)
	at := func(n int) rest.Mark {
		return rest.Mark{At: start.Add(time.Duration(n) * time.Minute), By: fmt.Sprintf("system:%d", n)}
	}
	c.Read, c.Replied, c.Confirmed, c.Archived, c.Reply = at(1), at(2), at(3), at(4), uuid.New()
	c.Notifications[0].Sent, c.Announced, c.Receipt, c.Changed, c.Version = start, true, 77, start.Add(time.Hour), 2
	update(t, s, func(tx store.Tx) error { return tx.UpdateCorrespondence(&c) })
	if c.ArchiveReference != fmt.Sprintf("AR%d", c.Number) {
		t.Errorf("archive reference %q", c.ArchiveReference)
	}
	wantUpdateErr(t, s, "a stale version", store.ErrNotFound, func(tx store.Tx) error { return tx.UpdateCorrespondence(&c) })
	events := []rest.Event{{At: start, Type: rest.EventMessageSent, By: "ttd"}, {At: start.Add(time.Minute), Type: rest.EventMessageRead, By: "system:1"}}
	added := s.EventsAdded()
	update(t, s, func(tx store.Tx) error {
		for i := range events {
			events[i].App, events[i].Owner, events[i].Correspondence = c.App, c.Party, c.ID
			if err := tx.AddCorrespondenceEvent(&events[i]); err != nil {
				return err
			}
		}
		return nil
	})
	select {
	case <-added:
	default:
		t.Error("nobody was told of the events")
	}
	wantUpdateErr(t, s, "an event of nothing", store.ErrNotFound, func(tx store.Tx) error {
		return tx.AddCorrespondenceEvent(&rest.Event{Correspondence: uuid.New(), App: melding, At: start})
	})
	view(t, s, func(r store.Reader) error {
		got, err := r.Correspondence(c.ID)
		if err != nil {
			return err
		}
		same(t, "marked", *got, c)
		list, err := r.CorrespondenceEvents(c.ID)
		same(t, "events", list, events)
		return err
	})
	feed := func() (list []rest.Event) {
		view(t, s, func(r store.Reader) (err error) {
			list, err = r.AppEvents(c.App, rest.EventQuery{Limit: 10})
			return err
		})
		return list
	}
	same(t, "the feed", feed(), events)
	update(t, s, func(tx store.Tx) error { _, err := tx.PurgeCorrespondence(c.ID); return err })
	same(t, "the feed, purged", feed(), events)
}

func testAttachments(t *testing.T, s store.Store) {
	a := attachment("", "")
	a.Content, a.Uploaded = rest.Content{}, time.Time{}
	shared := attachment("delt", "cd34")
	update(t, s, func(tx store.Tx) error {
		if err := tx.CreateAttachment(&a); err != nil {
			return err
		}
		return tx.CreateAttachment(&shared)
	})
	a.FileName, a.ContentType, a.Uploaded = "ny.txt", "text/plain", start.Add(time.Hour)
	a.Content = rest.Content{Size: 2, SHA256: [32]byte{9}, Inline: []byte("ja"), MD5: &[16]byte{7}}
	update(t, s, func(tx store.Tx) error { return tx.FillAttachment(&a) })
	wantUpdateErr(t, s, "filling again", store.ErrNotFound, func(tx store.Tx) error { return tx.FillAttachment(&a) })
	view(t, s, func(r store.Reader) error {
		got, err := r.Attachment(a.ID)
		if err != nil {
			return err
		}
		want := a
		want.Content.Inline = nil
		same(t, "filled", *got, want)
		content, err := r.AttachmentContent(a.ID)
		same(t, "its content", content, a.Content)
		if err != nil {
			return err
		}
		unused, err := r.UnusedAttachments(start.Add(time.Microsecond), 10)
		same(t, "unused", unused, []uuid.UUID{a.ID, shared.ID})
		return err
	})
	first, second := message(melding, 50001, start), message(melding, 50002, start)
	first.Attachments, second.Attachments = []rest.Attachment{shared, a}, []rest.Attachment{shared}
	sent(t, s, &first)
	sent(t, s, &second)
	wantUpdateErr(t, s, "an attachment in use", store.ErrExists, func(tx store.Tx) error { _, err := tx.DeleteAttachment(shared.ID); return err })
	var blobs []string
	purge := func(id uuid.UUID) {
		t.Helper()
		update(t, s, func(tx store.Tx) (err error) { blobs, err = tx.PurgeCorrespondence(id); return err })
	}
	purge(first.ID)
	same(t, "blobs of the first", blobs, []string(nil))
	view(t, s, func(r store.Reader) error {
		_, err := r.Attachment(a.ID)
		wantErr(t, "the attachment of the first alone", err, store.ErrNotFound)
		_, err = r.Correspondence(first.ID)
		wantErr(t, "the first", err, store.ErrNotFound)
		got, err := r.Correspondence(second.ID)
		if err == nil {
			same(t, "the second", *got, bare(second))
		}
		return err
	})
	purge(second.ID)
	same(t, "blobs of the second", blobs, []string{"cd34"})
	wantUpdateErr(t, s, "purging again", store.ErrNotFound, func(tx store.Tx) error { _, err := tx.PurgeCorrespondence(second.ID); return err })
	lone := attachment("alene", "ef56")
	update(t, s, func(tx store.Tx) error { return tx.CreateAttachment(&lone) })
	update(t, s, func(tx store.Tx) error {
		blob, err := tx.DeleteAttachment(lone.ID)
		if blob != "ef56" {
			t.Errorf("blob %q", blob)
		}
		return err
	})
	if lone.Number <= a.Number {
		t.Errorf("number %d given again", lone.Number)
	}
}

func testCorrespondenceJobs(t *testing.T, s store.Store) {
	put := func(change func(*rest.Correspondence)) uuid.UUID {
		c := message(melding, 50001, start)
		c.Confirmation, c.DeleteAfter = false, time.Time{}
		change(&c)
		sent(t, s, &c)
		return c.ID
	}
	late := put(func(c *rest.Correspondence) { c.Announced, c.Published = false, start.Add(2*time.Hour) })
	early := put(func(c *rest.Correspondence) { c.Announced, c.Published = false, start.Add(time.Hour) })
	stale := put(func(c *rest.Correspondence) { c.DeleteAfter = start.Add(time.Hour) })
	confirmed := put(func(c *rest.Correspondence) {
		c.DeleteAfter, c.Confirmation, c.Confirmed = start.Add(time.Minute), true, rest.Mark{At: start}
	})
	put(func(c *rest.Correspondence) { c.DeleteAfter, c.Confirmation = start, true })
	put(func(c *rest.Correspondence) { c.DeleteAfter, c.Archived = start, rest.Mark{At: start} })
	gone := put(func(c *rest.Correspondence) { c.DeleteAfter, c.Deleted = start, rest.Mark{At: start} })
	view(t, s, func(r store.Reader) error {
		for _, c := range []struct {
			name string
			read func(time.Time, int) ([]uuid.UUID, error)
			at   time.Time
			most int
			want []uuid.UUID
		}{
			{"unannounced", r.UnannouncedCorrespondences, start.Add(2 * time.Hour), 10, []uuid.UUID{early, late}},
			{"unannounced by the first", r.UnannouncedCorrespondences, start.Add(time.Hour), 10, []uuid.UUID{early}},
			{"one unannounced", r.UnannouncedCorrespondences, start.Add(2 * time.Hour), 1, []uuid.UUID{early}},
			{"expired", r.ExpiredCorrespondences, start.Add(time.Hour), 10, []uuid.UUID{confirmed, stale}},
			{"expired earlier", r.ExpiredCorrespondences, start.Add(time.Minute), 10, []uuid.UUID{confirmed}},
			{"purgeable", r.PurgeableCorrespondences, start.Add(time.Microsecond), 10, []uuid.UUID{gone}},
			{"purgeable at the very time", r.PurgeableCorrespondences, start, 10, nil},
		} {
			got, err := c.read(c.at, c.most)
			if err != nil {
				return err
			}
			same(t, c.name, got, c.want)
		}
		return nil
	})
}

func testCorrespondenceLists(t *testing.T, s store.Store) {
	var all []rest.Correspondence
	for i := range 60 {
		c := message([]rest.AppID{melding, skatt}[i%2], rest.PartyID(50001+i%3), start)
		c.Published = start.Add(time.Duration(i/4) * time.Hour) // four at a time
		c.Answers, c.Case, c.Reference = "", 0, ""
		if i%5 == 0 {
			c.Answers, c.Case, c.Reference = "AR5", 5, "REF5"
		}
		for n, m := range []*rest.Mark{&c.Read, &c.Replied, &c.Confirmed, &c.Archived, &c.Deleted} {
			if i%7 == n {
				m.At = start
			}
		}
		sent(t, s, &c)
		all = append(all, c)
	}
	two := []rest.PartyID{50001, 50003}
	for _, q := range []struct {
		name    string
		query   rest.CorrespondenceQuery
		parties []rest.PartyID
		match   func(*rest.Correspondence) bool
	}{
		{"all", rest.CorrespondenceQuery{}, nil, func(*rest.Correspondence) bool { return true }},
		{"of two parties", rest.CorrespondenceQuery{}, two, func(*rest.Correspondence) bool { return true }},
		{"of nobody", rest.CorrespondenceQuery{}, []rest.PartyID{}, func(*rest.Correspondence) bool { return true }},
		{"of one", rest.CorrespondenceQuery{Party: 50003}, two, func(c *rest.Correspondence) bool { return c.Party == 50003 }},
		{"of another", rest.CorrespondenceQuery{Party: 50002}, two, func(c *rest.Correspondence) bool { return c.Party == 50002 }},
		{"of an owner", rest.CorrespondenceQuery{Org: "skd"}, nil, func(c *rest.Correspondence) bool { return c.App == skatt }},
		{"of an application to a party", rest.CorrespondenceQuery{Org: "ttd", App: "melding", Party: 50001}, nil, func(c *rest.Correspondence) bool { return c.App == melding && c.Party == 50001 }},
		{"of an application by name", rest.CorrespondenceQuery{App: "skatt"}, two, func(c *rest.Correspondence) bool { return c.App == skatt }},
		{"of no application", rest.CorrespondenceQuery{Org: "nav"}, nil, func(*rest.Correspondence) bool { return false }},
		{"read or confirmed", rest.CorrespondenceQuery{Status: []rest.CorrespondenceStatus{rest.MessageConfirmed, rest.MessageRead}}, nil,
			func(c *rest.Correspondence) bool {
				return c.Status() == rest.MessageRead || c.Status() == rest.MessageConfirmed
			}},
		{"deleted", rest.CorrespondenceQuery{Status: []rest.CorrespondenceStatus{rest.MessageDeleted}}, two, func(c *rest.Correspondence) bool { return c.Deleted.Done() }},
		{"answers", rest.CorrespondenceQuery{Answers: "AR5"}, two, func(c *rest.Correspondence) bool { return c.Answers == "AR5" }},
		{"of a case", rest.CorrespondenceQuery{Case: 5, Org: "ttd"}, nil, func(c *rest.Correspondence) bool { return c.Case == 5 && c.App == melding }},
		{"by reference", rest.CorrespondenceQuery{Reference: "REF5", Answers: "AR5"}, nil, func(c *rest.Correspondence) bool { return c.Reference == "REF5" }},
		{"published", rest.CorrespondenceQuery{Published: rest.TimeRange{From: start.Add(2 * time.Hour), To: start.Add(9 * time.Hour), OpenTo: true}}, two,
			func(c *rest.Correspondence) bool {
				return !c.Published.Before(start.Add(2*time.Hour)) && c.Published.Before(start.Add(9*time.Hour))
			}},
	} {
		for _, descending := range []bool{false, true} {
			var want []int32
			for i := range all {
				c := &all[i]
				if q.match(c) && (c.Deleted.Done() == slices.Contains(q.query.Status, rest.MessageDeleted)) &&
					(q.parties == nil || slices.Contains(q.parties, c.Party)) {
					want = append(want, c.Number)
				}
			}
			if descending {
				slices.Reverse(want)
			}
			q.query.Descending, q.query.After = descending, nil
			for _, limit := range []int{1, 7, 1000} {
				q.query.Limit, q.query.After = limit, nil
				var got []int32
				for range len(all) + 1 {
					var page rest.CorrespondencePage
					view(t, s, func(r store.Reader) (err error) { page, err = r.Correspondences(q.query, q.parties); return err })
					if len(page.Messages) > limit {
						t.Fatalf("%s: %d messages in a page of %d", q.name, len(page.Messages), limit)
					}
					for _, c := range page.Messages {
						got = append(got, c.Number)
					}
					if q.query.After = page.Next; page.Next == nil {
						break
					}
				}
				same(t, fmt.Sprintf("%s, descending %v, by %d", q.name, descending, limit), got, want)
			}
		}
	}
	view(t, s, func(r store.Reader) error {
		page, err := r.Correspondences(rest.CorrespondenceQuery{Limit: 3}, nil)
		for i, c := range page.Messages {
			same(t, "a listed message", c, bare(all[i]))
		}
		return err
	})
}
