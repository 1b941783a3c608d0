package core

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"overgang/rest"
)

// receiptPages walks receipts by two and lists their shipment references and statuses.
func (w *world) receiptPages(c rest.Caller, q rest.ReceiptQuery) string {
	w.t.Helper()
	var got []string
	q.Limit = 2
	for range 100 {
		page, err := w.ReceiptPage(w.ctx, c, q)
		if err != nil {
			w.t.Fatal(err)
		}
		for _, r := range page.Receipts {
			got = append(got, strings.TrimPrefix(r.References[0].Value, "REF-")+" "+string(r.Status))
		}
		if page.Next == nil {
			return strings.Join(got, ", ")
		}
		q.After = page.Next
	}
	w.t.Fatal("the receipts do not end")
	return ""
}

// TestReceiptPages: what GetReceiptV2 and GetReceiptListV2 find, page by page.
func TestReceiptPages(t *testing.T) {
	w := newWorld(t)
	for i := range 5 {
		s := w.shipment(fmt.Sprintf("REF-%d", i))
		if i == 3 {
			s.Service.Code = "9999" // unknown: rejected
			if out, err := w.Submit(w.ctx, w.system, s); err != nil || out.Receipt.Status != rest.StatusRejected {
				t.Fatalf("%+v, %v", out, err)
			}
		} else {
			w.submit(s)
		}
		if i%2 == 1 {
			w.clock.add(time.Hour)
		}
	}
	org := rest.PartyRef{ID: w.org.ID}
	reader := rest.Caller{Person: w.person.ID, Scopes: []string{rest.ScopeRead}}
	w.grant(rest.PersonSubject(w.person.ID), w.org.ID, rest.ServiceRef{}, rest.Read)
	if err := w.Refresh(w.ctx); err != nil {
		t.Fatal(err)
	}
	shipment := rest.Reference{Type: rest.RefShipment, Value: "REF-2"}
	for name, c := range map[string]struct {
		q    rest.ReceiptQuery
		want string
	}{
		"all":           {rest.ReceiptQuery{Party: org}, "0 OK, 1 OK, 2 OK, 3 Rejected, 4 OK"},
		"descending":    {rest.ReceiptQuery{Party: org, Descending: true}, "4 OK, 3 Rejected, 2 OK, 1 OK, 0 OK"},
		"status":        {rest.ReceiptQuery{Party: org, Status: rest.StatusRejected}, "3 Rejected"},
		"kind":          {rest.ReceiptQuery{Party: org, Kind: rest.ReceiptFormTask, Status: rest.StatusOK}, "0 OK, 1 OK, 2 OK, 4 OK"},
		"another kind":  {rest.ReceiptQuery{Party: org, Kind: rest.ReceiptBroker}, ""},
		"time":          {rest.ReceiptQuery{Party: org, Changed: rest.TimeRange{From: w.now(), OpenTo: true}}, "4 OK"},
		"before":        {rest.ReceiptQuery{Party: org, Changed: rest.TimeRange{To: w.now(), OpenTo: true}}, "0 OK, 1 OK, 2 OK, 3 Rejected"},
		"reference":     {rest.ReceiptQuery{Reference: shipment}, "2 OK"},
		"and party":     {rest.ReceiptQuery{Party: org, Reference: shipment}, "2 OK"},
		"another's":     {rest.ReceiptQuery{Party: rest.PartyRef{ID: w.person.ID}, Reference: shipment}, ""},
		"and status":    {rest.ReceiptQuery{Reference: shipment, Status: rest.StatusRejected}, ""},
		"and its time":  {rest.ReceiptQuery{Reference: shipment, Changed: rest.TimeRange{To: w.now(), OpenTo: true}}, "2 OK"},
		"other time":    {rest.ReceiptQuery{Reference: shipment, Changed: rest.TimeRange{From: w.now()}}, ""},
		"on all":        {rest.ReceiptQuery{Reference: rest.Reference{Type: rest.RefParty, Value: orgA}}, "0 OK, 1 OK, 2 OK, 3 Rejected, 4 OK"},
		"on all, back":  {rest.ReceiptQuery{Reference: rest.Reference{Type: rest.RefParty, Value: orgA}, Descending: true}, "4 OK, 3 Rejected, 2 OK, 1 OK, 0 OK"},
		"no reference":  {rest.ReceiptQuery{Reference: rest.Reference{Type: rest.RefShipment, Value: "REF"}}, ""},
		"below the top": {rest.ReceiptQuery{Reference: rest.Reference{Type: rest.RefSender, Value: "skjema-1"}, Status: rest.StatusOK}, "0 OK, 1 OK, 2 OK, 4 OK"},
	} {
		if got := w.receiptPages(reader, c.q); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

// TestReceiptPageRefusals: no party is told apart from none, and a grant for one
// service shows that service's receipts.
func TestReceiptPageRefusals(t *testing.T) {
	w := newWorld(t)
	for i := range 3 {
		w.submit(w.shipment(fmt.Sprintf("REF-%d", i)))
	}
	out := w.submit(w.shipment("REF-3"))
	byReference := rest.ReceiptQuery{Reference: out.Receipt.References[0]}
	org := rest.ReceiptQuery{Party: rest.PartyRef{ID: w.org.ID}}
	reader := rest.Caller{Person: w.person.ID, Scopes: []string{rest.ScopeRead}}
	for name, c := range map[string]struct {
		caller rest.Caller
		q      rest.ReceiptQuery
		want   rest.Kind
	}{
		"nobody":           {rest.Caller{}, org, rest.Forbidden},
		"no scope":         {rest.Caller{Person: w.person.ID, Scopes: []string{rest.ScopeWrite}}, org, rest.Forbidden},
		"an owner":         {w.owner, org, rest.Forbidden},
		"a stranger":       {rest.Caller{System: 4711}, org, rest.Forbidden},
		"an unknown party": {reader, rest.ReceiptQuery{Party: rest.PartyRef{ID: 1}}, rest.Forbidden},
		"another party":    {reader, rest.ReceiptQuery{Party: rest.PartyRef{ID: w.other.ID}}, rest.Forbidden},
		"no party":         {reader, rest.ReceiptQuery{}, rest.Invalid},
		"a large page":     {reader, rest.ReceiptQuery{Party: org.Party, Limit: 1001}, rest.Invalid},
	} {
		_, err := w.ReceiptPage(w.ctx, c.caller, c.q)
		if rest.KindOf(err) != c.want {
			t.Errorf("%s: %v", name, err)
		}
	}
	// Her grant is for another service of the party: she may ask, and finds nothing.
	for name, q := range map[string]rest.ReceiptQuery{"party": org, "reference": byReference} {
		if got := w.receiptPages(reader, q); got != "" {
			t.Errorf("by %s, a grant for another service shows %q", name, got)
		}
	}
	if got := w.receiptPages(rest.Caller{System: 4711}, byReference); got != "" {
		t.Errorf("a stranger finds %q", got)
	}
	if got := w.receiptPages(w.owner, byReference); got != "3 OK" {
		t.Errorf("the application's owner finds %q", got)
	}
	w.grant(rest.PersonSubject(w.person.ID), w.org.ID, rest.ServiceRef{Code: "4501"}, rest.Read)
	if err := w.Refresh(w.ctx); err != nil {
		t.Fatal(err)
	}
	if got := w.receiptPages(reader, org); got != "0 OK, 1 OK, 2 OK, 3 OK" {
		t.Errorf("with a grant for the service: %q", got)
	}
	if got := w.receiptPages(w.system, org); got != "0 OK, 1 OK, 2 OK, 3 OK" {
		t.Errorf("the sender finds %q", got)
	}
	page, err := w.ReceiptPage(w.ctx, reader, rest.ReceiptQuery{Party: org.Party, Limit: 4})
	if err != nil || page.Next != nil || len(page.Receipts) != 4 {
		t.Errorf("%+v, %v", page.Next, err)
	}
	if !slices.EqualFunc(page.Receipts[3].Sub, out.Receipt.Sub, func(a, b rest.Receipt) bool { return a.ID == b.ID && a.Text == b.Text }) {
		t.Errorf("%+v", page.Receipts[3])
	}
}

// TestReceiptPagesAreBounded: who may read next to nothing of what a party has does
// not have all of it read at once, and still comes to the end.
func TestReceiptPagesAreBounded(t *testing.T) {
	w := newWorld(t)
	const all = pagesLooked + 3
	for i := range all {
		w.submit(w.shipment(fmt.Sprintf("REF-%d", i)))
	}
	// Her grant is for another service of the party.
	reader := rest.Caller{Person: w.person.ID, Scopes: []string{rest.ScopeRead}}
	q := rest.ReceiptQuery{Party: rest.PartyRef{ID: w.org.ID}, Limit: 1}
	page, err := w.ReceiptPage(w.ctx, reader, q)
	if err != nil || len(page.Receipts) != 0 || page.Next == nil {
		t.Fatalf("%+v, %v: want an empty page that goes on", page, err)
	}
	q.After = page.Next
	if page, err = w.ReceiptPage(w.ctx, reader, q); err != nil || len(page.Receipts) != 0 || page.Next != nil {
		t.Fatalf("%+v, %v: want the end", page, err)
	}
}

// TestReceiptPagesOfTransfers: the sender's list has the whole receipt of a file;
// a recipient, by a reference, finds what is its own below it, and lists nothing.
func TestReceiptPagesOfTransfers(t *testing.T) {
	p := newPost(t)
	tr := p.sent("hei")
	byReference := rest.ReceiptQuery{Reference: rest.Reference{Type: rest.RefSender, Value: "S-1"}}
	recipients := byReference
	recipients.Party = rest.PartyRef{ID: p.other.ID}
	for name, c := range map[string]struct {
		caller rest.Caller
		q      rest.ReceiptQuery
		want   int32
	}{
		"sender's list":           {p.mine, rest.ReceiptQuery{Party: rest.PartyRef{ID: p.org.ID}, Kind: rest.ReceiptBroker}, tr.Receipt},
		"sender by reference":     {p.mine, byReference, tr.Receipt},
		"recipient by reference":  {p.theirs, byReference, tr.Recipients[0].Receipt},
		"recipient, of itself":    {p.theirs, recipients, tr.Recipients[0].Receipt},
		"recipient's list":        {p.theirs, rest.ReceiptQuery{Party: recipients.Party}, 0},
		"a stranger by reference": {p.third, byReference, 0},
		"sender, of another kind": {p.mine, rest.ReceiptQuery{Party: rest.PartyRef{ID: p.org.ID}, Reference: byReference.Reference, Kind: rest.ReceiptFormTask}, 0},
	} {
		page, err := p.ReceiptPage(p.ctx, c.caller, c.q)
		got := int32(0)
		if len(page.Receipts) > 0 {
			got = page.Receipts[0].ID
		}
		if err != nil || got != c.want || len(page.Receipts) > 1 {
			t.Errorf("%s: %d of %d, want %d, %v", name, got, len(page.Receipts), c.want, err)
		}
	}
}
