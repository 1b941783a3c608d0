package core

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"overgang/rest"
)

// TestReceiptListGoesOn: who may read one service of a party gets the oldest of its
// receipts, however many older ones of other services there are.
func TestReceiptListGoesOn(t *testing.T) {
	w := newWorld(t)
	w.grant(rest.PersonSubject(w.person.ID), w.org.ID, rest.ServiceRef{Code: "4501"}, rest.Read)
	if err := w.Refresh(w.ctx); err != nil {
		t.Fatal(err)
	}
	for i := range 9 {
		s := w.shipment(fmt.Sprintf("REF-%d", i))
		if i < 5 || i == 6 {
			s.Service.Code = "9999" // unknown: of no service that she may read
		}
		if _, err := w.Submit(w.ctx, w.system, s); err != nil {
			t.Fatal(err)
		}
		if i%2 == 1 {
			w.clock.add(time.Hour) // two have the same time
		}
	}
	reader := rest.Caller{Person: w.person.ID, Scopes: []string{rest.ScopeRead}}
	for limit, want := range map[int]string{0: "5 7 8", 2: "5 7", 3: "5 7 8", 4: "5 7 8"} {
		list, err := w.Receipts(w.ctx, reader, rest.ReceiptFilter{Kind: rest.ReceiptFormTask, Limit: limit})
		var got []string
		for _, r := range list {
			got = append(got, strings.TrimPrefix(r.References[0].Value, "REF-"))
		}
		if err != nil || strings.Join(got, " ") != want {
			t.Errorf("at most %d: %v, want %s, %v", limit, got, want, err)
		}
	}
}
