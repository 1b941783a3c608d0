package wsdl

import (
	"encoding/csv"
	"os"
	"slices"
	"testing"
)

// TestEndpointTable looks for every operation of the published table in an
// endpoint at its address.
func TestEndpointTable(t *testing.T) {
	file, err := os.Open("../testdata/contracts/endpoints.csv")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	rows, err := csv.NewReader(file).ReadAll()
	if err != nil || len(rows) < 100 {
		t.Fatalf("%d rows, %v", len(rows), err)
	}
	c, found := load(t), 0
	for _, row := range rows[1:] {
		flavour, operation, path := Flavour(row[2]), row[3], row[4]
		e := c.EndpointAt(path)
		if e != nil && e.Flavour != flavour {
			// The table errs; so may clients.
			i := slices.IndexFunc(c.Endpoints, func(e *Endpoint) bool { return e.Flavour == flavour && slices.Contains(e.Shares, path) })
			if e = nil; i >= 0 {
				e = c.Endpoints[i]
			}
		}
		if e == nil {
			t.Errorf("nothing of %s at %s", flavour, path)
			continue
		}
		found++
		if e.operationNamed(operation) == nil {
			t.Errorf("%s has no %s", path, operation)
		}
	}
	if found != len(rows)-1 {
		t.Errorf("%d operations of %d rows", found, len(rows)-1)
	}
}
