package gateway

import (
	"net/http"
	"strings"

	"overgang/rest/api"
	"overgang/rest/api/reference"
)

// newReference makes the pages at /docs from the OpenAPI documents of what is
// served at base, and of what is there beside it.
func newReference(base string, more ...reference.Document) (http.Handler, error) {
	instances := reference.Document{Name: "rest", Text: api.Document(), Address: "/openapi.yaml"}
	for _, c := range api.ProblemCodes() {
		instances.Codes = append(instances.Codes, reference.Code(c))
	}
	documents := []reference.Document{instances, correspondenceReference(), eventsReference(), brokerReference()}
	documents = append(append(documents, faceReferences()...), more...)
	return reference.New(reference.Config{Documents: documents, Base: base, Home: "/"})
}

// besideReference serves the pages where they are, and everything else by other.
func besideReference(pages, other http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == reference.Prefix || strings.HasPrefix(r.URL.Path, reference.Prefix+"/") {
			pages.ServeHTTP(w, r)
			return
		}
		other.ServeHTTP(w, r)
	})
}
