package correspondence_test

import (
	"testing"

	"overgang/rest/api/apitest"
	"overgang/rest/api/correspondence"
)

func TestCodes(t *testing.T) {
	apitest.Codes{
		List: correspondence.ProblemCodes(), Sources: []string{"../../core/correspondence*.go", "../../core/attachments.go", "../../core/case_join.go"}, Page: "../../../docs/correspondence.md",
		Others: []string{"case-full"}, // only instances fill a case
	}.Check(t)
}

func TestGeneratedCodeIsUpToDate(t *testing.T) {
	apitest.Generated(t, "oapi-codegen.yaml", "../../client/correspondence/oapi-codegen.yaml")
}
