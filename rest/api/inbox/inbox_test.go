package inbox_test

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"overgang/rest"
	"overgang/rest/api/apitest"
	"overgang/rest/api/inbox"
)

var melding = rest.AppID{Org: "ttd", App: "melding"}

// filled is a gateway with two instances, a message, a lookup and a case of the
// organisation, one second after another; the first instance and the message are
// in the case.
func filled(t *testing.T) *gateway {
	t.Helper()
	g := newGateway(t)
	org, owner := rest.PartyRef{OrgNumber: "310000019"}, apitest.Owner("ttd")
	kari := rest.Caller{Person: g.Kari, Scopes: owner.Scopes[:2]}
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		g.Clock.Add(time.Second)
	}
	file, _, err := g.Core.StartCase(t.Context(), kari, rest.NewCase{App: melding, Party: org, Due: g.Clock.Now().AddDate(0, 1, 0)})
	must(err)
	_, err = g.Core.CreateInstance(t.Context(), kari, rest.NewInstance{App: melding, Owner: org, Presentation: "januar", Case: file.Number})
	must(err)
	_, err = g.Core.CreateInstance(t.Context(), kari, rest.NewInstance{App: rest.AppID{Org: "nav", App: "sak"}, Owner: org, Due: g.Clock.Now().AddDate(0, 2, 0)})
	must(err)
	_, _, err = g.Core.SendCorrespondence(t.Context(), owner, rest.NewCorrespondence{App: melding, Recipients: []rest.PartyRef{org}, Case: file.Number, Confirmation: true,
		Texts: []rest.MessageText{{Language: "nb", Title: "Vedtak"}, {Language: "en", Title: "Decision"}}})
	must(err)
	up, err := g.Core.Upload(t.Context(), rest.UploadOptions{})
	must(err)
	_, err = up.Write([]byte("%PDF-1.7"))
	must(err)
	content, err := up.Commit()
	must(err)
	_, _, err = g.Core.AddLookup(t.Context(), owner, rest.NewLookup{App: melding, Party: org, Key: "k", Title: "Innsyn", Content: content})
	must(err)
	return g
}

// titles are the titles of what a query finds.
func (g *gateway) titles(query string) string {
	g.t.Helper()
	var page inbox.Inbox
	g.Do(call{Path: "/inbox?party=" + apitest.Org + query, As: "kari"}).Want(g.t, 200, "").JSON(g.t, &page)
	var list []string
	for _, e := range page.Entries {
		list = append(list, e.Title)
	}
	return strings.Join(list, ", ")
}

func TestFilters(t *testing.T) {
	g := filled(t)
	const all = "Innsyn, Vedtak, sak, Melding - januar, Melding"
	at := func(seconds int) string {
		return time.Date(2026, 11, 22, 10, 0, seconds, 0, time.UTC).Format(time.RFC3339)
	}
	for query, want := range map[string]string{
		"":                                 all,
		"&sort=-lastChangedDateTime":       all,
		"&sort=lastChangedDateTime":        "Melding, Melding - januar, sak, Vedtak, Innsyn",
		"&kind=case":                       "Melding",
		"&kind=instance&kind=lookup":       "Innsyn, sak, Melding - januar",
		"&kind=correspondence":             "Vedtak",
		"&state=open":                      "Vedtak, sak, Melding - januar, Melding",
		"&state=elsewhere":                 "",
		"&state=received":                  "Vedtak",
		"&state=archived":                  "Innsyn",
		"&state=archived&state=open":       all,
		"&org=nav":                         "sak",
		"&serviceCode=4501":                "Innsyn, Vedtak, Melding - januar, Melding",
		"&serviceCode=4501&org=nav":        "",
		"&caseNumber=1000001":              "Vedtak, Melding - januar",
		"&caseNumber=7":                    "",
		"&archiveReference=AR1":            "Innsyn",
		"&archiveReference=AR99":           "",
		"&search=JANUAR":                   "Melding - januar",
		"&search=message":                  "Innsyn, Vedtak, Melding - januar, Melding",
		"&language=en&kind=case":           "Message",
		"&language=en&state=received":      "Decision",
		"&lastChangedDateTime=gt:" + at(2): "Innsyn, Vedtak",
		"&lastChangedDateTime=between(" + at(1) + "," + at(3) + ")":               "sak, Melding - januar",
		"&lastChangedDateTime=gte:" + at(1) + "&lastChangedDateTime=lte:" + at(1): "Melding - januar",
	} {
		if got := g.titles(query); got != want {
			t.Errorf("%s: %q, want %q", query, got, want)
		}
	}
	number := apitest.Header("X-Instance-Owner", "Organisation:310000019")
	if a := g.Do(call{Path: "/inbox", As: "reader", Header: number}).Want(t, 200, ""); !strings.Contains(string(a.Content), "Vedtak") {
		t.Errorf("%s", a.Content)
	}
	d := g.Do(call{Path: "/openapi.yaml"}).Want(t, 200, "")
	g.Do(call{Path: "/openapi.yaml", Header: apitest.Header("If-None-Match", d.Header.Get("ETag"))}).Want(t, 304, "")
}

// TestEntries shows all of an entry of each kind.
func TestEntries(t *testing.T) {
	g := filled(t)
	var page inbox.Inbox
	g.Do(call{Path: "/inbox?party=" + apitest.Org, As: "kari"}).Want(t, 200, "").JSON(t, &page)
	var got []string
	for _, e := range page.Entries {
		if e.Party != "urn:altinn:party:id:50001" || e.LastChangedDateTime.IsZero() || !strings.HasPrefix(e.Href, "https://platform.example.org/") ||
			e.Kind != "case" && !strings.HasSuffix(e.Href, e.Id.String()) {
			t.Errorf("%+v", e)
		}
		got = append(got, fmt.Sprintf("%s %d %s %s/%d %s archived=%t due=%t %s case=%d", e.Kind, e.Number, e.ResourceId, e.ServiceCode, e.ServiceEdition, e.Status,
			e.IsArchived, !e.DueDateTime.IsZero(), e.ArchiveReference, e.CaseNumber))
	}
	want := []string{
		"lookup 1000005 ttd/melding 4501/1 Archived archived=true due=false AR1000005 case=0",
		"correspondence 1000004 ttd/melding 4501/1 Published archived=false due=false  case=1000001",
		"instance 1000003 nav/sak 4600/1 FormFilling archived=false due=true  case=0",
		"instance 1000002 ttd/melding 4501/1 FormFilling archived=false due=false  case=1000001",
		"case 1000001 ttd/melding 4501/1 Open archived=false due=true  case=0",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// TestPages follows the pages of equal times, which lose and repeat nothing.
func TestPages(t *testing.T) {
	g := newGateway(t)
	for range 7 {
		_, err := g.Core.CreateInstance(t.Context(), apitest.Owner("ttd"), rest.NewInstance{App: melding, Owner: rest.PartyRef{OrgNumber: "310000019"}})
		if err != nil {
			t.Fatal(err)
		}
	}
	for _, order := range []string{"", "&sort=lastChangedDateTime"} {
		var numbers []int32
		path, pages := "/inbox?size=3&kind=instance&kind=case&party="+apitest.Org+order, 0
		for path != "" {
			var page inbox.Inbox
			a := g.Do(call{Path: path, As: "kari"}).Want(t, 200, "")
			a.JSON(t, &page)
			for _, e := range page.Entries {
				numbers = append(numbers, e.Number)
			}
			pages++
			if page.Next != "" && a.Header.Get("Link") != "<"+page.Next+`>; rel="next"` {
				t.Errorf("Link %q", a.Header.Get("Link"))
			}
			path = strings.TrimPrefix(page.Next, "https://platform.example.org"+inbox.Base)
		}
		want := []int32{1000001, 1000002, 1000003, 1000004, 1000005, 1000006, 1000007}
		if order == "" {
			slices.Reverse(want)
		}
		if pages != 3 || !slices.Equal(numbers, want) {
			t.Errorf("%d pages of %v", pages, numbers)
		}
	}
	var page inbox.Inbox
	g.Do(call{Path: "/inbox?size=3&party=" + apitest.Org, As: "kari"}).Want(t, 200, "").JSON(t, &page)
	next, err := url.Parse(page.Next)
	if err != nil {
		t.Fatal(err)
	}
	cursor := "&cursor=" + url.QueryEscape(next.Query().Get("cursor"))
	g.Do(call{Path: "/inbox?kind=instance&party=" + apitest.Org + cursor, As: "kari"}).Want(t, 400, "cursor-invalid")
	g.Do(call{Path: "/inbox?party=" + apitest.Org + "&cursor=x", As: "kari"}).Want(t, 400, "cursor-invalid")
	g.Do(call{Path: "/inbox?size=1&party=" + apitest.Org + cursor, As: "kari"}).Want(t, 200, "")
}

func TestRefusals(t *testing.T) {
	g := filled(t)
	own := "/inbox?party=" + apitest.Org
	for _, c := range []struct {
		path, as, header string
		status           int
		code             string
	}{
		{own, "", "", 401, "token-missing"},
		{own, "writer", "", 403, "scope-missing"},
		{own, "ttd", "", 403, "party"},
		{"/inbox?party=" + apitest.OtherOrg, "kari", "", 403, "party"},
		{"/inbox?party=urn:altinn:party:id:1", "kari", "", 403, "party"},
		{"/inbox", "kari", "Organisation:310000078", 403, "party"},
		{"/inbox", "kari", "", 400, "party-missing"},
		{"/inbox", "kari", "310000019", 400, "owner-header"},
		{own, "kari", "Organisation:310000019", 400, "owner-twice"},
		{"/inbox?party=" + apitest.Kari, "kari", "", 400, "party-invalid"},
		{"/inbox?party=310000019", "kari", "", 400, "party-invalid"},
		{own + "&kind=dialogue", "kari", "", 400, "kind-invalid"},
		{own + "&state=sent", "kari", "", 400, "state-invalid"},
		{own + "&caseNumber=-1", "kari", "", 400, "case-invalid"},
		{own + "&caseNumber=x", "kari", "", 400, "parameter-invalid"},
		{own + "&language=de", "kari", "", 400, "language-invalid"},
		{own + "&sort=number", "kari", "", 400, "sort-invalid"},
		{own + "&size=0", "kari", "", 400, "size-invalid"},
		{own + "&lastChangedDateTime=2026-01-01", "kari", "", 400, "date-operator"},
		{own + "&lastChangedDateTime=gt:yesterday", "kari", "", 400, "date-invalid"},
		{own + "&search=", "kari", "", 400, "parameter-empty"},
		{own + "&searchName=x", "kari", "", 400, "parameter-unknown"},
		{own + "&size=1&size=2", "kari", "", 400, "parameter-repeated"},
	} {
		t.Run(c.path+" "+c.as+" "+c.code, func(t *testing.T) {
			h := http.Header{}
			if c.header != "" {
				h.Set("X-Instance-Owner", c.header)
			}
			g.Do(call{Path: c.path, As: c.as, Header: h}).Want(t, c.status, c.code)
		})
	}
	unknown := g.Do(call{Path: "/inbox?party=urn:altinn:party:id:1", As: "kari"})
	foreign := g.Do(call{Path: "/inbox?party=" + apitest.OtherOrg, As: "kari"})
	if string(unknown.Content) != string(foreign.Content) {
		t.Errorf("%s\n%s", unknown.Content, foreign.Content)
	}
}
