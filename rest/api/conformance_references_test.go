package api_test

import (
	"fmt"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"

	"overgang/rest/api"
)

var references atomic.Int32

// underReference makes the request one for an instance with a reference of its
// own, as a user.
func underReference(s *stage, c *call, _ api.Instance) {
	c.as = asUser
	c.header.Set("Content-Type", "application/json")
	c.body = fmt.Sprintf(`{"instanceOwnerId":"50001","externalShipmentReference":"r-%d","data":[{"formId":"default","content":"PG1lbGRpbmcvPg==","sendersReference":"f"}]}`, references.Add(1))
}

// sentBefore does that, and has it sent once already.
func sentBefore(s *stage, c *call, i api.Instance) {
	s.t.Helper()
	underReference(s, c, i)
	s.do(*c).want(s.t, http.StatusCreated, "")
}

// referred checks the references of an instance, in either vocabulary.
func referred(t *testing.T, a answer) {
	t.Helper()
	ofForm, number := `"sendersReference":"f"`, `"number":1`
	if strings.Contains(a.Header.Get("Content-Type"), "altinn3") {
		ofForm, number = `{"key":"sendersReference","value":"f"}`, `"number":"1`
	}
	if !strings.Contains(string(a.body), `"externalShipmentReference":"r-`) || !strings.Contains(string(a.body), ofForm) || !strings.Contains(string(a.body), number) {
		t.Errorf("%s", a.body)
	}
}

// referenceExamples are about what senders call what they send.
var referenceExamples = []example{
	{name: "under a reference", of: "createInstance", status: 201, differs: underReference, shown: func(t *testing.T, a answer) { located(t, a); referred(t, a) }},
	{name: "sent again", of: "createInstance", status: 200, differs: sentBefore, shown: func(t *testing.T, a answer) { located(t, a); referred(t, a) }},
	{name: "other data under the reference", of: "createInstance", status: 409, code: "reference-taken", differs: func(s *stage, c *call, i api.Instance) {
		sentBefore(s, c, i)
		c.body = strings.Replace(c.body, `"PG1lbGRpbmcvPg=="`, `"PG1lbGRpbmc+PC9tZWxkaW5nPg=="`, 1)
	}},
	{name: "an owner's reference", of: "createInstance", status: 400, code: "reference-sender", differs: func(s *stage, c *call, i api.Instance) {
		underReference(s, c, i)
		c.as = asOwner
	}},
	{name: "spaces around a reference", of: "createInstance", status: 400, code: "reference-invalid", differs: func(s *stage, c *call, i api.Instance) {
		underReference(s, c, i)
		c.body = strings.Replace(c.body, `"r-`, `" r-`, 1)
	}},

	{name: "under the sender's reference", of: "addElement", status: 201, differs: query("sendersReference=vedlegg-7"), shown: func(t *testing.T, a answer) {
		if !strings.Contains(string(a.body), `"sendersReference":"vedlegg-7"`) && !strings.Contains(string(a.body), `{"key":"sendersReference","value":"vedlegg-7"}`) {
			t.Errorf("%s", a.body)
		}
	}},
	{name: "spaces around a reference", of: "addElement", status: 400, code: "reference-invalid", differs: query("sendersReference=%20a")},
	{name: "long reference", of: "addElement", status: 400, code: "reference-invalid", differs: query("sendersReference=" + strings.Repeat("x", 256))},

	{name: "by reference", of: "listInstances", status: 200, shown: found, differs: func(s *stage, c *call, i api.Instance) {
		made := *c
		created := s.good(operationOf("createInstance"), i)
		sentBefore(s, &created, i)
		*c = made
		c.as = asUser
		query(fmt.Sprintf("externalShipmentReference=r-%d", references.Load()))(s, c, i)
	}},
	{name: "by an element's reference and a number", of: "listInstances", status: 200, shown: found, differs: func(s *stage, c *call, i api.Instance) {
		var first api.Instance
		created := s.good(operationOf("createInstance"), i)
		underReference(s, &created, i)
		s.do(created).want(s.t, http.StatusCreated, "").json(s.t, &first)
		query(fmt.Sprintf("sendersReference=f&number=%d", first.Number))(s, c, i)
	}},
	{name: "no number", of: "listInstances", status: 400, code: "number-invalid", differs: query("number=0")},
}

// found checks that a list has one instance, which has references.
func found(t *testing.T, a answer) {
	t.Helper()
	referred(t, a)
	if n := strings.Count(string(a.body), `"externalShipmentReference":`); n != 1 {
		t.Errorf("%d instances in %s", n, a.body)
	}
}
