package broker_test

import (
	"testing"

	"overgang/rest/api/apitest"
	"overgang/rest/api/broker"
)

func TestCodes(t *testing.T) {
	apitest.Codes{List: broker.ProblemCodes(), Sources: []string{"../../core/transfer*.go"}, Page: "../../../docs/transfers.md"}.Check(t)
}

func TestGeneratedCodeIsUpToDate(t *testing.T) {
	apitest.Generated(t, "oapi-codegen.yaml", "../../client/broker/oapi-codegen.yaml")
}
