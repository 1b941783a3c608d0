package api_test

import (
	"net/http"
	"strings"
	"testing"
)

// What is wrong with a parameter is told without the names of Go's types.
func TestParametersAreRefusedInPlainWords(t *testing.T) {
	g := newGateway(t)
	i := g.create(person)
	for _, path := range []string{"/storage/instances/abc", "/storage/instances/" + i.Id + "x", "/storage/instances/" + i.Id + "/data/1"} {
		a := g.do(call{path: path, as: asUser}).want(t, http.StatusBadRequest, "parameter-invalid")
		if body := string(a.body); strings.Contains(body, "*") || strings.Contains(body, "unmarshal") || !strings.Contains(body, "Invalid format for parameter ") {
			t.Errorf("%s: %s", path, body)
		}
	}
}
