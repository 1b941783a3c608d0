package lookup_test

import (
	"testing"

	"overgang/rest/api/apitest"
	"overgang/rest/api/lookup"
)

func TestCodes(t *testing.T) {
	apitest.Codes{List: lookup.ProblemCodes(), Sources: []string{"../../core/lookup.go"}, Page: "../../../docs/lookups.md"}.Check(t)
}

func TestGeneratedCodeIsUpToDate(t *testing.T) {
	apitest.Generated(t, "oapi-codegen.yaml", "../../client/lookup/oapi-codegen.yaml")
}
