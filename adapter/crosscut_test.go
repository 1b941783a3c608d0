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
	name   string
	header string                                // a block more
	body   func(o target) string                 // nil = the operation's element, empty
	twist  func(o target, message string) string // what is done to the whole message
	http   map[string]string
	status int
	code   string // faultcode, in the words of SOAP 1.1; "" = no fault

	version bool // it is of another SOAP version than the endpoint's
}

// target is one operation at one endpoint.
type target struct {
	service  string
	endpoint *wsdl.Endpoint
	op       *wsdl.Operation
	row      soap.Operation
}

// credentialed says that the operation has credentials in its body.
func (o target) credentialed() bool { return o.row.Begin != nil && o.endpoint.Flavour != wsdl.WS }

// shared says that messages of the other SOAP version are another endpoint's there.
func (o target) shared(t *testing.T) bool {
	return slices.ContainsFunc(loaded(t).Endpoints, func(e *wsdl.Endpoint) bool {
		return slices.ContainsFunc(e.Shares, func(path string) bool { return strings.EqualFold(path, o.endpoint.Paths[0]) })
	})
}

func (o target) body(inner string) string {
	return fmt.Sprintf(`<%s xmlns="%s">%s</%[1]s>`, o.op.Input.Name.Local, o.op.Input.Name.Space, inner)
}

// sys are the credentials that the body begins with.
func (o target) sys(user, password string) string {
	if !o.credentialed() || len(o.op.Headers) > 0 {
		return ""
	}
	fields := o.op.Input.Type.Fields
	return fmt.Sprintf(`<%[1]s>%[2]s</%[1]s><%[3]s>%[4]s</%[3]s>`, fields[0].Name.Local, user, fields[1].Name.Local, password)
}

// sysHeader are the credentials of operations that have them in header blocks.
func (o target) sysHeader(user, password string) (blocks string) {
	for _, h := range o.op.Headers {
		value := ""
		switch strings.ToLower(h.Name.Local) {
		case "systemusername", "username":
			value = user
		case "systempassword", "password":
			value = password
		default:
			continue
		}
		blocks += fmt.Sprintf(`<%[1]s xmlns="%[2]s">%[3]s</%[1]s>`, h.Name.Local, h.Name.Space, value)
	}
	return blocks
}

// code is a SOAP 1.1 faultcode in the words of the endpoint's version.
func (o target) code(code string) string {
	if o.endpoint.SOAP == "1.2" {
		return strings.NewReplacer("s:Client", "s:Sender", "s:Server", "s:Receiver").Replace(code)
	}
	return code
}

func envelope11(header, body string) string {
	return `<s:Envelope xmlns:s="` + soap.NS11 + `"><s:Header>` + header + `</s:Header><s:Body>` + body + `</s:Body></s:Envelope>`
}

// message is a message to the operation that its flavour's security lets in.
func (s *stack) message(t *testing.T, o target, header, body string) string {
	t.Helper()
	action := `<a:Action s:mustUnderstand="1">` + o.op.Action + `</a:Action>`
	switch o.endpoint.Flavour {
	case wsdl.WS:
		return envelope12(action+userToken("1002", "golden-system-2")+header, body)
	case wsdl.EC2:
		return s.secured(t, o.endpoint.Paths[0], envelope12(action+header+"<security/>", body))
	}
	return envelope11(header, body)
}

// otherVersion is the message in the SOAP version that the endpoint does not speak.
func otherVersion(o target, message string) string {
	from, to := soap.NS11, soap.NS12
	if o.endpoint.SOAP == "1.2" {
		from, to = to, from
	}
	return strings.ReplaceAll(message, from, to)
}

// inner is the operation's element with a place for markup.
func inner(o target) string { return o.body("<!-- here -->") }

// markup writes markup there, which may be such that it cannot be signed around.
func markup(text string) func(target, string) string {
	return func(_ target, message string) string { return strings.Replace(message, "<!-- here -->", text, 1) }
}

var everyOperation = []hostile{
	{name: "DOCTYPE", status: http.StatusBadRequest,
		twist: func(_ target, message string) string {
			return `<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>` + message
		}},
	{name: "two bodies", status: 500, code: "s:Client", body: func(o target) string { return o.body("") + o.body("") }},
	{name: "not well-formed", status: http.StatusBadRequest, body: inner, twist: markup("<x></y>")},
	{name: "oversize", status: http.StatusRequestEntityTooLarge,
		body: func(o target) string { return o.body("<x>" + strings.Repeat("x", 2<<20) + "</x>") }},
	{name: "deep", status: http.StatusBadRequest, body: inner, twist: markup(strings.Repeat("<x>", 100) + strings.Repeat("</x>", 100))},
	{name: "unknown mustUnderstand", status: 500, code: "s:MustUnderstand",
		header: `<u:Unknown xmlns:u="urn:u" s:mustUnderstand="1"/>`},
	{name: "another SOAP version's envelope", version: true, status: 500, code: "s:VersionMismatch", twist: otherVersion},
	{name: "another SOAP version", version: true, status: 500, code: "s:VersionMismatch", twist: otherVersion,
		http: map[string]string{"Content-Type": "the other version's"}},
	{name: "another action", status: 500, code: "s:Client", http: map[string]string{"SOAPAction": `"urn:another"`}},
	{name: "unknown operation", status: 500, code: "s:Client", body: func(target) string { return `<Unknown xmlns="urn:u"/>` }},
	{name: "compressed", status: http.StatusUnsupportedMediaType, http: map[string]string{"Content-Encoding": "gzip"}},
}

// wrongLogin is what every operation with credentials must answer alike.
var wrongLogin = []struct{ name, user, password string }{
	{"none", "", ""},
	{"no password", "1001", ""},
	{"wrong password", "1001", "feil-passord"},
	{"unknown system", "4711", "feil-passord"},
	{"no number", "Robert'); DROP TABLE--", "x"},
	{"foreign password", "1001", "golden-system-2"},
	{"enterprise's wrong password", enterpriseUser, "feil-passord"},
}

func TestEveryOperation(t *testing.T) {
	s := newStack(t, nil, soap.Limits{Envelope: 1 << 20, Message: 1 << 20})
	for n, o := range targets(t) {
		t.Run(o.endpoint.Name+"/"+o.op.Name, func(t *testing.T) {
			s.address = fmt.Sprintf("192.0.2.%d:1", n) // many wrong logins from one address are slowed down
			for _, h := range everyOperation {
				if h.version && o.shared(t) {
					continue // the message is another endpoint's (soap/sharing_test.go)
				}
				body := o.body("")
				if h.body != nil {
					body = h.body(o)
				}
				message := s.message(t, o, h.header, body)
				if h.twist != nil {
					message = h.twist(o, message)
				}
				rec := s.post(o, message, h.http)
				if rec.Code != h.status {
					t.Errorf("%s: status %d, want %d: %s", h.name, rec.Code, h.status, rec.Body)
				}
				if got := faultCode(rec.Body.String()); got != o.code(h.code) {
					t.Errorf("%s: faultcode %q, want %q: %s", h.name, got, o.code(h.code), rec.Body)
				}
			}
			if o.credentialed() {
				wrongInBody(t, s, o)
			}
			if o.endpoint.SOAP == "1.2" {
				insecure(t, s, o)
			}
		})
	}
}

// wrongInBody calls with the credentials of Basic and EC2.
func wrongInBody(t *testing.T, s *stack, o target) {
	var first string
	for _, l := range wrongLogin {
		rec := s.post(o, s.message(t, o, o.sysHeader(esc(l.user), l.password), o.body(o.sys(esc(l.user), l.password))), nil)
		got := bodyOf(rec.Body.String())
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
}

// insecure calls without what the flavour's policy asks for: all read the same
// but for the code, whatever is in the body.
func insecure(t *testing.T, s *stack, o target) {
	action := `<a:Action>` + o.op.Action + `</a:Action>`
	expired := `<o:Security><u:Timestamp><u:Created>2026-11-22T08:00:00Z</u:Created><u:Expires>2026-11-22T08:05:00Z</u:Expires></u:Timestamp>%s</o:Security>`
	token := strings.TrimSuffix(strings.TrimPrefix(userToken("1002", "golden-system-2"), userTokenOpen), userTokenClose)
	cases := map[string]string{
		action: "InvalidSecurity",
		action + `<o:Security s:mustUnderstand="true"/>`:                                     "InvalidSecurity",
		action + userToken("1002", "golden-system-2") + userToken("1002", "golden-system-2"): "InvalidSecurity",
	}
	if o.endpoint.Flavour == wsdl.WS {
		for _, l := range wrongLogin {
			cases[action+userToken(esc(l.user), l.password)] = "FailedAuthentication"
		}
		cases[action+userToken("", "")] = "InvalidSecurity" // no UsernameToken at all
		cases[action+fmt.Sprintf(expired, token)] = "MessageExpired"
	} else {
		cases[action+userToken("1002", "golden-system-2")] = "InvalidSecurity"
	}
	for header, code := range cases {
		rec := s.post(o, envelope12(header, o.body(o.sys(enterpriseUser, enterprisePassword))), nil)
		if rec.Code != 500 || !strings.Contains(rec.Body.String(), ":"+code+"</s:Value>") || faultCode(rec.Body.String()) != "s:Sender" {
			t.Errorf("%s: %d, not %s: %s", header, rec.Code, code, rec.Body)
		}
	}
}

// targets lists every operation at every endpoint, by the tables.
func targets(t *testing.T) []target {
	t.Helper()
	contract := loaded(t)
	var out []target
	for _, s := range adapter.Services(adapter.Config{}) {
		for _, row := range s.Operations {
			for _, e := range contract.Endpoints {
				if !strings.HasPrefix(e.Name, s.Name) {
					continue
				}
				for _, op := range e.Operations {
					if slices.Contains(row.Names[e.Flavour], op.Name) {
						out = append(out, target{s.Name, e, op, row})
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
	types := []string{"text/xml; charset=utf-8", "application/soap+xml; charset=utf-8"}
	if o.endpoint.SOAP == "1.2" {
		slices.Reverse(types)
	}
	req.Header.Set("Content-Type", types[0])
	req.Header.Set("SOAPAction", `"`+o.op.Action+`"`)
	for k, v := range header {
		if v == "the other version's" {
			v = types[1]
		}
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

// bodyOf is an answer from its Body on, without the request's id.
func bodyOf(answer string) string {
	_, body, _ := strings.Cut(answer, "<s:Body>")
	return guids.ReplaceAllString(body, "<ErrorGuid/>")
}

func esc(s string) string {
	return strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;").Replace(s)
}
