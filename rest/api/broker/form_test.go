package broker_test

import (
	"errors"
	"mime/multipart"
	"net/http"
	"net/textproto"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"overgang/rest"
	"overgang/rest/api/broker"
)

const formBoundary = "b0undary"

var asForm = header("Content-Type", "multipart/form-data; boundary="+formBoundary)

// formFields are newFile as the later platform's clients write it in a form.
var formFields = []string{
	"Metadata.ResourceId", "ttd/filer", "Metadata.FileName", "a.zip", "Metadata.SendersFileTransferReference", "S-1",
	"Metadata.Sender", "0192:310000019", "Metadata.Recipients[0]", "0192:310000027",
	"Metadata.PropertyList[a]", "1", "Metadata.PropertyList[0].Key", "b", "Metadata.PropertyList[0].Value", "2",
	"Metadata.DisableVirusScan", "False",
}

// uploadForm writes names and values as a form; "FileTransfer" is a file, and
// what begins with { is JSON.
func uploadForm(t *testing.T, fields []string) string {
	t.Helper()
	var b strings.Builder
	w := multipart.NewWriter(&b)
	if err := w.SetBoundary(formBoundary); err != nil {
		t.Fatal(err)
	}
	for f := range slices.Chunk(fields, 2) {
		h := textproto.MIMEHeader{"Content-Disposition": {`form-data; name="` + f[0] + `"`}}
		switch {
		case strings.EqualFold(f[0], "FileTransfer"):
			h.Set("Content-Disposition", `form-data; name="`+f[0]+`"; filename="sent.bin"`)
			h.Set("Content-Type", "application/octet-stream")
		case strings.HasPrefix(f[1], "{"):
			h.Set("Content-Type", "application/json")
		}
		part, err := w.CreatePart(h)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := part.Write([]byte(f[1])); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestInitializeAndUpload(t *testing.T) {
	g := newGateway(t)
	for name, fields := range map[string][]string{
		"fields":      formFields,
		"other cases": {"metadata.resourceId", "ttd/filer", "metadata.fileName", "a.zip", "metadata.sender", "0192:310000019", "metadata.recipients", "0192:310000027", "metadata.sendersFileTransferReference", "S-1", "metadata.propertyList[a]", "1", "metadata.propertyList[b]", "2"},
		"JSON":        {"Metadata", newFile},
	} {
		t.Run(name, func(t *testing.T) {
			var id broker.FileTransferResponse
			g.do(call{method: "POST", path: root + "/upload", as: "kari", header: asForm, body: uploadForm(t, append(slices.Clone(fields), "FileTransfer", large))}).want(200, "").json(&id)
			o := g.overview(id.FileTransferId.String(), "kari")
			if o.FileName != "a.zip" || o.SendersFileTransferReference != "S-1" || o.FileTransferStatus != broker.FileTransferStatusPublished || o.FileTransferSize != int64(len(large)) {
				t.Errorf("%+v", o)
			}
			if diff := cmp.Diff(map[string]string{"a": "1", "b": "2"}, o.PropertyList); diff != "" {
				t.Error(diff)
			}
			if a := g.do(call{path: root + "/" + id.FileTransferId.String() + "/download", as: "ola"}).want(200, ""); a.body != large {
				t.Errorf("%d bytes came back", len(a.body))
			}
		})
	}
}

func TestInitializeAndUploadRefusals(t *testing.T) {
	g := newGateway(t)
	with := func(extra ...string) []string { return append(slices.Clone(formFields), extra...) }
	without := func(field string) []string {
		i := slices.Index(formFields, field)
		return slices.Delete(slices.Clone(formFields), i, i+2)
	}
	changed := func(field, value string) []string {
		fields := slices.Clone(formFields)
		fields[slices.Index(fields, field)+1] = value
		return append(fields, "FileTransfer", "x")
	}
	made := func() int {
		return len(g.transfers())
	}
	for name, c := range map[string]struct {
		fields []string
		status int
		code   string
		made   int // transfers, cancelled
	}{
		"no file":           {with(), 400, "upload-form", 0},
		"unknown":           {with("Metadata.Avsender", "x", "FileTransfer", "x"), 400, "upload-form", 0},
		"no field's name":   {with("Avsender", "x", "FileTransfer", "x"), 400, "upload-form", 0},
		"twice":             {with("Metadata.Sender", "0192:310000019", "FileTransfer", "x"), 400, "upload-form", 0},
		"not a list":        {with("Metadata.Checksum[0]", "0", "FileTransfer", "x"), 400, "upload-form", 0},
		"scan":              {changed("Metadata.DisableVirusScan", "true"), 400, "virus-scan", 0},
		"no truth":          {changed("Metadata.DisableVirusScan", "ja"), 400, "upload-form", 0},
		"half a property":   {with("Metadata.PropertyList[7].Value", "x", "FileTransfer", "x"), 400, "upload-form", 0},
		"property twice":    {with("Metadata.PropertyList[a]", "x", "FileTransfer", "x"), 400, "upload-form", 0},
		"both ways":         {with("Metadata", newFile, "FileTransfer", "x"), 400, "upload-form", 0},
		"both ways, turned": {[]string{"Metadata", newFile, "Metadata.Sender", "x", "FileTransfer", "x"}, 400, "upload-form", 0},
		"not UTF-8":         {changed("Metadata.FileName", "\xff"), 400, "multipart-malformed", 0},
		"long field":        {changed("Metadata.FileName", strings.Repeat("x", 65<<10)), 413, "content-too-large", 0},
		"many parts":        {slices.Repeat([]string{"Metadata.Recipients", "0192:310000027"}, 1600), 400, "upload-form", 0},
		"service":           {changed("Metadata.ResourceId", "ttd/ukjent"), 404, "service-unknown", 0},
		"no recipient":      {append(without("Metadata.Recipients[0]"), "FileTransfer", "x"), 400, "recipients-missing", 0},
		"another's party":   {changed("Metadata.Sender", "0192:310000027"), 403, "party", 0},
		"empty":             {with("FileTransfer", ""), 400, "content-empty", 1},
		"too large":         {with("FileTransfer", strings.Repeat("x", 1_000_001)), 413, "content-too-large", 1},
		"checksum":          {with("Metadata.Checksum", strings.Repeat("0", 64), "FileTransfer", "x"), 400, "checksum-mismatch", 1},
		"behind the file":   {with("FileTransfer", "x", "Metadata.Checksum", "x"), 400, "upload-form", 1},
	} {
		t.Run(name, func(t *testing.T) {
			before := made()
			g.do(call{method: "POST", path: root + "/upload", as: "kari", header: asForm, body: uploadForm(t, c.fields)}).want(c.status, c.code)
			if n := made() - before; n != c.made {
				t.Errorf("%d transfers were made", n)
			}
		})
	}
	for _, id := range g.transfers() {
		if o := g.overview(id, "kari"); o.FileTransferStatus != broker.FileTransferStatusCancelled {
			t.Errorf("a refused file's transfer is %s", o.FileTransferStatus)
		}
	}
	if n := g.files(); n != 0 {
		t.Errorf("%d files are left", n)
	}
	g.do(call{method: "POST", path: root + "/upload", as: "kari", header: asJSON, body: newFile}).want(400, "multipart-malformed")
	whole := uploadForm(t, with("FileTransfer", large))
	packed := header("Content-Type", asForm.Get("Content-Type"), "Content-Encoding", "gzip")
	g.do(call{method: "POST", path: root + "/upload", as: "kari", header: packed, body: whole}).want(415, "content-encoding")
	g.do(call{method: "POST", path: root + "/upload", as: "kari", header: asForm, body: whole[:len(whole)-20]}).want(400, "")

	key := header("Content-Type", asForm.Get("Content-Type"), "Idempotency-Key", "f")
	first := g.do(call{method: "POST", path: root + "/upload", as: "kari", header: key, body: whole}).want(200, "")
	if again := g.do(call{method: "POST", path: root + "/upload", as: "kari", header: key, body: whole}).want(200, ""); again.body != first.body {
		t.Errorf("%s, again %s", first.body, again.body)
	}
	g.do(call{method: "POST", path: root + "/upload", as: "kari", header: key, body: uploadForm(t, with("FileTransfer", "other"))}).want(422, "idempotency-key-reused")
	claim, err := g.core.Claim(t.Context(), rest.Caller{Person: g.person("kari")}, "busy-form")
	if err != nil {
		t.Fatal(err)
	}
	defer claim.Release()
	key = header("Content-Type", asForm.Get("Content-Type"), "Idempotency-Key", "busy-form")
	g.do(call{method: "POST", path: root + "/upload", as: "kari", header: key, body: whole}).want(409, "idempotency-underway")
}

// TestInitializeAndUploadAborted: a form that breaks off leaves no file, and no
// transfer that waits for one.
func TestInitializeAndUploadAborted(t *testing.T) {
	g := newGateway(t)
	whole := uploadForm(t, append(slices.Clone(formFields), "FileTransfer", large))
	r, err := http.NewRequestWithContext(t.Context(), "POST", g.url+root+"/upload", breaks{strings.NewReader(whole[:len(whole)/2])})
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer kari")
	r.Header.Set("Content-Type", asForm.Get("Content-Type"))
	r.ContentLength = int64(len(whole))
	if _, err := http.DefaultClient.Do(r); err == nil || errors.Is(err, http.ErrServerClosed) {
		t.Fatal("the request did not break off")
	}
	for end := time.Now().Add(time.Minute); ; time.Sleep(10 * time.Millisecond) {
		all := g.transfers()
		if len(all) == 1 && g.overview(all[0], "kari").FileTransferStatus == broker.FileTransferStatusCancelled && g.files() == 0 {
			return
		}
		if time.Now().After(end) {
			t.Fatalf("%v, %d files", all, g.files())
		}
	}
}

// transfers are the ids of all that Kari sends.
func (g *gateway) transfers() (ids []string) {
	g.t.Helper()
	g.do(call{path: root + "?size=1000", as: "kari"}).want(200, "").json(&ids)
	return ids
}
