package broker_test

import (
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"overgang/rest"
	"overgang/rest/api/broker"
)

var (
	asJSON  = header("Content-Type", "application/json")
	asBytes = header("Content-Type", "application/octet-stream")
)

const newFile = `{"resourceId":"ttd/filer","fileName":"a.zip","sendersFileTransferReference":"S-1","sender":"0192:310000019",
	"recipients":["0192:310000027"],"propertyList":{"b":"2","a":"1"},"disableVirusScan":false}`

func (g *gateway) initialize() string {
	g.t.Helper()
	var id broker.FileTransferResponse
	g.do(call{method: "POST", path: root, as: "kari", header: asJSON, body: newFile}).want(200, "").json(&id)
	return id.FileTransferId.String()
}

func (g *gateway) sent(text string) string {
	g.t.Helper()
	id := g.initialize()
	g.do(call{method: "POST", path: root + "/" + id + "/upload", as: "kari", header: asBytes, body: text}).want(200, "")
	return id
}

func (g *gateway) overview(id, as string) (o broker.FileTransferOverview) {
	g.t.Helper()
	g.do(call{path: root + "/" + id, as: as}).want(200, "").json(&o)
	return o
}

// files counts what lies in the content directory.
func (g *gateway) files() (n int) {
	g.t.Helper()
	err := filepath.WalkDir(filepath.Join(g.dir, "blobs"), func(_ string, d os.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			n++
		}
		return err
	})
	if err != nil {
		g.t.Fatal(err)
	}
	return n
}

var large = strings.Repeat("0123456789abcdef", 8<<10)

func TestFileFromSenderToRecipient(t *testing.T) {
	g := newGateway(t)
	id := g.initialize()
	o := g.overview(id, "kari")
	want := broker.FileTransferOverview{
		FileTransferId: uuid.MustParse(id), ResourceId: "ttd/filer", FileName: "a.zip", SendersFileTransferReference: "S-1", FileTransferStatus: broker.FileTransferStatusInitialized,
		FileTransferStatusText: o.FileTransferStatusText, FileTransferStatusChanged: g.now(), Created: g.now(), ExpirationTime: g.now().AddDate(0, 0, 2),
		Sender: "0192:310000019", PropertyList: map[string]string{"a": "1", "b": "2"},
		Recipients: []broker.RecipientFileTransferStatusDetails{{Recipient: "0192:310000027", CurrentRecipientFileTransferStatusCode: broker.RecipientFileTransferStatusInitialized,
			CurrentRecipientFileTransferStatusText: o.Recipients[0].CurrentRecipientFileTransferStatusText, CurrentRecipientFileTransferStatusChanged: g.now()}},
	}
	if diff := cmp.Diff(want, o); diff != "" {
		t.Error(diff)
	}
	g.do(call{path: root + "/" + id, as: "ola"}).want(404, "transfer-unknown")
	g.do(call{method: "POST", path: root + "/" + id + "/upload", as: "kari", body: large,
		header: header("Content-Type", "application/octet-stream", "Content-Disposition", `attachment; filename="b.zip"`, "Digest", digest(large))}).want(200, "")
	if o := g.overview(id, "kari"); o.FileName != "b.zip" || o.FileTransferSize != int64(len(large)) || o.Sha256 != fmt.Sprintf("%x", sha256.Sum256([]byte(large))) || len(o.Checksum) != 32 || o.Published.IsZero() {
		t.Errorf("%+v", o)
	}
	a := g.do(call{path: root + "/" + id + "/download", as: "ola"}).want(200, "")
	if a.body != large || a.Header.Get("Digest") != digest(large) || a.Header.Get("Content-Disposition") != `attachment; filename="b.zip"` {
		t.Errorf("%d bytes, %v", len(a.body), a.Header)
	}
	if a := g.do(call{path: root + "/" + id + "/download", as: "ola", header: header("Range", "bytes=10-19", "If-Match", a.Header.Get("ETag"))}).want(206, ""); a.body != large[10:20] {
		t.Errorf("range %q", a.body)
	}
	g.do(call{path: root + "/" + id + "/download", as: "ola", header: header("If-None-Match", a.Header.Get("ETag"))}).want(304, "")
	g.do(call{path: root + "/" + id + "/download", as: "ola", header: header("If-Match", `"other"`)}).want(412, "version-stale")
	g.do(call{path: root + "/" + id + "/download", as: "ola", header: header("Range", "bytes=999999-")}).want(416, "range-not-satisfiable")
	g.do(call{method: "HEAD", path: root + "/" + id + "/download", as: "ola"}).want(200, "")
	if o := g.overview(id, "kari"); o.Recipients[0].CurrentRecipientFileTransferStatusCode != broker.RecipientFileTransferStatusDownloadStarted {
		t.Errorf("%+v", o.Recipients)
	}
	for range 2 {
		g.do(call{method: "POST", path: root + "/" + id + "/confirmdownload?recipient=0192:310000027", as: "ola"}).want(200, "")
	}
	var d broker.FileTransferStatusDetails
	tag := g.do(call{path: root + "/" + id + "/details", as: "kari"}).want(200, "").json(&d).Header.Get("ETag")
	var steps []string
	for _, s := range d.FileTransferStatusHistory {
		steps = append(steps, string(s.FileTransferStatus))
	}
	for _, s := range d.RecipientFileTransferStatusHistory {
		steps = append(steps, string(s.RecipientFileTransferStatusCode))
	}
	if diff := cmp.Diff([]string{"Initialized", "UploadStarted", "Published", "AllConfirmedDownloaded", "DownloadStarted", "DownloadConfirmed"}, steps); diff != "" {
		t.Error(diff)
	}
	g.do(call{path: root + "/" + id + "/details", as: "kari", header: header("If-None-Match", tag)}).want(304, "")
	tag = g.do(call{path: root + "/" + id, as: "kari"}).want(200, "").Header.Get("ETag")
	g.do(call{path: root + "/" + id, as: "kari", header: header("If-None-Match", tag)}).want(304, "")
}

func digest(text string) string {
	sum := sha256.Sum256([]byte(text))
	return "sha-256=" + base64.StdEncoding.EncodeToString(sum[:])
}

func TestUploadsThatAreRefused(t *testing.T) {
	g := newGateway(t)
	id := g.initialize()
	up := root + "/" + id + "/upload"
	for name, c := range map[string]struct {
		call   call
		status int
		code   string
	}{
		"empty":         {call{header: asBytes}, 400, "content-empty"},
		"digest":        {call{header: header("Content-Type", "application/octet-stream", "Digest", digest("other")), body: large}, 400, "checksum-mismatch"},
		"bad digest":    {call{header: header("Content-Type", "application/octet-stream", "Digest", "sha-256=x"), body: large}, 400, "digest-malformed"},
		"type":          {call{header: header("Content-Type", "text/plain"), body: large}, 415, "content-type"},
		"size":          {call{header: asBytes, body: strings.Repeat(large, 9)}, 413, "content-too-large"},
		"by recipient":  {call{as: "ola", header: asBytes, body: large}, 404, "transfer-unknown"},
		"by a stranger": {call{as: "eva", header: asBytes, body: large}, 404, "transfer-unknown"},
		"no key":        {call{header: header("Content-Type", "application/octet-stream", "Idempotency-Key", "\t"), body: large}, 400, "idempotency-key-invalid"},
	} {
		t.Run(name, func(t *testing.T) {
			c.call.method, c.call.path = "POST", up
			if c.call.as == "" {
				c.call.as = "kari"
			}
			g.do(c.call).want(c.status, c.code)
		})
	}
	if n := g.files(); n != 0 {
		t.Errorf("%d files are left of what was refused", n)
	}
	g.do(call{path: root + "/" + id + "/download", as: "kari"}).want(409, "file-not-ready")
	g.do(call{method: "POST", path: root + "/" + id + "/confirmdownload", as: "kari"}).want(409, "file-not-ready")
	key := header("Content-Type", "application/octet-stream", "Idempotency-Key", "one")
	first := g.do(call{method: "POST", path: up, as: "kari", header: key, body: large}).want(200, "")
	if again := g.do(call{method: "POST", path: up, as: "kari", header: key, body: large}).want(200, ""); again.body != first.body || again.Header.Get("Idempotency-Replayed") != "true" {
		t.Errorf("a repetition is answered %s", again.body)
	}
	g.do(call{method: "POST", path: up, as: "kari", header: key, body: "other"}).want(422, "idempotency-key-reused")
	g.do(call{method: "POST", path: up, as: "kari", header: asBytes, body: large}).want(409, "file-uploaded")
	g.do(call{method: "POST", path: up, as: "ola", header: asBytes, body: large}).want(403, "sender")
	g.do(call{path: root + "/" + id + "/download", as: "kari"}).want(403, "recipient")
	g.do(call{method: "POST", path: root + "/" + id + "/confirmdownload", as: "kari"}).want(403, "recipient")
}

// TestAbortedUploads: of a thousand uploads that break off nothing is left.
func TestAbortedUploads(t *testing.T) {
	g := newGateway(t)
	id := g.initialize()
	for range 1000 {
		r, err := http.NewRequestWithContext(t.Context(), "POST", g.url+root+"/"+id+"/upload", breaks{strings.NewReader(large)})
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Authorization", "Bearer kari")
		r.Header.Set("Content-Type", "application/octet-stream")
		r.ContentLength = int64(len(large)) * 2
		if a, err := http.DefaultClient.Do(r); err == nil {
			a.Body.Close()
		}
	}
	if d := len(g.details(id).FileTransferStatusHistory); d != 2 {
		t.Errorf("%d steps are left", d)
	}
	end := time.Now().Add(time.Minute)
	for g.do(call{method: "POST", path: root + "/" + id + "/upload", as: "kari", header: asBytes, body: large}).StatusCode != 200 {
		if time.Now().After(end) {
			t.Fatal("one that broke off never ends")
		}
		time.Sleep(10 * time.Millisecond)
	}
	if n := g.files(); n != 1 { // only now none of the thousand can begin any more
		t.Errorf("%d files are left", n-1)
	}
}

func (g *gateway) details(id string) (d broker.FileTransferStatusDetails) {
	g.t.Helper()
	g.do(call{path: root + "/" + id + "/details", as: "kari"}).want(200, "").json(&d)
	return d
}

// breaks is a body that ends with an error.
type breaks struct{ r *strings.Reader }

func (b breaks) Read(p []byte) (int, error) {
	if b.r.Len() == 0 {
		return 0, errors.New("gone")
	}
	return b.r.Read(p)
}

func TestLists(t *testing.T) {
	g := newGateway(t)
	var want []string
	for range 5 {
		want = append(want, g.sent("hei"))
	}
	g.initialize()
	list := func(as, query string) (ids []string) {
		t.Helper()
		path := root + query
		for {
			var page []string
			a := g.do(call{path: path, as: as}).want(200, "").json(&page)
			ids = append(ids, page...)
			link := a.Header.Get("Link")
			if link == "" {
				return ids
			}
			path = strings.TrimSuffix(strings.TrimPrefix(link, "<https://gateway.example"), `>; rel="next"`)
		}
	}
	if diff := cmp.Diff(want, list("ola", "?role=Recipient&status=Published&recipientStatus=Initialized&orderAscending=true&size=2&resourceId=ttd/filer")); diff != "" {
		t.Error(diff)
	}
	slices.Reverse(want)
	if diff := cmp.Diff(want, list("ola", "?size=2")); diff != "" {
		t.Error(diff)
	}
	for query, n := range map[string]int{"": 6, "?role=Sender": 6, "?role=Recipient": 0, "?status=Initialized": 1, "?from=2026-11-22&to=2026-11-23": 6,
		"?to=2026-11-22": 0, "?from=2026-11-22T10:00:01Z": 0, "?resourceId=ttd/andre": 0} {
		if got := list("kari", query); len(got) != n {
			t.Errorf("%s lists %d, want %d", query, len(got), n)
		}
	}
	if got := list("eva", ""); len(got) != 0 {
		t.Errorf("a stranger lists %v", got)
	}
	cursor := g.do(call{path: root + "?size=2", as: "kari"}).Header.Get("Link")
	cursor = cursor[strings.Index(cursor, "cursor="):strings.Index(cursor, "&size")]
	for query, code := range map[string]string{
		"?" + cursor + "&status=Published": "cursor-invalid", "?cursor=x": "cursor-invalid", "?role=sender": "parameter-invalid", "?status=x": "parameter-invalid",
		"?recipientStatus=x": "parameter-invalid", "?orderAscending=1": "parameter-invalid", "?from=yesterday": "date-invalid", "?to=2026-02-30": "date-invalid",
		"?size=0": "size-invalid", "?size=1001": "size-invalid", "?resourceId=x": "resource-invalid", "?page=1": "parameter-unknown",
	} {
		g.do(call{path: root + query, as: "kari"}).want(400, code)
	}
	g.do(call{path: root + "?" + cursor, as: "ola"}).want(400, "cursor-invalid")
}

func TestEnds(t *testing.T) {
	g := newGateway(t)
	id := g.sent(large)
	g.do(call{method: "DELETE", path: root + "/" + id, as: "ola"}).want(403, "sender")
	var o broker.FileTransferOverview
	g.do(call{method: "DELETE", path: root + "/" + id, as: "kari"}).want(200, "").json(&o)
	if o.FileTransferStatus != broker.FileTransferStatusCancelled || g.files() != 0 {
		t.Errorf("%+v, %d files", o, g.files())
	}
	g.do(call{path: root + "/" + id + "/download", as: "ola"}).want(410, "transfer-ended")
	g.do(call{method: "POST", path: root + "/" + id + "/confirmdownload", as: "ola"}).want(410, "transfer-ended")
	g.do(call{method: "POST", path: root + "/" + id + "/upload", as: "kari", header: asBytes, body: "x"}).want(410, "transfer-ended")
	tus := root + "/upload/tus/" + id
	g.do(call{method: "POST", path: tus, as: "kari", header: tusHeader("Upload-Length", "5")}).want(410, "transfer-ended")
	g.do(call{method: "PATCH", path: tus, as: "kari", header: tusHeader("Upload-Offset", "0", "Content-Type", pieceType)}).want(410, "transfer-ended")
	g.do(call{method: "DELETE", path: tus, as: "kari", header: tusHeader()}).want(410, "transfer-ended")

	id = g.sent(large)
	g.at.Store(49 * 3600)
	for end := time.Now().Add(time.Minute); g.overview(id, "kari").FileTransferStatus != broker.FileTransferStatusPurged; time.Sleep(10 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal("it does not expire")
		}
	}
	g.do(call{method: "DELETE", path: root + "/" + id, as: "kari"}).want(409, "transfer-over")
}

func TestInitializeRefusals(t *testing.T) {
	g := newGateway(t)
	with := func(old, new string) string { return strings.Replace(newFile, old, new, 1) }
	for name, c := range map[string]struct {
		body   string
		status int
		code   string
	}{
		"no service":      {with("ttd/filer", "ttd/ukjent"), 404, "service-unknown"},
		"resource":        {with("ttd/filer", "filer"), 400, "resource-invalid"},
		"party":           {with("0192:310000019", "0192:31000001"), 400, "party-invalid"},
		"person's number": {with("0192:310000019", "01810100016"), 400, "party-invalid"},
		"another's party": {with("0192:310000019", "urn:altinn:organization:identifier-no:310000027"), 403, "party"},
		"unknown party":   {with("0192:310000019", "urn:altinn:party:id:999999"), 403, "party"},
		"recipient":       {with("0192:310000027", "0192:310000035"), 400, "recipient-unknown"},
		"scan":            {with("false", "true"), 400, "virus-scan"},
		"unknown field":   {with("sender", "avsender"), 400, "json-field-unknown"},
		"long":            {with(`"a":"1"`, `"a":"`+strings.Repeat("x", 5<<20)+`"`), 413, "body-too-large"},
	} {
		t.Run(name, func(t *testing.T) {
			g.do(call{method: "POST", path: root, as: "kari", header: asJSON, body: c.body}).want(c.status, c.code)
		})
	}
	g.do(call{method: "POST", path: root, as: "kari", header: header("Content-Type", "text/plain"), body: newFile}).want(415, "content-type")
	key := header("Content-Type", "application/json", "Idempotency-Key", "k")
	first := g.do(call{method: "POST", path: root, as: "kari", header: key, body: newFile}).want(200, "")
	if again := g.do(call{method: "POST", path: root, as: "kari", header: key, body: newFile}).want(200, ""); again.body != first.body {
		t.Errorf("%s, again %s", first.body, again.body)
	}
	g.do(call{method: "POST", path: root, as: "kari", header: key, body: with("a.zip", "b.zip")}).want(422, "idempotency-key-reused")
	g.do(call{method: "POST", path: root + "/" + g.sent("x") + "/confirmdownload", as: "ola", header: header("Idempotency-Key", "c")}).want(200, "")
	g.do(call{method: "POST", path: root + "/" + g.sent("x") + "/confirmdownload", as: "ola", header: header("Idempotency-Key", "c")}).want(422, "idempotency-key-reused")
	claim, err := g.core.Claim(t.Context(), rest.Caller{Person: g.person("kari")}, "busy")
	if err != nil {
		t.Fatal(err)
	}
	defer claim.Release()
	g.do(call{method: "POST", path: root, as: "kari", header: header("Content-Type", "application/json", "Idempotency-Key", "busy"), body: newFile}).want(409, "idempotency-underway")
}

func (g *gateway) person(user string) rest.PartyID {
	g.t.Helper()
	p, err := g.core.Party(g.t.Context(), rest.PartyRef{UserName: user})
	if err != nil {
		g.t.Fatal(err)
	}
	return p.ID
}

// TestWhatEveryOperationRefuses plays the common refusals over all of them.
func TestWhatEveryOperationRefuses(t *testing.T) {
	g := newGateway(t)
	doc := document.Spec(t)
	id := g.sent("hei")
	for path, item := range doc.Paths.Map() {
		for method, op := range item.Operations() {
			if op.OperationID == "getDocument" {
				continue
			}
			good := call{method: method, path: strings.Replace(path, "{fileTransferId}", id, 1), as: "kari", header: tusHeader("Content-Type", "application/octet-stream"), body: ""}
			switch {
			case op.OperationID == "initializeFileTransfer":
				good.header, good.body = asJSON, newFile
			case op.OperationID == "initializeAndUpload":
				good.header, good.body = asForm, uploadForm(t, append(formFields, "FileTransfer", "hei"))
			case op.OperationID == "tusUploadPatch":
				good.header = tusHeader("Content-Type", pieceType, "Upload-Offset", "0")
			case op.OperationID == "tusUploadCreate":
				good.header = tusHeader("Upload-Length", "5")
			case op.OperationID == "downloadFile", op.OperationID == "confirmDownload":
				good.as = "ola"
			}
			try := func(status int, code string, change func(*call)) {
				t.Helper()
				c := good
				change(&c)
				if method == "HEAD" {
					code = ""
				}
				if g.do(c).want(status, code); t.Failed() {
					t.Fatalf("%s %s: %d %s", method, path, status, code)
				}
			}
			try(401, "token-missing", func(c *call) { c.as = "" })
			try(401, "token-invalid", func(c *call) { c.as = "nobody" })
			try(403, "scope-missing", func(c *call) { c.as = "scopeless" })
			try(400, "parameter-unknown", func(c *call) { c.path += "?x=1" })
			g.fast.Store(true)
			try(429, "rate", func(*call) {})
			g.fast.Store(false)
			if strings.Contains(path, "{") && op.OperationID != "tusUploadOptions" {
				try(400, "parameter-invalid", func(c *call) { c.path = strings.Replace(c.path, id, "x", 1) })
				try(404, "transfer-unknown", func(c *call) { c.as = "eva" })
				try(404, "transfer-unknown", func(c *call) { c.path = strings.Replace(c.path, id, uuid.NewString(), 1) })
			}
			if strings.HasPrefix(op.OperationID, "tus") && op.OperationID != "tusUploadOptions" {
				try(412, "tus-version", func(c *call) {
					c.header = c.header.Clone()
					c.header.Set("Tus-Resumable", "0.2.2")
				})
			}
			if op.OperationID == "tusUploadOptions" {
				continue
			}
			for _, f := range []struct {
				err    error
				status int
				code   string
			}{
				{errors.New("the disk is on fire"), 500, "internal"},
				{&rest.Error{Kind: rest.Unavailable, Code: "storage-full", Detail: "Full.", RetryAfter: time.Minute}, 503, "storage-full"},
			} {
				g.fails.Store(&f.err)
				try(f.status, f.code, func(*call) {})
				g.fails.Store(nil)
			}
		}
	}
}

func TestDocument(t *testing.T) {
	g := newGateway(t)
	a := g.do(call{path: "/broker/api/v1/openapi.yaml"}).want(200, "")
	g.do(call{path: "/broker/api/v1/openapi.yaml", header: header("If-None-Match", a.Header.Get("ETag"))}).want(304, "")
}
