package core

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"overgang/rest"
)

// inbox walks through an inbox by two and names its entries.
func (w *world) inbox(c rest.Caller, names map[int32]string, q rest.InboxQuery) string {
	w.t.Helper()
	q.Limit = 2
	if q.Party == (rest.PartyRef{}) {
		q.Party = rest.PartyRef{ID: w.org.ID}
	}
	var got []string
	for range 100 {
		page, err := w.Inbox(w.ctx, c, q)
		if err != nil {
			w.t.Fatal(err)
		}
		for _, e := range page.Entries {
			name := names[e.Place().Number]
			if name == "" {
				name = fmt.Sprint(e.Kind(), " ", e.Place().Number)
			}
			got = append(got, name)
		}
		if page.Next == nil {
			return strings.Join(got, " ")
		}
		q.After = page.Next
	}
	w.t.Fatal("the inbox does not end")
	return ""
}

func TestInbox(t *testing.T) {
	w := newWorld(t)
	names := map[int32]string{}
	submitted := func(name, code, reference string, completed bool) *rest.Instance {
		s := w.shipment(reference)
		s.Service.Code, s.Completed = code, completed
		out := w.submit(s)
		names[out.Instance.Number] = name
		w.clock.add(time.Minute)
		return out.Instance
	}
	sentTo := func(name, code string, confirmation bool, publish time.Time) rest.Correspondence {
		n := w.letter()
		n.Service.Code, n.Confirmation, n.Publish = code, confirmation, publish
		m := w.send(n)
		names[m.Number] = name
		w.clock.add(time.Minute)
		return m
	}
	from := w.clock.now()
	archived := submitted("archived", "4501", "a", true)
	submitted("filling", "4502", "b", false)
	signing := submitted("signing", "4503", "c", true)
	letter := sentTo("letter", "4501", false, time.Time{})
	asked := sentTo("asked", "4503", true, time.Time{})
	sentTo("later", "4501", false, w.clock.now().Add(time.Hour))
	gone := submitted("gone", "4501", "d", true)
	if _, err := w.DeleteInstance(w.ctx, w.system, gone.ID, false, 0); err != nil {
		t.Fatal(err)
	}
	kari := rest.Caller{System: 1023, Person: w.person.ID}
	if archived.ArchiveReference == "" || signing.Step != "Signering" {
		t.Fatalf("%+v, %+v", archived, signing)
	}
	open, other := []rest.InboxState{rest.InboxOpen}, []rest.InboxState{rest.InboxElsewhere}
	for name, c := range map[string]struct {
		q    rest.InboxQuery
		want string
	}{
		"all":          {rest.InboxQuery{}, "archived filling signing letter asked"},
		"latest first": {rest.InboxQuery{Descending: true}, "asked letter signing filling archived"},
		"open":         {rest.InboxQuery{States: open}, "filling signing asked"},
		"received":     {rest.InboxQuery{States: []rest.InboxState{rest.InboxReceived}}, "letter asked"},
		"archived":     {rest.InboxQuery{States: []rest.InboxState{rest.InboxArchived}}, "archived"},
		"elsewhere":    {rest.InboxQuery{States: other}, ""},
		"instances":    {rest.InboxQuery{Kinds: []rest.InboxKind{rest.InboxInstance}}, "archived filling signing"},
		"services":     {rest.InboxQuery{Services: []string{"4502", "4503", "9999"}}, "filling signing asked"},
		"no service":   {rest.InboxQuery{Services: []string{"9999"}}, ""},
		"owner":        {rest.InboxQuery{Org: "nav"}, ""},
		"dates":        {rest.InboxQuery{Changed: rest.TimeRange{From: from.Add(time.Minute), To: from.Add(3 * time.Minute), OpenTo: true}}, "filling signing"},
		"by reference": {rest.InboxQuery{Archive: strings.ToLower(archived.ArchiveReference)}, "archived"},
		"by digits":    {rest.InboxQuery{Archive: archived.ArchiveReference[5:]}, "archived"},
		"service name": {rest.InboxQuery{Search: "SIGNER"}, "signing asked"},
		"nothing":      {rest.InboxQuery{Search: "\x00"}, ""},
	} {
		if got := w.inbox(w.system, names, c.q); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}

	if _, err := w.Complete(w.ctx, kari, signing.Number, []rest.Signature{{Person: w.person.ID, System: 1023}}); err != nil {
		t.Fatal(err)
	}
	if _, _, err := w.ArchiveCorrespondence(w.ctx, w.system, letter.ID, 0); err != nil {
		t.Fatal(err)
	}
	if _, err := w.ConfirmCorrespondence(w.ctx, w.system, asked.ID, 0); err != nil {
		t.Fatal(err)
	}
	w.clock.add(2 * time.Hour)
	if got := w.inbox(w.system, names, rest.InboxQuery{States: open}); got != "filling" {
		t.Errorf("open at last: %q", got)
	}
	got := strings.Fields(w.inbox(w.system, names, rest.InboxQuery{}))
	slices.Sort(got)
	if want := "archived asked filling later letter signing"; strings.Join(got, " ") != want {
		t.Errorf("all at last: %q, want %q", got, want)
	}

	// A grant for one service shows nothing else of the party.
	alone := rest.Caller{Person: w.person.ID, Scopes: userScopes}
	if got := w.inbox(alone, names, rest.InboxQuery{}); got != "signing asked" && got != "asked signing" {
		t.Errorf("with a right on one service: %q", got)
	}
	if got := w.inbox(alone, names, rest.InboxQuery{Services: []string{"4501"}}); got != "" {
		t.Errorf("another service: %q", got)
	}
	for name, c := range map[string]struct {
		caller rest.Caller
		party  rest.PartyRef
		limit  int
		kind   rest.Kind
	}{
		"somebody else's party": {w.system, rest.PartyRef{ID: w.other.ID}, 0, rest.Forbidden},
		"no party":              {w.system, rest.PartyRef{OrgNumber: "310000035"}, 0, rest.Forbidden},
		"no number":             {w.system, rest.PartyRef{}, 0, rest.Forbidden},
		"an owner":              {w.owner, rest.PartyRef{ID: w.org.ID}, 0, rest.Forbidden},
		"nobody":                {rest.Caller{}, rest.PartyRef{ID: w.org.ID}, 0, rest.Forbidden},
		"too many":              {w.system, rest.PartyRef{ID: w.org.ID}, 1001, rest.Invalid},
	} {
		_, err := w.Inbox(w.ctx, c.caller, rest.InboxQuery{Party: c.party, Limit: c.limit})
		if rest.KindOf(err) != c.kind || err == nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// What an inbox says waits for others is what the caller has signed.
func TestInboxElsewhere(t *testing.T) {
	w := newWorld(t)
	two := testApp("tosign", "4504", rest.ValidationEnforce, rest.Step{ID: "F", Kind: rest.Fill}, rest.Step{ID: "S1", Kind: rest.Signing},
		rest.Step{ID: "S2", Kind: rest.Signing}, rest.Step{ID: "I", Kind: rest.Send})
	change, err := w.admin.PutService(w.ctx, two)
	if err == nil {
		err = w.admin.Apply(w.ctx, change)
	}
	if err != nil {
		t.Fatal(err)
	}
	w.grant(rest.PersonSubject(w.person.ID), w.org.ID, rest.ServiceRef{}, rest.Read, rest.Write, rest.Sign)
	if err := w.Refresh(w.ctx); err != nil {
		t.Fatal(err)
	}
	kari := rest.Caller{System: 1023, Person: w.person.ID}
	names := map[int32]string{}
	for i := range 9 {
		s := w.shipment(fmt.Sprint("r", i))
		s.Service.Code = "4504"
		in := w.submit(s).Instance
		names[in.Number] = fmt.Sprint(i)
		if i%3 == 0 {
			if _, err := w.NextStep(w.ctx, kari, in.ID, "", 0); err != nil {
				t.Fatal(err)
			}
		}
	}
	if got := w.inbox(kari, names, rest.InboxQuery{States: []rest.InboxState{rest.InboxElsewhere}}); got != "0 3 6" {
		t.Errorf("the signer's: %q", got)
	}
	if got := w.inbox(w.system, names, rest.InboxQuery{States: []rest.InboxState{rest.InboxElsewhere}}); got != "" {
		t.Errorf("the system's: %q", got)
	}
}
