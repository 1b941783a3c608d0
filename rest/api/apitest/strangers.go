package apitest

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"overgang/rest/core/number"
)

// Request is what somebody else may send, too.
type Request struct {
	Method, Path string // the whole path, with the query
	Header       http.Header
	Body         string
}

// Sender sends a request as somebody who has no part in anything.
type Sender func(Request) (status int, content []byte)

// Bearer sends requests to the gateway at url with a token.
func Bearer(t testing.TB, url, token string) Sender {
	return func(r Request) (int, []byte) {
		t.Helper()
		response, content := send(t, url, r, token)
		return response.StatusCode, content
	}
}

// send sends a request with a token; empty = none.
func send(t testing.TB, url string, q Request, token string) (*http.Response, []byte) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), q.Method, url+q.Path, strings.NewReader(q.Body))
	if err != nil {
		t.Fatal(err)
	}
	if q.Body == "" {
		r.Body = http.NoBody
	}
	for name, values := range q.Header {
		r.Header[name] = values
	}
	if token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	content, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response, content
}

// public are path parameters that name no record of anybody's.
var public = []string{"org", "app", "language", "dataType"}

// Strangers sends a request, which is about to be sent by who may, as others: of
// what it names, records and parties, they must be told what they are told of
// what is not there. The first sender is a person; the others may be owners, who
// send to whichever party and so learn whether there is one. The result is the operation, for [Document.Answered]; empty
// when the request names no record.
func (d *Document) Strangers(t testing.TB, r Request, senders ...Sender) (operation string) {
	t.Helper()
	d.Spec(t)
	if r.Method == http.MethodOptions { // what the gateway can do, with whatever is named
		return ""
	}
	refuseParties(t, r, senders[:1])
	asked := httptest.NewRequest(r.Method, r.Path, nil)
	route, params, err := d.router.FindRoute(asked)
	if err != nil && r.Method == http.MethodHead { // HEAD works wherever GET does
		asked.Method = http.MethodGet
		route, params, err = d.router.FindRoute(asked)
	}
	if err != nil {
		return ""
	}
	absent, path := r, strings.Split(r.Path, "/")
	sent := []string{}
	for name, value := range params {
		if slices.Contains(public, name) {
			continue
		}
		other := elsewhere(value)
		for i, segment := range path {
			if segment == value || strings.HasPrefix(segment, value+"?") {
				path[i] = other + strings.TrimPrefix(segment, value)
			}
		}
		sent = append(sent, value, other)
	}
	if absent.Path = strings.Join(path, "/"); absent.Path == r.Path {
		return ""
	}
	for _, send := range senders {
		status, content := send(r)
		nothing, none := send(absent)
		if got, want := told(status, content, sent), told(nothing, none, sent); got != want || status < 400 {
			t.Errorf("a stranger's %s %s tells that there is something:\n%s\nwhere of nothing it is\n%s", r.Method, r.Path, got, want)
		}
	}
	return route.Operation.OperationID
}

// refuseParties sends a request that names parties, and the same with parties
// that nobody knows.
func refuseParties(t testing.TB, r Request, senders []Sender) {
	t.Helper()
	var sent []string
	replace := func(text string) string {
		return partyNumbers.ReplaceAllStringFunc(text, func(n string) string {
			other := ""
			switch {
			case number.Organisation(n) == nil:
				other = unknownOrganisation
			case number.Person(n) == nil:
				other = unknownPerson
			default:
				return n
			}
			sent = append(sent, n, other)
			return other
		})
	}
	unknown := Request{r.Method, replace(r.Path), r.Header.Clone(), replace(r.Body)}
	if owner := r.Header.Get("X-Instance-Owner"); owner != "" {
		unknown.Header.Set("X-Instance-Owner", replace(owner))
	}
	if len(sent) == 0 {
		return
	}
	for _, send := range senders {
		status, content := send(r)
		nothing, none := send(unknown)
		if got, want := told(status, content, sent), told(nothing, none, sent); got != want {
			t.Errorf("a stranger's %s %s tells that there is such a party:\n%s\nwhere without one it is\n%s", r.Method, r.Path, got, want)
		}
	}
}

// Answered notes that a request, which strangers were refused, was answered to
// who may send it.
func (d *Document) Answered(operation string, status int) {
	if operation != "" && status < 400 {
		d.refused.Store(operation, true)
	}
}

// Unrefused lists the operations on records that no stranger was refused.
func (d *Document) Unrefused() (list []string) {
	for path, item := range d.spec.Paths.Map() {
		names := pathParameters.FindAllStringSubmatch(path, -1)
		if !slices.ContainsFunc(names, func(m []string) bool { return !slices.Contains(public, m[1]) }) {
			continue
		}
		for method, op := range item.Operations() {
			if method == http.MethodOptions {
				continue
			}
			if _, ok := d.refused.Load(op.OperationID); !ok {
				list = append(list, "no test shows that strangers are refused "+op.OperationID)
			}
		}
	}
	slices.Sort(list)
	return list
}

// Numbers that no test registers.
const (
	unknownOrganisation = "310010111"
	unknownPerson       = "01810113126"
)

var (
	partyNumbers   = regexp.MustCompile(`\b(\d{9}|\d{11})\b`)
	pathParameters = regexp.MustCompile(`\{([^}]*)\}`)
	guids          = regexp.MustCompile(`^[0-9a-fA-F]{8}-`)
)

// elsewhere is a name of the same form that nothing has. What is no name at all
// stays.
func elsewhere(value string) string {
	if guids.MatchString(value) {
		return "99999999" + value[8:]
	}
	if n, err := strconv.ParseInt(value, 10, 32); err == nil && n > 0 {
		return strconv.FormatInt(1_999_000_000+n%1_000_000, 10)
	}
	return value
}

// told is an answer without the names that were sent, and without what is of one
// request only.
func told(status int, content []byte, sent []string) string {
	for _, value := range sent {
		content = regexp.MustCompile(`\b`+regexp.QuoteMeta(value)+`\b`).ReplaceAll(content, []byte("#"))
	}
	return fmt.Sprintf("%d %s", status, ofOneRequest.ReplaceAll(content, []byte(`"errorId":""`)))
}

var ofOneRequest = regexp.MustCompile(`"errorId": ?"[^"]*"`)
