package api_test

import (
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"strings"
	"testing"

	"overgang/rest/api"
)

func dataPath(i api.Instance) string { return instancesPath + "/" + i.Id + "/data" }

func digestOf(content string) string {
	sum := sha256.Sum256([]byte(content))
	return base64.StdEncoding.EncodeToString(sum[:])
}

func TestAddElement(t *testing.T) {
	g := newGateway(t)
	i := g.create(person)
	add := call{method: "POST", path: dataPath(i) + "?formId=vedlegg", as: asUser, body: "hei",
		header: header("Content-Type", "text/plain", "Content-Disposition", "attachment; filename*=UTF-8''bl%C3%A5b%C3%A6r.txt",
			"Content-Digest", "sha-512=:AA==:, sha-256=:"+digestOf("hei")+":")}
	a := g.do(add).want(t, http.StatusCreated, "")
	var after api.Instance
	a.json(t, &after)
	if len(after.Data) != 2 || after.Data[1].FormId != "vedlegg" || after.Data[1].FileName != "blåbær.txt" || after.Data[1].FileSize != 3 {
		t.Fatalf("%+v", after.Data)
	}
	if got := a.Header.Get("Location"); got != appsURL+dataPath(i)+"/"+after.Data[1].Id.String() {
		t.Error("Location", got)
	}

	add.header = add.header.Clone()
	add.header.Set("Prefer", "respond-async, return=element")
	a = g.do(add).want(t, http.StatusCreated, "")
	var e api.DataElement
	a.json(t, &e)
	if e.FormId != "vedlegg" || a.Header.Get("Preference-Applied") != "return=element" {
		t.Errorf("%s", a.body)
	}

	a = g.do(call{method: "POST", path: dataPath(i) + "?dataType=vedlegg", as: asUser, body: "hei",
		header: header("Content-Type", "text/plain", "Accept", "application/json; profile=altinn3")}).want(t, http.StatusCreated, "")
	var l api.LaterDataElement
	a.json(t, &l)
	if l.DataType != "vedlegg" || l.Size != 3 || l.InstanceGuid.String() != strings.TrimPrefix(i.Id, "50001/") {
		t.Errorf("%s", a.body)
	}
}

func TestWritingRefuses(t *testing.T) {
	g := newGateway(t)
	i := g.create(person)
	one := dataPath(i) + "/" + i.Data[0].Id.String()
	xml := header("Content-Type", "application/xml")
	with := func(pairs ...string) http.Header {
		h := xml.Clone()
		for k := 0; k < len(pairs); k += 2 {
			h.Set(pairs[k], pairs[k+1])
		}
		return h
	}
	for _, c := range []struct {
		name, method, path, body string
		header                   http.Header
		status                   int
		code                     string
	}{
		{"no type", "POST", dataPath(i), "x", xml, 400, "type-missing"},
		{"unknown type", "POST", dataPath(i) + "?formId=x", "x", xml, 400, "type-unknown"},
		{"two types", "POST", dataPath(i) + "?formId=default&dataType=default", "x", xml, 400, "parameter-twice"},
		{"type twice", "POST", dataPath(i) + "?formId=default&formId=vedlegg", "x", xml, 400, "parameter-repeated"},
		{"type without value", "POST", dataPath(i) + "?formId=", "x", xml, 400, "parameter-empty"},
		{"empty", "POST", dataPath(i) + "?formId=vedlegg", "", xml, 400, "content-empty"},
		{"bad name", "POST", dataPath(i) + "?formId=vedlegg", "x", with("Content-Disposition", "attachment; filename"), 400, "content-disposition"},
		{"other digest", "POST", dataPath(i) + "?formId=vedlegg", "x", with("Content-Digest", "sha-256=:"+digestOf("y")+":"), 400, "digest-mismatch"},
		{"other old digest", "POST", dataPath(i) + "?formId=vedlegg", "x", with("Digest", "SHA-256="+digestOf("y")), 400, "digest-mismatch"},
		{"no digest", "POST", dataPath(i) + "?formId=vedlegg", "x", with("Content-Digest", "sha-256=:AAAA:"), 400, "digest-malformed"},
		{"one form too many", "POST", dataPath(i) + "?formId=default", "x", xml, 409, "count"},
		{"too large", "POST", dataPath(i) + "?formId=vedlegg", strings.Repeat("x", 4<<20+1), xml, 413, "content-too-large"},
		{"content type", "POST", dataPath(i) + "?formId=default", "x", header("Content-Type", "text/html"), 415, "content-type"},
		{"invalid", "POST", dataPath(i) + "?formId=vedlegg", "invalid", xml, 422, "validation"},

		{"replace: empty", "PUT", one, "", xml, 400, "content-empty"},
		{"replace: malformed If-Match", "PUT", one, "x", with("If-Match", "1"), 400, "if-match-malformed"},
		{"replace: stale", "PUT", one, "x", with("If-Match", `"00", "1"`), 412, "version-stale"},
		{"replace: weak", "PUT", one, "x", with("If-Match", `W/"1"`), 412, "version-stale"},
		{"replace: too large", "PUT", one, strings.Repeat("x", 1<<20+1), xml, 413, "content-too-large"},
	} {
		t.Run(c.name, func(t *testing.T) {
			g.do(call{method: c.method, path: c.path, as: asUser, header: c.header, body: c.body}).want(t, c.status, c.code)
		})
	}
	if len(g.core.instances[0].Elements) != 1 || g.core.open != 0 {
		t.Error("something was stored or is left open")
	}
	g.core.instances[0].Archived = g.now
	g.do(call{method: "POST", path: dataPath(i) + "?formId=vedlegg", as: asUser, header: xml, body: "x"}).want(t, 409, "archived")
	g.do(call{method: "PUT", path: one, as: asUser, header: xml, body: "x"}).want(t, 409, "archived")
}

func TestReplaceRefusesWhatTheTypeForbids(t *testing.T) {
	g := newGateway(t)
	i := g.create(person)
	one := dataPath(i) + "/" + i.Data[0].Id.String()
	// The core refuses these; the API passes its word on.
	for code, status := range map[string]int{"content-type": 415, "validation": 422} {
		kind := map[int]string{415: "Unsupported", 422: "Unprocessable"}[status]
		g.core.fail["ReplaceElement"] = refusal(kind, code)
		g.do(call{method: "PUT", path: one, as: asUser, header: header("Content-Type", "text/html"), body: "x"}).want(t, status, code)
	}
}

func TestReplaceElement(t *testing.T) {
	g := newGateway(t)
	i := g.create(person)
	one := dataPath(i) + "/" + i.Data[0].Id.String()
	content := g.do(call{path: one, as: asUser}).Header.Get("ETag")
	metadata := g.do(call{path: one + "/metadata", as: asUser}).Header.Get("ETag")
	put := func(ifMatch, body string) answer {
		return g.do(call{method: "PUT", path: one, as: asUser, body: body, header: header("Content-Type", "application/xml", "If-Match", ifMatch)})
	}
	a := put(`"nope", `+content, "<two/>").want(t, 200, "")
	var after api.Instance
	a.json(t, &after)
	if after.Data[0].FileSize != 6 || after.Data[0].Id != i.Data[0].Id {
		t.Errorf("%s", a.body)
	}
	put(content, "<three/>").want(t, 412, "version-stale")
	put(metadata, "<three/>").want(t, 412, "version-stale")
	put(a.Header.Get("ETag"), "<three/>").want(t, 200, "")
	metadata = g.do(call{path: one + "/metadata", as: asUser}).Header.Get("ETag")
	put(metadata, "<four/>").want(t, 200, "")
	put("*", "<five/>").want(t, 200, "")
	if got := g.do(call{path: one, as: asUser}); string(got.body) != "<five/>" {
		t.Errorf("%s", got.body)
	}
	a = g.do(call{method: "PUT", path: one, as: asUser, body: "<six/>", header: header("Content-Type", "application/xml", "Prefer", "return=element")})
	var e api.DataElement
	a.want(t, 200, "").json(t, &e)
	if e.FileSize != 6 {
		t.Errorf("%s", a.body)
	}
}

// TestReplaceLosesTheRace: somebody changes the element while its new content comes in.
func TestReplaceLosesTheRace(t *testing.T) {
	g := newGateway(t)
	i := g.create(person)
	one := dataPath(i) + "/" + i.Data[0].Id.String()
	tag := g.do(call{path: one, as: asUser}).Header.Get("ETag")
	g.core.fail["ReplaceElement"] = refusal("PreconditionFailed", "version-stale")
	g.do(call{method: "PUT", path: one, as: asUser, body: "<x/>", header: header("Content-Type", "application/xml", "If-Match", tag)}).want(t, 412, "version-stale")
}

func TestListAndMetadata(t *testing.T) {
	g := newGateway(t)
	i := g.create(person)
	for face, path := range addresses(i) {
		if face == "guid" {
			continue
		}
		list, one := path+"/data", path+"/data/"+i.Data[0].Id.String()+"/metadata"
		if face == "later" {
			list, one = path+"/dataelements", path+"/dataelements/"+i.Data[0].Id.String()
		}
		for _, p := range []string{list, one} {
			a := g.do(call{path: p, as: asUser}).want(t, 200, "")
			if !strings.Contains(string(a.body), i.Data[0].Id.String()) {
				t.Errorf("%s", a.body)
			}
			g.do(call{path: p, as: asUser, header: header("If-None-Match", a.Header.Get("ETag"))}).want(t, 304, "")
		}
	}
}
