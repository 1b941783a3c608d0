package adapter_test

import (
	"fmt"
	"net/http/httptest"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/beevik/etree"
	"github.com/rogpeppe/go-internal/txtar"

	"overgang/soap"
	"overgang/wsdl"
)

// The same call means the same in every flavour. The golden cases are the calls:
// each case is carried out again with its requests put into another flavour, on
// the same state, and what is answered has to mean what the case has. A new
// operation with golden cases is in here by that alone; one that was compared in
// no answer, or in no fault, fails the last test.

// crossings puts the cases' requests into other flavours.
var crossings = []struct {
	name string
	from []wsdl.Flavour
	to   func(n int) wsdl.Flavour // of the n-th request of a case
}{
	{"Basic in WS", []wsdl.Flavour{wsdl.Basic}, always(wsdl.WS)},
	{"Basic in EC2", []wsdl.Flavour{wsdl.Basic}, always(wsdl.EC2)},
	{"Basic in turn with WS", []wsdl.Flavour{wsdl.Basic}, func(n int) wsdl.Flavour { return []wsdl.Flavour{wsdl.WS, wsdl.Basic}[n%2] }},
	{"WS and EC2 in Basic", []wsdl.Flavour{wsdl.WS, wsdl.EC2}, always(wsdl.Basic)},
}

func always(f wsdl.Flavour) func(int) wsdl.Flavour { return func(int) wsdl.Flavour { return f } }

func TestAcrossFlavours(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(golden, "*.txtar"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no golden cases: %v", err)
	}
	d := newDictionary(t)
	compared := &comparisons{}
	t.Run("cases", func(t *testing.T) {
		for _, c := range crossings {
			for _, file := range files {
				name := strings.TrimSuffix(filepath.Base(file), ".txtar")
				t.Run(c.name+"/"+name, func(t *testing.T) {
					t.Parallel()
					cross(t, d, file, c.from, c.to, compared)
				})
			}
		}
	})
	t.Run("Test", func(t *testing.T) { everyTest(t, d) })
	t.Run("every operation", func(t *testing.T) { compared.check(t, d) })
}

// cross carries a case out in other flavours. Requests that are of another
// flavour than from, or that another one cannot say, go as they are.
func cross(t *testing.T, d *dictionary, file string, from []wsdl.Flavour, to func(int) wsdl.Flavour, compared *comparisons) {
	archive, err := txtar.ParseFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var state []byte
	var requests, responses [][]byte
	crosses := false
	for _, f := range archive.Files {
		switch f.Name {
		case "state":
			state = f.Data
		case "request":
			requests = append(requests, f.Data)
			c, ok := d.parse(f.Data)
			crosses = crosses || ok && slices.Contains(from, c.endpoint.Flavour)
		case "response":
			responses = append(responses, f.Data)
		}
	}
	if !crosses {
		return
	}
	s := newStack(t, state, soap.Limits{})
	s.grantEnterprise(t)
	for n, request := range requests {
		c, parsed := d.parse(request)
		sent, other, crossed := request, target{}, false
		if parsed && slices.Contains(from, c.endpoint.Flavour) && to(n) != c.endpoint.Flavour && comparable(c, meaningOf(responses[n], c.target), to(n), state) {
			if translated, into, ok := d.translate(c, to(n)); ok {
				sent, other, crossed = translated, into, true
			}
		}
		if c.wait != "" {
			clear(s.sessions) // they may have ended
		}
		if crossed && c.endpoint.Flavour == wsdl.EC2 {
			s.clock.advance(time.Millisecond) // as it did when the case was recorded
		}
		s.still = crossed
		rec := httptest.NewRecorder()
		s.answer(t, rec, parseRequest(t, s, sent))
		if !crossed {
			continue
		}
		got := rendered(rec)
		a, b := meaningOf(responses[n], c.target), meaningOf(got, other)
		differences := a.differ(b)
		if len(differences) > 0 {
			t.Errorf("request %d, %s in %s as %s:\n%s\n%s\n%s\n%s", n+1, c.op.Name, other.endpoint.Flavour, other.op.Name, strings.Join(differences, "\n"), sent, responses[n], got)
			return // what follows has another state
		}
		compared.add(c.target, other, a.fault != nil)
	}
}

// comparable says whether an answer is about the call, and not about who calls
// in that flavour: a person's login and signature are the enterprise user's
// certificate in EC2, both have a language of their own, and WS asks for
// credentials where Basic has none.
func comparable(c call, m meaning, to wsdl.Flavour, state []byte) bool {
	switch {
	case c.row.Anonymous:
		return m.fault == nil
	case c.endpoint.Flavour != wsdl.EC2 && to != wsdl.EC2:
		return true
	case callerLanguage.Match(state) && ownLanguage(c.body):
		return false
	}
	return m.fault["ErrorID"] != "989" && m.fault["AltinnErrorMessage"] != "Signing needs a logged-in person."
}

// callerLanguage finds a system or a party with a language in a case's state.
var callerLanguage = regexp.MustCompile(`(?m)^  - \{(id|orgNumber):.* language:`)

// ownLanguage says whether a call leaves the language to who calls.
func ownLanguage(body *etree.Element) bool {
	for _, e := range body.ChildElements() {
		if sameName(e.Tag, "languageID") {
			return e.Text() == "0"
		}
	}
	return false
}

// comparisons counts what was compared: by operation and two flavours, in answers
// and in faults.
type comparisons struct {
	mu   sync.Mutex
	seen map[string]int
}

func comparison(key string, a, b wsdl.Flavour, fault bool) string {
	pair := []string{string(a), string(b)}
	slices.Sort(pair)
	return fmt.Sprintf("%s in %s, fault=%t", key, strings.Join(pair, " and "), fault)
}

func (c *comparisons) add(a, b target, fault bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.seen == nil {
		c.seen = map[string]int{}
	}
	c.seen[comparison(keyOf(a), a.endpoint.Flavour, b.endpoint.Flavour, fault)]++
}

// everyTest calls Test at every endpoint: it answers nothing, everywhere.
func everyTest(t *testing.T, d *dictionary) {
	s := newStack(t, nil, soap.Limits{})
	for _, o := range d.all {
		if o.row.Base != "Test" {
			continue
		}
		rec := httptest.NewRecorder()
		s.server.ServeHTTP(rec, parseRequest(t, s, []byte(o.request("", "", o.body(""), systemPerson))))
		m := meaningOf(rendered(rec), o)
		if m.body == nil || m.body.Tag != "TestResponse" || len(m.body.Child) > 0 {
			t.Errorf("%s: %s", o.endpoint.Name, rec.Body)
		}
	}
}

// check demands of every operation in the tables that Basic was compared with
// each of the other flavours that it has.
func (c *comparisons) check(t *testing.T, d *dictionary) {
	for key, flavours := range d.byKey {
		basic, ok := flavours[wsdl.Basic]
		if !ok {
			t.Errorf("%s has no Basic", key)
			continue
		}
		if basic.row.Base == "Test" {
			continue
		}
		for _, f := range []wsdl.Flavour{wsdl.WS, wsdl.EC2} {
			if _, ok := flavours[f]; !ok {
				continue
			}
			if c.seen[comparison(key, wsdl.Basic, f, false)] == 0 {
				t.Errorf("no answer compared: %s", comparison(key, wsdl.Basic, f, false))
			}
			if c.seen[comparison(key, wsdl.Basic, f, true)] == 0 {
				t.Errorf("no fault compared: %s", comparison(key, wsdl.Basic, f, true))
			}
		}
	}
}
