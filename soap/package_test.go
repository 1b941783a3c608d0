package soap

import (
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync"
	"testing"

	"overgang/soap/codec"
	"overgang/wsdl"
)

// The tests' streamed contract: an upload with header parameters and a download.
const (
	drop      = "urn:test:drop"
	dropPath  = "/Drop/DropStreamed.svc"
	plainPath = "/Drop/DropPlain.svc"
)

type uploadRequest struct {
	FileName string
	Number   int32
	Stream   *codec.Large
}
type uploadResponse struct{ Result string }
type downloadRequest struct{ Name string }
type downloadResponse struct{ Result *codec.Part }

// dropped is what the service got and gives.
type dropped struct {
	mu      sync.Mutex
	name    string
	content memorySink
	give    func() *codec.Part
	sent    int
}

func dropContract() *wsdl.Contract {
	el := func(name string, k wsdl.Kind) *wsdl.Element {
		return element(drop, name, &wsdl.Type{Kind: k}, 0, 1)
	}
	in := func(name string, fields ...*wsdl.Element) *wsdl.Element {
		return element(drop, name, &wsdl.Type{Kind: wsdl.KindComplex, Fields: fields}, 1, 1)
	}
	endpoint := func(name, path string, mtom bool) *wsdl.Endpoint {
		upload := &wsdl.Operation{Name: "Upload", Action: drop + "/Upload", ReplyAction: drop + "/UploadResponse",
			Input: in("Payload", el("Stream", wsdl.KindBase64)), Output: in("Receipt", el("Result", wsdl.KindString)),
			Headers: []*wsdl.Element{el("FileName", wsdl.KindString), el("Number", wsdl.KindInt)}}
		download := &wsdl.Operation{Name: "Download", Action: drop + "/Download", ReplyAction: drop + "/DownloadResponse",
			Input: in("Download", el("Name", wsdl.KindString)), Output: in("DownloadResponse", el("DownloadResult", wsdl.KindBase64))}
		return &wsdl.Endpoint{Name: name, Flavour: wsdl.Basic, SOAP: "1.1", MTOM: mtom, Paths: []string{path}, Operations: []*wsdl.Operation{upload, download}}
	}
	return &wsdl.Contract{Endpoints: []*wsdl.Endpoint{endpoint("DropStreamed", dropPath, true), endpoint("DropPlain", plainPath, false)}}
}

func (d *dropped) services() []Service {
	names := func(n string) map[wsdl.Flavour][]string { return map[wsdl.Flavour][]string{wsdl.Basic: {n}} }
	return []Service{{Name: "Drop", Operations: []Operation{
		{Base: "Upload", Names: names("Upload"), Request: (*uploadRequest)(nil), Response: (*uploadResponse)(nil),
			Begin: func(_ context.Context, _ *Call, req any) error {
				if req.(*uploadRequest).FileName == "wrong" {
					return errPassword
				}
				return nil
			},
			Sink: func(_ context.Context, _ *Call, req any, _ string) (codec.Sink, error) {
				d.mu.Lock()
				defer d.mu.Unlock()
				d.name, d.content = req.(*uploadRequest).FileName, memorySink{}
				return &d.content, nil
			},
			Handle: func(_ context.Context, _ *Call, req any) (any, error) {
				r := req.(*uploadRequest)
				return &uploadResponse{fmt.Sprintf("%s %d %d", r.FileName, r.Number, r.Stream.Size)}, nil
			}},
		{Base: "Download", Names: names("Download"), Request: (*downloadRequest)(nil), Response: (*downloadResponse)(nil),
			Handle: func(context.Context, *Call, any) (any, error) { return &downloadResponse{d.give()}, nil }},
	}}}
}

func newDrop(t *testing.T, l Limits) (*dropped, *httptest.Server) {
	t.Helper()
	d := &dropped{}
	s, err := New(dropContract(), d.services(), Options{Limits: l, FaultFor: testFaultForDrop, TempDir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if left, err := os.ReadDir(s.options.TempDir); err != nil || len(left) > 0 {
			t.Errorf("left behind: %v, %v", left, err)
		}
	})
	server := httptest.NewServer(s)
	t.Cleanup(server.Close)
	return d, server
}

func testFaultForDrop(_ context.Context, _ *Call, err error) *Fault {
	var ready *Fault
	if errors.As(err, &ready) {
		return ready
	}
	return &Fault{Blame: Sender, Reason: "An error occurred: " + err.Error()}
}

const (
	dropBoundary = "uuid:6f1d2c+id=1"
	dropMedia    = `multipart/related; type="application/xop+xml";start="<http://tempuri.org/0>";boundary="` + dropBoundary + `";start-info="text/xml"`
	xop          = `<x:Include xmlns:x="http://www.w3.org/2004/08/xop/include" href="cid:http%3A%2F%2Ftempuri.org%2F1%2F7"/>`
)

func uploadEnvelope(header, stream string) string {
	return `<s:Envelope xmlns:s="` + NS11 + `"><s:Header>` + header + `</s:Header><s:Body><Payload xmlns="` + drop + `"><Stream>` + stream + `</Stream></Payload></s:Body></s:Envelope>`
}

const uploadHeader = `<h:Number xmlns:h="` + drop + `">7</h:Number><h:FileName xmlns:h="` + drop + `">a.xml</h:FileName>`

func dropPart(id, mediaType, content string) string {
	return "--" + dropBoundary + "\r\nContent-ID: <" + id + ">\r\nContent-Transfer-Encoding: binary\r\nContent-Type: " + mediaType + "\r\n\r\n" + content + "\r\n"
}

func dropRoot(envelope string) string {
	return dropPart("http://tempuri.org/0", `application/xop+xml;charset=utf-8;type="text/xml"`, envelope)
}

const dropEnd = "--" + dropBoundary + "--\r\n"

func dropCall(t *testing.T, url, media, body string) (status int, answer string) {
	t.Helper()
	r, err := http.Post(url, media, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	defer r.Body.Close()
	b, err := io.ReadAll(r.Body)
	if err != nil {
		t.Fatal(err)
	}
	return r.StatusCode, string(b)
}

// TestUpload: content in a part, in any order, or inline; parameters in header
// blocks.
func TestUpload(t *testing.T) {
	d, server := newDrop(t, Limits{})
	content := strings.Repeat("\r\n--uuid:\x00\xff", 50_000)
	part := dropPart("http://tempuri.org/1/7", "application/octet-stream", content)
	root := dropRoot(uploadEnvelope(uploadHeader, xop))
	inline := uploadEnvelope(uploadHeader, base64.StdEncoding.EncodeToString([]byte(content)))
	for name, c := range map[string]struct{ media, body string }{
		"package":             {dropMedia, root + part + dropEnd},
		"reversed":            {dropMedia, part + root + dropEnd},
		"no start":            {strings.Replace(dropMedia, `start="<http://tempuri.org/0>";`, "", 1), root + part + dropEnd},
		"no type":             {`multipart/related; boundary="` + dropBoundary + `"`, root + part + dropEnd},
		"inline in a package": {dropMedia, dropRoot(inline) + dropEnd},
		"plain":               {"text/xml; charset=utf-8", inline},
	} {
		status, answer := dropCall(t, server.URL+dropPath, c.media, c.body)
		if want := fmt.Sprintf("<Result>a.xml 7 %d</Result>", len(content)); status != 200 || !strings.Contains(answer, want) {
			t.Errorf("%s: %d %s", name, status, answer)
			continue
		}
		if d.content.String() != content || d.name != "a.xml" || d.content.closed != 1 || d.content.aborted != 0 {
			t.Errorf("%s: got %q, %d bytes, closed %d", name, d.name, d.content.Len(), d.content.closed)
		}
	}
}

// TestUploadRefused: what is wrong is refused, and nothing is taken in.
func TestUploadRefused(t *testing.T) {
	d, server := newDrop(t, Limits{Package: 1 << 20, Spool: 1 << 16, Parts: 2})
	root := dropRoot(uploadEnvelope(uploadHeader, xop))
	part := dropPart("http://tempuri.org/1/7", "application/octet-stream", "content")
	long := dropPart("http://tempuri.org/1/7", "application/octet-stream", strings.Repeat("x", 1<<17))
	for name, c := range map[string]struct {
		path, media, body string
		status            int
		want              string
	}{
		"plain endpoint":     {plainPath, dropMedia, root + part + dropEnd, 415, "Content-Type must be"},
		"Include in plain":   {dropPath, "text/xml", uploadEnvelope(uploadHeader, xop), 500, "element where base64"},
		"no boundary":        {dropPath, "multipart/related; type=application/xop+xml", root, 415, "no boundary"},
		"type of the parts":  {dropPath, strings.Replace(dropMedia, "application/xop+xml", "text/html", 1), root + part + dropEnd, 415, "type of a multipart"},
		"root is no package": {dropPath, dropMedia, dropPart("http://tempuri.org/0", "text/xml", "<x/>") + dropEnd, 415, "root part must be"},
		"root of SOAP 1.2":   {dropPath, dropMedia, strings.Replace(root, `"text/xml"`, `"application/soap+xml"`, 1) + part + dropEnd, 415, "Content-Type must be"},
		"part missing":       {dropPath, dropMedia, root + dropEnd, 400, "does not have"},
		"http reference":     {dropPath, dropMedia, strings.Replace(root, "cid:http", "http", 1) + part + dropEnd, 400, "cid: URL"},
		"itself":             {dropPath, dropMedia, strings.Replace(root, "%2F1%2F7", "%2F0", 1) + part + dropEnd, 400, "two references"},
		"truncated":          {dropPath, dropMedia, root + part[:len(part)-5], 400, "last boundary"},
		"no end":             {dropPath, dropMedia, root + part, 400, "last boundary"},
		"third part":         {dropPath, dropMedia, root + part + dropPart("b", "a/b", "") + dropEnd, 413, "more than 2 parts"},
		"long and too early": {dropPath, dropMedia, long + root + dropEnd, 413, "more than 65536 bytes"},
		"too large":          {dropPath, dropMedia, root + strings.Repeat(long, 9) + dropEnd, 413, "too large"},
		"not logged in":      {dropPath, dropMedia, strings.Replace(root, "a.xml", "wrong", 1) + part + dropEnd, 500, "wrong password"},
		"parameter twice":    {dropPath, dropMedia, dropRoot(uploadEnvelope(uploadHeader+uploadHeader, xop)) + part + dropEnd, 500, "more than one header Number"},
		"parameter no int":   {dropPath, dropMedia, strings.Replace(root, ">7<", ">x<", 1) + part + dropEnd, 500, "Number is not of the type int"},
		"not well-formed":    {dropPath, dropMedia, dropRoot("<s:Envelope") + part + dropEnd, 400, "cannot be read"},
		"another action":     {dropPath, dropMedia + `; action="urn:other"`, root + part + dropEnd, 500, "is not the one of the body"},
	} {
		d.content = memorySink{}
		status, answer := dropCall(t, server.URL+c.path, c.media, c.body)
		if status != c.status || !strings.Contains(answer, c.want) || d.content.closed != 0 {
			t.Errorf("%s: %d %s (closed %d)", name, status, answer, d.content.closed)
		}
	}
}

// TestNoRoomForParts: a part that cannot be kept is refused for now, and counts as
// ours.
func TestNoRoomForParts(t *testing.T) {
	d := &dropped{}
	var record Record
	s, err := New(dropContract(), d.services(), Options{TempDir: t.TempDir() + "/gone", Observe: func(r Record) { record = r }})
	if err != nil {
		t.Fatal(err)
	}
	r := httptest.NewRequest("POST", dropPath, strings.NewReader(dropPart("http://tempuri.org/1/7", "a/b", "content")+dropRoot(uploadEnvelope(uploadHeader, xop))+dropEnd))
	r.Header.Set("Content-Type", dropMedia)
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	if w.Code != http.StatusServiceUnavailable || w.Header().Get("Retry-After") != "60" || strings.Contains(w.Body.String(), "gone") || !record.Server || d.content.Len() > 0 {
		t.Errorf("%d %v %s, %+v", w.Code, w.Header(), w.Body, record)
	}
}

// TestDownload: the content comes in a part of its own, whole or not at all.
func TestDownload(t *testing.T) {
	d, server := newDrop(t, Limits{})
	request := `<s:Envelope xmlns:s="` + NS11 + `"><s:Body><Download xmlns="` + drop + `"/></s:Body></s:Envelope>`
	content := bytes.Repeat([]byte("\r\n--uuid:\x00\xff"), 50_000)
	d.give = func() *codec.Part {
		return &codec.Part{Content: io.NopCloser(bytes.NewReader(content)), Size: int64(len(content)), Sent: func() error { d.sent++; return nil }}
	}
	r, err := http.Post(server.URL+dropPath, "text/xml", strings.NewReader(request))
	if err != nil {
		t.Fatal(err)
	}
	defer r.Body.Close()
	media, params, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil || media != "multipart/related" || params["start-info"] != "text/xml" || r.ContentLength < int64(len(content)) {
		t.Fatalf("%v, %v", r.Header, err)
	}
	parts := multipart.NewReader(r.Body, params["boundary"])
	var got [2][]byte
	for i := range got {
		p, err := parts.NextRawPart()
		if err != nil {
			t.Fatal(err)
		}
		if got[i], err = io.ReadAll(p); err != nil {
			t.Fatal(err)
		}
	}
	if !strings.Contains(string(got[0]), `<DownloadResult><xop:Include`) || !bytes.Equal(got[1], content) || d.sent != 1 {
		t.Errorf("%s, %d bytes, sent %d", got[0], len(got[1]), d.sent)
	}

	d.give = func() *codec.Part {
		return &codec.Part{Content: io.NopCloser(bytes.NewReader(content)), Size: int64(len(content)) + 1, Sent: func() error { d.sent++; return nil }}
	}
	r, err = http.Post(server.URL+dropPath, "text/xml", strings.NewReader(request))
	if err != nil {
		t.Fatal(err)
	}
	defer r.Body.Close()
	if _, err := io.Copy(io.Discard, r.Body); err == nil || d.sent != 1 {
		t.Errorf("content that is too short: %v, sent %d", err, d.sent)
	}

	d.give = func() *codec.Part { return nil }
	if status, answer := dropCall(t, server.URL+dropPath, "text/xml", request); status != 200 || strings.Contains(answer, "Include") {
		t.Errorf("no content: %d %s", status, answer)
	}
}
