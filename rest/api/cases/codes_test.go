package cases_test

import (
	"testing"

	"overgang/rest/api/apitest"
	"overgang/rest/api/cases"
)

func TestCodes(t *testing.T) {
	apitest.Codes{List: cases.ProblemCodes(), Sources: []string{"../../core/case.go"}, Page: "../../../docs/cases.md"}.Check(t)
}

func TestGeneratedCodeIsUpToDate(t *testing.T) {
	apitest.Generated(t, "oapi-codegen.yaml", "../../client/cases/oapi-codegen.yaml")
}
