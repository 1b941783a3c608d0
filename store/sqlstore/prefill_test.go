package sqlstore

import (
	"strings"
	"testing"
)

// TestPrefillPlans: what is asked for seeks in an index and sorts nothing.
func TestPrefillPlans(t *testing.T) {
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
		"one":       {selectPrefill, "INDEX prefill_by_id (id=?)"},
		"a party's": {selectPrefills, "INDEX prefill_by_party (party=? AND app=? AND changed<?)"},
		"over":      {dropPrefills, "INDEX prefill_by_end (valid_to>? AND valid_to<?)"},
	} {
		steps := strings.Join(plan(t, c, want.st.text, make([]any, parameters(want.st.text))...), "\n")
		if !strings.Contains(steps, want.index) || strings.Contains(steps, "TEMP B-TREE") || strings.Contains(steps, "SCAN") {
			t.Errorf("%s: want %s\n%s", name, want.index, steps)
		}
	}
}
