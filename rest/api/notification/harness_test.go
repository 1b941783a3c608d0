package notification_test

import (
	"net/http"
	"testing"

	"overgang/rest/api"
	"overgang/rest/api/apitest"
	"overgang/rest/api/notification"
	"overgang/rest/core"
)

var document = apitest.NewDocument(notification.Document())

func TestMain(m *testing.M) { document.Main(m, apitest.Elsewhere...) }

type call = apitest.Call

type gateway struct {
	*apitest.Gateway
	t *testing.T
}

func newGateway(t *testing.T) *gateway {
	t.Helper()
	face := apitest.Face{Base: notification.Base, Document: document, New: func(c api.Config, core *core.Core) (http.Handler, error) {
		return notification.New(notification.Config{API: c, Core: core})
	}}
	return &gateway{face.Start(t), t}
}
