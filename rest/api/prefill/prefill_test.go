package prefill_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"overgang/rest/api/apitest"
	"overgang/rest/api/prefill"
)

const ofOrg, ofOther, ofKari = apitest.Org, apitest.OtherOrg, apitest.Kari

// body is prefill of the party under a reference, with more members.
func body(party, reference, more string) string {
	return fmt.Sprintf(`{"resourceId":"ttd/melding","party":"%s","reference":"%s"%s,"forms":[{"dataFormatId":"1000","dataFormatVersion":1,"data":"<melding>æ</melding>"}]}`,
		party, reference, more)
}

func (g *gateway) put(body string) (p prefill.Prefill) {
	g.t.Helper()
	g.Do(call{Method: http.MethodPost, Path: "/prefill", As: "ttd", Body: body}).Want(g.t, 200, "").JSON(g.t, &p)
	return p
}

func list(party string) string { return "/prefill?resourceId=ttd/melding&party=" + party }

func (g *gateway) references(as, party string) string {
	g.t.Helper()
	var out prefill.Prefills
	g.Do(call{Path: list(party), As: as}).Want(g.t, 200, "").JSON(g.t, &out)
	var names []string
	for _, p := range out.Prefill {
		names = append(names, p.Reference)
	}
	return strings.Join(names, " ")
}

// TestLife: the owner puts, the party reads while it is valid, and putting
// again replaces.
func TestLife(t *testing.T) {
	g := newGateway(t)
	first := g.put(body(ofOrg, "januar", `,"validTo":"2026-11-22T11:00:00Z","identity":["a"],"shipment":"s"`))
	if first.Id == uuid.Nil || first.Forms[0].Data != "<melding>æ</melding>" || first.Shipment != "s" || !strings.HasPrefix(first.Party, "urn:altinn:party:id:") {
		t.Errorf("%+v", first)
	}
	g.Clock.Add(time.Minute)
	g.put(body(ofOrg, "februar", `,"validFrom":"2026-11-22T10:30:00Z"`))
	kari := g.put(body(ofKari, "mars", ""))
	for as, want := range map[string]string{"kari": "januar", "reader": "januar", "ttd": "februar januar"} {
		if got := g.references(as, ofOrg); got != want {
			t.Errorf("%s reads %q, want %q", as, got, want)
		}
	}
	if got := g.references("kari", kari.Party); got != "mars" {
		t.Errorf("her own: %q", got)
	}
	g.Clock.Add(time.Minute)
	if again := g.put(body(ofOrg, "januar", "")); again.Id != first.Id || !again.ValidTo.IsZero() {
		t.Errorf("%+v", again)
	}
	g.Clock.Add(time.Hour)
	if got := g.references("kari", ofOrg); got != "januar februar" {
		t.Errorf("later: %q", got)
	}
	g.Do(call{Method: http.MethodDelete, Path: "/prefill/" + first.Id.String(), As: "ttd"}).Want(t, 204, "")
	g.Do(call{Method: http.MethodDelete, Path: "/prefill/" + first.Id.String(), As: "ttd"}).Want(t, 404, "prefill-unknown")
	if got := g.references("ttd", ofOrg); got != "februar" {
		t.Errorf("after deletion: %q", got)
	}
}

// TestPages: each leads on to the next, by number and by what is in it.
func TestPages(t *testing.T) {
	g := newGateway(t)
	for n := range 5 {
		g.put(body(ofOrg, fmt.Sprint(n), "")) // all in one moment
	}
	large, kari := strings.Replace(body(ofKari, "x", ""), "æ", strings.Repeat("a", 1<<20-100), 1), ""
	for n := range 5 {
		kari = g.put(strings.Replace(large, `"x"`, fmt.Sprintf(`"%d"`, n), 1)).Party
	}
	pages := func(path string) (pages []string) {
		for path != "" {
			var out prefill.Prefills
			a := g.Do(call{Path: path, As: "ttd"}).Want(t, 200, "")
			a.JSON(t, &out)
			var names []string
			for _, p := range out.Prefill {
				names = append(names, p.Reference)
			}
			pages = append(pages, strings.Join(names, " "))
			link := ""
			if out.Next != "" {
				link = "<" + out.Next + `>; rel="next"`
			}
			if got := a.Header.Get("Link"); got != link {
				t.Errorf("Link %q, next %q", got, out.Next)
			}
			_, path, _ = strings.Cut(out.Next, prefill.Base)
		}
		return pages
	}
	if d := cmp.Diff([]string{"4 3", "2 1", "0"}, pages(list(ofOrg)+"&size=2")); d != "" {
		t.Error(d)
	}
	if d := cmp.Diff([]string{"4 3 2 1", "0"}, pages(list(kari))); d != "" {
		t.Error(d)
	}
	var first prefill.Prefills
	g.Do(call{Path: list(ofOrg) + "&size=1", As: "ttd"}).Want(t, 200, "").JSON(t, &first)
	_, next, _ := strings.Cut(first.Next, prefill.Base)
	g.Do(call{Path: next, As: "kari"}).Want(t, 400, "cursor-invalid")
	g.Do(call{Path: list(ofOrg) + "&size=1001", As: "ttd"}).Want(t, 400, "size-invalid")
}

func TestDocument(t *testing.T) {
	g := newGateway(t)
	a := g.Do(call{Path: "/openapi.yaml"}).Want(t, 200, "")
	g.Do(call{Path: "/openapi.yaml", Header: apitest.Header("If-None-Match", a.Header.Get("ETag"))}).Want(t, 304, "")
}

func TestRefusals(t *testing.T) {
	g := newGateway(t)
	kept := g.put(body(ofOrg, "januar", ""))
	good := body(ofOrg, "x", "")
	form := func(text string) string { return strings.Replace(good, `"<melding>æ</melding>"`, text, 1) }
	for name, c := range map[string]struct {
		as, body string
		status   int
		code     string
	}{
		"nobody":            {"", good, 401, "token-missing"},
		"the party":         {"kari", good, 403, "owner"},
		"no scope":          {"reader", good, 403, "scope-missing"},
		"somebody's app":    {"nav", good, 404, "application-unknown"},
		"no app":            {"ttd", strings.Replace(good, "ttd/melding", "ttd/annet", 1), 404, "application-unknown"},
		"no app's name":     {"ttd", strings.Replace(good, "ttd/melding", "ttd", 1), 400, "resource-invalid"},
		"no party's name":   {"ttd", body("310000019", "x", ""), 400, "party-invalid"},
		"no party":          {"ttd", body("urn:altinn:party:id:1", "x", ""), 400, "party-unknown"},
		"no reference":      {"ttd", body(ofOrg, " ", ""), 400, "prefill"},
		"over before it is": {"ttd", body(ofOrg, "x", `,"validFrom":"2026-02-01T00:00:00Z","validTo":"2026-01-01T00:00:00Z"`), 400, "prefill"},
		"no XML":            {"ttd", form(`"melding"`), 400, "prefill"},
		"half of it":        {"ttd", form(`"<melding>"`), 400, "prefill"},
		"two documents":     {"ttd", form(`"<a/><b/>"`), 400, "prefill"},
		"a document type":   {"ttd", form(`"<!DOCTYPE a [<!ENTITY b 'c'>]><a/>"`), 400, "prefill"},
		"another format":    {"ttd", strings.Replace(good, `"1000"`, `"1001"`, 1), 400, "data-format-unknown"},
		"too long":          {"ttd", form(`"<a>` + strings.Repeat("a", 1<<20) + `</a>"`), 413, "prefill-long"},
	} {
		t.Run(name, func(t *testing.T) {
			g.Do(call{Method: http.MethodPost, Path: "/prefill", As: c.as, Body: c.body}).Want(t, c.status, c.code)
		})
	}
	g.Do(call{Method: http.MethodPost, Path: "/prefill", As: "ttd", Body: "<a/>", Header: apitest.Header("Content-Type", "text/xml")}).Want(t, 415, "content-type")
	for name, c := range map[string]struct {
		as, path string
		status   int
		code     string
	}{
		"nobody":               {"", list(ofOrg), 401, "token-missing"},
		"no scope":             {"writer", list(ofOrg), 403, "scope-missing"},
		"not for her to know":  {"kari", list(ofOther), 403, "party"},
		"not there at all":     {"kari", list("urn:altinn:party:id:1"), 403, "party"},
		"somebody else's app":  {"nav", list(ofOrg), 404, "application-unknown"},
		"a number in its path": {"kari", list(ofKari), 400, "party-invalid"},
		"no app's name":        {"kari", "/prefill?resourceId=a&party=" + ofOrg, 400, "resource-invalid"},
	} {
		t.Run(name, func(t *testing.T) { g.Do(call{Path: c.path, As: c.as}).Want(t, c.status, c.code) })
	}
	for as, want := range map[string]struct {
		status int
		code   string
	}{"": {401, "token-missing"}, "reader": {403, "scope-missing"}, "kari": {404, "prefill-unknown"}, "nav": {404, "prefill-unknown"}} {
		g.Do(call{Method: http.MethodDelete, Path: "/prefill/" + kept.Id.String(), As: as}).Want(t, want.status, want.code)
	}
	g.Do(call{Method: http.MethodDelete, Path: "/prefill/1", As: "ttd"}).Want(t, 400, "parameter-invalid")
	for i := range 99 {
		g.put(body(ofOrg, fmt.Sprint(i), ""))
	}
	g.Do(call{Method: http.MethodPost, Path: "/prefill", As: "ttd", Body: good}).Want(t, 409, "prefill-many")
	g.put(body(ofOrg, "januar", "")) // which is there
}
