package inbox_test

import (
	"testing"

	"overgang/rest/api/apitest"
	"overgang/rest/api/inbox"
)

func TestCodes(t *testing.T) {
	apitest.Codes{List: inbox.ProblemCodes(), Page: "../../../docs/inbox.md"}.Check(t)
}

func TestGeneratedCodeIsUpToDate(t *testing.T) {
	apitest.Generated(t, "oapi-codegen.yaml", "../../client/inbox/oapi-codegen.yaml")
}
