package reference

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"html/template"
	"io"
	"net/http"
	"regexp"
	"slices"
	"strings"
)

//go:embed page.html style.css page.js
var files embed.FS

// Prefix is where the pages are served: the first document's at Prefix itself,
// each at Prefix/name, and what they need beside them.
const Prefix = "/docs"

// Document is one OpenAPI document.
type Document struct {
	Name    string // in the page's address: lower case letters, digits, -
	Text    []byte // OpenAPI 3.1, YAML
	Address string // where the document itself is served, for example /openapi.yaml
	Codes   []Code // of its problems; may be empty
}

// Code is one problem code.
type Code struct {
	Code   string
	Status []int
	When   string
}

// Config of the pages.
type Config struct {
	Documents []Document
	Base      string // public address of the API, without a slash at the end; for the commands
	Home      string // address of the page that leads here; "" = none
}

// file is something served. It is kept compressed: the pages are megabytes that
// few ever read.
type file struct {
	mediaType, tag string
	text           []byte // gzip
}

// policy lets a page use its own style and script, and nothing else.
const policy = "default-src 'none'; style-src 'self'; script-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"

var name = regexp.MustCompile(`^[a-z0-9-]+$`)

// New renders the pages and returns their handler, which serves [Prefix] and
// everything below it.
func New(c Config) (http.Handler, error) {
	if len(c.Documents) == 0 {
		return nil, fmt.Errorf("reference: no documents")
	}
	served := map[string]file{}
	for _, f := range []struct{ name, mediaType string }{{"style.css", "text/css; charset=utf-8"}, {"page.js", "text/javascript; charset=utf-8"}} {
		text, err := files.ReadFile(f.name)
		if err != nil {
			return nil, err
		}
		if served[Prefix+"/"+f.name], err = newFile(f.mediaType, text); err != nil {
			return nil, err
		}
	}
	for i, d := range c.Documents {
		address := Prefix + "/" + d.Name
		if _, taken := served[address]; taken || !name.MatchString(d.Name) {
			return nil, fmt.Errorf("reference: a document cannot be called %q", d.Name)
		}
		text, err := render(c, d)
		if err != nil {
			return nil, fmt.Errorf("reference: %s: %w", d.Name, err)
		}
		if served[address], err = newFile("text/html; charset=utf-8", text); err != nil {
			return nil, err
		}
		if i == 0 {
			served[Prefix] = served[address]
		}
	}
	return handler(served), nil
}

func newFile(mediaType string, text []byte) (file, error) {
	sum := sha256.Sum256(text)
	var small bytes.Buffer
	w := gzip.NewWriter(&small)
	if _, err := w.Write(text); err != nil {
		return file{}, err
	}
	if err := w.Close(); err != nil {
		return file{}, err
	}
	return file{mediaType, `"` + hex.EncodeToString(sum[:8]) + `"`, bytes.Clone(small.Bytes())}, nil
}

// writeTo writes the text as it was.
func (f file) writeTo(w io.Writer) {
	r, err := gzip.NewReader(bytes.NewReader(f.text))
	if err == nil {
		_, _ = io.Copy(w, r)
	}
}

type handler map[string]file

// ServeHTTP implements http.Handler.
func (s handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Content-Security-Policy", policy)
	h.Set("Referrer-Policy", "no-referrer")
	f, ok := s[r.URL.Path]
	if !ok {
		if f, ok = s[strings.TrimSuffix(r.URL.Path, "/")]; ok { // relative addresses would lead astray
			h.Set("Location", strings.TrimSuffix(r.URL.Path, "/"))
			w.WriteHeader(http.StatusMovedPermanently)
			return
		}
		http.Error(w, "There is no such page.", http.StatusNotFound)
		return
	}
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		h.Set("Allow", "GET, HEAD")
		http.Error(w, "This is a page to read.", http.StatusMethodNotAllowed)
		return
	}
	h.Set("Content-Type", f.mediaType)
	h.Set("ETag", f.tag)
	h.Set("Cache-Control", "public, max-age=300")
	if slices.Contains(strings.Split(strings.ReplaceAll(r.Header.Get("If-None-Match"), " ", ""), ","), f.tag) {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	f.writeTo(w)
}

// page is what the template shows.
type page struct {
	Title, Version, Summary string
	Text                    template.HTML
	Document                string // address of the document
	Home                    string
	Others                  []otherPage
	Groups                  []group
	Schemas                 []schema
	Codes                   []Code
}

// otherPage leads to another document's page.
type otherPage struct{ Title, Address string }

// group is the operations of a tag.
type group struct {
	Name       string
	Text       template.HTML
	Operations []operation
}

var pages = template.Must(template.New("page.html").Funcs(template.FuncMap{
	"line": line, "lower": strings.ToLower,
}).ParseFS(files, "page.html"))

func render(c Config, d Document) ([]byte, error) {
	doc, err := parse(d.Text)
	if err != nil {
		return nil, err
	}
	info := doc.get("info")
	p := page{
		Title: info.get("title").text(), Version: info.get("version").text(), Summary: info.get("summary").text(),
		Text: prose(info.get("description").text()), Document: d.Address, Home: c.Home,
		Schemas: schemasOf(doc), Codes: d.Codes,
	}
	operations := operationsOf(doc, c.Base)
	for _, tag := range append(doc.get("tags").items(), node{}) {
		name := tag.get("name").text()
		if !tag.is() {
			name = "other"
		}
		if len(operations[name]) > 0 {
			p.Groups = append(p.Groups, group{name, line(tag.get("description").text()), operations[name]})
		}
		delete(operations, name)
	}
	if len(operations) > 0 {
		return nil, fmt.Errorf("%d tags are used but not listed", len(operations))
	}
	for _, o := range c.Documents {
		if o.Name == d.Name {
			continue
		}
		other, err := parse(o.Text)
		if err != nil {
			return nil, err
		}
		p.Others = append(p.Others, otherPage{other.get("info", "title").text(), Prefix + "/" + o.Name})
	}
	var out bytes.Buffer
	err = pages.Execute(&out, p)
	return out.Bytes(), err
}
