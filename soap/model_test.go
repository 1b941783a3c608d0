package soap

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"overgang/soap/codec"
	"overgang/wsdl"
)

// The tests' contract: one service with three operations, as SOAP 1.1 and 1.2.
const (
	tns        = "urn:test:post"
	faultSpace = "urn:test:fault"
	path11     = "/Post/PostBasic.svc"
	path12     = "/Post/PostWS.svc"
	sendAction = "urn:test:post/IPost/Send"
	textXML11  = "text/xml; charset=utf-8"
	soapXML12  = "application/soap+xml; charset=utf-8"
)

// twelve is a flavour of SOAP 1.2 without WS-Security.
const twelve = wsdl.Flavour("twelve")

func element(space, name string, t *wsdl.Type, min, max int) *wsdl.Element {
	return &wsdl.Element{Name: wsdl.Name{Space: space, Local: name}, Type: t, Min: min, Max: max}
}

func wrapper(name string, fields ...*wsdl.Element) *wsdl.Element {
	return element(tns, name, &wsdl.Type{Kind: wsdl.KindComplex, Fields: fields}, 1, 1)
}

func field(name string, k wsdl.Kind) *wsdl.Element {
	return element(tns, name, &wsdl.Type{Kind: k}, 0, 1)
}

func testOperation(name string, in, out *wsdl.Element) *wsdl.Operation {
	fault := element(faultSpace, "TestFault", &wsdl.Type{Kind: wsdl.KindComplex, Fields: []*wsdl.Element{
		{Name: wsdl.Name{Space: faultSpace, Local: "Message"}, Type: &wsdl.Type{Kind: wsdl.KindString}, Max: 1, Nillable: true},
	}}, 1, 1)
	action := "urn:test:post/IPost/" + name
	return &wsdl.Operation{Name: name, Action: action, ReplyAction: action + "Response", FaultAction: action + "Fault", Input: in, Output: out, Fault: fault}
}

func testContract() *wsdl.Contract {
	endpoint := func(name string, f wsdl.Flavour, version, path string) *wsdl.Endpoint {
		return &wsdl.Endpoint{Name: name, Flavour: f, SOAP: version, Paths: []string{path}, Operations: []*wsdl.Operation{
			testOperation("Send",
				wrapper("Send", field("user", wsdl.KindString), field("number", wsdl.KindInt),
					element(tns, "data", &wsdl.Type{Kind: wsdl.KindBase64}, 0, wsdl.Unbounded), field("after", wsdl.KindString)),
				wrapper("SendResponse", field("SendResult", wsdl.KindString))),
			testOperation("Count", wrapper("Count", field("number", wsdl.KindInt)), wrapper("CountResponse", field("CountResult", wsdl.KindInt))),
			testOperation("Test", wrapper("Test"), wrapper("TestResponse")),
		}}
	}
	return &wsdl.Contract{Endpoints: []*wsdl.Endpoint{
		endpoint("PostBasic", wsdl.Basic, "1.1", path11),
		endpoint("PostWS", twelve, "1.2", path12),
	}}
}

type sendRequest struct {
	User   string
	Number int32
	Data   []*codec.Large
	After  string
}
type sendResponse struct{ Result *string }
type countRequest struct{ Number int32 }
type countResponse struct{ Result int32 }
type empty struct{}
type testFault struct{ Message string }

var errPassword = errors.New("wrong password")

// post is the service behind the tests: it remembers what was done.
type post struct {
	mu      sync.Mutex
	begun   []string
	sinks   []*memorySink
	handled int
	hold    chan struct{} // Count waits for it when not nil
	entered chan struct{}
}

type memorySink struct {
	bytes.Buffer
	closed, aborted int
	max             int
}

func (m *memorySink) Write(p []byte) (int, error) {
	if m.max > 0 && m.Len()+len(p) > m.max {
		return 0, errors.New("too much for this sink")
	}
	return m.Buffer.Write(p)
}
func (m *memorySink) Close() error { m.closed++; return nil }
func (*memorySink) Settle() error  { return nil }
func (m *memorySink) Abort()       { m.aborted++ }

func (p *post) services() []Service {
	names := func(n string) map[wsdl.Flavour][]string {
		return map[wsdl.Flavour][]string{wsdl.Basic: {n}, twelve: {n}}
	}
	return []Service{{Name: "Post", Operations: []Operation{
		{Base: "Send", Names: names("Send"), Request: (*sendRequest)(nil), Response: (*sendResponse)(nil),
			Begin: func(_ context.Context, call *Call, req any) error {
				p.mu.Lock()
				defer p.mu.Unlock()
				r := req.(*sendRequest)
				p.begun = append(p.begun, r.User)
				if r.User == "wrong" {
					return errPassword
				}
				call.Caller = r.User
				return nil
			},
			Sink: func(_ context.Context, call *Call, req any, field string) (codec.Sink, error) {
				p.mu.Lock()
				defer p.mu.Unlock()
				if field != "Data" || call.Caller != req.(*sendRequest).User {
					return nil, fmt.Errorf("sink for %s of %v", field, call.Caller)
				}
				s := &memorySink{max: 1 << 20}
				p.sinks = append(p.sinks, s)
				return s, nil
			},
			Handle: func(_ context.Context, _ *Call, req any) (any, error) {
				p.mu.Lock()
				defer p.mu.Unlock()
				p.handled++
				r := req.(*sendRequest)
				switch r.User {
				case "panic":
					panic("at the disco")
				case "fault":
					return nil, &Fault{Blame: Receiver, Reason: "broken", RetryAfter: 1500 * time.Millisecond}
				case "unencodable":
					return &countResponse{}, nil
				}
				var size int64
				for _, d := range r.Data {
					size += d.Size
				}
				s := fmt.Sprintf("%s %d %d %s", r.User, r.Number, size, r.After)
				return &sendResponse{Result: &s}, nil
			}},
		{Base: "Count", Names: names("Count"), Request: (*countRequest)(nil), Response: (*countResponse)(nil),
			Handle: func(_ context.Context, _ *Call, req any) (any, error) {
				if p.hold != nil {
					p.entered <- struct{}{}
					<-p.hold
				}
				return &countResponse{Result: req.(*countRequest).Number + 1}, nil
			}},
		{Base: "Test", Names: names("Test"), Request: (*empty)(nil), Response: (*empty)(nil), Anonymous: true,
			Handle: func(context.Context, *Call, any) (any, error) { return &empty{}, nil }},
	}}}
}

func testFaultFor(_ context.Context, call *Call, err error) *Fault {
	var unfit *Fault
	if errors.As(err, &unfit) {
		f := *unfit
		f.Detail = testFault{Message: "does not fit " + call.Base}
		return &f
	}
	f := &Fault{Blame: Sender, Reason: "An error occurred", Lang: "nb-NO", Detail: testFault{Message: "something about " + call.Base}, Err: err}
	if !errors.Is(err, errPassword) {
		f.Blame = Receiver
	}
	return f
}

// bench is a running server and what it told.
type bench struct {
	*post
	*httptest.Server
	mu      sync.Mutex
	records []Record
	log     bytes.Buffer
}

func (b *bench) lastRecord(t *testing.T) Record {
	t.Helper()
	for begun := time.Now(); time.Since(begun) < time.Minute; { // the record is made after the answer is sent
		b.mu.Lock()
		n := len(b.records)
		if n > 0 {
			defer b.mu.Unlock()
			return b.records[n-1]
		}
		b.mu.Unlock()
		time.Sleep(5 * time.Millisecond)
	}
	t.Fatal("no record")
	return Record{}
}

func start(t *testing.T, change func(*Options)) *bench {
	t.Helper()
	return startFor(t, testContract(), change)
}

func startFor(t *testing.T, contract *wsdl.Contract, change func(*Options)) *bench {
	t.Helper()
	b := &bench{post: &post{}}
	var n atomic.Int64
	o := Options{
		FaultFor: testFaultFor, FaultDetail: testFault{},
		BaseURL: func(*http.Request) string { return "https://gateway.example/" },
		NewID:   func() string { return fmt.Sprintf("id-%d", n.Add(1)) },
		Observe: func(r Record) { b.mu.Lock(); b.records = append(b.records, r); b.mu.Unlock() },
		Logger:  slog.New(slog.NewTextHandler(&b.log, nil)),
	}
	if change != nil {
		change(&o)
	}
	s, err := New(contract, b.services(), o)
	if err != nil {
		t.Fatal(err)
	}
	b.Server = httptest.NewServer(s)
	t.Cleanup(b.Server.Close)
	return b
}

// reply is an HTTP response that was read.
type reply struct {
	status int
	header http.Header
	body   string
	close  bool // the server ends the connection
}

// call posts body with the headers that are given as pairs.
func (b *bench) call(t *testing.T, path, contentType, body string, headers ...string) reply {
	t.Helper()
	return b.do(t, "POST", path, strings.NewReader(body), append([]string{"Content-Type", contentType}, headers...)...)
}

func (b *bench) do(t *testing.T, method, path string, body io.Reader, headers ...string) reply {
	t.Helper()
	req, err := http.NewRequest(method, b.URL+path, body)
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i < len(headers); i += 2 {
		req.Header.Add(headers[i], headers[i+1])
	}
	res, err := http.DefaultTransport.RoundTrip(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return reply{res.StatusCode, res.Header, string(text), res.Close}
}

func envelope(space, header, body string) string {
	return `<?xml version="1.0" encoding="utf-8"?>` + "\r\n" + `<e:Envelope xmlns:e="` + space + `" xmlns="` + tns + `">` + header + "\n<e:Body>" + body + "</e:Body>\n</e:Envelope>\n"
}

func body11(body string) string { return envelope(NS11, "", body) }
func header11(header, body string) string {
	return envelope(NS11, "<e:Header>"+header+"</e:Header>", body)
}

const sendBody = `<Send><user>kari</user><number>3</number><data>aGVsbG8=</data><data>d29ybGQ=</data><after>x</after></Send>`
const countBody = `<Count><number>3</number></Count>`
