package gateway

import (
	"net/http"
	"strings"

	"overgang/rest/api"
	"overgang/rest/api/prefill"
	"overgang/rest/api/reference"
)

// besidePrefill serves prefill beside the rest of the HTTP API.
func (g *Gateway) besidePrefill(base api.Config, rest http.Handler) (http.Handler, error) {
	h, err := prefill.New(prefill.Config{API: base, Core: g.core})
	if err != nil {
		return nil, err
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.URL.Path, prefill.Base+"/") {
			h.ServeHTTP(w, r)
			return
		}
		rest.ServeHTTP(w, r)
	}), nil
}

// prefillReference is what the pages at /docs say of it.
func prefillReference() reference.Document {
	d := reference.Document{Name: "prefill", Text: prefill.Document(), Address: prefill.Base + "/openapi.yaml"}
	for _, c := range prefill.ProblemCodes() {
		d.Codes = append(d.Codes, reference.Code(c))
	}
	return d
}
