package api_test

import (
	"bufio"
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"overgang/rest/api"
	"overgang/rest/api/token"
)

// feedReader reads an open stream line by line.
type feedReader struct {
	t     *testing.T
	lines chan string // closed at the stream's end
	close func()
}

// open opens a stream; the answer is its headers.
func (g *gateway) open(path, accept string, as token.Grant) (*http.Response, *feedReader) {
	g.t.Helper()
	ctx, cancel := context.WithCancel(g.t.Context())
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, g.url+path, nil)
	if err != nil {
		g.t.Fatal(err)
	}
	r.Header.Set("Accept", accept)
	r.Header.Set("Authorization", "Bearer "+g.token(as))
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		cancel()
		g.t.Fatal(err)
	}
	f := &feedReader{t: g.t, lines: make(chan string, 100)}
	done := make(chan struct{})
	f.close = func() { cancel(); <-done }
	go func() {
		defer close(done)
		defer close(f.lines)
		defer response.Body.Close()
		for s := bufio.NewScanner(response.Body); s.Scan(); {
			f.lines <- s.Text()
		}
	}()
	g.t.Cleanup(f.close)
	return response, f
}

// line is the next line; "end" after the last.
func (f *feedReader) line() string {
	f.t.Helper()
	select {
	case l, ok := <-f.lines:
		if !ok {
			return "end"
		}
		return l
	case <-time.After(time.Minute):
		f.t.Fatal("no line in a minute")
		return ""
	}
}

func (f *feedReader) id() string {
	f.t.Helper()
	var e struct{ Id string }
	line := f.line()
	if err := json.Unmarshal([]byte(line), &e); err != nil {
		f.t.Fatalf("%q: %v", line, err)
	}
	return e.Id
}

func TestStreamTellsWhatWasAndWhatHappens(t *testing.T) {
	g := newGateway(t)
	g.create(person)
	g.create(person)
	response, f := g.open(feedPath+"?after=1", "application/x-ndjson", asOwner)
	if response.StatusCode != 200 || response.Header.Get("Content-Type") != "application/x-ndjson" {
		t.Fatalf("%d %v", response.StatusCode, response.Header)
	}
	if id := f.id(); id != "2" {
		t.Errorf("first line is event %s", id)
	}
	g.create(person)
	if id := f.id(); id != "3" {
		t.Errorf("then comes event %s", id)
	}
	f.close()
	_, again := g.open(feedPath+"?after=3", "application/x-ndjson", asOwner)
	g.create(person)
	if id := again.id(); id != "4" {
		t.Errorf("resumed, the next is event %s", id)
	}
}

func TestStreamFiltersByStepAndDate(t *testing.T) {
	g := newGateway(t)
	for range 3 {
		g.create(person)
	}
	g.core.events[1].Step = "Submit"
	_, f := g.open(feedPath+"?after=2026-03-01&workflow.currentStep=Submit", "application/x-ndjson;profile=cloudevents", asOwner)
	var e api.CloudEvent
	if err := json.Unmarshal([]byte(f.line()), &e); err != nil || e.Id != "2" || e.Specversion != "1.0" || e.Data.WorkflowStep != "Submit" {
		t.Errorf("%+v %v", e, err)
	}
}

func TestStreamOfMoreThanABatch(t *testing.T) {
	g := newGateway(t)
	i := g.create(person)
	for n := range 249 {
		e := g.core.events[0]
		e.ID = int64(n + 2)
		g.core.events = append(g.core.events, e)
	}
	_, f := g.open(feedPath, "application/x-ndjson", asOwner)
	last := ""
	for range 250 {
		last = f.id()
	}
	if last != "250" {
		t.Errorf("the 250th line is event %s of %s", last, i.Id)
	}
}

func TestStreamsBeatAndEnd(t *testing.T) {
	stopping := make(chan struct{})
	g := newGateway(t, func(c *api.Config) { c.Limits.Heartbeat = 10 * time.Millisecond; c.Stopping = stopping })
	_, f := g.open(feedPath, "application/x-ndjson", asOwner)
	for range 3 {
		if l := f.line(); l != "" {
			t.Fatalf("a quiet stream says %q", l)
		}
	}
	_, short := g.open(feedPath, "application/x-ndjson", token.Grant{Owner: "ttd", Lifetime: time.Second})
	for l := short.line(); l != "end"; l = short.line() {
		if l != "" {
			t.Fatalf("line %q", l)
		}
	}
	close(stopping)
	for l := f.line(); l != "end"; l = f.line() {
		if l != "" {
			t.Fatalf("line %q", l)
		}
	}
	if log := g.logs.String(); strings.Contains(log, "broken-off") {
		t.Errorf("a stream was cut off:\n%s", log)
	}
}

func TestStreamsAreBounded(t *testing.T) {
	g := newGateway(t, func(c *api.Config) { c.Limits.Streams, c.Limits.CallerStreams = 2, 1 })
	_, first := g.open(feedPath, "application/x-ndjson", asOwner)
	lines := header("Accept", "application/x-ndjson")
	a := g.do(call{path: feedPath, as: asOwner, header: lines}).want(t, 429, "streams-many")
	if a.Header.Get("Retry-After") == "" {
		t.Error("no Retry-After")
	}
	first.close()
	deadline := time.Now().Add(time.Minute)
	for { // the server learns of it in its own time
		response, again := g.open(feedPath, "application/x-ndjson", asOwner)
		again.close()
		if response.StatusCode == 200 {
			break
		}
		if time.Now().After(deadline) {
			t.Fatal("a closed stream still counts")
		}
	}

	g = newGateway(t, func(c *api.Config) { c.Limits.Streams, c.Limits.CallerStreams = 1, 5 })
	g.open(feedPath, "application/x-ndjson", asOwner)
	g.do(call{path: feedPath, as: asOwner, header: lines}).want(t, 503, "streams-full")
}

func TestStreamRefusals(t *testing.T) {
	g := newGateway(t)
	lines := header("Accept", "application/x-ndjson")
	g.do(call{path: feedPath + "?size=10", as: asOwner, header: lines}).want(t, 400, "size-stream")
	g.do(call{path: feedPath + "?after=x", as: asOwner, header: lines}).want(t, 400, "after-invalid")
	g.do(call{path: feedPath, as: asOther, header: lines}).want(t, 404, "application-unknown")
	g.do(call{path: feedPath, as: asUser, header: lines}).want(t, 404, "application-unknown")
	a := g.do(call{method: http.MethodHead, path: feedPath, as: asOwner, header: lines}).want(t, 200, "")
	if a.Header.Get("Content-Type") != "application/x-ndjson" {
		t.Error(a.Header)
	}
}

func TestFeedRenderings(t *testing.T) {
	g := newGateway(t)
	i := g.create(person)
	for accept, kind := range map[string]string{
		"":                                   "application/json",
		"*/*":                                "application/json",
		"text/html":                          "application/json",
		"application/cloudevents-batch+json": "application/cloudevents-batch+json",
		"application/json;profile=altinn3":   "application/json; profile=altinn3",
		"application/x-ndjson;q=0.5, */*":    "application/json",
		"*/*;q=0.1, application/cloudevents-batch+json;q=0.9": "application/cloudevents-batch+json",
	} {
		h := header()
		if accept != "" {
			h.Set("Accept", accept)
		}
		a := g.do(call{path: feedPath, as: asOwner, header: h}).want(t, 200, "")
		if got := a.Header.Get("Content-Type"); got != kind {
			t.Errorf("Accept %q: %s, want %s", accept, got, kind)
		}
	}
	var events []api.CloudEvent
	g.do(call{path: feedPath, as: asOwner, header: header("Accept", "application/cloudevents-batch+json")}).json(t, &events)
	e := events[0]
	if e.Id != "1" || e.Type != "app.instance.created" || e.Source != i.SelfLinks.Apps || e.Subject != "/party/50001" ||
		e.Resource != "urn:altinn:resource:app_ttd_melding" || e.Resourceinstance != i.Id || e.Data.UserId != "person:50001" {
		t.Errorf("%+v", e)
	}
}
