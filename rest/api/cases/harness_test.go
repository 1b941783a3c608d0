package cases_test

import (
	"net/http"
	"testing"

	"overgang/rest/api"
	"overgang/rest/api/apitest"
	"overgang/rest/api/cases"
	"overgang/rest/core"
)

var document = apitest.NewDocument(cases.Document())

func TestMain(m *testing.M) { document.Main(m, apitest.Elsewhere...) }

func instances(c api.Config, _ *core.Core) (http.Handler, error) { return api.New(c) }

type call = apitest.Call

type gateway struct {
	*apitest.Gateway
	t *testing.T
}

func newGateway(t *testing.T) *gateway {
	t.Helper()
	face := apitest.Face{Base: cases.Base, Document: document, New: func(c api.Config, core *core.Core) (http.Handler, error) {
		return cases.New(cases.Config{API: c, Core: core})
	}, Beside: map[string]func(api.Config, *core.Core) (http.Handler, error){
		"/ttd/": instances, "/storage/": instances,
	}}
	return &gateway{face.Start(t), t}
}
