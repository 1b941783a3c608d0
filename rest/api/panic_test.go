package api_test

import (
	"context"
	"net/http"
	"strings"
	"testing"

	"overgang/rest"
	"overgang/rest/api"
)

func TestPanicsAreToldAndHidden(t *testing.T) {
	records := make(chan api.Record, 1)
	g := newGateway(t, func(c *api.Config) {
		c.Allow = func(context.Context, rest.Caller) error { panic("the cellar is on fire") }
		c.Observe = func(r api.Record) { records <- r }
	})
	a := g.do(call{path: "/storage/instances", as: asUser, unlisted: true}) // and nothing else
	if a.StatusCode != http.StatusInternalServerError || strings.Contains(string(a.body), "cellar") {
		t.Errorf("answer %d %s", a.StatusCode, a.body)
	}
	if r := <-records; !r.Panicked || r.Status != http.StatusInternalServerError {
		t.Errorf("record %+v", r)
	}
	if !strings.Contains(g.logs.String(), "cellar") {
		t.Error("the log does not tell of the panic")
	}
}
