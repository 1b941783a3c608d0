package apitest

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
)

// Breaches sends a request, which is about to be sent by who may, with one rule
// of the document broken at a time: each parameter that the operation has and
// each field of a JSON body in turn. All must be refused for what is wrong with
// them, before a precondition is looked at: who repairs a stale ETag should not
// be told only then that the request never could succeed. The caller says how
// the whole request was answered: only where it was accepted, the breaches were
// what the others were refused for. They aren't sent again in this run then.
func (d *Document) Breaches(t testing.TB, r Request, send Sender) (answered func(status int)) {
	t.Helper()
	d.Spec(t)
	op, valid := d.valid(t, r)
	if op == nil || !valid {
		return func(int) {}
	}
	sent := map[string]string{} // what there is to say of each
	for _, b := range breaches(op, r) {
		name := op.OperationID + " " + b.what
		if _, known := d.breached.Load(name); known {
			continue
		}
		sent[name] = ""
		if _, valid := d.valid(t, b.Request); valid {
			continue
		}
		if status, content := send(b.Request); status < 400 || status == http.StatusPreconditionFailed || status >= 500 {
			sent[name] = fmt.Sprintf("%s %s with %s was answered %d: %s", b.Method, b.Path, b.what, status, content)
		}
	}
	return func(status int) {
		t.Helper()
		if status >= 400 {
			return
		}
		for name, wrong := range sent {
			if d.breached.Store(name, true); wrong != "" {
				t.Error(wrong)
			}
		}
	}
}

// valid finds the operation of a request and says whether the document allows
// the request; nil = there is none.
func (d *Document) valid(t testing.TB, r Request) (*openapi3.Operation, bool) {
	t.Helper()
	asked := httptest.NewRequest(r.Method, r.Path, strings.NewReader(r.Body))
	maps.Copy(asked.Header, r.Header)
	route, params, err := d.router.FindRoute(asked)
	if err != nil {
		return nil, false
	}
	err = openapi3filter.ValidateRequest(t.Context(), &openapi3filter.RequestValidationInput{
		Request: asked, PathParams: params, Route: route, Options: &openapi3filter.Options{
			AuthenticationFunc: openapi3filter.NoopAuthenticationFunc, ExcludeRequestBody: !isJSON(r.Header),
		},
	})
	return route.Operation, err == nil
}

func isJSON(h http.Header) bool {
	return strings.HasPrefix(h.Get("Content-Type"), "application/json") || strings.HasPrefix(h.Get("Content-Type"), "application/merge-patch+json")
}

// breach is a request that may break a rule of the document.
type breach struct {
	Request
	what string
}

// breaches makes requests of which most break one rule each.
func breaches(op *openapi3.Operation, r Request) (all []breach) {
	takesIfMatch := op.Parameters.GetByInAndName("header", "If-Match") != nil
	add := func(what string, broken Request) {
		if takesIfMatch {
			broken.Header = with(broken.Header, "If-Match", `"stale"`)
		}
		all = append(all, breach{broken, what})
	}
	for _, ref := range op.Parameters {
		p := ref.Value
		for _, value := range wrongTexts(p.Schema.Value) {
			what := fmt.Sprintf("%s %s = %.40q", p.In, p.Name, value)
			switch p.In {
			case "query":
				add(what, withQuery(r, p.Name, value))
			case "header":
				add(what, Request{r.Method, r.Path, with(r.Header, p.Name, value), r.Body})
			}
		}
	}
	if op.RequestBody == nil || !isJSON(r.Header) {
		return all
	}
	content := op.RequestBody.Value.Content.Get(r.Header.Get("Content-Type"))
	var sent any
	if content == nil || content.Schema == nil || json.Unmarshal([]byte(r.Body), &sent) != nil {
		return all
	}
	wrongValues(content.Schema.Value, sent, "", func(what string, body any) {
		text, err := json.Marshal(body)
		if err != nil {
			panic(err)
		}
		add("body "+what, Request{r.Method, r.Path, r.Header, string(text)})
	})
	return all
}

func with(h http.Header, name, value string) http.Header {
	h = h.Clone()
	if h == nil {
		h = http.Header{}
	}
	h.Set(name, value)
	return h
}

func withQuery(r Request, name, value string) Request {
	path, query, _ := strings.Cut(r.Path, "?")
	values, _ := url.ParseQuery(query)
	values.Set(name, value)
	r.Path = path + "?" + values.Encode()
	return r
}

// wrongTexts are values of a parameter of which most break its schema.
func wrongTexts(s *openapi3.Schema) []string {
	if s.Type.Is("array") && s.Items != nil {
		return wrongTexts(s.Items.Value)
	}
	if s.Type.Is("string") && s.Pattern == "" && s.Format == "" && s.Enum == nil && s.MinLength == 0 && s.MaxLength == nil {
		return nil
	}
	all := []string{"", "~", "-1", "1.5", "99999999999", "true\u00e6"}
	if s.MaxLength != nil {
		all = append(all, strings.Repeat("a", int(*s.MaxLength)+1), strings.Repeat("1", int(*s.MaxLength)+1))
	}
	return all
}

// wrongValues makes bodies of which most break one rule of the schema each, out
// of one that breaks none.
func wrongValues(s *openapi3.Schema, sent any, at string, emit func(what string, body any)) {
	for _, value := range []any{nil, true, 1.5, -1, 1e12, "", "~", []any{}, map[string]any{}} {
		emit(fmt.Sprintf("%s = %v (%T)", at, value, value), value)
	}
	if s.MaxLength != nil {
		emit(at+" too long", strings.Repeat("a", int(*s.MaxLength)+1))
	}
	if items, ok := sent.([]any); ok && s.Items != nil {
		if len(items) > 0 {
			if s.MaxItems != nil {
				emit(at+" of too many", slices.Repeat(items[:1], int(*s.MaxItems)+1))
			}
			wrongValues(s.Items.Value, items[0], at+"/0", func(what string, item any) {
				emit(what, append([]any{item}, items[1:]...))
			})
		}
		return
	}
	fields, ok := sent.(map[string]any)
	if !ok {
		return
	}
	change := func(what, name string, value any, drop bool) {
		changed := maps.Clone(fields)
		if changed[name] = value; drop {
			delete(changed, name)
		}
		emit(what, changed)
	}
	change(at+"/unknown", "unknown", "x", false)
	for name, ref := range properties(s) {
		change(at+"/"+name+" left out", name, nil, true)
		wrongValues(ref.Value, fields[name], at+"/"+name, func(what string, value any) { change(what, name, value, false) })
	}
}

// properties are a schema's own and those of what it is composed of.
func properties(s *openapi3.Schema) openapi3.Schemas {
	all := maps.Clone(s.Properties)
	if all == nil {
		all = openapi3.Schemas{}
	}
	for _, part := range slices.Concat(s.AllOf, s.AnyOf, s.OneOf) {
		maps.Copy(all, properties(part.Value))
	}
	return all
}
