package api_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"overgang/rest/api"
)

// addresses of an instance: apps face, storage by owner and guid, by guid alone, later.
func addresses(i api.Instance) map[string]string {
	_, guid, _ := strings.Cut(i.Id, "/")
	return map[string]string{
		"apps": instancesPath + "/" + i.Id, "storage": "/storage/instances/" + i.Id,
		"guid": "/storage/instances/" + guid, "later": "/storage/api/v1/instances/" + i.Id,
	}
}

func TestGetInstance(t *testing.T) {
	g := newGateway(t)
	created := g.create(company)
	for face, path := range addresses(created) {
		a := g.do(call{path: path, as: asUser}).want(t, http.StatusOK, "")
		if face == "later" {
			var i api.LaterInstance
			a.json(t, &i)
			if i.Id != created.Id || i.InstanceOwner.PartyId != "50002" || len(i.Data) != 1 {
				t.Errorf("%s", a.body)
			}
		} else {
			var i api.Instance
			a.json(t, &i)
			if d := cmp.Diff(created, i); d != "" {
				t.Errorf("%s: %s", face, d)
			}
		}
		tag := a.Header.Get("ETag")
		g.do(call{path: path, as: asUser, header: header("If-None-Match", `"zz", W/`+tag)}).want(t, http.StatusNotModified, "")
		g.do(call{path: path, as: asUser, header: header("If-None-Match", `"zz"`)}).want(t, http.StatusOK, "")
	}
}

func TestVocabulariesHaveTheirOwnETags(t *testing.T) {
	g := newGateway(t)
	i := g.create(person)
	draft := g.do(call{path: "/storage/instances/" + i.Id, as: asUser})
	later := g.do(call{path: "/storage/instances/" + i.Id, as: asUser, header: header("Accept", "application/json; profile=altinn3")})
	if draft.Header.Get("ETag") != `"1"` || later.Header.Get("ETag") == `"1"` {
		t.Error(draft.Header.Get("ETag"), later.Header.Get("ETag"))
	}
	if !strings.Contains(draft.Header.Get("Vary"), "Accept") {
		t.Error("Vary", draft.Header.Get("Vary"))
	}
	g.do(call{path: "/storage/instances/" + i.Id, as: asUser,
		header: header("Accept", "application/json; profile=altinn3", "If-None-Match", `"1"`)}).want(t, http.StatusOK, "")
}

func TestHeadIsGetWithoutContent(t *testing.T) {
	g := newGateway(t)
	i := g.create(person)
	a := g.do(call{method: http.MethodHead, path: "/storage/instances/" + i.Id, as: asUser})
	if a.StatusCode != http.StatusOK || len(a.body) != 0 || a.Header.Get("ETag") != `"1"` {
		t.Error(a.StatusCode, a.Header)
	}
}

func TestLogsNameTheRouteAndNoNumbers(t *testing.T) {
	g := newGateway(t)
	i := g.create(person)
	g.do(call{path: "/storage/instances/" + i.Id, as: asUser, header: header("X-Instance-Owner", "Person:"+personSSN)})
	g.do(call{path: "/storage/instances?search=" + personSSN, as: asUser, header: header("X-Instance-Owner", "Person:"+personSSN)})
	logs := g.logs.String()
	if !strings.Contains(logs, "route=/storage/instances/:owner/:guid") || !strings.Contains(logs, "operation=listInstances") || !strings.Contains(logs, "caller=person:50001") {
		t.Error(logs)
	}
	if strings.Contains(logs, personSSN) || strings.Contains(logs, "Bearer") {
		t.Error("a secret is in the log:", logs)
	}
}

func TestRequestsAreObserved(t *testing.T) {
	var seen []api.Record
	g := newGateway(t, func(c *api.Config) { c.Observe = func(r api.Record) { seen = append(seen, r) } })
	a := g.do(call{path: "/storage/applications", as: asOwner})
	g.do(call{path: "/storage/applications", as: asNobody})
	want := []api.Record{
		{ID: a.Header.Get("X-Request-Id"), Operation: "listApplications", Method: "GET", Route: "/storage/applications", Caller: "ttd", Status: 200, Sent: int64(len(a.body))},
		{Operation: "listApplications", Method: "GET", Route: "/storage/applications", Status: 401, Code: "token-missing"},
	}
	want[1].ID, want[1].Sent = seen[1].ID, seen[1].Sent
	if d := cmp.Diff(want, seen); d != "" {
		t.Error(d)
	}
}

func TestNewSaysEverythingThatIsMissing(t *testing.T) {
	_, err := api.New(api.Config{AppsURL: "nowhere", PlatformURL: "https://x.example?q"})
	for _, want := range []string{"Core", "Tokens", "Rand", "Now", "NewID", "Logger", "Secret", "AppsURL", "PlatformURL"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s is not in %v", want, err)
		}
	}
}
