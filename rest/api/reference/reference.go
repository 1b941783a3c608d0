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
	"sync"
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

// New returns the pages' handler, which serves [Prefix] and everything below
// it. The pages are made when the first of them is asked for: that takes half a
// second, which a gateway that starts does not have. Documents that cannot be
// read are answered with status 500.
func New(c Config) (http.Handler, error) {
	if len(c.Documents) == 0 {
		return nil, fmt.Errorf("reference: no documents")
	}
	taken := map[string]bool{"style.css": true, "page.js": true}
	for _, d := range c.Documents {
		if taken[d.Name] || !name.MatchString(d.Name) {
			return nil, fmt.Errorf("reference: a document cannot be called %q", d.Name)
		}
		taken[d.Name] = true
	}
	return handler{sync.OnceValues(func() (map[string]file, error) { return made(c) })}, nil
}

// made renders everything that is served, by its address.
func made(c Config) (map[string]file, error) {
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
	documents := make([]node, len(c.Documents))
	for i, d := range c.Documents {
		var err error
		if documents[i], err = parse(d.Text); err != nil {
			return nil, fmt.Errorf("%s: %w", d.Name, err)
		}
	}
	for i, d := range c.Documents {
		text, err := render(c, i, documents)
		if err != nil {
			return nil, fmt.Errorf("reference: %s: %w", d.Name, err)
		}
		address := Prefix + "/" + d.Name
		if served[address], err = newFile("text/html; charset=utf-8", text); err != nil {
			return nil, err
		}
		if i == 0 {
			served[Prefix] = served[address]
		}
	}
	return served, nil
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

type handler struct {
	files func() (map[string]file, error) // by address
}

// ServeHTTP implements http.Handler.
func (s handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Content-Security-Policy", policy)
	h.Set("Referrer-Policy", "no-referrer")
	files, err := s.files()
	if err != nil {
		http.Error(w, "The documents of the API cannot be read.", http.StatusInternalServerError)
		return
	}
	f, ok := files[r.URL.Path]
	if !ok {
		if f, ok = files[strings.TrimSuffix(r.URL.Path, "/")]; ok { // relative addresses would lead astray
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

// render makes the page of the document with a number; the others it leads to.
func render(c Config, number int, documents []node) ([]byte, error) {
	d, doc := c.Documents[number], documents[number]
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
	for i, other := range documents {
		if i != number {
			p.Others = append(p.Others, otherPage{other.get("info", "title").text(), Prefix + "/" + c.Documents[i].Name})
		}
	}
	var out bytes.Buffer
	err := pages.Execute(&out, p)
	return out.Bytes(), err
}
