package api_test

import (
	"net/url"
	"strings"
	"testing"

	"overgang/rest/api"
)

// secondPage makes the request one for the second page of a list.
func secondPage(s *stage, c *call, _ api.Instance) {
	s.t.Helper()
	for range 2 {
		active(s)
	}
	c.path += "?size=1"
	a := s.do(*c).want(s.t, 200, "")
	var page struct {
		Next  string
		Links struct{ Next struct{ Href string } } `json:"_links"`
	}
	a.json(s.t, &page)
	next, err := url.Parse(page.Next + page.Links.Next.Href)
	if err != nil || next.RawQuery == "" {
		s.t.Fatalf("%s %v", a.body, err)
	}
	path, _, _ := strings.Cut(c.path, "?")
	c.path = path + "?" + next.RawQuery
}

// listExamples are about lists and registers: what is not one instance.
var listExamples = []example{
	{name: "all", of: "listInstances", status: 200},
	{name: "none", of: "listInstances", status: 200, differs: query("label=nothing"), shown: func(t *testing.T, a answer) {
		if !strings.Contains(string(a.body), `"instances":[]`) {
			t.Errorf("%s", a.body)
		}
	}},
	{name: "second page", of: "listInstances", status: 200, differs: secondPage},
	{name: "of a party named in a header", of: "listInstances", status: 200, differs: set("X-Instance-Owner", "Organisation:"+companyOrg)},
	{name: "unknown operator", of: "listInstances", status: 400, code: "date-operator", differs: query("createdDateTime=since(2019-05-01)")},
	{name: "impossible date", of: "listInstances", status: 400, code: "date-invalid", differs: query("createdDateTime=after(2019-02-30)")},
	{name: "cursor of another query", of: "listInstances", status: 400, code: "cursor-invalid", differs: func(s *stage, c *call, i api.Instance) {
		secondPage(s, c, i)
		c.path += "&label=a"
	}},
	{name: "another owner's applications", of: "listInstances", status: 403, code: "org", differs: query("org=nav")},

	{name: "all", of: "listApplications", status: 200},
	{name: "one", of: "getApplication getApplicationTexts getApplicationSchema", status: 200},
	{name: "unknown application", of: "getApplication getApplicationTexts getApplicationSchema listApplicationEvents", status: 404, code: "application-unknown", differs: instead("melding", "nothing")},
	{name: "unknown language", of: "getApplicationTexts", status: 404, code: "language-unknown", differs: instead("texts/nb", "texts/xx")},
	{name: "no schema", of: "getApplicationSchema", status: 404, code: "schema-unknown", differs: instead("schemas/default", "schemas/vedlegg")},

	{name: "the feed", of: "listApplicationEvents", status: 200},
	{name: "the feed from an event on", of: "listApplicationEvents", status: 200, differs: query("after=1&size=2")},
	{name: "the feed at a step", of: "listApplicationEvents", status: 200, differs: query("after=2020-01-01&workflow.currentStep=Submit")},
	{name: "the feed as CloudEvents", of: "listApplicationEvents", status: 200, differs: set("Accept", "application/cloudevents-batch+json")},
	{name: "no event and no date", of: "listApplicationEvents", status: 400, code: "after-invalid", differs: query("after=yesterday")},
	{name: "not its owner", of: "listApplicationEvents", status: 404, code: "application-unknown", differs: by("user")},

	{name: "the document", of: "getDocument", status: 200},
	{name: "the document, unchanged", of: "getDocument", status: 304, differs: unchanged},
}
