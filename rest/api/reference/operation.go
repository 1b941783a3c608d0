package reference

import (
	"bytes"
	"encoding/json"
	"html/template"
	"net/url"
	"regexp"
	"strings"
)

// operation is one method at one path.
type operation struct {
	ID, Method string
	Path       []segment
	Summary    string
	Text       template.HTML
	Anybody    bool // wants no token
	Parameters []property
	Bodies     []content
	Answers    []answer
	Command    string
}

// segment is a part of a path; a name is in braces.
type segment struct {
	Text string
	Name bool
}

// content is a body in one media type.
type content struct {
	Type    string
	Kind    kind
	Example string
}

// answer is what one status comes with.
type answer struct {
	Status  string
	Text    template.HTML
	Headers []string
	Bodies  []content
}

// Class is the status's first digit, for its colour.
func (a answer) Class() string { return a.Status[:1] }

// Address is the path as it is written.
func (o operation) Address() string {
	var b strings.Builder
	for _, s := range o.Path {
		b.WriteString(s.Text)
	}
	return b.String()
}

var pathName = regexp.MustCompile(`\{[^}]+\}`)

// methods are the fields of a path item that are operations, in the order that they are shown.
var methods = []string{"get", "head", "post", "put", "patch", "delete"}

// operationsOf lists the operations of a document by tag.
func operationsOf(doc node, base string) map[string][]operation {
	groups := map[string][]operation{}
	for path, item := range doc.get("paths").fields() {
		for _, method := range methods {
			op := item.get(method)
			if !op.is() {
				continue
			}
			o := operation{
				ID: op.get("operationId").text(), Method: strings.ToUpper(method), Path: segmentsOf(path),
				Summary: op.get("summary").text(), Text: prose(op.get("description").text()),
				Anybody: op.get("security").is() && len(op.get("security").items()) == 0,
			}
			parameters := append(item.get("parameters").items(), op.get("parameters").items()...)
			for _, p := range parameters {
				o.Parameters = append(o.Parameters, parameterOf(p))
			}
			o.Bodies = contentsOf(op.get("requestBody"), true)
			for status, r := range op.get("responses").fields() {
				a := answer{Status: status, Text: line(r.get("description").text()), Bodies: contentsOf(r, false)}
				for name := range r.get("headers").fields() {
					a.Headers = append(a.Headers, name)
				}
				o.Answers = append(o.Answers, a)
			}
			o.Command = command(o, parameters, base)
			tag := "other"
			if tags := op.get("tags").texts(); len(tags) > 0 {
				tag = tags[0]
			}
			groups[tag] = append(groups[tag], o)
		}
	}
	return groups
}

func segmentsOf(path string) (list []segment) {
	at := 0
	for _, m := range pathName.FindAllStringIndex(path, -1) {
		if m[0] > at {
			list = append(list, segment{Text: path[at:m[0]]})
		}
		list = append(list, segment{path[m[0]:m[1]], true})
		at = m[1]
	}
	if at < len(path) {
		list = append(list, segment{Text: path[at:]})
	}
	return list
}

func parameterOf(p node) property {
	s := p.get("schema")
	return property{Name: p.get("name").text(), In: p.get("in").text(), Required: p.get("required").text() == "true",
		Kind: kindOf(s), Text: line(p.get("description").text()), Rules: rulesOf(s)}
}

// contentsOf lists the media types of a body. Examples are for what is sent:
// what comes back is shown with its schema.
func contentsOf(body node, examples bool) (list []content) {
	for mediaType, media := range body.get("content").fields() {
		c := content{Type: mediaType, Kind: kindOf(media.get("schema"))}
		switch {
		case !examples:
		case media.get("example").is():
			c.Example = indented(media.get("example").value)
		case isJSON(mediaType):
			c.Example = exampleJSON(media.get("schema"))
		}
		list = append(list, c)
	}
	return list
}

func isJSON(mediaType string) bool {
	return strings.HasPrefix(mediaType, "application/json") || strings.HasSuffix(mediaType, "+json")
}

// command is a curl command for a POSIX shell. What the caller must put in
// stands in variables; of the query there is what has an example.
func command(o operation, parameters []node, base string) string {
	var path strings.Builder
	for _, s := range o.Path {
		if s.Name {
			path.WriteString("$" + strings.ToUpper(strings.Trim(s.Text, "{}")))
		} else {
			path.WriteString(s.Text)
		}
	}
	parts := []string{"curl"}
	if o.Method != "GET" {
		parts[0] += " -X " + o.Method
	}
	if !o.Anybody {
		parts = append(parts, `-H "Authorization: Bearer $TOKEN"`)
	}
	if len(o.Bodies) > 0 {
		switch first := o.Bodies[0]; {
		case isJSON(first.Type):
			parts = append(parts, "-H 'Content-Type: "+first.Type+"'", "-d '"+strings.ReplaceAll(compact(first.Example), "'", `'\''`)+"'")
		default:
			parts = append(parts, `-H "Content-Type: $TYPE"`, `--data-binary "@$FILE"`)
		}
	}
	query := url.Values{}
	for _, p := range parameters {
		if example := p.get("example").texts(); p.get("in").text() == "query" && len(example) > 0 {
			query[p.get("name").text()] = example
		}
	}
	address := base + path.String()
	if len(query) > 0 {
		address += "?" + query.Encode()
	}
	return strings.Join(append(parts, `"`+address+`"`), " \\\n  ")
}

func compact(text string) string {
	var b bytes.Buffer
	if err := json.Compact(&b, []byte(text)); err != nil {
		return text
	}
	return b.String()
}
