package soap

import (
	_ "embed"
	"html/template"
	"net/http"
	"strings"
)

//go:embed page.html
var pageText string

var page = template.Must(template.New("page").Parse(pageText))

var textXML = []string{"text/xml; charset=utf-8"}

// document answers a GET: a document of the contract, or a page for people.
func (x *exchange) document() {
	s := x.server
	base := ""
	if s.options.BaseURL != nil {
		base = strings.TrimRight(s.options.BaseURL(x.r), "/")
	}
	if x.r.URL.RawQuery == "" {
		x.page(base)
		return
	}
	body, ok := s.contract.Document(x.endpoint.Endpoint, x.r.URL.RawQuery, base)
	if !ok {
		x.refuse(&refusal{status: http.StatusNotFound, text: "There is no such document. Ask for ?wsdl or ?singleWsdl."})
		return
	}
	x.record.Outcome = Served
	x.w.Header()["X-Content-Type-Options"] = noSniff
	x.out = append(x.out[:0], body...)
	x.send(http.StatusOK, textXML)
}

// page tells a person what is at the address.
func (x *exchange) page(base string) {
	var names []string
	for _, op := range x.endpoint.Operations {
		names = append(names, op.Name)
	}
	var b strings.Builder
	err := page.Execute(&b, map[string]any{
		"Name": x.endpoint.Name, "Address": base + x.endpoint.Paths[0], "SOAP": x.endpoint.SOAP, "Operations": names,
	})
	if err != nil {
		x.fail(&opError{err})
		return
	}
	x.record.Outcome = Served
	h := x.w.Header()
	h["X-Content-Type-Options"] = noSniff
	h.Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'")
	x.out = append(x.out[:0], b.String()...)
	x.send(http.StatusOK, []string{"text/html; charset=utf-8"})
}
