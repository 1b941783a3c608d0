package sqlstore

import (
	"strings"
	"testing"
)

// TestCasePlans: what is asked for seeks in an index, comes in its order and
// sorts nothing.
func TestCasePlans(t *testing.T) {
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
		"a page":           {selectCases, "INDEX case_open (party=? AND app=? AND number>?)"},
		"by reference":     {selectCaseByReference, "INDEX case_by_reference (party=? AND app=? AND reference=?)"},
		"instances":        {selectCaseInstances, "INDEX case_instance_by_case (case_number=?)"},
		"active instances": {countCaseInstances, "INDEX case_instance_by_case (case_number=?)"},
		"active messages":  {countCaseMessages, "INDEX correspondence_by_case (case_number=? AND published<?)"},
	} {
		steps := strings.Join(plan(t, c, want.st.text, make([]any, parameters(want.st.text))...), "\n")
		if !strings.Contains(steps, want.index) || strings.Contains(steps, "TEMP B-TREE") || strings.Contains(steps, "SCAN") {
			t.Errorf("%s: want %s\n%s", name, want.index, steps)
		}
	}
}
