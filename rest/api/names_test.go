package api_test

import (
	"errors"
	"testing"

	"overgang/rest"
	"overgang/rest/api"
)

// TestResource reads names of applications, as the newer APIs have them.
func TestResource(t *testing.T) {
	if id, err := api.Resource("ttd/melding"); err != nil || id != demo {
		t.Errorf("%v, %v", id, err)
	}
	for _, name := range []string{"", "ttd", "/melding", "ttd/", "ttd/melding/1"} {
		_, err := api.Resource(name)
		var e *rest.Error
		if !errors.As(err, &e) || e.Kind != rest.Invalid || e.Code != "resource-invalid" {
			t.Errorf("%q: %v", name, err)
			continue
		}
		shownCodes.Store(e.Code, true)
	}
}
