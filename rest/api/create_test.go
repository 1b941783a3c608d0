package api_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"mime/multipart"
	"net/http"
	"net/textproto"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"overgang/rest/api"
)

const instancesPath = "/ttd/melding/instances"

func TestCreateByJSON(t *testing.T) {
	g := newGateway(t)
	a := g.do(call{method: "POST", path: instancesPath, as: asOwner, header: asJSON, body: `{
		"reportee": {"ssn": "` + personSSN + `"}, "labels": ["gr", "x2"], "dueDateTime": "2026-06-01T14:00:00+02:00",
		"visibleDateTime": "2026-05-20T00:00:00Z", "presentationField": "Arbeidsmelding",
		"data": [{"formId": "default", "contentType": "application/xml", "fileName": "skjema.xml", "content": "PG1lbGRpbmcvPg=="},
		         {"formId": "vedlegg", "contentType": "text/plain", "content": "aGVp"}]}`}).want(t, http.StatusCreated, "")
	var i api.Instance
	a.json(t, &i)
	_, guid, _ := strings.Cut(i.Id, "/")
	if i.InstanceOwnerId != "50001" || i.AppId != "ttd/melding" || !strings.HasPrefix(i.Id, "50001/") {
		t.Errorf("%+v", i)
	}
	if d := cmp.Diff([]string{"gr", "x2"}, i.Labels); d != "" {
		t.Error(d)
	}
	want := api.Links{Apps: appsURL + instancesPath + "/" + i.Id, Platform: platformURL + "/storage/instances/" + i.Id}
	if i.SelfLinks != want {
		t.Errorf("%+v", i.SelfLinks)
	}
	if got := a.Header.Get("Location"); got != want.Apps {
		t.Error("Location", got)
	}
	if !strings.Contains(string(a.body), `"dueDateTime":"2026-06-01T12:00:00Z"`) {
		t.Errorf("dates are not UTC: %s", a.body)
	}
	if len(i.Data) != 2 || i.Data[0].FileSize != int64(len(formText)) || i.Data[0].FileName != "skjema.xml" || i.Data[1].ContentType != "text/plain" {
		t.Errorf("%+v", i.Data)
	}
	d := i.Data[0]
	if d.DataLinks.Platform != want.Platform+"/data/"+d.Id.String() || d.StorageUrl != "ttd/melding/"+guid+"/data/"+d.Id.String() {
		t.Errorf("%+v", d)
	}
	if i.Workflow != (api.Workflow{CurrentStep: "FormFilling"}) {
		t.Errorf("%+v", i.Workflow)
	}
	if strings.Contains(string(a.body)+g.logs.String(), personSSN) {
		t.Error("the identity number shows")
	}
}

func TestCreateNamesThePartyInEveryWay(t *testing.T) {
	g := newGateway(t)
	for body, want := range map[string]string{
		`{"instanceOwnerId":"50002"}`:                                   "50002",
		`{"reportee":{"organizationNumber":"` + companyOrg + `"}}`:      "50002",
		`{"reportee":{"userName":"kari"}}`:                              "50001",
		`{"instanceOwner":{"partyId":"50001"}}`:                         "50001",
		`{"instanceOwner":{"personNumber":"` + personSSN + `"}}`:        "50001",
		`{"instanceOwner":{"organisationNumber":"` + companyOrg + `"}}`: "50002",
		`{"instanceOwner":{"username":"kari"},"dueBefore":"2026-06-01T12:00:00Z","visibleAfter":"2026-05-01T00:00:00Z"}`: "50001",
	} {
		a := g.do(call{method: "POST", path: instancesPath, as: asUser, header: asJSON, body: body})
		var i api.Instance
		a.want(t, http.StatusCreated, "").json(t, &i)
		if i.InstanceOwnerId != want {
			t.Errorf("%s: owner %s", body, i.InstanceOwnerId)
		}
	}
}

func TestCreateRefusesBadJSON(t *testing.T) {
	g := newGateway(t)
	many := strings.TrimSuffix(strings.Repeat(`{"formId":"vedlegg","content":"eA=="},`, 6), ",")
	for _, c := range []struct {
		name, body, code, detail string
		status                   int
	}{
		{"empty", ``, "json-empty", "JSON object", 400},
		{"no JSON", `<x/>`, "json-malformed", "byte 1", 400},
		{"no object", `[]`, "json-type", "The body wants an object", 400},
		{"truncated", `{"labels":["a"`, "body-truncated", "ends too early", 400},
		{"text after it", `{"instanceOwnerId":"50001"}{}`, "json-malformed", "one JSON value", 400},
		{"unknown field", `{"instanceOwnerId":"50001","label":"x"}`, "json-field-unknown", `no field "label"`, 400},
		{"field in other letters", `{"InstanceOwnerId":"50001"}`, "json-field-unknown", `"InstanceOwnerId"`, 400},
		{"nested unknown field", `{"data":[{"formId":"default","contents":""}]}`, "json-field-unknown", `/data/0 has no field "contents"`, 400},
		{"repeated field", `{"instanceOwnerId":"50001","instanceOwnerId":"50002"}`, "json-field-repeated", "/instanceOwnerId", 400},
		{"wrong type", `{"instanceOwnerId":50001}`, "json-type", "/instanceOwnerId wants a string", 400},
		{"null", `{"labels":null}`, "json-null", "/labels is null", 400},
		{"bad date", `{"instanceOwnerId":"50001","dueDateTime":"2019-06-01"}`, "date-invalid", "/dueDateTime wants", 400},
		{"a date that is in the year 10000 in UTC", `{"instanceOwnerId":"50001","dueDateTime":"9999-12-31T23:59:59-00:01"}`, "date-invalid", "/dueDateTime wants", 400},
		{"a date that is in the year 0 in UTC", `{"instanceOwnerId":"50001","visibleAfter":"0001-01-01T00:00:00+00:01"}`, "date-invalid", "/visibleAfter wants", 400},
		{"no UTF-8", `{"instanceOwnerId":"50001","labels":["` + "\xff" + `"]}`, "json-malformed", "UTF-8", 400},
		{"a character cut off", `{"instanceOwnerId":"50001"}` + "\xc3", "json-malformed", "UTF-8", 400},
		{"parts", `{"instanceOwnerId":"50001","parts":[]}`, "multipart-parts", "multipart", 400},
		{"bad base64", `{"instanceOwnerId":"50001","data":[{"formId":"default","content":"§"}]}`, "base64-invalid", "/data/0/content", 400},
		{"deep", strings.Repeat(`{"reportee":`, 2) + `{}` + strings.Repeat(`}`, 2), "json-field-unknown", "/reportee", 400},
		{"many labels in items", `{"labels":[` + strings.Repeat(`"a",`, 1001) + `"a"]}`, "json-array-long", "1000", 400},
		{"too large", `{"presentationField":"` + strings.Repeat("x", 70<<10) + `"}`, "body-too-large", "65536", 413},
		{"nobody", `{}`, "party-ambiguous", "exactly one", 400},
		{"two parties", `{"instanceOwnerId":"50001","reportee":{"userName":"kari"}}`, "party-ambiguous", "exactly one", 400},
		{"short number", `{"reportee":{"ssn":"1224"}}`, "party-invalid", "/reportee/ssn", 400},
		{"number as id", `{"instanceOwnerId":"` + personSSN + `"}`, "party-invalid", "instanceOwnerId", 400},
		{"both due dates", `{"instanceOwnerId":"50001","dueDateTime":"2019-06-01T00:00:00Z","dueBefore":"2019-06-01T00:00:00Z"}`, "parameter-twice", "dueBefore", 400},
		{"empty label", `{"instanceOwnerId":"50001","labels":[""]}`, "label-invalid", "", 400},
		{"many labels", `{"instanceOwnerId":"50001","labels":[` + strings.Repeat(`"a",`, 32) + `"a"]}`, "labels-many", "", 400},
		{"long presentation", `{"instanceOwnerId":"50001","presentationField":"` + strings.Repeat("x", 257) + `"}`, "presentation-long", "", 400},
		{"long reference", `{"instanceOwnerId":"50001","externalShipmentReference":"` + strings.Repeat("x", 256) + `"}`, "reference-invalid", "/externalShipmentReference", 400},
		{"empty reference", `{"instanceOwnerId":"50001","externalShipmentReference":""}`, "reference-invalid", "/externalShipmentReference", 400},
		{"long reference of an element", `{"instanceOwnerId":"50001","data":[{"formId":"default","content":"eA==","sendersReference":"` + strings.Repeat("x", 256) + `"}]}`,
			"reference-invalid", "/data/0/sendersReference", 400},
		{"unknown type", `{"instanceOwnerId":"50001","data":[{"formId":"x","content":"eA=="}]}`, "type-unknown", "default, vedlegg", 400},
		{"no type", `{"instanceOwnerId":"50001","data":[{"content":"eA=="}]}`, "type-missing", "default, vedlegg", 400},
		{"two types", `{"instanceOwnerId":"50001","data":[{"formId":"default","dataType":"default","content":"eA=="}]}`, "parameter-twice", "", 400},
		{"no content", `{"instanceOwnerId":"50001","data":[{"formId":"default","content":""}]}`, "content-empty", "", 400},
		{"unknown party", `{"reportee":{"ssn":"01017012346"}}`, "party", "", 403},
		{"somebody else", `{"instanceOwnerId":"50003"}`, "party", "", 403},
		{"too many elements", `{"instanceOwnerId":"50001","data":[` + many + `]}`, "elements-many", "5", 413},
		{"wrong content type", `{"instanceOwnerId":"50001","data":[{"formId":"default","contentType":"text/html","content":"eA=="}]}`, "content-type", "", 415},
		{"invalid form", `{"instanceOwnerId":"50001","data":[{"formId":"default","content":"aW52YWxpZA=="}]}`, "validation", "", 422},
		{"two where one is allowed", `{"instanceOwnerId":"50001","data":[{"formId":"default","content":"eA=="},{"formId":"default","content":"eA=="}]}`, "count", "", 409},
	} {
		t.Run(c.name, func(t *testing.T) {
			a := g.do(call{method: "POST", path: instancesPath, as: asUser, header: asJSON, body: c.body}).want(t, c.status, c.code)
			var p api.Problem
			a.json(t, &p)
			if !strings.Contains(p.Detail, c.detail) {
				t.Errorf("detail %q lacks %q", p.Detail, c.detail)
			}
			if strings.Contains(string(a.body), personSSN) {
				t.Error("the identity number shows")
			}
		})
	}
	if len(g.core.instances) != 0 || g.core.open != 0 {
		t.Errorf("%d instances and %d open uploads are left", len(g.core.instances), g.core.open)
	}
	if strings.Contains(g.logs.String(), personSSN) {
		t.Error("an identity number is in the log")
	}
}

func TestDeepJSONIsRefused(t *testing.T) {
	g := newGateway(t, func(c *api.Config) { c.Limits.Depth = 2 })
	g.do(call{method: "POST", path: instancesPath, as: asUser, header: asJSON, body: `{"data":[{}]}`}).want(t, 400, "json-deep")
}

func TestCreateWantsAKnownContentType(t *testing.T) {
	g := newGateway(t)
	for _, kind := range []string{"", "text/plain", "application/jsonx", "multipart/mixed; boundary=x"} {
		h := http.Header{}
		if kind != "" {
			h.Set("Content-Type", kind)
		}
		g.do(call{method: "POST", path: instancesPath, as: asUser, header: h, body: `{}`}).want(t, http.StatusUnsupportedMediaType, "content-type")
	}
	g.do(call{method: "POST", path: instancesPath, as: asUser, header: header("Content-Type", "multipart/form-data"), body: `{}`}).want(t, 400, "multipart-malformed")
	g.do(call{method: "POST", path: instancesPath, as: asUser, header: header("Content-Type", "Application/JSON; charset=utf-8"),
		body: `{"instanceOwnerId":"50001"}`}).want(t, http.StatusCreated, "")
}

func TestCreateInTheLaterVocabulary(t *testing.T) {
	g := newGateway(t)
	h := asJSON.Clone()
	h.Set("Accept", "text/plain;q=0.1, application/json;profile=altinn3")
	a := g.do(call{method: "POST", path: instancesPath, as: asUser, header: h,
		body: `{"instanceOwner":{"partyId":"50001"},"presentationField":"p","data":[{"dataType":"vedlegg","content":"eA=="}]}`}).want(t, http.StatusCreated, "")
	var i api.LaterInstance
	a.json(t, &i)
	if a.Header.Get("Content-Type") != "application/json; profile=altinn3" || i.InstanceOwner.PartyId != "50001" || i.Org != "ttd" ||
		i.Data[0].DataType != "vedlegg" || i.Data[0].Size != 1 || i.PresentationTexts["presentationField"] != "p" {
		t.Errorf("%s", a.body)
	}
	// The links lead to where plain clients are answered in the same words.
	if want := platformURL + "/storage/api/v1/instances/" + i.Id; i.SelfLinks.Platform != want || i.Data[0].SelfLinks.Platform != want+"/data/"+i.Data[0].Id.String() {
		t.Errorf("%+v %+v", i.SelfLinks, i.Data[0].SelfLinks)
	}
	task := i.Process.CurrentTask
	if task == nil || task.ElementId != "FormFilling" || task.AltinnTaskType != "data" || task.Flow != 2 {
		t.Errorf("%+v", task)
	}
}

// part is one part of a multipart body.
type part struct {
	name, file, kind, content, coding string
}

func parts(t *testing.T, all ...part) (kind, body string) {
	t.Helper()
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	for _, p := range all {
		h := textproto.MIMEHeader{}
		disposition := fmt.Sprintf(`form-data; name=%q`, p.name)
		if p.file != "" {
			disposition += fmt.Sprintf(`; filename=%q`, p.file)
		}
		h.Set("Content-Disposition", disposition)
		if p.kind != "" {
			h.Set("Content-Type", p.kind)
		}
		if p.coding != "" {
			h.Set("Content-Transfer-Encoding", p.coding)
		}
		out, err := w.CreatePart(h)
		if err == nil {
			_, err = out.Write([]byte(p.content))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return w.FormDataContentType(), b.String()
}

var instancePart = part{name: "instance", kind: "application/json", content: `{"instanceOwnerId":"50001","labels":["m"]}`}

func TestCreateByParts(t *testing.T) {
	g := newGateway(t)
	large := strings.Repeat("0123456789", 300_000)
	kind, body := parts(t, instancePart, part{name: "default", file: "skjema.xml", kind: "application/xml", content: formText},
		part{name: "vedlegg", file: "stor.bin", kind: "application/octet-stream", content: large, coding: "binary"})
	var i api.Instance
	g.do(call{method: "POST", path: instancesPath, as: asUser, header: header("Content-Type", kind), body: body}).want(t, http.StatusCreated, "").json(t, &i)
	if len(i.Data) != 2 || i.Data[1].FileName != "stor.bin" || i.Data[1].FileSize != int64(len(large)) {
		t.Fatalf("%+v", i.Data)
	}
	if got := string(g.core.contents[i.Data[1].Id]); got != large {
		t.Error("the content changed on its way")
	}
}

// TestPartsAreDescribedByTheFirst: what has no place in a part's own header.
func TestPartsAreDescribedByTheFirst(t *testing.T) {
	s := newStage(t)
	first := part{name: "instance", content: `{"instanceOwnerId":"50001","parts":[{"formId":"default","sendersReference":"skjema-1"},{"dataType":"vedlegg","encrypted":true}]}`}
	kind, body := parts(t, first, part{name: "default", kind: "application/xml", content: formText}, part{name: "vedlegg", content: "x"})
	var i api.Instance
	s.do(call{method: "POST", path: instancesPath, as: asUser, header: header("Content-Type", kind), body: body}).want(t, http.StatusCreated, "").json(t, &i)
	if i.Data[0].SendersReference != "skjema-1" || i.Data[0].Encrypted || i.Data[1].SendersReference != "" || !i.Data[1].Encrypted {
		t.Errorf("%+v", i.Data)
	}
}

func TestCreateRefusesBadParts(t *testing.T) {
	described := func(all string) part {
		return part{name: "instance", content: `{"instanceOwnerId":"50001","parts":[` + all + `]}`}
	}
	form := part{name: "default", kind: "application/xml", content: formText}
	attachment := part{name: "vedlegg", content: "x"}
	for _, c := range []struct {
		name   string
		parts  []part
		cut    int // bytes cut off the end
		status int
		code   string
	}{
		{"instance is not first", []part{form, instancePart}, 0, 400, "multipart-instance"},
		{"no part", nil, 0, 400, "multipart-instance"},
		{"instance is no JSON", []part{{name: "instance", kind: "text/plain", content: "x"}}, 0, 415, "content-type"},
		{"instance with data", []part{{name: "instance", content: `{"instanceOwnerId":"50001","data":[]}`}}, 0, 400, "multipart-data"},
		{"fewer described", []part{described(""), attachment}, 0, 400, "multipart-parts"},
		{"more described", []part{described(`{"formId":"vedlegg"},{"formId":"vedlegg"}`), attachment}, 0, 400, "multipart-parts"},
		{"others described", []part{described(`{"formId":"default"}`), attachment}, 0, 400, "multipart-parts"},
		{"described twice", []part{described(`{"formId":"vedlegg","dataType":"vedlegg"}`), attachment}, 0, 400, "parameter-twice"},
		{"a long reference", []part{described(`{"formId":"vedlegg","sendersReference":"` + strings.Repeat("x", 256) + `"}`), attachment}, 0, 400, "reference-invalid"},
		{"unknown type", []part{instancePart, {name: "x", content: "x"}}, 0, 400, "type-unknown"},
		{"empty part", []part{instancePart, {name: "default"}}, 0, 400, "content-empty"},
		{"encoded part", []part{instancePart, {name: "default", content: "eA==", coding: "base64"}}, 0, 415, "transfer-encoding"},
		{"part too large", []part{instancePart, {name: "default", content: strings.Repeat("x", 1<<20+1)}}, 0, 413, "content-too-large"},
		{"all too large", []part{instancePart, {name: "vedlegg", content: strings.Repeat("x", 4<<20)}, {name: "vedlegg", content: strings.Repeat("x", 4<<20)},
			{name: "vedlegg", content: strings.Repeat("x", 1<<20)}}, 0, 413, "body-too-large"},
		{"too many", []part{instancePart, attachment, attachment, attachment, attachment, attachment, attachment}, 0, 413, "elements-many"},
		{"truncated in a part", []part{instancePart, form, attachment}, 80, 400, "body-truncated"},
		{"truncated in the last boundary", []part{instancePart, form}, 6, 400, "body-truncated"},
		{"second part fails", []part{instancePart, form, {name: "default", content: "invalid"}}, 0, 422, "validation"},
	} {
		t.Run(c.name, func(t *testing.T) {
			g := newGateway(t)
			kind, body := parts(t, c.parts...)
			g.do(call{method: "POST", path: instancesPath, as: asUser, header: header("Content-Type", kind), body: body[:len(body)-c.cut]}).want(t, c.status, c.code)
			if len(g.core.instances) != 0 || g.core.open != 0 {
				t.Errorf("%d instances and %d open uploads are left", len(g.core.instances), g.core.open)
			}
			if c.status != 422 && g.core.committed != 0 {
				t.Errorf("%d uploads were committed", g.core.committed)
			}
		})
	}
}

func TestCreateTellsADeadStoreFromADeadClient(t *testing.T) {
	g := newGateway(t)
	g.core.fail["Write"] = errors.New("disk on fire")
	g.do(call{method: "POST", path: instancesPath, as: asUser, header: asJSON,
		body: `{"instanceOwnerId":"50001","data":[{"formId":"default","content":"eA=="}]}`}).want(t, 500, "internal")
}

func TestProblemsHoldTheIssues(t *testing.T) {
	g := newGateway(t)
	a := g.do(call{method: "POST", path: instancesPath, as: asUser, header: asJSON,
		body: `{"instanceOwnerId":"50001","data":[{"formId":"default","content":"aW52YWxpZA=="}]}`}).want(t, 422, "validation")
	var p struct{ Issues []map[string]any }
	if err := json.Unmarshal(a.body, &p); err != nil {
		t.Fatal(err)
	}
	want := []map[string]any{{"severity": "error", "code": "schema", "field": "/melding", "line": float64(1), "description": "not allowed"}}
	if d := cmp.Diff(want, p.Issues); d != "" {
		t.Error(d)
	}
}
