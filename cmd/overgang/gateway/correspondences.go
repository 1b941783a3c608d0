package gateway

import (
	"net/http"
	"strings"

	"overgang/rest/api"
	"overgang/rest/api/correspondence"
	"overgang/rest/api/reference"
)

// besideCorrespondences serves messages beside the rest of the HTTP API.
func (g *Gateway) besideCorrespondences(base api.Config, rest http.Handler) (http.Handler, error) {
	messages, err := correspondence.New(correspondence.Config{API: base, Core: g.core, URL: strings.TrimRight(base.PlatformURL, "/")})
	if err != nil {
		return nil, err
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.URL.Path, correspondence.Base+"/") {
			messages.ServeHTTP(w, r)
			return
		}
		rest.ServeHTTP(w, r)
	}), nil
}

// correspondenceReference is what the pages at /docs say of it.
func correspondenceReference() reference.Document {
	d := reference.Document{Name: "correspondence", Text: correspondence.Document(), Address: correspondence.Base + "/openapi.yaml"}
	for _, c := range correspondence.ProblemCodes() {
		d.Codes = append(d.Codes, reference.Code(c))
	}
	return d
}
