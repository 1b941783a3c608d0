package receipt_test

import (
	"net/http"
	"testing"

	"overgang/rest/api"
	"overgang/rest/api/apitest"
	"overgang/rest/api/receipt"
	"overgang/rest/core"
)

var document = apitest.NewDocument(receipt.Document())

func TestMain(m *testing.M) { document.Main(m, apitest.Elsewhere...) }

type call = apitest.Call

type gateway struct {
	*apitest.Gateway
	t *testing.T
}

func newGateway(t *testing.T) *gateway {
	t.Helper()
	face := apitest.Face{Base: receipt.Base, Document: document, New: func(c api.Config, core *core.Core) (http.Handler, error) {
		return receipt.New(receipt.Config{API: c, Core: core})
	}}
	return &gateway{face.Start(t), t}
}
