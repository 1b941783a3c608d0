package events_test

import (
	"testing"

	"overgang/rest/api/apitest"
	"overgang/rest/api/events"
)

func TestCodes(t *testing.T) {
	apitest.Codes{
		List: events.ProblemCodes(), Sources: []string{"../../core/subscription*.go", "../../webhook/policy.go"},
		Made:   []string{"after-invalid", "size-invalid", "party"}, // of the parameter's name; of every call about a party
		Others: []string{"lease-lost"},                             // gateways among themselves
	}.Check(t)
}

func TestGeneratedCodeIsUpToDate(t *testing.T) {
	apitest.Generated(t, "oapi-codegen.yaml", "../../client/events/oapi-codegen.yaml")
}
