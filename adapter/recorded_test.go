package adapter_test

import (
	"bytes"
	"flag"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"overgang/soap"
)

// record makes a recording in place of replaying them: testdata/golden/recorded/record.
var record = flag.String("record", "", "serve what a recording starts from, and write to this file what clients say and are answered, until SIGTERM")

// recorded are exchanges with clients that others wrote, byte for byte. Their
// files are golden cases with two more things: a section "lifetime" of session
// tokens, and with each request the time that it came at:
//
//	at: 2026-11-22T10:00:00.001Z
//
// What was secret in them are the secrets of testdata alone.
const recorded = golden + "/recorded"

// TestRecorded replays the recordings: with the clock, the key ring and the
// randomness of then, every answer is the same.
func TestRecorded(t *testing.T) {
	if *record != "" {
		recordExchanges(t, *record)
		return
	}
	files, err := filepath.Glob(filepath.Join(recorded, "*.txtar"))
	if err != nil || len(files) < 3 {
		t.Fatalf("%d recordings: %v", len(files), err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			archive, err := txtar.ParseFile(file)
			if err != nil {
				t.Fatal(err)
			}
			s, sections := recordedStack(t, archive)
			if len(sections) < 4 || len(sections)%2 != 0 {
				t.Fatalf("%d requests and responses", len(sections))
			}
			for i := 0; i < len(sections); i += 2 {
				got := rendered(s.replay(t, sections[i].Data))
				if diff := cmp.Diff(string(sections[i+1].Data), string(got)); diff != "" {
					t.Fatalf("response %d:\n%s", i/2+1, diff)
				}
			}
			again := rendered(s.replay(t, sections[len(sections)-2].Data))
			if signed := bytes.Contains(sections[len(sections)-2].Data, []byte("SignatureValue>")); signed && !bytes.Contains(again, []byte("wsse:InvalidSecurity")) {
				t.Errorf("the last request again: %s", again)
			}
		})
	}
}

// recordedStack is the stack that a recording starts from, and its exchanges.
func recordedStack(t *testing.T, archive *txtar.Archive) (*stack, []txtar.File) {
	t.Helper()
	var state []byte
	var lifetimes []time.Duration
	sections := archive.Files
	for ; len(sections) > 0 && sections[0].Name != "request"; sections = sections[1:] {
		switch sections[0].Name {
		case "state":
			state = sections[0].Data
		case "lifetime":
			d, err := time.ParseDuration(strings.TrimSpace(string(sections[0].Data)))
			if err != nil {
				t.Fatal(err)
			}
			lifetimes = append(lifetimes, d)
		default:
			t.Fatalf("section %q", sections[0].Name)
		}
	}
	return newStack(t, state, soap.Limits{}, lifetimes...), sections
}

// replay sets the clock to the time of a request and sends it.
func (s *stack) replay(t *testing.T, section []byte) *httptest.ResponseRecorder {
	t.Helper()
	req := parseRequest(t, s, section)
	at, err := time.Parse(time.RFC3339Nano, req.Header.Get("At"))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Del("At")
	s.clock.advance(at.Sub(s.clock.now()))
	rec := httptest.NewRecorder()
	s.server.ServeHTTP(rec, req)
	return rec
}

// recordExchanges serves the start of the recording in file, its sections up to
// the first request, and writes the exchanges behind them. Documents are served,
// and not recorded. Address and certificate go beside the file.
func recordExchanges(t *testing.T, file string) {
	archive, err := txtar.ParseFile(file)
	if err != nil {
		t.Fatal(err)
	}
	s, old := recordedStack(t, archive)
	archive.Files = archive.Files[:len(archive.Files)-len(old)]
	documents := newStack(t, nil, soap.Limits{}).server // ids are counted
	var mu sync.Mutex
	var last time.Time
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodGet {
			documents.ServeHTTP(w, r)
			return
		}
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return
		}
		mu.Lock()
		defer mu.Unlock()
		at := time.Now().UTC().Truncate(time.Millisecond)
		if !at.After(last) {
			at = last.Add(time.Millisecond)
		}
		last = at
		var request bytes.Buffer
		fmt.Fprintf(&request, "%s %s HTTP/1.1\nat: %s\n", r.Method, r.URL.RequestURI(), at.Format(time.RFC3339Nano))
		for _, name := range []string{"Content-Type", "SOAPAction"} {
			for _, value := range r.Header.Values(name) {
				fmt.Fprintf(&request, "%s: %s\n", name, value)
			}
		}
		fmt.Fprintf(&request, "\n%s\n", body)
		rec := s.replay(t, request.Bytes())
		archive.Files = append(archive.Files, txtar.File{Name: "request", Data: request.Bytes()}, txtar.File{Name: "response", Data: rendered(rec)})
		for name, values := range rec.Header() {
			w.Header()[name] = values
		}
		w.WriteHeader(rec.Code)
		_, _ = w.Write(rec.Body.Bytes())
	}))
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	server.StartTLS()
	stop := make(chan os.Signal, 1)
	signal.Notify(stop, syscall.SIGTERM, os.Interrupt)
	if err := os.WriteFile(file+".url", []byte(server.URL), 0o600); err != nil {
		t.Fatal(err)
	}
	<-stop
	server.Close()
	if err := os.WriteFile(file, txtar.Format(archive), 0o644); err != nil {
		t.Fatal(err)
	}
}
