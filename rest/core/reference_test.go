package core

import (
	"errors"
	"strings"
	"testing"

	"overgang/rest"
)

// sent is a new instance with a form under a reference.
func (w *world) sent(reference, text string) rest.NewInstance {
	return rest.NewInstance{
		App: rest.AppID{Org: "ttd", App: "signert"}, Owner: rest.PartyRef{ID: w.org.ID}, Reference: reference, Elements: []rest.NewElement{w.form(text)},
	}
}

// TestRepeatedInstance: a reference is its sender's, for good; what is sent again
// under it is recognised, and what is new under it is refused.
func TestRepeatedInstance(t *testing.T) {
	w := newWorld(t)
	user := w.user()
	first, err := w.CreateInstance(w.ctx, user, w.sent("2026-1", validForm))
	if err != nil || first.Reference != "2026-1" || first.Sender != rest.StandIn(user.Person) {
		t.Fatalf("%+v, %v", first, err)
	}
	again, err := w.CreateInstance(w.ctx, user, w.sent("2026-1", validForm))
	if !errors.Is(err, rest.ErrRepeated) || again.ID != first.ID || again.Version != first.Version {
		t.Errorf("%+v, %v", again, err)
	}
	other := w.sent("2026-1", strings.Replace(validForm, "<", " <", 1))
	for name, n := range map[string]rest.NewInstance{
		"other data":          other,
		"no data":             {App: other.App, Owner: other.Owner, Reference: "2026-1"},
		"another application": {App: rest.AppID{Org: "ttd", App: "melding"}, Owner: other.Owner, Reference: "2026-1", Elements: w.sent("", validForm).Elements},
		"another party":       {App: other.App, Owner: rest.PartyRef{ID: w.person.ID}, Reference: "2026-1", Elements: w.sent("", validForm).Elements},
		"an element's reference": func() rest.NewInstance {
			n := w.sent("2026-1", validForm)
			n.Elements[0].SenderReference = "b"
			return n
		}(),
	} {
		if _, err := w.CreateInstance(w.ctx, user, n); rest.KindOf(err) != rest.Conflict || codeOf(err) != "reference-taken" {
			t.Errorf("%s: %v", name, err)
		}
	}
	if in, err := w.CreateInstance(w.ctx, user, w.sent("2026-2", validForm)); err != nil || in.ID == first.ID {
		t.Errorf("another reference: %v", err)
	}
	for range 2 { // without one nothing is recognised
		if in, err := w.CreateInstance(w.ctx, user, w.sent("", validForm)); err != nil || in.ID == first.ID || in.Sender != 0 {
			t.Errorf("no reference: %+v, %v", in, err)
		}
	}
	if _, err := w.DeleteInstance(w.ctx, user, first.ID, false, 0); err != nil {
		t.Fatal(err)
	}
	if _, err := w.CreateInstance(w.ctx, user, w.sent("2026-1", validForm)); codeOf(err) != "reference-taken" {
		t.Errorf("after it was deleted: %v", err)
	}
}

// TestReferenceOverBothWays: the same sender's reference is one, over HTTP and as
// a submission of a legacy service.
func TestReferenceOverBothWays(t *testing.T) {
	w := newWorld(t)
	user := w.user()
	old := rest.Caller{System: rest.StandIn(user.Person)} // the same person, with user name and password
	w.grant(rest.PersonSubject(user.Person), w.org.ID, rest.ServiceRef{}, rest.Read, rest.Write)
	if err := w.Refresh(w.ctx); err != nil {
		t.Fatal(err)
	}
	made, err := w.CreateInstance(w.ctx, user, w.sent("REF-1", validForm))
	if err != nil {
		t.Fatal(err)
	}
	var receipts []int32
	for range 2 {
		out, err := w.Submit(w.ctx, old, w.shipment("REF-1"))
		if err != nil || !out.Repeated || out.Instance.ID != made.ID || out.Receipt.ID == 0 {
			t.Fatalf("%+v, %v", out, err)
		}
		receipts = append(receipts, out.Receipt.ID)
	}
	if receipts[0] != receipts[1] {
		t.Errorf("receipts %v", receipts)
	}
	got, err := w.Receipt(w.ctx, user, rest.ReceiptSearch{References: []rest.Reference{{Type: rest.RefShipment, Value: "REF-1"}}})
	if err != nil || got.ID != receipts[0] || got.Instance != made.Number {
		t.Errorf("%+v, %v", got, err)
	}
	out, err := w.Submit(w.ctx, old, w.shipment("REF-2"))
	if err != nil || out.Repeated {
		t.Fatalf("%+v, %v", out, err)
	}
	if _, err := w.CreateInstance(w.ctx, user, w.sent("REF-2", validForm)); codeOf(err) != "reference-taken" {
		t.Errorf("%v", err)
	}
	system, err := w.Submit(w.ctx, w.system, w.shipment("REF-1")) // another sender's
	if err != nil || system.Repeated || system.Instance.ID == made.ID {
		t.Errorf("%+v, %v", system, err)
	}
}

// TestReferenceRefusals: nothing is stored otherwise than it was sent, and owners
// of applications send nothing in.
func TestReferenceRefusals(t *testing.T) {
	w := newWorld(t)
	for _, reference := range []string{" a", "a ", "a\nb", "a\u202eb", "\xff", strings.Repeat("x", 256), strings.Repeat("ø", 128)} {
		n := w.sent(reference, validForm)
		if _, err := w.CreateInstance(w.ctx, w.user(), n); codeOf(err) != "reference-invalid" {
			t.Errorf("%.20q: %v", reference, err)
		}
		n = w.sent("", validForm)
		n.Elements[0].SenderReference = reference
		if _, err := w.CreateInstance(w.ctx, w.user(), n); codeOf(err) != "reference-invalid" {
			t.Errorf("an element's %.20q: %v", reference, err)
		}
		in := w.begin(rest.AppID{Org: "ttd", App: "signert"}, w.user())
		if _, _, err := w.AddElement(w.ctx, w.user(), in.ID, n.Elements[0]); codeOf(err) != "reference-invalid" {
			t.Errorf("an added element's %.20q: %v", reference, err)
		}
	}
	if _, err := w.CreateInstance(w.ctx, w.owner, w.sent("a", validForm)); codeOf(err) != "reference-sender" {
		t.Errorf("an owner's: %v", err)
	}
	n := w.sent(strings.Repeat("x", 255), validForm)
	n.Elements[0].SenderReference = strings.Repeat("y", 255)
	if in, err := w.CreateInstance(w.ctx, w.user(), n); err != nil || in.Elements[0].SenderReference != n.Elements[0].SenderReference {
		t.Errorf("as long as may be: %v", err)
	}
}

// codeOf is an error's code.
func codeOf(err error) string {
	var e *rest.Error
	if errors.As(err, &e) {
		return e.Code
	}
	return ""
}
