package api_test

import (
	"net/http"
	"strings"
	"testing"

	"overgang/rest/api"
)

// attachmentsOnly makes an instance without a form.
func attachmentsOnly(s *stage) api.Instance {
	s.t.Helper()
	var i api.Instance
	s.do(call{method: "POST", path: instancesPath, as: asOwner, header: asJSON,
		body: `{"instanceOwnerId":"50001","data":[{"formId":"vedlegg","content":"aGVp"}]}`}).want(s.t, 201, "").json(s.t, &i)
	return i
}

// holds checks the content that came.
func holds(want string, headers ...string) func(*testing.T, answer) {
	return func(t *testing.T, a answer) {
		t.Helper()
		if string(a.body) != want {
			t.Errorf("%q, want %q", a.body, want)
		}
		for i := 0; i < len(headers); i += 2 {
			if got := a.Header.Get(headers[i]); got != headers[i+1] {
				t.Errorf("%s: %q, want %q", headers[i], got, headers[i+1])
			}
		}
	}
}

// asElement asks for the element instead of the instance, and currentTag makes
// the request depend on what is there now.
func asElement(_ *stage, c *call, _ api.Instance) { c.header.Set("Prefer", "return=element") }

func currentTag(s *stage, c *call, i api.Instance) {
	s.t.Helper()
	tag := s.do(call{path: "/" + i.AppId + "/instances/" + i.Id + "/data/" + i.Data[0].Id.String(), as: asOwner}).want(s.t, 200, "").Header.Get("ETag")
	c.header.Set("If-Match", tag)
}

const formType = "application/xml"

// elementExamples are about data elements.
var elementExamples = []example{
	{name: "all", of: "listAppElements listElements", status: 200},
	{name: "metadata", of: "getAppElement getElement", status: 200},

	{name: "an attachment", of: "addElement", status: 201, shown: located},
	{name: "as element", of: "addElement", status: 201, shown: located, differs: asElement},
	{name: "while the instance is what If-Match names", of: "addElement", status: 201, differs: set("If-Match", `"1"`)},
	{name: "in the later words", of: "addElement", status: 201, differs: instead("formId=", "dataType=")},
	{name: "unknown type", of: "addElement", status: 400, code: "type-unknown", differs: instead("formId=vedlegg", "formId=nothing")},
	{name: "no type", of: "addElement", status: 400, code: "type-missing", differs: instead("?formId=vedlegg", "")},
	{name: "empty", of: "addElement replaceElement", status: 400, code: "content-empty", differs: func(_ *stage, c *call, _ api.Instance) { c.body = "" }},
	{name: "other bytes than the digest's", of: "addElement replaceElement", status: 400, code: "digest-mismatch",
		differs: set("Content-Digest", "sha-256=:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=:")},
	{name: "without the right", of: "addElement replaceElement deleteElement lockElement unlockElement", status: 403, code: "right", given: ofCompany, differs: by("company's reader")},
	{name: "a second form where one is allowed", of: "addElement", status: 409, code: "count", differs: func(s *stage, c *call, i api.Instance) {
		instead("vedlegg", "default")(s, c, i)
		content(formType, formText)(s, c, i)
	}},
	{name: "archived", of: "addElement replaceElement deleteElement lockElement unlockElement", status: 409, code: "archived", given: archived},
	{name: "at a step where data stands still", of: "addElement replaceElement deleteElement", status: 409, code: "step", given: after(active, "PUT /process/next")},
	{name: "too large", of: "addElement replaceElement", status: 413, code: "content-too-large", given: attachmentsOnly, differs: func(_ *stage, c *call, _ api.Instance) {
		c.header.Set("Content-Type", "application/octet-stream")
		c.body = strings.Repeat("x", 4<<20+1)
	}},
	{name: "wrong content type", of: "replaceElement", status: 415, code: "content-type", differs: content("text/html", "<html/>")},
	{name: "wrong content type of a form", of: "addElement", status: 415, code: "content-type", given: attachmentsOnly, differs: func(s *stage, c *call, i api.Instance) {
		instead("vedlegg", "default")(s, c, i)
		content("text/html", formText)(s, c, i)
	}},
	{name: "file name that the type does not allow", of: "addElement", status: 415, code: "extension", given: toSign,
		differs: set("Content-Disposition", `attachment; filename="a.exe"`)},
	{name: "invalid form", of: "replaceElement", status: 422, code: "validation", differs: content(formType, "<annet/>")},
	{name: "invalid form", of: "addElement", status: 422, code: "validation", given: attachmentsOnly, differs: func(s *stage, c *call, i api.Instance) {
		instead("vedlegg", "default")(s, c, i)
		content(formType, "<annet/>")(s, c, i)
	}},

	{name: "whole", of: "getAppContent getContent", status: 200, shown: holds(formText, "Content-Type", formType, "Accept-Ranges", "bytes")},
	{name: "still what If-Match names", of: "getAppContent getContent", status: 200, differs: currentTag, shown: holds(formText)},
	{name: "part", of: "getAppContent getContent", status: 206, differs: set("Range", "bytes=1-3"), shown: holds(formText[1:4], "Content-Range", "bytes 1-3/10")},
	{name: "part, as long as it is the same", of: "getAppContent getContent", status: 206, shown: holds(formText[4:]), differs: func(s *stage, c *call, i api.Instance) {
		currentTag(s, c, i)
		c.header.Set("If-Range", c.header.Get("If-Match"))
		c.header.Set("Range", "bytes=4-")
	}},
	{name: "outside", of: "getAppContent getContent", status: 416, code: "range-not-satisfiable", differs: set("Range", "bytes=10-")},
	{name: "no GET", of: "getAppContent getContent", status: 200, shown: holds("", "Content-Length", "10"), differs: func(_ *stage, c *call, _ api.Instance) { c.method = http.MethodHead }},

	{name: "a new version", of: "replaceElement", status: 200},
	{name: "as element", of: "replaceElement", status: 200, differs: asElement},
	{name: "still what If-Match names", of: "replaceElement deleteElement lockElement unlockElement", status: 200, differs: currentTag},
	{name: "locked", of: "replaceElement deleteElement", status: 409, code: "element-locked", given: locked},
	{name: "gone", of: "deleteElement", status: 200},
	{name: "locked", of: "lockElement unlockElement", status: 200, given: locked},
	{name: "not locked", of: "lockElement unlockElement", status: 200},
	{name: "signed", of: "unlockElement", status: 409, code: "element-signed", given: signedOnce},
}
