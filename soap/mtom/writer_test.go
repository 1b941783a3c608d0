package mtom

import (
	"bytes"
	"io"
	"mime"
	"mime/multipart"
	"testing"
)

// TestEnvelope: the standard library reads the frame as it was meant.
func TestEnvelope(t *testing.T) {
	e := Envelope{Media: "application/soap+xml", Boundary: "uuid:1+id=2", RootID: "http://tempuri.org/0", PartID: "http://tempuri.org/1/7"}
	e.XML = e.AppendInclude(nil)
	content := []byte("\r\n--uuid:1+id=\x00\xff\r\n")
	message := e.AppendTail(append(e.AppendHead(nil), content...))

	media, params, err := mime.ParseMediaType(e.ContentType())
	if err != nil || media != "multipart/related" || params["start"] != "<http://tempuri.org/0>" || params["start-info"] != e.Media || params["type"] != "application/xop+xml" {
		t.Fatalf("%q, %v, %v", media, params, err)
	}
	r := multipart.NewReader(bytes.NewReader(message), params["boundary"])
	for _, want := range []struct{ id, encoding, content string }{
		{"<http://tempuri.org/0>", "8bit", `<xop:Include xmlns:xop="http://www.w3.org/2004/08/xop/include" href="cid:http://tempuri.org/1/7"/>`},
		{"<http://tempuri.org/1/7>", "binary", string(content)},
	} {
		p, err := r.NextRawPart()
		if err != nil {
			t.Fatal(err)
		}
		got, err := io.ReadAll(p)
		if err != nil || string(got) != want.content || p.Header.Get("Content-Id") != want.id || p.Header.Get("Content-Transfer-Encoding") != want.encoding {
			t.Errorf("%q, %v, %v", got, p.Header, err)
		}
	}
	if _, err := r.NextRawPart(); err != io.EOF {
		t.Errorf("%v", err)
	}
}
