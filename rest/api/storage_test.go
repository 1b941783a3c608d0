package api_test

import (
	"fmt"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"overgang/rest"
	"overgang/rest/api"
)

func TestConfirm(t *testing.T) {
	for _, c := range []struct{ name, path string }{
		{"element", "/storage/instances/{id}/data/{data}/confirmDownload"},
		{"all elements", "/storage/instances/{id}/confirmDownload"},
		{"instance", "/storage/instances/{id}/complete"},
		{"instance, apps face", "/ttd/melding/instances/{id}/complete"},
		{"instance, later", "/storage/api/v1/instances/{id}/complete"},
	} {
		t.Run(c.name, func(t *testing.T) {
			g := newGateway(t)
			i := g.create(person)
			path := strings.NewReplacer("{id}", i.Id, "{data}", i.Data[0].Id.String()).Replace(c.path)
			g.do(call{method: "POST", path: path, as: asOwner}).want(t, http.StatusConflict, "not-downloaded")
			g.do(call{path: contentPaths(i)["storage"], as: asOwner}).want(t, 200, "")
			g.do(call{method: "POST", path: path, as: asUser}).want(t, http.StatusForbidden, "owner")
			a := g.do(call{method: "POST", path: path, as: asOwner}).want(t, 200, "") // and again, which is the same
			version := g.core.instances[0].Version
			a = g.do(call{method: "POST", path: path, as: asOwner, header: header("If-Match", a.Header.Get("ETag"))}).want(t, 200, "")
			if g.core.matched != version {
				t.Errorf("confirmed if it is version %d, not %d", g.core.matched, version)
			}
			g.do(call{method: "POST", path: path, as: asOwner, header: header("If-Match", `"0"`)}).want(t, 412, "version-stale")
			g.core.fail["ConfirmInstance"] = refusal("PreconditionFailed", "version-stale")
			g.core.fail["ConfirmElement"] = g.core.fail["ConfirmInstance"]
			g.do(call{method: "POST", path: path, as: asOwner, header: header("If-Match", a.Header.Get("ETag"))}).want(t, 412, "version-stale")
			var after api.Instance
			g.do(call{path: "/storage/instances/" + i.Id, as: asUser}).json(t, &after)
			if n := len(after.Data[0].ApplicationOwner.DownloadConfirmed); n != 1 {
				t.Errorf("%d confirmations", n)
			}
			if whole := strings.HasSuffix(path, "complete"); after.Status.ConfirmedDateTime.IsZero() == whole {
				t.Errorf("%+v", after.Status)
			}
		})
	}
}

func TestConfirmingNoElementIsNotConfirmingAll(t *testing.T) {
	g := newGateway(t)
	i := g.create(person)
	g.do(call{path: contentPaths(i)["storage"], as: asOwner}).want(t, 200, "")
	path := "/storage/instances/" + i.Id + "/data/00000000-0000-0000-0000-000000000000/confirmDownload"
	g.do(call{method: "POST", path: path, as: asOwner}).want(t, 404, "element-unknown")
}

func TestProcess(t *testing.T) {
	g := newGateway(t)
	i := g.create(person)
	apps, storage, later := instancesPath+"/"+i.Id+"/process", "/storage/instances/"+i.Id+"/process", "/storage/api/v1/instances/"+i.Id+"/process"
	get := func(path string) string {
		return strings.TrimSpace(string(g.do(call{path: path, as: asUser}).want(t, 200, "").body))
	}

	want := `{"currentStep":"FormFilling","isCompleted":false,"started":"2026-03-01T12:00:01Z","steps":[{"actions":["complete"],"id":"FormFilling","kind":"fill","optional":false},{"actions":["send"],"id":"Submit","kind":"send","optional":false}]}`
	for _, path := range []string{apps, storage} {
		if d := cmp.Diff(want, get(path)); d != "" {
			t.Error(d)
		}
	}
	if d := cmp.Diff(`{"currentTask":{"altinnTaskType":"data","elementId":"FormFilling","flow":2,"name":"FormFilling","started":"2026-03-01T12:00:01Z"},"started":"2026-03-01T12:00:01Z"}`, get(later)); d != "" {
		t.Error(d)
	}
	g.core.instances[0].Archived, g.core.instances[0].Step = g.now, rest.Archived
	for path, want := range map[string]string{
		apps + "/history":    `{"history":[{"by":"person:50001","entered":"2026-03-01T12:00:01Z","left":"2026-03-01T13:00:00Z","step":"FormFilling"}]}`,
		storage + "/history": `{"history":[{"by":"person:50001","entered":"2026-03-01T12:00:01Z","left":"2026-03-01T13:00:00Z","step":"FormFilling"}]}`,
		later + "/history":   `{"processHistory":[{"elementId":"FormFilling","ended":"2026-03-01T13:00:00Z","performedBy":"person:50001","started":"2026-03-01T12:00:01Z"}]}`,
		later:                `{"endEvent":"Archived","ended":"2026-03-01T13:00:00Z","started":"2026-03-01T12:00:01Z"}`,
	} {
		if d := cmp.Diff(want, get(path)); d != "" {
			t.Errorf("%s: %s", path, d)
		}
	}
	var i2 api.LaterInstance
	g.do(call{path: "/storage/api/v1/instances/" + i.Id, as: asUser}).json(t, &i2)
	if i2.Process.CurrentTask != nil || i2.Process.EndEvent != "Archived" || !i2.Status.IsArchived {
		t.Errorf("%+v", i2)
	}
}

func TestInstanceEvents(t *testing.T) {
	g := newGateway(t)
	i := g.create(person)
	var events []api.Event
	g.do(call{path: "/storage/instances/" + i.Id + "/events", as: asUser}).want(t, 200, "").json(t, &events)
	if len(events) != 1 || events[0].EventType != "InstanceCreated" || events[0].InstanceLink != i.SelfLinks.Platform ||
		events[0].DataLinks[0].DataLink != i.Data[0].DataLinks.Platform || events[0].UserId != "person:50001" {
		t.Errorf("%+v", events)
	}
	var later api.LaterInstanceEvents
	g.do(call{path: "/storage/api/v1/instances/" + i.Id + "/events", as: asUser}).want(t, 200, "").json(t, &later)
	if len(later.InstanceEvents) != 1 || later.InstanceEvents[0].InstanceId != i.Id || later.InstanceEvents[0].ProcessInfo.CurrentTask.ElementId != "FormFilling" {
		t.Errorf("%+v", later)
	}
}

// TestInstanceEventsComeInPages: each page leads on to the next, at its own address.
func TestInstanceEventsComeInPages(t *testing.T) {
	g := newGateway(t)
	i := g.create(person)
	g.create(person) // whose event is not of the trail
	for len(g.core.events) < 7 {
		e := g.core.events[0]
		e.ID = int64(len(g.core.events) + 1)
		g.core.events = append(g.core.events, e)
	}
	for at, ids := range map[string]func(answer) []string{
		"/storage/instances/": func(a answer) (ids []string) {
			var events []api.Event
			a.json(t, &events)
			for _, e := range events {
				ids = append(ids, e.Id)
			}
			return ids
		},
		"/storage/api/v1/instances/": func(a answer) (ids []string) {
			var page api.LaterInstanceEvents
			a.json(t, &page)
			for _, e := range page.InstanceEvents {
				ids = append(ids, e.Id)
			}
			return ids
		},
	} {
		var pages []string
		for path := at + i.Id + "/events?size=2"; path != ""; {
			a := g.do(call{path: path, as: asUser}).want(t, 200, "")
			pages = append(pages, strings.Join(ids(a), " "))
			path = ""
			if link := a.Header.Get("Link"); link != "" {
				path = nextLink.FindStringSubmatch(link)[1]
			}
		}
		if d := cmp.Diff([]string{"1 3", "4 5", "6 7"}, pages); d != "" {
			t.Errorf("%s: %s", at, d)
		}
		for query, code := range map[string]string{"size=0": "size-invalid", "size=1001": "size-invalid", "after=x": "after-invalid"} {
			g.do(call{path: at + i.Id + "/events?" + query, as: asUser}).want(t, 400, code)
		}
	}
}

const feedPath = "/storage/applications/ttd/melding/events"

var nextLink = regexp.MustCompile(`^<` + platformURL + `(.*)>; rel="next"$`)

func TestApplicationEvents(t *testing.T) {
	g := newGateway(t)
	for range 5 {
		g.create(person)
	}
	g.core.events[1].Step, g.core.events[3].Step = "Submit", "Submit"
	g.core.instances[4].SoftDeleted = g.now // its event stays, without links to its data
	ids := func(a answer) string {
		var events []api.Event
		a.want(t, 200, "").json(t, &events)
		var got []string
		for _, e := range events {
			got = append(got, fmt.Sprintf("%s:%d", e.Id, len(e.DataLinks)))
		}
		return strings.Join(got, " ")
	}
	for query, want := range map[string]string{
		"":                              "1:1 2:1 3:1 4:1 5:0",
		"?after=3":                      "4:1 5:0",
		"?after=99":                     "",
		"?after=2026-03-01":             "1:1 2:1 3:1 4:1 5:0",
		"?after=2026-03-01T12:00:05Z":   "3:1 4:1 5:0",
		"?after=2030-01-01":             "",
		"?workflow.currentStep=Submit":  "2:1 4:1",
		"?workflow.currentStep=nothing": "",
	} {
		if got := ids(g.do(call{path: feedPath + query, as: asOwner})); got != want {
			t.Errorf("%s: %s, want %s", query, got, want)
		}
	}
	for _, filter := range []string{"", "&workflow.currentStep=Submit"} {
		var all []string
		path, pages := feedPath+"?size=1"+filter, 0
		for path != "" {
			a := g.do(call{path: path, as: asOwner})
			all = append(all, ids(a))
			pages++
			path = ""
			if m := nextLink.FindStringSubmatch(a.Header.Get("Link")); m != nil {
				path = m[1]
			}
		}
		want := map[string]string{"": "1:1 2:1 3:1 4:1 5:0", "&workflow.currentStep=Submit": "2:1 4:1"}[filter]
		if got := strings.Join(all, " "); got != want || pages != len(all) {
			t.Errorf("%q: %s in %d pages", filter, got, pages)
		}
	}
	for query, code := range map[string]string{"?after=yesterday": "after-invalid", "?after=-1": "after-invalid", "?size=0": "size-invalid", "?size=1001": "size-invalid", "?size=x": "size-invalid"} {
		g.do(call{path: feedPath + query, as: asOwner}).want(t, 400, code)
	}
	g.do(call{path: feedPath, as: asUser}).want(t, 404, "application-unknown")
}

func TestApplications(t *testing.T) {
	g := newGateway(t)
	one := `{"app":"melding","dataTypes":[` +
		`{"contentTypes":["application/xml"],"dataFormatId":"5000","dataFormatVersion":1,"hasSchema":true,"id":"default","maxCount":1,"maxSize":1048576,"minCount":0},` +
		`{"contentTypes":[],"hasSchema":false,"id":"vedlegg","maxCount":0,"maxSize":4194304,"minCount":0}],` +
		`"id":"ttd/melding","org":"ttd","service":{"code":"4501","edition":1},"steps":[{"actions":["complete"],"id":"FormFilling","kind":"fill","optional":false},{"actions":["send"],"id":"Submit","kind":"send","optional":false}],` +
		`"titles":{"nb":"Melding"},"validation":"off"}`
	later := `{"dataTypes":[{"allowedContentTypes":["application/xml"],"id":"default","maxCount":1,"maxSize":1,"minCount":0},` +
		`{"allowedContentTypes":[],"id":"vedlegg","maxCount":0,"maxSize":4,"minCount":0}],"id":"ttd/melding","org":"ttd","title":{"nb":"Melding"}}`
	for path, want := range map[string]string{
		"/storage/applications/ttd/melding":        one,
		"/storage/applications":                    `{"applications":[` + one + `]}`,
		"/storage/api/v1/applications/ttd/melding": later,
		"/storage/api/v1/applications":             `{"applications":[` + later + `]}`,
	} {
		a := g.do(call{path: path, as: asUser}).want(t, 200, "")
		if d := cmp.Diff(want, strings.TrimSpace(string(a.body))); d != "" {
			t.Errorf("%s: %s", path, d)
		}
	}
}

func TestApplicationTextsAndSchemas(t *testing.T) {
	g := newGateway(t)
	const path = "/storage/applications/ttd/melding"
	a := g.do(call{path: path + "/texts/nb", as: asUser}).want(t, 200, "")
	want := `{"id":"ttd-melding-nb","language":"nb","org":"ttd","resources":[{"id":"appName","value":"Melding"}]}`
	if d := cmp.Diff(want, strings.TrimSpace(string(a.body))); d != "" {
		t.Error(d)
	}
	g.core.apps[0].SigningTexts = map[string]string{"se": "Mun duođaštan."}
	a = g.do(call{path: path + "/texts/se", as: asUser}).want(t, 200, "")
	if d := cmp.Diff(`{"id":"ttd-melding-se","language":"se","org":"ttd","resources":[{"id":"signingText","value":"Mun duođaštan."}]}`, strings.TrimSpace(string(a.body))); d != "" {
		t.Error(d)
	}
	a = g.do(call{path: path + "/schemas/default", as: asUser}).want(t, 200, "")
	if string(a.body) != schema || a.Header.Get("Content-Type") != "application/xml" {
		t.Errorf("%s: %s", a.Header.Get("Content-Type"), a.body)
	}
	g.do(call{path: path + "/schemas/default", as: asUser, header: header("If-None-Match", a.Header.Get("ETag"))}).want(t, 304, "")
	for path, code := range map[string]string{
		path + "/texts/en": "language-unknown", path + "/schemas/vedlegg": "schema-unknown", path + "/schemas/annet": "schema-unknown",
		"/storage/applications/ttd/annen/texts/nb": "application-unknown", "/storage/applications/ttd/annen/schemas/default": "application-unknown",
	} {
		g.do(call{path: path, as: asUser}).want(t, 404, code)
	}
}

// TestApplicationCertificates: senders get the certificates whole.
func TestApplicationCertificates(t *testing.T) {
	g := newGateway(t)
	from := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	app := *g.core.apps[0]
	app.Certificates = []rest.ServiceCertificate{{DER: []byte("DER"), Label: "Fag", ValidFrom: from, ValidTo: from.AddDate(1, 0, 0)}}
	g.core.apps[0] = &app
	a := g.do(call{path: "/storage/applications/ttd/melding", as: asUser}).want(t, 200, "")
	want := `"certificates":[{"certificate":"REVS","label":"Fag","number":` + strconv.Itoa(int(app.Certificates[0].Number())) +
		`,"thumbprint":"` + rest.ThumbprintOf([]byte("DER")).String() + `","validFrom":"2026-01-01T00:00:00Z","validTo":"2027-01-01T00:00:00Z"}]`
	if !strings.Contains(string(a.body), want) {
		t.Errorf("%s\nwithout %s", a.body, want)
	}
}
