package adapter_test

import (
	"bytes"
	"flag"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"overgang/adapter"
	"overgang/soap"
	"overgang/wsdl"
)

// update rewrites the golden responses and the README's matrix.
var update = flag.Bool("update", false, "rewrite golden responses and the README's operation matrix")

// golden is where the cases are. A case is a txtar file:
//
//	what it shows
//	-- state --
//	YAML that is imported on top of state.yaml; may be missing
//	-- request --
//	POST /path HTTP/1.1
//	header: value
//	wait: 31m            (not a header: time that passes before the request)
//
//	body
//	-- response --
//	HTTP/1.1 200 OK
//	Content-Type: …
//
//	body
//
// Requests and responses alternate. A case runs on a store of its own. In place
// of <security/> comes a Security header that is signed in a session of the
// enterprise user.
const golden = "../testdata/golden"

func TestGolden(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(golden, "*.txtar"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no golden cases: %v", err)
	}
	schemas := newSchemas(t)
	seen := &coverage{}
	secrets := newSecrets()
	var logs bytes.Buffer
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			runCase(t, file, schemas, seen, secrets, &logs)
		})
	}
	if t.Failed() {
		return
	}
	t.Run("coverage", func(t *testing.T) { seen.check(t) })
	t.Run("logs", func(t *testing.T) { secrets.check(t, logs.String()) })
}

func runCase(t *testing.T, file string, schemas *schemas, seen *coverage, secrets *secrets, logs *bytes.Buffer) {
	archive, err := txtar.ParseFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var state []byte
	for _, f := range archive.Files {
		if f.Name == "state" {
			state = f.Data
		}
	}
	s := newStack(t, state, soap.Limits{})
	secrets.add(s.state)
	changed := false
	for i := 0; i < len(archive.Files); i++ {
		f := archive.Files[i]
		if f.Name == "state" {
			continue
		}
		if f.Name != "request" {
			t.Fatalf("section %q where a request is expected", f.Name)
		}
		secrets.add(f.Data)
		req := parseRequest(t, s, f.Data)
		rec := httptest.NewRecorder()
		s.answer(t, rec, req)
		got := rendered(rec)
		schemas.check(t, req.URL.Path, rec.Body.Bytes())
		seen.add(schemas.contract.EndpointAt(req.URL.Path), f.Data, rec)
		if i+1 < len(archive.Files) && archive.Files[i+1].Name == "response" {
			i++
			want := archive.Files[i].Data
			if !bytes.Equal(want, got) && *update {
				archive.Files[i].Data, changed = got, true
			} else if diff := cmp.Diff(string(want), string(got)); diff != "" {
				t.Errorf("response %d:\n%s", (i+1)/2, diff)
			}
		} else if *update {
			archive.Files = append(archive.Files[:i+1], append([]txtar.File{{Name: "response", Data: got}}, archive.Files[i+1:]...)...)
			i, changed = i+1, true
		} else {
			t.Errorf("no response in the file; got:\n%s", got)
		}
	}
	logs.Write(s.logs())
	if changed {
		if err := os.WriteFile(file, txtar.Format(archive), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// parseRequest reads a request section; "wait" moves the clock.
func parseRequest(t *testing.T, s *stack, data []byte) *http.Request {
	t.Helper()
	head, body, ok := strings.Cut(string(data), "\n\n")
	lines := strings.Split(head, "\n")
	first := strings.Fields(lines[0])
	if !ok && len(first) == 0 || len(first) < 2 {
		t.Fatalf("not a request: %.60q", data)
	}
	body = strings.TrimSuffix(body, "\n")
	req := httptest.NewRequest(first[0], first[1], nil)
	for _, line := range lines[1:] {
		name, value, ok := strings.Cut(line, ":")
		if !ok {
			t.Fatalf("not a header: %q", line)
		}
		value = strings.TrimSpace(value)
		if strings.EqualFold(name, "wait") {
			d, err := time.ParseDuration(value)
			if err != nil {
				t.Fatal(err)
			}
			s.clock.advance(d)
			continue
		}
		req.Header[http.CanonicalHeaderKey(name)] = append(req.Header[http.CanonicalHeaderKey(name)], value)
	}
	if strings.Contains(body, "<security/>") {
		body = s.secured(t, req.URL.Path, body)
	}
	req.Body = io.NopCloser(strings.NewReader(body))
	req.ContentLength = int64(len(body))
	return req
}

// rendered is the response section for what came.
func rendered(rec *httptest.ResponseRecorder) []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "HTTP/1.1 %d %s\n", rec.Code, http.StatusText(rec.Code))
	for _, name := range []string{"Content-Type", "Retry-After"} {
		if v := rec.Header().Get(name); v != "" {
			fmt.Fprintf(&b, "%s: %s\n", name, v)
		}
	}
	fmt.Fprintf(&b, "\n%s", rec.Body.Bytes())
	if !bytes.HasSuffix(b.Bytes(), []byte("\n")) {
		b.WriteByte('\n')
	}
	return b.Bytes()
}

// coverage is which operations answered, and which faulted, by flavour and name.
type coverage struct{ answered, faulted map[string]bool }

var bodyElement = regexp.MustCompile(`Body[^>]*>\s*<(?:[\w-]+:)?(\w+)`)

func (c *coverage) add(at *wsdl.Endpoint, request []byte, rec *httptest.ResponseRecorder) {
	if c.answered == nil {
		c.answered, c.faulted = map[string]bool{}, map[string]bool{}
	}
	name := operationIn(at, request)
	if name == "" {
		return
	}
	switch rec.Code {
	case http.StatusOK:
		c.answered[name] = true
	case http.StatusInternalServerError:
		c.faulted[name] = true
	}
}

// operationIn is the flavour and the operation of a request; "" = it is none.
func operationIn(at *wsdl.Endpoint, request []byte) string {
	m := bodyElement.FindSubmatch(request)
	if m == nil || at == nil {
		return ""
	}
	name := string(at.Flavour) + " " + string(m[1])
	for _, op := range at.Operations {
		if op.Input.Name.Local == string(m[1]) { // streamed operations have another element
			name = string(at.Flavour) + " " + op.Name
		}
	}
	return name
}

// check demands an answer and a fault of every operation in the tables. Test
// and GetAuthenticationChallenge have no fault of their own.
func (c *coverage) check(t *testing.T) {
	for _, s := range adapter.Services(adapter.Config{}) {
		for _, op := range s.Operations {
			for flavour, names := range op.Names {
				for _, name := range names {
					name := string(flavour) + " " + name
					if !c.answered[name] {
						t.Errorf("no golden case answers %s", name)
					}
					if !c.faulted[name] && op.Base != "Test" && op.Base != "GetAuthenticationChallenge" {
						t.Errorf("no golden case faults %s", name)
					}
				}
			}
		}
	}
}
