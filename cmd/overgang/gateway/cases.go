package gateway

import (
	"net/http"
	"strings"

	"overgang/rest/api"
	"overgang/rest/api/cases"
	"overgang/rest/api/reference"
)

// besideCases serves cases beside the rest of the HTTP API.
func (g *Gateway) besideCases(base api.Config, rest http.Handler) (http.Handler, error) {
	h, err := cases.New(cases.Config{API: base, Core: g.core})
	if err != nil {
		return nil, err
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.URL.Path, cases.Base+"/") {
			h.ServeHTTP(w, r)
			return
		}
		rest.ServeHTTP(w, r)
	}), nil
}

// caseReference is what the pages at /docs say of it.
func caseReference() reference.Document {
	d := reference.Document{Name: "case", Text: cases.Document(), Address: cases.Base + "/openapi.yaml"}
	for _, c := range cases.ProblemCodes() {
		d.Codes = append(d.Codes, reference.Code(c))
	}
	return d
}
