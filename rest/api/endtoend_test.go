package api_test

import (
	"bytes"
	"net/http"
	"path/filepath"
	"strings"
	"testing"

	"overgang/rest"
	"overgang/rest/api"
	"overgang/rest/api/token"
	"overgang/rest/core"
	"overgang/store"
	"overgang/store/blobfs"
	"overgang/store/sqlstore"
)

// newStack starts the API over the embedded core, a database and blobs on disk.
func newStack(t *testing.T, change ...func(*rest.Application)) *gateway {
	t.Helper()
	dir := t.TempDir()
	db, err := sqlstore.Open(t.Context(), sqlstore.Options{Path: filepath.Join(dir, "overgang.db")})
	if err != nil {
		t.Fatal(err)
	}
	blobs, err := blobfs.Open(filepath.Join(dir, "blobs"))
	if err != nil {
		t.Fatal(err)
	}
	f := newFake()
	for _, c := range change {
		c(f.apps[0])
	}
	err = db.Update(t.Context(), func(tx store.Tx) error {
		for _, p := range f.parties {
			if err := tx.PutParty(&p); err != nil {
				return err
			}
		}
		return tx.PutApplication(f.apps[0])
	})
	if err != nil {
		t.Fatal(err)
	}
	err = db.Update(t.Context(), func(tx store.Tx) error {
		return tx.PutGrant(rest.Grant{Subject: rest.PersonSubject(person), Party: company, Rights: []rest.Right{rest.Read, rest.Write}})
	})
	if err != nil {
		t.Fatal(err)
	}
	c, err := core.New(core.Config{Store: db, Blobs: blobs, Secret: rest.Secret(strings.Repeat("s", 32))})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := c.Close(); err != nil {
			t.Error(err)
		}
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	g := serve(t, c)
	g.grant = func(rights ...rest.Right) {
		t.Helper()
		err := db.Update(t.Context(), func(tx store.Tx) error {
			return tx.PutGrant(rest.Grant{Subject: rest.PersonSubject(person), Party: company, Rights: rights})
		})
		if err == nil {
			err = c.Refresh(t.Context())
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	return g
}

// TestMainJob: a user sends in, the application's owner finds it, downloads it
// byte for byte and confirms; then the user sees that.
func TestMainJob(t *testing.T) {
	g := newStack(t)
	large := bytes.Repeat([]byte("0123456789abcdef"), 200<<10>>4) // lives in the blob store
	form := "<melding>\r\n  <tekst>blåbær</tekst>\n</melding>"
	kind, body := parts(t, part{name: "instance", kind: "application/json", content: `{"reportee":{"organizationNumber":"` + companyOrg + `"},"labels":["gr"],"presentationField":"Arbeidsmelding"}`},
		part{name: "default", file: "skjema.xml", kind: "application/xml", content: form},
		part{name: "vedlegg", file: "../../stor.bin", kind: "application/octet-stream", content: string(large)})
	var i api.Instance
	g.do(call{method: "POST", path: instancesPath, as: asUser, header: header("Content-Type", kind), body: body}).want(t, http.StatusCreated, "").json(t, &i)
	if i.InstanceOwnerId != "50002" || len(i.Data) != 2 || i.Data[1].FileName != "stor.bin" {
		t.Fatalf("%+v", i)
	}

	var page api.InstancePage
	g.do(call{path: listPath + "?appId=ttd/melding&label=gr&workflow.currentStep=FormFilling&count=true", as: asOwner,
		header: header("X-Instance-Owner", "Organisation:"+companyOrg)}).want(t, 200, "").json(t, &page)
	if *page.TotalCount != 1 || page.UnderscoreEmbedded.Instances[0].Id != i.Id {
		t.Fatalf("%+v", page)
	}

	storage := "/storage/instances/" + i.Id
	g.do(call{method: "POST", path: storage + "/confirmDownload", as: asOwner}).want(t, 409, "not-downloaded")
	for n, want := range []string{form, string(large)} {
		path := storage + "/data/" + i.Data[n].Id.String()
		if got := g.do(call{path: path, as: asOwner}).want(t, 200, ""); string(got.body) != want {
			t.Errorf("element %d came back changed", n)
		}
		if got := g.do(call{path: path, as: asOwner, header: header("Range", "bytes=5-9")}).want(t, 206, ""); string(got.body) != want[5:10] {
			t.Errorf("element %d: a part came back changed", n)
		}
	}
	g.do(call{method: "POST", path: storage + "/complete", as: asOwner}).want(t, 200, "")

	var after api.Instance
	g.do(call{path: storage, as: asUser}).want(t, 200, "").json(t, &after)
	for _, d := range after.Data {
		if len(d.ApplicationOwner.Downloaded) != 1 || len(d.ApplicationOwner.DownloadConfirmed) != 1 {
			t.Errorf("%+v", d.ApplicationOwner)
		}
	}
	if after.Status.ConfirmedDateTime.IsZero() {
		t.Errorf("%+v", after.Status)
	}
	var events []api.Event
	g.do(call{path: feedPath, as: asOwner}).want(t, 200, "").json(t, &events)
	if len(events) < 6 || events[0].EventType != "InstanceCreated" || events[len(events)-1].EventType != "InstanceConfirmed" {
		t.Errorf("%+v", events)
	}
	g.do(call{path: storage + "/process/history", as: asUser}).want(t, 200, "")
}

func TestTheRealCoreKeepsPartiesApart(t *testing.T) {
	g := newStack(t)
	i := g.create(person)
	stranger := token.Grant{Party: other}
	for _, path := range []string{"/storage/instances/" + i.Id, contentPaths(i)["storage"], contentPaths(i)["apps"]} {
		g.do(call{path: path, as: stranger}).want(t, 404, "instance-unknown")
		g.do(call{path: path, as: asOther}).want(t, 404, "instance-unknown")
	}
	g.do(call{method: "POST", path: dataPath(i) + "?formId=vedlegg", as: stranger, header: header("Content-Type", "text/plain"), body: "x"}).want(t, 404, "instance-unknown")
	// Unknown and foreign parties give the same list, to the byte.
	var first []byte
	for _, number := range []string{"01017012345", "01017012399"} {
		a := g.do(call{path: listPath, as: asUser, header: header("X-Instance-Owner", "Person:"+number)}).want(t, 200, "")
		if first == nil {
			first = a.body
		}
		if !bytes.Equal(first, a.body) {
			t.Errorf("%s\n%s", first, a.body)
		}
	}
}

func TestPagingOverTheRealStore(t *testing.T) {
	g := newStack(t)
	for range 7 {
		g.create(person)
	}
	for _, query := range []string{"?size=2", "?size=3&sort=-createdDateTime", "?size=3&sort=-lastChangedDateTime&status.isArchived=false"} {
		ids, _ := g.follow(listPath + query)
		seen := map[string]bool{}
		for _, id := range ids {
			seen[id] = true
		}
		if len(ids) != 7 || len(seen) != 7 {
			t.Errorf("%s: %d rows, %d different", query, len(ids), len(seen))
		}
	}
}

func TestReplaceOverTheRealStore(t *testing.T) {
	g := newStack(t)
	i := g.create(person)
	path := contentPaths(i)["apps"]
	tag := g.do(call{path: path, as: asUser}).Header.Get("ETag")
	put := call{method: "PUT", path: path, as: asUser, body: "<melding>2</melding>", header: header("Content-Type", "application/xml", "If-Match", tag)}
	g.do(put).want(t, 200, "")
	g.do(put).want(t, 412, "version-stale")
	g.do(call{method: "PUT", path: path, as: asUser, body: "x", header: header("Content-Type", "text/html")}).want(t, 415, "content-type")
}

var _ api.Core = (*core.Core)(nil)
