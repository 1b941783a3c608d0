package storetest

import (
	"cmp"
	"context"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"overgang/rest"
	"overgang/store"
)

// testReceiptPages compares a party's receipts by drawn queries, in pages, with
// what the queries mean, while receipts change at times that tie.
func testReceiptPages(t *testing.T, s store.Store) {
	kinds := []rest.ReceiptKind{rest.ReceiptFormTask, rest.ReceiptBroker}
	statuses := []rest.ReceiptStatus{rest.StatusOK, rest.StatusRejected}
	var stored []*rest.Receipt
	rapid.Check(t, func(r *rapid.T) {
		for range rapid.IntRange(1, 4).Draw(r, "more") {
			one := &rest.Receipt{
				Kind: rapid.SampledFrom(kinds).Draw(r, "kind"), Status: rapid.SampledFrom(statuses).Draw(r, "status"),
				Changed: drawTime(r, "changed"), Party: rest.PartyID(rapid.Int32Range(1, 3).Draw(r, "party")),
				Sub: make([]rest.Receipt, rapid.IntRange(0, 2).Draw(r, "sub")),
			}
			update(t, s, func(tx store.Tx) error { return tx.CreateReceipt(one) })
			stored = append(stored, one)
		}
		changed := rapid.SampledFrom(stored).Draw(r, "one to change")
		changed.Changed, changed.Status = drawTime(r, "changed to"), rapid.SampledFrom(statuses).Draw(r, "status to")
		update(t, s, func(tx store.Tx) error { return tx.UpdateReceipt(changed) })

		party := rest.PartyID(rapid.Int32Range(1, 4).Draw(r, "of"))
		q := rest.ReceiptQuery{Limit: rapid.IntRange(1, 20).Draw(r, "limit"), Descending: rapid.Bool().Draw(r, "descending"), Changed: drawRange(r, "within")}
		if rapid.Bool().Draw(r, "by kind") {
			q.Kind = rapid.SampledFrom(append(kinds, "Other")).Draw(r, "wanted kind")
		}
		if rapid.Bool().Draw(r, "by status") {
			q.Status = rapid.SampledFrom(statuses).Draw(r, "wanted status")
		}
		var want []int32
		for _, one := range receiptsOf(stored, party, q) {
			want = append(want, one.ID)
		}
		var got []int32
		for {
			var page rest.ReceiptPage
			err := s.View(context.Background(), func(tx store.Reader) (err error) { page, err = tx.ReceiptPage(party, q); return err })
			if err != nil {
				r.Fatal(err)
			}
			if len(page.Receipts) > q.Limit || page.Next != nil && len(page.Receipts) < q.Limit {
				r.Fatalf("%+v: a page of %d, next %+v", q, len(page.Receipts), page.Next)
			}
			for i := range page.Receipts {
				got = append(got, page.Receipts[i].ID)
			}
			if page.Next == nil {
				break
			}
			q.After = page.Next
		}
		if !slices.Equal(got, want) {
			r.Fatalf("party %d, %+v:\n got %v\nwant %v", party, q, got, want)
		}
	})
}

// receiptsOf is what a query means, word for word.
func receiptsOf(stored []*rest.Receipt, party rest.PartyID, q rest.ReceiptQuery) (list []*rest.Receipt) {
	for _, one := range stored {
		if one.Party == party && (q.Kind == "" || q.Kind == one.Kind) && (q.Status == "" || q.Status == one.Status) && within(one.Changed, q.Changed) {
			list = append(list, one)
		}
	}
	slices.SortFunc(list, func(a, b *rest.Receipt) int {
		order := cmp.Or(a.Changed.Compare(b.Changed), cmp.Compare(a.ID, b.ID))
		if q.Descending {
			return -order
		}
		return order
	})
	return list
}
