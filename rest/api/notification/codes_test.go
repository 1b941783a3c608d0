package notification_test

import (
	"testing"

	"overgang/rest/api/apitest"
	"overgang/rest/api/notification"
)

func TestCodes(t *testing.T) {
	apitest.Codes{List: notification.ProblemCodes(), Sources: []string{"../../core/outbox.go"}, Page: "../../../docs/notifications.md"}.Check(t)
}

func TestGeneratedCodeIsUpToDate(t *testing.T) { apitest.Generated(t, "oapi-codegen.yaml") }
