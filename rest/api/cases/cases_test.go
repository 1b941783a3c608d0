package cases_test

import (
	"fmt"
	"net/http"
	"testing"
	"time"

	"overgang/rest"
	"overgang/rest/api/apitest"
	"overgang/rest/api/cases"
)

const ofOrg, ofOther, ofKari = apitest.Org, apitest.OtherOrg, apitest.Kari

func body(party, more string) string {
	return fmt.Sprintf(`{"resourceId":"ttd/melding","party":"%s"%s}`, party, more)
}

func (g *gateway) start(body string) (c cases.Case) {
	g.t.Helper()
	g.Do(call{Method: http.MethodPost, Path: "/case", As: "kari", Body: body}).Want(g.t, 200, "").JSON(g.t, &c)
	return c
}

func list(party, more string) string { return "/case?resourceId=ttd/melding&party=" + party + more }

func one(c cases.Case, more string) string { return fmt.Sprintf("/case/%d%s", c.Number, more) }

// TestLife starts, finds, lists and ends cases.
func TestLife(t *testing.T) {
	g := newGateway(t)
	a := g.start(body(ofOrg, `,"reference":"a","due":"2026-12-24T00:00:00Z"`))
	if again := g.start(body(ofOrg, `,"reference":"a"`)); again.Number != a.Number || again.Due.IsZero() || again.Status != "Open" {
		t.Errorf("%+v", again)
	}
	b := g.start(body(ofOrg, ""))
	g.start(body(ofOrg, `,"visible":"2026-11-23T00:00:00Z"`))
	g.start(body(ofKari, ""))
	var page cases.Cases
	g.Do(call{Path: list(ofOrg, "&size=1"), As: "reader"}).Want(t, 200, "").JSON(t, &page)
	if len(page.Cases) != 1 || page.Cases[0].Number != a.Number || page.Next != a.Number {
		t.Errorf("%+v", page)
	}
	page = cases.Cases{}
	g.Do(call{Path: list(ofOrg, fmt.Sprint("&after=", a.Number)), As: "ttd"}).Want(t, 200, "").JSON(t, &page)
	if len(page.Cases) != 1 || page.Cases[0].Number != b.Number || page.Next != 0 {
		t.Errorf("%+v", page)
	}
	message := rest.NewCorrespondence{
		App: rest.AppID{Org: "ttd", App: "melding"}, Recipients: []rest.PartyRef{{OrgNumber: "310000019"}}, Case: a.Number,
		Texts: []rest.MessageText{{Language: "nb", Title: "Hei"}}, Publish: g.Clock.Now().Add(time.Hour),
	}
	owner := rest.Caller{Owner: "ttd", Scopes: []string{rest.ScopeRead, rest.ScopeWrite, rest.ScopeOwner}}
	if _, _, err := g.Core.SendCorrespondence(t.Context(), owner, message); err != nil {
		t.Fatal(err)
	}
	g.Clock.Add(2 * time.Hour)
	g.Do(call{Method: http.MethodPost, Path: one(a, "/archive?force=true"), As: "kari"}).Want(t, 409, "case-messages")
	var archived cases.Case
	g.Do(call{Method: http.MethodPost, Path: one(b, "/archive"), As: "kari"}).Want(t, 200, "").JSON(t, &archived)
	if archived.Status != "Archived" {
		t.Errorf("%+v", archived)
	}
	g.Do(call{Method: http.MethodPost, Path: one(b, "/archive"), As: "kari"}).Want(t, 409, "case-closed")
	g.Do(call{Method: http.MethodDelete, Path: one(b, ""), As: "kari"}).Want(t, 409, "case-closed")
	g.Do(call{Method: http.MethodDelete, Path: one(a, ""), As: "kari"}).Want(t, 200, "")
	var deleted cases.Case
	g.Do(call{Path: one(a, ""), As: "kari"}).Want(t, 200, "").JSON(t, &deleted)
	if deleted.Status != "Deleted" {
		t.Errorf("%+v", deleted)
	}
	d := g.Do(call{Path: "/openapi.yaml"}).Want(t, 200, "")
	g.Do(call{Path: "/openapi.yaml", Header: apitest.Header("If-None-Match", d.Header.Get("ETag"))}).Want(t, 304, "")
}

func TestRefusals(t *testing.T) {
	g := newGateway(t)
	kept := g.start(body(ofOrg, ""))
	own := g.start(body(ofKari, ""))
	for _, c := range []struct {
		method, path, as, body string
		status                 int
		code                   string
	}{
		{"POST", "/case", "", body(ofOrg, ""), 401, "token-missing"},
		{"POST", "/case", "reader", body(ofOrg, ""), 403, "scope-missing"},
		{"POST", "/case", "kari", body(ofOther, ""), 403, "party"},
		{"POST", "/case", "kari", body("urn:altinn:party:id:1", ""), 403, "party"},
		{"POST", "/case", "kari", body("310000019", ""), 400, "party-invalid"},
		{"POST", "/case", "nav", body(ofOrg, ""), 404, "application-unknown"},
		{"POST", "/case", "kari", `{"resourceId":"ttd","party":"` + ofOrg + `"}`, 400, "resource-invalid"},
		{"GET", list(ofOrg, ""), "", "", 401, "token-missing"},
		{"GET", list(ofOrg, ""), "writer", "", 403, "scope-missing"},
		{"GET", list(ofOther, ""), "kari", "", 403, "party"},
		{"GET", list(ofKari, ""), "kari", "", 400, "party-invalid"},
		{"GET", list(ofOrg, ""), "nav", "", 404, "application-unknown"},
		{"GET", list(ofOrg, "&size=0"), "kari", "", 400, "size-invalid"},
		{"GET", "/case?resourceId=x&party=" + ofOrg, "kari", "", 400, "resource-invalid"},
		{"GET", "/case/x", "kari", "", 400, "parameter-invalid"},
		{"GET", one(kept, ""), "", "", 401, "token-missing"},
		{"GET", one(kept, ""), "writer", "", 403, "scope-missing"},
		{"GET", one(kept, ""), "nav", "", 404, "case-unknown"},
		{"GET", "/case/7", "kari", "", 404, "case-unknown"},
		{"DELETE", "/case/x", "kari", "", 400, "parameter-invalid"},
		{"POST", "/case/x/archive", "kari", "", 400, "parameter-invalid"},
		{"POST", one(kept, "/archive?force=perhaps"), "kari", "", 400, "parameter-invalid"},
		{"DELETE", one(kept, ""), "", "", 401, "token-missing"},
		{"DELETE", one(kept, ""), "reader", "", 403, "scope-missing"},
		{"DELETE", one(own, ""), "nav", "", 404, "case-unknown"},
		{"POST", one(kept, "/archive"), "", "", 401, "token-missing"},
		{"POST", one(kept, "/archive"), "reader", "", 403, "scope-missing"},
		{"POST", one(kept, "/archive"), "nav", "", 404, "case-unknown"},
	} {
		t.Run(c.method+" "+c.path+" "+c.as+" "+c.code, func(t *testing.T) {
			g.Do(call{Method: c.method, Path: c.path, As: c.as, Body: c.body}).Want(t, c.status, c.code)
		})
	}
	g.Do(call{Method: "POST", Path: "/case", As: "kari", Body: "<a/>", Header: apitest.Header("Content-Type", "text/xml")}).Want(t, 415, "content-type")
}
