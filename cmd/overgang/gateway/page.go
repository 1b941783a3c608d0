package gateway

import (
	"bytes"
	_ "embed"
	"html/template"
	"net/http"

	"overgang/wsdl"
)

//go:embed page.html
var pageText string

var pageTemplate = template.Must(template.New("page").Parse(pageText))

// pageEndpoint is one row of the page.
type pageEndpoint struct {
	Name, SOAP, URL string
	Flavour         wsdl.Flavour
	Operations      []string
}

// newPage renders what a person sees at / of a listener, once: it changes with
// the contracts only.
func newPage(c *wsdl.Contract, base, version string) (http.Handler, error) {
	data := struct {
		Base, Version string
		Endpoints     []pageEndpoint
	}{Base: base, Version: version}
	for _, e := range c.Endpoints {
		row := pageEndpoint{Name: e.Name, SOAP: e.SOAP, Flavour: e.Flavour, URL: base + e.Paths[0]}
		for _, o := range e.Operations {
			row.Operations = append(row.Operations, o.Name)
		}
		data.Endpoints = append(data.Endpoints, row)
	}
	var page bytes.Buffer
	if err := pageTemplate.Execute(&page, data); err != nil {
		return nil, err
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodGet && r.Method != http.MethodHead {
			w.Header().Set("Allow", "GET, HEAD")
			http.Error(w, "This is a page for people: the services' addresses are listed on it.", http.StatusMethodNotAllowed)
			return
		}
		h := w.Header()
		h.Set("Content-Type", "text/html; charset=utf-8")
		h.Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'")
		h.Set("X-Content-Type-Options", "nosniff")
		w.Write(page.Bytes())
	}), nil
}
