package adapter_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"testing"

	"overgang/adapter"
	"overgang/soap"
	"overgang/wsdl"
)

// hostile is one wrong thing that every operation in every flavour must answer
// in the same way.
type hostile struct {
	name     string
	envelope func(o target) string
	header   map[string]string
	status   int
	code     string // faultcode; "" = no fault
}

// target is one operation at one endpoint.
type target struct {
	endpoint *wsdl.Endpoint
	op       *wsdl.Operation
	row      soap.Operation
}

// credentialed says that the operation begins with the system's credentials.
func (o target) credentialed() bool { return o.row.Begin != nil }

func (o target) body(inner string) string {
	return fmt.Sprintf(`<%s xmlns="%s">%s</%[1]s>`, o.op.Input.Name.Local, o.op.Input.Name.Space, inner)
}

func (o target) sys(user, password string) string {
	if !o.credentialed() {
		return ""
	}
	return fmt.Sprintf(`<systemUserName>%s</systemUserName><systemPassword>%s</systemPassword>`, user, password)
}

func envelope11(header, body string) string {
	return `<s:Envelope xmlns:s="` + soap.NS11 + `">` + header + `<s:Body>` + body + `</s:Body></s:Envelope>`
}

var everyOperation = []hostile{
	{name: "DOCTYPE", status: http.StatusBadRequest,
		envelope: func(o target) string {
			return `<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>` + envelope11("", o.body(""))
		}},
	{name: "two bodies", status: 500, code: "s:Client",
		envelope: func(o target) string { return envelope11("", o.body("")+o.body("")) }},
	{name: "not well-formed", status: http.StatusBadRequest,
		envelope: func(o target) string { return envelope11("", o.body("<x></y>")) }},
	{name: "oversize", status: http.StatusRequestEntityTooLarge,
		envelope: func(o target) string { return envelope11("", o.body("<x>"+strings.Repeat("x", 2<<20)+"</x>")) }},
	{name: "deep", status: http.StatusBadRequest,
		envelope: func(o target) string {
			return envelope11("", o.body(strings.Repeat("<x>", 100)+strings.Repeat("</x>", 100)))
		}},
	{name: "unknown mustUnderstand", status: 500, code: "s:MustUnderstand",
		envelope: func(o target) string {
			return envelope11(`<s:Header><u:Unknown xmlns:u="urn:u" s:mustUnderstand="1"/></s:Header>`, o.body(""))
		}},
	{name: "SOAP 1.2 envelope", status: 500, code: "s:VersionMismatch",
		envelope: func(o target) string {
			return strings.Replace(envelope11("", o.body("")), soap.NS11, soap.NS12, 1)
		}},
	{name: "SOAP 1.2 altogether", status: 500, code: "s:VersionMismatch", header: map[string]string{"Content-Type": "application/soap+xml; charset=utf-8"},
		envelope: func(o target) string {
			return strings.Replace(envelope11("", o.body("")), soap.NS11, soap.NS12, 1)
		}},
	{name: "another action", status: 500, code: "s:Client", header: map[string]string{"SOAPAction": `"urn:another"`},
		envelope: func(o target) string { return envelope11("", o.body("")) }},
	{name: "unknown operation", status: 500, code: "s:Client",
		envelope: func(o target) string { return envelope11("", `<Unknown xmlns="urn:u"/>`) }},
	{name: "compressed", status: http.StatusUnsupportedMediaType, header: map[string]string{"Content-Encoding": "gzip"},
		envelope: func(o target) string { return envelope11("", o.body("")) }},
}

// wrongLogin is what every operation with credentials must answer alike.
var wrongLogin = []struct{ name, user, password string }{
	{"none", "", ""},
	{"no password", "1001", ""},
	{"wrong password", "1001", "feil-passord"},
	{"unknown system", "4711", "feil-passord"},
	{"no number", "Robert'); DROP TABLE--", "x"},
	{"foreign password", "1001", "golden-system-2"},
}

func TestEveryOperation(t *testing.T) {
	s := newStack(t, nil, soap.Limits{Envelope: 1 << 20, Message: 1 << 20})
	for n, o := range targets(t) {
		t.Run(o.endpoint.Name+"/"+o.op.Name, func(t *testing.T) {
			for _, h := range everyOperation {
				rec := s.post(o, h.envelope(o), h.header)
				if rec.Code != h.status {
					t.Errorf("%s: status %d, want %d: %s", h.name, rec.Code, h.status, rec.Body)
				}
				if got := faultCode(rec.Body.String()); got != h.code {
					t.Errorf("%s: faultcode %q, want %q: %s", h.name, got, h.code, rec.Body)
				}
			}
			if !o.credentialed() {
				return
			}
			var first string
			for _, l := range wrongLogin {
				s.address = fmt.Sprintf("192.0.2.%d:1", n) // many wrong logins from one address are slowed down
				rec := s.post(o, envelope11("", o.body(o.sys(esc(l.user), l.password))), nil)
				got := withoutGUID(rec.Body.String())
				if rec.Code != 500 || !strings.Contains(got, ">5</") || !strings.Contains(got, "Wrong username/password supplied.") {
					t.Errorf("%s: %d %s", l.name, rec.Code, got)
				}
				if first == "" {
					first = got
				}
				if got != first {
					t.Errorf("%s reads differently:\n%s\n%s", l.name, got, first)
				}
			}
		})
	}
}

// targets lists every operation at every endpoint, by the tables.
func targets(t *testing.T) []target {
	t.Helper()
	contract, err := wsdl.Load()
	if err != nil {
		t.Fatal(err)
	}
	var out []target
	for _, s := range adapter.Services(adapter.Config{}) {
		for _, row := range s.Operations {
			for _, e := range contract.Endpoints {
				if !strings.HasPrefix(e.Name, s.Name) {
					continue
				}
				for _, op := range e.Operations {
					if slices.Contains(row.Names[e.Flavour], op.Name) {
						out = append(out, target{e, op, row})
					}
				}
			}
		}
	}
	if len(out) < 14 {
		t.Fatalf("only %d operations", len(out))
	}
	return out
}

func (s *stack) post(o target, envelope string, header map[string]string) *httptest.ResponseRecorder {
	req := httptest.NewRequest(http.MethodPost, o.endpoint.Paths[0], strings.NewReader(envelope))
	req.Header.Set("Content-Type", "text/xml; charset=utf-8")
	req.Header.Set("SOAPAction", `"`+o.op.Action+`"`)
	for k, v := range header {
		req.Header.Set(k, v)
	}
	if s.address != "" {
		req.RemoteAddr = s.address
	}
	rec := httptest.NewRecorder()
	s.server.ServeHTTP(rec, req)
	return rec
}

var (
	faultCodes = regexp.MustCompile(`<(?:faultcode|s:Code><s:Value)[^>]*>([^<]*)</`) // of SOAP 1.1, of SOAP 1.2
	guids      = regexp.MustCompile(`<ErrorGuid>[^<]*</ErrorGuid>`)
)

func faultCode(body string) string {
	if m := faultCodes.FindStringSubmatch(body); m != nil {
		return m[1]
	}
	return ""
}

func withoutGUID(body string) string { return guids.ReplaceAllString(body, "<ErrorGuid/>") }

func esc(s string) string {
	return strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;").Replace(s)
}
