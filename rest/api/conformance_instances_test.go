package api_test

import (
	"strings"
	"testing"

	"overgang/rest/api"
)

// largeJSON is more JSON than the test's gateway takes.
var largeJSON = strings.Repeat(" ", 65<<10) + "{}"

// located checks that the answer says where the new thing is.
func located(t *testing.T, a answer) {
	t.Helper()
	if !strings.HasPrefix(a.Header.Get("Location"), appsURL+"/ttd/melding/instances/50001/") || a.Header.Get("ETag") == "" {
		t.Errorf("Location %q, ETag %q", a.Header.Get("Location"), a.Header.Get("ETag"))
	}
}

// byParts makes the request a multipart one.
func byParts(all ...part) func(*stage, *call, api.Instance) {
	return func(s *stage, c *call, _ api.Instance) {
		kind, body := parts(s.t, all...)
		c.header.Set("Content-Type", kind)
		c.body = body
	}
}

// formPart is a form as a part.
func formPart(text string) part { return part{name: "default", kind: "application/xml", content: text} }

// instanceExamples are about instances: their making, change and end.
var instanceExamples = []example{
	{name: "by JSON", of: "createInstance", status: 201, shown: located},
	{name: "by JSON, with data", of: "createInstance", status: 201, shown: located,
		differs: content("application/json", `{"reportee":{"ssn":"`+personSSN+`"},"labels":["a"],"data":[{"formId":"default","content":"PG1lbGRpbmcvPg=="}]}`)},
	{name: "by JSON, in the later words", of: "createInstance", status: 201, shown: located,
		differs: content("application/json", `{"instanceOwner":{"partyId":"50001"},"dueBefore":"2026-04-01T00:00:00Z","data":[{"dataType":"vedlegg","content":"eA=="}]}`)},
	{name: "by parts", of: "createInstance", status: 201, shown: located, differs: byParts(instancePart, formPart(formText), part{name: "vedlegg", file: "a.txt", kind: "text/plain", content: "hei"})},
	{name: "no party", of: "createInstance", status: 400, code: "party-ambiguous", differs: content("application/json", `{}`)},
	{name: "truncated parts", of: "createInstance", status: 400, code: "body-truncated", differs: func(s *stage, c *call, i api.Instance) {
		byParts(instancePart, formPart(formText))(s, c, i)
		c.body = c.body[:len(c.body)-6]
	}},
	{name: "unknown party", of: "createInstance", status: 403, code: "party", differs: content("application/json", `{"reportee":{"ssn":"01017012399"}}`)},
	{name: "another's party", of: "createInstance", status: 403, code: "party", differs: func(s *stage, c *call, i api.Instance) {
		content("application/json", `{"instanceOwnerId":"50003"}`)(s, c, i)
		c.as = asUser
	}},
	{name: "unknown application", of: "createInstance", status: 404, code: "application-unknown", differs: instead("melding", "nothing")},
	{name: "two forms where one is allowed", of: "createInstance", status: 409, code: "count", differs: byParts(instancePart, formPart(formText), formPart(formText))},
	{name: "large JSON", of: "createInstance changeInstance nextStep delegateSigning", status: 413, code: "body-too-large", differs: func(s *stage, c *call, _ api.Instance) {
		if c.header.Get("Content-Type") == "" {
			c.header.Set("Content-Type", "application/json")
		}
		c.body = largeJSON
	}},
	{name: "large form", of: "createInstance", status: 413, code: "content-too-large", differs: byParts(instancePart, formPart(strings.Repeat("x", 1<<20+1)))},
	{name: "many elements", of: "createInstance", status: 413, code: "elements-many", differs: byParts(instancePart, part{name: "vedlegg", content: "1"}, part{name: "vedlegg", content: "2"},
		part{name: "vedlegg", content: "3"}, part{name: "vedlegg", content: "4"}, part{name: "vedlegg", content: "5"}, part{name: "vedlegg", content: "6"})},
	{name: "neither JSON nor parts", of: "createInstance changeInstance nextStep delegateSigning", status: 415, code: "content-type", differs: content("text/plain", "x")},
	{name: "wrong content type of a part", of: "createInstance", status: 415, code: "content-type", differs: byParts(instancePart, part{name: "default", kind: "text/html", content: formText})},
	{name: "invalid form", of: "createInstance", status: 422, code: "validation", differs: byParts(instancePart, formPart("<annet/>"))},

	{name: "damaged application", of: "createInstance", status: 503, code: "application", differs: instead("melding", "skadet"), shown: retryAfter("1")},
	{name: "no place for contents", of: "createInstance", status: 503, code: "content", shown: retryAfter("60"), ails: errBlobs,
		differs: byParts(instancePart, part{name: "vedlegg", content: strings.Repeat("x", 1<<20)})},

	{name: "active", of: "getAppInstance getInstance getInstanceByGuid", status: 200},
	{name: "bare guid", of: "getInstanceByGuid", status: 200, differs: by("user")},

	{name: "labels", of: "changeInstance", status: 200, differs: content("application/merge-patch+json", `{"labels":["a"],"dueDateTime":null}`)},
	{name: "still what If-Match names", of: "changeInstance", status: 200, differs: set("If-Match", `"1"`)},
	{name: "unknown field", of: "changeInstance", status: 400, code: "json-field-unknown", differs: content("application/json", `{"archived":true}`)},
	{name: "without the right", of: "changeInstance deleteAppInstance deleteInstance undeleteAppInstance undeleteInstance", status: 403, code: "right", given: ofCompany, differs: by("company's reader")},
	{name: "archived", of: "changeInstance", status: 409, code: "archived", given: archived},

	{name: "soft", of: "deleteAppInstance deleteInstance", status: 200},
	{name: "soft, again", of: "deleteAppInstance deleteInstance", status: 200, given: deleted},
	{name: "hard", of: "deleteAppInstance deleteInstance", status: 200, differs: query("hard=true")},
	{name: "hard, perhaps", of: "deleteAppInstance deleteInstance", status: 400, code: "boolean-invalid", differs: query("hard=perhaps")},
	{name: "with a locked element", of: "deleteAppInstance deleteInstance", status: 409, code: "element-locked", given: locked},

	{name: "deleted", of: "undeleteAppInstance undeleteInstance", status: 200, given: deleted},
	{name: "not deleted", of: "undeleteAppInstance undeleteInstance", status: 200},
	{name: "marked for hard deletion", of: "undeleteAppInstance undeleteInstance", status: 409, code: "hard-deleted", given: hardDeleted},

	{name: "downloaded", of: "completeAppInstance completeInstance confirmElements confirmElement", status: 200, given: downloaded},
	{name: "again", of: "completeAppInstance completeInstance confirmElements confirmElement", status: 200, given: after(downloaded, "POST storage:/complete")},
	{name: "not the owner", of: "completeAppInstance completeInstance confirmElements confirmElement", status: 403, code: "owner", differs: by("user")},
	{name: "never downloaded", of: "completeAppInstance completeInstance confirmElements confirmElement", status: 409, code: "not-downloaded"},
}
