package sqlstore

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"
)

// scans are the statements that read a whole table by intent: lists of
// everything, and tables of one row.
var scans = map[*statement]bool{
	selectApplications: true, selectApps: true, selectAccounts: true, selectAllGrants: true, selectAppsByName: true,
	selectEnterprises: true, selectAllCertificates: true,
	selectCounters: true, selectGeneration: true, updateCounters: true, raise: true,
	leaseSubscriptions: true, freeSubscriptions: true, selectEventApps: true, countDead: true,
	damageInstances: true, // of a test
}

func plan(t *testing.T, c *conn, text string, args ...any) (steps []string) {
	t.Helper()
	err := c.queryText("EXPLAIN QUERY PLAN "+text, func(r *row) error {
		r.int()
		r.int()
		r.int()
		steps = append(steps, r.text())
		return nil
	}, args...)
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	return steps
}

func openInternal(t *testing.T) *Store {
	t.Helper()
	s, err := Open(t.Context(), Options{Path: filepath.Join(t.TempDir(), "overgang.db")})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

// TestPlans asks SQLite how it runs every fixed statement: none scans a table
// or builds an index of its own.
func TestPlans(t *testing.T) {
	s := openInternal(t)
	c, err := s.acquire(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { s.readers <- c }()
	for _, st := range statements {
		verb, _, _ := strings.Cut(st.text, " ")
		if scans[st] || verb != "SELECT" && verb != "UPDATE" && verb != "DELETE" {
			continue
		}
		for _, step := range plan(t, c, st.text, make([]any, parameters(st.text))...) {
			if strings.HasPrefix(step, "SCAN") && !strings.Contains(step, "json_each") && !strings.Contains(step, "(subquery") || strings.Contains(step, "AUTOMATIC") {
				t.Errorf("%s\n\t%s", st.text, step)
			}
		}
	}
}

// parameters is how many arguments a text takes.
func parameters(text string) int {
	n := strings.Count(text, "?")
	for i := 1; i <= 9; i++ { // numbered ones may come several times
		n -= max(0, strings.Count(text, fmt.Sprintf("?%d", i))-1)
	}
	return n
}
