package core

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"overgang/rest"
	"overgang/store"
)

func TestReceiptByEachReference(t *testing.T) {
	w := newWorld(t)
	out := w.submit(w.shipment("REF-1"))
	for _, ref := range append(out.Receipt.References, out.Receipt.Sub[0].References...) {
		got, err := w.Receipt(w.ctx, w.system, rest.ReceiptSearch{References: []rest.Reference{ref}})
		if err != nil {
			t.Errorf("by %s: %v", ref.Type, err)
			continue
		}
		if diff := cmp.Diff(out.Receipt, *got); diff != "" {
			t.Errorf("by %s:\n%s", ref.Type, diff)
		}
	}
	if _, err := w.Receipt(w.ctx, w.system, rest.ReceiptSearch{ID: out.Receipt.Sub[1].ID}); err != nil {
		t.Errorf("a sub-receipt: %v", err)
	}
	_, err := w.Receipt(w.ctx, w.system, rest.ReceiptSearch{})
	wantKind(t, err, rest.Invalid)
}

// Absent and somebody else's must not be told apart.
func TestReceiptVisibility(t *testing.T) {
	w := newWorld(t)
	out := w.submit(w.shipment("REF-1"))
	byID := rest.ReceiptSearch{ID: out.Receipt.ID}
	absent := func() error {
		_, err := w.Receipt(w.ctx, w.system, rest.ReceiptSearch{ID: 2_000_000})
		return err
	}()
	foreign := rest.Caller{System: 4711}
	for name, search := range map[string]rest.ReceiptSearch{
		"by id": byID, "by sub id": {ID: out.Receipt.Sub[0].ID}, "by reference": {References: out.Receipt.References[:1]},
	} {
		_, err := w.Receipt(w.ctx, foreign, search)
		if err == nil || err.Error() != absent.Error() {
			t.Errorf("%s: %v, absent: %v", name, err, absent)
		}
		_, err = w.ChangeReceipt(w.ctx, foreign, rest.ReceiptChange{ID: search.ID, Archive: map[bool]string{true: out.Instance.ArchiveReference}[search.ID == 0], Text: "x"})
		if err == nil || err.Error() != absent.Error() {
			t.Errorf("change %s: %v, absent: %v", name, err, absent)
		}
	}
	reader := rest.Caller{Person: w.person.ID, Scopes: []string{rest.ScopeRead, rest.ScopeWrite}}
	_, err := w.Receipt(w.ctx, reader, byID)
	wantKind(t, err, rest.NotFound) // her grant is for another service
	w.grant(rest.PersonSubject(w.person.ID), w.org.ID, rest.ServiceRef{Code: "4501"}, rest.Read)
	if err := w.Refresh(w.ctx); err != nil {
		t.Fatal(err)
	}
	if _, err := w.Receipt(w.ctx, reader, byID); err != nil {
		t.Errorf("with a grant: %v", err)
	}
	_, err = w.ChangeReceipt(w.ctx, reader, rest.ReceiptChange{ID: out.Receipt.ID, Text: "x"})
	wantKind(t, err, rest.NotFound) // reading is not writing
	_, err = w.Receipt(w.ctx, rest.Caller{}, byID)
	wantKind(t, err, rest.Forbidden)
}

func TestReceipts(t *testing.T) {
	w := newWorld(t)
	for i := range 3 {
		w.submit(w.shipment(fmt.Sprintf("REF-%d", i)))
		w.clock.add(time.Hour)
	}
	start := w.now().Add(-3 * time.Hour)
	list := func(f rest.ReceiptFilter) []rest.Receipt {
		t.Helper()
		got, err := w.Receipts(w.ctx, w.system, f)
		if err != nil {
			t.Fatal(err)
		}
		return got
	}
	if got := list(rest.ReceiptFilter{Kind: rest.ReceiptFormTask}); len(got) != 3 || got[0].Changed.After(got[1].Changed) {
		t.Errorf("%d receipts", len(got))
	}
	if got := list(rest.ReceiptFilter{Kind: rest.ReceiptFormTask, From: start.Add(time.Hour), To: start.Add(time.Hour)}); len(got) != 1 {
		t.Errorf("%d receipts at one time", len(got))
	}
	if got := list(rest.ReceiptFilter{Kind: "Correspondence"}); len(got) != 0 {
		t.Errorf("%d receipts of another kind", len(got))
	}
	_, err := w.Receipts(w.ctx, w.system, rest.ReceiptFilter{Kind: rest.ReceiptNotSet})
	wantKind(t, err, rest.Invalid)
	_, err = w.Receipts(w.ctx, w.system, rest.ReceiptFilter{Kind: rest.ReceiptFormTask, From: start.Add(time.Hour), To: start})
	wantKind(t, err, rest.Invalid)
	got, err := w.Receipts(w.ctx, rest.Caller{System: 4711}, rest.ReceiptFilter{Kind: rest.ReceiptFormTask})
	if err != nil || len(got) != 0 {
		t.Errorf("somebody else sees %d receipts, %v", len(got), err)
	}
	kari := rest.Caller{System: 4711, Person: w.person.ID} // may read service 4503 of the party only
	if got, err = w.Receipts(w.ctx, kari, rest.ReceiptFilter{Kind: rest.ReceiptFormTask}); err != nil || len(got) != 0 {
		t.Errorf("a grant for another service shows %d receipts, %v", len(got), err)
	}
}

func TestChangeReceipt(t *testing.T) {
	w := newWorld(t)
	out := w.submit(w.shipment("REF-1"))
	w.clock.add(time.Minute)
	got, err := w.ChangeReceipt(w.ctx, w.system, rest.ReceiptChange{
		ID: out.Receipt.ID, Status: rest.StatusUnexpected, Text: "Mottatt\x1b[31m av fagsystem",
		References: []rest.Reference{{Type: rest.RefReceiver, Value: "M-1"}, out.Receipt.References[0]},
		Sub:        []rest.ReceiptChange{{ID: out.Receipt.Sub[0].ID, Text: "Skjema lest"}, {References: out.Receipt.Sub[1].References, Text: "Vedlegg lest"}},
	})
	if err != nil {
		t.Fatal(err)
	}
	if got.Text != "Receipt updated by EndUserSystem: 1023. Mottatt[31m av fagsystem" || got.Status != rest.StatusUnexpected || !got.Changed.Equal(w.now()) {
		t.Errorf("receipt %+v", got)
	}
	if !strings.HasSuffix(got.History, " FormTaskShipment Data is sent to FormTask for Instantiating") {
		t.Errorf("history %q", got.History)
	}
	if len(got.References) != len(out.Receipt.References)+1 {
		t.Errorf("references %s", references(*got))
	}
	if got.Sub[0].Text != "Receipt updated by EndUserSystem: 1023. Skjema lest" || got.Sub[1].Text != "Receipt updated by EndUserSystem: 1023. Vedlegg lest" {
		t.Errorf("sub-receipts %+v", got.Sub)
	}
	byArchive, err := w.ChangeReceipt(w.ctx, w.system, rest.ReceiptChange{Archive: out.Instance.ArchiveReference, Text: "Igjen"})
	if err != nil || byArchive.ID != out.Receipt.ID || byArchive.Status != rest.StatusUnexpected || strings.Count(byArchive.History, "\n") != 1 {
		t.Errorf("%+v, %v", byArchive, err)
	}
	stored, err := w.Receipt(w.ctx, w.system, rest.ReceiptSearch{References: []rest.Reference{{Type: rest.RefReceiver, Value: "M-1"}}})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(byArchive, stored); diff != "" {
		t.Error(diff)
	}
	for name, ch := range map[string]rest.ReceiptChange{
		"neither":         {Text: "x"},
		"both":            {ID: out.Receipt.ID, Archive: out.Instance.ArchiveReference},
		"status":          {ID: out.Receipt.ID, Status: "Fine"},
		"reference type":  {ID: out.Receipt.ID, References: []rest.Reference{{Value: "x"}}},
		"core references": {ID: out.Receipt.ID, References: []rest.Reference{{Type: rest.RefArchive, Value: "AR1"}}},
	} {
		_, err := w.ChangeReceipt(w.ctx, w.system, ch)
		if rest.KindOf(err) != rest.Invalid {
			t.Errorf("%s: %v", name, err)
		}
	}
	_, err = w.ChangeReceipt(w.ctx, w.system, rest.ReceiptChange{ID: out.Receipt.ID, Sub: []rest.ReceiptChange{{ID: 4711}}})
	wantKind(t, err, rest.NotFound)
}

func TestHistoryIsBounded(t *testing.T) {
	r := rest.Receipt{Text: "first"}
	for i := range 100 {
		amend(&r, fmt.Sprint(i)+strings.Repeat("x", 1000), time.Time{})
	}
	if len(r.History) > maxHistory || strings.Contains(r.History, "first") || !strings.HasPrefix(r.History, "0001-01-01T00:00:00Z 98x") {
		t.Errorf("%d bytes of history, first %.30q", len(r.History), r.History)
	}
}

func TestConfirmTellsInTheReceipt(t *testing.T) {
	w := newWorld(t)
	out := w.submit(w.shipment("REF-1"))
	id, form := out.Instance.ID, out.Instance.Elements[0].ID
	before, err := w.Instance(w.ctx, w.owner, id)
	if err != nil {
		t.Fatal(err)
	}
	w.clock.add(time.Minute)
	_, err = w.ConfirmElement(w.ctx, w.owner, id, form, 0)
	wantKind(t, err, rest.Conflict)
	if err := w.Downloaded(w.ctx, w.system, id, &before.Elements[0]); err != nil {
		t.Fatal(err)
	}
	_, err = w.ConfirmElement(w.ctx, w.owner, id, form, 0)
	wantKind(t, err, rest.Conflict) // a user's download is none of the owner's
	if err := w.Downloaded(w.ctx, w.owner, id, &before.Elements[0]); err != nil {
		t.Fatal(err)
	}
	in, err := w.ConfirmElement(w.ctx, w.owner, id, form, 0)
	if err != nil || len(in.Elements[0].Confirmed) != 1 || len(in.Elements[0].Downloaded) != 1 || !in.Changed.Equal(before.Changed) || in.Version <= before.Version {
		t.Fatalf("%+v, %v", in, err)
	}
	receipt := func() *rest.Receipt {
		t.Helper()
		r, err := w.Receipt(w.ctx, w.system, rest.ReceiptSearch{ID: out.Receipt.ID})
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	r := receipt()
	if r.Text != "Download confirmed by ttd: 1 of 2 elements." || !r.Changed.Equal(w.now()) || !strings.Contains(r.History, "Instantiating") {
		t.Errorf("receipt %+v", r)
	}
	version := in.Version
	_, err = w.ConfirmElement(w.ctx, w.owner, id, form, version-1)
	wantKind(t, err, rest.PreconditionFailed)
	_, err = w.ConfirmInstance(w.ctx, w.owner, id, version-1)
	wantKind(t, err, rest.PreconditionFailed)
	if in, err = w.ConfirmElement(w.ctx, w.owner, id, form, 0); err != nil || in.Version != version || receipt().History != r.History {
		t.Errorf("confirmed twice: version %d after %d, %v", in.Version, version, err)
	}
	_, err = w.ConfirmInstance(w.ctx, w.owner, id, 0)
	wantKind(t, err, rest.Conflict)
	if err := w.Downloaded(w.ctx, w.owner, id, &before.Elements[1]); err != nil {
		t.Fatal(err)
	}
	if in, err = w.ConfirmInstance(w.ctx, w.owner, id, version+1); err != nil || in.Confirmed.IsZero() {
		t.Fatalf("%+v, %v", in, err)
	}
	if r := receipt(); r.Text != "Received and confirmed by ttd." {
		t.Errorf("receipt %+v", r)
	}
	for name, c := range map[string]rest.Caller{"user": w.system, "other owner": {Owner: "nav", Scopes: w.owner.Scopes}} {
		if _, err := w.ConfirmInstance(w.ctx, c, id, 0); err == nil {
			t.Errorf("%s confirms", name)
		}
	}
	events, err := w.AppEvents(w.ctx, w.owner, out.Instance.App, rest.EventQuery{Limit: 100})
	if err != nil {
		t.Fatal(err)
	}
	var kinds []rest.EventType
	for _, e := range events {
		kinds = append(kinds, e.Type)
	}
	want := []rest.EventType{rest.EventCreated, rest.EventArchived, rest.EventElementDownloaded, rest.EventDownloadConfirmed, rest.EventElementDownloaded, rest.EventDownloadConfirmed, rest.EventInstanceConfirmed}
	if diff := cmp.Diff(want, kinds); diff != "" {
		t.Error(diff)
	}
	_, err = w.AppEvents(w.ctx, w.system, out.Instance.App, rest.EventQuery{Limit: 100})
	wantKind(t, err, rest.NotFound)
	if err := w.Downloaded(w.ctx, w.owner, id, &rest.Element{ID: uuid.New()}); rest.KindOf(err) != rest.NotFound {
		t.Error(err)
	}
}

// TestWhatIsNewIsNeitherDownloadedNorConfirmed: the owner confirms what it has,
// and an instance is purged only when it has confirmed all there is.
func TestWhatIsNewIsNeitherDownloadedNorConfirmed(t *testing.T) {
	w := newWorld(t)
	user := w.user()
	confirmed := func(change func(in *rest.Instance) *rest.Instance) *rest.Instance {
		in := w.create(user, w.form(validForm), w.attachment("brev.pdf", "pdf"))
		for _, e := range in.Elements {
			if err := w.Downloaded(w.ctx, w.owner, in.ID, &e); err != nil {
				t.Fatal(err)
			}
		}
		in, err := w.ConfirmInstance(w.ctx, w.owner, in.ID, 0)
		if err != nil {
			t.Fatal(err)
		}
		in = change(in)
		if !in.Confirmed.IsZero() {
			t.Error("the whole is confirmed still")
		}
		_, err = w.ConfirmInstance(w.ctx, w.owner, in.ID, 0)
		wantCode(t, err, "not-downloaded")
		return in
	}
	in := confirmed(func(in *rest.Instance) *rest.Instance {
		in, e, err := w.ReplaceElement(w.ctx, user, in.ID, in.Elements[1].ID, w.attachment("brev.pdf", "another"), 0)
		if err != nil || len(e.Downloaded)+len(e.Confirmed) != 0 || len(in.Elements[0].Confirmed) != 1 {
			t.Fatalf("%+v, %v", in, err)
		}
		return in
	})
	confirmed(func(in *rest.Instance) *rest.Instance {
		in, _, err := w.AddElement(w.ctx, user, in.ID, w.attachment("nytt.pdf", "new"))
		if err != nil {
			t.Fatal(err)
		}
		return in
	})
	// What went out while it was replaced is not what there is.
	old, content, err := w.Content(w.ctx, w.owner, in.ID, in.Elements[1].ID)
	if err != nil {
		t.Fatal(err)
	}
	defer content.Close()
	if in, _, err = w.ReplaceElement(w.ctx, user, in.ID, old.ID, w.attachment("brev.pdf", "a third"), 0); err != nil {
		t.Fatal(err)
	}
	if err := w.Downloaded(w.ctx, w.owner, in.ID, old); err != nil {
		t.Fatal(err)
	}
	_, err = w.ConfirmElement(w.ctx, w.owner, in.ID, old.ID, 0)
	wantCode(t, err, "not-downloaded")
}

// Shipment references such as 1 are everybody's: a system must find its own
// however many others used it after.
func TestReceiptBehindManyOthers(t *testing.T) {
	w := newWorld(t)
	own := w.submit(w.shipment("1"))
	for i := range receiptMatches + 10 {
		sender := rest.SystemID(5000 + i%7)
		err := w.store.Update(w.ctx, func(tx store.Tx) error {
			return tx.CreateReceipt(&rest.Receipt{Kind: rest.ReceiptFormTask, Status: rest.StatusRejected, Changed: w.now(), Sender: sender, Party: w.other.ID,
				References: []rest.Reference{{Type: rest.RefShipment, Value: "1"}}})
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	got, err := w.Receipt(w.ctx, w.system, rest.ReceiptSearch{References: own.Receipt.References[:1]})
	if err != nil || got.ID != own.Receipt.ID {
		t.Errorf("%+v, %v", got, err)
	}
}

// An instance that goes the whole way over HTTP has the receipt that an old
// client looks for: it is found by the archive reference, and goes on as others do.
func TestReceiptOfWhatWasSentInOverHTTP(t *testing.T) {
	w := newWorld(t)
	app := rest.AppID{Org: "ttd", App: "signert"}
	in := w.begin(app, w.user(), w.form(validForm), w.attachment("brev.pdf", "pdf"))
	search := rest.ReceiptSearch{References: []rest.Reference{{Type: rest.RefWorkflow, Value: fmt.Sprint(in.Number)}}}
	for _, action := range []string{"complete", "sign"} {
		w.next(w.user(), in.ID, action)
		_, err := w.Receipt(w.ctx, w.system, search)
		wantKind(t, err, rest.NotFound) // it is not sent in yet
	}
	w.next(w.user(), in.ID, "send")
	in, err := w.Instance(w.ctx, w.user(), in.ID)
	if err != nil {
		t.Fatal(err)
	}
	r, err := w.Receipt(w.ctx, w.system, rest.ReceiptSearch{References: []rest.Reference{{Type: rest.RefArchive, Value: in.ArchiveReference}}})
	if err != nil {
		t.Fatal(err)
	}
	want := fmt.Sprintf("OwnerPartyReference=%s PartyReference=%s WorkFlowReference=%d ArchiveReference=%s", ssnA.Reveal(), orgA, in.Number, in.ArchiveReference)
	if got := references(*r); got != want || in.Receipt != r.ID || r.Kind != rest.ReceiptFormTask || r.Status != rest.StatusOK || r.Sender != 0 || r.Party != w.org.ID {
		t.Errorf("%s: %+v, want %s", got, r, want)
	}
	var sub []string
	for _, s := range r.Sub {
		sub = append(sub, s.Text+": "+references(s))
	}
	if diff := cmp.Diff([]string{textForm + ": SendersReference=skjema-1", textFile + ": SendersReference=vedlegg-brev.pdf"}, sub); diff != "" {
		t.Error(diff)
	}
	for _, e := range in.Elements {
		if err := w.Downloaded(w.ctx, w.owner, in.ID, &e); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := w.ConfirmInstance(w.ctx, w.owner, in.ID, 0); err != nil {
		t.Fatal(err)
	}
	told, err := w.Receipt(w.ctx, w.system, rest.ReceiptSearch{ID: r.ID})
	if err != nil || told.Text != "Received and confirmed by ttd." || !strings.Contains(told.History, textAccepted) {
		t.Errorf("%+v, %v", told, err)
	}
}

// Who completes what was made over HTTP owns its receipt, as SubmitFormTask's sender does.
func TestOwnerOfTheFirstReceipt(t *testing.T) {
	w := newWorld(t)
	enterprise := rest.Caller{System: w.enterprise("prove").ID.System()}
	both := w.user()
	w.grant(rest.SystemSubject(w.system.System), w.other.ID, rest.ServiceRef{}, rest.Read, rest.Write)
	w.grant(rest.SystemSubject(enterprise.System), w.other.ID, rest.ServiceRef{}, rest.Read, rest.Write)
	w.grant(rest.PersonSubject(w.person.ID), w.other.ID, rest.ServiceRef{}, rest.Read, rest.Write)
	if err := w.Refresh(w.ctx); err != nil {
		t.Fatal(err)
	}
	kari := w.system
	kari.Person = w.person.ID
	for name, tt := range map[string]struct {
		caller rest.Caller
		want   string
	}{
		"a system":            {w.system, orgB},
		"a person":            {kari, ssnA.Reveal()},
		"an enterprise's own": {enterprise, orgA},
	} {
		in, err := w.CreateInstance(w.ctx, both, rest.NewInstance{App: rest.AppID{Org: "ttd", App: "melding"}, Owner: rest.PartyRef{OrgNumber: orgB}, Elements: []rest.NewElement{w.form(validForm)}})
		if err != nil {
			t.Fatal(err)
		}
		done, err := w.Complete(w.ctx, tt.caller, in.Number, nil)
		if err != nil {
			t.Fatal(err)
		}
		want := fmt.Sprintf("OwnerPartyReference=%s PartyReference=%s WorkFlowReference=%d ArchiveReference=%s", tt.want, orgB, in.Number, done.Instance.ArchiveReference)
		if got := references(done.Receipt); got != want || done.Receipt.Sender != tt.caller.System {
			t.Errorf("%s: %s of %d, want %s", name, got, done.Receipt.Sender, want)
		}
	}
}
