package correspondence_test

import (
	"net/http"
	"testing"

	"overgang/rest/api"
	"overgang/rest/api/apitest"
	"overgang/rest/api/correspondence"
	"overgang/rest/core"
)

const (
	toOrg   = `"` + apitest.Org + `"`
	toOther = `"` + apitest.OtherOrg + `"`
	toKari  = `"` + apitest.Kari + `"`
)

var document = apitest.NewDocument(correspondence.Document())

func TestMain(m *testing.M) { document.Main(m, apitest.Elsewhere...) }

type call = apitest.Call

type gateway struct {
	*apitest.Gateway
	t *testing.T
}

func newGateway(t *testing.T) *gateway {
	t.Helper()
	face := apitest.Face{Base: correspondence.Base, Document: document, New: func(c api.Config, core *core.Core) (http.Handler, error) {
		c.Limits.JSON = 64 << 10
		return correspondence.New(correspondence.Config{API: c, Core: core, URL: c.PlatformURL})
	}}
	return &gateway{face.Start(t), t}
}
