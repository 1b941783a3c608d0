package core

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"overgang/rest"
	"overgang/store"
)

// letter is a valid message to the system's party.
func (w *world) letter() rest.NewCorrespondence {
	return rest.NewCorrespondence{
		Service: rest.ServiceRef{Code: "4501", Edition: 1}, Recipients: []rest.PartyRef{{OrgNumber: orgA}},
		Texts: []rest.MessageText{{Language: "nb", Title: "Vedtak", Summary: "Kort", Body: "<p>Langt</p>"}, {Language: "en", Title: "Decision"}},
	}
}

func (w *world) send(n rest.NewCorrespondence) rest.Correspondence {
	w.t.Helper()
	sent, repeated, err := w.SendCorrespondence(w.ctx, w.owner, n)
	if err != nil || repeated || len(sent) != len(n.Recipients) {
		w.t.Fatalf("%d sent, repeated %v, %v", len(sent), repeated, err)
	}
	return sent[0]
}

func (w *world) file(name, data string) rest.NewAttachment {
	content := w.content(data)
	return rest.NewAttachment{App: rest.AppID{Org: "ttd", App: "melding"}, FileName: name, Content: &content}
}

// happened lists the types of a message's events, as its owner sees them.
func (w *world) happened(id uuid.UUID) string {
	w.t.Helper()
	events, err := w.CorrespondenceEvents(w.ctx, w.owner, id)
	if err != nil {
		w.t.Fatal(err)
	}
	var names []string
	for _, e := range events {
		names = append(names, strings.TrimPrefix(string(e.Type), "Correspondence")+" by "+e.By)
	}
	return strings.Join(names, ", ")
}

func TestSendCorrespondence(t *testing.T) {
	w := newWorld(t)
	big := strings.Repeat("stor ", 40_000)
	n := w.letter()
	n.Attachments = []rest.NewAttachment{w.file("../vedtak.pdf", "pdf"), w.file("tall.xlsx", big)}
	n.Links = []rest.Link{{Kind: rest.LinkURL, Target: "https://example.org/x", Text: "Les\u202e mer"}, {Kind: rest.LinkService, Target: "4501/1", Reply: true}}
	n.Recipients = append(n.Recipients, rest.PartyRef{SSN: ssnA})
	m := w.send(n)
	if m.Status() != rest.MessageSent || m.App.String() != "ttd/melding" || m.Party != w.org.ID || m.Links[0].Text != "Les mer" || !m.Announced {
		t.Errorf("%+v", m)
	}
	got, err := w.Correspondence(w.ctx, w.system, m.ID)
	if err != nil || got.Number != m.Number || got.Text("en").Title != "Decision" || got.Text("se").Title != "Vedtak" {
		t.Errorf("%+v, %v", got, err)
	}
	if a := got.Attachments; len(a) != 2 || a[0].FileName != "vedtak.pdf" || a[0].ContentType != "application/pdf" || a[1].Content.Blob == "" {
		t.Fatalf("%+v", a)
	}
	for i, want := range []string{"pdf", big} {
		_, r, err := w.CorrespondenceContent(w.ctx, w.system, m.ID, got.Attachments[i].ID)
		if err != nil {
			t.Fatal(err)
		}
		if b, err := io.ReadAll(r); err != nil || string(b) != want {
			t.Errorf("attachment %d: %d bytes, %v", i, len(b), err)
		}
		r.Close()
	}
	if got, want := w.happened(m.ID), "Sent by ttd, Published by ttd"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
	_, _, err = w.CorrespondenceContent(w.ctx, w.system, m.ID, uuid.New())
	wantKind(t, err, rest.NotFound)
}

func TestSendRefuses(t *testing.T) {
	w := newWorld(t)
	announced, err := w.AddAttachment(w.ctx, w.owner, rest.NewAttachment{App: rest.AppID{Org: "ttd", App: "melding"}, FileName: "x.pdf"})
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		change func(*rest.NewCorrespondence)
		kind   rest.Kind
	}{
		"no recipient":      {func(n *rest.NewCorrespondence) { n.Recipients = nil }, rest.Invalid},
		"unknown recipient": {func(n *rest.NewCorrespondence) { n.Recipients[0].OrgNumber = "310000035" }, rest.Invalid},
		"recipient twice":   {func(n *rest.NewCorrespondence) { n.Recipients = append(n.Recipients, rest.PartyRef{ID: w.org.ID}) }, rest.Invalid},
		"unknown service":   {func(n *rest.NewCorrespondence) { n.Service.Code = "9" }, rest.NotFound},
		"another's service": {func(n *rest.NewCorrespondence) { n.App = rest.AppID{Org: "skd", App: "melding"} }, rest.NotFound},
		"no text":           {func(n *rest.NewCorrespondence) { n.Texts = nil }, rest.Invalid},
		"no title":          {func(n *rest.NewCorrespondence) { n.Texts[0].Title = " \u200b" }, rest.Invalid},
		"language":          {func(n *rest.NewCorrespondence) { n.Texts[0].Language = "de" }, rest.Invalid},
		"language twice":    {func(n *rest.NewCorrespondence) { n.Texts[1].Language = "nb" }, rest.Invalid},
		"long body":         {func(n *rest.NewCorrespondence) { n.Texts[0].Body = strings.Repeat("x", maxBody+1) }, rest.TooLarge},
		"script link": {func(n *rest.NewCorrespondence) {
			n.Links = []rest.Link{{Kind: rest.LinkURL, Target: "javascript:alert(1)"}}
		}, rest.Invalid},
		"service link":   {func(n *rest.NewCorrespondence) { n.Links = []rest.Link{{Kind: rest.LinkService, Target: "4501"}} }, rest.Invalid},
		"due before":     {func(n *rest.NewCorrespondence) { n.Due = w.clock.now().Add(-time.Hour) }, rest.Invalid},
		"deleted before": {func(n *rest.NewCorrespondence) { n.DeleteAfter = w.clock.now() }, rest.Invalid},
		"email to nobody": {func(n *rest.NewCorrespondence) {
			n.Notifications = []rest.Notification{{Channel: rest.ByEmail, Text: "x"}}
		}, rest.Invalid},
		"unknown attachment":   {func(n *rest.NewCorrespondence) { n.Existing = []uuid.UUID{uuid.New()} }, rest.Invalid},
		"announced attachment": {func(n *rest.NewCorrespondence) { n.Existing = []uuid.UUID{announced.ID} }, rest.Conflict},
		"nameless attachment":  {func(n *rest.NewCorrespondence) { n.Attachments = []rest.NewAttachment{w.file("..", "x")} }, rest.Invalid},
		"empty attachment":     {func(n *rest.NewCorrespondence) { n.Attachments = []rest.NewAttachment{w.file("x.pdf", "")} }, rest.Invalid},
	} {
		t.Run(name, func(t *testing.T) {
			n := w.letter()
			n.Attachments = []rest.NewAttachment{w.file("stor.pdf", strings.Repeat("x", rest.InlineLimit+1))}
			c.change(&n)
			_, _, err := w.SendCorrespondence(w.ctx, w.owner, n)
			wantKind(t, err, c.kind)
			w.Discard(w.ctx, *w.file("y", "y").Content)
		})
	}
	if page, err := w.Correspondences(w.ctx, w.owner, rest.CorrespondenceQuery{}); err != nil || len(page.Messages) > 0 {
		t.Errorf("something was sent: %+v, %v", page, err)
	}
	_, _, err = w.SendCorrespondence(w.ctx, w.system, w.letter())
	wantKind(t, err, rest.Forbidden)
	_, _, err = w.SendCorrespondence(w.ctx, rest.Caller{Owner: "ttd", Scopes: []string{rest.ScopeRead, rest.ScopeOwner}}, w.letter())
	wantKind(t, err, rest.Forbidden)
}

// TestRefusedContentGoes: what came with a message that is refused, or that was
// sent before, does not stay on the disk.
func TestRefusedContentGoes(t *testing.T) {
	w := newWorld(t)
	n := w.letter()
	n.Key = "1"
	large := strings.Repeat("x", rest.InlineLimit+1)
	n.Attachments = []rest.NewAttachment{w.file("stor.pdf", large)}
	w.send(n)
	before := len(w.blobs.blobs)
	n.Attachments = []rest.NewAttachment{w.file("stor.pdf", large)}
	sent, repeated, err := w.SendCorrespondence(w.ctx, w.owner, n)
	if err != nil || !repeated || len(sent) != 1 || len(w.blobs.blobs) != before {
		t.Errorf("repeated %v, %d sent, %d blobs, %v", repeated, len(sent), len(w.blobs.blobs), err)
	}
	n.Key, n.Texts, n.Attachments = "2", nil, []rest.NewAttachment{w.file("stor.pdf", large)}
	if _, _, err := w.SendCorrespondence(w.ctx, w.owner, n); err == nil || len(w.blobs.blobs) != before {
		t.Errorf("%d blobs, %v", len(w.blobs.blobs), err)
	}
}

// TestWhoSeesCorrespondences: nobody learns of a message that is not theirs.
func TestWhoSeesCorrespondences(t *testing.T) {
	w := newWorld(t)
	w.grant(rest.SystemSubject(1023), w.other.ID, rest.ServiceRef{Code: "4502"}, rest.Read)
	n := w.letter()
	own := w.send(n)
	n.Recipients[0].OrgNumber = orgB
	foreign := w.send(n) // of the other party, by a service that is not granted
	n.Service.Code = "4502"
	readable := w.send(n)
	n = w.letter()
	n.Publish = w.clock.now().Add(time.Hour)
	future := w.send(n)
	person := rest.Caller{Person: w.person.ID, Scopes: []string{rest.ScopeRead, rest.ScopeWrite}}
	stranger := rest.Caller{Owner: "nav", Scopes: w.owner.Scopes}
	for _, c := range []struct {
		name   string
		caller rest.Caller
		id     uuid.UUID
		kind   rest.Kind // of reading; -1 = none
		write  rest.Kind
	}{
		{"own", w.system, own.ID, -1, -1},
		{"foreign", w.system, foreign.ID, rest.NotFound, rest.NotFound},
		{"by right to its service", w.system, readable.ID, -1, rest.Forbidden},
		{"not published", w.system, future.ID, rest.NotFound, rest.NotFound},
		{"absent", w.system, uuid.New(), rest.NotFound, rest.NotFound},
		{"another's person", person, own.ID, rest.NotFound, rest.NotFound},
		{"the owner", w.owner, foreign.ID, -1, rest.Forbidden},
		{"the owner, not published", w.owner, future.ID, -1, rest.Forbidden},
		{"another owner", stranger, own.ID, rest.NotFound, rest.NotFound},
		{"nobody", rest.Caller{}, own.ID, rest.Forbidden, rest.Forbidden},
	} {
		check := func(what string, err error, kind rest.Kind) {
			if kind < 0 && err != nil || kind >= 0 && (err == nil || rest.KindOf(err) != kind) {
				t.Errorf("%s, %s: %v, want %v", c.name, what, err, kind)
			}
		}
		_, err := w.Correspondence(w.ctx, c.caller, c.id)
		check("read", err, c.kind)
		_, err = w.MarkCorrespondenceRead(w.ctx, c.caller, c.id)
		check("mark", err, c.kind)
		_, err = w.ConfirmCorrespondence(w.ctx, c.caller, c.id, 0)
		check("confirm", err, c.write)
		_, _, err = w.ArchiveCorrespondence(w.ctx, c.caller, c.id, 0)
		check("archive", err, c.write)
	}
	for _, c := range []struct {
		name   string
		caller rest.Caller
		want   []int32
	}{
		{"system", w.system, []int32{own.Number, readable.Number}},
		{"person", person, nil},
		{"owner", w.owner, []int32{own.Number, foreign.Number, readable.Number, future.Number}},
		{"another owner", stranger, nil},
	} {
		var got []int32
		q := rest.CorrespondenceQuery{Limit: 1}
		for {
			page, err := w.Correspondences(w.ctx, c.caller, q)
			if err != nil {
				t.Fatal(err)
			}
			for _, m := range page.Messages {
				got = append(got, m.Number)
			}
			if q.After = page.Next; page.Next == nil {
				break
			}
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s lists %v, want %v", c.name, got, c.want)
		}
	}
}

// TestCorrespondenceLife: a message that asks for a confirmation is read,
// confirmed, archived and deleted, in this order only.
func TestCorrespondenceLife(t *testing.T) {
	w := newWorld(t)
	n := w.letter()
	n.Confirmation, n.Reference = true, "SAK-7"
	m := w.send(n)
	first, err := w.MarkCorrespondenceRead(w.ctx, w.system, m.ID)
	if err != nil || first.Status() != rest.MessageRead || first.Read.By != "system:1023" || first.Version != 2 {
		t.Fatalf("%+v, %v", first, err)
	}
	w.clock.add(time.Minute)
	if again, err := w.MarkCorrespondenceRead(w.ctx, w.system, m.ID); err != nil || again.Read != first.Read || again.Version != 2 {
		t.Errorf("%+v, %v", again, err)
	}
	for what, err := range map[string]error{
		"archive": second(w.ArchiveCorrespondence(w.ctx, w.system, m.ID, 0)),
		"delete":  one(w.DeleteCorrespondence(w.ctx, w.system, m.ID, 0)),
	} {
		wantKind(t, err, rest.Conflict)
		if err == nil || !strings.Contains(err.Error(), "confirmation-needed") {
			t.Errorf("%s: %v", what, err)
		}
	}
	_, err = w.ConfirmCorrespondence(w.ctx, w.system, m.ID, 1)
	wantKind(t, err, rest.PreconditionFailed)
	if m, err := w.ConfirmCorrespondence(w.ctx, w.system, m.ID, 2); err != nil || m.Status() != rest.MessageConfirmed || m.Version != 3 {
		t.Fatalf("%+v, %v", m, err)
	}
	archived, receipt, err := w.ArchiveCorrespondence(w.ctx, w.system, m.ID, 0)
	if err != nil || archived.Status() != rest.MessageArchived || receipt.Kind != rest.ReceiptCorrespondence || receipt.Status != rest.StatusOK || archived.Receipt != receipt.ID {
		t.Fatalf("%+v, %+v, %v", archived, receipt, err)
	}
	want := "OwnerPartyReference=" + orgA + " PartyReference=" + orgA + " ReceiversReference=1000001 SendersReference=SAK-7 ArchiveReference=AR1000001"
	if got := references(*receipt); got != want {
		t.Errorf("%s, want %s", got, want)
	}
	found, err := w.Receipt(w.ctx, w.system, rest.ReceiptSearch{References: []rest.Reference{{Type: rest.RefArchive, Value: archived.ArchiveReference}}})
	if err != nil || found.ID != receipt.ID {
		t.Errorf("%+v, %v", found, err)
	}
	_, again, err := w.ArchiveCorrespondence(w.ctx, w.system, m.ID, 0)
	if err != nil || again.ID != receipt.ID {
		t.Errorf("%+v, %v", again, err)
	}
	if m, err := w.DeleteCorrespondence(w.ctx, w.system, m.ID, 0); err != nil || m.Status() != rest.MessageDeleted {
		t.Fatalf("%+v, %v", m, err)
	}
	_, err = w.Correspondence(w.ctx, w.system, m.ID)
	wantKind(t, err, rest.Gone)
	_, err = w.DeleteCorrespondence(w.ctx, w.system, m.ID, 0)
	wantKind(t, err, rest.Gone)
	if m, err := w.Correspondence(w.ctx, w.owner, m.ID); err != nil || m.Deleted.By != "system:1023" {
		t.Errorf("the owner: %+v, %v", m, err)
	}
	want2 := "Sent by ttd, Published by ttd, Read by system:1023, Confirmed by system:1023, Archived by system:1023, Deleted by system:1023"
	if got := w.happened(m.ID); got != want2 {
		t.Errorf("%s, want %s", got, want2)
	}
}

func one[T any](_ T, err error) error            { return err }
func second[T, U any](_ T, _ U, err error) error { return err }

func TestReplyToCorrespondence(t *testing.T) {
	w := newWorld(t)
	s := w.submit(w.shipment("S-1"))
	n := w.letter()
	n.Answers = strings.ToLower(s.Instance.ArchiveReference)
	m := w.send(n)
	if m.Answers != s.Instance.ArchiveReference {
		t.Errorf("answers %q", m.Answers)
	}
	r, err := w.Receipt(w.ctx, w.system, rest.ReceiptSearch{ID: s.Receipt.ID})
	if err != nil || !strings.Contains(references(*r), "ReceiversReference=1000002") {
		t.Errorf("the submission's receipt: %s, %v", references(*r), err)
	}
	page, err := w.Correspondences(w.ctx, w.system, rest.CorrespondenceQuery{Answers: n.Answers})
	if err != nil || len(page.Messages) != 1 || page.Messages[0].ID != m.ID {
		t.Errorf("%+v, %v", page, err)
	}
	reply := w.submit(w.shipment("S-2")).Instance
	_, err = w.ReplyToCorrespondence(w.ctx, w.system, m.ID, uuid.New(), 0)
	wantKind(t, err, rest.NotFound)
	for range 2 {
		got, err := w.ReplyToCorrespondence(w.ctx, w.system, m.ID, reply.ID, 0)
		if err != nil || got.Status() != rest.MessageReplied || got.Reply != reply.ID || got.Version != 2 {
			t.Fatalf("%+v, %v", got, err)
		}
	}
	_, err = w.ReplyToCorrespondence(w.ctx, w.system, m.ID, s.Instance.ID, 0)
	wantKind(t, err, rest.Conflict)
}

// TestPublishing: what is sent ahead is announced at its time, once; its
// sender may take it back until then.
func TestPublishing(t *testing.T) {
	w := newWorld(t)
	outbox := func() (texts []string) {
		err := w.store.View(w.ctx, func(r store.Reader) error {
			list, err := r.Outbox(0, 10)
			for _, m := range list {
				texts = append(texts, string(m.Channel)+" "+m.To+" "+m.Text.Reveal())
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		return texts
	}
	n := w.letter()
	n.Recipients[0] = rest.PartyRef{SSN: ssnA}
	n.Notifications = []rest.Notification{{Channel: rest.BySMS, Text: "Du har post"}, {Channel: rest.ByEmail, To: "kari@example.org", Text: "Du har post"}}
	n.Publish = w.clock.now().Add(time.Hour)
	m := w.send(n)
	taken := w.send(n)
	if _, err := w.DeleteCorrespondence(w.ctx, w.owner, taken.ID, 0); err != nil {
		t.Fatal(err)
	}
	if _, err := w.publish(w.ctx); err != nil || len(outbox()) > 0 {
		t.Errorf("announced early: %v, %v", outbox(), err)
	}
	w.clock.add(time.Hour)
	for range 2 {
		if _, err := w.publish(w.ctx); err != nil {
			t.Fatal(err)
		}
	}
	if got, want := outbox(), []string{"sms +4799999999 Du har post", "email kari@example.org Du har post"}; !slices.Equal(got, want) {
		t.Errorf("outbox %q, want %q", got, want)
	}
	if got, want := w.happened(m.ID), "Sent by ttd, Published by system, Notified by system"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
	got, err := w.Correspondence(w.ctx, rest.Caller{Person: w.person.ID, Scopes: []string{rest.ScopeRead}}, m.ID)
	if err != nil || got.Notifications[0].Sent != w.clock.now() || got.Notifications[0].To != "+4799999999" {
		t.Errorf("%+v, %v", got, err)
	}
	_, err = w.DeleteCorrespondence(w.ctx, w.owner, m.ID, 0)
	wantKind(t, err, rest.Conflict)
	_, err = w.Correspondence(w.ctx, rest.Caller{Person: w.person.ID, Scopes: []string{rest.ScopeRead}}, taken.ID)
	wantKind(t, err, rest.NotFound)
}

// TestMessagesArePurged: at the end nothing is left, of a message or on the disk.
func TestMessagesArePurged(t *testing.T) {
	w := newWorld(t)
	n := w.letter()
	n.DeleteAfter = w.clock.now().Add(time.Hour)
	n.Attachments = []rest.NewAttachment{w.file("stor.pdf", strings.Repeat("x", rest.InlineLimit+1))}
	m := w.send(n)
	kept := w.letter()
	kept.DeleteAfter, kept.Confirmation, kept.Existing = n.DeleteAfter, true, []uuid.UUID{m.Attachments[0].ID}
	k := w.send(kept)
	if _, err := w.AddAttachment(w.ctx, w.owner, w.file("ubrukt.pdf", strings.Repeat("y", rest.InlineLimit+1))); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		after time.Duration
		kind  rest.Kind
		blobs int
	}{{0, -1, 2}, {time.Hour, rest.Gone, 2}, {29 * 24 * time.Hour, rest.Gone, 2}, {24*time.Hour + time.Second, rest.NotFound, 1}} {
		w.clock.add(c.after)
		if _, err := w.purgeMessages(w.ctx); err != nil {
			t.Fatal(err)
		}
		_, err := w.Correspondence(w.ctx, w.system, m.ID)
		if c.kind < 0 && err != nil || c.kind >= 0 && rest.KindOf(err) != c.kind {
			t.Errorf("after %v: %v, want %v", c.after, err, c.kind)
		}
		if n := len(w.blobs.blobs); n != c.blobs {
			t.Errorf("after %v: %d blobs, want %d", c.after, n, c.blobs)
		}
	}
	if _, err := w.ConfirmCorrespondence(w.ctx, w.system, k.ID, 0); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if _, err := w.purgeMessages(w.ctx); err != nil {
			t.Fatal(err)
		}
		w.clock.add(31 * 24 * time.Hour)
	}
	if len(w.blobs.blobs) != 0 {
		t.Errorf("%d blobs left", len(w.blobs.blobs))
	}
}

func TestAttachmentsBeforeMessages(t *testing.T) {
	w := newWorld(t)
	app := rest.AppID{Org: "ttd", App: "melding"}
	a, err := w.AddAttachment(w.ctx, w.owner, rest.NewAttachment{App: app, FileName: "brev.txt", Title: "Brev"})
	if err != nil || !a.Uploaded.IsZero() || a.ContentType != "text/plain" {
		t.Fatalf("%+v, %v", a, err)
	}
	_, _, err = w.AttachmentContent(w.ctx, w.owner, a.ID)
	wantKind(t, err, rest.NotFound)
	stranger := rest.Caller{Owner: "nav", Scopes: w.owner.Scopes}
	for _, c := range []rest.Caller{stranger, w.system} {
		_, err := w.FillAttachment(w.ctx, c, a.ID, w.content("x"))
		wantKind(t, err, rest.NotFound)
		_, _, err = w.Attachment(w.ctx, c, a.ID)
		wantKind(t, err, rest.NotFound)
		wantKind(t, w.RemoveAttachment(w.ctx, c, a.ID), rest.NotFound)
	}
	if _, err := w.FillAttachment(w.ctx, w.owner, a.ID, w.content("kjære")); err != nil {
		t.Fatal(err)
	}
	_, err = w.FillAttachment(w.ctx, w.owner, a.ID, w.content("kjære"))
	wantKind(t, err, rest.Conflict)
	n := w.letter()
	n.Existing = []uuid.UUID{a.ID}
	m := w.send(n)
	got, uses, err := w.Attachment(w.ctx, w.owner, a.ID)
	if err != nil || got.Content.Size != 6 || !slices.Equal(uses, []uuid.UUID{m.ID}) {
		t.Errorf("%+v, %v, %v", got, uses, err)
	}
	wantKind(t, w.RemoveAttachment(w.ctx, w.owner, a.ID), rest.Conflict)
	other, err := w.AddAttachment(w.ctx, w.owner, w.file("x.pdf", "x"))
	if err == nil {
		err = w.RemoveAttachment(w.ctx, w.owner, other.ID)
	}
	if err != nil {
		t.Fatal(err)
	}
	_, _, err = w.Attachment(w.ctx, w.owner, other.ID)
	wantKind(t, err, rest.NotFound)
}

// TestWhoHearsOfCorrespondences: subscribers of a party hear of a message from
// its publishing on, and nobody else of the party does; its sender hears all.
func TestWhoHearsOfCorrespondences(t *testing.T) {
	w := newWorld(t)
	n := w.letter()
	n.Recipients[0] = rest.PartyRef{SSN: ssnA}
	n.Publish = w.clock.now().Add(time.Hour)
	m := w.send(n)
	hears := func(subject rest.Subject) (names []string) {
		t.Helper()
		events, err := w.AppEvents(w.ctx, w.owner, m.App, rest.EventQuery{})
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range events {
			ok, err := w.Permits(w.ctx, &rest.Subscription{Subscriber: subject}, &e)
			if err != nil {
				t.Fatal(err)
			}
			if ok && e.Correspondence == m.ID {
				names = append(names, strings.TrimPrefix(string(e.Type), "Correspondence"))
			}
		}
		return names
	}
	kari, other := rest.PersonSubject(w.person.ID), rest.PersonSubject(w.org.ID)
	if got := hears(kari); len(got) > 0 {
		t.Errorf("heard ahead: %v", got)
	}
	w.clock.add(time.Hour)
	if _, err := w.publish(w.ctx); err != nil {
		t.Fatal(err)
	}
	if _, err := w.DeleteCorrespondence(w.ctx, rest.Caller{Person: w.person.ID, Scopes: []string{rest.ScopeRead, rest.ScopeWrite}}, m.ID, 0); err != nil {
		t.Fatal(err)
	}
	for subject, want := range map[rest.Subject]string{
		kari: "[Published Deleted]", other: "[]", rest.OwnerSubject("ttd"): "[Sent Published Deleted]", rest.OwnerSubject("nav"): "[]",
	} {
		if got := fmt.Sprint(hears(subject)); got != want {
			t.Errorf("%s hears %s, want %s", subject, got, want)
		}
	}
}
