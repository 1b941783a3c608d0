package soap

import (
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"overgang/soap/soaptest"
	"overgang/soap/wss"
	"overgang/soap/wssc"
)

var noon = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

func TestSession(t *testing.T) {
	s := newSecured(t, noon)
	c := newClient(t, s)
	c.open()
	first := c.records(1)
	if first[0].Operation != "RST/Issue" || !first[0].Token || first[0].Signer != c.owner() || first[0].Outcome != Answered {
		t.Errorf("%+v", first[0])
	}
	c.call("the first call")
	c.call("the second call")
	c.path = pathAgain
	c.call("another spelling of the address")
	c.path = strings.ToUpper(pathEC2)
	c.call("in other letters")
	c.path = pathOther
	s.wantRefusal(t, "another endpoint", c.send(c.write(c.callDraft())), "wsc:BadContextToken")
	c.path = pathEC2

	message := c.write(c.callDraft())
	if w := c.send(message); w.status != 200 {
		t.Fatal(w.String())
	}
	s.wantRefusal(t, "a call again", c.send(message), "wsse:InvalidSecurity")

	d := c.callDraft()
	d.Tokens = ""
	d.KeyInfo = `<o:Reference URI="` + c.Identifier() + `" ValueType="` + contextType + `"/>`
	if w := c.send(c.write(d)); w.status != 200 {
		t.Errorf("by reference: %s", w.String())
	}
	d = c.callDraft()
	d.Parts = []string{"_0", "_1"}
	if w := c.send(c.write(d)); w.status != 200 {
		t.Errorf("To signed, too: %s", w.String())
	}

	s.now = s.now.Add(time.Hour + 2*time.Minute)
	s.wantRefusal(t, "a token that is over", c.send(c.write(c.callDraft())), "wsc:BadContextToken")
	old := *c
	c.keep(c.send(c.write(c.requestDraft(wssc.Renew, entropy32+`<t:RenewTarget>`+c.Token+`</t:RenewTarget>`))))
	c.call("renewed")
	s.wantRefusal(t, "renewed, with the old token", c.send(old.write(old.callDraft())), "wsc:BadContextToken")
}

func (c *client) records(n int) []Record { return c.s.records[len(c.s.records)-n:] }

// TestDerivedKeys is the older generation's way of signing, at an endpoint of
// the current one.
func TestDerivedKeys(t *testing.T) {
	s := newSecured(t, noon)
	c := newClient(t, s)
	c.open()
	d := c.derivedDraft()
	if w := c.send(c.write(d)); w.status != 200 || s.calls[0].Certificate != c.owner() {
		t.Errorf("%d %s", w.status, w.String())
	}
	for name, edit := range map[string][2]string{ // 39
		"length":   {"<c:Length>24<", "<c:Length>1000000<"},
		"short":    {"<c:Length>24<", "<c:Length>8<"},
		"offset":   {"<c:Offset>0<", "<c:Offset>2000000000<"},
		"no nonce": {`<c:Nonce>` + base64.StdEncoding.EncodeToString(derivedNonce) + `</c:Nonce>`, ""},
		"another":  {"<c:Length>24</c:Length>", "<c:Length>24</c:Length><c:Length>24</c:Length>"},
	} {
		d.Edit = func(m string) string { return mustReplace(t, m, edit[0], edit[1]) }
		s.wantRefusal(t, name, c.send(c.write(d)), "wsse:InvalidSecurityToken")
	}
	d.Edit = func(m string) string {
		return mustReplace(t, m, "<c:Offset>", `<o:SecurityTokenReference><o:Reference URI="urn:uuid:another"/></o:SecurityTokenReference><c:Offset>`)
	}
	s.wantRefusal(t, "of two tokens", c.send(c.write(d)), "wsse:InvalidSecurity")
}

var derivedNonce = []byte("a nonce of 16 b.")

// derivedDraft is a call that a key signs which is derived from the session's.
func (c *client) derivedDraft() soaptest.Draft {
	older := *c
	older.Session.Key = soaptest.PSHA1(c.Session.Key, append([]byte("WS-SecureConversationWS-SecureConversation"), derivedNonce...), 24)
	d := older.callDraft()
	d.Tokens += `<c:DerivedKeyToken u:Id="dk" xmlns:c="` + wss.ConversationSpace + `"><o:SecurityTokenReference>` + d.KeyInfo + `</o:SecurityTokenReference>` +
		`<c:Offset>0</c:Offset><c:Length>24</c:Length><c:Nonce>` + base64.StdEncoding.EncodeToString(derivedNonce) + `</c:Nonce></c:DerivedKeyToken>`
	d.KeyInfo = `<o:Reference URI="#dk"/>`
	return d
}

func mustReplace(t testing.TB, s, from, to string) string {
	t.Helper()
	if !strings.Contains(s, from) {
		t.Fatalf("no %q to replace in %s", from, s)
	}
	return strings.Replace(s, from, to, 1)
}

// TestTwoGateways serves one session turn by turn, while keys are changed, and
// lets it end when its key is gone.
func TestTwoGateways(t *testing.T) {
	a, b := newSecured(t, noon), newSecured(t, noon)
	c := newClient(t, a)
	c.open()
	for turn := range 4 {
		c.s = []*secured{a, b}[turn%2]
		c.call(fmt.Sprint("turn ", turn))
	}
	set := func(g *secured, keys ...byte) {
		if err := g.options.Security.Tokens.SetRing(testRing(t, keys...)); err != nil {
			t.Fatal(err)
		}
	}
	set(a, 'a', 'b')
	c.s = b
	c.call("one of them has the new key last")
	set(b, 'b', 'a')
	c.call("the other has it first")
	newer := newClient(t, b)
	newer.open()
	newer.s = a
	newer.call("a token of the new key")
	set(a, 'b')
	c.s = a
	a.wantRefusal(t, "the old key is lost", c.send(c.write(c.callDraft())), "wsc:BadContextToken")
	c.open()
	c.call("begun again")
}

// TestCancel: what the contract has no Cancel for is not cancelled; the older
// generation's tokens are, and then are good for nothing. Clients of that
// generation call the newer addresses, too: there they are known by their
// derived keys.
func TestCancel(t *testing.T) {
	for _, test := range []struct{ contract, derived bool }{{false, false}, {true, false}, {false, true}, {true, true}} {
		contract := secureContract()
		contract.Endpoints[1].Cancel = test.contract
		s := newSecuredFor(t, contract, noon)
		c := newClient(t, s)
		c.open()
		d := c.callDraft() // signed by the token alone, as .NET does
		if test.derived {
			d = c.derivedDraft()
		}
		r := c.requestDraft(wssc.Cancel, `<t:CancelTarget><o:SecurityTokenReference xmlns:o="`+wss.SecuritySpace+`"><o:Reference URI="`+c.Identifier()+`"/></o:SecurityTokenReference></t:CancelTarget>`)
		d.Action, d.Body = r.Action, r.Body
		w := c.send(c.write(d))
		if !test.contract && !test.derived {
			s.wantRefusal(t, "cancel", w, "wst:RequestFailed")
			c.call("not cancelled")
			continue
		}
		s.wantAnswer(t, "cancel", w, wssc.Cancel.AnswerAction(), fmt.Sprintf("urn:uuid:%d", c.sent))
		if !strings.Contains(w.String(), "<t:RequestedTokenCancelled/>") {
			t.Error(w.String())
		}
		s.wantRefusal(t, "a cancelled token", c.send(c.write(c.callDraft())), "wsc:BadContextToken")
		s.wantRefusal(t, "renewing it", c.send(c.write(c.requestDraft(wssc.Renew, entropy32+`<t:RenewTarget>`+c.Token+`</t:RenewTarget>`))), "wsc:BadContextToken")
	}
}

// TestTokenRequests are requests that make no sense, from somebody known.
func TestTokenRequests(t *testing.T) {
	s := newSecured(t, noon, func(_ *Options, c *wssc.Config) { c.Requests = 20 })
	c := newClient(t, s)
	c.open()
	target := `<t:RenewTarget>` + c.Token + `</t:RenewTarget>`
	for name, test := range map[string]struct {
		d    soaptest.Draft
		edit [2]string
		want string
	}{
		"no entropy":          {c.requestDraft(wssc.Issue, ""), [2]string{}, "wst:InvalidRequest"},
		"short entropy":       {c.requestDraft(wssc.Issue, `<t:Entropy><t:BinarySecret>AAAA</t:BinarySecret></t:Entropy>`), [2]string{}, "wst:InvalidRequest"},
		"huge entropy":        {c.requestDraft(wssc.Issue, `<t:Entropy><t:BinarySecret>`+strings.Repeat("AAAA", 10_000)+`</t:BinarySecret></t:Entropy>`), [2]string{}, "wst:InvalidRequest"},
		"a huge request":      {c.requestDraft(wssc.Issue, entropy32+`<t:Renewing>`+strings.Repeat(" ", 70_000)+`</t:Renewing>`), [2]string{}, "wst:InvalidRequest"},
		"another type":        {c.requestDraft(wssc.Issue, entropy32), [2]string{"/Issue<", "/Renew<"}, "wst:InvalidRequest"},
		"on behalf of others": {c.requestDraft(wssc.Issue, entropy32+`<t:OnBehalfOf/>`), [2]string{}, "wst:InvalidRequest"},
		"renewal of nothing":  {c.requestDraft(wssc.Renew, entropy32), [2]string{}, "wst:InvalidRequest"},
		"renewal, changed":    {c.requestDraft(wssc.Renew, entropy32+target), [2]string{"<dnse:Cookie xmlns:dnse=\"http://schemas.microsoft.com/ws/2006/05/security\">A", "<dnse:Cookie xmlns:dnse=\"http://schemas.microsoft.com/ws/2006/05/security\">B"}, "wsc:BadContextToken"},
	} {
		message := c.write(test.d)
		if test.edit[0] != "" {
			message = mustReplace(t, message, test.edit[0], test.edit[1])
		}
		s.wantRefusal(t, name, c.send(message), test.want)
	}
	for i := range 20 { // 40: a certificate has so many requests in a minute, and others have theirs
		w := c.send(c.write(c.requestDraft(wssc.Issue, entropy32)))
		if w.status != 200 {
			s.wantRefusal(t, "flood", w, "wst:RequestFailed")
			break
		}
		if i == 19 {
			t.Error("no end")
		}
	}
	c.call("calls go on")
	if len(s.calls) != 1 {
		t.Errorf("%d calls", len(s.calls))
	}
}

// TestTokenAddressing: the action is the request's, the body's and the HTTP
// header's, or nothing is issued.
func TestTokenAddressing(t *testing.T) {
	s := newSecured(t, noon)
	c := newClient(t, s)
	d := c.requestDraft(wssc.Issue, entropy32)
	d.Body = testBody
	if w := c.send(c.write(d)); codesOf(w.String()) != "s:Sender a:InvalidAddressingHeader a:ActionMismatch" {
		t.Errorf("another body: %s", w.String())
	}
	d.Body = ""
	if w := c.send(c.write(d)); codesOf(w.String()) != "s:Sender" {
		t.Errorf("no body: %s", w.String())
	}
	request := c.requestDraft(wssc.Issue, entropy32).Body
	d.Body = request + request
	if w := c.send(c.write(d)); codesOf(w.String()) != "s:Sender" {
		t.Errorf("two bodies: %s", w.String())
	}
	d = c.requestDraft(wssc.Issue, entropy32)
	d.To = "https://gateway.example" + pathOther
	d.Edit = func(m string) string { return mustReplace(t, m, `u:Id="_1"`, `u:Id="_1" s:role="urn:other"`) }
	s.wantRefusal(t, "To for another role", c.send(c.write(d)), "wsse:InvalidSecurity")
	for action, want := range map[string]string{
		wssc.Issue.Action(): "", wssc.Renew.Action(): "s:Sender a:InvalidAddressingHeader a:ActionMismatch", secureAction: "s:Sender a:InvalidAddressingHeader a:ActionMismatch",
	} {
		r, _ := http.NewRequest("POST", pathEC2, strings.NewReader(c.write(c.requestDraft(wssc.Issue, entropy32))))
		r.Header.Set("Content-Type", `application/soap+xml; action="`+action+`"`)
		w := newRecorder()
		s.ServeHTTP(w, r)
		if codesOf(w.String()) != want || strings.Contains(w.String(), "RequestedSecurityToken") != (want == "") {
			t.Errorf("the HTTP header says %s: %s", action, w.String())
		}
	}
	c.path = pathWS
	if w := c.send(c.write(c.requestDraft(wssc.Issue, entropy32))); codesOf(w.String()) != "s:Sender wsse:InvalidSecurity" {
		t.Errorf("at WS: %s", w.String())
	}
	if len(s.calls) != 0 {
		t.Error("something was executed")
	}
}

// TestFailuresAreOurs: what fails here is no refusal.
func TestFailuresAreOurs(t *testing.T) {
	s := newSecured(t, noon)
	s.fails = errors.New("disk full")
	message := userMessage(``)
	w := s.post(t, pathWS, message)
	if w.status != http.StatusInternalServerError || codesOf(w.String()) != "s:Receiver" || strings.Contains(w.String(), "disk") || s.records[0].Denied != "" {
		t.Errorf("%d %s", w.status, w.String())
	}
	s.fails = nil
	s.handle = func() error { return errPassword }
	w = s.post(t, pathWS, message)
	s.wantAnswer(t, "the operation's fault", w, secureAction+"Fault", "")
	if codesOf(w.String()) != "s:Sender" || !strings.Contains(w.String(), "<TestFault ") {
		t.Error(w.String())
	}
}

// userMessage is a call with a UsernameToken, and more in its Header.
func userMessage(more string) string {
	return `<s:Envelope xmlns:s="` + NS12 + `" xmlns:a="` + addressingSpace + `"><s:Header><a:Action>` + secureAction + `</a:Action>` + more +
		`<o:Security s:mustUnderstand="true" xmlns:o="` + wss.SecuritySpace + `"><o:UsernameToken><o:Username>ola</o:Username><o:Password>hemmelig</o:Password></o:UsernameToken></o:Security>` +
		`</s:Header><s:Body>` + testBody + `</s:Body></s:Envelope>`
}
