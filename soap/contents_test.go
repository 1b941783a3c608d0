package soap

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"overgang/soap/codec"
	"overgang/wsdl"
)

// shelf is a service whose answers have content that is read as they go out.
type shelf struct {
	answer  any
	opened  int
	closed  int
	records chan Record
}

// A book comes in a part of its own, pages stand in the envelope.
type (
	fetchResponse struct {
		Kind   string
		Result *codec.Part
	}
	readResponse struct{ Pages []*codec.Inline }
)

const shelfPath = "/Shelf/ShelfBasic.svc"

func newShelf(t *testing.T) (*shelf, *httptest.Server) {
	t.Helper()
	const space = "urn:test:shelf"
	particle := func(name string, typ *wsdl.Type, max int) *wsdl.Element { return element(space, name, typ, 0, max) }
	bytes := &wsdl.Type{Kind: wsdl.KindBase64}
	operation := func(name string, fields ...*wsdl.Element) *wsdl.Operation {
		return &wsdl.Operation{Name: name, Action: space + "/" + name, ReplyAction: space + "/" + name + "Response",
			Input:  element(space, name, &wsdl.Type{Kind: wsdl.KindComplex}, 1, 1),
			Output: element(space, name+"Response", &wsdl.Type{Kind: wsdl.KindComplex, Fields: fields}, 1, 1)}
	}
	s := &shelf{records: make(chan Record, 1)}
	row := func(name string, response any) Operation {
		return Operation{Base: name, Names: map[wsdl.Flavour][]string{wsdl.Basic: {name}}, Request: (*empty)(nil), Response: response,
			Handle: func(context.Context, *Call, any) (any, error) { return s.answer, nil }}
	}
	server, err := New(&wsdl.Contract{Endpoints: []*wsdl.Endpoint{{Name: "ShelfBasic", Flavour: wsdl.Basic, SOAP: "1.1", Paths: []string{shelfPath}, Operations: []*wsdl.Operation{
		operation("Fetch", particle("Kind", &wsdl.Type{Kind: wsdl.KindString, Enum: []string{"Book"}}, 1), particle("FetchResult", bytes, 1)),
		operation("Read", particle("Pages", bytes, wsdl.Unbounded)),
	}}}}, []Service{{Name: "Shelf", Operations: []Operation{row("Fetch", (*fetchResponse)(nil)), row("Read", (*readResponse)(nil))}}},
		Options{Observe: func(r Record) { s.records <- r }})
	if err != nil {
		t.Fatal(err)
	}
	h := httptest.NewServer(server)
	t.Cleanup(h.Close)
	return s, h
}

// content is what is on the shelf; it counts how often it is closed.
type content struct {
	io.Reader
	of   *shelf
	once sync.Once
}

func (c *content) Close() error {
	c.once.Do(func() { c.of.closed++ })
	return nil
}

func (s *shelf) open(text string) io.ReadCloser {
	s.opened++
	return &content{Reader: strings.NewReader(text), of: s}
}

// page is content of which so many bytes are promised.
func (s *shelf) page(text string, size int) *codec.Inline {
	return &codec.Inline{Size: int64(size), Open: func() (io.ReadCloser, error) { return s.open(text), nil }}
}

var errShelf = errors.New("the shelf is gone")

func (s *shelf) lost() *codec.Inline {
	return &codec.Inline{Size: 1, Open: func() (io.ReadCloser, error) { return nil, errShelf }}
}

// fetch calls the service; an answer that breaks off is an error.
func (s *shelf) fetch(server *httptest.Server) (string, error) {
	operation := "Fetch"
	if _, ok := s.answer.(*readResponse); ok {
		operation = "Read"
	}
	r, err := http.Post(server.URL+shelfPath, "text/xml", strings.NewReader(`<s:Envelope xmlns:s="`+NS11+`"><s:Body><`+operation+` xmlns="urn:test:shelf"/></s:Body></s:Envelope>`))
	if err != nil {
		return "", err
	}
	defer r.Body.Close()
	body, err := io.ReadAll(r.Body)
	return string(body), err
}

// TestContents: what an answer has open is closed whatever happens. What is known
// to fail before the first byte is a fault; what fails later breaks the answer off,
// and counts as ours.
func TestContents(t *testing.T) {
	for name, c := range map[string]struct {
		answer func(*shelf) any
		want   string // "" = broken off
		server bool
	}{
		"pages": {func(s *shelf) any {
			return &readResponse{Pages: []*codec.Inline{s.page("abc", 3), s.page("d", 1)}}
		}, "<Pages>YWJj</Pages><Pages>ZA==</Pages>", false},
		"a part": {func(s *shelf) any {
			return &fetchResponse{Result: &codec.Part{Content: s.open("abc"), Size: 3}}
		}, "\r\n\r\nabc\r\n--", false},
		"unencodable": {func(s *shelf) any {
			return &fetchResponse{Kind: "Shelf", Result: &codec.Part{Content: s.open("abc"), Size: 3}}
		}, "<s:Fault>", true},
		"the first page lost": {func(s *shelf) any { return &readResponse{Pages: []*codec.Inline{s.lost(), s.page("d", 1)}} }, "<s:Fault>", true},
		"the second page lost": {func(s *shelf) any {
			return &readResponse{Pages: []*codec.Inline{s.page("abc", 3), s.lost()}}
		}, "", true},
		"a page too short":     {func(s *shelf) any { return &readResponse{Pages: []*codec.Inline{s.page("abc", 4)}} }, "", true},
		"a page longer is cut": {func(s *shelf) any { return &readResponse{Pages: []*codec.Inline{s.page("abcd", 3)}} }, "<Pages>YWJj</Pages>", false},
		"a part that is short": {func(s *shelf) any {
			return &fetchResponse{Result: &codec.Part{Content: s.open("abc"), Size: 4}}
		}, "", true},
		"nothing, and no value": {func(*shelf) any { return (*fetchResponse)(nil) }, "<s:Fault>", true},
	} {
		s, server := newShelf(t)
		s.answer = c.answer(s)
		body, err := s.fetch(server)
		switch record := <-s.records; {
		case (err != nil) != (c.want == "") || !strings.Contains(body, c.want):
			t.Errorf("%s: %v, %s", name, err, body)
		case s.opened != s.closed:
			t.Errorf("%s: %d contents were opened, %d closed", name, s.opened, s.closed)
		case record.Server != c.server:
			t.Errorf("%s: the record says %v of whose fault it is, with %v", name, record.Server, record.Err)
		}
	}
}

// TestSent: that content was sent is noted before the message ends, so that a client
// which has read it all finds it noted.
func TestSent(t *testing.T) {
	s, server := newShelf(t)
	w := httptest.NewRecorder()
	var before string
	s.answer = &fetchResponse{Result: &codec.Part{Content: s.open("abc"), Size: 3, Sent: func() error { before = w.Body.String(); return errShelf }}}
	r := httptest.NewRequest("POST", shelfPath, strings.NewReader(`<s:Envelope xmlns:s="`+NS11+`"><s:Body><Fetch xmlns="urn:test:shelf"/></s:Body></s:Envelope>`))
	r.Header.Set("Content-Type", "text/xml")
	server.Config.Handler.ServeHTTP(w, r)
	record := <-s.records
	if !strings.HasSuffix(before, "\r\n\r\nabc") || !strings.HasSuffix(w.Body.String(), "--\r\n") || !errors.Is(record.Err, errShelf) || record.Outcome != Answered {
		t.Errorf("sent behind %q, %v of %q", before, record.Err, w.Body)
	}
}
