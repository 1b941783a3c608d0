package soap

import (
	"net/http/httptest"
	"strings"
	"testing"

	"overgang/wsdl"
)

// TestSharedAddress has an endpoint that answers at another's address: the
// messages tell by their version whose they are.
func TestSharedAddress(t *testing.T) {
	contract := testContract()
	contract.Endpoints[1].Shares = []string{path11}
	b := startFor(t, contract, nil)
	for _, test := range []struct{ name, path, contentType, body, wantType, endpoint string }{
		{"1.1 at its own", path11, textXML11, body11(countBody), textXML11, "PostBasic"},
		{"1.2 at the other's", path11, soapXML12, envelope(NS12, "", countBody), soapXML12, "PostWS"},
		{"in any case", strings.ToUpper(path11), soapXML12, envelope(NS12, "", countBody), soapXML12, "PostWS"},
		{"1.2 at its own", path12, soapXML12, envelope(NS12, "", countBody), soapXML12, "PostWS"},
	} {
		r := b.call(t, test.path, test.contentType, test.body)
		b.mu.Lock()
		last := b.records[len(b.records)-1]
		b.mu.Unlock()
		if r.status != 200 || !strings.Contains(r.body, "CountResponse") || r.header.Get("Content-Type") != test.wantType || last.Endpoint != test.endpoint {
			t.Errorf("%s: %d %s by %s", test.name, r.status, r.body, last.Endpoint)
		}
	}
	for name, r := range map[string]reply{
		"1.1 where nobody shares":  b.call(t, path12, textXML11, body11(countBody)),
		"another envelope":         b.call(t, path11, textXML11, envelope("urn:other", "", countBody)),
		"1.2 under 1.1's own type": b.call(t, path11, textXML11, envelope(NS12, "", countBody)),
	} {
		if r.status == 200 {
			t.Errorf("%s: %s", name, r.body)
		}
	}
	page := b.do(t, "GET", path11, strings.NewReader(""))
	if !strings.Contains(page.body, "PostBasic") {
		t.Errorf("the page at the address: %s", page.body)
	}
}

// TestSharedAddressIsSecured demands of a message at another's address what its
// endpoint demands at its own, and takes that address in To.
func TestSharedAddressIsSecured(t *testing.T) {
	contract := secureContract()
	basic := *contract.Endpoints[0]
	basic.Name, basic.Flavour, basic.SOAP, basic.Paths = "Basic", wsdl.Basic, "1.1", []string{"/Basic.svc"}
	basic.Operations = nil
	contract.Endpoints[0].Shares = basic.Paths
	contract.Endpoints = append(contract.Endpoints, &basic)
	s := newSecuredFor(t, contract, noon)
	message := userMessage(`<a:To>https://gateway.example/basic.svc</a:To>`)
	if w := s.post(t, "/Basic.svc", message); w.status != 200 || len(s.logins) != 1 || s.calls[0].Endpoint.Name != "WS" {
		t.Errorf("%d %s, logins %v", w.status, w, s.logins)
	}
	s.wantRefusal(t, "no token", s.post(t, "/Basic.svc", mustReplace(t, userMessage(""), userToken, "")), "wsse:InvalidSecurity")
}

func TestTwoShareAnAddress(t *testing.T) {
	contract := testContract()
	third := *contract.Endpoints[1]
	third.Name, third.Paths, third.Shares = "PostThird", []string{"/Third.svc"}, []string{path11}
	contract.Endpoints[1].Shares = []string{path11}
	contract.Endpoints = append(contract.Endpoints, &third)
	p := &post{}
	if _, err := New(contract, p.services(), Options{FaultFor: testFaultFor, FaultDetail: testFault{}}); err == nil || !strings.Contains(err.Error(), "PostWS and PostThird both share") {
		t.Errorf("%v", err)
	}
}

// TestSharedAddressInParts reads a body in parts first, and then sees in its root
// whose the message is, whether or not the root's Content-Type says.
func TestSharedAddressInParts(t *testing.T) {
	contract := dropContract()
	second := *contract.Endpoints[0]
	second.Name, second.Flavour, second.SOAP, second.Paths, second.Shares = "DropTwelve", twelve, "1.2", []string{"/Twelve.svc"}, []string{dropPath}
	contract.Endpoints = append(contract.Endpoints, &second)
	d := &dropped{}
	services := d.services()
	for _, op := range services[0].Operations {
		op.Names[twelve] = op.Names[wsdl.Basic]
	}
	s, err := New(contract, services, Options{FaultFor: testFaultForDrop, TempDir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(s)
	t.Cleanup(server.Close)
	part := dropPart("http://tempuri.org/1/7", "application/octet-stream", "content")
	for _, version := range []struct{ space, media string }{{NS11, "text/xml"}, {NS12, "application/soap+xml"}} {
		envelope := strings.Replace(uploadEnvelope(uploadHeader, xop), NS11, version.space, 1)
		for _, said := range []string{`;type="` + version.media + `"`, ""} {
			root := dropPart("http://tempuri.org/0", "application/xop+xml;charset=utf-8"+said, envelope)
			status, answer := dropCall(t, server.URL+dropPath, dropMedia, root+part+dropEnd)
			if status != 200 || !strings.Contains(answer, "<Result>a.xml 7 7</Result>") || !strings.Contains(answer, version.space) {
				t.Errorf("%s, %q: %d %s", version.media, said, status, answer)
			}
		}
	}
}
