package soap

import (
	"net/http"
	"strings"
	"testing"
)

// TestAddressingOfWS: what must be there, what may be missing, and what the
// faults say of it (WS-Addressing 1.0 SOAP Binding §6).
func TestAddressingOfWS(t *testing.T) {
	const to = "https://gateway.example" + pathWS
	header := func(name string) string {
		return `<s:Detail><a:ProblemHeaderQName xmlns:a="` + addressingSpace + `">a:` + name + `</a:ProblemHeaderQName></s:Detail>`
	}
	for _, test := range []struct{ name, from, to, codes, detail string }{
		{"the least", "", "", "", ""},
		{"everything", "", `<a:MessageID>urn:1</a:MessageID><a:To s:mustUnderstand="1">` + to + `</a:To><a:From><a:Address>urn:me</a:Address></a:From>` +
			`<a:ReplyTo><a:Address>` + anonymousAddress + `</a:Address><a:ReferenceParameters><x/></a:ReferenceParameters></a:ReplyTo>` +
			`<a:FaultTo><a:Address> ` + noneAddress + ` </a:Address></a:FaultTo><a:RelatesTo>urn:2</a:RelatesTo><a:RelatesTo>urn:3</a:RelatesTo>`, "", ""},
		{"To with a query", "", `<a:To>` + to + `?x=1&amp;y</a:To>`, "", ""},
		{"To in other letters", "", `<a:To>HTTPS://OTHER.example:8443/SERVICE.SVC</a:To>`, "", ""},
		{"Action of white space around", secureAction, "\n " + secureAction + "\t", "", ""},
		{"Action by a section", secureAction, "<![CDATA[" + secureAction + "]]>", "", ""},
		{"no Action", `<a:Action>` + secureAction + `</a:Action>`, "", "a:MessageAddressingHeaderRequired", header("Action")},
		{"no addressing", `<a:Action>` + secureAction + `</a:Action>`, "<!-- -->", "a:MessageAddressingHeaderRequired", header("Action")},
		{"Action of August 2004", `<a:Action>`, `<a:Action xmlns:a="http://schemas.xmlsoap.org/ws/2004/08/addressing">`, "a:MessageAddressingHeaderRequired", header("Action")},
		{"Action for another", `<a:Action>`, `<a:Action s:role="urn:other">`, "a:MessageAddressingHeaderRequired", header("Action")},
		{"Action unknown", secureAction, "urn:other&amp;", "a:ActionNotSupported", `<s:Detail><a:ProblemAction xmlns:a="` + addressingSpace + `"><a:Action>urn:other&amp;</a:Action></a:ProblemAction></s:Detail>`},
		{"Action of another operation", secureAction, "urn:second", "a:InvalidAddressingHeader a:ActionMismatch", `<a:ProblemAction xmlns:a="` + addressingSpace + `"><a:Action>urn:second<`},
		{"Action holds an element", secureAction, secureAction + "<x/>", "a:InvalidAddressingHeader a:InvalidAddress", header("Action")},
		{"two Actions", "", `<a:Action>` + secureAction + `</a:Action>`, "a:InvalidAddressingHeader a:InvalidCardinality", header("Action")},
		{"two To", "", `<a:To>` + to + `</a:To><a:To>` + to + `</a:To>`, "a:InvalidAddressingHeader a:InvalidCardinality", header("To")},
		{"two MessageIDs", "", `<a:MessageID>a</a:MessageID><a:MessageID>b</a:MessageID>`, "a:InvalidAddressingHeader a:InvalidCardinality", header("MessageID")},
		{"an empty MessageID", "", `<a:MessageID> </a:MessageID>`, "a:InvalidAddressingHeader a:InvalidAddress", header("MessageID")},
		{"To elsewhere", "", `<a:To>` + to + `x</a:To>`, "a:DestinationUnreachable", `<s:Detail><a:ProblemIRI xmlns:a="` + addressingSpace + `">` + to + `x</a:ProblemIRI></s:Detail>`},
		{"To of another endpoint", "", `<a:To>https://gateway.example` + pathEC2 + `</a:To>`, "a:DestinationUnreachable", pathEC2 + "</a:ProblemIRI>"},
		{"To too long to repeat", "", `<a:To>https://x/` + strings.Repeat("x", 3000) + `</a:To>`, "a:DestinationUnreachable", "<s:Detail></s:Detail>"},
		{"ReplyTo elsewhere", "", `<a:ReplyTo><a:Address>http://127.0.0.1:1/</a:Address></a:ReplyTo>`, "a:InvalidAddressingHeader a:OnlyAnonymousAddressSupported", header("ReplyTo")},
		{"ReplyTo without an address", "", `<a:ReplyTo>` + anonymousAddress + `</a:ReplyTo>`, "a:InvalidAddressingHeader a:OnlyAnonymousAddressSupported", header("ReplyTo")},
		{"FaultTo elsewhere", "", `<a:FaultTo><a:Address>file:///x</a:Address></a:FaultTo>`, "a:InvalidAddressingHeader a:OnlyAnonymousAddressSupported", header("FaultTo")},
	} {
		s := newSecured(t, noon)
		message := userMessage(test.to)
		if test.from != "" {
			message = mustReplace(t, userMessage(""), test.from, test.to)
		}
		w := s.post(t, pathWS, message)
		if test.codes == "" {
			related := ""
			if strings.Contains(message, "MessageID") {
				related = "urn:1"
			}
			s.wantAnswer(t, test.name, w, secureAction+"Response", related)
			continue
		}
		answer := w.String()
		start := `<s:Envelope xmlns:s="` + NS12 + `"><s:Header><a:Action xmlns:a="` + addressingSpace + `" s:mustUnderstand="1">` + ownFaultAction + `</a:Action>`
		if test.codes == "a:MessageAddressingHeaderRequired" { // nothing was sent, so nothing goes back
			start = `<s:Envelope xmlns:s="` + NS12 + `"><s:Body>`
		}
		if w.status != 500 || codesOf(answer) != "s:Sender "+test.codes || !strings.Contains(answer, test.detail) || !strings.HasPrefix(answer, start) {
			t.Errorf("%s: %d %s", test.name, w.status, answer)
		}
		wellFormed(t, answer)
		if len(s.calls) != 0 {
			t.Errorf("%s: was executed", test.name)
		}
		if test.codes != "a:ActionNotSupported" && !strings.HasSuffix(test.codes, "ActionMismatch") && len(s.logins) != 0 {
			t.Errorf("%s: the password was looked at", test.name)
		}
	}
}

// TestFaultDetailOfSOAP11 is where SOAP 1.1 has what a fault says of headers.
func TestFaultDetailOfSOAP11(t *testing.T) {
	b := start(t, nil)
	w := `xmlns="` + addressingSpace + `"`
	r := b.call(t, path11, textXML11, header11(`<To `+w+`>https://elsewhere.example/</To><MessageID `+w+`>urn:1</MessageID>`, countBody))
	want := `<a:RelatesTo xmlns:a="` + addressingSpace + `">urn:1</a:RelatesTo><a:FaultDetail xmlns:a="` + addressingSpace + `"><a:ProblemIRI xmlns:a="` + addressingSpace +
		`">https://elsewhere.example/</a:ProblemIRI></a:FaultDetail></s:Header>`
	if !strings.Contains(r.body, want) || !strings.Contains(r.body, ">a:DestinationUnreachable</faultcode>") {
		t.Errorf("%s", r.body)
	}
}

// TestMustUnderstandOfWS: NotUnderstood goes beside the addressing.
func TestMustUnderstandOfWS(t *testing.T) {
	s := newSecured(t, noon)
	for _, value := range []string{"1", "true", " true "} {
		w := s.post(t, pathWS, userMessage(`<a:MessageID>urn:1</a:MessageID><x xmlns="urn:x" s:mustUnderstand="`+value+`"/>`))
		want := `<a:RelatesTo xmlns:a="` + addressingSpace + `">urn:1</a:RelatesTo><s:NotUnderstood qname="n:x" xmlns:n="urn:x"/></s:Header>`
		if w.status != 500 || codesOf(w.String()) != "s:MustUnderstand" || !strings.Contains(w.String(), want) {
			t.Errorf("%q: %s", value, w.String())
		}
	}
	if len(s.logins) != 0 {
		t.Error("a password was looked at")
	}
	// To be understood means to be acted on: Basic has no security.
	b := start(t, nil)
	r := b.call(t, path11, textXML11, header11(strings.Replace(wsseHeader, ">", ` e:mustUnderstand="1">`, 1), countBody))
	if !strings.Contains(r.body, "<faultcode>s:MustUnderstand</faultcode>") {
		t.Error(r.body)
	}
}

// TestContentTypesOfClients are Content-Types as clients of SOAP 1.2 write them.
func TestContentTypesOfClients(t *testing.T) {
	for contentType, want := range map[string]string{
		`application/soap+xml; charset=utf-8; action="` + secureAction + `"`:                    "", // WCF, zeep
		`application/soap+xml; action="` + secureAction + `"; charset=UTF-8`:                    "", // Apache CXF
		`application/soap+xml;charset=UTF-8;action="` + secureAction + `"`:                      "", // SoapUI
		`application/soap+xml; charset=utf-8; action=` + secureAction:                           "", // unquoted
		`application/soap+xml; charset=utf-8`:                                                   "", // npm soap
		`application/soap+xml;action="";charset="utf-8"`:                                        "",
		`Application/Soap+XML; Charset="UTF-8"; Action="` + secureAction + `"; type="text/xml"`: "",
		`application/soap+xml; charset=utf-8; action="urn:second"`:                              "s:Sender a:InvalidAddressingHeader a:ActionMismatch",
		`application/soap+xml; charset=utf-8; action="` + secureAction + `/"`:                   "s:Sender a:InvalidAddressingHeader a:ActionMismatch",
		`text/xml; charset=utf-8`:                                                               "415",
		`application/xop+xml; type="application/soap+xml"`:                                      "415",
		`application/soap+xml; charset=utf-16`:                                                  "415",
		`application/soap+xml; action="`:                                                        "415",
	} {
		s := newSecured(t, noon)
		w := newRecorder()
		r, _ := http.NewRequest("POST", pathWS, strings.NewReader(userMessage("")))
		r.Header.Set("Content-Type", contentType)
		s.ServeHTTP(w, r)
		switch {
		case want == "" && w.status != 200, want == "415" && w.status != 415, want != "" && want != "415" && codesOf(w.String()) != want:
			t.Errorf("%s: %d %s", contentType, w.status, w.String())
		}
	}
	// SOAPAction is not of SOAP 1.2; where it comes, it must agree.
	for action, status := range map[string]int{`"` + secureAction + `"`: 200, secureAction: 200, `""`: 200, `"urn:second"`: 500} {
		s := newSecured(t, noon)
		w := newRecorder()
		r, _ := http.NewRequest("POST", pathWS, strings.NewReader(userMessage("")))
		r.Header.Set("Content-Type", `application/soap+xml; action="`+secureAction+`"`)
		r.Header.Set("SOAPAction", action)
		s.ServeHTTP(w, r)
		if w.status != status || len(s.calls) != status/500^1 {
			t.Errorf("SOAPAction %s: %d %s", action, w.status, w.String())
		}
	}
}

// TestSecuredNeedsOptions: no contract with WS or EC2 is served without what
// checks its messages.
func TestSecuredNeedsOptions(t *testing.T) {
	_, err := New(secureContract(), nil, Options{})
	for _, want := range []string{"endpoint WS: the flavour ws needs Options.Security", "endpoint EC2: the flavour ec2 needs Options.Security"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("lacks %q: %v", want, err)
		}
	}
	_, err = New(secureContract(), nil, Options{Security: &Security{}})
	for _, want := range []string{"endpoint WS: nobody checks the passwords", "endpoint EC2: the flavour ec2 needs Security.Tokens"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("lacks %q: %v", want, err)
		}
	}
}
