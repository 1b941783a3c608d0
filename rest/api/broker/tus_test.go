package broker_test

import (
	"bytes"
	"crypto/md5"
	"crypto/sha1"
	"encoding/base64"
	"io"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"overgang/rest/api/broker"
)

const pieceType = "application/offset+octet-stream"

func tusHeader(pairs ...string) http.Header {
	return header(append([]string{"Tus-Resumable", "1.0.0"}, pairs...)...)
}

// offset is what HEAD tells.
func (g *gateway) offset(id string) string {
	g.t.Helper()
	a := g.do(call{method: "HEAD", path: root + "/upload/tus/" + id, as: "kari", header: tusHeader()}).want(200, "")
	if a.Header.Get("Tus-Resumable") != "1.0.0" || a.Header.Get("Cache-Control") != "no-store" || a.Header.Get("Upload-Length") == "" || a.Header.Get("Upload-Expires") == "" {
		g.t.Errorf("HEAD: %v", a.Header)
	}
	return a.Header.Get("Upload-Offset")
}

func (g *gateway) patch(id, offset, text string, more ...string) answer {
	g.t.Helper()
	return g.do(call{method: "PATCH", path: root + "/upload/tus/" + id, as: "kari", body: text,
		header: tusHeader(append([]string{"Content-Type", pieceType, "Upload-Offset", offset}, more...)...)})
}

func TestTus(t *testing.T) {
	g := newGateway(t)
	id := g.initialize()
	path := root + "/upload/tus/" + id
	offers := g.do(call{method: "OPTIONS", path: path, as: "kari"}).want(204, "")
	if offers.Header.Get("Tus-Extension") != "creation,checksum,expiration,termination" || offers.Header.Get("Tus-Version") != "1.0.0" {
		t.Errorf("OPTIONS: %v", offers.Header)
	}
	g.do(call{method: "HEAD", path: path, as: "kari", header: tusHeader()}).want(404, "")
	create := call{method: "POST", path: path, as: "kari", header: tusHeader("Upload-Length", strconv.Itoa(len(large)),
		"Upload-Metadata", "filetype eA==,filename "+base64.StdEncoding.EncodeToString([]byte("../stor.zip")))}
	a := g.do(create).want(201, "")
	if a.Header.Get("Location") != "https://gateway.example"+path {
		t.Errorf("Location %s", a.Header.Get("Location"))
	}
	g.patch(id, "0", large[:1000]).want(204, "")
	if got := g.offset(id); got != "1000" {
		t.Errorf("offset %s", got)
	}
	g.patch(id, "0", large[:1000]).want(409, "upload-offset")
	half := large[1000:50_000]
	sum := sha1.Sum([]byte(half))
	g.patch(id, "1000", half+"x", "Upload-Checksum", "sha1 "+base64.StdEncoding.EncodeToString(sum[:])).want(460, "checksum-mismatch")
	if got := g.offset(id); got != "1000" {
		t.Errorf("offset %s after a piece that was refused", got)
	}
	g.patch(id, "1000", half, "Upload-Checksum", "sha1 "+base64.StdEncoding.EncodeToString(sum[:])).want(204, "")
	g.patch(id, "50000", large).want(413, "content-too-large")
	if a := g.patch(id, "50000", large[50_000:]).want(204, ""); a.Header.Get("Upload-Offset") != strconv.Itoa(len(large)) {
		t.Errorf("%v", a.Header)
	}
	var o broker.FileTransferOverview
	g.do(call{path: root + "/" + id, as: "ola"}).want(200, "").json(&o)
	if o.FileName != "stor.zip" || o.Checksum != hex(md5.Sum([]byte(large))) {
		t.Errorf("%+v", o)
	}
	if got := g.do(call{path: root + "/" + id + "/download", as: "ola"}).want(200, ""); got.body != large {
		t.Errorf("%d bytes came", len(got.body))
	}
	g.do(create).want(409, "file-uploaded")
	g.do(call{method: "DELETE", path: path, as: "kari", header: tusHeader()}).want(409, "file-uploaded")
	g.do(call{method: "POST", path: path, as: "ola", header: create.header}).want(403, "sender")
}

func hex(sum [16]byte) string {
	const digits = "0123456789abcdef"
	var b strings.Builder
	for _, c := range sum {
		b.WriteByte(digits[c>>4])
		b.WriteByte(digits[c&15])
	}
	return b.String()
}

// TestTusBreaksOff: what came of a piece that broke off is kept.
func TestTusBreaksOff(t *testing.T) {
	g := newGateway(t)
	id := g.initialize()
	path := root + "/upload/tus/" + id
	g.do(call{method: "POST", path: path, as: "kari", header: tusHeader("Upload-Length", strconv.Itoa(2*len(large)))}).want(201, "")
	r, err := http.NewRequestWithContext(t.Context(), "PATCH", g.url+path, breaks{strings.NewReader(large)})
	if err != nil {
		t.Fatal(err)
	}
	r.Header = tusHeader("Content-Type", pieceType, "Upload-Offset", "0", "Authorization", "Bearer kari")
	r.ContentLength = int64(2 * len(large))
	if a, err := http.DefaultClient.Do(r); err == nil {
		a.Body.Close()
		t.Fatal("the request did not break off")
	}
	var at int
	for end := time.Now().Add(time.Minute); at == 0; time.Sleep(10 * time.Millisecond) {
		if at, err = strconv.Atoi(g.offset(id)); err != nil || time.Now().After(end) {
			t.Fatalf("nothing was kept: %v", err)
		}
	}
	both := large + large
	for end := time.Now().Add(time.Minute); ; time.Sleep(10 * time.Millisecond) {
		a := g.patch(id, strconv.Itoa(at), both[at:])
		if a.StatusCode == 204 {
			break
		}
		if time.Now().After(end) {
			a.want(204, "")
		}
	}
	a := g.do(call{path: root + "/" + id + "/download", as: "ola"}).want(200, "")
	if a.body != both {
		t.Errorf("%d bytes came", len(a.body))
	}
}

func TestTusRefusals(t *testing.T) {
	g := newGateway(t)
	id := g.initialize()
	path := root + "/upload/tus/" + id
	for name, h := range map[string]http.Header{
		"no length":  tusHeader(),
		"negative":   tusHeader("Upload-Length", "-1"),
		"not base64": tusHeader("Upload-Length", "1", "Upload-Metadata", "filename ?"),
	} {
		t.Run(name, func(t *testing.T) {
			g.do(call{method: "POST", path: path, as: "kari", header: h}).want(400, "upload-header")
		})
	}
	for _, extension := range [][]string{
		{"Upload-Concat", "partial", "Upload-Length", "5"}, {"Upload-Concat", "final;" + path + " " + path}, {"Upload-Defer-Length", "1"},
	} {
		g.do(call{method: "POST", path: path, as: "kari", header: tusHeader(extension...)}).want(400, "upload-extension")
		g.do(call{method: "HEAD", path: path, as: "kari", header: tusHeader()}).want(404, "") // nothing was begun
	}
	if offered := g.do(call{method: "OPTIONS", path: path, as: "kari"}).want(204, "").Header.Get("Tus-Extension"); offered != "creation,checksum,expiration,termination" {
		t.Errorf("offered: %q", offered)
	}
	g.do(call{method: "POST", path: path, as: "kari", header: tusHeader("Upload-Length", "0")}).want(400, "content-empty")
	g.do(call{method: "POST", path: path, as: "kari", header: tusHeader("Upload-Length", "1000001")}).want(413, "content-too-large")
	key := tusHeader("Upload-Length", "5", "Idempotency-Key", "t")
	g.do(call{method: "POST", path: path, as: "kari", header: key}).want(201, "")
	g.do(call{method: "POST", path: root + "/upload/tus/" + g.initialize(), as: "kari", header: key}).want(422, "idempotency-key-reused")
	g.patch(id, "x", "").want(400, "upload-header")
	g.patch(id, "0", "hei", "Upload-Checksum", "crc32 AAAA").want(400, "upload-header")
	g.patch(id, "0", "hei", "Upload-Checksum", "md5 AAAA").want(400, "upload-header")
	g.do(call{method: "PATCH", path: path, as: "kari", header: tusHeader("Content-Type", "application/octet-stream", "Upload-Offset", "0"), body: "hei"}).want(415, "content-type")
	sent := g.sent("hei")
	g.do(call{method: "HEAD", path: root + "/upload/tus/" + sent, as: "ola", header: tusHeader()}).want(403, "")
	g.do(call{method: "PATCH", path: root + "/upload/tus/" + sent, as: "ola", header: tusHeader("Content-Type", pieceType, "Upload-Offset", "0")}).want(403, "sender")
	g.do(call{method: "DELETE", path: root + "/upload/tus/" + sent, as: "ola", header: tusHeader()}).want(403, "sender")
	g.do(call{method: "DELETE", path: path, as: "kari", header: tusHeader()}).want(204, "")
	g.do(call{method: "DELETE", path: path, as: "kari", header: tusHeader()}).want(404, "upload-unknown")
	for end := time.Now().Add(time.Minute); g.files() > 0 && time.Now().Before(end); time.Sleep(10 * time.Millisecond) {
		// What a request leaves may go after its answer.
	}
	if n := g.files(); n != 0 {
		t.Errorf("%d files are left", n)
	}
}

// TestTusPiecesWithoutEnd: a body of unknown length is a piece too.
func TestTusPiecesWithoutEnd(t *testing.T) {
	g := newGateway(t)
	id := g.initialize()
	path := root + "/upload/tus/" + id
	g.do(call{method: "POST", path: path, as: "kari", header: tusHeader("Upload-Length", "3")}).want(201, "")
	r, err := http.NewRequestWithContext(t.Context(), "PATCH", g.url+path, io.MultiReader(bytes.NewReader([]byte("h")), strings.NewReader("ei")))
	if err != nil {
		t.Fatal(err)
	}
	r.Header = tusHeader("Content-Type", pieceType, "Upload-Offset", "0", "Authorization", "Bearer kari")
	a, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	a.Body.Close()
	if a.StatusCode != 204 || a.Header.Get("Upload-Offset") != "3" {
		t.Errorf("%s %v", a.Status, a.Header)
	}
}
