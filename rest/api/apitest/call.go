package apitest

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"overgang/rest/api"
)

// Call is one request. As is the name of its caller; empty = nobody.
type Call struct {
	Method, Path string // GET, if empty
	As           string
	Header       http.Header
	Body         string
	// Elsewhere says that Path is the whole one, of another API than the tested:
	// the exchange isn't checked.
	Elsewhere bool
	Unlisted  bool // the document has no such operation: the exchange isn't checked
}

// Answer is what came back.
type Answer struct {
	*http.Response
	Content []byte
}

// Do sends a request to the gateway, and checks the exchange against its document.
func (g *Gateway) Do(c Call) Answer {
	g.t.Helper()
	if c.Header == nil && strings.HasPrefix(c.Body, "{") {
		c.Header = Header("Content-Type", "application/json")
	}
	if c.Method == "" {
		c.Method = http.MethodGet
	}
	path := g.face.Base + c.Path
	if c.Elsewhere {
		path = c.Path
	}
	request := Request{c.Method, path, c.Header, c.Body}
	operation := ""
	if !c.Unlisted && !c.Elsewhere && c.As != "" {
		operation = g.face.Document.Strangers(g.t, request, g.as("stranger"), g.as("strange"))
	}
	answered := func(int) {}
	if !c.Unlisted && !c.Elsewhere {
		answered = g.face.Document.Breaches(g.t, request, g.as(c.As))
	}
	response, content := send(g.t, g.URL, request, c.As)
	answered(response.StatusCode)
	g.face.Document.Answered(operation, response.StatusCode)
	if !c.Unlisted && !c.Elsewhere {
		g.face.Document.Check(g.t, Exchange{Method: c.Method, Path: path, Header: c.Header, Sent: c.Body, Response: response, Content: content})
	}
	return Answer{response, content}
}

// as sends requests as one caller.
func (g *Gateway) as(caller string) Sender { return Bearer(g.t, g.URL, caller) }

// Want fails unless the answer has the status, and for problems the code.
func (a Answer) Want(t testing.TB, status int, code string) Answer {
	t.Helper()
	if a.StatusCode != status {
		t.Fatalf("status %d, want %d: %s", a.StatusCode, status, a.Content)
	}
	if status < 400 {
		return a
	}
	var p api.Problem
	a.JSON(t, &p)
	if p.Status != status || p.Code != code || a.Response.Header.Get("Content-Type") != "application/problem+json" {
		t.Errorf("%+v, want code %q", p, code)
	}
	return a
}

// JSON decodes the answer's content.
func (a Answer) JSON(t testing.TB, into any) {
	t.Helper()
	if err := json.Unmarshal(a.Content, into); err != nil {
		t.Fatalf("%v: %s", err, a.Content)
	}
}

// Header makes a header from pairs.
func Header(pairs ...string) http.Header {
	h := http.Header{}
	for i := 0; i < len(pairs); i += 2 {
		h.Add(pairs[i], pairs[i+1])
	}
	return h
}
