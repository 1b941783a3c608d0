package api_test

import (
	"net/http"
	"strings"
	"testing"

	"overgang/rest/api"
)

var asMergePatch = header("Content-Type", "application/merge-patch+json")

func TestChangeInstance(t *testing.T) {
	for name, start := range map[string]func(*testing.T) *gateway{
		"fake": func(t *testing.T) *gateway { return newGateway(t) },
		"real": func(t *testing.T) *gateway { return newStack(t) },
	} {
		t.Run(name, func(t *testing.T) {
			g := start(t)
			i := g.create(person)
			path := instancesPath + "/" + i.Id
			a := g.do(call{method: "PATCH", path: path, as: asUser, header: header("Content-Type", "application/merge-patch+json; charset=utf-8", "If-Match", `"7", "1"`),
				body: `{"labels":["a","b"],"dueDateTime":"2026-04-01T12:00:00+02:00","visibleAfter":"2020-01-01T00:00:00Z","presentationField":"Sak"}`}).want(t, 200, "")
			var after api.Instance
			a.json(t, &after)
			if strings.Join(after.Labels, " ") != "a b" || after.DueDateTime.Format("15:04") != "10:00" || after.VisibleDateTime.IsZero() || after.PresentationField != "Sak" || a.Header.Get("ETag") != `"2"` {
				t.Fatalf("%s %s", a.Header.Get("ETag"), a.body)
			}
			// Null removes, what is left out stays.
			a = g.do(call{method: "PATCH", path: path, as: asUser, header: asJSON, body: `{"labels":null,"dueBefore":null,"presentationField":null}`}).want(t, 200, "")
			after = api.Instance{}
			a.json(t, &after)
			if len(after.Labels) != 0 || !after.DueDateTime.IsZero() || after.PresentationField != "" || after.VisibleDateTime.IsZero() {
				t.Errorf("%s", a.body)
			}
			g.do(call{method: "PATCH", path: path, as: asUser, header: header("Content-Type", "application/json", "If-Match", `"2"`), body: `{}`}).want(t, 412, "version-stale")
			later := g.do(call{path: path, as: asUser, header: header("Accept", "application/json; profile=altinn3")}).Header.Get("ETag")
			g.do(call{method: "PATCH", path: path, as: asUser, header: header("Content-Type", "application/json", "If-Match", later), body: `{"labels":["c"]}`}).want(t, 200, "")
		})
	}
}

func TestChangeInstanceRefuses(t *testing.T) {
	g := newGateway(t)
	i := g.create(person)
	path := instancesPath + "/" + i.Id
	for _, c := range []struct {
		name, body string
		header     http.Header
		status     int
		code       string
	}{
		{"nothing", "", asMergePatch, 400, "json-empty"},
		{"null", "null", asMergePatch, 400, "json-null"},
		{"no object", "[]", asMergePatch, 400, "json-type"},
		{"unknown field", `{"archived":true}`, asMergePatch, 400, "json-field-unknown"},
		{"field twice", `{"labels":[],"labels":null}`, asMergePatch, 400, "json-field-repeated"},
		{"both names", `{"dueDateTime":null,"dueBefore":null}`, asMergePatch, 400, "parameter-twice"},
		{"label null", `{"labels":[null]}`, asMergePatch, 400, "json-null"},
		{"label empty", `{"labels":[""]}`, asMergePatch, 400, "label-invalid"},
		{"long text", `{"presentationField":"` + strings.Repeat("x", 257) + `"}`, asMergePatch, 400, "presentation-long"},
		{"date", `{"dueDateTime":"tomorrow"}`, asMergePatch, 400, "date-invalid"},
		{"If-Match", `{}`, header("Content-Type", "application/json", "If-Match", "1"), 400, "if-match-malformed"},
		{"weak If-Match", `{}`, header("Content-Type", "application/json", "If-Match", `W/"1"`), 412, "version-stale"},
		{"large", `{"presentationField":"` + strings.Repeat("x", 65<<10) + `"}`, asMergePatch, 413, "body-too-large"},
		{"content type", `{}`, header("Content-Type", "application/json-patch+json"), 415, "content-type"},
	} {
		t.Run(c.name, func(t *testing.T) {
			g.do(call{method: "PATCH", path: path, as: asUser, header: c.header, body: c.body}).want(t, c.status, c.code)
		})
	}
	if g.core.instances[0].Version != 1 {
		t.Error("something changed")
	}
	g.core.fail["ChangeInstance"] = errFakeVersion // somebody was faster
	g.do(call{method: "PATCH", path: path, as: asUser, header: asJSON, body: `{}`}).want(t, 412, "version-stale")
	delete(g.core.fail, "ChangeInstance")
	g.core.instances[0].Archived = g.now
	g.do(call{method: "PATCH", path: path, as: asUser, header: asJSON, body: `{}`}).want(t, 409, "archived")
}

func TestDeleteAndUndelete(t *testing.T) {
	for name, start := range map[string]func(*testing.T) *gateway{
		"fake": func(t *testing.T) *gateway { return newGateway(t) },
		"real": func(t *testing.T) *gateway { return newStack(t) },
	} {
		t.Run(name, func(t *testing.T) {
			g := start(t)
			for _, base := range []string{instancesPath, "/storage/instances", "/storage/api/v1/instances"} {
				i := g.create(person)
				path := base + "/" + i.Id
				do := func(method, suffix, match string) answer {
					return g.do(call{method: method, path: path + suffix, as: asUser, header: header("If-Match", match)})
				}
				do("DELETE", "", `"5"`).want(t, 412, "version-stale")
				do("DELETE", "?hard=perhaps", `*`).want(t, 400, "boolean-invalid")
				a := do("DELETE", "?hard=false", `"1"`).want(t, 200, "")
				if base != "/storage/api/v1/instances" {
					var deleted api.Instance
					a.json(t, &deleted)
					if !deleted.Status.IsSoftDeleted || deleted.Status.IsMarkedForHardDelete {
						t.Errorf("%s", a.body)
					}
				}
				g.do(call{path: path, as: asUser}).want(t, 410, "instance-deleted")
				g.do(call{path: dataPath(i) + "/" + i.Data[0].Id.String(), as: asUser}).want(t, 410, "instance-deleted")
				do("POST", "/undelete", `"1"`).want(t, 412, "version-stale")
				do("POST", "/undelete", `*`).want(t, 200, "")
				g.do(call{path: path, as: asUser}).want(t, 200, "")
				do("DELETE", "?hard=true", `*`).want(t, 200, "")
				do("POST", "/undelete", `*`).want(t, 409, "hard-deleted")
			}
			i := g.create(person)
			g.do(call{method: "PUT", path: dataPath(i) + "/" + i.Data[0].Id.String() + "/lock", as: asUser}).want(t, 200, "")
			for _, base := range []string{instancesPath, "/storage/instances", "/storage/api/v1/instances"} {
				g.do(call{method: "DELETE", path: base + "/" + i.Id, as: asUser}).want(t, 409, "element-locked")
			}
		})
	}
}

func TestLockAndDeleteElement(t *testing.T) {
	for name, start := range map[string]func(*testing.T) *gateway{
		"fake": func(t *testing.T) *gateway { return newGateway(t) },
		"real": func(t *testing.T) *gateway { return newStack(t) },
	} {
		t.Run(name, func(t *testing.T) {
			g := start(t)
			i := g.create(person)
			one := dataPath(i) + "/" + i.Data[0].Id.String()
			tag := g.do(call{path: one + "/metadata", as: asUser}).Header.Get("ETag")
			do := func(method, path string, pairs ...string) answer {
				return g.do(call{method: method, path: path, as: asUser, header: header(pairs...)})
			}
			a := do("PUT", one+"/lock", "If-Match", tag, "Prefer", "return=element").want(t, 200, "")
			var e api.DataElement
			a.json(t, &e)
			if !e.IsLocked || e.Id != i.Data[0].Id {
				t.Errorf("%s", a.body)
			}
			do("DELETE", one+"/lock", "If-Match", tag).want(t, 412, "version-stale")
			do("PUT", one+"/lock", "If-Match", `"x"`).want(t, 412, "version-stale")
			do("DELETE", one, "If-Match", `"x"`).want(t, 412, "version-stale")
			do("DELETE", one).want(t, 409, "element-locked")
			a = do("DELETE", one+"/lock").want(t, 200, "")
			var after api.Instance
			a.json(t, &after)
			if after.Data[0].IsLocked {
				t.Errorf("%s", a.body)
			}
			a = do("DELETE", one, "If-Match", g.do(call{path: one, as: asUser}).Header.Get("ETag")).want(t, 200, "")
			after = api.Instance{}
			a.json(t, &after)
			if len(after.Data) != 0 {
				t.Errorf("%s", a.body)
			}
			do("GET", one).want(t, 404, "element-unknown")
		})
	}
	g := newGateway(t)
	i := g.create(person)
	g.core.instances[0].Archived = g.now
	one := dataPath(i) + "/" + i.Data[0].Id.String()
	g.do(call{method: "DELETE", path: one, as: asUser}).want(t, 409, "archived")
	g.do(call{method: "PUT", path: one + "/lock", as: asUser}).want(t, 409, "archived")
	g.do(call{method: "DELETE", path: one + "/lock", as: asUser}).want(t, 409, "archived")
}
