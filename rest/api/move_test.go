package api_test

import (
	"slices"
	"strings"
	"testing"

	"overgang/rest"
	"overgang/rest/api"
)

func (g *gateway) step(i api.Instance, as call, body string, pairs ...string) answer {
	g.t.Helper()
	h := header(pairs...)
	if body != "" {
		h.Set("Content-Type", "application/json")
	}
	return g.do(call{method: "PUT", path: instancesPath + "/" + i.Id + "/process/next", as: as.as, header: h, body: body})
}

func TestNextStep(t *testing.T) {
	g := newGateway(t)
	user := call{as: asUser}
	i := g.create(person)
	start := call{method: "POST", path: instancesPath + "/" + i.Id + "/process/start", as: asUser}
	var p api.Process
	g.do(start).want(t, 200, "").json(t, &p)
	if p.CurrentStep != "FormFilling" || p.IsCompleted || !slices.Equal(p.Steps[0].Actions, []string{"complete"}) || p.Steps[1].Optional {
		t.Errorf("%+v", p)
	}
	tag := g.do(call{path: instancesPath + "/" + i.Id, as: asUser}).Header.Get("ETag")
	g.step(i, user, `{"action":"fly"}`).want(t, 400, "action-unknown")
	g.step(i, user, `{"to":"Submit"}`).want(t, 400, "json-field-unknown")
	g.step(i, user, `{"action":"`+strings.Repeat("x", 65<<10)+`"}`).want(t, 413, "body-too-large")
	g.do(call{method: "PUT", path: instancesPath + "/" + i.Id + "/process/next", as: asUser, header: header("Content-Type", "text/plain"), body: "complete"}).want(t, 415, "content-type")
	g.step(i, user, "", "If-Match", `"9"`).want(t, 412, "version-stale")
	g.step(i, user, `{"action":"write"}`, "If-Match", tag).want(t, 200, "").json(t, &p)
	if p.CurrentStep != "Submit" {
		t.Errorf("%+v", p)
	}
	g.do(start).want(t, 409, "process-started")
	// The later platform's client names the last action otherwise.
	a := g.do(call{method: "PUT", path: instancesPath + "/" + i.Id + "/process/next", as: asUser, body: `{"action":"confirm"}`,
		header: header("Content-Type", "application/json", "Accept", "application/json; profile=altinn3")}).want(t, 200, "")
	var l api.LaterProcess
	a.json(t, &l)
	if l.Ended.IsZero() || l.CurrentTask != nil {
		t.Errorf("%s", a.body)
	}
	g.step(i, user, "").want(t, 409, "archived")

	g.core.fail["ValidateInstance"] = rest.Errorf(rest.Conflict, "application-gone", "No longer.")
	g.core.fail["ValidateElement"] = rest.Errorf(rest.Conflict, "application-gone", "No longer.")
	g.do(call{path: instancesPath + "/" + i.Id + "/validate", as: asUser}).want(t, 409, "application-gone")
	g.do(call{path: dataPath(i) + "/" + i.Data[0].Id.String() + "/validate", as: asUser}).want(t, 409, "application-gone")
}

// TestNextStepOverTheRealCore: counts block the next step with their issues,
// a signature locks, and the way back unlocks.
func TestNextStepOverTheRealCore(t *testing.T) {
	g := newStack(t, func(app *rest.Application) {
		app.DataTypes[1].MinCount = 1
		app.Process = []rest.Step{{ID: "FormFilling", Kind: rest.Fill},
			{ID: "Signing", Kind: rest.Signing, Optional: true, Back: map[string]string{"reject": "FormFilling"}}, {ID: "Submit", Kind: rest.Send}}
	})
	user := call{as: asUser}
	i := g.create(person)
	path := instancesPath + "/" + i.Id
	var issues []api.Issue
	g.do(call{path: path + "/validate", as: asUser}).want(t, 200, "").json(t, &issues)
	if len(issues) != 1 || issues[0].Code != "count" || issues[0].Severity != "error" || issues[0].Field != "vedlegg" {
		t.Errorf("%+v", issues)
	}
	var problem api.Problem
	g.step(i, user, "").want(t, 409, "validation").json(t, &problem)
	if len(problem.Issues) != 1 || problem.Issues[0] != issues[0] {
		t.Errorf("%+v", problem)
	}
	g.do(call{method: "POST", path: dataPath(i) + "?formId=vedlegg", as: asUser, header: header("Content-Type", "text/plain"), body: "x"}).want(t, 201, "")
	if a := g.do(call{path: dataPath(i) + "/" + i.Data[0].Id.String() + "/validate", as: asUser}).want(t, 200, ""); strings.TrimSpace(string(a.body)) != "[]" {
		t.Errorf("%s", a.body)
	}
	var p api.Process
	for _, c := range []struct{ body, to string }{
		{`{"action":"complete"}`, "Signing"}, {`{"action":"sign"}`, "Submit"},
	} {
		p = api.Process{}
		g.step(i, user, c.body).want(t, 200, "").json(t, &p)
		if p.CurrentStep != c.to {
			t.Fatalf("%+v", p)
		}
	}
	if want := []string{"sign", "skip", "reject"}; !slices.Equal(p.Steps[1].Actions, want) {
		t.Errorf("%+v", p.Steps)
	}
	var signed api.Instance
	g.do(call{path: path, as: asUser}).want(t, 200, "").json(t, &signed)
	if len(signed.Signatures) != 1 {
		t.Fatalf("%+v", signed.Signatures)
	}
	s := signed.Signatures[0]
	if s.By != "person:50001" || s.Step != "Signing" || len(s.Data) != 2 || s.Data[0].DataId != signed.Data[0].Id || s.Data[0].Sha256 != signed.Data[0].Sha256 || !signed.Data[0].IsLocked {
		t.Errorf("%+v", s)
	}
	one := dataPath(i) + "/" + i.Data[0].Id.String()
	g.do(call{method: "DELETE", path: one + "/lock", as: asUser}).want(t, 409, "element-signed")
	g.do(call{method: "DELETE", path: path, as: asUser}).want(t, 409, "element-locked")
	g.step(i, user, `{"action":"send"}`).want(t, 200, "").json(t, &p)
	if !p.IsCompleted {
		t.Errorf("%+v", p)
	}
	g.do(call{method: "PUT", path: one, as: asUser, header: header("Content-Type", "application/xml"), body: "<x/>"}).want(t, 409, "archived")
	g.do(call{method: "DELETE", path: one, as: asUser}).want(t, 409, "archived")
	var h api.ProcessHistory
	g.do(call{path: path + "/process/history", as: asUser}).want(t, 200, "").json(t, &h)
	if len(h.History) != 3 || h.History[1].Step != "Signing" || h.History[2].Left.IsZero() {
		t.Errorf("%+v", h)
	}
}
