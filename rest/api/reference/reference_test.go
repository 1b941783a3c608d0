package reference_test

import (
	"bytes"
	"encoding/xml"
	"errors"
	"html"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"

	"overgang/rest/api"
	"overgang/rest/api/reference"
)

func serve(t *testing.T, documents ...reference.Document) http.Handler {
	t.Helper()
	h, err := reference.New(reference.Config{Documents: documents, Base: "https://gateway.example.org", Home: "/"})
	if err != nil {
		t.Fatal(err)
	}
	return h
}

func get(h http.Handler, method, path string, header ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, path, nil)
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

// ours is the API's own document.
func ours() reference.Document {
	d := reference.Document{Name: "rest", Text: api.Document(), Address: "/openapi.yaml"}
	for _, c := range api.ProblemCodes() {
		d.Codes = append(d.Codes, reference.Code(c))
	}
	return d
}

var (
	ids      = regexp.MustCompile(` id="([^"]*)"`)
	hrefs    = regexp.MustCompile(` (?:href|src)="([^"]*)"`)
	commands = regexp.MustCompile(`(?s)<pre class="command"><code>(.*?)</code>`)
	opID     = regexp.MustCompile(`(?m)^ +operationId: (\w+)$`)
)

// TestOurPage: every operation, schema and code has its place, every link leads
// somewhere, and nothing is fetched from elsewhere.
func TestOurPage(t *testing.T) {
	h := serve(t, ours())
	page := get(h, "GET", "/docs").Body.String()
	places := map[string]bool{}
	for _, m := range ids.FindAllStringSubmatch(page, -1) {
		if places[m[1]] {
			t.Errorf("id %s twice", m[1])
		}
		places[m[1]] = true
	}
	operations := opID.FindAllStringSubmatch(string(api.Document()), -1)
	if len(operations) < 50 {
		t.Fatalf("%d operations", len(operations))
	}
	for _, m := range operations {
		if !places[m[1]] {
			t.Errorf("operation %s is not on the page", m[1])
		}
	}
	for _, c := range api.ProblemCodes() {
		if !places["code-"+c.Code] {
			t.Errorf("code %s is not on the page", c.Code)
		}
	}
	for _, m := range hrefs.FindAllStringSubmatch(page, -1) {
		switch target := html.UnescapeString(m[1]); {
		case strings.HasPrefix(target, "#"):
			if !places[target[1:]] {
				t.Errorf("a link leads to %s, which is not there", target)
			}
		case target == "/", target == "/openapi.yaml":
		case get(h, "GET", target).Code != http.StatusOK:
			t.Errorf("%s is not served", target)
		}
	}
	if strings.Contains(page, "style=") || strings.Contains(page, "onclick") || strings.Count(page, "<script") != 1 {
		t.Error("what the policy forbids is on the page")
	}
	for _, want := range []string{`<code>Idempotency-Key</code>`, `<a href="#schema-NewInstance">NewInstance</a>`, "matches ^[0-9]{1,10}$", `<span class="status s4">409</span>`,
		"application/json; profile=altinn3", "default 100", "at most 1000", "<em>Needs no token.</em>", "array of "} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %s", want)
		}
	}
}

// What HTML has and XML has not: attributes without a value, and elements
// without an end.
var (
	bare = regexp.MustCompile(` (defer|hidden|open)([ >])`)
	void = regexp.MustCompile(`<(?:meta|link|input|wbr)\b[^>]*`)
)

// TestThePageIsWellFormed: every element that is opened is closed, in its place.
func TestThePageIsWellFormed(t *testing.T) {
	page := get(serve(t, ours()), "GET", "/docs/rest").Body.String()
	d := xml.NewDecoder(strings.NewReader(void.ReplaceAllString(bare.ReplaceAllString(page, ` $1=""$2`), "$0/")))
	var open []string
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err, open)
		}
		switch e := token.(type) {
		case xml.StartElement:
			open = append(open, e.Name.Local)
		case xml.EndElement:
			if open[len(open)-1] != e.Name.Local {
				t.Fatalf("%v is closed by %s", open, e.Name.Local)
			}
			open = open[:len(open)-1]
		}
	}
	if len(open) != 0 {
		t.Errorf("not closed: %v", open)
	}
}

// TestCommandsAreShell asks a shell whether it would read the commands.
func TestCommandsAreShell(t *testing.T) {
	all := commands.FindAllStringSubmatch(get(serve(t, ours()), "GET", "/docs").Body.String(), -1)
	if len(all) < 50 {
		t.Fatalf("%d commands", len(all))
	}
	var script bytes.Buffer
	for _, m := range all {
		command := html.UnescapeString(m[1])
		if !strings.HasPrefix(command, "curl") || !strings.Contains(command, `"https://gateway.example.org/`) {
			t.Errorf("no command: %s", command)
		}
		script.WriteString(command + "\n")
	}
	sh := exec.Command("sh", "-n")
	sh.Stdin = &script
	if out, err := sh.CombinedOutput(); err != nil {
		t.Errorf("%v: %s", err, out)
	}
}

func TestServing(t *testing.T) {
	h := serve(t, ours())
	for _, c := range []struct {
		method, path string
		status       int
		kind         string
	}{
		{"GET", "/docs", 200, "text/html; charset=utf-8"},
		{"HEAD", "/docs/rest", 200, "text/html; charset=utf-8"},
		{"GET", "/docs/style.css", 200, "text/css; charset=utf-8"},
		{"GET", "/docs/page.js", 200, "text/javascript; charset=utf-8"},
		{"GET", "/docs/", 301, ""},
		{"GET", "/docs/page.html", 404, "text/plain; charset=utf-8"},
		{"GET", "/docs/../docs", 404, "text/plain; charset=utf-8"},
		{"POST", "/docs", 405, "text/plain; charset=utf-8"},
	} {
		w := get(h, c.method, c.path)
		if w.Code != c.status || w.Header().Get("Content-Type") != c.kind {
			t.Errorf("%s %s: %d %s", c.method, c.path, w.Code, w.Header().Get("Content-Type"))
		}
		if p := w.Header().Get("Content-Security-Policy"); !strings.HasPrefix(p, "default-src 'none'; ") || strings.Contains(p, "unsafe") {
			t.Errorf("%s: policy %q", c.path, p)
		}
	}
	tag := get(h, "GET", "/docs").Header().Get("ETag")
	if w := get(h, "GET", "/docs", "If-None-Match", `"x", `+tag); w.Code != http.StatusNotModified || w.Body.Len() != 0 {
		t.Errorf("%d with %s", w.Code, tag)
	}
}

const hostile = `openapi: 3.1.0
info: { title: '<b>T</b>', version: '1', description: "a *b* ` + "`<i>*c*`" + ` [l](https://example.org/?a=1&b=\"2\") [m](javascript:alert(1))\n\n* one\n  more\n* two <script>" }
tags: [{ name: t }]
paths:
  /a/{x}:
    get:
      operationId: getA
      tags: [t]
      summary: '<img src=x onerror=1>'
      parameters: [{ name: x, in: path, required: true, schema: { type: string, pattern: '<s>' } }]
      responses: { '200': { description: '"quoted"', content: { application/json: { schema: { $ref: '#/components/schemas/Loop' } } } } }
components:
  schemas:
    Loop: { type: object, properties: { again: { $ref: '#/components/schemas/Loop' }, 'na"me': { type: [string, 'null'], enum: ['</script>'] } } }
`

func TestTextIsEscaped(t *testing.T) {
	page := get(serve(t, reference.Document{Name: "h", Text: []byte(hostile), Address: "/h.yaml"}), "GET", "/docs").Body.String()
	for _, never := range []string{"<b>T", "<i>", "<img", "<script>", "<s>", `href="javascript`, "</script>\"", `na"me`} {
		if strings.Contains(page, never) {
			t.Errorf("the page has %s", never)
		}
	}
	for _, want := range []string{"a <em>b</em> <code>&lt;i&gt;*c*</code>", `<a href="https://example.org/?a=1&amp;b=&#34;2&#34;">l</a>`, "<ul><li>one more</li><li>two &lt;script&gt;</li></ul>", `<a href="#schema-Loop">Loop</a>`, "string or null"} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %s\n%s", want, page)
		}
	}
}

func TestSeveralDocuments(t *testing.T) {
	second := reference.Document{Name: "other", Text: []byte(hostile), Address: "/other.yaml"}
	h := serve(t, ours(), second)
	if page := get(h, "GET", "/docs").Body.String(); !strings.Contains(page, `<a href="/docs/other">&lt;b&gt;T&lt;/b&gt;</a>`) {
		t.Error("the first page does not lead to the second")
	}
	if page := get(h, "GET", "/docs/other").Body.String(); !strings.Contains(page, `<a href="/docs/rest">Overgang REST API</a>`) || !strings.Contains(page, `href="/other.yaml"`) {
		t.Error("the second page does not lead to the first")
	}
	for name, bad := range map[string][]reference.Document{
		"none": nil, "twice": {second, second}, "a file's name": {{Name: "style.css", Text: second.Text}},
	} {
		if _, err := reference.New(reference.Config{Documents: bad}); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
	for name, bad := range map[string]string{"no YAML": "a: [", "tag": strings.Replace(hostile, "name: t }", "name: u }", 1)} {
		if a := get(serve(t, ours(), reference.Document{Name: "x", Text: []byte(bad)}), "GET", "/docs"); a.Code != http.StatusInternalServerError {
			t.Errorf("%s: %d", name, a.Code)
		}
	}
}

// TestTheScriptIsPlain: it makes no markup from text and fetches nothing.
func TestTheScriptIsPlain(t *testing.T) {
	text, err := os.ReadFile("page.js")
	if err != nil {
		t.Fatal(err)
	}
	for _, never := range []string{"innerHTML", "eval(", "fetch(", "http:", "https:", "document.write"} {
		if bytes.Contains(text, []byte(never)) {
			t.Errorf("the script has %s", never)
		}
	}
}
