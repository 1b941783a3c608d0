package wsdl

import (
	"encoding/csv"
	"os"
	"slices"
	"testing"
)

// misplaced are rows of the published table whose address is another flavour's
// (contracts, "Where the published endpoint table errs"): the operation is
// served at the address of its own.
var misplaced = map[string]bool{"UploadFileStreamed": true, "DownloadFileStreamed": true, "GetProcessDetailsBasicV2": true}

// TestEndpointTable looks for every operation of the published table in the
// endpoint at its address, as far as that is served.
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
		if e == nil {
			continue
		}
		if e.Flavour != flavour {
			if !misplaced[operation] {
				t.Errorf("%s of %s is listed at %s, which is %s", operation, flavour, path, e.Flavour)
			}
			service := e.PortType.Space
			if i := slices.IndexFunc(c.Endpoints, func(e *Endpoint) bool {
				return e.Flavour == flavour && e.PortType.Space == service && e.operationNamed(operation) != nil
			}); i < 0 {
				t.Errorf("%s of %s is nowhere", operation, flavour)
			}
			continue
		}
		found++
		if e.operationNamed(operation) == nil {
			t.Errorf("%s has no %s", path, operation)
		}
	}
	if found < 20 {
		t.Errorf("only %d operations", found)
	}
}
