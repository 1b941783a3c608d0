package wss_test

import (
	"flag"
	"os"
	"testing"
	"time"

	"overgang/soap/c14n"
	"overgang/soap/wss"
	"overgang/soap/xmltok"
)

func TestResponse(t *testing.T) {
	const envelope = "http://www.w3.org/2003/05/soap-envelope"
	const head = `<o:Security xmlns:o="http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd" xmlns:s="http://www.w3.org/2003/05/soap-envelope" s:mustUnderstand="1">` +
		`<u:Timestamp xmlns:u="http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd" u:Id="_0"><u:Created>2026-11-22T12:00:00.000Z</u:Created><u:Expires>2026-11-22T12:05:00.000Z</u:Expires></u:Timestamp>`
	const confirmation = `<k:SignatureConfirmation xmlns:k="http://docs.oasis-open.org/wss/oasis-wss-wssecurity-secext-1.1.xsd" xmlns:u="http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd" `
	response := wss.Response{Envelope: envelope, Created: noon.In(time.FixedZone("", 3600)), Lifetime: 5 * time.Minute}
	for _, test := range []struct {
		name       string
		confirm    bool
		signatures [][]byte
		want       string
	}{
		{"a Timestamp", false, [][]byte{{1}}, ""},
		{"nothing to confirm", true, nil, confirmation + `u:Id="_1"/>`},
		{"two signatures", true, [][]byte{{1, 2, 3}, {255}}, confirmation + `u:Id="_1" Value="AQID"/>` + confirmation + `u:Id="_2" Value="/w=="/>`},
	} {
		t.Run(test.name, func(t *testing.T) {
			r := response
			r.Confirm, r.Signatures = test.confirm, test.signatures
			got := string(r.Append([]byte("-")))
			if got != "-"+head+test.want+"</o:Security>" {
				t.Errorf("got %s", got)
			}
			if _, err := c14n.NewParser(nil).Parse([]byte(got[1:]), xmltok.Limits{}); err != nil {
				t.Error(err)
			}
		})
	}
}

// TestAnswer keeps the answer that WSS4J reads (testdata/wss/make/check).
func TestAnswer(t *testing.T) {
	const file = testdata + "/answer.xml"
	answer := wss.Response{Envelope: "http://www.w3.org/2003/05/soap-envelope", Created: noon, Lifetime: 5 * time.Minute, Confirm: true, Signatures: [][]byte{{1, 2, 3}}}
	got := `<env:Envelope xmlns:env="http://www.w3.org/2003/05/soap-envelope"><env:Header>` + string(answer.Append(nil)) + "</env:Header><env:Body/></env:Envelope>\n"
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("got %s; if that is right, run with -update and testdata/wss/make/check", got)
	}
}

var update = flag.Bool("update", false, "rewrite testdata/wss/answer.xml")
