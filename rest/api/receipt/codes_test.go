package receipt_test

import (
	"testing"

	"overgang/rest/api/apitest"
	"overgang/rest/api/receipt"
)

func TestCodes(t *testing.T) {
	apitest.Codes{
		List: receipt.ProblemCodes(), Sources: []string{"../../core/receipts.go", "../../core/receipt_page.go"}, Page: "../../../docs/receipts.md",
		Others: []string{"dates-reversed", "kind-not-set", "party-unknown", "search"}, // old clients meet them, or nobody
	}.Check(t)
}

func TestGeneratedCodeIsUpToDate(t *testing.T) {
	apitest.Generated(t, "oapi-codegen.yaml", "../../client/receipt/oapi-codegen.yaml")
}
