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
	{name: "without the right", of: "startProcess nextStep delegateSigning", status: 403, code: "right", given: ofCompany, differs: by("company's reader")},

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
	{name: "archived", of: "nextStep delegateSigning", status: 409, code: "archived", given: archived},
	{name: "named", of: "delegateSigning", status: 200, given: toDelegate, shown: func(t *testing.T, a answer) {
		tagged(`"2"`)(t, a)
		var p api.Process
		if a.json(t, &p); p.CurrentStep != "" && (p.Delegation == nil || p.Delegation.Required != 1 || p.Delegation.Signers[0].PartyId != "50004" || !p.Steps[1].Parallel) {
			t.Errorf("%s", a.body)
		}
	}},
	{name: "named again", of: "delegateSigning", status: 200, given: delegated, differs: content("application/json", `{"signers":[{"ssn":"01017012402","name":"Leser","signatures":1}],"required":1,"locked":true}`)},
	{name: "by another name", of: "delegateSigning", status: 400, code: "signers", given: toDelegate, differs: content("application/json", `{"signers":[{"ssn":"01017012402","name":"Skriver"}]}`)},
	{name: "no such step", of: "delegateSigning", status: 409, code: "signing-no-step"},
	{name: "signed already", of: "delegateSigning", status: 409, code: "step", given: signedByReader},
	{name: "nobody named", of: "nextStep", status: 409, code: "signing-undelegated", given: after(toDelegate, "PUT /process/next"), differs: by("user")},
	{name: "not named", of: "nextStep", status: 403, code: "signer", given: after(delegated, "PUT /process/next"), differs: by("user")},
	{name: "the one who is named", of: "nextStep", status: 200, given: after(delegated, "PUT /process/next"), differs: by("company's reader")},
	{name: "some of it", of: "nextStep", status: 200, given: after(delegated, "PUT /process/next"), differs: func(s *stage, c *call, i api.Instance) {
		content("application/json", `{"action":"sign","text":"Jeg bekrefter","dataElements":["`+i.Data[0].Id.String()+`"]}`)(s, c, i)
		c.as = asCompanyReader
	}},
	{name: "something else", of: "nextStep", status: 400, code: "signed-elements", given: after(delegated, "PUT /process/next"), differs: func(s *stage, c *call, i api.Instance) {
		content("application/json", `{"dataElements":["`+uuid.NewString()+`"]}`)(s, c, i)
		c.as = asCompanyReader
	}},
	{name: "twice", of: "nextStep", status: 409, code: "signed", given: halfSigned, differs: by("company's reader")},
	{name: "begun", of: "delegateSigning", status: 409, code: "signing-begun", given: halfSigned},
	{name: "locked by its owner", of: "delegateSigning", status: 403, code: "signing-locked", given: lockedSigners, differs: by("user")},
	{name: "a part of what is signed whole", of: "nextStep", status: 409, code: "signing-whole", given: after(toSign, "PUT /process/next"), differs: func(s *stage, c *call, i api.Instance) {
		content("application/json", `{"action":"sign","dataElements":["`+i.Data[0].Id.String()+`"]}`)(s, c, i)
		c.as = asUser
	}},
	{name: "elements of no signature", of: "nextStep", status: 400, code: "action-unknown", differs: content("application/json", `{"action":"complete","text":"x"}`)},
	{name: "nothing", of: "listToSign", status: 200},
	{name: "waiting", of: "listToSign", status: 200, differs: func(s *stage, c *call, _ api.Instance) {
		after(delegated, "PUT /process/next")(s)
		after(delegated, "PUT /process/next")(s)
		c.as, c.path = asCompanyReader, c.path+"?size=1"
	}, shown: func(t *testing.T, a answer) {
		var draft api.InstancePage
		var later api.LaterInstancePage
		if a.Header.Get("Content-Type") == "application/json" {
			a.json(t, &draft)
		} else {
			a.json(t, &later)
		}
		if len(draft.UnderscoreEmbedded.Instances)+len(later.Instances) != 1 || !strings.Contains(draft.UnderscoreLinks.Next.Href+later.Next, "signing?") {
			t.Errorf("%s", a.body)
		}
	}},
	{name: "the next", of: "listToSign", status: 200, differs: func(s *stage, c *call, _ api.Instance) {
		after(delegated, "PUT /process/next")(s)
		after(delegated, "PUT /process/next")(s)
		var page api.InstancePage
		s.do(call{path: c.path + "?size=1", as: asCompanyReader}).want(s.t, 200, "").json(s.t, &page)
		c.as, c.path = asCompanyReader, "/storage/"+page.UnderscoreLinks.Next.Href
	}},
	{name: "a cursor of others", of: "listToSign", status: 400, code: "cursor-invalid", differs: query("cursor=abcd")},
	{name: "no page", of: "listToSign", status: 400, code: "size-invalid", differs: query("size=0")},
	{name: "owners do not sign", of: "listToSign", status: 403, code: "sign-person", differs: by("owner")},
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
