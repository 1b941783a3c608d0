package sqlstore

import (
	"strings"
	"testing"
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
