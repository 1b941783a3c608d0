package soap

import (
	"bytes"
	"context"
	"crypto/sha1"
	"crypto/x509"
	"encoding/pem"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/txtar"

	"overgang/soap/wss"
	"overgang/soap/wssc"
	"overgang/wsdl"
)

// The contract of the security tests: one operation at an endpoint of each
// flavour. Its names are those of the messages in testdata/wss.
const (
	secureSpace  = "urn:t"
	secureAction = "urn:test"
	pathWS       = "/Service.svc"
	pathEC2      = "/EC2/Service.svc"
	pathOther    = "/Other/Service.svc" // of EC2
	pathAgain    = "/Older/EC2.svc"     // the same endpoint as pathEC2
)

func secureContract() *wsdl.Contract {
	op := &wsdl.Operation{
		Name: "Test", Action: secureAction, ReplyAction: secureAction + "Response", FaultAction: secureAction + "Fault",
		Input: element(secureSpace, "Test", &wsdl.Type{Kind: wsdl.KindComplex}, 1, 1), Output: element(secureSpace, "TestResponse", &wsdl.Type{Kind: wsdl.KindComplex}, 1, 1),
		Fault: testOperation("", nil, nil).Fault,
	}
	second := *op
	second.Name, second.Action, second.Input = "Second", "urn:second", element(secureSpace, "Second", &wsdl.Type{Kind: wsdl.KindComplex}, 1, 1)
	endpoint := func(name string, f wsdl.Flavour, paths ...string) *wsdl.Endpoint {
		return &wsdl.Endpoint{Name: name, Flavour: f, SOAP: "1.2", Paths: paths, Operations: []*wsdl.Operation{op, &second}}
	}
	return &wsdl.Contract{Endpoints: []*wsdl.Endpoint{
		endpoint("WS", wsdl.WS, pathWS), endpoint("EC2", wsdl.EC2, pathEC2, pathAgain), endpoint("Other", wsdl.EC2, pathOther),
	}}
}

// secured is a gateway with WS-Security whose clock stands.
type secured struct {
	*Server
	now     time.Time
	calls   []*Call // that were handled
	logins  []string
	fails   error // of Login
	records []Record
	log     bytes.Buffer // of the audit
	handle  func() error
}

// change is what a test wants otherwise.
type change func(*Options, *wssc.Config)

const enterpriseOwner = "0123456789abcdef0123456789abcdef01234567" // of testdata/wssc

func newSecured(t testing.TB, now time.Time, changes ...change) *secured {
	t.Helper()
	return newSecuredFor(t, secureContract(), now, changes...)
}

func newSecuredFor(t testing.TB, contract *wsdl.Contract, now time.Time, changes ...change) *secured {
	t.Helper()
	s := &secured{now: now}
	clock := func() time.Time { return s.now }
	replays, err := wss.NewMemory(clock, 10_000)
	if err != nil {
		t.Fatal(err)
	}
	roots := x509.NewCertPool()
	roots.AddCert(testCertificate(t, "ca"))
	tokens := wssc.Config{Now: clock, Ring: testRing(t, 'a')}
	o := Options{
		Now: clock, NewID: func() string { return "id" }, FaultFor: testFaultFor, FaultDetail: testFault{},
		Observe: func(r Record) { s.records = append(s.records, r) },
		Audit:   slog.New(slog.NewTextHandler(&s.log, nil)),
		Security: &Security{
			Verify: wss.Config{Replays: replays, Trust: &wss.Chain{Roots: roots}, Certificates: testRegistry{testCertificate(t, "enterprise"), testCertificate(t, "ca")}},
			Login: func(_ context.Context, _ *Call, user string, password wss.Password) (any, error) {
				s.logins = append(s.logins, user+" "+string(password))
				if s.fails != nil {
					return nil, s.fails
				}
				if strings.HasPrefix(string(password), "feil") {
					return nil, &wss.Error{Code: wss.FailedAuthentication, Reason: "the password"}
				}
				return "identity of " + user, nil
			},
		},
	}
	for _, c := range changes {
		c(&o, &tokens)
	}
	if o.Security.Tokens, err = wssc.New(tokens); err != nil {
		t.Fatal(err)
	}
	names := map[wsdl.Flavour][]string{wsdl.WS: {"Test"}, wsdl.EC2: {"Test"}}
	handle := func(_ context.Context, call *Call, _ any) (any, error) {
		s.calls = append(s.calls, call)
		if s.handle != nil {
			return nil, s.handle()
		}
		return &empty{}, nil
	}
	s.Server, err = New(contract, []Service{{Operations: []Operation{
		{Base: "Test", Names: names, Request: (*empty)(nil), Response: (*empty)(nil), Handle: handle},
		{Base: "Second", Names: map[wsdl.Flavour][]string{wsdl.WS: {"Second"}, wsdl.EC2: {"Second"}}, Request: (*empty)(nil), Response: (*empty)(nil), Handle: handle},
	}}}, o)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func testRing(t testing.TB, keys ...byte) *wssc.Ring {
	t.Helper()
	var list []wss.Secret
	for _, k := range keys {
		list = append(list, wss.Secret(strings.Repeat(string(k), wssc.KeySize)))
	}
	r, err := wssc.NewRing(list...)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// testRegistry is a few registered certificates.
type testRegistry []*x509.Certificate

func (r testRegistry) Find(_ context.Context, which wss.CertificateReference) (found []*x509.Certificate, err error) {
	for _, c := range r {
		thumbprint := sha1.Sum(c.Raw)
		switch {
		case which.Thumbprint != nil && bytes.Equal(which.Thumbprint, thumbprint[:]),
			which.SubjectKey != nil && bytes.Equal(which.SubjectKey, c.SubjectKeyId),
			which.Serial != nil && which.Serial.Cmp(c.SerialNumber) == 0:
			found = append(found, c)
		}
	}
	return found, nil
}

func testFile(t testing.TB, parts ...string) string {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(append([]string{"..", "testdata"}, parts...)...))
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func testCertificate(t testing.TB, name string) *x509.Certificate {
	t.Helper()
	block, _ := pem.Decode([]byte(testFile(t, "wss", "certificates", name+".pem")))
	cert, err := x509.ParseCertificate(block.Bytes)
	if err != nil {
		t.Fatal(err)
	}
	return cert
}

// foreign is a message that another stack made, and what must come of it.
type foreign struct {
	name, policy, expect, message string
	made                          time.Time
}

func foreignMessages(t testing.TB) (all []foreign) {
	t.Helper()
	files, err := filepath.Glob("../testdata/wss/*/*.txtar")
	if err != nil || len(files) < 45 {
		t.Fatalf("%d fixtures: %v", len(files), err)
	}
	for _, file := range files {
		archive, err := txtar.ParseFile(file)
		if err != nil {
			t.Fatal(err)
		}
		f := foreign{name: strings.TrimSuffix(filepath.Base(file), ".txtar"), message: string(archive.Files[0].Data), made: made(t, string(archive.Files[0].Data))}
		for line := range strings.Lines(string(archive.Comment)) {
			switch key, value, _ := strings.Cut(strings.TrimSpace(line), ": "); key {
			case "policy":
				f.policy = value
			case "expect":
				f.expect = value
			}
		}
		all = append(all, f)
	}
	return all
}

var createdTime = regexp.MustCompile(`Created>([^<]+)<`)

// made is when a message was made, by its first Created; any time if it has none.
func made(t testing.TB, message string) time.Time {
	t.Helper()
	m := createdTime.FindStringSubmatch(message)
	if m == nil {
		return time.Date(2026, 11, 22, 2, 0, 0, 0, time.UTC)
	}
	at, err := time.Parse(time.RFC3339Nano, m[1])
	if err != nil {
		t.Fatal(err)
	}
	return at
}

// post sends a message and gives the answer.
func (s *secured) post(t testing.TB, path, message string) *recorder {
	t.Helper()
	w := newRecorder()
	r, err := http.NewRequest("POST", path, strings.NewReader(message))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", soapXML12)
	r.RemoteAddr = "192.0.2.1:1"
	s.ServeHTTP(w, r)
	return w
}

var faultValues = regexp.MustCompile(`<s:Value(?: xmlns:\w+="[^"]*")?>([^<]*)</s:Value>`)

// codesOf are a fault's code and subcodes, "" of what is none.
func codesOf(answer string) string {
	var codes []string
	for _, m := range faultValues.FindAllStringSubmatch(answer, -1) {
		codes = append(codes, m[1])
	}
	return strings.Join(codes, " ")
}

const fixedText = `<s:Reason><s:Text xml:lang="en">An error occurred when verifying security for the message.</s:Text></s:Reason></s:Fault>`

// wantRefusal checks the fault of a message whose security is wrong: its
// subcode, and that nothing else tells it from others.
func (s *secured) wantRefusal(t testing.TB, what string, w *recorder, code string) {
	t.Helper()
	answer := w.String()
	if w.status != http.StatusInternalServerError || codesOf(answer) != "s:Sender "+code || !strings.Contains(answer, fixedText) {
		t.Errorf("%s: want %s, got %d %s", what, code, w.status, answer)
		return
	}
	wellFormedB(t, answer)
	_, local, _ := strings.Cut(code, ":")
	if r := s.records[len(s.records)-1]; r.Denied != local || r.Err == nil || strings.Contains(answer, r.Err.Error()) {
		t.Errorf("%s: record %+v", what, r)
	}
	if line := s.log.String(); !strings.Contains(line, "decision=denied") || !strings.Contains(line, "code="+local) {
		t.Errorf("%s: audit %q", what, line)
	}
	s.log.Reset()
}

func wellFormedB(t testing.TB, doc string) {
	t.Helper()
	if tt, ok := t.(*testing.T); ok {
		wellFormed(tt, doc)
	}
}

// wantAnswer checks an answer to a message that was taken: its action, and the
// Security header with a Timestamp of five minutes behind it.
func (s *secured) wantAnswer(t testing.TB, what string, w *recorder, action, relatesTo string) {
	t.Helper()
	answer := w.String()
	want := `<s:Envelope xmlns:s="` + NS12 + `"><s:Header><a:Action xmlns:a="` + addressingSpace + `" s:mustUnderstand="1">` + action + `</a:Action>`
	if relatesTo != "" {
		want += `<a:RelatesTo xmlns:a="` + addressingSpace + `">` + relatesTo + `</a:RelatesTo>`
	}
	const format = "2006-01-02T15:04:05.000Z"
	want += `<o:Security xmlns:o="` + wss.SecuritySpace + `" xmlns:s="` + NS12 + `" s:mustUnderstand="1"><u:Timestamp xmlns:u="` + wss.UtilitySpace + `" u:Id="_0">` +
		`<u:Created>` + s.now.UTC().Format(format) + `</u:Created><u:Expires>` + s.now.Add(5*time.Minute).UTC().Format(format) + `</u:Expires></u:Timestamp>`
	if !strings.HasPrefix(answer, want) {
		t.Errorf("%s: %d %s\nwant %s", what, w.status, answer, want)
	}
	wellFormedB(t, answer)
}

// withAction puts an Action behind the Header's start tag, or in the place of
// the one that is there.
func withAction(t testing.TB, message, action string) string {
	t.Helper()
	block := `<Action xmlns="` + addressingSpace + `">` + action + `</Action>`
	if old := `<Action xmlns="` + addressingSpace + `">urn:test</Action>`; strings.Contains(message, old) {
		return strings.Replace(message, old, block, 1)
	}
	at := regexp.MustCompile(`<(\w+:)?Header>`).FindStringIndex(message)
	if at == nil {
		t.Fatalf("no Header in %s", message)
	}
	return message[:at[1]] + block + message[at[1]:]
}

var bodyContent = regexp.MustCompile(`(?s)(<(?:\w+:)?Body)(?:/>|[^>]*>.*</(?:\w+:)?Body>)`)

// withBody replaces what is in the Body. Nothing in it is signed.
func withBody(t testing.TB, message, body string) string {
	t.Helper()
	at := bodyContent.FindStringSubmatchIndex(message)
	if at == nil {
		t.Fatalf("no Body in %s", message)
	}
	open := message[at[2]:at[3]]
	return message[:at[2]] + open + ">" + body + "</" + open[1:] + ">" + message[at[1]:]
}
