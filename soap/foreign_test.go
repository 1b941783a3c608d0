package soap

import (
	"path/filepath"
	"strings"
	"testing"
	"time"

	"overgang/soap/wss"
	"overgang/soap/wssc"
	"overgang/wsdl"
)

// TestForeignUserNames sends what WSS4J made with a UsernameToken.
func TestForeignUserNames(t *testing.T) {
	n := 0
	for _, f := range foreignMessages(t) {
		if f.policy != "user" {
			continue
		}
		n++
		t.Run(f.name, func(t *testing.T) {
			s := newSecured(t, f.made.Add(time.Second))
			w := s.post(t, pathWS, f.message)
			if code, refused := strings.CutPrefix(f.expect, "refused "); refused {
				s.wantRefusal(t, f.name, w, code)
				if len(s.logins) != 0 || len(s.calls) != 0 {
					t.Errorf("logins %q, %d calls", s.logins, len(s.calls))
				}
				return
			}
			s.wantAnswer(t, f.name, w, secureAction+"Response", "urn:uuid:1")
			if len(s.calls) != 1 || s.calls[0].Identity != "identity of ola<nordmann>" || s.calls[0].Certificate != "" || s.logins[0] != `ola<nordmann> p&ss "wørd"` {
				t.Errorf("logins %q, calls %+v", s.logins, s.calls)
			}
			again := s.post(t, pathWS, f.message)
			if strings.Contains(f.name, "nonce") {
				s.wantRefusal(t, "the second time", again, "wsse:FailedAuthentication")
			} else if again.status != 200 {
				t.Errorf("the second time: %d %s", again.status, again.String())
			}
			s.wantRefusal(t, "at EC2", s.post(t, pathEC2, strings.Replace(f.message, pathWS, pathEC2, 1)), "wsse:InvalidSecurity")
		})
	}
	if n != 4 {
		t.Errorf("%d messages", n)
	}
}

// atPath is the contract with EC2 at the address that foreign messages were
// signed for.
func atPath(path string) *wsdl.Contract {
	c := secureContract()
	c.Endpoints[0].Paths, c.Endpoints[1].Paths = []string{"/WS.svc"}, []string{path}
	return c
}

// TestForeignTokenRequests asks for tokens with what WSS4J and xmlsec1 signed
// by certificate, and the body that Apache CXF sends.
func TestForeignTokenRequests(t *testing.T) {
	body := testFile(t, "wssc", "requests", "issue.xml")
	n := 0
	for _, f := range foreignMessages(t) {
		if f.policy != "bootstrap" {
			continue
		}
		n++
		t.Run(f.name, func(t *testing.T) {
			s := newSecuredFor(t, atPath("/Service.svc"), f.made.Add(time.Second))
			message := withBody(t, withAction(t, f.message, wssc.Issue.Action()), body)
			w := s.post(t, "/Service.svc", message)
			if code, refused := strings.CutPrefix(f.expect, "refused "); refused {
				s.wantRefusal(t, f.name, w, code)
				return
			}
			related := ""
			if strings.Contains(message, "MessageID") {
				related = "urn:uuid:1"
			}
			s.wantAnswer(t, f.name, w, wssc.Issue.AnswerAction(), related)
			if !strings.Contains(w.String(), "<s:Body><t:RequestSecurityTokenResponse ") || !strings.Contains(s.log.String(), "decision=allowed") ||
				!strings.Contains(s.log.String(), "signer="+thumbprint(testCertificate(t, "enterprise").Raw)) {
				t.Errorf("%s, audit %s", w.String(), s.log.String())
			}
			s.wantRefusal(t, "again", s.post(t, "/Service.svc", message), "wsse:InvalidSecurity")
			if len(s.calls) != 0 {
				t.Error("something was executed")
			}
			// As a call it is signed with the wrong kind of key.
			s = newSecuredFor(t, atPath("/Service.svc"), f.made.Add(time.Second))
			s.wantRefusal(t, "as a call", s.post(t, "/Service.svc", withAction(t, f.message, secureAction)), "wsse:InvalidSecurity")
		})
	}
	if n < 30 {
		t.Errorf("%d messages", n)
	}
}

// TestForeignCalls sends calls that WSS4J signed with keys, tokens and
// references that Apache CXF took from our answers: whole keys and derived ones.
func TestForeignCalls(t *testing.T) {
	names, err := filepath.Glob("../testdata/wssc/calls/*.xml")
	if err != nil || len(names) != 9 {
		t.Fatalf("%d calls, %v", len(names), err)
	}
	call := func(name string) string {
		return withBody(t, withAction(t, testFile(t, "wssc", "calls", name), secureAction), `<Test xmlns="urn:t"/>`)
	}
	for _, name := range names {
		base := filepath.Base(name)
		t.Run(base, func(t *testing.T) {
			message := call(base)
			s := newSecuredFor(t, atPath("/Service.svc"), made(t, message))
			if strings.Contains(base, "unattached") {
				s.wantRefusal(t, "before the cookie was seen", s.post(t, "/Service.svc", message), "wsc:BadContextToken")
				if w := s.post(t, "/Service.svc", call("issue-attached.xml")); w.status != 200 {
					t.Fatal(w.String())
				}
			}
			s.wantAnswer(t, base, s.post(t, "/Service.svc", message), secureAction+"Response", "")
			if n := len(s.calls); n == 0 || s.calls[n-1].Certificate != enterpriseOwner || s.calls[n-1].Identity != nil {
				t.Errorf("%+v", s.calls)
			}
			s.wantRefusal(t, "again", s.post(t, "/Service.svc", message), "wsse:InvalidSecurity")
			s.wantRefusal(t, "again, written otherwise", s.post(t, "/Service.svc", strings.Replace(message, "<s:Body>", "<!-- x -->\n <s:Body >", 1)), "wsse:InvalidSecurity")
			lost := newSecuredFor(t, atPath("/Service.svc"), made(t, message), func(_ *Options, c *wssc.Config) { c.Ring = testRing(t, 'b') })
			lost.wantRefusal(t, "another ring", lost.post(t, "/Service.svc", message), "wsc:BadContextToken")
			elsewhere := newSecuredFor(t, atPath("/Elsewhere.svc"), made(t, message))
			elsewhere.wantRefusal(t, "another endpoint", elsewhere.post(t, "/Elsewhere.svc", message), "wsc:BadContextToken")
		})
	}
}

// TestSignatureConfirmation is for clients that were told to require it.
func TestSignatureConfirmation(t *testing.T) {
	message := withBody(t, withAction(t, testFile(t, "wssc", "calls", "issue-attached.xml"), secureAction), `<Test xmlns="urn:t"/>`)
	s := newSecuredFor(t, atPath("/Service.svc"), made(t, message), func(o *Options, _ *wssc.Config) { o.Security.Confirm = true })
	w := s.post(t, "/Service.svc", message)
	want := `<k:SignatureConfirmation xmlns:k="` + wss.Security11Space + `" xmlns:u="` + wss.UtilitySpace + `" u:Id="_1" Value="HJb7CULqu0lPxD17aBya5qnpOnk="/></o:Security>`
	if w.status != 200 || !strings.Contains(w.String(), want) {
		t.Errorf("%d %s", w.status, w.String())
	}
}
