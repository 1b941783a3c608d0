package codec

import (
	"bytes"
	"encoding/base64"
	"encoding/xml"
	"strings"
	"testing"

	"overgang/soap/xmltok"
)

// FuzzDecode feeds documents to a plan with every form. What is taken must be
// taken again, the same, after it was encoded.
func FuzzDecode(f *testing.F) {
	f.Add(document("<text>a</text><number> 1</number><tag/><tag>b</tag><numbers><a:int>1</a:int></numbers>"))
	f.Add(document(`<Secret x:nil="1"/><when>2026-01-02T03:04:05.123+01:00</when><data>aGVsbG8=</data><colour>Red</colour>`))
	f.Add(document("<GetThingBasicResult><b:Name>n</b:Name><b:Children><b:Node/><b:Node x:nil='true'/></b:Children></GetThingBasicResult>"))
	f.Add(document("<ratio>INF</ratio><price>1.0</price><id>0000-ffff</id><long>-1</long><flag>0</flag>"))
	p := plan[thing](f, thingElement(), Decode|Encode)
	f.Fuzz(func(t *testing.T, doc string) {
		var first, second thing
		if !decodeWhole(p, doc, &first) {
			return
		}
		encoded, err := p.Append(nil, &first)
		if err != nil {
			t.Fatalf("what was read cannot be written: %v", err)
		}
		if !decodeWhole(p, string(encoded), &second) {
			t.Fatalf("what was written cannot be read: %s", encoded)
		}
		again, err := p.Append(nil, &second)
		if err != nil || !bytes.Equal(encoded, again) {
			t.Fatalf("%v:\n%s\n%s", err, encoded, again)
		}
	})
}

func decodeWhole(p *Plan, doc string, v any) bool {
	r := xmltok.NewReader(nil)
	r.Reset(strings.NewReader(doc), xmltok.Limits{})
	if kind, err := r.Next(); err != nil || kind != xmltok.Start {
		return false
	}
	d := new(Decoder)
	d.Reset(Limits{}, nil, nil)
	if d.Decode(r, p, v) != nil {
		return false
	}
	kind, err := r.Next()
	return kind == xmltok.EOF && err == nil
}

// FuzzBase64 compares the streaming decoder with the standard library's over
// the text without white space.
func FuzzBase64(f *testing.F) {
	f.Add("aGVsbG8=")
	f.Add(" aG\nVs\tbG8\r=\n")
	f.Add("QQ==QQ==")
	f.Add(strings.Repeat("QUJD", 9000) + "\nQQ==")
	p := plan[letter](f, letterElement(), Decode)
	f.Fuzz(func(t *testing.T, text string) {
		text = Clean(text)
		var escaped bytes.Buffer
		if err := xml.EscapeText(&escaped, []byte(text)); err != nil {
			t.Fatal(err)
		}
		m := &memory{}
		_, err := reading(t, p, letterDocument("<Part><Blob>"+escaped.String()+"</Blob></Part>"), new(letter), Limits{}, func(string) (Sink, error) { return m, nil })
		want, bad := base64.StdEncoding.Strict().DecodeString(string(dropSpace([]byte(text))))
		if (err == nil) != (bad == nil) || err == nil && !bytes.Equal(want, m.Bytes()) {
			t.Fatalf("%q: got %q, %v, want %q, %v", text, m.Bytes(), err, want, bad)
		}
	})
}
