package gateway

import (
	"net/http"
	"strings"

	"overgang/rest/api"
	"overgang/rest/api/cases"
	"overgang/rest/api/inbox"
	"overgang/rest/api/lookup"
	"overgang/rest/api/notification"
	"overgang/rest/api/prefill"
	"overgang/rest/api/receipt"
	"overgang/rest/api/reference"
)

// face is one of the smaller HTTP APIs, which need nothing but the core.
type face struct {
	name, base string
	document   []byte
	codes      []api.ProblemCode
	handler    func(g *Gateway, c api.Config) (http.Handler, error)
}

// faces are served beside the rest of the HTTP API.
var faces = []face{
	{"inbox", inbox.Base, inbox.Document(), inbox.ProblemCodes(), func(g *Gateway, c api.Config) (http.Handler, error) {
		return inbox.New(inbox.Config{API: c, Core: g.core})
	}},
	{"case", cases.Base, cases.Document(), cases.ProblemCodes(), func(g *Gateway, c api.Config) (http.Handler, error) {
		return cases.New(cases.Config{API: c, Core: g.core})
	}},
	{"prefill", prefill.Base, prefill.Document(), prefill.ProblemCodes(), func(g *Gateway, c api.Config) (http.Handler, error) {
		return prefill.New(prefill.Config{API: c, Core: g.core})
	}},
	{"lookup", lookup.Base, lookup.Document(), lookup.ProblemCodes(), func(g *Gateway, c api.Config) (http.Handler, error) {
		return lookup.New(lookup.Config{API: c, Core: g.core})
	}},
	{"receipt", receipt.Base, receipt.Document(), receipt.ProblemCodes(), func(g *Gateway, c api.Config) (http.Handler, error) {
		return receipt.New(receipt.Config{API: c, Core: g.core})
	}},
	{"notification", notification.Base, notification.Document(), notification.ProblemCodes(), func(g *Gateway, c api.Config) (http.Handler, error) {
		return notification.New(notification.Config{API: c, Core: g.core})
	}},
}

// besideFaces serves the faces beside another handler.
func (g *Gateway) besideFaces(base api.Config, other http.Handler) (http.Handler, error) {
	handlers := make([]http.Handler, len(faces))
	for i, f := range faces {
		var err error
		if handlers[i], err = f.handler(g, base); err != nil {
			return nil, err
		}
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		for i, f := range faces {
			if strings.HasPrefix(r.URL.Path, f.base+"/") {
				handlers[i].ServeHTTP(w, r)
				return
			}
		}
		other.ServeHTTP(w, r)
	}), nil
}

// faceReferences are what the pages at /docs say of them.
func faceReferences() (list []reference.Document) {
	for _, f := range faces {
		d := reference.Document{Name: f.name, Text: f.document, Address: f.base + "/openapi.yaml"}
		for _, c := range f.codes {
			d.Codes = append(d.Codes, reference.Code(c))
		}
		list = append(list, d)
	}
	return list
}
