package soap

import (
	"encoding/xml"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestAnswers(t *testing.T) {
	b := start(t, nil)
	r := b.call(t, path11, textXML11, body11(sendBody), "SOAPAction", `"`+sendAction+`"`)
	want := `<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body><SendResponse xmlns="urn:test:post">` +
		`<SendResult>kari 3 10 x</SendResult></SendResponse></s:Body></s:Envelope>`
	if diff := cmp.Diff(want, r.body); diff != "" || r.status != 200 {
		t.Errorf("%d: %s", r.status, diff)
	}
	for name, want := range map[string]string{"Content-Type": textXML11, "X-Request-Id": "id-1"} {
		if got := r.header.Get(name); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
	if len(b.sinks) != 2 || b.sinks[0].String() != "hello" || b.sinks[1].String() != "world" || b.sinks[0].closed != 1 || b.sinks[1].aborted != 0 {
		t.Errorf("sinks: %+v", b.sinks)
	}
	if diff := cmp.Diff([]string{"kari"}, b.begun); diff != "" {
		t.Errorf("Begin: %s", diff)
	}
	rec := b.lastRecord(t)
	if rec.Endpoint != "PostBasic" || rec.Flavour != "basic" || rec.Operation != "Send" || rec.Outcome != Answered || rec.Status != 200 ||
		rec.In != int64(len(body11(sendBody))) || rec.Out != int64(len(want)) || rec.RequestID != "id-1" || rec.Address == "" || rec.Total <= 0 {
		t.Errorf("record: %+v", rec)
	}
	r = b.call(t, path12, soapXML12+`; action="`+sendAction+`"`, envelope(NS12, "", sendBody))
	if r.status != 200 || !strings.Contains(r.body, "kari 3 10 x") || r.header.Get("Content-Type") != soapXML12 {
		t.Errorf("SOAP 1.2: %+v", r)
	}
}

// fault11 and fault12 read faults as an independent parser does.
type fault11 struct {
	Code   string `xml:"Body>Fault>faultcode"`
	String struct {
		Lang string `xml:"http://www.w3.org/XML/1998/namespace lang,attr"`
		Text string `xml:",chardata"`
	} `xml:"Body>Fault>faultstring"`
	Detail *struct {
		Fault struct {
			Message string `xml:"urn:test:fault Message"`
		} `xml:"urn:test:fault TestFault"`
	} `xml:"Body>Fault>detail"`
}

func TestFaultsOfSOAP11(t *testing.T) {
	tests := []struct {
		name, body, action, code, reason, detail string
	}{
		{"Begin", `<Send><user>wrong</user></Send>`, "", "s:Client", "An error occurred", "something about Send"},
		{"Begin before large", `<Send><user>wrong</user><data>aGVsbG8=</data></Send>`, "", "s:Client", "An error occurred", "something about Send"},
		{"Handle", `<Send><user>fault</user></Send>`, "", "s:Server", "broken", ""},
		{"panic", `<Send><user>panic</user></Send>`, "", "s:Server", "An error occurred", "something about Send"},
		{"encode", `<Send><user>unencodable</user></Send>`, "", "s:Server", "An error occurred", "something about Send"},
		{"schema", `<Count><number>x</number></Count>`, "", "s:Client", "number is not of the type int", "does not fit Count"},
		{"unknown", `<Nonsense/>`, "", "s:Client", "No operation at this address has the body element {urn:test:post}Nonsense", ""},
		{"foreign", `<Count xmlns="urn:x"/>`, "", "s:Client", "{urn:x}Count", ""},
		{"no body", ``, "", "s:Client", "The Body ends too early", ""},
		{"text", `hello`, "", "s:Client", "The Body holds text", ""},
		{"two bodies", countBody + countBody, "", "s:Client", "one element and nothing else", ""},
		{"text behind", countBody + "x", "", "s:Client", "one element and nothing else", ""},
		{"two Body", countBody + `</e:Body><e:Body>` + countBody, "", "s:Client", "Nothing may follow the Body", ""},
		{"Header behind", countBody + `</e:Body><e:Header/><e:Body>`, "", "s:Client", "Nothing may follow the Body", ""},
		{"action", sendBody, `"urn:test:post/IPost/Count"`, "s:Client", "The SOAPAction is not the one of the body's element, " + sendAction, ""},
		{"unknown action", sendBody, `nonsense`, "s:Client", "The SOAPAction is not the one", ""},
	}
	b := start(t, nil)
	for _, tt := range tests {
		handled := b.handled
		var headers []string
		if tt.action != "" {
			headers = []string{"SOAPAction", tt.action}
		}
		r := b.call(t, path11, textXML11, body11(tt.body), headers...)
		var f fault11
		if err := xml.Unmarshal([]byte(r.body), &f); err != nil {
			t.Errorf("%s: %v in %s", tt.name, err, r.body)
			continue
		}
		if r.status != 500 || f.Code != tt.code || !strings.Contains(f.String.Text, tt.reason) || f.String.Lang == "" || r.header.Get("Content-Type") != textXML11 {
			t.Errorf("%s: %d %s", tt.name, r.status, r.body)
		}
		if (f.Detail != nil) != (tt.detail != "") || f.Detail != nil && f.Detail.Fault.Message != tt.detail {
			t.Errorf("%s: detail in %s", tt.name, r.body)
		}
		if strings.Contains(tt.name, "action") && b.handled != handled {
			t.Errorf("%s: was executed", tt.name)
		}
	}
	for _, s := range b.sinks {
		if s.closed+s.aborted != 1 {
			t.Errorf("sink closed %d and aborted %d times", s.closed, s.aborted)
		}
	}
	if !strings.Contains(b.log.String(), "at the disco") {
		t.Error("the panic is not in the log")
	}
}

func TestActionsAgree(t *testing.T) {
	b := start(t, nil)
	for _, action := range []string{sendAction, `"` + sendAction + `"`, ` "` + sendAction + `" `, `""`, ``} {
		if r := b.call(t, path11, textXML11, body11(sendBody), "SOAPAction", action); r.status != 200 {
			t.Errorf("SOAPAction %q: %d %s", action, r.status, r.body)
		}
	}
	for _, ct := range []string{`application/soap+xml;charset=UTF-8;action="` + sendAction + `"`, `application/soap+xml; action=` + sendAction + `; charset="utf-8"`,
		`Application/SOAP+XML; action=""`, `application/soap+xml`} {
		if r := b.call(t, path12, ct, envelope(NS12, "", sendBody)); r.status != 200 {
			t.Errorf("%s: %d %s", ct, r.status, r.body)
		}
	}
	r := b.call(t, path12, `application/soap+xml; action="urn:other"`, envelope(NS12, "", sendBody))
	if r.status != 500 || !strings.Contains(r.body, `<s:Value>s:Sender</s:Value><s:Subcode><s:Value xmlns:a="http://www.w3.org/2005/08/addressing">a:InvalidAddressingHeader</s:Value>`+
		`<s:Subcode><s:Value xmlns:a="http://www.w3.org/2005/08/addressing">a:ActionMismatch</s:Value></s:Subcode></s:Subcode></s:Code><s:Reason><s:Text xml:lang="en">The action parameter`) {
		t.Errorf("%d %s", r.status, r.body)
	}
}

func TestNothingIsDoneForABadEnd(t *testing.T) {
	whole := body11(sendBody)
	tests := []struct {
		name, body string
		status     int
	}{
		{"cut off", whole[:len(whole)-20], 400},
		{"more behind the root", whole + "<a/>", 400},
		{"text behind the root", whole + "x", 400},
		{"a wrong end tag", strings.Replace(whole, "</e:Body>", "</e:body>", 1), 400},
		{"element behind the Body", strings.Replace(whole, "</e:Body>", "</e:Body><x/>", 1), 500},
		{"type error behind large", strings.Replace(whole, "<after>", "<number>1</number><after>", 1), 500},
	}
	b := start(t, nil)
	for _, tt := range tests {
		before := len(b.sinks)
		r := b.call(t, path11, textXML11, tt.body)
		// Only what does not fit its schema is the operation's to explain.
		detailed := tt.name == "type error behind large"
		if r.status != tt.status || strings.Contains(r.body, "<detail>") != detailed || tt.status == 400 && strings.Contains(r.body, "Envelope") {
			t.Errorf("%s: %d %s", tt.name, r.status, r.body)
		}
		if len(b.sinks) != before+2 {
			t.Errorf("%s: %d sinks", tt.name, len(b.sinks)-before)
		}
	}
	if b.handled != 0 {
		t.Errorf("%d were executed", b.handled)
	}
	for _, s := range b.sinks {
		if s.closed != 0 || s.aborted != 1 {
			t.Errorf("sink closed %d and aborted %d times", s.closed, s.aborted)
		}
	}
}

func TestVersionMismatch(t *testing.T) {
	b := start(t, nil)
	r := b.call(t, path12, textXML11, body11(countBody))
	if r.status != 500 || r.header.Get("Content-Type") != textXML11 ||
		!strings.Contains(r.body, `<u:Upgrade xmlns:u="`+NS12+`"><u:SupportedEnvelope qname="e:Envelope" xmlns:e="`+NS12+`"/></u:Upgrade>`) ||
		!strings.Contains(r.body, `<faultcode>s:VersionMismatch</faultcode>`) {
		t.Errorf("1.1 to 1.2: %d %s", r.status, r.body)
	}
	r = b.call(t, path11, soapXML12, envelope(NS12, "", countBody))
	if r.status != 500 || r.header.Get("Content-Type") != soapXML12 || !strings.Contains(r.body, `<s:Value>s:VersionMismatch</s:Value>`) ||
		!strings.Contains(r.body, `xmlns:e="`+NS11+`"`) {
		t.Errorf("1.2 to 1.1: %d %s", r.status, r.body)
	}
	for _, doc := range []string{envelope("urn:other", "", countBody), "<hello/>", `<Envelope/>`} {
		r = b.call(t, path11, textXML11, doc)
		if r.status != 500 || !strings.Contains(r.body, `<faultcode>s:VersionMismatch</faultcode>`) {
			t.Errorf("%s: %d %s", doc, r.status, r.body)
		}
	}
}

func TestRoutes(t *testing.T) {
	b := start(t, nil)
	tests := []struct {
		method, path string
		status       int
		contains     string
	}{
		{"POST", "/post/POSTbasic.SVC", 200, "CountResponse"},
		{"POST", "/Post/PostBasic.svc/", 404, ""},
		{"POST", "/Post/Other.svc", 404, ""},
		{"POST", path11 + "?x=1", 200, "CountResponse"},
		{"PUT", path11, 405, ""},
		{"OPTIONS", path11, 405, ""},
		{"GET", path11, 200, `href="https://gateway.example/Post/PostBasic.svc?wsdl"`},
		{"HEAD", path11, 200, ""},
		{"GET", path11 + "?xsd=../../etc/passwd", 404, ""},
		{"GET", "/", 404, ""},
	}
	for _, tt := range tests {
		r := b.do(t, tt.method, tt.path, strings.NewReader(body11(countBody)), "Content-Type", textXML11)
		if r.status != tt.status || !strings.Contains(r.body, tt.contains) {
			t.Errorf("%s %s: %d %s", tt.method, tt.path, r.status, r.body)
		}
		if tt.status == 405 && r.header.Get("Allow") != "GET, HEAD, POST" {
			t.Errorf("%s: Allow %q", tt.method, r.header.Get("Allow"))
		}
		if r.header.Get("X-Request-Id") == "" {
			t.Errorf("%s %s: no request id", tt.method, tt.path)
		}
	}
}

func TestTransportRefusals(t *testing.T) {
	tests := []struct {
		name   string
		header []string
		status int
	}{
		{"plain", []string{"Content-Type", "text/xml"}, 200},
		{"quoted charset", []string{"Content-Type", `text/xml; charset="UTF-8"`}, 200},
		{"ascii", []string{"Content-Type", `text/xml;charset=US-ASCII`}, 200},
		{"charset among others", []string{"Content-Type", `text/xml; type="a;b=\"c"; charset=utf-8; x=y`}, 200},
		{"identity", []string{"Content-Type", "text/xml", "Content-Encoding", "identity"}, 200},
		{"no type", nil, 415},
		{"two types", []string{"Content-Type", "text/xml", "Content-Type", "text/xml"}, 415},
		{"html", []string{"Content-Type", "text/html"}, 415},
		{"other version's type", []string{"Content-Type", "application/soap+xml"}, 415},
		{"multipart", []string{"Content-Type", `multipart/related; type="text/xml"`}, 415},
		{"a word among parameters", []string{"Content-Type", "text/xml; flag; charset=utf-8"}, 200},
		{"a word and another charset", []string{"Content-Type", "text/xml; flag; charset=utf-16"}, 415},
		{"two charsets", []string{"Content-Type", "text/xml; charset=utf-16; charset=utf-8"}, 415},
		{"broken quotes", []string{"Content-Type", `text/xml; charset="utf-8`}, 415},
		{"latin1", []string{"Content-Type", "text/xml; charset=iso-8859-1"}, 415},
		{"utf-7", []string{"Content-Type", "text/xml; charset=utf-7"}, 415},
		{"utf-16", []string{"Content-Type", "text/xml; charset=utf-16"}, 415},
		{"gzip", []string{"Content-Type", "text/xml", "Content-Encoding", "gzip"}, 415},
		{"two actions", []string{"Content-Type", "text/xml", "SOAPAction", "a", "SOAPAction", "b"}, 400},
	}
	b := start(t, nil)
	for _, tt := range tests {
		r := b.do(t, "POST", path11, strings.NewReader(body11(countBody)), tt.header...)
		if r.status != tt.status {
			t.Errorf("%s: %d %s", tt.name, r.status, r.body)
		}
		if tt.status != 200 && (r.header.Get("Content-Type") != "text/plain; charset=utf-8" || len(r.body) > 200) {
			t.Errorf("%s: %v %s", tt.name, r.header, r.body)
		}
	}
}

func TestUnparsable(t *testing.T) {
	tests := []struct {
		name, body string
		status     int
	}{
		{"nothing", "", 400},
		{"not XML", "hello", 400},
		{"DOCTYPE", `<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>` + body11(countBody)[40:], 400},
		{"processing instruction", strings.Replace(body11(countBody), "<e:Body>", "<?php x?><e:Body>", 1), 400},
		{"depth", body11("<Count>" + strings.Repeat("<a>", 70) + strings.Repeat("</a>", 70) + "</Count>"), 400},
		{"latin1", `<?xml version="1.0" encoding="iso-8859-1"?><a/>`, 415},
		{"utf-16", "\xff\xfe<\x00a\x00/\x00>\x00", 415},
		{"overlong", body11("<Count>\xc0\xbc</Count>"), 415},
		{"NUL", body11("<Count>\x00</Count>"), 400},
		{"undeclared prefix", body11("<x:Count/>"), 400},
	}
	b := start(t, nil)
	for _, tt := range tests {
		r := b.call(t, path11, textXML11, tt.body)
		ok := r.status == tt.status || tt.status == 415 && r.status == 400
		if !ok || strings.Contains(r.body, "<s:") || strings.Contains(r.body, "passwd") {
			t.Errorf("%s: %d %s", tt.name, r.status, r.body)
		}
	}
}

func TestConnectionIsKeptAfterAFault(t *testing.T) {
	b := start(t, nil)
	r := b.call(t, path11, textXML11, body11(`<Send><user>wrong</user><data>`+strings.Repeat("AAAA", 1<<20)+`</data></Send>`))
	if r.status != http.StatusInternalServerError || r.close {
		t.Errorf("%d %v", r.status, r.header)
	}
	if rec := b.lastRecord(t); rec.In < 4<<20 || rec.Reason != "An error occurred" || rec.Err == nil {
		t.Errorf("%+v", rec)
	}
}
