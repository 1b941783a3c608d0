package apitest

import (
	"context"
	"flag"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/getkin/kin-openapi/routers/gorillamux"
)

// Document is an OpenAPI document that exchanges are held against. It remembers
// which of the answers that it promises a run has shown.
type Document struct {
	text    []byte
	router  routers.Router
	spec    *openapi3.T
	read    func() error
	shown   sync.Map // "operationId status"
	refused sync.Map // operationId: strangers were refused what others were answered

	breached sync.Map // "operationId rule": the rule was broken
}

// NewDocument makes a document of its text, which is read at the first use.
func NewDocument(text []byte) *Document {
	d := &Document{text: text}
	d.read = sync.OnceValue(func() (err error) {
		if d.spec, err = openapi3.NewLoader().LoadFromData(text); err != nil {
			return err
		}
		if err = d.spec.Validate(context.Background()); err == nil {
			d.router, err = gorillamux.NewRouter(d.spec)
		}
		return err
	})
	return d
}

// Spec is the document itself.
func (d *Document) Spec(t testing.TB) *openapi3.T {
	t.Helper()
	if err := d.read(); err != nil {
		t.Fatal(err)
	}
	return d.spec
}

// Elsewhere are statuses that every face answers alike, in one way: rest/api's
// own tests show them.
var Elsewhere = []string{"429", "500", "503"}

// Main runs a package's tests, for its TestMain. It fails whole runs whose
// document promises a status that no exchange has shown, but for those elsewhere,
// or has an operation on records that no stranger was refused.
func (d *Document) Main(m *testing.M, elsewhere ...string) {
	code := m.Run()
	if code == 0 && Whole() {
		for _, missing := range append(d.missing(elsewhere), d.Unrefused()...) {
			fmt.Println(missing)
			code = 1
		}
	}
	os.Exit(code)
}

// Whole says that this run of a package's tests ran all of them: only such a run
// may be asked what it has shown.
func Whole() bool {
	return !slices.ContainsFunc([]string{"run", "skip", "list", "fuzz"}, func(name string) bool {
		return flag.Lookup("test."+name).Value.String() != ""
	})
}

// missing lists what the document promises and no exchange has shown.
func (d *Document) missing(elsewhere []string) (list []string) {
	if err := d.read(); err != nil {
		return []string{err.Error()}
	}
	for _, path := range d.spec.Paths.InMatchingOrder() {
		for _, op := range d.spec.Paths.Value(path).Operations() {
			for status := range op.Responses.Map() {
				if _, ok := d.shown.Load(op.OperationID + " " + status); !ok && !slices.Contains(elsewhere, status) {
					list = append(list, "no test shows "+op.OperationID+" answering "+status)
				}
			}
		}
	}
	return list
}

// Exchange is a request with its answer. Path is the whole path, with the query.
type Exchange struct {
	Method, Path string
	Header       http.Header
	Sent         string
	Response     *http.Response
	Content      []byte
}

// Check holds a request that was accepted, and every answer, against the
// document: no undocumented operation, status, header or field.
func (d *Document) Check(t testing.TB, x Exchange) {
	t.Helper()
	d.Spec(t)
	r := httptest.NewRequest(x.Method, x.Path, strings.NewReader(x.Sent))
	for name, values := range x.Header {
		r.Header[name] = values
	}
	route, params, err := d.router.FindRoute(r)
	if err != nil && x.Method == http.MethodHead { // HEAD works wherever GET does
		r.Method = http.MethodGet
		route, params, err = d.router.FindRoute(r)
	}
	if err != nil {
		t.Fatalf("%s %s is not in the document: %v", x.Method, x.Path, err)
	}
	d.shown.Store(route.Operation.OperationID+" "+strconv.Itoa(x.Response.StatusCode), true)
	options := &openapi3filter.Options{
		AuthenticationFunc: openapi3filter.NoopAuthenticationFunc, IncludeResponseStatus: true, MultiError: true,
		ExcludeRequestBody: !strings.HasPrefix(x.Header.Get("Content-Type"), "application/json"),
	}
	in := &openapi3filter.RequestValidationInput{Request: r, PathParams: params, Route: route, Options: options}
	if x.Response.StatusCode < 400 {
		if err := openapi3filter.ValidateRequest(t.Context(), in); err != nil {
			t.Errorf("%s %s was accepted against the document: %v", x.Method, x.Path, err)
		}
	}
	if x.Method == http.MethodHead {
		return
	}
	out := &openapi3filter.ResponseValidationInput{RequestValidationInput: in, Status: x.Response.StatusCode, Header: x.Response.Header, Options: options}
	out.SetBodyBytes(x.Content)
	if err := openapi3filter.ValidateResponse(t.Context(), out); err != nil {
		t.Errorf("%s %s: the answer is not the document's: %v\n%s", x.Method, x.Path, err, x.Content)
	}
}
