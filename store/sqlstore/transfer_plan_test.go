package sqlstore

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"overgang/rest"
	"overgang/store"
)

// TestTransferPlans: what recipients poll every few seconds seeks in one index
// and neither scans nor sorts, and every arm of a list comes in the list's order.
func TestTransferPlans(t *testing.T) {
	s := openInternal(t)
	c, err := s.acquire(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { s.readers <- c }()
	for name, want := range map[string]struct {
		st    *statement
		index string
	}{
		"poll":                    {selectTransferWaiting, "COVERING INDEX transfer_recipient_by_class (party=? AND app=? AND class=?)"},
		"sent":                    {sentArm.up, "COVERING INDEX transfer_by_sender (sender=? AND app=? AND "},
		"sent, back":              {sentArm.down, "COVERING INDEX transfer_by_sender (sender=? AND app=? AND "},
		"sent by status":          {sentStatusArm.up, "COVERING INDEX transfer_by_status (sender=? AND app=? AND status=? AND "},
		"sent by status, back":    {sentStatusArm.down, "COVERING INDEX transfer_by_status (sender=? AND app=? AND status=? AND "},
		"sent by reference":       {sentReferenceArm.up, "INDEX transfer_by_reference (sender=? AND app=? AND reference=? AND "},
		"sent by reference, back": {sentReferenceArm.down, "INDEX transfer_by_reference (sender=? AND app=? AND reference=? AND "},
		"received":                {receivedArm.up, "COVERING INDEX transfer_recipient_by_party (party=? AND app=? AND "},
		"received, back":          {receivedArm.down, "COVERING INDEX transfer_recipient_by_party (party=? AND app=? AND "},
		"received by class":       {receivedClassArm.up, "COVERING INDEX transfer_recipient_by_class (party=? AND app=? AND class=? AND "},
		"received by class, back": {receivedClassArm.down, "COVERING INDEX transfer_recipient_by_class (party=? AND app=? AND class=? AND "},
		"due":                     {selectDue, "INDEX transfer_by_due (due>? AND due<?)"},
		"expired partials":        {selectPartials, "INDEX transfer_partial_by_expiry (expires<?)"},
	} {
		steps := strings.Join(plan(t, c, want.st.text, make([]any, parameters(want.st.text))...), "\n")
		if !strings.Contains(steps, want.index) || strings.Contains(steps, "TEMP B-TREE") || strings.Contains(steps, "SCAN transfer") {
			t.Errorf("%s: want %s\n%s", name, want.index, steps)
		}
	}
}

// TestTransfersByReference: of all that a sender has sent, only what has the
// reference is found, and not looked at first.
func TestTransfersByReference(t *testing.T) {
	s := openInternal(t)
	app := rest.AppID{Org: "ttd", App: "filer"}
	var want []int32
	for n := range 30 {
		at := listsStart.Add(time.Duration(n/3) * time.Second)
		tr := rest.Transfer{ID: uuid.New(), App: app, Sender: 1, Reference: fmt.Sprint(n % 10), Created: at, Changed: at, Version: 1,
			Status: rest.TransferInitialized, Recipients: []rest.Recipient{{Party: 2, State: rest.RecipientInitialized, Changed: at}}}
		if err := s.Update(t.Context(), func(tx store.Tx) error { return tx.CreateTransfer(&tr) }); err != nil {
			t.Fatal(err)
		}
		if tr.Reference == "7" {
			want = append(want, tr.Number)
		}
	}
	for _, status := range [][]rest.TransferStatus{nil, {rest.TransferPublished, rest.TransferInitialized}} {
		err := s.View(t.Context(), func(r store.Reader) error {
			p := &transferPlaces{r: r.(*reader), l: store.TransferList{Senders: []store.TransferParty{{Party: 1, App: app}}, Reference: "7", Status: status}}
			err := p.collect(10)
			var got []int32
			for _, place := range p.list {
				got = append(got, place.number)
			}
			if !slices.Equal(got, want) {
				t.Errorf("status %v: %v, want %v", status, got, want)
			}
			return err
		})
		if err != nil {
			t.Error(err)
		}
	}
}
