package api_test

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"overgang/rest"
	"overgang/rest/api"
)

const listPath = "/storage/instances"

// asked records the query that reaches the core.
type asked struct {
	*fake
	query *rest.Query
}

func (a asked) Query(ctx context.Context, c rest.Caller, q rest.Query) (rest.Page, error) {
	*a.query = q
	return a.fake.Query(ctx, c, q)
}

func TestFiltersReachTheCore(t *testing.T) {
	var got rest.Query
	g := serve(t, asked{newFake(), &got})
	yes, no := true, false
	day := func(d int) time.Time { return time.Date(2019, 5, d, 0, 0, 0, 0, time.UTC) }
	for query, want := range map[string]rest.Query{
		"":                                  {},
		"org=ttd":                           {Org: "ttd"},
		"appId=ttd/melding":                 {Org: "ttd", App: "melding"},
		"appId=ttd/melding&org=ttd":         {Org: "ttd", App: "melding"},
		"instanceOwnerId=50001":             {Owner: 50001},
		"instanceOwner.partyId=50001":       {Owner: 50001},
		"label=a&label=b":                   {Labels: []string{"a", "b"}},
		"workflow.currentStep=Submit":       {Step: "Submit"},
		"process.currentTask=Submit":        {Step: "Submit"},
		"workflow.isCompleted=true":         {Completed: &yes},
		"process.isComplete=false":          {Completed: &no},
		"status.isArchived=true":            {Archived: &yes},
		"status.isSoftDeleted=false":        {SoftDeleted: &no},
		"status.isMarkedForHardDelete=true": {HardDeleted: &yes},
		"status.isHardDeleted=true":         {HardDeleted: &yes},
		"confirmed=false":                   {Confirmed: &no},
		"archiveReference=AR1":              {Archive: "AR1"},
		"number=1000042":                    {Number: 1000042},
		"externalShipmentReference=2026 1":  {Reference: "2026 1"},
		"sendersReference=skjema-1":         {SenderReference: "skjema-1"},
		"search=hei du":                     {Search: "hei du"},
		"searchString=hei":                  {Search: "hei"},
		"sort=createdDateTime":              {SortCreated: true},
		"sort=-createdDateTime":             {SortCreated: true, Descending: true},
		"sort=-lastChangedDateTime":         {Descending: true},
		"sort=lastChangedDateTime":          {},
		"size=7&page=3":                     {Limit: 7, Offset: 21},
		"count=true":                        {Count: true},
		"createdDateTime=after(2019-05-01)": {Created: rest.TimeRange{From: day(1), OpenFrom: true}},
		"created=gt:2019-05-01":             {Created: rest.TimeRange{From: day(1), OpenFrom: true}},
		"lastChangedDateTime=before(2019-05-02T02:00:00%2B02:00)":             {Changed: rest.TimeRange{To: day(2), OpenTo: true}},
		"lastChanged=gte:2019-05-01&lastChanged=lte:2019-05-03":               {Changed: rest.TimeRange{From: day(1), To: day(3)}},
		"dueDateTime=between(2019-05-01,2019-05-04)":                          {Due: rest.TimeRange{From: day(1), To: day(4), OpenTo: true}},
		"dueBefore=lt:2019-05-01":                                             {Due: rest.TimeRange{To: day(1), OpenTo: true}},
		"visibleDateTime=eq:2019-05-01":                                       {Visible: rest.TimeRange{From: day(1), To: day(1)}},
		"visibleAfter=gt:2019-05-01&visibleDateTime=gte:2019-05-01":           {Visible: rest.TimeRange{From: day(1), OpenFrom: true}},
		"createdDateTime=after(2019-05-01)&createdDateTime=after(2019-05-02)": {Created: rest.TimeRange{From: day(2), OpenFrom: true}},
	} {
		if want.Limit == 0 {
			want.Limit = 100
		}
		got = rest.Query{}
		g.do(call{path: listPath + "?" + strings.ReplaceAll(query, " ", "%20"), as: asUser}).want(t, 200, "")
		if d := cmp.Diff(want, got); d != "" {
			t.Errorf("%s: %s", query, d)
		}
	}
	for name, c := range map[string]struct {
		value string
		want  rest.PartyID
	}{
		"X-Instance-Owner":             {"Person:" + personSSN, person},
		"X-Ai-InstanceOwnerIdentifier": {"organisation:" + companyOrg, company},
	} {
		got = rest.Query{}
		a := g.do(call{path: listPath, as: asUser, header: header(name, c.value), unlisted: name != "X-Instance-Owner"}).want(t, 200, "")
		if got.Owner != c.want || strings.Contains(string(a.body), c.value[strings.Index(c.value, ":")+1:]) {
			t.Errorf("%s: %+v %s", name, got, a.body)
		}
	}
}

func TestQueryRefuses(t *testing.T) {
	g := newGateway(t)
	for query, want := range map[string]string{ // code, and what the detail names
		"label":                        "parameter-empty label",
		"search=%00":                   "parameter-characters search",
		"label=a&label=%ff":            "parameter-characters label",
		"archiveReference=AR1%0A":      "parameter-characters archiveReference",
		"Label=a":                      "parameter-unknown workflow.currentStep",
		"org=a&org=b":                  "parameter-repeated org",
		"appId=melding":                "app-invalid org/app",
		"appId=a/b/c":                  "app-invalid org/app",
		"appId=ttd/melding&org=nav":    "app-invalid org",
		"instanceOwnerId=x":            "party-invalid instanceOwnerId",
		"instanceOwnerId=" + personSSN: "party-invalid instanceOwnerId",
		"instanceOwnerId=1&instanceOwner.partyId=1": "parameter-twice instanceOwner.partyId",
		"workflow.isCompleted=1":                    "boolean-invalid true or false",
		"status.isArchived=TRUE":                    "boolean-invalid status.isArchived",
		"count=yes":                                 "boolean-invalid count",
		"sort=id":                                   "sort-invalid createdDateTime",
		"number=0":                                  "number-invalid from 1",
		"number=-1":                                 "number-invalid from 1",
		"number=AR1":                                "number-invalid from 1",
		"number=2147483648":                         "number-invalid from 1",
		"number=1&number=2":                         "parameter-repeated number",
		"externalShipmentReference=":                "parameter-empty externalShipmentReference",
		"externalShipmentReference=a%0Ab":           "parameter-characters externalShipmentReference",
		"sendersReference=a&sendersReference=b":     "parameter-repeated sendersReference",
		"sort=-":                                    "sort-invalid createdDateTime",
		"size=0":                                    "size-invalid 1000",
		"size=1001":                                 "size-invalid 1000",
		"size=ten":                                  "size-invalid 1000",
		"page=-1":                                   "page-invalid 0",
		"page=1001":                                 "page-invalid 100000",
		"page=0&cursor=x":                           "page-and-cursor cursor",
		"cursor=x":                                  "cursor-invalid next",
		"cursor=a&continuationToken=b":              "parameter-twice continuationToken",
		"createdDateTime=2019-05-01":                "date-operator between(A,B)",
		"createdDateTime=since(2019)":               "date-operator between(A,B)",
		"createdDateTime=ne:2019-05-01":             "date-operator between(A,B)",
		"createdDateTime=gt :2019-05-01":            "date-operator between(A,B)",
		"createdDateTime=after(2019-05-01":          "date-operator between(A,B)",
		"createdDateTime=between(2019-05-01)":       "date-operator between(A,B)",
		"createdDateTime=after(2019-13-01)":         "date-invalid RFC 3339",
		"dueBefore=lt:tomorrow":                     "date-invalid RFC 3339",
		"createdDateTime=between(2019-05-01,x)":     "date-invalid RFC 3339",
	} {
		code, names, _ := strings.Cut(want, " ")
		a := g.do(call{path: listPath + "?" + strings.ReplaceAll(query, " ", "%20"), as: asUser}).want(t, 400, code)
		var p api.Problem
		a.json(t, &p)
		if !strings.Contains(p.Detail, names) {
			t.Errorf("%s: %q lacks %q", query, p.Detail, names)
		}
		if strings.Contains(p.Detail, personSSN) {
			t.Error("the detail tells an identity number")
		}
	}
	for _, owner := range []string{"", personSSN, "Person:" + companyOrg, "Organisation:" + personSSN, "Person:1", "Ship:123456789"} {
		h := http.Header{"X-Instance-Owner": {owner}}
		if owner == "" {
			continue
		}
		g.do(call{path: listPath, as: asUser, header: h}).want(t, 400, "owner-header")
	}
	g.do(call{path: listPath + "?instanceOwnerId=50001", as: asUser, header: header("X-Instance-Owner", "Person:"+personSSN)}).want(t, 400, "owner-twice")
	g.do(call{path: listPath + "?org=nav", as: asOwner}).want(t, 403, "org")
}

// TestUnknownPartiesReadLikeForeignOnes: the list does not tell who exists.
func TestUnknownPartiesReadLikeForeignOnes(t *testing.T) {
	g := newGateway(t)
	g.create(person)
	var first string
	for _, number := range []string{"Person:01017012345", "Person:01017012399"} {
		a := g.do(call{path: listPath + "?count=true", as: asUser, header: header("X-Instance-Owner", number)}).want(t, 200, "")
		if first == "" {
			first = string(a.body)
		}
		if string(a.body) != first || !strings.Contains(first, `"totalCount":0`) {
			t.Errorf("%s\n%s", a.body, first)
		}
	}
}

// follow pages through a list and returns the ids in order.
func (g *gateway) follow(path string, as ...string) (ids []string, pages int) {
	g.t.Helper()
	for path != "" {
		if pages++; pages > 20 {
			g.t.Fatal("the list has no end")
		}
		a := g.do(call{path: path, as: asUser, header: header(as...)}).want(g.t, 200, "")
		if strings.Contains(a.Header.Get("Content-Type"), "altinn3") {
			var p api.LaterInstancePage
			a.json(g.t, &p)
			for _, i := range p.Instances {
				ids = append(ids, i.Id)
			}
			path = strings.TrimPrefix(p.Next, platformURL)
			continue
		}
		var p api.InstancePage
		a.json(g.t, &p)
		for _, i := range p.UnderscoreEmbedded.Instances {
			ids = append(ids, i.Id)
		}
		path = ""
		if next := p.UnderscoreLinks.Next.Href; next != "" {
			base, err := url.Parse("http://x" + listPath) // the links are relative to the list
			if err != nil {
				g.t.Fatal(err)
			}
			next, err := base.Parse(next)
			if err != nil {
				g.t.Fatal(err)
			}
			path = next.RequestURI()
		}
	}
	return ids, pages
}

func TestPaging(t *testing.T) {
	g := newGateway(t)
	var want []string
	for range 7 {
		want = append(want, g.create(person).Id)
	}
	for _, c := range []struct {
		path  string
		pages int
	}{
		{listPath + "?size=3", 3},
		{listPath + "?size=7", 1},
		{listPath + "?size=3&page=0&sort=createdDateTime&createdDateTime=after(2019-01-01)", 3},
		{listPath, 1},
		{"/storage/api/v1/instances?size=2", 4},
	} {
		got, pages := g.follow(c.path)
		if d := cmp.Diff(want, got); d != "" || pages != c.pages {
			t.Errorf("%s: %d pages, %s", c.path, pages, d)
		}
	}
	if got, _ := g.follow(listPath+"?size=3", "X-Instance-Owner", "Person:"+personSSN); len(got) != 7 {
		t.Errorf("by header: %d", len(got))
	}
	if got, _ := g.follow(listPath + "?size=3&page=2"); len(got) != 1 || got[0] != want[6] {
		t.Error(got)
	}
}

func TestPageLinks(t *testing.T) {
	g := newGateway(t)
	for range 7 {
		g.create(person)
	}
	var p api.InstancePage
	g.do(call{path: listPath + "?size=3&count=true", as: asUser}).json(t, &p)
	l := p.UnderscoreLinks
	if l.Self.Href != "instances?count=true&size=3" || l.Last.Href != "instances?count=true&page=2&size=3" || *p.TotalCount != 7 ||
		!strings.HasPrefix(l.Next.Href, "instances?count=true&cursor=") {
		t.Errorf("%+v", p)
	}
	a := g.do(call{path: listPath + "?size=3", as: asUser})
	if strings.Contains(string(a.body), "totalCount") || strings.Contains(string(a.body), "last\"") {
		t.Errorf("counted unasked: %s", a.body)
	}
	var later api.LaterInstancePage
	g.do(call{path: "/storage/api/v1/instances?size=3", as: asUser}).json(t, &later)
	if later.Count != 3 || later.Self != platformURL+"/storage/api/v1/instances?size=3" || !strings.Contains(later.Next, "continuationToken=") {
		t.Errorf("%d %s %s", later.Count, later.Self, later.Next)
	}
	g.do(call{path: "/storage/api/v1/instances?size=3&count=true", as: asUser}).json(t, &later)
	if later.Count != 7 {
		t.Error(later.Count)
	}
	if body := string(g.do(call{path: listPath + "?label=none", as: asUser}).want(t, 200, "").body); !strings.Contains(body, `"instances":[]`) {
		t.Error(body)
	}
}

func TestCursorsBelongToTheirQueryAndCaller(t *testing.T) {
	g := newGateway(t)
	for range 4 {
		g.create(person)
	}
	var p api.InstancePage
	g.do(call{path: listPath + "?size=2&status.isArchived=false", as: asUser}).json(t, &p)
	next, err := url.Parse(p.UnderscoreLinks.Next.Href)
	if err != nil {
		t.Fatal(err)
	}
	cursor := next.Query().Get("cursor")
	ok := listPath + "?size=1&status.isArchived=false&cursor="
	g.do(call{path: ok + cursor, as: asUser}).want(t, 200, "")
	for name, c := range map[string]call{
		"another filter": {path: listPath + "?size=2&cursor=" + cursor, as: asUser},
		"another order":  {path: listPath + "?sort=-lastChangedDateTime&status.isArchived=false&cursor=" + cursor, as: asUser},
		"another caller": {path: ok + cursor, as: asOwner},
		"another owner":  {path: ok + cursor, as: asUser, header: header("X-Instance-Owner", "Person:"+personSSN)},
		"cut":            {path: ok + cursor[:len(cursor)-4], as: asUser},
		"changed":        {path: ok + strings.ToLower(cursor[:10]) + "A" + cursor[11:], as: asUser},
		"no base64":      {path: ok + "§§§", as: asUser},
		"of our own":     {path: ok + "MjAxOS0wNS0wMQ", as: asUser},
	} {
		t.Run(name, func(t *testing.T) { g.do(c).want(t, 400, "cursor-invalid") })
	}
	// Another gateway with the same secret goes on with it; one with another doesn't.
	same := serve(t, g.core)
	same.do(call{path: ok + cursor, as: asUser}).want(t, 200, "")
	different := serve(t, g.core, func(c *api.Config) { c.Secret = []byte(strings.Repeat("x", 32)) })
	different.do(call{path: ok + cursor, as: asUser}).want(t, 400, "cursor-invalid")
}
