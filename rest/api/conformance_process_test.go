package api_test

import (
	"strings"
	"testing"

	"github.com/google/uuid"

	"overgang/rest/api"
	"overgang/store"
)

// tagged checks that the answer has the ETag of the instance that it leaves.
func tagged(tag string) func(*testing.T, answer) {
	return func(t *testing.T, a answer) {
		t.Helper()
		if got := strings.Replace(a.Header.Get("ETag"), ".a3", "", 1); got != tag {
			t.Errorf("ETag %q, want %q", a.Header.Get("ETag"), tag)
		}
	}
}

// processExamples are about steps, and what is said of them.
var processExamples = []example{
	{name: "active", of: "getAppProcess getProcess getAppProcessHistory getProcessHistory", status: 200},
	{name: "archived", of: "getAppProcess getProcess getAppProcessHistory getProcessHistory", status: 200, given: archived},
	{name: "tagged", of: "getAppProcess getProcess", status: 200, shown: tagged(`"1"`)},

	{name: "at the first step", of: "startProcess", status: 200, shown: tagged(`"1"`)},
	{name: "beyond the first step", of: "startProcess", status: 409, code: "process-started", given: after(active, "PUT /process/next")},
	{name: "without the right", of: "startProcess nextStep", status: 403, code: "right", given: ofCompany, differs: by("company's reader")},

	{name: "forward", of: "nextStep", status: 200, shown: tagged(`"2"`)},
	{name: "by name", of: "nextStep", status: 200, differs: content("application/json", `{"action":"complete"}`), shown: tagged(`"2"`)},
	{name: "by the later name", of: "nextStep", status: 200, differs: content("application/json", `{"action":"write"}`)},
	{name: "still what If-Match names", of: "nextStep", status: 200, differs: set("If-Match", `"1"`)},
	{name: "into the archive", of: "nextStep", status: 200, given: after(active, "PUT /process/next"), shown: tagged(`"3"`)},
	{name: "unknown action", of: "nextStep", status: 400, code: "action-unknown", differs: content("application/json", `{"action":"fly"}`)},
	{name: "an owner cannot sign", of: "nextStep", status: 403, code: "sign-person", given: after(toSign, "PUT /process/next")},
	{name: "at the owner's step", of: "nextStep", status: 403, code: "step-role", given: signedOnce, differs: by("user")},
	{name: "while others change it", of: "nextStep", status: 409, code: "changing", meddles: func(s *stage, i api.Instance) {
		_, guid, _ := strings.Cut(i.Id, "/")
		err := s.db.Update(s.t.Context(), func(tx store.Tx) error {
			in, err := tx.Instance(uuid.MustParse(guid))
			if err != nil {
				return err
			}
			in.Version++
			return tx.UpdateInstance(in)
		})
		if err != nil {
			s.t.Error(err)
		}
	}},
	{name: "archived", of: "nextStep", status: 409, code: "archived", given: archived},
	{name: "an attachment is missing", of: "nextStep", status: 409, code: "validation", given: func(s *stage) api.Instance {
		i := toSign(s)
		s.do(call{method: "DELETE", path: "/" + i.AppId + "/instances/" + i.Id + "/data/" + i.Data[1].Id.String(), as: asUser}).want(s.t, 200, "")
		return i
	}, shown: func(t *testing.T, a answer) {
		var p api.Problem
		a.json(t, &p)
		if len(p.Issues) != 1 || p.Issues[0].Code != "count" {
			t.Errorf("%s", a.body)
		}
	}},

	{name: "valid", of: "validateInstance validateElement", status: 200, shown: func(t *testing.T, a answer) {
		if strings.TrimSpace(string(a.body)) != "[]" {
			t.Errorf("%s", a.body)
		}
	}},
	{name: "its application is gone", of: "validateInstance validateElement nextStep addElement replaceElement deleteElement", status: 409, code: "application-gone", given: orphan},

	{name: "trail", of: "listInstanceEvents", status: 200, given: archived},
}
