package lookup_test

import (
	"fmt"
	"mime/multipart"
	"net/http"
	"net/textproto"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"overgang/rest"
	"overgang/rest/api/apitest"
	"overgang/rest/api/lookup"
)

const document1 = "%PDF-1.7 svar"

// part is one part of a multipart body.
type part struct{ name, kind, file, content string }

// described is the first part of an answer.
func described(party, key, more string) part {
	return part{"lookup", "application/json", "", fmt.Sprintf(`{"resourceId":"ttd/melding","party":"%s","key":"%s"%s}`, party, key, more)}
}

var content = part{"content", "application/pdf", "svar.pdf", document1}

// add is a request that adds what the parts say.
func add(as string, parts ...part) call {
	var body strings.Builder
	w := multipart.NewWriter(&body)
	for _, p := range parts {
		h := textproto.MIMEHeader{"Content-Disposition": {fmt.Sprintf(`form-data; name="%s"; filename="%s"`, p.name, p.file)}, "Content-Type": {p.kind}}
		if p.file == "" {
			h.Set("Content-Disposition", fmt.Sprintf(`form-data; name="%s"`, p.name))
		}
		if to, err := w.CreatePart(h); err == nil {
			_, _ = to.Write([]byte(p.content)) // into memory
		}
	}
	_ = w.Close()
	return call{Method: http.MethodPost, Path: "/lookup", As: as, Body: body.String(), Header: apitest.Header("Content-Type", w.FormDataContentType())}
}

func (g *gateway) add(party, key, more string) (l lookup.Lookup) {
	g.t.Helper()
	g.Do(add("ttd", described(party, key, more), content)).Want(g.t, 200, "").JSON(g.t, &l)
	return l
}

func list(party, more string) string { return "/lookup?resourceId=ttd/melding&party=" + party + more }

func one(l lookup.Lookup, more string) string { return "/lookup/" + l.LookupId.String() + more }

func (g *gateway) keys(as, path string) (keys string, next int32) {
	g.t.Helper()
	var page lookup.Lookups
	g.Do(call{Path: path, As: as}).Want(g.t, 200, "").JSON(g.t, &page)
	for _, l := range page.Lookups {
		keys += l.Key + " "
	}
	return strings.TrimSpace(keys), page.Next
}

// TestLife: the owner answers, the party reads byte for byte, and what the owner
// takes back is gone.
func TestLife(t *testing.T) {
	g := newGateway(t)
	a := g.add(apitest.Org, "a", `,"title":"Innsyn","question":"2026","language":"nn","allowForwarding":true,"archived":"2026-11-01T10:00:00Z"`)
	if a.Number == 0 || a.FileName != "svar.pdf" || a.Size != int64(len(document1)) || a.ArchiveReference == "" || a.Title != "Innsyn" || a.Language != "nn" ||
		!a.Archived.Equal(time.Date(2026, 11, 1, 10, 0, 0, 0, time.UTC)) || a.CreatedBy != "ttd" {
		t.Errorf("%+v", a)
	}
	if again := g.add(apitest.Org, "a", ""); again.LookupId != a.LookupId || again.Title != "Innsyn" {
		t.Errorf("%+v", again)
	}
	b, c := g.add(apitest.OtherOrg, "b", ""), g.add(apitest.Org, "c", "")
	if b.Title != "Melding" || !b.Archived.Equal(g.Clock.Now()) {
		t.Errorf("%+v", b)
	}
	for _, want := range []struct {
		as, path, keys string
		next           int32
	}{
		{"kari", list(apitest.Org, ""), "a c", 0},
		{"reader", list(apitest.Org, "&size=1"), "a", a.Number},
		{"reader", list(apitest.Org, fmt.Sprint("&after=", a.Number)), "c", 0},
		{"ttd", "/lookup?resourceId=ttd/melding&size=2", "a b", b.Number},
		{"ttd", list(apitest.OtherOrg, ""), "b", 0},
	} {
		if keys, next := g.keys(want.as, want.path); keys != want.keys || next != want.next {
			t.Errorf("%s %s: %q and %d, want %q and %d", want.as, want.path, keys, next, want.keys, want.next)
		}
	}
	var got lookup.Lookup
	g.Do(call{Path: one(a, ""), As: "kari"}).Want(t, 200, "").JSON(t, &got)
	if got.Question != "2026" {
		t.Errorf("%+v", got)
	}
	whole := g.Do(call{Path: one(a, "/content"), As: "kari"}).Want(t, 200, "")
	if string(whole.Content) != document1 || whole.Header.Get("Content-Type") != "application/pdf" || !strings.Contains(whole.Header.Get("Content-Disposition"), "svar.pdf") {
		t.Errorf("%q %v", whole.Content, whole.Header)
	}
	tag := whole.Header.Get("ETag")
	if some := g.Do(call{Path: one(a, "/content"), As: "kari", Header: apitest.Header("Range", "bytes=0-3")}).Want(t, 206, ""); string(some.Content) != "%PDF" {
		t.Errorf("%q", some.Content)
	}
	g.Do(call{Path: one(a, "/content"), As: "kari", Header: apitest.Header("If-None-Match", tag)}).Want(t, 304, "")
	g.Do(call{Path: one(a, "/content"), As: "kari", Header: apitest.Header("If-Match", `"x"`)}).Want(t, 412, "version-stale")
	g.Do(call{Path: one(a, "/content"), As: "kari", Header: apitest.Header("Range", "bytes=99-")}).Want(t, 416, "range-not-satisfiable")

	for range 2 {
		g.Do(call{Method: http.MethodDelete, Path: one(a, ""), As: "ttd"}).Want(t, 204, "")
	}
	for _, as := range []string{"kari", "ttd"} {
		g.Do(call{Path: one(a, ""), As: as}).Want(t, 410, "lookup-deleted")
		g.Do(call{Path: one(a, "/content"), As: as}).Want(t, 410, "lookup-deleted")
	}
	if keys, _ := g.keys("kari", list(apitest.Org, "")); keys != "c" {
		t.Errorf("after the deletion %q", keys)
	}
	if anew := g.add(apitest.Org, "a", ""); anew.LookupId == a.LookupId || anew.Number <= c.Number {
		t.Errorf("%+v", anew)
	}
	events, err := g.Core.AppEvents(t.Context(), apitest.Owner("ttd"), rest.AppID{Org: "ttd", App: "melding"}, rest.EventQuery{})
	if err != nil || len(events) != 5 || events[3].Type != rest.EventLookupDeleted || events[3].Lookup != a.LookupId {
		t.Errorf("%+v, %v", events, err)
	}
	d := g.Do(call{Path: "/openapi.yaml"}).Want(t, 200, "")
	g.Do(call{Path: "/openapi.yaml", Header: apitest.Header("If-None-Match", d.Header.Get("ETag"))}).Want(t, 304, "")
}

// TestAdding shows what is refused, and that nothing is left of it.
func TestAdding(t *testing.T) {
	g := newGateway(t)
	good := described(apitest.Org, "k", "")
	for name, c := range map[string]struct {
		call   call
		status int
		code   string
	}{
		"nobody":          {add("", good, content), 401, "token-missing"},
		"the party":       {add("kari", good, content), 403, "owner"},
		"no scope":        {add("reader", good, content), 403, "scope-missing"},
		"somebody's app":  {add("nav", good, content), 404, "application-unknown"},
		"no app":          {add("ttd", part{"lookup", "application/json", "", `{"resourceId":"ttd/annet","party":"` + apitest.Org + `","key":"k"}`}, content), 404, "application-unknown"},
		"no app's name":   {add("ttd", part{"lookup", "application/json", "", `{"resourceId":"ttd","party":"` + apitest.Org + `","key":"k"}`}, content), 400, "resource-invalid"},
		"no party's name": {add("ttd", described("310000019", "k", ""), content), 400, "party-invalid"},
		"no party":        {add("ttd", described("urn:altinn:party:id:1", "k", ""), content), 400, "recipient-unknown"},
		"no key":          {add("ttd", described(apitest.Org, " ", ""), content), 400, "key"},
		"no language":     {add("ttd", described(apitest.Org, "k", `,"language":"de"`), content), 400, "language"},
		"the future":      {add("ttd", described(apitest.Org, "k", `,"archived":"2027-01-01T00:00:00Z"`), content), 400, "archived"},
		"no description":  {add("ttd", content, good), 400, "multipart-lookup"},
		"nothing":         {add("ttd"), 400, "multipart-lookup"},
		"no content":      {add("ttd", good), 400, "multipart-content"},
		"another part":    {add("ttd", good, good), 400, "multipart-content"},
		"a part too many": {add("ttd", good, content, content), 400, "multipart-content"},
		"a field":         {add("ttd", described(apitest.Org, "k", `,"nothing":1`), content), 400, "json-field-unknown"},
		"no PDF":          {add("ttd", good, part{"content", "application/pdf", "", "<svar/>"}), 415, "content-type"},
		"too large":       {add("ttd", good, part{"content", "application/pdf", "", document1 + strings.Repeat(" ", 4<<20)}), 413, "content-too-large"},
	} {
		t.Run(name, func(t *testing.T) { g.Do(c.call).Want(t, c.status, c.code) })
	}
	if keys, _ := g.keys("ttd", "/lookup?resourceId=ttd/melding"); keys != "" {
		t.Errorf("there is %q", keys)
	}
	keyed := add("ttd", good, content)
	keyed.Header.Set("Idempotency-Key", "once")
	var first, second lookup.Lookup
	g.Do(keyed).Want(t, 200, "").JSON(t, &first)
	g.Do(keyed).Want(t, 200, "").JSON(t, &second)
	if first.LookupId != second.LookupId {
		t.Errorf("%+v, then %+v", first, second)
	}
	other := add("ttd", described(apitest.Org, "another", ""), content)
	other.Header.Set("Idempotency-Key", "once")
	g.Do(other).Want(t, 422, "idempotency-key-reused")
	claim, err := g.Core.Claim(t.Context(), apitest.Owner("ttd"), "lost")
	if err != nil {
		t.Fatal(err)
	}
	keyed.Header.Set("Idempotency-Key", "lost")
	g.Do(keyed).Want(t, 409, "idempotency-underway")
	claim.Release()
}

// TestRefusals: what is another's is as if it were not there.
func TestRefusals(t *testing.T) {
	g := newGateway(t)
	kept, theirs := g.add(apitest.Org, "a", ""), g.add(apitest.OtherOrg, "b", "")
	absent := lookup.Lookup{LookupId: uuid.MustParse("01a2019c-7211-7f19-9598-32266aab9f5f")}
	type refusal struct {
		method, path, as string
		status           int
		code             string
	}
	refusals := []refusal{
		{"GET", list(apitest.Org, ""), "", 401, "token-missing"},
		{"GET", list(apitest.Org, ""), "writer", 403, "scope-missing"},
		{"GET", list(apitest.OtherOrg, ""), "kari", 403, "party"},
		{"GET", list("urn:altinn:party:id:1", ""), "kari", 403, "party"},
		{"GET", list(apitest.Kari, ""), "kari", 400, "party-invalid"},
		{"GET", list(apitest.Org, "&size=0"), "kari", 400, "size-invalid"},
		{"GET", list(apitest.Org, "&nothing=1"), "kari", 400, "parameter-unknown"},
		{"GET", "/lookup?resourceId=ttd/melding", "kari", 400, "party-missing"},
		{"GET", "/lookup?resourceId=ttd/melding", "nav", 404, "application-unknown"},
		{"GET", list(apitest.Org, ""), "nav", 404, "application-unknown"},
		{"GET", "/lookup?resourceId=ttd", "ttd", 400, "resource-invalid"},
		{"DELETE", one(kept, ""), "kari", 404, "lookup-unknown"},
		{"DELETE", one(kept, ""), "reader", 403, "scope-missing"},
	}
	for _, end := range []string{"", "/content"} {
		for _, c := range []refusal{
			{"GET", one(kept, end), "", 401, "token-missing"}, {"GET", one(kept, end), "writer", 403, "scope-missing"},
			{"GET", one(kept, end), "nav", 404, "lookup-unknown"}, {"GET", one(theirs, end), "kari", 404, "lookup-unknown"},
			{"GET", one(absent, end), "kari", 404, "lookup-unknown"}, {"GET", "/lookup/1" + end, "kari", 400, "parameter-invalid"},
		} {
			refusals = append(refusals, c)
			if end == "" {
				c.method = "DELETE"
				if c.code == "scope-missing" {
					c.as = "reader"
				}
				refusals = append(refusals, c)
			}
		}
	}
	for _, c := range refusals {
		t.Run(c.method+" "+c.path+" "+c.as+" "+c.code, func(t *testing.T) {
			g.Do(call{Method: c.method, Path: c.path, As: c.as}).Want(t, c.status, c.code)
		})
	}
	if a, b := g.Do(call{Path: one(theirs, ""), As: "kari"}), g.Do(call{Path: one(absent, ""), As: "kari"}); string(a.Content) != string(b.Content) {
		t.Errorf("%s\n%s", a.Content, b.Content)
	}
}
