package prefill_test

import (
	"testing"

	"overgang/rest/api/apitest"
	"overgang/rest/api/prefill"
)

func TestCodes(t *testing.T) {
	apitest.Codes{List: prefill.ProblemCodes(), Sources: []string{"../../core/prefill.go"}, Page: "../../../docs/prefill.md"}.Check(t)
}

func TestGeneratedCodeIsUpToDate(t *testing.T) {
	apitest.Generated(t, "oapi-codegen.yaml", "../../client/prefill/oapi-codegen.yaml")
}
