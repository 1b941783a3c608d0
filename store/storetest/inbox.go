package storetest

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"pgregory.net/rapid"

	"overgang/rest"
	"overgang/store"
)

func testInbox(t *testing.T, s store.Store) {
	active, archived := instance(melding, 50001, start), instance(skatt, 50001, start.Add(time.Hour))
	active.Elements = []rest.Element{element("default", "a", start)}
	archived.Step, archived.Archived = rest.Archived, start.Add(time.Hour)
	create(t, s, &active, &archived)
	a := attachment("hei", "")
	update(t, s, func(tx store.Tx) error { return tx.CreateAttachment(&a) })
	m := message(melding, 50001, start.Add(time.Hour))
	m.Changed, m.Attachments = start, []rest.Attachment{a}
	sent(t, s, &m)
	active.Elements, m.Attachments = nil, nil
	l := lookedUp(melding, 50001, start.Add(30*time.Minute))
	update(t, s, func(tx store.Tx) error { return tx.CreateLookup(&l) })
	l.Content.Inline = nil
	view(t, s, func(r store.Reader) error {
		page, err := r.Inbox(store.InboxQuery{Party: 50001, ShownAt: start.Add(time.Hour), Limit: 10})
		same(t, "entries", page, rest.InboxPage{Entries: []rest.InboxEntry{{Instance: &active}, {Lookup: &l}, {Instance: &archived}, {Message: &m}}})
		return err
	})
}

// testInboxOfAppsTwice: an application that is asked for twice is asked for once.
func testInboxOfAppsTwice(t *testing.T, s store.Store) {
	var got, want []string
	for n := range 100 {
		i := instance(melding, 50001, start.AddDate(0, 0, n)) // far apart, so that no way to them is the best at once
		i.Presentation = "flom"
		create(t, s, &i)
		want = append(want, inboxed(rest.InboxEntry{Instance: &i}))
	}
	q := store.InboxQuery{Party: 50001, Apps: []rest.AppID{melding, melding}, Search: "flom", ShownAt: start.AddDate(1, 0, 0), Limit: 7}
	for {
		var page rest.InboxPage
		view(t, s, func(r store.Reader) (err error) { page, err = r.Inbox(q); return err })
		for _, e := range page.Entries {
			got = append(got, inboxed(e))
		}
		if q.After = page.Next; page.Next == nil {
			break
		}
	}
	same(t, "entries", got, want)
}

// lookedUp is a small valid lookup, not stored yet.
func lookedUp(app rest.AppID, party rest.PartyID, at time.Time) rest.Lookup {
	id := uuid.New()
	return rest.Lookup{
		ID: id, App: app, Party: party, Key: id.String(), Title: "Innsyn", Language: "nb", FileName: "innsyn.pdf", Archived: at, Created: at, CreatedBy: "ttd",
		Content: rest.Content{Size: 4, SHA256: [32]byte{7}, Inline: []byte("%PDF")},
	}
}

// inboxed is an entry as a test knows it.
func inboxed(e rest.InboxEntry) string {
	return fmt.Sprint(e.Kind(), " ", e.Place().Number, " ", e.Place().At.UnixMicro())
}

// drawMarks draws everything of a message that may change.
func drawMarks(r *rapid.T, c *rest.Correspondence) {
	c.Changed = drawTime(r, "changed")
	c.Read, c.Replied, c.Confirmed, c.Archived, c.Deleted = rest.Mark{}, rest.Mark{}, rest.Mark{}, rest.Mark{}, rest.Mark{}
	marks := []*rest.Mark{&c.Read, &c.Replied, &c.Confirmed, &c.Archived, &c.Deleted}
	if n := rapid.IntRange(0, len(marks)).Draw(r, "mark"); n < len(marks) {
		marks[n].At = start
	}
}

func drawMessage(r *rapid.T) rest.Correspondence {
	c := message(rapid.SampledFrom([]rest.AppID{melding, skatt}).Draw(r, "app"), rest.PartyID(rapid.Int32Range(1, 2).Draw(r, "party")), start)
	c.Published, c.Confirmation, c.Case = drawTime(r, "published"), rapid.Bool().Draw(r, "confirmation"), rapid.Int32Range(0, 2).Draw(r, "case")
	drawMarks(r, &c)
	return c
}

// drawCase draws a case; it may be visible later, and open, archived or deleted.
func drawCase(r *rapid.T) rest.Case {
	c := rest.Case{
		App: rapid.SampledFrom([]rest.AppID{melding, skatt}).Draw(r, "app"), Party: rest.PartyID(rapid.Int32Range(1, 2).Draw(r, "party")),
		Visible: drawTime(r, "visible"), Created: start, CreatedBy: "ttd", Changed: drawTime(r, "changed"), Version: 1,
	}
	switch rapid.IntRange(0, 3).Draw(r, "end") {
	case 0:
		c.Archived = rest.Mark{At: start, By: "kari"}
	case 1:
		c.Deleted = rest.Mark{At: start, By: "kari"}
	}
	return c
}

// drawInbox draws filters, mostly few of them; one of the numbers is in an
// archive reference that may be asked for.
func drawInbox(r *rapid.T, number int32) store.InboxQuery {
	q := store.InboxQuery{Party: rest.PartyID(rapid.Int32Range(1, 3).Draw(r, "party")), ShownAt: start.Add(10_000 * time.Hour)}
	for range rapid.IntRange(0, 3).Draw(r, "filters") {
		switch rapid.IntRange(0, 7).Draw(r, "filter") {
		case 0:
			q.Kinds = []rest.InboxKind{rapid.SampledFrom([]rest.InboxKind{rest.InboxInstance, rest.InboxMessage, rest.InboxLookup, rest.InboxCase}).Draw(r, "kind")}
		case 1:
			states := []rest.InboxState{rest.InboxOpen, rest.InboxElsewhere, rest.InboxReceived, rest.InboxArchived}
			q.States = append(q.States, rapid.SampledFrom(states).Draw(r, "state"))
		case 2:
			q.Apps = rapid.SliceOfN(rapid.SampledFrom([]rest.AppID{melding, skatt, {Org: "ttd", App: "ukjent"}}), 0, 2).Draw(r, "apps")
		case 3:
			q.Changed = drawRange(r, "changed")
		case 4:
			digits := strconv.Itoa(int(number))
			q.Archive = rapid.SampledFrom([]string{"AR" + digits, digits[len(digits)-2:], "AR" + digits[:len(digits)-1], "R" + digits, "AR", "AR0", "12x", digits}).Draw(r, "archive")
		case 5:
			q.Case = rapid.Int32Range(1, 3).Draw(r, "case")
		case 6:
			q.Search = rapid.SampledFrom([]string{"FLOM", "snø", "b", "finnes ikke"}).Draw(r, "search")
			q.Named = rapid.SampledFrom([][]rest.AppID{nil, {melding}, {melding, skatt}}).Draw(r, "named")
		case 7:
			q.ShownAt = drawTime(r, "shown at")
		}
	}
	q.Descending = rapid.Bool().Draw(r, "descending")
	return q
}

// inInbox is what a query means, word for word.
func inInbox(q store.InboxQuery, e rest.InboxEntry) bool {
	party, deleted, shown, archive, number := rest.PartyID(0), false, time.Time{}, "", int32(0)
	states := []rest.InboxState{}
	if m := e.Message; m != nil {
		party, deleted, shown, archive, number = m.Party, m.Deleted.Done(), m.Published, m.ArchiveReference, m.Case
		switch {
		case m.Status() == rest.MessageArchived:
			states = append(states, rest.InboxArchived)
		case m.Confirmation && m.Status() < rest.MessageConfirmed:
			states = append(states, rest.InboxReceived, rest.InboxOpen)
		default:
			states = append(states, rest.InboxReceived)
		}
	} else if l := e.Lookup; l != nil {
		party, shown, archive = l.Party, l.Archived, l.ArchiveReference
		states = append(states, rest.InboxArchived)
	} else if c := e.Case; c != nil {
		party, deleted, shown = c.Party, c.Deleted.Done(), c.Visible
		states = append(states, rest.InboxOpen)
		if c.Archived.Done() {
			states = []rest.InboxState{rest.InboxArchived}
		}
	} else {
		i := e.Instance
		party, deleted, shown, archive, number = i.Owner, !i.SoftDeleted.IsZero() || !i.HardDeleted.IsZero(), i.Visible, i.ArchiveReference, i.Case
		states = append(states, rest.InboxOpen, rest.InboxElsewhere)
		if !i.Archived.IsZero() {
			states = []rest.InboxState{rest.InboxArchived}
		}
	}
	part, begins := strings.CutPrefix(strings.TrimPrefix(q.Archive, "A"), "R")
	named := q.Search == "" || slices.Contains(q.Named, e.App()) ||
		e.Instance != nil && strings.Contains(strings.ToLower(e.Instance.Presentation), strings.ToLower(q.Search))
	return party == q.Party && !deleted && !shown.After(q.ShownAt) && named &&
		(len(q.Kinds) == 0 || slices.Contains(q.Kinds, e.Kind())) &&
		(len(q.States) == 0 || slices.ContainsFunc(states, func(s rest.InboxState) bool { return slices.Contains(q.States, s) })) &&
		(q.Apps == nil || slices.Contains(q.Apps, e.App())) && within(e.Place().At, q.Changed) && (q.Case == 0 || q.Case == number) &&
		(q.Archive == "" || archive != "" && (strings.HasPrefix(archive, "AR"+part) || !begins && strings.Contains(archive[2:], part)))
}

// testInboxPages compares inboxes, page by page, with what the queries mean:
// nothing is lost and nothing comes twice, and the order is one.
func testInboxPages(t *testing.T, s store.Store) {
	var instances []*rest.Instance
	var messages []*rest.Correspondence
	var lookups []*rest.Lookup
	var cases []*rest.Case
	rapid.Check(t, func(r *rapid.T) {
		for range rapid.IntRange(1, 3).Draw(r, "more") {
			i, m := drawInstance(r), drawMessage(r)
			create(t, s, &i)
			update(t, s, func(tx store.Tx) error { return tx.CreateCorrespondence(&m) })
			l := lookedUp(rapid.SampledFrom([]rest.AppID{melding, skatt}).Draw(r, "app"), rest.PartyID(rapid.Int32Range(1, 2).Draw(r, "party")), drawTime(r, "archived"))
			update(t, s, func(tx store.Tx) error { return tx.CreateLookup(&l) })
			c := drawCase(r)
			update(t, s, func(tx store.Tx) error { return tx.CreateCase(&c) })
			instances, messages, lookups, cases = append(instances, &i), append(messages, &m), append(lookups, &l), append(cases, &c)
		}
		i, m := rapid.SampledFrom(instances).Draw(r, "an instance to change"), rapid.SampledFrom(messages).Draw(r, "a message to change")
		drawState(r, i)
		i.Case = rapid.Int32Range(0, 2).Draw(r, "case")
		drawMarks(r, m)
		i.Version++
		m.Version++
		update(t, s, func(tx store.Tx) error {
			if err := tx.UpdateInstance(i); err != nil {
				return err
			}
			if err := tx.AddToCase(i.Case, i.Number); err != nil {
				return err
			}
			if m.ArchiveReference = ""; m.Archived.Done() { // it is assigned
				m.ArchiveReference = fmt.Sprint("AR", m.Number)
			}
			return tx.UpdateCorrespondence(m)
		})
		if i.Archived.IsZero() {
			i.ArchiveReference = "" // there is none of what was taken back
		}

		q := drawInbox(r, rapid.SampledFrom([]int32{i.Number, m.Number, lookups[0].Number}).Draw(r, "number"))
		var meant []rest.InboxEntry
		for _, i := range instances {
			meant = append(meant, rest.InboxEntry{Instance: i})
		}
		for _, m := range messages {
			meant = append(meant, rest.InboxEntry{Message: m})
		}
		for _, l := range lookups {
			meant = append(meant, rest.InboxEntry{Lookup: l})
		}
		for _, c := range cases {
			meant = append(meant, rest.InboxEntry{Case: c})
		}
		meant = slices.DeleteFunc(meant, func(e rest.InboxEntry) bool { return !inInbox(q, e) })
		slices.SortFunc(meant, func(a, b rest.InboxEntry) int {
			if q.Descending {
				a, b = b, a
			}
			return cmp.Or(a.Place().At.Compare(b.Place().At), cmp.Compare(a.Place().Number, b.Place().Number))
		})
		var got, want []string
		for _, e := range meant {
			want = append(want, inboxed(e))
		}
		q.Limit = rapid.SampledFrom([]int{1, 2, 7, 1000}).Draw(r, "limit")
		if len(meant) > 20*q.Limit {
			q.Limit = 7
		}
		for q.After = nil; ; {
			var page rest.InboxPage
			if err := s.View(context.Background(), func(tx store.Reader) (err error) { page, err = tx.Inbox(q); return err }); err != nil {
				r.Fatal(err)
			}
			if len(page.Entries) > q.Limit || page.Next != nil && len(page.Entries) < q.Limit {
				r.Fatalf("%+v: a page of %d", q, len(page.Entries))
			}
			for _, e := range page.Entries {
				got = append(got, inboxed(e))
			}
			if q.After = page.Next; page.Next == nil {
				break
			}
		}
		if !slices.Equal(got, want) {
			r.Fatalf("%+v:\n got %v\nwant %v", q, got, want)
		}
	})
}
