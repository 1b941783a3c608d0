package storetest

import (
	"fmt"
	"strconv"
	"testing"
	"time"

	"overgang/rest"
	"overgang/store"
)

// receiptFor is a receipt as the core makes it for a submission.
func receiptFor(i rest.Instance, party rest.Party) rest.Receipt {
	return rest.Receipt{
		Kind: rest.ReceiptFormTask, Status: rest.StatusOK, Text: "Received", Changed: i.Changed,
		Sender: i.Sender, Party: party.ID, Instance: i.Number,
		References: []rest.Reference{
			{Type: rest.RefShipment, Value: i.Reference},
			{Type: rest.RefOwnerParty, Value: "310000015"},
			{Type: rest.RefParty, Value: party.Number()},
			{Type: rest.RefWorkflow, Value: strconv.Itoa(int(i.Number))},
			{Type: rest.RefArchive, Value: i.ArchiveReference},
		},
		Sub: []rest.Receipt{
			{Kind: rest.ReceiptFormTask, Status: rest.StatusOK, Changed: i.Changed, References: []rest.Reference{{Type: rest.RefSender, Value: "form-1"}}},
			{Kind: rest.ReceiptFormTask, Status: rest.StatusOK, Changed: i.Changed, Text: "Kart", References: []rest.Reference{{Type: rest.RefSender, Value: "file-1"}}},
		},
	}
}

// submit stores an archived instance with its receipt in one update.
func submit(t testing.TB, s store.Store, reference string, at time.Time) (rest.Instance, rest.Receipt, rest.Party) {
	t.Helper()
	var i rest.Instance
	var r rest.Receipt
	var p rest.Party
	update(t, s, func(tx store.Tx) error {
		var err error
		if p, err = tx.Party(rest.PartyRef{OrgNumber: "310000007"}); err != nil {
			p = rest.Party{Kind: rest.OrganisationParty, OrgNumber: "310000007", Name: "Bygg AS"}
			if err := tx.PutParty(&p); err != nil {
				return err
			}
		}
		i = instance(melding, p.ID, at)
		i.Sender, i.Reference, i.Archived = 1023, reference, at
		if err := tx.CreateInstance(&i); err != nil {
			return err
		}
		r = receiptFor(i, p)
		return tx.CreateReceipt(&r)
	})
	return i, r, p
}

func testReceipts(t *testing.T, s store.Store) {
	i, want, _ := submit(t, s, "ESR-1", start)
	rejected := rest.Receipt{Kind: rest.ReceiptFormTask, Status: rest.StatusRejected, Text: "No", History: "Before", Changed: start, Sender: 1023}
	update(t, s, func(tx store.Tx) error { return tx.CreateReceipt(&rejected) })
	view(t, s, func(r store.Reader) error {
		for _, want := range []rest.Receipt{want, rejected, want.Sub[0], want.Sub[1]} {
			got, err := r.Receipt(want.ID)
			if err != nil {
				return err
			}
			same(t, "Receipt", *got, want)
		}
		if sub := want.Sub[0]; sub.Sender != want.Sender || sub.Party != want.Party || sub.Instance != want.Instance {
			t.Errorf("a sub-receipt takes sender, party and instance of its top receipt, got %+v", sub)
		}
		for _, id := range []int32{0, -1, want.ID - 1, rejected.ID + 1} {
			_, err := r.Receipt(id)
			wantErr(t, fmt.Sprintf("Receipt(%d)", id), err, store.ErrNotFound)
		}
		got, err := r.Instance(i.ID)
		if err == nil && got.Receipt != want.ID {
			t.Errorf("the instance's receipt is %d, want the first that was made for it, %d", got.Receipt, want.ID)
		}
		return err
	})
	nested := rest.Receipt{Changed: start, Sub: []rest.Receipt{{Sub: make([]rest.Receipt, 1)}}}
	if err := s.Update(t.Context(), func(tx store.Tx) error { return tx.CreateReceipt(&nested) }); err == nil {
		t.Error("sub-receipts of sub-receipts were taken")
	}
}

func testReceiptUpdates(t *testing.T, s store.Store) {
	_, want, _ := submit(t, s, "ESR-1", start)
	want.Status, want.Text, want.History, want.Changed = rest.StatusUnexpected, "New", "Received", start.Add(time.Hour)
	want.References = append(want.References, rest.Reference{Type: rest.RefSystem, Value: "mine"})
	want.Sub[1].Text, want.Sub[1].Status, want.Sub[1].Changed = "Sub", rest.StatusRejected, start.Add(time.Hour)
	update(t, s, func(tx store.Tx) error { return tx.UpdateReceipt(&want) })
	check := func(what string) {
		t.Helper()
		view(t, s, func(r store.Reader) error {
			got, err := r.Receipt(want.ID)
			if err == nil {
				same(t, what, *got, want)
			}
			return err
		})
	}
	check("updated receipt")

	// Who sent it, for whom, and what was made of it are fixed.
	forged := want
	forged.Kind, forged.Sender, forged.Party, forged.Instance = "Other", 1, 1, 1
	update(t, s, func(tx store.Tx) error { return tx.UpdateReceipt(&forged) })
	check("receipt with another origin")

	// A sub-receipt alone, and a top receipt with only some of its sub-receipts.
	want.Sub[0].Text = "Sub alone"
	update(t, s, func(tx store.Tx) error { return tx.UpdateReceipt(&want.Sub[0]) })
	check("updated sub-receipt")
	want.Text, want.Sub[1].Text = "Top", "Second"
	update(t, s, func(tx store.Tx) error {
		part := want
		part.Sub = want.Sub[1:]
		return tx.UpdateReceipt(&part)
	})
	check("updated in part")

	wantUpdateErr(t, s, "an unknown receipt", store.ErrNotFound, func(tx store.Tx) error {
		return tx.UpdateReceipt(&rest.Receipt{ID: want.ID + 3})
	})
	wantUpdateErr(t, s, "an unknown sub-receipt", store.ErrNotFound, func(tx store.Tx) error {
		r := want
		r.Sub = []rest.Receipt{{ID: want.ID + 3}}
		return tx.UpdateReceipt(&r)
	})
	check("after failed updates")
}

func testReceiptReferences(t *testing.T, s store.Store) {
	i, first, party := submit(t, s, "ESR-1", start)
	_, second, _ := submit(t, s, "ESR-2", start.Add(time.Minute))
	rejected := rest.Receipt{
		Kind: rest.ReceiptFormTask, Status: rest.StatusRejected, Changed: start.Add(2 * time.Minute), Sender: 1023, Party: party.ID,
		References: []rest.Reference{{Type: rest.RefShipment, Value: "ESR-1"}, {Type: rest.RefParty, Value: "310000007"}},
	}
	// A later receipt of the same instance, without its shipment reference.
	completed := rest.Receipt{
		Kind: rest.ReceiptFormTask, Status: rest.StatusOK, Changed: start.Add(3 * time.Minute), Sender: 1023, Party: party.ID, Instance: i.Number,
		References: []rest.Reference{{Type: rest.RefWorkflow, Value: strconv.Itoa(int(i.Number))}},
	}
	// One that claims what is another's.
	foreign := rest.Receipt{
		Changed: start.Add(4 * time.Minute), Sender: 9,
		References: []rest.Reference{{Type: rest.RefArchive, Value: i.ArchiveReference}, {Type: "ReporteeReference", Value: "x"}},
	}
	for _, r := range []*rest.Receipt{&rejected, &completed, &foreign} {
		update(t, s, func(tx store.Tx) error { return tx.CreateReceipt(r) })
	}
	find := func(kind rest.ReferenceType, value string, limit int, want ...rest.Receipt) {
		t.Helper()
		view(t, s, func(r store.Reader) error {
			got, err := r.ReceiptsByReference(rest.Reference{Type: kind, Value: value}, limit)
			if err == nil && len(got)+len(want) > 0 {
				same(t, fmt.Sprintf("%s %q", kind, value), got, want)
			}
			return err
		})
	}
	find(rest.RefShipment, "ESR-1", 10, rejected, first)
	find(rest.RefShipment, "ESR-1", 1, rejected)
	find(rest.RefShipment, "ESR-2", 10, second)
	find(rest.RefShipment, "ESR-%", 10)
	find(rest.RefShipment, "", 10)
	find(rest.RefOwnerParty, "310000015", 10, second, first)
	find(rest.RefOwnerParty, "310000007", 10)
	find(rest.RefParty, "310000007", 10, rejected, second, first)
	find(rest.RefParty, "310000007", 2, rejected, second)
	find(rest.RefWorkflow, strconv.Itoa(int(i.Number)), 10, completed, first)
	find(rest.RefWorkflow, "0"+strconv.Itoa(int(i.Number)), 10)
	find(rest.RefWorkflow, "no number", 10)
	find(rest.RefArchive, i.ArchiveReference, 10, foreign, first)
	find(rest.RefArchive, "AR1", 10)
	find(rest.RefSender, "form-1", 10, second, first)
	find(rest.RefSender, "file-1", 1, second)
	find("ReporteeReference", "x", 10, foreign)
	find(rest.RefSystem, "added", 10)

	// A receipt is found by the number it was made with, whatever becomes of the party.
	update(t, s, func(tx store.Tx) error { p := party; p.OrgNumber = "310000023"; return tx.PutParty(&p) })
	find(rest.RefParty, "310000007", 10, rejected, second, first)
	find(rest.RefParty, "310000023", 10)
	update(t, s, func(tx store.Tx) error { return tx.DeleteParty(party.ID) })
	find(rest.RefParty, "310000007", 10, rejected, second, first)

	// References that an update adds or takes away, on the receipt and below it.
	first.References = append(first.References[1:], rest.Reference{Type: rest.RefSystem, Value: "added"}, rest.Reference{Type: rest.RefShipment, Value: "ESR-1b"})
	first.Sub[0].References = []rest.Reference{{Type: rest.RefSender, Value: "form-1b"}}
	update(t, s, func(tx store.Tx) error { return tx.UpdateReceipt(&first) })
	find(rest.RefSystem, "added", 10, first)
	find(rest.RefShipment, "ESR-1", 10, rejected)
	find(rest.RefShipment, "ESR-1b", 10, first)
	find(rest.RefSender, "form-1", 10, second)
	find(rest.RefSender, "form-1b", 10, first)
	find(rest.RefWorkflow, strconv.Itoa(int(i.Number)), 10, completed, first)
}

func testReceiptLists(t *testing.T, s store.Store) {
	at := func(minutes int) time.Time { return start.Add(time.Duration(minutes) * time.Minute) }
	list := []rest.Receipt{
		{Kind: rest.ReceiptFormTask, Changed: at(0), Sender: 1, Party: 10, Sub: []rest.Receipt{{Kind: rest.ReceiptFormTask, Changed: at(0)}}},
		{Kind: rest.ReceiptFormTask, Changed: at(2), Sender: 1, Party: 11},
		{Kind: "Correspondence", Changed: at(1), Sender: 2, Party: 10},
		{Kind: rest.ReceiptFormTask, Changed: at(1), Sender: 2, Party: 12},
		{Kind: rest.ReceiptFormTask, Changed: at(3)},
	}
	for i := range list {
		update(t, s, func(tx store.Tx) error { return tx.CreateReceipt(&list[i]) })
	}
	for _, c := range []struct {
		name    string
		filter  rest.ReceiptFilter
		sender  rest.SystemID
		parties []rest.PartyID
		want    []int
	}{
		{"sender's", rest.ReceiptFilter{}, 1, nil, []int{0, 1}},
		{"parties'", rest.ReceiptFilter{}, 0, []rest.PartyID{10, 12}, []int{0, 2, 3}},
		{"both", rest.ReceiptFilter{}, 1, []rest.PartyID{10}, []int{0, 2, 1}},
		{"kind", rest.ReceiptFilter{Kind: rest.ReceiptFormTask}, 1, []rest.PartyID{10}, []int{0, 1}},
		{"limit", rest.ReceiptFilter{Limit: 2}, 1, []rest.PartyID{10, 11, 12}, []int{0, 2}},
		{"times are inclusive", rest.ReceiptFilter{From: at(1), To: at(2)}, 1, []rest.PartyID{10, 12}, []int{2, 3, 1}},
		{"from", rest.ReceiptFilter{From: at(2)}, 1, []rest.PartyID{10}, []int{1}},
		{"to", rest.ReceiptFilter{To: at(0)}, 1, []rest.PartyID{10}, []int{0}},
		{"after one of the same time", rest.ReceiptFilter{After: &rest.Position{At: at(1), Number: list[2].ID}}, 1, []rest.PartyID{10, 12}, []int{3, 1}},
		{"after the last", rest.ReceiptFilter{After: &rest.Position{At: at(2), Number: list[1].ID}}, 1, []rest.PartyID{10, 12}, nil},
		{"nobody's", rest.ReceiptFilter{}, 0, nil, nil},
		{"stranger's", rest.ReceiptFilter{}, 3, []rest.PartyID{99}, nil},
	} {
		var want []rest.Receipt
		for _, i := range c.want {
			want = append(want, list[i])
		}
		view(t, s, func(r store.Reader) error {
			got, err := r.Receipts(c.filter, c.sender, c.parties)
			same(t, c.name, got, want)
			return err
		})
	}
}
